"""The text of a page, in the order in which it is drawn.

A page of WeasyPrint draws each piece of text with its spaces, and maps each glyph to characters; so
nothing has to be guessed from positions, and text beyond the basic plane reads as it should.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from stablecheck.verification.entries import dictionary, raw

if TYPE_CHECKING:
    from pypdf import PageObject

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf(?:char|range)", re.DOTALL)
_CODES = re.compile(rb"<([0-9A-Fa-f]*)>")
_DEPTH = 8


def text_of(page: PageObject) -> str:
    """The text that a page draws, a line for each piece."""
    return "\n".join(_pieces(page.get_contents(), dictionary(page, "/Resources"), page.pdf, 0))


def _pieces(content: Any, resources: Any, pdf: Any, depth: int) -> Iterator[str]:
    from pypdf.generic import ContentStream

    if content is None or depth > _DEPTH:
        return
    fonts = _Fonts(dictionary(resources, "/Font"))
    piece: list[str] = []
    for operands, operator in ContentStream(content, pdf).operations:
        if operator == b"Tf":
            fonts.choose(operands[0])
        elif operator in (b"Tj", b"TJ", b"'", b'"'):
            piece.append(fonts.read(operands[-1]))
        elif operator == b"Do":
            inner = dictionary(dictionary(resources, "/XObject"), operands[0])
            if inner.get("/Subtype") == "/Form":
                own = dictionary(inner, "/Resources") or resources
                yield from _pieces(inner, own, pdf, depth + 1)
        elif operator in (b"Td", b"TD", b"Tm", b"T*", b"ET") and piece:
            yield "".join(piece)
            piece = []
    yield "".join(piece)


class _Fonts:
    """The fonts of a page, and the one that is in use."""

    def __init__(self, fonts: Any) -> None:
        self._fonts = fonts
        self._maps: dict[str, Mapping[int, str] | None] = {}
        self._current: Mapping[int, str] | None = None

    def choose(self, name: str) -> None:
        if name not in self._maps:
            self._maps[name] = _characters(dictionary(self._fonts, name))
        self._current = self._maps[name]

    def read(self, shown: Any) -> str:
        """The characters of a string, or of an array of strings and shifts."""
        parts = shown if isinstance(shown, list) else [shown]
        return "".join(self._decode(raw(part)) for part in parts if isinstance(part, (str, bytes)))

    def _decode(self, codes: bytes) -> str:
        if self._current is None:
            return codes.decode("latin-1")
        pairs = (codes[start : start + 2] for start in range(0, len(codes), 2))
        return "".join(self._current.get(int.from_bytes(pair, "big"), "\ufffd") for pair in pairs)


def _characters(font: Any) -> Mapping[int, str] | None:
    """Characters by glyph; None for a font with codes of one byte, as other programs embed."""
    if font.get("/Subtype") != "/Type0" or "/ToUnicode" not in font:
        return None
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(font["/ToUnicode"].get_object().get_data()):
        codes = [bytes.fromhex(code.decode()) for code in _CODES.findall(body)]
        if kind == b"bfchar":
            for glyph, text in zip(codes[::2], codes[1::2], strict=False):
                found[int.from_bytes(glyph, "big")] = _text(text)
        else:
            for first, last, text in zip(codes[::3], codes[1::3], codes[2::3], strict=False):
                found |= _range(first, last, text)
    return found


def _range(first: bytes, last: bytes, text: bytes) -> dict[int, str]:
    start, end = int.from_bytes(first, "big"), int.from_bytes(last, "big")
    value, size = int.from_bytes(text, "big"), len(text)
    numbers = range(start, min(end, start + 0xFFFF) + 1)
    return {
        number: _text((value + place).to_bytes(size + 1, "big")[1:])
        for place, number in enumerate(numbers)
    }


def _text(code: bytes) -> str:
    return code.decode("utf-16-be", errors="replace")
