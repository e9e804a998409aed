"""Did you mean …: the closest of the names that would have been right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like ``name``, if any is like it at all.

    >>> closest("lr_jiter", ["init_seeds", "lr_jitter"])
    'lr_jitter'
    """
    # Matching takes time in proportion to the length, and no name is that long.
    found = difflib.get_close_matches(name[:100], list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message: ``; did you mean 'lr_jitter'?``, or nothing."""
    found = closest(name, known)
    return f"; did you mean {found!r}?" if found else ""
