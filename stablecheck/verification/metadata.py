"""The document's own metadata against the attachments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from stablecheck.report.cleaning import clamp
from stablecheck.verification.finding import Finding
from stablecheck.verification.pdf_file import PdfFile
from stablecheck.verification.writer import keywords_of, other_version

_SUBJECT = "metadata"
_WORDED = ("Title", "Author", "Subject")
_SHORT = 12
_LONGEST = 60


def described(pdf: PdfFile, expected: PdfFile) -> tuple[Finding, ...]:
    """Title, author, subject and language, as document information and as XMP."""
    wrong = [
        Finding(
            _SUBJECT, "differs", f"{where} says {_told(found)}; result.json gives {_told(right)}"
        )
        for where, found, right in _mismatches(pdf, expected)
    ]
    if wrong and (version := other_version(pdf)):
        wrong.append(Finding(_SUBJECT, "unchecked", f"{version}, whose wording may differ"))
    if wrong:
        return tuple(wrong)
    return (Finding(_SUBJECT, "agrees", f"“{pdf.facts['Title']}”, in document and XMP alike"),)


def _told(text: str) -> str:
    return f"“{clamp(text, _LONGEST)}”" if text else "nothing"


def _mismatches(pdf: PdfFile, expected: PdfFile) -> Iterator[tuple[str, str, str]]:
    for name in _WORDED:
        right = expected.facts[name]
        if pdf.facts[name] != right:
            yield f"the {name.lower()}", pdf.facts[name], right
        elif pdf.described.get(name, "") != right:
            yield f"the {name.lower()} in XMP", pdf.described.get(name, ""), right
    if pdf.language != expected.language:
        yield "the language", pdf.language, expected.language


def digests(pdf: PdfFile, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Whether the metadata and the pages name the SHA-256 of each attached file."""
    return tuple(_digest(pdf, name, content) for name, content in files.items())


def _digest(pdf: PdfFile, name: str, content: bytes) -> Finding:
    digest = hashlib.sha256(content).hexdigest()
    named = _named(pdf, name)
    page = _printed(pdf, digest)
    if named == digest and page:
        text = f"SHA-256 {digest[:_SHORT]}…, in the metadata and on page {page}"
        return Finding(name, "agrees", text)
    problems = []
    if named != digest:
        problems.append(f"the metadata name {named[:_SHORT] + '…' if named else 'none'}")
    if not page:
        problems.append("no page prints it")
    text = f"has SHA-256 {digest[:_SHORT]}…, but {' and '.join(problems)}"
    return Finding(name, "differs", text)


def _named(pdf: PdfFile, name: str) -> str:
    start = f"{name} sha256:"
    found = (word.removeprefix(start) for word in keywords_of(pdf) if word.startswith(start))
    return next(found, "") if pdf.facts["Keywords"] == pdf.described.get("Keywords") else ""


def _printed(pdf: PdfFile, digest: str) -> int:
    """Number of the page that prints a digest, which may be broken over lines; 0 for none."""
    pages = ("".join(text.split()) for text in pdf.texts)
    return next((place for place, text in enumerate(pages, start=1) if digest in text), 0)
