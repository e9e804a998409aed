"""The view model: a finished run as the plain values that the templates print.

Numbers are formatted and codes are put into words here; nothing is decided.
"""

from __future__ import annotations

from stablecheck.report.view.document import ReportView, build_view

__all__ = ["ReportView", "build_view"]
