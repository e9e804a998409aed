"""``stablecheck run``: the main job."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from stablecheck.cli import exits, github
from stablecheck.cli.as_json import json_option, show
from stablecheck.cli.common import executor_option, quiet_option, strict_option, workers_option
from stablecheck.cli.completing import checklists
from stablecheck.cli.device import device_option
from stablecheck.cli.max_cost import max_cost_option
from stablecheck.cli.variables import RUNS


@click.command(short_help="Train under every probe, decide, write the report.")
@click.argument("file", metavar="FILE", shell_complete=checklists)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=RUNS,
    show_default=True, help="Folder that takes the run's own folder.",
)  # fmt: skip
@device_option()
@executor_option()
@workers_option()
@max_cost_option()
@click.option("--resume", is_flag=True, help="Go on with this checklist's newest unfinished run.")
@strict_option()
@quiet_option("Print the verdict and the report's path alone.")
@json_option()
@click.pass_context
def command(
    ctx: click.Context,
    file: str,
    output: Path,
    device: str | None,
    executor: str | None,
    workers: int | None,
    max_cost: str | None,
    resume: bool,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Train the candidate under every probe, decide, and write the report.

    FILE is a checklist, or the name of a shipped one such as quickstart.

    \b
    Examples:
      stablecheck run churn.yaml
      stablecheck run churn.yaml --resume             after an interruption
      stablecheck run churn.yaml --strict --json      in a pipeline
    """
    from stablecheck.checklist.loader import load
    from stablecheck.pipeline import early

    loaded = load(file)
    early.begin(loaded, executor)
    from stablecheck.cli.closing import closing_lines, verdict_content, verdict_line
    from stablecheck.cli.progress import observer_for
    from stablecheck.pipeline.options import Options
    from stablecheck.pipeline.run import run

    options = Options(
        output=output, device=device, executor=executor, workers=workers, max_cost=max_cost,
        resume=resume,
    )  # fmt: skip
    for_people = sys.stderr if quiet or as_json else sys.stdout
    with github.literally(for_people):
        with observer_for(loaded, quiet=quiet) as observer:
            finished = run(loaded, options, observer)
        code = exits.of_decision(finished.result.verdict.decision, strict=strict)
        if as_json:
            show(verdict_content(finished, code))
        else:
            for line in [verdict_line(finished)] if quiet else closing_lines(finished, code):
                click.echo(line)
    github.tell(finished, code, for_people)
    ctx.exit(code)
