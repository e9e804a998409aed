"""What a page draws, as values that can be compared: its commands, and all that they refer to."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stablecheck.verification.entries import dictionary, items

if TYPE_CHECKING:
    from pypdf import PageObject

_NAME = re.compile(rb"/[^\s/\[\]<>(){}%]+")
_CODE = re.compile(rb"<([0-9a-fA-F]+)>[ \t]+(\d+)")
_DEPTH = 12
# How a stream is packed, and where a page hangs in its document, draws nothing.
_SILENT = {"/Length", "/Filter", "/DecodeParms", "/Parent", "/StructParent", "/StructParents"}
_HANDLED = {"/Contents", "/Resources", "/Annots", "/AF"}


@dataclass(frozen=True)
class Font:
    """A font of a page.

    Args:
        name: Its name, without the prefix of a subset.
        facts: What kind of font it is.
        codes: Glyphs by code, where the font has an encoding of its own.
        outlines: The outline of each glyph, by its number.
    """

    name: str
    facts: Any
    codes: Mapping[bytes, bytes]
    outlines: Mapping[int, Any]

    def draws_as(self, other: Font) -> bool:
        """Whether every glyph that ``other`` holds is drawn the same here."""
        if (self.name, self.facts) != (other.name, other.facts):
            return False
        return (
            other.codes.items() <= self.codes.items()
            and all(self.outlines.get(glyph) == line for glyph, line in other.outlines.items())
        )  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """What a page draws.

    Args:
        commands: Its commands.
        sheet: Its boxes and the other entries that say how it is shown.
        fonts: Its fonts, by the names that the commands use.
        resources: What else the commands name.
        annotations: Kinds of the annotations that are drawn over it, links left out.
    """

    commands: bytes
    sheet: Any
    fonts: Mapping[str, Font]
    resources: Any
    annotations: tuple[str, ...]

    @property
    def font_names(self) -> frozenset[str]:
        """The names of its fonts."""
        return frozenset(font.name for font in self.fonts.values())

    def departures(self, expected: Drawing) -> tuple[str, ...]:
        """The parts that are drawn otherwise than expected; none where the pages look the same."""
        parts = {
            "drawing commands": self.commands == expected.commands,
            "size or boxes of the sheet": self.sheet == expected.sheet,
            "letter shapes": self._letters_as(expected),
            "colours, transparency or drawings inside": self.resources == expected.resources,
            "annotations": not self.annotations,
        }
        return tuple(part for part, same in parts.items() if not same)

    def _letters_as(self, expected: Drawing) -> bool:
        return self.fonts.keys() == expected.fonts.keys() and all(
            self.fonts[name].draws_as(font) for name, font in expected.fonts.items()
        )


def drawing_of(page: PageObject) -> Drawing:
    """What a page draws."""
    contents = page.get_contents()
    commands = contents.get_data() if contents is not None else b""
    resources = dictionary(page, "/Resources")
    used = _names(commands)
    fonts = dictionary(resources, "/Font")
    return Drawing(
        commands=commands,
        sheet={key: _plain(value) for key, value in page.items() if _shows(key)},
        fonts={key: _font(font.get_object()) for key, font in fonts.items() if key in used},
        resources=_named(commands, resources),
        annotations=tuple(kind for kind in map(_kind, items(page, "/Annots")) if kind != "/Link"),
    )


def _shows(key: str) -> bool:
    return key not in _SILENT | _HANDLED


def _kind(annotation: Any) -> str:
    return (
        str(annotation.get("/Subtype", "unknown")) if "/AP" not in annotation else "with a drawing"
    )


def _names(commands: bytes) -> set[str]:
    return {name.decode("latin-1") for name in _NAME.findall(commands)}


def _named(commands: bytes, resources: Any, depth: int = 0) -> Any:
    """The resources that commands name, fonts left out."""
    used = _names(commands)
    return {
        (kind, key): _plain(value, depth)
        for kind, entries in resources.items()
        if kind not in ("/Font", "/ProcSet")
        for key, value in entries.get_object().items()
        if key in used
    }


def _plain(value: Any, depth: int = 0) -> Any:
    """An object of a PDF as plain values, with all that it refers to."""
    from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

    known = value.get_object()
    if depth > _DEPTH:
        return None
    if isinstance(known, ArrayObject):
        return [_plain(item, depth + 1) for item in known]
    if not isinstance(known, DictionaryObject):
        return known
    plain = {k: _plain(v, depth + 1) for k, v in known.items() if k not in _SILENT | _HANDLED}
    if isinstance(known, StreamObject):
        data = known.get_data()
        resources = dictionary(known, "/Resources")
        return plain, data, _named(data, resources, depth + 1)
    return plain


def _font(font: Any) -> Font:
    parts = [font, *items(font, "/DescendantFonts")]
    return Font(
        name=str(font.get("/BaseFont", "")).rpartition("+")[2].lstrip("/"),
        facts=[_kind_of_font(part) for part in parts],
        codes=_codes(font),
        outlines={number: line for part in parts for number, line in _outlines(part).items()},
    )


def _kind_of_font(font: Any) -> Any:
    """What does not depend on which of its glyphs are embedded."""
    from pypdf.generic import StreamObject

    keys = ("/Subtype", "/Encoding", "/CIDSystemInfo", "/CIDToGIDMap")
    known = {key: font[key].get_object() for key in keys if key in font}
    return {
        key: sorted(value) if isinstance(value, StreamObject) else _plain(value)
        for key, value in known.items()
    }


def _codes(font: Any) -> Mapping[bytes, bytes]:
    """The glyphs by code of an encoding that is embedded; empty where codes are glyph numbers."""
    from pypdf.generic import StreamObject

    encoding = dictionary(font, "/Encoding")
    return dict(_CODE.findall(encoding.get_data())) if isinstance(encoding, StreamObject) else {}


def _outlines(font: Any) -> dict[int, Any]:
    """The outlines of an embedded font program; none where it embeds none."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.ttLib import TTFont

    descriptor = dictionary(font, "/FontDescriptor")
    programs = [descriptor[key].get_object() for key in descriptor if key.startswith("/FontFile")]
    found: dict[int, Any] = {}
    for program in programs:
        with TTFont(io.BytesIO(program.get_data()), lazy=True) as known:
            glyphs = known.getGlyphSet()
            for number, name in enumerate(known.getGlyphOrder()):
                pen = DecomposingRecordingPen(glyphs)
                glyphs[name].draw(pen)
                if pen.value:
                    found[number] = pen.value
    return found
