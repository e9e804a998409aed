"""The fonts of a page: what a code draws, whichever number its glyph has in the embedded part.

A program embeds only the glyphs that a document needs, and may number them anew. So glyphs are
compared by outline and width.
"""

from __future__ import annotations

import functools
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from stablecheck.verification.entries import dictionary, items

_CODE = re.compile(rb"<([0-9a-fA-F]+)>[ \t]+(\d+)")
_WHOLE_WIDTH = 1000


class Font:
    """A font of a page.

    Args:
        font: Its dictionary in the PDF.
    """

    def __init__(self, font: Any) -> None:
        self._font = font
        self._descendant = next(iter(items(font, "/DescendantFonts")), None)
        self._outlines: dict[int, str] = {}

    @property
    def name(self) -> str:
        """Its name, without the prefix of an embedded part."""
        return str(self._font.get("/BaseFont", "unnamed")).rpartition("+")[2].lstrip("/")

    def drawn(self, codes: bytes) -> Any:
        """What a string draws: outline and width of each glyph, or its bytes in a simple font."""
        if self._descendant is None:
            return self.name, codes
        pairs = (codes[start : start + 2] for start in range(0, len(codes), 2))
        return tuple(self._glyph(pair) for pair in pairs)

    def _glyph(self, code: bytes) -> tuple[str, float]:
        known = int.from_bytes(code, "big")
        number, width = self._numbers.get(known, known), self._widths.get(known, _WHOLE_WIDTH)
        return self._outline(number), width

    @functools.cached_property
    def _numbers(self) -> Mapping[int, int]:
        """Numbers of glyphs by code, where the font has an encoding of its own."""
        from pypdf.generic import StreamObject

        encoding = dictionary(self._font, "/Encoding")
        if not isinstance(encoding, StreamObject):
            return {}
        found = _CODE.findall(encoding.get_data())
        return {int(code, 16): int(number) for code, number in found}

    @functools.cached_property
    def _widths(self) -> Mapping[int, float]:
        assert self._descendant is not None
        return dict(_widths(items(self._descendant, "/W")))

    @functools.cached_property
    def _program(self) -> Any:
        """The embedded program with its glyphs by number; None where none is embedded."""
        from fontTools.ttLib import TTFont

        descriptor = dictionary(self._descendant, "/FontDescriptor")
        keys = [key for key in ("/FontFile3", "/FontFile2") if key in descriptor]
        return TTFont(io.BytesIO(descriptor[keys[0]].get_object().get_data())) if keys else None

    def _outline(self, number: int) -> str:
        """Digest of an outline; the name of the font where nothing is embedded."""
        if self._program is None:
            return f"{self.name} {number}"
        if number not in self._outlines:
            self._outlines[number] = _outline(self._program, number)
        return self._outlines[number]


def _outline(program: Any, number: int) -> str:
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    glyphs = program.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[program.getGlyphName(number)].draw(pen)
    return hashlib.sha256(repr(pen.value).encode()).hexdigest()


def _widths(entries: list[Any]) -> Iterator[tuple[int, float]]:
    """Widths by code from ``first [width …]`` and ``first last width``."""
    place = 0
    while place < len(entries) - 1:
        first, second = int(entries[place]), entries[place + 1]
        if isinstance(second, list):
            yield from ((first + n, float(width)) for n, width in enumerate(second))
            place += 2
        else:
            last = min(int(second), first + 0xFFFF)
            yield from ((code, float(entries[place + 2])) for code in range(first, last + 1))
            place += 3
