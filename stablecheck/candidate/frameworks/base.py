"""What a model callable may return, and how that is trained."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from torch import nn

from stablecheck.candidate.objective import Objective
from stablecheck.recipe import Candidate


class Framework(ABC):
    """One kind of model.

    Attributes:
        keeps_example: Whether its objective keeps the model that it was made from, which nobody
            may train then.
    """

    keeps_example: ClassVar[bool] = True

    @abstractmethod
    def recognizes(self, built: object) -> bool:
        """Whether a model callable returned one of these; imports nothing that is not imported."""

    @abstractmethod
    def module(self, built: Any) -> nn.Module:
        """The module whose parameters are trained.

        Raises:
            CandidateError: It cannot be trained here; says why.
        """

    @abstractmethod
    def objective(self, built: Any, candidate: Candidate, folders: Sequence[Path]) -> Objective:
        """How such models are asked.

        Args:
            built: One of them, of which nothing is trained.
            candidate: The recipe.
            folders: Where the candidate's files are looked up.

        Raises:
            CandidateError: The recipe's loss is not to be had.
        """


def made_by(built: object, name: str, *packages: str) -> bool:
    """Whether an object is one of a package's class, which need not be installed.

    >>> from collections import OrderedDict
    >>> made_by(OrderedDict(), "OrderedDict", "collections"), made_by({}, "Net", "skorch")
    (True, False)
    """
    return any(
        kind.__name__ == name and kind.__module__.split(".")[0] in packages
        for kind in type(built).__mro__
    )
