"""What a shell offers for checklists, run folders and measures when TAB is pressed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from stablecheck.cli.variables import OUTPUT, RUNS

_ANY_FILE = CompletionItem("", type="file")
_ANY_FOLDER = CompletionItem("", type="dir")


def checklists(
    ctx: click.Context,
    parameter: click.Parameter,
    incomplete: str,
) -> list[CompletionItem]:
    """YAML files of the folder and the shipped names; the shell's own files where none fits."""
    from stablecheck.resources import shipped_names

    folder = Path(incomplete).parent if "/" in incomplete else Path()
    files = [path.as_posix() for end in ("yaml", "yml") for path in sorted(folder.glob(f"*.{end}"))]
    return _items([*files, *shipped_names()], incomplete) or [_ANY_FILE]


def runs(
    ctx: click.Context,
    parameter: click.Parameter,
    incomplete: str,
) -> list[CompletionItem]:
    """Finished runs, the newest first; the shell's own folders where none fits."""
    output = Path(next(filter(None, map(os.environ.get, OUTPUT)), RUNS))
    finished = sorted(output.glob("*/result.json"), key=lambda path: path.stat().st_mtime)
    folders = [path.parent.as_posix() for path in reversed(finished)]
    return _items(folders, incomplete) or [_ANY_FOLDER]


def explained(
    ctx: click.Context,
    parameter: click.Parameter,
    incomplete: str,
) -> list[CompletionItem]:
    """Measures, summaries and statistics."""
    from stablecheck.cli.explain import groups

    names = [entry.name for group in groups().values() for entry in group]
    return _items(names, incomplete)


def devices(
    ctx: click.Context,
    parameter: click.Parameter,
    incomplete: str,
) -> list[CompletionItem]:
    """The kinds of device."""
    return _items(["auto", "cpu", "cuda", "mps"], incomplete)


def _items(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
