"""``stablecheck export``: a finished run into other tools."""

from __future__ import annotations

from pathlib import Path

import click

from stablecheck.cli.completing import runs


def _model_version(
    _context: click.Context, _parameter: click.Parameter, given: str | None
) -> tuple[str, str] | None:
    if given is None:
        return None
    name, _, version = given.removeprefix("models:/").rpartition("/")
    if not name or not version.isdigit():
        raise click.BadParameter(f"{given!r} is not NAME/VERSION, such as churn/3")
    return name, version


@click.command(short_help="Log a finished run in another tool, which is MLflow.")
@click.argument("tool", type=click.Choice(["mlflow"]), metavar="mlflow")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN", shell_complete=runs)
@click.option(
    "--tracking-uri", metavar="URI", help="MLflow's store; MLFLOW_TRACKING_URI by default."
)
@click.option(
    "--experiment", metavar="NAME",
    help="Experiment that takes a run of its own; MLFLOW_EXPERIMENT_NAME or stablecheck by "
    "default.",
)  # fmt: skip
@click.option(
    "--run-id", metavar="ID", help="Add to this MLflow run, such as the one that trained the model."
)
@click.option(
    "--model-version", metavar="NAME/VERSION", callback=_model_version,
    help="Tag this registered model version with the verdict as well.",
)  # fmt: skip
def command(
    tool: str,
    run: Path,
    tracking_uri: str | None,
    experiment: str | None,
    run_id: str | None,
    model_version: tuple[str, str] | None,
) -> None:
    """Log a finished run in MLflow, with the extra: pip install 'stablecheck[mlflow]'.

    The recipe becomes parameters; estimates and bounds of the checks and the scores of the trials
    become metrics; the reports become artefacts; the verdict becomes the tag stablecheck.verdict.
    Logging the same run again changes nothing but its files.

    \b
    Examples:
      stablecheck export mlflow RUN --tracking-uri http://localhost:5000
      stablecheck export mlflow RUN --run-id 0f3c --model-version churn/3
    """
    from stablecheck.exports.mlflow_store import Target
    from stablecheck.pipeline.tracking import log_to_mlflow

    logged = log_to_mlflow(run, Target(tracking_uri, experiment, run_id, model_version))
    click.echo(f"logged in {logged.tracking_uri}")
    click.echo(f"  experiment  {logged.experiment}")
    click.echo(f"  run         {logged.run_id}")
    if model_version is not None:
        click.echo(f"  tagged      {'/'.join(model_version)}")
