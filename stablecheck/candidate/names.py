"""Names of parameters and modules, as messages list them."""

from __future__ import annotations

from collections.abc import Sequence

_MOST = 4


def some(names: Sequence[str]) -> str:
    """The first few of many.

    >>> some(["a", "b"]), some(list("abcdef"))
    ('a, b', 'a, b, c, d and 2 more')
    """
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
