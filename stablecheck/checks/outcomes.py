"""What came out of a run, as checks and verdict look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stablecheck.checklist.requirement import ALL, CONTROLS
from stablecheck.plan import PlannedArm, PlannedProbe
from stablecheck.probes.base import ArmOutcomes, Probe, ProbeOutcomes
from stablecheck.recipe import CandidateFacts
from stablecheck.result import TrialLine
from stablecheck.trial.record import Trial


@dataclass(frozen=True)
class RunOutcomes:
    """The trials that ran, and what was planned.

    Args:
        trials: Every finished trial by its id, whatever its status.
        probes: The plan's probes by id, each arm with the ids of its trials.
        settings: The checklist's probes by the same ids.
        facts: What is known of model and data.
        higher_is_better: Whether larger scores are better ones.
    """

    trials: Mapping[str, Trial]
    probes: Mapping[str, PlannedProbe]
    settings: Mapping[str, Probe]
    facts: CandidateFacts
    higher_is_better: bool

    def planned(self, probe: str) -> tuple[str, ...]:
        """Ids of a probe's planned trials, each once; every trial of the candidate for ``all``."""
        candidate = [one for id_, one in self.probes.items() if id_ != CONTROLS]
        probes = candidate if probe == ALL else [self.probes[probe]]
        arms = (arm for planned in probes for arm in planned.arms)
        return tuple(dict.fromkeys(trial for arm in arms for trial in arm.trials))

    def finished(self, probe: str) -> tuple[Trial, ...]:
        """The trials of a probe that ran, in the plan's order."""
        return tuple(self.trials[id_] for id_ in self.planned(probe) if id_ in self.trials)

    def missing(self, probe: str) -> tuple[str, ...]:
        """Ids of a probe's planned trials that did not run."""
        return tuple(id_ for id_ in self.planned(probe) if id_ not in self.trials)

    def of_probe(self, probe: str) -> ProbeOutcomes:
        """The probe's arms with their scores and losses by seed."""
        arms = tuple(self._arm(arm) for arm in self.probes[probe].arms)
        return ProbeOutcomes(arms, self.facts, self.higher_is_better)

    def _arm(self, arm: PlannedArm) -> ArmOutcomes:
        trials = [self.trials[id_] for id_ in arm.trials if id_ in self.trials]
        return ArmOutcomes(
            arm.name,
            arm.value,
            arm.reference,
            score={trial.seed: value_of(trial, "score") for trial in trials},
            loss={trial.seed: value_of(trial, "loss") for trial in trials},
            # Known before training, so also of trials that did not end well.
            initial_loss={trial.seed: trial.measures.get("initial_loss") for trial in trials},
        )


def value_of(trial: Trial | TrialLine, measure: str) -> float | None:
    """The trial's value of a measure; None where it has none.

    A trial that did not end well has no value of any measure, not even of its steps and seconds,
    which are not those of a training. Only whether it diverged is known, unless it failed or ran
    out of time before that could be seen.
    """
    if measure == "diverged":
        return {"ok": 0.0, "diverged": 1.0}.get(trial.status)
    if trial.status != "ok":
        return None
    own = {
        "score": trial.score,
        "loss": trial.loss,
        "steps": float(trial.steps),
        "seconds": trial.seconds,
    }
    return own[measure] if measure in own else trial.measures.get(measure)
