"""Modules of plain PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import nn

from stablecheck.candidate.frameworks.base import Framework
from stablecheck.candidate.loss import make_objective
from stablecheck.candidate.objective import Objective
from stablecheck.errors import CandidateError
from stablecheck.recipe import Candidate


class PlainModule(Framework):
    """A ``torch.nn.Module``, or whatever nobody else recognises."""

    keeps_example = False

    def recognizes(self, built: object) -> bool:
        return True

    def module(self, built: Any) -> nn.Module:
        if not isinstance(built, nn.Module):
            raise CandidateError(
                ("candidate", "model"),
                f"the model callable returned {type(built).__name__}; expected a torch.nn.Module",
            )
        return built

    def objective(self, built: Any, candidate: Candidate, folders: Sequence[Path]) -> Objective:
        return make_objective(candidate, folders)
