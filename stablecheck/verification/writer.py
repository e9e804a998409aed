"""Which program wrote a report, and what laid out its lines."""

from __future__ import annotations

from stablecheck import __version__
from stablecheck.verification.pdf_file import PdfFile

_LAYOUT = "Pango "


def keywords_of(pdf: PdfFile) -> tuple[str, ...]:
    """The keywords of its metadata."""
    return tuple(word for word in pdf.facts["Keywords"].split(", ") if word)


def other_version(pdf: PdfFile) -> str:
    """That another version wrote the report; empty where this one did."""
    writer = pdf.facts["Creator"] or "an unnamed program"
    own = f"stablecheck {__version__}"
    return "" if writer == own else f"it was written by {writer}, and this is {own}"


def laid_out_elsewhere(pdf: PdfFile, here: PdfFile) -> str:
    """What laid it out otherwise than here, so that lines may break elsewhere; or empty."""
    if version := other_version(pdf):
        return version
    for name in ("Producer", "Keywords"):
        theirs, ours = _layout(pdf, name), _layout(here, name)
        if theirs != ours:
            return f"it was laid out by {theirs or 'an unnamed program'}, and here is {ours}"
    theirs, ours = (", ".join(sorted(one.page_one.font_names)) for one in (pdf, here))
    return "" if theirs == ours else f"it is set in {theirs}, and this machine uses {ours}"


def _layout(pdf: PdfFile, name: str) -> str:
    if name == "Producer":
        return pdf.facts[name]
    return next((word for word in keywords_of(pdf) if word.startswith(_LAYOUT)), "")
