"""What becomes of jobs that a worker did not finish."""

from concurrent.futures import Future

import pytest
from pebble import ProcessExpired

from stablecheck.executors.base import Declined
from stablecheck.executors.recovery import outcome_of
from stablecheck.trial.specified import failed_trial


@pytest.fixture
def specs(make_candidate, make_spec):
    return tuple(make_spec(make_candidate(), seed) for seed in range(5))


def ended_with(result=None, error=None):
    future = Future()
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
    return future


def expired(code):
    return ProcessExpired("gone", code)


def sizes(outcome):
    return [len(job) for job in outcome.again]


def test_the_trials_of_a_finished_job_are_handed_on(specs):
    trials = [failed_trial(spec) for spec in specs]
    assert outcome_of(ended_with(trials), specs).trials == tuple(trials)


@pytest.mark.parametrize(
    ("future", "expected", "why"),
    [
        (ended_with(Declined("it branches on data")), [1] * 5, "one by one, because it branches"),
        (ended_with(Declined("5 are too many", too_many=True)), [2, 3], "two halves, because 5"),
        (ended_with(error=expired(-9)), [2, 3], "two halves, because the ensemble was killed"),
        (
            ended_with(error=expired(3)),
            [1] * 5,
            "the ensemble ended its process with exit code 3",
        ),
        (ended_with(error=TimeoutError()), [1] * 5, "longer than run.trial_timeout"),
    ],
    ids=["declined", "too many", "killed", "ended", "timed out"],
)
def test_an_ensemble_that_is_lost_costs_no_trial(specs, future, expected, why):
    outcome = outcome_of(future, specs)
    assert sizes(outcome) == expected
    assert tuple(spec for job in outcome.again for spec in job) == specs
    assert outcome.trials == ()
    assert why in outcome.why_again


def test_halving_ends_with_trials_alone(specs):
    job = specs[:2]
    outcome = outcome_of(ended_with(Declined("2 are too many", too_many=True)), job)
    assert sizes(outcome) == [1, 1]


def test_a_trial_that_was_alone_and_took_too_long_is_recorded(specs):
    (trial,) = outcome_of(ended_with(error=TimeoutError()), specs[:1]).trials
    assert (trial.status, trial.seconds) == ("timeout", 60.0)


def test_a_trial_that_was_alone_and_killed_is_recorded(specs):
    (trial,) = outcome_of(ended_with(error=expired(-9)), specs[:1]).trials
    assert trial.status == "failed"
    assert trial.message == ("the training was killed by the system, probably for want of memory")


def test_what_is_no_fault_of_a_trial_is_raised(specs):
    with pytest.raises(OSError, match="no space"):
        outcome_of(ended_with(error=OSError("no space")), specs)
