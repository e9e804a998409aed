"""What a forger does to a report, with pypdf."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

GLYPH = re.compile(r"<([0-9a-f]{4})> <([0-9a-f]+)>")
SHIFT = r"-?[\d.]+(?:<>-?[\d.]+)*"


def tampered(pdf: bytes, change: Callable[[PdfWriter], None]) -> bytes:
    """The PDF saved again after a change."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def rewritten(old: str, new: str) -> Callable[[PdfWriter], None]:
    """Other words in the commands of page 1, in the page's own font."""

    def change(writer: PdfWriter) -> None:
        page = writer.pages[0]
        commands = page.get_contents().get_data().decode("latin-1")
        for font in page["/Resources"]["/Font"].values():
            glyphs = _glyphs(font.get_object())
            if not set(old + new) <= glyphs.keys():
                continue
            shown = re.compile(SHIFT.join(f"<(?:{'|'.join(glyphs[char])})>" for char in old))
            drawn = "0".join(f"<{glyphs[char][0]}>" for char in new)
            commands, count = shown.subn(drawn, commands)
            if count:
                _draw(writer, commands)
                return
        raise AssertionError(f"page 1 does not say {old!r}")

    return change


def painted(commands: str) -> Callable[[PdfWriter], None]:
    """Something more drawn at the end of page 1."""

    def change(writer: PdfWriter) -> None:
        before = writer.pages[0].get_contents().get_data().decode("latin-1")
        _draw(writer, f"q {before} Q q {commands} Q")

    return change


def overprinted(text: str) -> Callable[[PdfWriter], None]:
    """A white box with other words in another font over the verdict."""

    def change(writer: PdfWriter) -> None:
        fonts = writer.pages[0]["/Resources"]["/Font"].get_object()
        kind = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica-Bold"}
        fonts[NameObject("/Forged")] = DictionaryObject(
            {NameObject(key): NameObject(value) for key, value in kind.items()}
        )
        box = "1 g 48 640 190 90 re f 0 g"
        painted(f"{box} BT /Forged 40 Tf 60 670 Td ({text}) Tj ET")(writer)

    return change


def annotated(writer: PdfWriter) -> None:
    """A note with a picture of its own over page 1, as any viewer can add."""
    look = DecodedStreamObject()
    look.set_data(b"1 g 0 0 190 90 re f")
    look.update({NameObject("/Type"): NameObject("/XObject"),
                 NameObject("/Subtype"): NameObject("/Form"),
                 NameObject("/BBox"): _numbers(0, 0, 190, 90)})  # fmt: skip
    note = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"),
        NameObject("/Subtype"): NameObject("/FreeText"),
        NameObject("/Rect"): _numbers(48, 640, 238, 730),
        NameObject("/Contents"): TextStringObject("GO"),
        NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
    })  # fmt: skip
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])


def cropped(writer: PdfWriter) -> None:
    """The lower half of page 1 is out of sight."""
    writer.pages[0][NameObject("/CropBox")] = _numbers(0, 421, 595, 842)


def made_transparent(writer: PdfWriter) -> None:
    """Everything that page 1 fills is invisible."""
    for state in writer.pages[0]["/Resources"]["/ExtGState"].values():
        if "/ca" in state:
            state[NameObject("/ca")] = FloatObject(0)


def with_letters_exchanged(writer: PdfWriter) -> None:
    """The regular font draws its letters with the outlines of the bold one."""
    fonts = [font.get_object() for font in writer.pages[0]["/Resources"]["/Font"].values()]
    bold, regular = (
        font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for font in sorted(fonts, key=lambda font: "Semi-Bold" not in font["/BaseFont"])[:2]
    )
    regular[NameObject("/FontFile3")] = bold.raw_get("/FontFile3")


def attaching(name: str, content: bytes) -> Callable[[PdfWriter], None]:
    """Another content for an attachment, as thorough as a forger may be: with its MD5 dropped."""

    def change(writer: PdfWriter) -> None:
        for file in writer.attachment_list:
            if file.name == name:
                stream = file.pdf_object["/EF"]["/F"].get_object()
                stream.set_data(content)
                stream.pop("/Params", None)

    return change


def attaching_carelessly(name: str, content: bytes) -> Callable[[PdfWriter], None]:
    """Another content for an attachment, with the checksum of the old one."""

    def change(writer: PdfWriter) -> None:
        for file in writer.attachment_list:
            if file.name == name:
                file.pdf_object["/EF"]["/F"].get_object().set_data(content)

    return change


def with_attachments_unlisted(writer: PdfWriter) -> None:
    """No viewer shows an attachment any more; the files are still there, as associated ones."""
    del writer.root_object["/Names"]


def entitled(title: str) -> Callable[[PdfWriter], None]:
    """Another title in the document information."""
    return lambda writer: writer.add_metadata({"/Title": title})


def _glyphs(font: Any) -> dict[str, list[str]]:
    """The glyphs of each character; a hyphen between capitals has one of its own."""
    table = font["/ToUnicode"].get_object().get_data().decode()
    found: dict[str, list[str]] = {}
    for glyph, code in GLYPH.findall(table):
        found.setdefault(bytes.fromhex(code).decode("utf-16-be"), []).append(glyph)
    return found


def _draw(writer: PdfWriter, commands: str) -> None:
    stream = DecodedStreamObject()
    stream.set_data(commands.encode("latin-1"))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)
