"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

from stablecheck.report.rendering import render
from stablecheck.report.view import ReportView


def render_html(view: ReportView) -> str:
    """The report, with styles, fonts and figures inside; it fetches nothing."""
    return render(view, "screen", "tight")
