"""stablecheck: the check that a model passes before it is rolled out."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stablecheck.recorder.path_recorder import PathRecorder
    from stablecheck.recorder.scores import report_score

__version__ = "0.1.0"
__all__ = ["PathRecorder", "report_score"]

_HOMES = {
    "PathRecorder": "stablecheck.recorder.path_recorder",
    "report_score": "stablecheck.recorder.scores",
}
"""Where the public names live; loaded when they are asked for, because one of them needs torch."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
