"""Seeds that are added until a run is decided."""

import json
import math

import pytest

from stablecheck.errors import RunInterruptedError
from stablecheck.pipeline.growth import growth_of
from stablecheck.pipeline.options import Observer, Options
from stablecheck.pipeline.run import run
from stablecheck.plan import make_plan

GROWS = (
    ("kind: init_seeds, seeds: 3}", "kind: init_seeds, seeds: 3, max_seeds: 12}"),
    ("run: {executor: inline}", "run: {executor: inline}\ndecision: {until_decided: true}"),
)


def requiring(text):
    return ("min(seeds.score) >= 0.8", text)


class Stopper(Observer):
    """Stops the run after some trials, and remembers how often it grew."""

    def __init__(self, stop_after=math.inf):
        self.trained = []
        self.grew = []
        self.stop_after = stop_after

    def grown(self, plan, kept):
        self.grew.append((len(plan.trials), len(kept)))

    def finished(self, trial):
        self.trained.append(trial.id)
        if len(self.trained) == self.stop_after:
            raise KeyboardInterrupt


@pytest.fixture
def options(tmp_path):
    return Options(output=tmp_path / "runs")


def test_seeds_are_added_until_the_check_is_decided(loaded, options):
    """3 of 3 prove a share of 0.37 and 12 of 12 one of 0.78, at 95 % each; 0.55 lies between."""
    observer = Stopper()
    finished = run(
        loaded(*GROWS, requiring("share(seeds.score >= 0.5) >= 0.55")), options, observer
    )
    result = finished.result
    assert result.verdict.decision == "GO"
    assert [look.decision for look in result.looks[:-1]] == ["INCONCLUSIVE"] * (
        len(result.looks) - 1
    )
    sizes = [look.seeds["seeds"] for look in result.looks]
    assert sizes[0] == 3
    assert sizes == sorted(set(sizes))
    assert len(result.looks) == len(observer.grew) + 1 >= 2
    (check,) = result.checks
    assert check.n == sizes[-1]
    assert check.low == pytest.approx((1 - result.looks[-1].confidence) ** (1 / sizes[-1]))
    plan = json.loads((finished.folder / "plan.json").read_text())
    assert {spec["id"] for spec in plan["trials"]} == {trial.id for trial in result.trials}
    assert len(observer.trained) == len(set(observer.trained)) == len(result.trials)


def test_all_looks_together_spend_no_more_than_the_checklists_error(loaded):
    growth = growth_of(loaded(*GROWS).checklist)
    spent = [1 - growth.confidences(look)["seeds"] for look in growth.looks()]
    assert sum(spent) == pytest.approx(0.05)
    assert min(spent) > 0


def test_what_rests_on_every_trial_is_as_strict_as_the_probe_that_grows(loaded):
    growth = growth_of(loaded(*GROWS).checklist)
    for look in growth.looks():
        assert growth.confidences(look)["all"] == growth.confidences(look)["seeds"]
    assert "lr" not in growth.confidences(0)


def test_a_blocker_that_fails_ends_the_growth(loaded, options):
    observer = Stopper()
    result = run(loaded(*GROWS, requiring("max(seeds.score) <= 0.1")), options, observer).result
    assert result.verdict.decision == "NO_GO"
    assert len(result.looks) == 1
    assert observer.grew == []


def test_an_open_check_on_a_probe_that_cannot_grow_adds_no_seeds(loaded, options):
    observer = Stopper()
    open_ = "share(lr.score >= 0.5) >= 0.9"
    result = run(loaded(*GROWS, requiring(open_)), options, observer).result
    assert result.verdict.decision == "INCONCLUSIVE"
    assert observer.grew == []


def test_the_last_look_is_at_the_most_seeds(loaded, options):
    result = run(loaded(*GROWS, requiring("share(seeds.score >= 0.5) >= 0.99")), options).result
    assert result.looks[-1].seeds == {"seeds": 12}
    assert result.verdict.decision == "INCONCLUSIVE"


def test_a_run_that_does_not_grow_has_no_looks(loaded, options):
    assert run(loaded(), options).result.looks == ()


@pytest.mark.parametrize("stop_after", [2, 7])
def test_a_growing_run_resumes_where_it_was(loaded, options, tmp_path, stop_after):
    checklist = loaded(*GROWS, requiring("share(seeds.score >= 0.5) >= 0.55"))
    whole = run(checklist, Options(output=tmp_path / "whole")).result
    with pytest.raises(RunInterruptedError, match="all kept"):
        run(checklist, options, Stopper(stop_after))
    resumed = run(checklist, Options(output=options.output, resume=True)).result
    assert resumed.looks == whole.looks
    assert resumed.checks == whole.checks


def test_the_plan_grows_by_seeds_alone(loaded):
    checklist = loaded(*GROWS).checklist
    growth = growth_of(checklist)
    last = growth.looks()[-1]
    assert len(make_plan(checklist, "", growth.seeds(last)).trials) == 12 + 2


def test_a_run_that_grows_trains_no_key_twice(loaded, options):
    """The learning-rate probe has seeds that the probe which grows comes to share with it."""
    wider = ("factors: [1, 2], seeds: 2}", "factors: [1, 2], seeds: 6}")
    observer = Stopper()
    open_ = requiring("share(seeds.score >= 0.5) >= 0.99")
    finished = run(loaded(*GROWS, wider, open_), options, observer)
    keys = [
        json.loads(path.read_text())["key"] for path in (finished.folder / "trials").glob("*.json")
    ]
    assert len(set(keys)) == len(keys) == len(finished.result.trials) == 12 + 6
    assert len(observer.trained) == 18


def test_any_probe_may_grow_with_all_its_arms(loaded, options):
    grows = ("factors: [1, 2], seeds: 2}", "factors: [1, 2], seeds: 2, max_seeds: 6}")
    open_ = requiring("share(lr.score >= 0.5) >= 0.99")
    result = run(loaded(GROWS[1], grows, open_), options).result
    assert result.looks[-1].seeds == {"lr": 6}
    assert [len(arm.trials) for arm in result.probes["lr"].arms] == [6, 6]
