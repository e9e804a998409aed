"""What somebody asks a checklist for, and what they get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Request:
    """What somebody asks a checklist for.

    Args:
        model: As ``candidate.model``, seen from the current folder.
        data: As ``candidate.data``, seen from the current folder.
        output: Where the checklist will lie.
        name: Its name.
        model_args: Arguments of the model that are not to be guessed.
        data_args: Arguments of a data callable.
        target: The column to predict, for a table.
        task: classification or regression; None has it guessed.
        preset: What it extends; ``none`` has it bring its own probe.
    """

    model: str
    data: str
    output: Path
    name: str
    model_args: Mapping[str, Any] = field(default_factory=dict)
    data_args: Mapping[str, Any] = field(default_factory=dict)
    target: str | None = None
    task: str | None = None
    preset: str = "standard"


@dataclass(frozen=True)
class Draft:
    """A checklist that was worked out.

    Args:
        text: The file.
        found: What was found of data and model, one line each.
        warnings: What somebody should look at before they trust it, one line each.
    """

    text: str
    found: tuple[str, ...]
    warnings: tuple[str, ...]
