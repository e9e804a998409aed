"""The words of the requirement language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from stablecheck.errors import RequirementSyntaxError

Kind = Literal["name", "number", "operator", "mark", "end"]

_TOKEN = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<operator><=|>=|==|!=|<|>)"
    r"|(?P<mark>[().,])"
)
_SPACE = re.compile(r"\s*")
_TYPOGRAPHY = {"≥": ">=", "≤": "<=", "≠": "!=", "=>": ">=", "=<": "<=", "=": "=="}


@dataclass(frozen=True)
class Token:
    """One word; ``offset`` counts characters from 0."""

    kind: Kind
    text: str
    offset: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else repr(self.text)


def tokenize(text: str) -> tuple[Token, ...]:
    """Split a requirement into its words; the last one is always the end.

    Raises:
        RequirementSyntaxError: A character belongs to no word.
    """
    tokens: list[Token] = []
    offset = _skip_space(text, 0)
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise RequirementSyntaxError(_unknown(text[offset:]), offset)
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
        tokens.append(Token(kind, match.group(), offset))
        offset = _skip_space(text, match.end())
    return (*tokens, Token("end", "", len(text)))


def _skip_space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _unknown(rest: str) -> str:
    for written, meant in _TYPOGRAPHY.items():
        if rest.startswith(written):
            return f"unexpected character {written!r}; write {meant}"
    return f"unexpected character {rest[0]!r}; expected e.g. median(seeds.score) >= 0.9"
