"""The reports and exports of a run, from its folder alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stablecheck import store
from stablecheck.errors import NativeLibraryError
from stablecheck.exports.junit import junit
from stablecheck.exports.summary import markdown_summary
from stablecheck.report.fonts import need_font
from stablecheck.report.html import render_html
from stablecheck.report.pdf import render_pdf
from stablecheck.report.view import build_view
from stablecheck.result import Result
from stablecheck.store import FinishedRun, RunFolder


@dataclass(frozen=True)
class Finished:
    """A run that has its result and its reports.

    Args:
        folder: The run folder.
        run: What the reports were made from.
        report: The report to open first: the PDF, or the HTML where no PDF could be written.
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


def report(folder: Path, *, language: str | None = None) -> Finished:
    """Write every report and export of a run, new or again.

    Args:
        folder: The run folder.
        language: Language of the report and the summary; None for the checklist's.

    Raises:
        FontNotInstalledError: The language needs a font that an extra brings.
        NotARunError: The folder is not a finished run, or its files do not fit each other.
        OutputFolderError: The folder cannot be written.
    """
    run, files = store.read(folder), RunFolder(folder)
    need_font(language or run.checklist.report.language)
    files.write("junit.xml", junit(run).encode())
    files.write("summary.md", markdown_summary(run, language).encode())
    view = build_view(run, language)
    files.write("report.html", render_html(view).encode())
    try:
        files.write("report.pdf", render_pdf(run, view))
    except NativeLibraryError as error:
        return Finished(folder, run, folder / "report.html", (str(error),))
    return Finished(folder, run, folder / "report.pdf")
