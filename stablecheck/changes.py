"""What changed between two runs, as codes and values: what went in, and what came out.

Made by ``comparison/``, kept in ``result.json`` for the last run of the same checklist, and put
into words by ``report/`` and by ``stablecheck compare``. What did not change is not listed.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from stablecheck.checklist.schema import Severity
from stablecheck.codes import Outcome, VerdictWord
from stablecheck.section import Number, Section

Direction = Literal["better", "same", "worse"]
KeyKind = Literal["added", "removed", "changed"]
InputKind = Literal["code", "data", "candidate", "package", "device", "computing", "platform"]
Movement = Literal["equal", "overlap", "apart", "counted", "other_quantity", "no_value"]
Relation = Literal["repeated", "not_repeated", "changed", "none"]


class VerdictChange(Section):
    """The decisions of both runs. ``direction`` ranks NO_GO, INCONCLUSIVE, CONDITIONAL_GO, GO."""

    before: VerdictWord
    after: VerdictWord
    direction: Direction
    by_old_checks: VerdictWord | None = Field(
        None,
        description="Where checks, confidence or waivers were edited: the later run decided afresh "
        "by the earlier ones. None where they were not, or cannot be put to its trainings.",
    )


class KeyChange(Section):
    """A key of the resolved checklist that differs.

    A whole section that appeared or vanished, such as ``checks.reproducible``, is one change.
    """

    path: str = Field(description="Dotted; checks by their id, waivers by their check.")
    kind: KeyKind
    before: Any = Field(None, description="None where it was added.")
    after: Any = Field(None, description="None where it was removed.")


class InputChange(Section):
    """Something a training rests on beside the checklist that differs.

    ``kind`` is ``code`` and ``data`` for the digests of the candidate's source files and of the
    arrays trained on, ``candidate`` for what loading it showed (rows, parameters, steps),
    ``package``, ``device``, ``computing`` for how trainings are spread over the machine, and
    ``platform`` for the machine itself. A value is None where a run did not record it.
    """

    kind: InputKind
    name: str = Field(description="Such as code_sha256, n_train, torch, device_name, threads.")
    before: Any = None
    after: Any = None


class CheckState(Section):
    """One run's side of a check, as in its ``result.json``."""

    require: str
    severity: Severity
    outcome: Outcome
    estimate: Number
    low: Number
    high: Number
    confidence: float
    n: int
    operator: str
    threshold: float
    unit: str
    method: str | None


class CheckChange(Section):
    """A check that appeared, vanished, or differs in outcome, requirement, severity or numbers.

    ``movement`` says what both intervals say of the estimate: ``equal``; ``overlap``, so that they
    show no change; ``apart``, so that they do; ``counted``, numbers without an interval that
    differ; ``other_quantity``, the requirement speaks of something else now; ``no_value``, one run
    has no number. Intervals that do not overlap are demanded, and not that one leaves the other
    run's estimate out: one-sided bounds at 95 % of two equal, independent runs do that by chance in
    up to about one check of four, and lie apart in up to about one of fifty. (With normal scores
    of known spread it is 24 % and 2.0 %; the wider bounds of a mean of 14 gave 13 % and 0.4 %.)
    Trainings of both runs are paired by their seeds, which makes it rarer still; ``ScoreChange``
    uses the pairs.
    """

    id: str
    before: CheckState | None = Field(description="None where the check appeared.")
    after: CheckState | None = Field(description="None where the check vanished.")
    direction: Direction | None = Field(
        description="Ranks fail, error and inconclusive, waived, pass; None where a side is missing"
    )
    movement: Movement | None = Field(description="None where a side is missing.")
    by_old_check: Outcome | None = Field(
        None,
        description="Where it was edited or vanished: the earlier requirement decided afresh on "
        "the later run's trainings, waivers left aside. None where that cannot be done.",
    )

    @property
    def tells(self) -> bool:
        """Whether more is to be said of it than that its numbers moved within their bounds."""
        was, is_now = self.before, self.after
        if was is None or is_now is None or self.movement == "apart":
            return True
        told = ("outcome", "require", "severity")
        return any(getattr(was, name) != getattr(is_now, name) for name in told)


class TrainingsChange(Section):
    """How the trainings of both runs hang together.

    Seeds follow from a training's number alone, so training i of an arm starts and is fed alike in
    every run: two runs of one recipe are never independent evidence. ``relation``:

    - ``repeated``: every training that both have gave the same steps, loss and score to the last
      digit; the second run adds no evidence on these.
    - ``not_repeated``: nothing that determines them changed, and yet numbers differ, as they do on
      devices or ways of computing that do not repeat exactly.
    - ``changed``: something that determines them did change; they are paired by seed.
    - ``none``: the runs share no probe and arm.
    """

    before: int = Field(description="Trainings of the earlier run.")
    after: int
    shared: int = Field(description="Those with the same probe, arm and seed in both.")
    equal: int = Field(description="Shared ones with the same status, steps, loss and score.")
    relation: Relation


class ScoreChange(Section):
    """Score of the candidate as it stands, pair by pair of the same seed; positive is better.

    It describes these two runs, and no check rests on it.

    A training without a score counts as the worst, as everywhere: then ``difference`` or a bound
    may be None, which is unbounded.
    """

    n: int = Field(description="Pairs.")
    missing_before: int = Field(description="Pairs that lack the earlier run's score.")
    missing_after: int
    before: Number = Field(description="Mean score of the pairs' trainings that have one.")
    after: Number
    difference: Number = Field(description="Mean gain over the earlier run.")
    low: Number
    high: Number
    confidence: float = Field(description="Level of each one-sided bound.")
    direction: Direction | None = Field(
        description="better: low > 0. worse: high < 0. None: the bounds do not decide."
    )
    same_data: bool = Field(
        description="Whether both were trained and scored on the same rows; where not, the rows "
        "are a further uncertainty, which the bounds do not show."
    )


class Cost(Section):
    """What a run took."""

    trainings: int
    planned_trainings: int
    seconds: float = Field(description="Wall time.")
    trial_seconds: float = Field(description="Time of all trainings together.")


class CostChange(Section):
    """What both runs took; always there."""

    before: Cost
    after: Cost


class Changes(Section):
    """Everything that differs between two runs: first what went in, then what came out."""

    checklist: tuple[KeyChange, ...] = Field(
        description="In the checklist's order; name and version are among them."
    )
    inputs: tuple[InputChange, ...]
    verdict: VerdictChange
    checks: tuple[CheckChange, ...] = Field(
        description="In the later run's order; those that vanished come last."
    )
    score: ScoreChange | None = Field(
        description="None where all pairs are equal, or there are none to compare."
    )
    trainings: TrainingsChange
    cost: CostChange


class Previous(Section):
    """The last finished run of the same checklist, by name, and what changed since then."""

    id: str = Field(description="Name of its folder.")
    finished: str = Field(description="ISO 8601.")
    version: str = Field(description="Of its checklist.")
    decision: VerdictWord
    result_sha256: str = Field(description="Digest of its result.json.")
    changes: Changes
