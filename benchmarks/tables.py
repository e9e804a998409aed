"""Tables of measured figures, printed and kept in this folder's README."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).resolve().parent / "README.md"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def machine(device: str = "CPU") -> str:
    """What the figures were measured on."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, device {device}; Python "
        f"{platform.python_version()}, torch {version('torch')}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def keep(name: str, text: str, file: Path = README) -> None:
    """Print a section's figures, and put them between its marks in the README.

    Raises:
        ValueError: The README has no such marks.
    """
    print(text, flush=True)
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    content = file.read_text(encoding="utf-8")
    if begin not in content or end not in content:
        raise ValueError(f"{file} has no marks {begin} … {end} to write between")
    before, _, rest = content.partition(begin)
    after = rest.partition(end)[2]
    file.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
