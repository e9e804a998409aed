"""The made-up runs of the report's tests, here too."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_FILE = Path(__file__).parents[1] / "report" / "conftest.py"
_spec = importlib.util.spec_from_file_location("report_conftest", _FILE)
_report = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_report)

run_of, build, any_run = _report.run_of, _report.build, _report.any_run
