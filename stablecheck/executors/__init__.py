"""Where trials run; a new executor is a file here and a line in ``EXECUTORS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stablecheck.executors.auto import AutoExecutor
from stablecheck.executors.base import Executor, Settings
from stablecheck.executors.commands import CommandExecutor
from stablecheck.executors.ensembles import EnsembleExecutor
from stablecheck.executors.inline import InlineExecutor
from stablecheck.executors.processes import ProcessExecutor
from stablecheck.executors.ray_cluster.executor import RayExecutor

Make = Callable[[Settings], Executor]

EXECUTORS: Mapping[str, Make] = {
    "auto": AutoExecutor,
    "ensembles": EnsembleExecutor,
    "processes": ProcessExecutor,
    "inline": InlineExecutor,
    "ray": RayExecutor,
}
COMMAND_EXECUTORS: Mapping[str, Make] = {
    "auto": CommandExecutor,
    "processes": CommandExecutor,
    "inline": InlineExecutor,
    "ray": RayExecutor,
}
"""Those that run a command; a checklist that asks for another one is refused."""
