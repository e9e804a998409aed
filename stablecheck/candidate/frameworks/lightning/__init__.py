"""Modules of PyTorch Lightning."""

from __future__ import annotations

from stablecheck.candidate.frameworks.lightning.module import Lightning

__all__ = ["Lightning"]
