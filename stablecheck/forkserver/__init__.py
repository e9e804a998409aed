"""The process that workers are forked from, so that libraries are imported once for all of them.

A worker that had to import them itself would be some seconds late, at the start of a run and
whenever one is replaced. Elsewhere than on Linux it cannot be relied on that a process with such
libraries may be forked, and workers are started afresh.
"""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.context import BaseContext, ForkServerContext


def start() -> None:
    """Let the process begin to import, without waiting for it."""
    if isinstance(context(), ForkServerContext):
        from multiprocessing.forkserver import ensure_running

        ensure_running()


def context() -> BaseContext:
    """How this system starts workers."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([f"{__name__}.preloaded"])
    return found
