"""``stablecheck explain``: what a measure, a statistic or a summary means."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import click

from stablecheck.cli.as_json import json_option, show
from stablecheck.cli.completing import explained


@dataclass(frozen=True)
class Entry:
    """What is said of one name.

    Args:
        name: As ``explain`` lists it.
        definition: What it means.
        facts: The rest, by label.
    """

    name: str
    definition: str
    facts: Mapping[str, str]

    @property
    def page(self) -> str:
        """All of it, for a terminal."""
        body = textwrap.fill(self.definition, width=78, initial_indent="  ", subsequent_indent="  ")
        labelled = (
            textwrap.fill(
                text, width=78, initial_indent=f"  {label:<8} ", subsequent_indent=" " * 11,
                break_long_words=False, break_on_hyphens=False,
            )
            for label, text in self.facts.items()
        )  # fmt: skip
        return "\n".join([self.name, body, "", *labelled])

    @property
    def content(self) -> dict[str, str]:
        """All of it, for programs."""
        facts = {label.lower(): text for label, text in self.facts.items()}
        return {"name": self.name, "definition": self.definition, **facts}


@click.command(short_help="Define a measure, summary or statistic: unit, formula, source.")
@click.argument("name", required=False, metavar="[MEASURE]", shell_complete=explained)
@json_option()
def command(name: str | None, as_json: bool) -> None:
    """Define a measure, a probe's summary or a statistic. Without a name, list them.

    \b
    Examples:
      stablecheck explain path.alignment
      stablecheck explain lr.headroom
      stablecheck explain tolerance --json
    """
    from stablecheck.checklist.problems.suggestion import did_you_mean

    listed = groups()
    entries = {entry.name: entry for group in listed.values() for entry in group}
    if name is None and as_json:
        show({title: [entry.name for entry in group] for title, group in listed.items()})
    elif name is None:
        _list(listed)
    elif (known := _known(name, entries)) is None:
        hint = did_you_mean(name, entries)
        raise click.UsageError(
            f"no measure, summary or statistic {name!r}{hint}; `stablecheck explain` lists all"
        )
    elif as_json:
        show(entries[known].content)
    else:
        click.echo(entries[known].page)


def groups() -> dict[str, tuple[Entry, ...]]:
    """Everything that can be explained, by kind."""
    return {
        "measures": tuple(_measures()),
        "summaries": tuple(_summaries()),
        "statistics": tuple(_statistics()),
    }


_TITLES = {
    "measures": "Measures of a trial",
    "summaries": "Summaries of a probe",
    "statistics": "Statistics",
}


def _known(name: str, entries: Iterable[str]) -> str | None:
    """The entry of a name, also as a requirement writes it: with a probe before it, or bare."""
    _, _, after_probe = name.partition(".")
    summaries = (entry for entry in entries if entry.endswith(f".{after_probe or name}"))
    if name in entries:
        return name
    return after_probe if after_probe in entries else next(summaries, None)


def _list(listed: Mapping[str, Iterable[Entry]]) -> None:
    for title, entries in listed.items():
        click.echo(_TITLES[title])
        for entry in entries:
            click.echo(f"  {entry.name}")


def _measures() -> Iterator[Entry]:
    from stablecheck.measures import MEASURES

    for one in MEASURES.values():
        facts = {"Unit": one.unit, "Formula": one.formula, "Source": one.source}
        yield Entry(one.name, one.definition, facts | _cost(one.companion))


def _cost(companion: str | None) -> dict[str, str]:
    if companion is None:
        return {}
    return {"Cost": "measured only where a check or report.measures asks; see `stablecheck plan`"}


def _summaries() -> Iterator[Entry]:
    from stablecheck.probes import KINDS

    for kind, probe in KINDS.items():
        for name, summary in probe.summaries.items():
            arguments = f"({', '.join(summary.parameters)})" if summary.parameters else ""
            written = f"PROBE.{name}{arguments}  for a probe of kind {kind}"
            facts = {"Unit": summary.unit, "Formula": written, "Source": summary.source}
            yield Entry(f"{probe.usual_id}.{name}", summary.definition, facts)


def _statistics() -> Iterator[Entry]:
    from stablecheck.checklist.requirement.statistics import STATISTIC_MEANINGS

    for name, one in STATISTIC_MEANINGS.items():
        yield Entry(name, one.definition, {"Written": one.written, "Source": one.source})
