"""``stablecheck explain``: what a measure, a statistic or a summary means."""

from __future__ import annotations

import textwrap

import click


@click.command(short_help="Define a measure or summary: unit, formula, source.")
@click.argument("name", required=False, metavar="[MEASURE]")
@click.pass_context
def command(ctx: click.Context, name: str | None) -> None:
    """Define a measure or a probe's summary: unit, formula, source. Without a name, list them.

    \b
    Examples:
      stablecheck explain path.alignment
      stablecheck explain lr.headroom
    """
    from stablecheck.checklist.problems.suggestion import did_you_mean

    entries = _entries()
    if name is None:
        for key in entries:
            click.echo(key)
        return
    if name not in entries:
        message = f"no measure or summary {name!r}{did_you_mean(name, entries)}"
        click.echo(f"{message}; `stablecheck explain` lists all", err=True)
        ctx.exit(2)
    click.echo(entries[name])


def _entries() -> dict[str, str]:
    from stablecheck.measures import MEASURES
    from stablecheck.probes import KINDS

    found = {
        measure.name: _page(
            measure.name, measure.definition, measure.unit, measure.formula, measure.source
        )
        for measure in MEASURES.values()
    }
    for kind, probe in KINDS.items():
        for name, summary in probe.summaries.items():
            arguments = f"({', '.join(summary.parameters)})" if summary.parameters else ""
            written = f"PROBE.{name}{arguments}  for a probe of kind {kind}"
            shown = f"{probe.usual_id}.{name}"
            found[shown] = _page(shown, summary.definition, summary.unit, written, summary.source)
    return found


def _page(name: str, definition: str, unit: str, formula: str, source: str) -> str:
    body = textwrap.fill(definition, width=78, initial_indent="  ", subsequent_indent="  ")
    return f"{name}\n{body}\n\n  Unit     {unit}\n  Formula  {formula}\n  Source   {source}"
