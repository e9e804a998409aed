"""The reports and exports of a run, from its folder alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from stablecheck import store
from stablecheck.errors import NativeLibraryError
from stablecheck.exports.junit import junit
from stablecheck.exports.repository import Repository
from stablecheck.exports.sarif import code_scanning, sarif
from stablecheck.exports.summary import markdown_summary
from stablecheck.report.fonts import need_font
from stablecheck.report.garbage import uncollected
from stablecheck.report.html import render_html
from stablecheck.report.lettering import undrawn_notice
from stablecheck.report.pdf import render_pdf
from stablecheck.report.view import build_view
from stablecheck.result import Result
from stablecheck.store import FinishedRun, RunFolder

FORMATS: Mapping[str, str] = {
    "pdf": "report.pdf",
    "html": "report.html",
    "md": "summary.md",
    "junit": "junit.xml",
    "sarif": "results.sarif",
    "code-scanning": "code-scanning.sarif",
}
"""What a run can be written as, the one to open first in front, and the file that takes it."""
_PAGES = {"pdf", "html"}


@dataclass(frozen=True)
class Finished:
    """A run that has its result and its reports.

    Args:
        folder: The run folder.
        run: What the reports were made from.
        report: The report to open first: of those that were written, the first in ``FORMATS``.
        warnings: What a person should know beside the verdict, one line each.
    """

    folder: Path
    run: FinishedRun
    report: Path
    warnings: tuple[str, ...] = ()

    @property
    def result(self) -> Result:
        """The content of ``result.json``."""
        return self.run.result


def report(
    folder: Path, formats: Sequence[str] = tuple(FORMATS), *, language: str | None = None
) -> Finished:
    """Write reports and exports of a run, new or again.

    Args:
        folder: The run folder.
        formats: Which ones, of ``FORMATS``; where the PDF cannot be written, the HTML stands in.
        language: Language of the report and the summary; None for the checklist's.

    Raises:
        FontNotInstalledError: The language needs a font that an extra brings.
        NotARunError: The folder is not a finished run, or its files do not fit each other.
        OutputFolderError: The folder cannot be written.
    """
    with uncollected():
        return _report(folder, formats, language)


def _report(folder: Path, formats: Sequence[str], language: str | None) -> Finished:
    run, files = store.read(folder), RunFolder(folder)
    if _PAGES & set(formats):
        need_font(language or run.checklist.report.language)
    for name in formats:
        if name in _EXPORTS:
            files.write(FORMATS[name], _EXPORTS[name](run, language).encode())
    pages = _PAGES & set(formats)
    missing = _write_pages(run, files, pages, language) if pages else None
    written = ["html" if missing and name == "pdf" else name for name in formats]
    first = min(written, key=list(FORMATS).index)
    notice = undrawn_notice(run.checklist.model_dump_json()) if pages else None
    warnings = tuple(warning for warning in (missing, notice) if warning)
    return Finished(folder, run, folder / FORMATS[first], warnings)


def _write_pages(
    run: FinishedRun, files: RunFolder, pages: Set[str], language: str | None
) -> str | None:
    """Write HTML and PDF where they are asked for; says why there is no PDF where it cannot be."""
    view = build_view(run, language)
    if "html" in pages:
        files.write(FORMATS["html"], render_html(view).encode())
    if "pdf" not in pages:
        return None
    try:
        files.write(FORMATS["pdf"], render_pdf(run, view))
    except NativeLibraryError as error:
        files.write(FORMATS["html"], render_html(view).encode())
        return str(error)
    return None


def _here() -> Repository:
    return Repository.around(Path.cwd())


# People read the summary beside the report; what other tools show is in English.
_EXPORTS: Mapping[str, Callable[[FinishedRun, str | None], str]] = {
    "md": markdown_summary,
    "junit": lambda run, _: junit(run, _here()),
    "sarif": lambda run, _: sarif(run, _here()),
    "code-scanning": lambda run, _: code_scanning(run, _here()),
}
