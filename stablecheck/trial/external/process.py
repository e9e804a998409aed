"""A command as a child process: its output, its end, and its end by force."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from typing_extensions import Self

from stablecheck.trial.external import guard

MOST_PRINTED = 1_000_000
"""Characters of a command's output that are kept."""
PATIENCE = 5.0
"""Seconds that the output of a command may take to end after the command itself has."""
_LONGEST_LINE = 8192


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Args:
        code: Its exit code, or minus the number of the signal that ended it; None where it never
            started, or has to be ended.
        error: Why there is no code, unless the time is over.
        last_line: The last line that it wrote to standard error.
    """

    code: int | None
    error: str | None = None
    last_line: str = ""


@dataclass
class Output:
    """Takes what a command prints, line by line, and passes it on within bounds.

    Args:
        pass_on: Gets each line, without its end.
        last: The last line of each stream that is not blank.
    """

    pass_on: Callable[[str], None]
    last: dict[str, str] = field(default_factory=dict)
    _printed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, name: str, stream: IO[bytes]) -> None:
        """Read a stream to its end; of a line that writes over itself only the last state."""
        while line := stream.readline(_LONGEST_LINE):
            text = line.decode(errors="replace").rstrip("\r\n").rpartition("\r")[2]
            if text.strip():
                self.last[name] = text.strip()
            with self._lock:
                self._pass_on(text)
        stream.close()

    def _pass_on(self, text: str) -> None:
        before, self._printed = self._printed, self._printed + len(text) + 1
        if self._printed <= MOST_PRINTED:
            self.pass_on(text)
        elif before <= MOST_PRINTED:
            self.pass_on(f"(output beyond {MOST_PRINTED:,} characters is not kept)")


class Running:
    """A command under way. Leaving the context ends it, its children and its scratch folder.

    The same happens where this process is killed: the guard sees to it.

    Args:
        command: Program and arguments.
        folder: Where it runs.
        environment: All of its variables.
        scratch: A folder that is removed when it is over.
        pass_on: Gets every line of its output.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        scratch: Path,
        pass_on: Callable[[str], None],
    ) -> None:
        self._output = Output(pass_on)
        self._status, status = os.pipe()
        try:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__, str(status), str(scratch), *command],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(status,),
                start_new_session=True,  # what Ctrl-C means is decided elsewhere
            )
        finally:
            os.close(status)
        streams = {"out": self._guard.stdout, "error": self._guard.stderr}
        self._readers = [
            threading.Thread(target=self._output.read, args=one, daemon=True)
            for one in streams.items()
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def wait(self, limit: float) -> Ended:
        """How the command ends within so many seconds; without code and error if it does not."""
        ready, _, _ = select.select([self._status], [], [], limit)
        if not ready:
            return Ended(None)
        told = os.read(self._status, 65536)
        found: dict[str, Any] = json.loads(told) if told else {"error": "its guard was killed"}
        self._end_output()
        last = self._output.last.get("error", "")
        return Ended(found.get("code"), found.get("error"), last)

    def __exit__(self, *_: object) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard.wait()
        self._end_output()
        os.close(self._status)

    def _end_output(self) -> None:
        for reader in self._readers:
            reader.join(PATIENCE)
