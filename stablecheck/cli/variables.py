"""``STABLECHECK_*`` variables: which there are, and what is said of those that are wrong.

Every option has a variable named after command and option, ``STABLECHECK_RUN_OUTPUT`` for
``run --output``; those that are mostly wanted everywhere also have a short one. A flag goes before
the long name, that before the short one, and that before the checklist.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
from click.core import ParameterSource

PREFIX = "STABLECHECK_"
RUNS = Path("stablecheck-runs")
"""Where runs lie, unless an option or a variable says otherwise."""
OUTPUT = ["STABLECHECK_RUN_OUTPUT", "STABLECHECK_OUTPUT"]
"""Variables that say so, for commands that read what ``run`` wrote."""
_YES, _NO = "1, true, yes or on,", "0, false, no or off"
_NEVER = ("help", "version")
_EVERYWHERE = (
    "debug", "device", "executor", "json", "language", "max-cost", "quiet", "strict", "workers",
)  # fmt: skip
_SHORT: Mapping[str, Sequence[str] | None] = {
    **dict.fromkeys(_EVERYWHERE, None),
    "output": ("run",),  # elsewhere it is another kind of output
}
"""Options with a short variable, and the commands that heed it; None for all that have them."""


def name_variables(command: click.Command, name: str) -> None:
    """Give every option of a command its variables, before those that it names itself.

    Args:
        command: The command, or the group of all.
        name: How it is called; empty for the group.
    """
    for option in command.params:
        if isinstance(option, click.Option) and _flag(option) not in _NEVER:
            named = [_variable(part, _flag(option)) for part in _parts(name, _flag(option))]
            option.envvar = list(dict.fromkeys([*named, *names_of(option)]))


def _parts(name: str, flag: str) -> list[str]:
    heeded_by = _SHORT.get(flag, ())
    return [name, ""] if name and (heeded_by is None or name in heeded_by) else [name]


def _flag(option: click.Option) -> str:
    """``max-cost`` of ``--max-cost``."""
    return max(option.opts, key=len).lstrip("-")


def _variable(command: str, flag: str) -> str:
    words = f"{command}_{flag}" if command else flag
    return PREFIX + words.replace("-", "_").upper()


def names_of(option: click.Parameter) -> tuple[str, ...]:
    """The variables of an option, those that go first before the others."""
    found = option.envvar or ()
    return (found,) if isinstance(found, str) else tuple(found)


def warnings(options: Iterable[click.Parameter]) -> Iterator[str]:
    """One line for each variable of that prefix which no option is set by.

    Args:
        options: All options of all commands; looked at only where such a variable is set.
    """
    from stablecheck.checklist.problems.suggestion import did_you_mean

    known = [name for option in options for name in names_of(option)]
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            yield f"no option is set by the variable {name}{did_you_mean(name, known)}"


def any_is_set() -> bool:
    """Whether the environment holds any variable of that prefix."""
    return any(name.startswith(PREFIX) for name in os.environ)


class WrongVariableError(click.ClickException):
    """A variable holds what its option does not take."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Print one line."""
        click.echo(self.message, err=True)


def blamed(error: click.BadParameter) -> click.ClickException:
    """The same error, naming the variable where a value came from one."""
    option, context = error.param, error.ctx
    if option is None or context is None or option.name is None:
        return error
    if context.get_parameter_source(option.name) is not ParameterSource.ENVIRONMENT:
        return error
    name = next(name for name in names_of(option) if os.environ.get(name))
    message = error.message.rstrip(".")
    if isinstance(option.type, click.types.BoolParamType):
        message = f"{os.environ[name]!r} is neither yes nor no; expected {_YES} or {_NO}"
    return WrongVariableError(f"{name}: {message}; mend or unset that variable")
