"""How the trainings of two runs hang together, and what their scores say."""

import pytest
from scipy import stats

from stablecheck.comparison.comparing import compare
from stablecheck.store import DecidedRun
from tests.comparison.made_up import decided, made_up, small


def run(checklist=None, **scenario):
    made = made_up(checklist, **scenario)
    return DecidedRun(made.result, made.checklist)


def relation(before, after):
    return compare(before, after).trainings.relation


@pytest.fixture(scope="module")
def base():
    return run()


def probes(seeds):
    return {"seeds": {"kind": "init_seeds", "seeds": seeds}}


def test_the_same_numbers_are_the_same_trainings_again(base):
    trainings = compare(base, run()).trainings
    assert (trainings.shared, trainings.equal, trainings.relation) == (14, 14, "repeated")


def test_more_seeds_repeat_those_there_were(base):
    trainings = compare(base, run(small(probes=probes(20)))).trainings
    assert (trainings.before, trainings.after) == (14, 20)
    assert (trainings.shared, trainings.equal, trainings.relation) == (14, 14, "repeated")


def test_other_numbers_of_the_same_inputs_do_not_repeat(base):
    assert relation(base, run(score=0.967)) == "not_repeated"


@pytest.mark.parametrize(
    "environment",
    [{"code_sha256": "c" * 64}, {"device_name": "NVIDIA H100"}, {"threads": 3}, {"packages": {}}],
)
def test_other_numbers_of_other_inputs_are_the_inputs_doing(base, environment):
    assert relation(base, run(score=0.967, environment=environment)) == "changed"


def test_the_number_of_workers_determines_no_training(base):
    assert relation(base, run(score=0.967, environment={"workers": 9})) == "not_repeated"


def test_an_edited_recipe_changes_trainings_and_an_edited_check_does_not(base):
    recipe = small()["candidate"] | {"epochs": 31}
    assert relation(base, run(small(candidate=recipe), score=0.967)) == "changed"
    fewer = small(checks=small()["checks"][:1])
    assert relation(base, run(fewer, score=0.967)) == "not_repeated"


def test_an_edited_variant_changes_the_trainings_of_its_arm():
    def varied(lr):
        variants = {"other": {"name": "sgd", "lr": lr}}
        return small(probes=probes(5) | {"opt": {"kind": "optimizer", "variants": variants}})

    assert relation(run(varied(0.1)), run(varied(0.2), score=0.967)) == "changed"


def test_a_training_that_serves_two_arms_is_paired_once():
    checklist = small(probes=probes(5) | {"lr": {"kind": "lr_jitter", "factors": [1, 2]}})
    one = run(checklist)
    assert len(one.result.trials) == 10  # five of the candidate, five at twice the rate
    assert compare(one, one).trainings.shared == 10


def test_runs_without_a_probe_in_common_share_no_training(base):
    renamed = run(
        small(
            probes={"again": probes(14)["seeds"]},
            checks=[{"id": "mean", "require": "mean(again.score) >= 0.9"}],
        )
    )
    trainings = compare(base, renamed).trainings
    assert (trainings.shared, trainings.relation) == (0, "none")


def test_a_lower_score_is_worse_pair_by_pair_where_intervals_alone_would_not_say(base):
    """Spread hides a loss of 0.002 from the intervals; pairs of one seed show it."""
    lower = run(score=0.966, spread=0.0035)
    changes = compare(base, lower)
    score = changes.score
    assert (score.n, score.missing_before, score.missing_after) == (14, 0, 0)
    before, after = ([line.score for line in one.result.trials] for one in (base, lower))
    differences = [b - a for a, b in zip(before, after, strict=True)]
    assert score.before == pytest.approx(sum(before) / 14)
    assert score.after == pytest.approx(sum(after) / 14)
    assert score.difference == pytest.approx(sum(differences) / 14)
    assert score.direction == "worse"
    # A t-interval, which takes the differences for normal, lies near.
    t_high = stats.t.interval(0.9, 13, score.difference, stats.sem(differences))[1]
    assert score.difference < score.high < 0
    assert score.high == pytest.approx(t_high, abs=0.0007)
    (reproducible,) = (one for one in changes.checks if one.id == "reproducible")
    assert reproducible.movement == "overlap"


def test_a_difference_that_the_bounds_leave_open_has_no_direction(base):
    assert compare(base, run(spread=0.0035)).score.direction is None


def test_a_score_that_should_be_low_is_better_when_it_falls():
    score = {"callable": "examples/churn/model.py:error", "higher_is_better": False}
    checks = [{"id": "mean", "require": "mean(seeds.score) <= 0.99"}]
    checklist = small(candidate=small()["candidate"] | {"score": score}, checks=checks)
    change = compare(run(checklist), run(checklist, score=0.95)).score
    assert change.after < change.before
    assert change.difference > 0
    assert change.direction == "better"


def test_another_score_is_not_compared(base):
    other = small(candidate=small()["candidate"] | {"score": "f1_macro"})
    assert compare(base, run(other, score=0.9)).score is None


def test_trainings_without_a_score_count_as_the_worst(base):
    def half(spec):
        return "diverged" if spec.seed % 2 else "ok"

    score = compare(base, run(status=half)).score
    assert (score.n, score.missing_before, score.missing_after) == (14, 0, 7)
    assert score.difference is None  # a failure is infinitely bad
    assert score.direction == "worse"


def test_it_is_said_where_the_rows_are_others(base):
    facts = base.result.candidate.model_copy(update={"data_sha256": "b" * 64})
    other = decided(made_up(score=0.95), candidate=facts)
    assert not compare(base, other).score.same_data
    assert compare(base, run(score=0.95)).score.same_data
