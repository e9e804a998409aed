"""Text that people or programs wrote, made safe to print."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_KEPT_FORMATS = {"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}", "\N{SOFT HYPHEN}"}


def clean(text: str) -> str:
    """One line without control characters.

    Direction overrides go too: they could make a page read differently from what it holds.
    """
    spaced = "".join(" " if char in "\t\n\r\v\f" else char for char in text)
    return " ".join("".join(char for char in spaced if _printable(char)).split(" ")).strip()


def clamp(text: str, length: int) -> str:
    """At most ``length`` characters, cut at a word where one is near, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > length * 0.6 else cut).rstrip() + ELLIPSIS


def _printable(char: str) -> bool:
    """Also what is newer than this Python's Unicode: that is a character all the same."""
    return char in _KEPT_FORMATS or not (
        unicodedata.category(char) in {"Cc", "Cf", "Cs"} or _is_noncharacter(ord(char))
    )


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
