"""What a run can begin with before this process has imported all that it needs itself."""

from __future__ import annotations

from stablecheck import forkserver
from stablecheck.checklist.loader import LoadedChecklist

_WITHOUT_WORKERS = ("inline", "ray")


def begin(loaded: LoadedChecklist, executor: str | None) -> None:
    """Let the process that workers are forked from begin to import, where there will be any.

    Args:
        loaded: The checklist.
        executor: What goes before its own executor; None leaves that.
    """
    if (executor or loaded.checklist.run.executor) not in _WITHOUT_WORKERS:
        forkserver.context()
