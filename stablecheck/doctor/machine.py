"""The questions that the diagnosis puts to a machine, and this machine's answers."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

TIMEOUT = 60.0
"""Seconds that one question to another process may take; a cold import of torch takes ten."""


@dataclass(frozen=True)
class Answer:
    """What another process said: its output where it succeeded, else the last line of its error."""

    succeeded: bool
    text: str


class Machine(Protocol):
    """What the diagnosis asks of a machine."""

    def python(self) -> tuple[int, int, int]:
        """Return the version of the running Python."""

    def run(self, command: Sequence[str]) -> Answer:
        """Run a command; one that is missing or too slow has not succeeded."""

    def version(self, distribution: str) -> str | None:
        """Return the version of an installed distribution, or None."""

    def variable(self, name: str) -> str | None:
        """Return an environment variable, or None."""

    def cores(self) -> int:
        """Return the number of CPU cores that this process may use."""

    def memory(self) -> tuple[int, int] | None:
        """Return free and total memory in bytes, or None where the system does not say."""

    def free_disk(self) -> int:
        """Return the free bytes of the disk that holds the current folder."""

    def write_error(self) -> str | None:
        """Return why the current folder cannot be written, or None when it can."""


class ThisMachine:
    """The machine that the process runs on."""

    def python(self) -> tuple[int, int, int]:
        return sys.version_info[:3]

    def run(self, command: Sequence[str]) -> Answer:
        try:
            process = subprocess.run(
                command, capture_output=True, text=True, timeout=TIMEOUT, check=False
            )
        except FileNotFoundError:
            return Answer(False, f"{command[0]} is not installed")
        except subprocess.TimeoutExpired:
            return Answer(False, f"{Path(command[0]).name} gave no answer in {TIMEOUT:g} s")
        except OSError as error:
            return Answer(False, str(error))
        if process.returncode == 0:
            return Answer(True, process.stdout.strip())
        lines = process.stderr.strip().splitlines()
        return Answer(False, lines[-1] if lines else f"ended with status {process.returncode}")

    def version(self, distribution: str) -> str | None:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            return None

    def variable(self, name: str) -> str | None:
        return os.environ.get(name)

    def cores(self) -> int:
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1

    def memory(self) -> tuple[int, int] | None:
        table = Path("/proc/meminfo")
        if not table.exists():
            return None
        rows = dict(line.split(":", 1) for line in table.read_text().splitlines())
        free, total = (int(rows[key].split()[0]) * 1024 for key in ("MemAvailable", "MemTotal"))
        return free, total

    def free_disk(self) -> int:
        return shutil.disk_usage(Path.cwd()).free

    def write_error(self) -> str | None:
        try:
            with tempfile.TemporaryFile(dir=Path.cwd()):
                return None
        except OSError as error:
            return error.strerror or str(error)
