"""Numbers that a training which ended well does not have decide nothing."""

import pytest

from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.checklist.schema import Check
from stablecheck.checks import RunOutcomes, evaluate
from stablecheck.plan import PlannedArm, PlannedProbe
from stablecheck.probes.init_seeds import InitSeeds
from stablecheck.recipe import CandidateFacts
from stablecheck.trial.record import Trial

FACTS = CandidateFacts(
    n_train=100, n_heldout=20, dimension=5, effective_dimension=2.5, parameters=40, classes=2,
    batch_norm=False, steps=10, batch_size=10, data_sha256="0" * 64,
)  # fmt: skip


def result(text, values, status="ok"):
    """The result of a requirement on ``sharpness.ratio``, one trial a value."""
    trials = {
        f"seeds-base-s{seed}": Trial(
            id=f"seeds-base-s{seed}", key="k", probe="seeds", arm="base", seed=seed, score=0.9,
            status="ok" if value is not None else status, measures={"sharpness.ratio": value},
        )
        for seed, value in enumerate(values)
    }  # fmt: skip
    arm = PlannedArm(name="base", value=None, reference=True, trials=tuple(trials))
    probes = {"seeds": PlannedProbe(kind="init_seeds", arms=(arm,))}
    settings = {"seeds": InitSeeds(kind="init_seeds", seeds=len(values))}
    outcomes = RunOutcomes(trials, probes, settings, FACTS, higher_is_better=True)
    requirement = parse_requirement(text)
    (found,) = evaluate(
        [Check(id="a", require=text)], {"a": requirement}, outcomes, 0.95, places={}
    )
    return found


@pytest.mark.parametrize("statistic", ["max", "median", "mean"])
def test_a_number_that_one_training_does_not_have_leaves_the_check_without_an_answer(statistic):
    found = result(f"{statistic}(seeds.sharpness.ratio) <= 1.5", [0.1, 0.2, None, 0.1, 0.2, 0.1])
    assert (found.outcome, found.error) == ("error", "UNDEFINED")


def test_a_training_that_diverged_still_counts_as_the_worst_value():
    found = result("max(seeds.sharpness.ratio) <= 1.5", [0.1, 0.2, None], status="diverged")
    assert found.outcome == "fail"


def test_five_equal_values_bound_their_median_for_every_distribution():
    found = result("median(seeds.sharpness.ratio) <= 0.15", [0.1] * 5)
    assert (found.outcome, found.low, found.high) == ("pass", 0.1, 0.1)


def test_five_equal_values_say_nothing_of_their_mean():
    assert result("mean(seeds.sharpness.ratio) <= 0.15", [0.1] * 5).outcome == "inconclusive"


def test_four_values_bound_no_median_at_95_percent():
    assert result("median(seeds.sharpness.ratio) <= 0.15", [0.1] * 4).outcome == "inconclusive"
