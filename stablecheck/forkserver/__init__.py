"""The process that workers are forked from, so that libraries are imported once for all of them.

A worker that had to import them itself would be some seconds late, at the start of a run and
whenever one is replaced. Elsewhere than on Linux it cannot be relied on that a process with such
libraries may be forked, and workers are started afresh.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.context import BaseContext


def context() -> BaseContext:
    """How workers are started here; the process that they are forked from begins to import."""
    if sys.platform == "linux":
        from multiprocessing import forkserver

        found = multiprocessing.get_context("forkserver")
        found.set_forkserver_preload([f"{__name__}.preloaded"])
        with contextlib.suppress(OSError):  # its socket needs a short path of a temporary folder
            with _deaf_to_ctrl_c():
                forkserver.ensure_running()
            return found
    return multiprocessing.get_context("spawn")


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let what is started inside never hear of it; this process hears of it afterwards."""
    resource_tracker.ensure_running()  # which would hear again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
