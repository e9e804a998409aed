"""Sizes of memory as people write them: ``512MiB``, ``1GiB``, ``2GB``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

_UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_SIZE = re.compile(r"(?P<number>\d{1,9}(\.\d{1,9})?)\s*(?P<unit>kB|MB|GB|KiB|MiB|GiB)")


def size_in_bytes(size: str) -> int:
    """A size in bytes.

    >>> size_in_bytes("1.5GiB"), size_in_bytes("2 GB")
    (1610612736, 2000000000)
    """
    match = _SIZE.fullmatch(size.strip())
    if match is None:
        raise ValueError(f"{size!r} is not a size; expected e.g. 512MiB, 1GiB or 2GB")
    return round(float(match["number"]) * _UNITS[match["unit"]])


def _checked(size: str) -> str:
    size_in_bytes(size)
    return size


Size = Annotated[str, AfterValidator(_checked)]
