"""Where two texts differ, word by word."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from itertools import accumulate

CUT = "..."
_BEFORE = 4
_LONGEST = 90


@dataclass(frozen=True)
class Difference:
    """One place where the texts part.

    Args:
        shown, expected: The differing words of each, with a few words before them in the same line.
        is_cut: Whether the shown text is merely the beginning of the expected one and says so.
    """

    shown: str
    expected: str
    is_cut: bool


def differences(shown: str, expected: str) -> tuple[Difference, ...]:
    """Where the shown text departs from the expected one; line breaks and spacing do not count.

    >>> [(one.shown, one.expected) for one in differences("mean 0.95 of  14", "mean 0.85 of 14")]
    [('mean 0.95', 'mean 0.85')]
    """
    left, right = words(shown), words(expected)
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    context = _Context(shown), _Context(expected)
    found = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        here, there = "".join(left[start:end]), "".join(right[other_start:other_end])
        if kind != "equal" and here != there:
            is_cut = here.endswith(CUT) and there.startswith(here.removesuffix(CUT))
            quoted = context[0].quoted(start, end), context[1].quoted(other_start, other_end)
            found.append(Difference(*quoted, is_cut))
    return tuple(found)


def words(text: str) -> list[str]:
    """The words, with characters that look alike made equal."""
    alike = unicodedata.normalize("NFKC", text.replace("\N{SOFT HYPHEN}", ""))
    return alike.replace("\N{HYPHEN}", "-").replace("\N{MINUS SIGN}", "-").split()


class _Context:
    """The words of a text with the lines they stand in."""

    def __init__(self, text: str) -> None:
        lines = [words(line) for line in text.splitlines()]
        self._words = [word for line in lines for word in line]
        self._begins = [
            begin
            for begin, line in zip(accumulate(map(len, lines), initial=0), lines, strict=False)
            for _ in line
        ]

    def quoted(self, start: int, end: int) -> str:
        """Some of the words, after a few that stand before them in the same line."""
        if start == end:
            return ""
        begin = max(self._begins[start], start - _BEFORE)
        text = " ".join(self._words[begin:end])
        return text if len(text) <= _LONGEST else text[: _LONGEST - len(CUT)] + CUT
