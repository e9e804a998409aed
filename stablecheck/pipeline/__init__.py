"""The stages put together: the Python API behind every command.

from stablecheck.pipeline import Options, load, run
finished = run(load("churn.yaml"), Options())
finished.result.verdict.decision
"""

from __future__ import annotations

from stablecheck.checklist.loader import load
from stablecheck.pipeline.options import Observer, Options, Silence
from stablecheck.pipeline.preview import Preview, preview, preview_with_pilot
from stablecheck.pipeline.reports import Finished, report
from stablecheck.pipeline.run import run

__all__ = [
    "Finished",
    "Observer",
    "Options",
    "Preview",
    "Silence",
    "load",
    "preview",
    "preview_with_pilot",
    "report",
    "run",
]
