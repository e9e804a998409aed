"""Text in lines of a terminal, where a character may take two columns or none."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

WIDTH = 80


def wrapped(text: str, first: str = "", following: str = "", hidden: int = 0) -> Iterator[str]:
    """The text in lines of at most ``WIDTH`` columns; words longer than a line are cut.

    Args:
        text: What is said.
        first: Begins the first line.
        following: Begins the others.
        hidden: Columns that seem to be of ``first`` but set its colour.
    """
    line, free = first, WIDTH - cell_len(first) + hidden
    begun = False
    for word in _words(text, WIDTH - max(cell_len(first) - hidden, cell_len(following))):
        if begun and cell_len(word) + 1 > free:
            yield line
            line, free, begun = following, WIDTH - cell_len(following), False
        line += f" {word}" if begun else word
        free -= cell_len(word) + begun
        begun = True
    yield line.rstrip()


def padded(text: str, columns: int) -> str:
    """The text with spaces after it, up to so many columns."""
    return text + " " * (columns - cell_len(text))


def _words(text: str, longest: int) -> Iterator[str]:
    for word in text.split():
        yield from chop_cells(word, longest)
