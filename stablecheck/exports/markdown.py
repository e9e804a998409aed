"""Text as GitHub's Markdown shows it, with nothing in it that means anything else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

WORD_JOINER = "\N{WORD JOINER}"
_MEANING = re.compile(r"([\\`*_{}\[\]<>|~!&$@#]|:(?=//)|(?<=www)\.)")
_TICKS = re.compile(r"`+")


def escaped(text: str) -> str:
    r"""The text on one line, everything with a meaning escaped.

    GitHub looks for ``@name`` and ``#1`` in what is shown, where no backslash is left; so an
    invisible character follows both.

    >>> escaped("a|b *c*")
    'a\\|b \\*c\\*'
    """
    marked = _MEANING.sub(r"\\\1", text)
    return re.sub("[@#]", lambda found: found.group() + WORD_JOINER, marked)


def table_row(*cells: str) -> str:
    """One row of a table; the cells are Markdown."""
    return f"| {' | '.join(cells)} |"


def code_block(text: str, language: str = "shell") -> str:
    """A fenced block; the fence is longer than any row of backticks in the text."""
    longest = max((len(found) for found in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def code(text: str) -> str:
    r"""The text as code inside a line or a table, whose bars stay escaped even there.

    >>> code("a | b")
    '`` a \\| b ``'
    """
    longest = max((len(found) for found in _TICKS.findall(text)), default=0)
    ticks = "`" * max(2, longest + 1)
    return f"{ticks} {text} {ticks}".replace("|", r"\|")


def folded(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines that a reader opens; Markdown between tags needs empty lines around it."""
    yield from ("<details>", f"<summary>{escaped(heading)}</summary>", "")
    yield from lines
    yield from ("", "</details>", "")
