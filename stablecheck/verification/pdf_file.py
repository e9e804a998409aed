"""A PDF read into plain values; nothing in it is trusted, and nothing of it is run."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stablecheck.errors import NotAReportError
from stablecheck.verification.drawing import Drawing, drawing_of
from stablecheck.verification.entries import dictionary, items
from stablecheck.verification.text import text_of

if TYPE_CHECKING:
    from pypdf import PdfReader

LARGEST_FILE = 200_000_000
_MOST_NODES = 10_000


@dataclass(frozen=True)
class AttachedFile:
    """One file that the PDF carries.

    Args:
        name: As a reader of PDFs lists it.
        contents: Its content; several where the lists of the PDF lead to different ones.
        checksum_holds: Whether the MD5 that the PDF states is that of the content.
        listed: Whether it stands in the list of attachments, from which viewers show and save them.
    """

    name: str
    contents: tuple[bytes, ...]
    checksum_holds: bool
    listed: bool


@dataclass(frozen=True)
class PdfFile:
    """What a PDF shows and carries.

    Args:
        language: Tag of its language; empty where it names none.
        facts: Title, author, subject, keywords, creator and producer, by their names.
        described: The same as the XMP metadata give them.
        attachments: The files that it carries, by name.
        texts: The text of each page.
        page_one: What page 1 draws.
    """

    language: str
    facts: Mapping[str, str]
    described: Mapping[str, str]
    attachments: Mapping[str, AttachedFile]
    texts: tuple[str, ...]
    page_one: Drawing


def open_pdf(path: Path) -> PdfFile:
    """Read a PDF.

    Raises:
        NotAReportError: It is no PDF, torn, encrypted, or unreasonably large; in one line.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NotAReportError(f"{path}: larger than 200 MB; no report of stablecheck is")
        content = path.read_bytes()
    except OSError as error:
        raise NotAReportError(
            f"{path}: cannot be read: {error.strerror}; give the PDF of a report"
        ) from error
    if not content.startswith(b"%PDF-"):
        raise NotAReportError(f"{path}: not a PDF; give the report.pdf of a run")
    return read_pdf(content, str(path))


def read_pdf(content: bytes, name: str) -> PdfFile:
    """Read the bytes of a PDF; ``name`` is what messages call it.

    Raises:
        NotAReportError: It is torn, encrypted, or unpacks to something unreasonably large.
    """
    from pypdf import PdfReader

    with _explained(name):
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise NotAReportError(f"{name}: encrypted; save it without a password, and verify that")
        return PdfFile(
            language=str(reader.root_object.get("/Lang", "")),
            facts=_facts(reader),
            described=_described(reader),
            attachments=_attachments(reader),
            texts=tuple(text_of(page) for page in reader.pages),
            page_one=drawing_of(reader.pages[0]),
        )


@contextmanager
def _explained(name: str) -> Iterator[None]:
    from pypdf.errors import LimitReachedError

    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    except NotAReportError:
        raise
    except LimitReachedError as error:
        raise NotAReportError(
            f"{name}: a part of it unpacks to more than a report ever holds: {error}"
        ) from error
    # What a reader trips over in a damaged file has no common type.
    except Exception as error:
        raise NotAReportError(
            f"{name}: torn or damaged: {type(error).__name__}: {error}; take the file from its "
            "run folder again"
        ) from error
    finally:
        logger.setLevel(before)


def _facts(reader: PdfReader) -> dict[str, str]:
    known: Mapping[str, Any] = reader.metadata or {}
    names = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer")
    return {name: str(known.get(f"/{name}", "")) for name in names}


def _described(reader: PdfReader) -> dict[str, str]:
    known = reader.xmp_metadata
    if known is None:
        return {}
    return {
        "Title": (known.dc_title or {}).get("x-default", ""),
        "Author": ", ".join(known.dc_creator or ()),
        "Subject": (known.dc_description or {}).get("x-default", ""),
        "Keywords": known.pdf_keywords or "",
    }


def _attachments(reader: PdfReader) -> dict[str, AttachedFile]:
    contents: dict[str, list[bytes]] = {}
    broken: set[str] = set()
    listed = {name for name, _ in _embedded(_listed(reader))}
    for name, stream in _embedded(_file_specifications(reader)):
        content, known = stream.get_data(), contents.setdefault(name, [])
        if content not in known:
            known.append(content)
        if not _checksum_holds(stream, content):
            broken.add(name)
    return {
        name: AttachedFile(name, tuple(found), name not in broken, name in listed)
        for name, found in contents.items()
    }


def _embedded(specifications: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The stream of every file, by each name that a viewer may show for it."""
    for specification in specifications:
        names = {str(specification[key]) for key in ("/UF", "/F") if key in specification}
        for file in dictionary(specification, "/EF").values():
            yield from ((name, file.get_object()) for name in names)


def _file_specifications(reader: PdfReader) -> Iterator[Any]:
    """Every file of the PDF, by whichever of its lists a viewer may go."""
    yield from _listed(reader)
    for owner in (reader.root_object, *reader.pages):
        yield from items(owner, "/AF")
    for page in reader.pages:
        for annotation in items(page, "/Annots"):
            if "/FS" in annotation:
                yield dictionary(annotation, "/FS")


def _listed(reader: PdfReader) -> Iterator[Any]:
    names = dictionary(reader.root_object, "/Names")
    return _leaves(dictionary(names, "/EmbeddedFiles"))


def _leaves(tree: Any) -> Iterator[Any]:
    waiting, seen = [tree], 0
    while waiting and seen < _MOST_NODES:
        node, seen = waiting.pop(), seen + 1
        waiting.extend(items(node, "/Kids"))
        yield from items(node, "/Names")[1::2]


def _checksum_holds(stream: Any, content: bytes) -> bool:
    stated = dictionary(stream, "/Params").get("/CheckSum")
    if stated is None:
        return True
    raw = getattr(stated, "original_bytes", stated)
    return bytes(raw) == hashlib.md5(content, usedforsecurity=False).digest()
