"""The frameworks that a candidate may be written in; each is one file."""

from __future__ import annotations

from stablecheck.candidate.frameworks.base import Framework
from stablecheck.candidate.frameworks.huggingface import HuggingFace
from stablecheck.candidate.frameworks.lightning import Lightning
from stablecheck.candidate.frameworks.plain import PlainModule
from stablecheck.candidate.frameworks.scikit_learn import ScikitLearn
from stablecheck.candidate.frameworks.skorch import Skorch

__all__ = ["FRAMEWORKS", "Framework", "framework_of"]

FRAMEWORKS: tuple[Framework, ...] = (
    Lightning(),
    HuggingFace(),
    Skorch(),
    ScikitLearn(),
    PlainModule(),
)
"""The first that recognises what a model callable returned is the one; the last one takes all."""


def framework_of(built: object) -> Framework:
    """The framework of what a model callable returned."""
    return next(one for one in FRAMEWORKS if one.recognizes(built))
