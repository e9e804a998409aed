"""``stablecheck init``: a first checklist for a model and data."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click

from stablecheck.cli.common import quiet_option
from stablecheck.cli.lines import wrapped
from stablecheck.cli.mapping import mapping_option

_PRESETS = ("standard", "strict", "none")
_NEEDED = (
    "init needs a model and data, e.g. stablecheck init --model model.py:build --data churn.csv "
    "--target leaves; models to start from: stablecheck.zoo:mlp, stablecheck.zoo:cnn"
)


@click.command(short_help="Write a first checklist for a model and data.")
@click.option("--model", metavar="REFERENCE", help="file.py:callable or package.module:callable.")
@click.option(
    "--data", metavar="DATA", help="FILE.csv, .parquet or .npz, sklearn:NAME, or a callable."
)
@click.option("--target", metavar="COLUMN", help="The column of a table to predict.")
@click.option(
    "--task", type=click.Choice(["classification", "regression"]),
    help="Kind of problem; guessed from the target.",
)  # fmt: skip
@mapping_option("--model-args", "Arguments of the model, such as '{hidden: 32}'.")
@mapping_option("--data-args", "Arguments of a data callable.")
@click.option("--name", help="Name of the checklist; the data's name.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="The file to write; NAME.yaml.",
)  # fmt: skip
@click.option(
    "--preset", type=click.Choice(_PRESETS), default="standard", show_default=True,
    help="Probes and checks to extend.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@quiet_option("Print warnings and errors alone.")
def command(
    model: str | None,
    data: str | None,
    target: str | None,
    task: str | None,
    model_args: dict[str, Any],
    data_args: dict[str, Any],
    name: str | None,
    output: Path | None,
    preset: str,
    force: bool,
    quiet: bool,
) -> None:
    """Write a first checklist, with every field explained and guesses that say why.

    Model and data are looked at in a process of their own, and one step is tried. Beside the
    checklist lies its JSON Schema, with which an editor completes and checks it.

    \b
    Examples:
      stablecheck init --model model.py:build --data churn.csv --target leaves
      stablecheck init --model stablecheck.zoo:mlp --data sklearn:digits
    """
    from stablecheck.drafting import Request, draft
    from stablecheck.drafting.writing import refuse_existing, write

    if model is None or data is None:
        raise click.UsageError(_NEEDED)
    name = " ".join((name or "").split()) or (output.stem if output else _name_of(data))
    output = output or Path(f"{_file_name(name)}.yaml")
    if not force:
        refuse_existing(output)
    made = draft(
        Request(
            model=model, data=data, output=output, name=name, model_args=model_args,
            data_args=data_args, target=target, task=task, preset=preset,
        )
    )  # fmt: skip
    schema = write(output, made, replace=force)
    for warning in made.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if quiet:
        return
    for found in (*made.found, f"written: {output}, and {schema} for your editor"):
        for line in wrapped(found, "", "  "):
            click.echo(line)
    click.echo("\nEvery guess stands in it with its reason. Next:")
    for command_ in ("validate", "plan", "run"):
        click.echo(f"  stablecheck {command_} {shlex.quote(str(output))}")


def _name_of(data: str) -> str:
    """The data's own name: of its file, of its set, of its callable."""
    last = data.rpartition(":")[2]
    return Path(last).stem or "checklist"


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "checklist"
