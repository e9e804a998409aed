"""The requirement language: what a check demands of the evidence.

Grammar::

    requirement = quantity OP NUMBER
    quantity    = STATISTIC "(" PROBE "." MEASURE ")"
                | "p(" PERCENT ")(" PROBE "." MEASURE ")"
                | "share(" PROBE "." MEASURE [ OP NUMBER ] ")"
                | "tolerance(" PROBE "." MEASURE "," SHARE ")"
                | PROBE "." SUMMARY [ "(" [ NUMBER { "," NUMBER } ] ")" ]
    OP          = "<" | "<=" | ">" | ">=" | "==" | "!="
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ALL = "all"
"""Stands for every trial of the candidate, whatever probe it was planned for."""

CONTROLS = "controls"
"""The probe that ``measure.controls: full`` adds; not of the candidate, so not in ``ALL``."""

Operator = Literal["<", "<=", ">", ">=", "==", "!="]
StatisticName = Literal["mean", "median", "iqm", "min", "max", "std", "spread", "cv", "p", "count"]


@dataclass(frozen=True)
class Quantity:
    """A measure of every trial of a probe; probe ``all`` stands for every trial of the run."""

    probe: str
    measure: str


@dataclass(frozen=True)
class Statistic:
    """``median(seeds.score)``; ``percent`` is set for ``p(10)(seeds.score)`` alone."""

    name: StatisticName
    quantity: Quantity
    percent: float | None = None


@dataclass(frozen=True)
class Share:
    """``share(seeds.score >= 0.95)``; ``share(all.diverged)`` has no operator and no threshold."""

    quantity: Quantity
    operator: Operator | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class Tolerance:
    """``tolerance(seeds.score, 0.9)``: the bound that this share of future trainings clears."""

    quantity: Quantity
    share: float


@dataclass(frozen=True)
class ProbeSummary:
    """``lr.headroom(0.01)``."""

    probe: str
    name: str
    arguments: tuple[float, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """A parsed requirement; ``text`` is what was written."""

    text: str
    left: Statistic | Share | Tolerance | ProbeSummary
    operator: Operator
    threshold: float
