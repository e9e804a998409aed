"""All comparisons of one report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stablecheck.errors import NotAReportError
from stablecheck.verification.attached import CHECKLIST, RESULT, Attached, attached
from stablecheck.verification.finding import Finding, Verification
from stablecheck.verification.metadata import described, digests
from stablecheck.verification.page_one import SUBJECT, compared, expected
from stablecheck.verification.pdf_file import PdfFile, open_pdf
from stablecheck.verification.run_folder import folder_of, in_folder


def verify(report: Path, folder: Path | None = None) -> Verification:
    """Compare the parts of a report with each other, and with its run folder where it lies in one.

    Args:
        report: The PDF.
        folder: The run folder, where the report has been moved out of it.

    Raises:
        NotAReportError: It is no PDF of stablecheck, or cannot be read; in one line.
        NativeLibraryError: Pango is missing, so that page 1 cannot be laid out.
        FontNotInstalledError: Nor can it without the font of its language.
    """
    if folder is not None and not (folder / RESULT).is_file():
        raise NotAReportError(f"{folder}: no run folder: no {RESULT}; give the folder of the run")
    pdf = open_pdf(report)
    files = attached(pdf, str(report))
    return Verification(
        report=report,
        written_by=pdf.facts["Creator"],
        language=pdf.language,
        run=files.run.result.run.id if files.run else None,
        decision=files.run.result.verdict.decision if files.run else None,
        findings=tuple(_findings(pdf, files, folder or folder_of(report))),
    )


def _findings(pdf: PdfFile, files: Attached, folder: Path | None) -> Iterator[Finding]:
    content = {RESULT: files.result_bytes, CHECKLIST: files.checklist_bytes}
    yield from files.findings
    yield from digests(pdf, content)
    yield from _of_page_one(pdf, files)
    if folder is not None:
        result = files.run.result if files.run else None
        yield from in_folder(folder, content, result)


def _of_page_one(pdf: PdfFile, files: Attached) -> Iterator[Finding]:
    if files.run is None:
        yield Finding(SUBJECT, "unchecked", "not compared, as the attachments cannot be understood")
        return
    page = expected(files.run, pdf.language, len(pdf.texts))
    if isinstance(page, Finding):
        yield page
        return
    yield from described(pdf, page.pdf)
    yield from compared(pdf, page)
