"""The text of a command: words without a shell, and placeholders such as ``{lr}`` in them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stablecheck.errors import CommandSyntaxError

SHELL = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"})
"""Words that mean something to a shell alone."""

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]")
_ESCAPED = {"{{": "{", "}}": "}"}


@dataclass(frozen=True)
class Placeholder:
    """A name in braces, and the offset of its opening brace."""

    name: str
    offset: int


def placeholders(command: str) -> tuple[Placeholder, ...]:
    """The placeholders of a command, in their order.

    >>> placeholders("train.py --lr {lr} --braces {{}}")
    (Placeholder(name='lr', offset=14),)

    Raises:
        CommandSyntaxError: A brace belongs to no placeholder.
    """
    return tuple(_placeholders(command))


def _placeholders(command: str) -> Iterator[Placeholder]:
    for token in _TOKEN.finditer(command):
        if token["name"] is not None:
            yield Placeholder(token["name"], token.start())
        elif token[0] not in _ESCAPED:
            brace = token[0]
            message = f"{brace!r} belongs to no placeholder; write {2 * brace} for a brace itself"
            raise CommandSyntaxError(message, token.start())


def words(command: str) -> list[str]:
    """Program and arguments as they are written, quotes taken away as a shell would.

    Raises:
        CommandSyntaxError: There are none, a quotation does not end, or a shell is expected.
    """
    try:
        found = shlex.split(command)
    except ValueError as error:
        message = f"{str(error).lower()}; expected program and arguments, quotes in pairs"
        raise CommandSyntaxError(message, 0) from error
    if not found:
        raise CommandSyntaxError("expected a program and its arguments, found blanks", 0)
    shell = next((word for word in found if word in SHELL), None)
    if shell is not None:
        message = (
            f"{shell!r} means nothing, because no shell runs this; expected one program and its "
            "arguments; put the rest into a script"
        )
        raise CommandSyntaxError(message, command.index(shell))
    return found


def arguments(command: str, values: Mapping[str, Any]) -> list[str]:
    """Program and arguments with every placeholder replaced; no value can become two words.

    >>> arguments("train.py --lr={lr} --name '{{x}}'", {"lr": 0.05})
    ['train.py', '--lr=0.05', '--name', '{x}']
    """

    def replaced(token: re.Match[str]) -> str:
        return _ESCAPED[token[0]] if token["name"] is None else spelt(values[token["name"]])

    return [_TOKEN.sub(replaced, word) for word in words(command)]


def spelt(value: Any) -> str:
    """A value as one argument.

    >>> [spelt(value) for value in (0.1, True, (0.9, 0.999), "adam", {"depth": 2})]
    ['0.1', 'true', '0.9,0.999', 'adam', '{"depth": 2}']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ",".join(map(spelt, value))
    return json.dumps(value)
