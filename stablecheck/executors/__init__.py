"""Where trials run; a new executor is a file here and a line in ``EXECUTORS``."""

from __future__ import annotations

from collections.abc import Mapping

from stablecheck.executors.base import Executor
from stablecheck.executors.inline import InlineExecutor
from stablecheck.executors.processes import ProcessExecutor

EXECUTORS: Mapping[str, type[Executor]] = {
    "auto": ProcessExecutor,
    "processes": ProcessExecutor,
    "inline": InlineExecutor,
}
