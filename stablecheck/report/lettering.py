"""What a page is written with: parts of typefaces, and names for what none of them draws."""

from __future__ import annotations

import functools
import io
import re
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from stablecheck.report.fonts import Typeface, typefaces

_MOST_LISTED = 5
_LAST_PLAIN = "\u00ff"
_NEVER_DRAWN = re.compile("[\u00ad\u034f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")
_NAMES_KEPT = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Names of a font that stay in a part of it; 0, 13 and 14 are its copyright and its licence."""
_LEFT_OUT = ["vhea", "vmtx", "VORG", "FFTM"]
"""Tables of a font that a page makes no use of: those of vertical lines, and a date."""


@dataclass(frozen=True)
class Part:
    """As much of a typeface, in one weight, as a page needs."""

    family: str
    name: str
    weight: int
    font: bytes


def parts(page: str, shared: Set[str]) -> tuple[Part, ...]:
    """What a page needs of the typefaces beside Inter, which it has in full.

    Args:
        page: Its HTML.
        shared: Characters of other pages of the run, so that all of them can share one part.
    """
    return tuple(
        Part(typeface.family, f"{typeface.name}-{weight}.otf", weight, font)
        for typeface, characters in _shares({*page}, shared)
        for weight, file in typeface.files.items()
        for font in [_part(file, characters, typeface.features)]
    )


def undrawn(text: str) -> tuple[str, ...]:
    """The characters of a text that no installed typeface draws, each once, as they come."""
    left = {one for one in text if not one.isascii()} - {*_NEVER_DRAWN.findall(text)}
    for typeface in typefaces() if left else ():
        left -= typeface.characters
    return tuple(dict.fromkeys(character for character in text if character in left))


def undrawn_notice(text: str) -> str | None:
    """What to know of a text that is not drawn as it is written; None where it is."""
    missing = undrawn(text)
    if not missing:
        return None
    listed = ", ".join(f"{one} as {spelt_out(one)}" for one in missing[:_MOST_LISTED])
    more = ", \N{HORIZONTAL ELLIPSIS}" if len(missing) > _MOST_LISTED else ""
    return f"the report has no typeface for every character and writes {listed}{more}"


def spelt_out(text: str) -> str:
    """The text with names, in brackets, for what no installed typeface draws.

    >>> spelt_out("Churn \N{ROCKET} v3")
    'Churn [rocket] v3'
    """
    missing = undrawn(text)
    if not missing:
        return text
    one, joiner = f"[{re.escape(''.join(missing))}]", _NEVER_DRAWN.pattern
    run = re.compile(f"{one}(?:{joiner}*{one})*{joiner}*")

    def named(found: re.Match[str]) -> str:
        return f"[{', '.join(name_of(one) for one in found[0] if one in missing)}]"

    return run.sub(named, text)


def name_of(character: str) -> str:
    """What a character is called: the name of a symbol, the number of any other.

    >>> name_of("\N{ROCKET}"), name_of("\N{THAI CHARACTER KO KAI}")
    ('rocket', 'U+0E01')
    """
    symbol = unicodedata.category(character).startswith("S")
    number = f"U+{ord(character):04X}"
    return unicodedata.name(character, number).lower() if symbol else number


def _shares(page: Set[str], shared: Set[str]) -> Iterator[tuple[Typeface, str]]:
    """The typefaces beside Inter that a page needs, each with the characters it gives."""
    inter, *others = typefaces()
    here, left = page - inter.characters, (page | shared) - inter.characters
    # Plain ones too: a space is taken from the font of the characters beside it.
    plain = {character for character in page | shared if character <= _LAST_PLAIN}
    for typeface in others if here else ():
        own = left & typeface.characters
        if own & here:
            yield typeface, "".join(sorted(own | plain))
        left -= own


@functools.lru_cache(maxsize=8)
def _part(file: Path, characters: str, features: tuple[str, ...]) -> bytes:
    """The font with these characters alone; the same bytes for the same characters."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        name_IDs=_NAMES_KEPT,
        notdef_outline=True,
        layout_features=list(features),
        desubroutinize=True,
    )
    options.drop_tables += _LEFT_OUT
    with TTFont(file, lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        written = io.BytesIO()
        font.save(written)
    return written.getvalue()
