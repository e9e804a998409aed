"""Text and tables as GitHub's Markdown shows them."""

from __future__ import annotations

import re

_MEANING = re.compile(r"([\\`*_{}\[\]<>#|~!@&$])")


def escaped(text: str) -> str:
    r"""The text as Markdown shows it: everything with a meaning escaped, on one line.

    >>> escaped("a|b *c*")
    'a\\|b \\*c\\*'
    """
    return _MEANING.sub(r"\\\1", text)


def table_row(*cells: str) -> str:
    """One row of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"
