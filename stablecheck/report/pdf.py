"""The report as a PDF/A-3a that carries its own results."""

from __future__ import annotations

import bisect
import datetime
import io
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stablecheck.errors import NativeLibraryError
from stablecheck.report.fonts import INTER, inter_file
from stablecheck.report.garbage import uncollected
from stablecheck.report.keywords import keywords
from stablecheck.report.lettering import Part, parts
from stablecheck.report.phrases import Phrases, load
from stablecheck.report.rendering import DENSITIES, Density, render
from stablecheck.report.view import ReportView
from stablecheck.resources import templates
from stablecheck.store import FinishedRun

if TYPE_CHECKING:
    from weasyprint import Document

# A sheet with room for every text of page 1 in full.
_UNCUT = """
    @page { size: 210mm 4000mm !important }
    * { max-lines: none !important; block-ellipsis: none !important; continue: auto !important;
        height: auto !important; max-height: none !important }
"""
APT_COMMAND = (
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
)


def render_pdf(run: FinishedRun, view: ReportView) -> bytes:
    """The report of a run as PDF/A-3a: tagged, searchable, with its results attached.

    ``result.json`` and ``checklist.yaml`` are carried byte for byte. With ``SOURCE_DATE_EPOCH``
    set, the same run gives the same bytes.

    Args:
        run: What is attached.
        view: What the report of it says.

    Raises:
        NativeLibraryError: Pango is missing; the message holds the command that installs it.
    """
    _need_pango()
    written = _now()
    with _silence(), uncollected():
        document = _layout(render(view, "page", _density(view), written=_stamp(written)), view)
        document.metadata.attachments = _attachments(run, load(view.language), written)
        return _archived(document, run)


def render_page_one(run: FinishedRun, view: ReportView, pages: int) -> bytes:
    """Page 1 as ``render_pdf`` draws it in a report of so many pages; the others are blank.

    Raises:
        NativeLibraryError: Pango is missing; the message holds the command that installs it.
    """
    _need_pango()
    with _silence(), uncollected():
        density = _density(view)
        document = _page_one(view, density, pages - 1)
        beyond = len(document.pages) - pages
        if beyond > 0:  # the foot of page 1 took a sheet of its own
            document = _page_one(view, density, pages - 1 - beyond)
        return _archived(document, run)


def render_page_one_uncut(run: FinishedRun, view: ReportView, pages: int) -> bytes:
    """The same on a sheet so long that no text of page 1 has to be cut short."""
    _need_pango()
    with _silence(), uncollected():
        return _archived(_page_one(view, "tightest", pages - 1, _UNCUT), run)


def _page_one(view: ReportView, density: Density, blank_pages: int, *extra_styles: str) -> Document:
    html = render(view, "page", density, extent="page_one", blank_pages=blank_pages)
    return _layout(html, view, *extra_styles)


def _archived(document: Document, run: FinishedRun) -> bytes:
    """The document as PDF/A-3a whose keywords tell which run it reports."""
    document.metadata.keywords = list(keywords(run))
    # Reproducible: WeasyPrint would otherwise number the file by chance.
    identifier = run.result.run.id.encode()
    pdf = document.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier)
    assert isinstance(pdf, bytes)
    return pdf


def _density(view: ReportView) -> Density:
    """The roomiest page 1 that stays on one sheet; the tightest one always does."""

    def fits(density: Density) -> bool:
        html = render(view, "page", density, extent="measuring")
        return len(_layout(html, view).pages) == 1

    if fits(DENSITIES[0]):  # as most are
        return DENSITIES[0]
    return DENSITIES[bisect.bisect_left(DENSITIES[:-1], True, lo=1, key=fits)]


def _layout(html: str, view: ReportView, *extra_styles: str) -> Document:
    from weasyprint import CSS, HTML

    fetcher = _fetcher(parts(html, load(view.language).characters))
    source = HTML(string=html, base_url=templates().as_uri() + "/", url_fetcher=fetcher)
    return source.render(stylesheets=[CSS(string=style) for style in extra_styles])


def _fetcher(others: Sequence[Part]) -> Any:
    """Hands out the packaged fonts and these parts of others; refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    folder = templates() / "fonts"
    allowed = {inter_file(weight).as_uri(): inter_file(weight).read_bytes() for weight in INTER}
    allowed |= {(folder / part.name).as_uri(): part.font for part in others}

    class PackagedFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url not in allowed:
                raise ValueError(
                    f"{url} is no file of the package; the report fetches nothing else"
                )
            return URLFetcherResponse(url, allowed[url], {"Content-Type": "font/otf"})

    return PackagedFiles()


def _attachments(run: FinishedRun, phrases: Phrases, written: datetime.datetime) -> list[Any]:
    from weasyprint import Attachment

    # The checklist is what the report was made from; the result is the data it shows.
    files = {
        "result.json": (run.result_bytes, "Data", "result"),
        "checklist.yaml": (run.checklist_bytes, "Source", "checklist"),
    }
    return [
        Attachment(
            file_obj=io.BytesIO(content),
            name=name,
            description=phrases.text(f"environment.attachments.{told}"),
            relationship=relationship,
            created=written,
            modified=written,
        )
        for name, (content, relationship, told) in files.items()
    ]


def _now() -> datetime.datetime:
    """The time of writing in UTC, or the one that ``SOURCE_DATE_EPOCH`` sets."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch and epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc)
    return datetime.datetime.now(datetime.timezone.utc)


def _stamp(when: datetime.datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _need_pango() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        raise NativeLibraryError(
            f"no PDF can be laid out, because a native library of WeasyPrint is missing; "
            f"install it with: {APT_COMMAND}"
        ) from error


@contextmanager
def _silence() -> Iterator[None]:
    """What WeasyPrint and fontTools log about styles and fonts is of no use to a user."""
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            # WeasyPrint leaves its colour profile open.
            warnings.simplefilter("ignore", ResourceWarning)
            yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled
