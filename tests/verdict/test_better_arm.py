"""Which arm, if any, is named as a better recipe than the candidate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stablecheck.checks.outcomes import RunOutcomes
from stablecheck.plan import PlannedArm, PlannedProbe
from stablecheck.probes import KINDS
from stablecheck.probes.controls import Controls
from stablecheck.recipe import CandidateFacts
from stablecheck.trial.record import Trial
from stablecheck.verdict.better_arm import better_arm

FACTS = CandidateFacts(
    n_train=1000, n_heldout=200, dimension=50, effective_dimension=12.5, parameters=4000,
    classes=10, batch_norm=False, steps=100, batch_size=64, data_sha256="0" * 64,
)  # fmt: skip
KNOWN = {**KINDS, "controls": Controls}
REFERENCE = [0.90, 0.91, 0.89, 0.905, 0.895, 0.9]
GAINS = np.array([0.0, 0.004, -0.004, 0.002, -0.002, 0.001])


def outcomes(kind="optimizer", higher_is_better=True, **arms):
    """One probe ``opt`` with a reference and arms by name, each with its scores by seed."""
    planned, trials = [], {}
    for name, scores in {"base": REFERENCE, **arms}.items():
        ids = []
        for seed, score in enumerate(scores):
            id_ = f"opt-{name}-s{seed}"
            ids.append(id_)
            status = "diverged" if score is None else "ok"
            trials[id_] = Trial(
                id=id_, key="0", probe="opt", arm=name, seed=seed, status=status, score=score
            )
        planned.append(
            PlannedArm(name=name, value=None, reference=name == "base", trials=tuple(ids))
        )
    probe = PlannedProbe(kind=kind, arms=tuple(planned))
    settings = {"opt": KNOWN[kind].model_construct(kind=kind)}
    return RunOutcomes(trials, {"opt": probe}, settings, FACTS, higher_is_better)


def shifted(gain):
    return [score + gain + noise for score, noise in zip(REFERENCE, GAINS, strict=True)]


def test_an_arm_that_scores_higher_at_every_seed_is_named_with_its_gain():
    found = better_arm(outcomes(adam=shifted(0.05), sgd=shifted(0.0)), 0.95)
    assert (found.probe, found.arm) == ("opt", "adam")
    assert found.gain.value == pytest.approx(0.05 + GAINS.mean())
    assert 0 < found.gain.low < found.gain.value


def test_the_gain_is_proven_for_any_of_the_arms_at_once():
    """With Student's t in its place: clear at 95 % for one arm, not for one of forty."""
    gain = 0.0055
    pairs = gain + GAINS
    margin = stats.sem(pairs) * stats.t.ppf([0.95, 1 - 0.05 / 40], len(pairs) - 1)
    assert pairs.mean() > margin[0]
    assert pairs.mean() < margin[1]
    many = {f"arm{index}": shifted(0.0) for index in range(39)}
    assert better_arm(outcomes(adam=shifted(gain)), 0.95) is not None
    assert better_arm(outcomes(adam=shifted(gain), **many), 0.95) is None


@pytest.mark.parametrize(("tenths", "named"), [(0.9, False), (1.1, True)])
def test_a_proven_gain_is_named_from_a_tenth_of_the_deviation_over_seeds(tenths, named):
    """A bound moves with the gain, so that one gain tells where every other one's lies."""
    below = 0.05 - better_arm(outcomes(adam=shifted(0.05)), 0.95).gain.low
    gain = below + tenths * np.std(REFERENCE, ddof=1) / 10
    found = better_arm(outcomes(adam=shifted(gain)), 0.95)
    assert (found is not None) == named


def test_where_all_seeds_score_alike_any_proven_gain_is_named():
    arms = {"base": [0.9] * 6, "adam": [0.9001, 0.9002, 0.9001, 0.9002, 0.9001, 0.9002]}
    assert 0 < better_arm(outcomes(**arms), 0.95).gain.low < 0.0002


def test_the_surest_of_two_better_arms_is_named():
    assert better_arm(outcomes(a=shifted(0.03), b=shifted(0.08)), 0.95).arm == "b"


def test_where_lower_is_better_the_lower_arm_is_named():
    found = better_arm(outcomes(higher_is_better=False, a=shifted(-0.05), b=shifted(0.05)), 0.95)
    assert found.arm == "a"


@pytest.mark.parametrize("kind", ["data_ratio", "label_noise", "controls", "init_seeds"])
def test_arms_that_are_no_recipe_to_adopt_are_never_named(kind):
    assert better_arm(outcomes(kind, a=shifted(0.5)), 0.95) is None


def test_an_arm_with_a_diverged_training_is_not_named():
    assert better_arm(outcomes(a=[None, *shifted(0.05)[1:]]), 0.95) is None
