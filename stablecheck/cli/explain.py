"""``stablecheck explain``: what a measure, a statistic or a summary means."""

from __future__ import annotations

import textwrap

import click


@click.command(short_help="Define a measure, summary or statistic: unit, formula, source.")
@click.argument("name", required=False, metavar="[MEASURE]")
@click.pass_context
def command(ctx: click.Context, name: str | None) -> None:
    """Define a measure, a probe's summary or a statistic. Without a name, list them.

    \b
    Examples:
      stablecheck explain path.alignment
      stablecheck explain lr.headroom
      stablecheck explain tolerance
    """
    from stablecheck.checklist.problems.suggestion import did_you_mean

    groups = {
        "Measures of a trial": _measures(),
        "Summaries of a probe": _summaries(),
        "Statistics": _statistics(),
    }
    entries = {key: page for group in groups.values() for key, page in group.items()}
    if name is None:
        _list(groups)
    elif known := _known(name, entries):
        click.echo(entries[known])
    else:
        message = f"no measure, summary or statistic {name!r}{did_you_mean(name, entries)}"
        click.echo(f"{message}; `stablecheck explain` lists all", err=True)
        ctx.exit(2)


def _known(name: str, entries: dict[str, str]) -> str | None:
    """The entry of a name, also as a requirement writes it: with a probe before it, or bare."""
    _, _, after_probe = name.partition(".")
    summaries = (entry for entry in entries if entry.endswith(f".{after_probe or name}"))
    if name in entries:
        return name
    return after_probe if after_probe in entries else next(summaries, None)


def _list(groups: dict[str, dict[str, str]]) -> None:
    for title, entries in groups.items():
        click.echo(title)
        for key in entries:
            click.echo(f"  {key}")


def _measures() -> dict[str, str]:
    from stablecheck.measures import MEASURES

    return {
        one.name: _page(
            one.name,
            one.definition,
            {"Unit": one.unit, "Formula": one.formula, "Source": one.source} | _cost(one.companion),
        )
        for one in MEASURES.values()
    }


def _cost(companion: str | None) -> dict[str, str]:
    if companion is None:
        return {}
    return {"Cost": "measured only where a check or report.measures asks; see `stablecheck plan`"}


def _summaries() -> dict[str, str]:
    from stablecheck.probes import KINDS

    found = {}
    for kind, probe in KINDS.items():
        for name, summary in probe.summaries.items():
            arguments = f"({', '.join(summary.parameters)})" if summary.parameters else ""
            shown = f"{probe.usual_id}.{name}"
            written = f"PROBE.{name}{arguments}  for a probe of kind {kind}"
            lines = {"Unit": summary.unit, "Formula": written, "Source": summary.source}
            found[shown] = _page(shown, summary.definition, lines)
    return found


def _statistics() -> dict[str, str]:
    from stablecheck.checklist.requirement.statistics import STATISTIC_MEANINGS

    return {
        name: _page(name, one.definition, {"Written": one.written, "Source": one.source})
        for name, one in STATISTIC_MEANINGS.items()
    }


def _page(name: str, definition: str, lines: dict[str, str]) -> str:
    body = textwrap.fill(definition, width=78, initial_indent="  ", subsequent_indent="  ")
    labelled = (
        textwrap.fill(
            text, width=78, initial_indent=f"  {label:<8} ", subsequent_indent=" " * 11,
            break_long_words=False, break_on_hyphens=False,
        )
        for label, text in lines.items()
    )  # fmt: skip
    return "\n".join([name, body, "", *labelled])
