"""Runs one command, and ends it with all its children once nobody waits for it any more.

A process of its own, started by its path: ``guard.py STATUS FOLDER PROGRAM ARGUMENT…``. Whoever
started it holds the other end of its standard input. When that closes, on purpose or because that
process was killed, the command's group is asked to end, then killed. How the command ended is
written to the descriptor STATUS as JSON; FOLDER is removed at the very end. Imports little, because
it is started for every trial.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress

GRACE = 5.0
"""Seconds between asking a command to end and killing it."""


def main(status: int, folder: str, command: list[str]) -> None:
    """Run the command to its end, or until standard input closes."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except (OSError, ValueError) as error:
        _tell(status, {"error": str(error)})
    else:
        _leave_output()
        left = threading.Thread(target=_end_when_left, args=(process,), daemon=True)
        left.start()
        code = process.wait()
        _signal_group(process.pid, signal.SIGKILL)  # what the command has left running
        _tell(status, {"code": code})
        left.join()
    shutil.rmtree(folder, ignore_errors=True)


def _end_when_left(process: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    if process.poll() is None:
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        _signal_group(process.pid, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # all of them are gone
        os.killpg(group, number)


def _leave_output() -> None:
    """Hold the command's output no longer, so that it ends when the command does."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)


def _tell(status: int, found: dict[str, object]) -> None:
    with suppress(OSError):  # nobody waits for it
        os.write(status, json.dumps(found).encode())
    os.close(status)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
