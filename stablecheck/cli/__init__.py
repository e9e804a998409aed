"""The command line: one file a command, each thin; the work happens in ``pipeline``."""

from __future__ import annotations

from stablecheck.cli.main import main

__all__ = ["main"]
