"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

from stablecheck.report.rendering import render
from stablecheck.report.view import build_view
from stablecheck.store import FinishedRun


def render_html(run: FinishedRun) -> str:
    """The report of a run, styles, fonts and figures inside; it fetches nothing."""
    return render(build_view(run), "screen", "tight", alone=False)
