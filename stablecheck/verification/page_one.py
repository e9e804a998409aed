"""Page 1 in the file against page 1 as the attachments give it."""

from __future__ import annotations

from dataclasses import dataclass

from stablecheck.errors import FontNotInstalledError, NativeLibraryError, StablecheckError
from stablecheck.report.fonts import need_font
from stablecheck.report.pdf import render_page_one, render_page_one_uncut
from stablecheck.report.view import ReportView, build_view
from stablecheck.resources import languages
from stablecheck.store import FinishedRun
from stablecheck.verification.differences import Difference, differences
from stablecheck.verification.finding import Finding
from stablecheck.verification.pdf_file import PdfFile, read_pdf
from stablecheck.verification.writer import laid_out_elsewhere, other_version

SUBJECT = "page 1"
_PROVEN = (
    "its words and numbers, lines, shapes and letters are drawn exactly as result.json and "
    "checklist.yaml give them"
)
_MOST = 5


@dataclass(frozen=True)
class Expected:
    """Page 1 of a report, laid out anew.

    Args:
        run: The results and the checklist it is made from.
        view: What it says.
        pdf: The page as a PDF, followed by as many empty pages as the report has further ones.
    """

    run: FinishedRun
    view: ReportView
    pdf: PdfFile


def expected(run: FinishedRun, language: str, pages: int) -> Expected | Finding:
    """Page 1 that results and checklist give in a language; or why they give none.

    Raises:
        NativeLibraryError: Pango is missing.
        FontNotInstalledError: The language needs a font that an extra brings.
    """
    if language not in languages():  # nor is the tag trusted as a file name
        text = f"the PDF calls its language “{language}”, which stablecheck does not write"
        return Finding(SUBJECT, "differs", text)
    need_font(language)
    try:
        view = build_view(run, language)
        return Expected(run, view, read_pdf(render_page_one(run, view, pages), "page 1"))
    except (NativeLibraryError, FontNotInstalledError):
        raise
    # Results that were edited by hand may break any assumption of the view.
    except (StablecheckError, ArithmeticError, LookupError, RuntimeError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
        return Finding(SUBJECT, "differs", f"result.json and checklist.yaml give no page 1: {why}")


def compared(pdf: PdfFile, known: Expected) -> tuple[Finding, ...]:
    """How page 1 in the file stands to the expected one."""
    parts = pdf.page_one.departures(known.pdf.page_one)
    if not parts:
        return (Finding(SUBJECT, "agrees", _PROVEN),)
    return _of_words(pdf, known) or _of_drawing(pdf, known, parts)


def _of_words(pdf: PdfFile, known: Expected) -> tuple[Finding, ...]:
    """The words that differ, one finding each; none where all agree."""
    found = _different(pdf, known)
    shown = [Finding(SUBJECT, "differs", _told(one)) for one in found[:_MOST]]
    if len(found) > _MOST:
        rest = f"and {len(found) - _MOST} further places differ"
        shown.append(Finding(SUBJECT, "differs", rest))
    if shown and (version := other_version(pdf)):
        text = f"{version}, whose wording and layout may differ; verify with that version"
        shown.append(Finding(SUBJECT, "unchecked", text))
    return tuple(shown)


def _different(pdf: PdfFile, known: Expected) -> tuple[Difference, ...]:
    found = differences(pdf.texts[0], known.pdf.texts[0])
    if not found or not laid_out_elsewhere(pdf, known.pdf):
        return found
    # Elsewhere a long text may have been cut at another word.
    uncut = read_pdf(render_page_one_uncut(known.run, known.view, len(pdf.texts)), "page 1")
    return tuple(one for one in differences(pdf.texts[0], uncut.texts[0]) if not one.is_cut)


def _told(one: Difference) -> str:
    if not one.shown:
        return f"page 1 lacks “{one.expected}”, which result.json gives"
    if not one.expected:
        return f"page 1 says “{one.shown}”; result.json gives nothing there"
    return f"page 1 says “{one.shown}”; result.json gives “{one.expected}”"


def _of_drawing(pdf: PdfFile, known: Expected, parts: tuple[str, ...]) -> tuple[Finding, ...]:
    """The words agree, but something is drawn otherwise."""
    covered = pdf.page_one.annotations
    if covered:
        kinds = ", ".join(covered)
        text = f"annotations are drawn over it ({kinds}), and stablecheck writes none"
        return (Finding(SUBJECT, "differs", text),)
    if foreign := laid_out_elsewhere(pdf, known.pdf):
        text = (
            "its words and numbers are those that result.json and checklist.yaml give; lines and "
            f"shapes were not compared, as {foreign}"
        )
        return (Finding(SUBJECT, "partly", text),)
    text = (
        "its words agree, but it is not drawn as result.json draws it; what differs: "
        + ", ".join(parts)
    )
    return (Finding(SUBJECT, "differs", text),)
