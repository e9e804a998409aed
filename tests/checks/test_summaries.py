"""The summaries of whole probes, in checks and in the result."""

from __future__ import annotations

from stablecheck.checklist.requirement import ProbeSummary, Quantity, Requirement, Share
from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.checks.summaries import summaries
from stablecheck.plan import PlannedProbe
from stablecheck.probes.data_ratio import DataRatio
from tests.checks.made_up import FACTS, SCORES, lr_run, planned_arm, result_of, trial


def data_run(scores):
    """A run of a data-ratio probe from fraction to the score of its one trial; None failed."""
    made = {
        fraction: trial(0, score, "ok" if score else "failed", "data", f"{fraction:g}")
        for fraction, score in scores.items()
    }
    arms = tuple(
        planned_arm(one.arm, [one.id], fraction, fraction == 1) for fraction, one in made.items()
    )
    return RunOutcomes(
        trials={one.id: one for one in made.values()},
        probes={"data": PlannedProbe(kind="data_ratio", arms=arms)},
        settings={"data": DataRatio(kind="data_ratio", fractions=tuple(scores), seeds=1)},
        facts=FACTS,
        higher_is_better=True,
    )


def test_headroom_comes_with_its_unit():
    outcomes = lr_run({0.5: [0.5] * 5, 1.0: SCORES[:5], 2.0: [0.5] * 5})
    found = result_of(ProbeSummary("lr", "headroom", (0.01,)), ">=", 2.0, outcomes)
    assert (found.outcome, found.unit, found.needs) == ("fail", "factor", None)


def test_an_arm_that_diverges_denies_headroom():
    outcomes = lr_run({0.5: SCORES[:5], 1.0: SCORES[:5], 2.0: [None] * 5})
    found = result_of(ProbeSummary("lr", "headroom", (0.01,)), ">=", 2.0, outcomes)
    assert found.outcome == "fail"
    assert result_of(Share(Quantity("lr", "diverged")), "<=", 0.6, outcomes).estimate == 1 / 3


def test_summaries_are_named_as_requirements_write_them():
    outcomes = lr_run({0.5: SCORES[1:6], 1.0: SCORES[:5], 2.0: SCORES[2:7]})
    asked = Requirement("", ProbeSummary("lr", "headroom", (0.05,)), ">=", 1.0)
    found = summaries([asked], outcomes, 0.95)
    assert set(found) == {"seeds", "lr"}
    assert set(found["lr"]) == {"lr.sensitivity", "lr.headroom(0.05)"}
    assert found["lr"]["lr.headroom(0.05)"].estimate == 2.0
    assert found["lr"]["lr.headroom(0.05)"].high is None


def test_undefined_summaries_are_left_out():
    found = summaries([], data_run({0.25: 0.9, 0.5: None, 1.0: 0.95}), 0.95)["data"]
    assert "data.gain_from_doubling" not in found
    assert found["data.n_per_dimension"].estimate == 20
    assert found["data.n_per_effective_dimension"].estimate == 80
    assert found["data.n_per_parameter"].estimate == 0.25


def test_a_probe_that_is_not_complete_has_no_summaries():
    outcomes = lr_run({0.5: SCORES[1:6], 1.0: SCORES[:5], 2.0: SCORES[2:7]})
    kept = {id_: one for id_, one in outcomes.trials.items() if id_ != "lr-x2-0"}
    partial = RunOutcomes(
        kept, outcomes.probes, outcomes.settings, outcomes.facts, outcomes.higher_is_better
    )
    assert summaries([], partial, 0.95)["lr"] == {}
