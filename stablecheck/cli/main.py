"""The group of commands, and what it makes of errors."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
import traceback
from typing import Any

import click

from stablecheck import __version__
from stablecheck.cli import exits
from stablecheck.errors import StablecheckError

COMMANDS = ("init", "run", "validate", "plan", "report", "doctor", "schema", "explain")


class Commands(click.Group):
    """Loads a command's module when it is called, and turns situations into one line each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"stablecheck.cli.{name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except StablecheckError as error:
            _show(error, str(error), debug=ctx.params["debug"])
            ctx.exit(exits.of_error(error))
        except KeyboardInterrupt as error:
            _show(error, "stopped; nothing was decided", debug=ctx.params["debug"])
            ctx.exit(exits.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            message = (
                f"stablecheck failed unexpectedly: {type(error).__name__}: {error}; "
                "run again with `stablecheck --debug …` and report what it shows"
            )
            _show(error, message, debug=ctx.params["debug"])
            ctx.exit(1)


def _show(error: BaseException, message: str, *, debug: bool) -> None:
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    click.echo(message, err=True)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stablecheck")
@click.option("--debug", is_flag=True, help="Show a traceback with every error.")
def group(debug: bool) -> None:
    """The check that a model passes before it is rolled out.

    A checklist in YAML defines small A/B probes of a training recipe. `run` trains the candidate
    under each, decides on intervals, and writes a PDF: GO, CONDITIONAL GO, NO-GO or INCONCLUSIVE.

    \b
    Start here:
      stablecheck run quickstart            a shipped checklist, under a minute
      stablecheck validate my.yaml          every error, with line and column
      stablecheck plan my.yaml              what it will cost, and what it can prove
      stablecheck run my.yaml               the verdict and the report

    \b
    Exit codes of run and report:
      0 GO or CONDITIONAL GO · 97 INCONCLUSIVE · 98 CONDITIONAL GO with --strict
      99 NO-GO · 104 the checklist is invalid · 105 interrupted
    """


def _interrupt(number: int, frame: object) -> None:  # noqa: ARG001
    raise KeyboardInterrupt


def main() -> None:
    """Entry point of the ``stablecheck`` command."""
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # workers' libraries must not talk over us
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ✓ must not cost the verdict
    signal.signal(signal.SIGTERM, _interrupt)  # a cancelled job ends its workers, as Ctrl-C does
    group(auto_envvar_prefix="STABLECHECK")
