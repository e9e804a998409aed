"""The made-up runs of the report's tests, here too."""

from __future__ import annotations

from tests.report.conftest import any_run, run_of

__all__ = ["any_run", "run_of"]
