"""The group of commands, and what it makes of errors."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
import traceback
from typing import Any, NoReturn

import click

from stablecheck import __version__
from stablecheck.cli import as_json, colour, exits, github, variables
from stablecheck.cli.common import debug_option
from stablecheck.cli.completion import VARIABLE
from stablecheck.errors import InvalidChecklistError, StablecheckError

COMMANDS = (
    "init",
    "run",
    "validate",
    "plan",
    "report",
    "export",
    "compare",
    "history",
    "verify",
    "doctor",
    "schema",
    "explain",
    "completion",
)


class Commands(click.Group):
    """Loads a command's module when it is called, and turns situations into one line each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"stablecheck.cli.{name}").command
        if not any(option.name == "debug" for option in command.params):
            command.params.append(debug_option())
        variables.name_variables(command, name)
        return command

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        variables.name_variables(self, "")
        try:
            return super().make_context(*arguments, **settings)
        except click.BadParameter as error:
            raise variables.blamed(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            self._warn_of_variables(ctx)
            return super().invoke(ctx)
        except StablecheckError as error:
            _end(ctx, error, str(error), exits.of_error(error))
        except KeyboardInterrupt as error:
            _end(ctx, error, "stopped; nothing was decided", exits.INTERRUPTED)
        except click.BadParameter as error:
            raise variables.blamed(error) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            message = (
                f"stablecheck failed unexpectedly: {type(error).__name__}: {error}; "
                "run again with `stablecheck --debug …` and report what it shows"
            )
            _end(ctx, error, message, 1)

    def _warn_of_variables(self, ctx: click.Context) -> None:
        if not variables.any_is_set():
            return
        commands = [self, *filter(None, (self.get_command(ctx, name) for name in COMMANDS))]
        for line in variables.warnings(one for command in commands for one in command.params):
            click.echo(f"Warning: {line}", err=True)


def _end(ctx: click.Context, error: BaseException, message: str, code: int) -> NoReturn:
    """Say what happened, to people and to programs, and end."""
    if ctx.params["debug"]:
        traceback.print_exception(error, file=sys.stderr)
    click.echo(message, err=True)
    if as_json.wanted(ctx):
        as_json.show_error(error, message, code)
    if isinstance(error, InvalidChecklistError):
        github.point_at(error.problems)
    ctx.exit(code)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stablecheck")
@click.option("--debug", is_flag=True, help="Show a traceback with every error.")
@click.pass_context
def group(ctx: click.Context, debug: bool) -> None:
    """The check that a model passes before it is rolled out.

    A checklist in YAML defines small A/B probes of a training recipe. `run` trains the candidate
    under each, decides on intervals, and writes a PDF: GO, CONDITIONAL GO, NO-GO or INCONCLUSIVE.

    \b
    Start here:
      stablecheck run quickstart     a shipped checklist, under a minute
      stablecheck init --help        a first checklist for your model and data
      stablecheck validate my.yaml   every error, with line and column
      stablecheck plan my.yaml       what it will cost, and what it can prove
      stablecheck run my.yaml        the verdict and the report
      stablecheck history            all runs, to compare two of them

    \b
    Exit codes of run and report:
      0 GO or CONDITIONAL GO · 97 INCONCLUSIVE · 98 CONDITIONAL GO with --strict
      99 NO-GO · 104 the checklist is invalid · 105 interrupted
    """
    ctx.color = colour.wanted()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Entry point of the ``stablecheck`` command."""
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # workers' libraries must not talk over us
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ✓ must not cost the verdict
    signal.signal(signal.SIGTERM, _interrupt)  # a cancelled job ends its workers, as Ctrl-C does
    group(prog_name="stablecheck", complete_var=VARIABLE)
