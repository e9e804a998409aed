"""What a page draws, as values that can be compared: its commands, and all that they refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stablecheck.verification.entries import dictionary, items, raw
from stablecheck.verification.glyphs import Font

if TYPE_CHECKING:
    from pypdf import PageObject

_DEPTH = 12
# How a stream is packed, and where a page hangs in its document, draws nothing.
_SILENT = {"/Length", "/Filter", "/DecodeParms", "/Parent", "/StructParent", "/StructParents"}
_HANDLED = {"/Contents", "/Resources", "/Annots", "/AF"}
_SHOWING = (b"Tj", b"TJ", b"'", b'"')


@dataclass(frozen=True)
class Drawing:
    """What a page draws.

    Args:
        commands: Its commands, with all that they name put in place of the names.
        letters: What its strings of text draw, glyph by glyph.
        font_names: Its fonts.
        sheet: Its boxes and the other entries that say how it is shown.
        annotations: Kinds of the annotations that are drawn over it, links left out.
    """

    commands: tuple[Any, ...]
    letters: tuple[Any, ...]
    font_names: frozenset[str]
    sheet: Mapping[str, Any]
    annotations: tuple[str, ...]

    def departures(self, expected: Drawing) -> tuple[str, ...]:
        """The parts that are drawn otherwise than expected; none where the pages look the same."""
        parts = {
            "drawing commands": self.commands == expected.commands,
            "letter shapes": self.letters == expected.letters,
            "size or boxes of the sheet": self.sheet == expected.sheet,
            "annotations": not self.annotations,
        }
        return tuple(part for part, same in parts.items() if not same)


def drawing_of(page: PageObject) -> Drawing:
    """What a page draws."""
    read = _Reading(page.pdf)
    commands = tuple(read.commands(page.get_contents(), dictionary(page, "/Resources"), 0))
    return Drawing(
        commands=commands,
        letters=tuple(read.letters),
        font_names=frozenset(read.font_names),
        sheet={key: _plain(value) for key, value in page.items() if _shows(key)},
        annotations=tuple(
            kind for kind in map(_kind, items(page, "/Annots")) if kind != "/Link"
        ),
    )  # fmt: skip


def _shows(key: str) -> bool:
    return key not in _SILENT | _HANDLED


def _kind(annotation: Any) -> str:
    plain = str(annotation.get("/Subtype", "unknown"))
    return "with a drawing" if "/AP" in annotation else plain


class _Reading:
    """The reading of one page.

    Args:
        pdf: The document it stands in.
    """

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._fonts: dict[int, Font] = {}
        self.letters: list[Any] = []
        self.font_names: set[str] = set()

    def commands(self, content: Any, resources: Any, depth: int) -> Iterator[Any]:
        """Each command with its values; names of resources give way to what they name."""
        from pypdf.generic import ContentStream

        if content is None or depth > _DEPTH:
            return
        font: Font | None = None
        for operands, operator in ContentStream(content, self._pdf).operations:
            if operator == b"Tf":
                font = self._font(dictionary(dictionary(resources, "/Font"), operands[0]))
                yield operator, font.name, _plain(operands[1])
            elif operator in _SHOWING:
                yield operator, tuple(self._shifts(operands[-1], font))
            else:
                yield operator, self._values(operands, resources, depth)

    def _font(self, known: Any) -> Font:
        if id(known) not in self._fonts:
            self._fonts[id(known)] = Font(known)
            self.font_names.add(self._fonts[id(known)].name)
        return self._fonts[id(known)]

    def _shifts(self, shown: Any, font: Font | None) -> Iterator[Any]:
        """How far each piece of a string is moved, and how long it is; its letters are kept."""
        for part in shown if isinstance(shown, list) else [shown]:
            if isinstance(part, (str, bytes)):
                codes = raw(part)
                self.letters.append(font.drawn(codes) if font else codes)
                yield len(codes)
            else:
                yield _plain(part)

    def _values(self, operands: Any, resources: Any, depth: int) -> Any:
        if isinstance(operands, dict):  # an image that stands in the commands
            return str(operands)
        return tuple(self._value(operand, resources, depth) for operand in operands)

    def _value(self, operand: Any, resources: Any, depth: int) -> Any:
        from pypdf.generic import NameObject, StreamObject

        if not isinstance(operand, NameObject):
            return _plain(operand)
        kinds = (dictionary(resources, kind) for kind in resources if kind != "/Font")
        found = [known[operand].get_object() for known in kinds
                 if isinstance(known, dict) and operand in known]  # fmt: skip
        if not found:
            return str(operand)
        named = found[0]
        if isinstance(named, StreamObject) and named.get("/Subtype") == "/Form":
            own = dictionary(named, "/Resources") or resources
            return _entries(named, 0), tuple(self.commands(named, own, depth + 1))
        return _plain(named)


def _plain(value: Any, depth: int = 0) -> Any:
    """An object of a PDF as plain values, with all that it refers to."""
    from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

    known = value.get_object() if hasattr(value, "get_object") else value
    if depth > _DEPTH:
        return None
    if isinstance(known, ArrayObject):
        return [_plain(item, depth + 1) for item in known]
    if not isinstance(known, DictionaryObject):
        return known
    plain = _entries(known, depth)
    return (plain, known.get_data()) if isinstance(known, StreamObject) else plain


def _entries(known: Any, depth: int) -> dict[str, Any]:
    return {key: _plain(value, depth + 1) for key, value in known.items() if _shows(key)}
