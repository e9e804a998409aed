"""The choice between ways: the fastest one that was timed, within what the device has room for."""

import dataclasses

import pytest

from stablecheck.executors.auto import PATIENCE, AutoExecutor
from stablecheck.executors.base import Declined, Pace, Task, Timing
from stablecheck.executors.processes import ProcessExecutor, one_by_one
from stablecheck.executors.timing import pace
from stablecheck.recipe import Optimizer


@pytest.fixture
def specs(make_candidate, make_spec):
    return [make_spec(make_candidate(), seed) for seed in range(20)]


@pytest.fixture
def choose(settings, specs, monkeypatch):
    """Let an executor choose where each way is given its speed, or what stands against it."""

    def with_speeds(found, specs=specs, workers=2):
        def timed(_self, way, _specs):
            kind = "together" if way.together else "alone" if way.workers > 1 else "one"
            said = found(way) if callable(found) else found[kind]
            if isinstance(said, Declined):
                return said
            return Timing(way=way, steps_per_second=said, seconds=800 / said)

        monkeypatch.setattr(AutoExecutor, "_timed", timed)
        with AutoExecutor(settings) as executor:
            return executor.choose(specs)

    return with_speeds


@pytest.mark.parametrize("fastest", ["together", "alone", "one"])
def test_the_fastest_way_is_taken(choose, fastest):
    speeds = {"together": 100.0, "alone": 100.0, "one": 100.0} | {fastest: 130.0}
    choice = choose(speeds)
    assert choice.steps_per_second == 130.0
    assert (choice.way.together, choice.way.workers) == {
        "together": (True, 2), "alone": (False, 2), "one": (False, 1),
    }[fastest]  # fmt: skip
    assert len(choice.timings) == 3
    assert choice.why_not_together is None


def test_the_reason_why_trials_cannot_be_computed_together_is_kept(choose):
    choice = choose({"together": Declined("it branches"), "alone": 10.0, "one": 20.0})
    assert choice.why_not_together == "it branches"
    assert (choice.way.together, choice.way.workers) == (False, 1)


def test_an_ensemble_too_large_for_the_device_is_halved_until_it_fits(choose):
    def found(way):
        if way.together:
            return 500.0 if way.members <= 3 else Declined("too many", too_many=True)
        return 10.0

    choice = choose(found)
    assert choice.way.together
    assert choice.way.members == 2  # 10, 5, 2


def test_without_a_timing_trials_are_computed_one_by_one(choose):
    choice = choose(lambda _way: Declined("it raised"))
    assert (choice.way.together, choice.way.workers) == (False, 2)
    assert choice.steps_per_second is None


def test_a_slow_ensemble_gets_fewer_members(choose, make_candidate, make_spec):
    specs = [make_spec(make_candidate(steps=1000), seed, timeout=9e9) for seed in range(20)]
    speed = 5 * 1000 * 2 / PATIENCE  # five members in that time, in each of two processes
    choice = choose({"together": speed, "alone": speed / 2, "one": speed / 2}, specs)
    assert choice.way.members == 5


class OnAnAccelerator:
    """A machine whose trials share one; every way there is given its speed."""

    def __init__(self, settings, specs, monkeypatch):
        self.settings, self.specs, self.tried = settings, specs, []
        self.patch = monkeypatch

    def choose(self, speed, device="cuda:0"):
        def timed(_executor, way, _specs):
            self.tried.append((way.together, way.captured, way.workers))
            said = speed(way)
            if isinstance(said, Declined):
                return said
            return Timing(way=way, steps_per_second=said, seconds=800 / said)

        self.patch.setattr("stablecheck.executors.auto.shares_an_accelerator", lambda _device: True)
        self.patch.setattr(AutoExecutor, "_timed", timed)
        with AutoExecutor(dataclasses.replace(self.settings, workers=4)) as executor:
            found = executor.examine(self.specs[0].candidate, 60.0)
            executor.examination = found.model_copy(update={"device": device})
            return executor.choose(self.specs)


@pytest.fixture
def accelerated(settings, make_candidate, make_spec, monkeypatch):
    specs = [make_spec(make_candidate(), seed, timeout=9e9) for seed in range(20)]
    return OnAnAccelerator(settings, specs, monkeypatch)


ALONE, TOGETHER, CAPTURED = (False, False, 1), (True, False, 1), (True, True, 1)


def test_on_cuda_one_process_is_tried_with_and_without_recording(accelerated):
    choice = accelerated.choose(lambda way: 400.0 if way.captured else 100.0)
    assert accelerated.tried == [ALONE, TOGETHER, CAPTURED]
    assert (choice.way.captured, choice.way.members, choice.steps_per_second) == (True, 20, 400.0)


def test_elsewhere_than_on_cuda_nothing_is_captured(accelerated):
    accelerated.choose(lambda _way: 100.0, device="mps")
    assert accelerated.tried == [ALONE, TOGETHER]


def test_why_steps_are_not_recorded_is_kept(accelerated):
    choice = accelerated.choose(lambda way: Declined("it reads") if way.captured else 100.0)
    assert (choice.why_not_captured, choice.why_not_together) == ("it reads", None)
    assert not choice.way.captured


def test_a_long_run_on_an_accelerator_is_tried_in_more_processes_while_that_is_faster(accelerated):
    """Two processes are faster than one, four are not."""
    speeds = {1: 10.0, 2: 15.0, 4: 12.0}
    choice = accelerated.choose(lambda way: speeds[way.workers] if way.together else 5.0)
    assert accelerated.tried == [ALONE, TOGETHER, CAPTURED, (True, False, 2), (True, False, 4)]
    assert (choice.way.workers, choice.way.members) == (2, 10)


def test_a_process_too_many_for_the_device_ends_the_search(accelerated):
    full = Declined("20 at once exceed the device's memory", too_many=True)
    choice = accelerated.choose(lambda way: full if way.workers > 1 or way.together else 10.0)
    assert accelerated.tried[-1] == (False, False, 2)
    assert (choice.way.together, choice.way.workers) == (False, 1)


@pytest.mark.slow
def test_a_pool_that_is_too_small_is_replaced(settings, specs):
    with ProcessExecutor(dataclasses.replace(settings, workers=1)) as executor:
        executor.examine(specs[0].candidate, 60.0)
        executor.way = one_by_one(2)
        assert {trial.status for trial in executor.trials(specs[:3], float("inf"))} == {"ok"}
        assert executor.pool.workers == 2


@pytest.mark.slow
def test_every_way_is_really_tried(settings, specs):
    with AutoExecutor(settings) as executor:
        executor.examine(specs[0].candidate, 60.0)
        choice = executor.choose(specs)
    tried = [(one.way.together, one.way.workers) for one in choice.timings]
    assert tried == [(False, 2), (False, 1), (True, 2)]
    fastest = max(choice.timings, key=lambda one: one.steps_per_second)
    assert choice.way == fastest.way
    for one in choice.timings:
        assert one.seconds == pytest.approx(20 * 40 / one.steps_per_second)


@pytest.fixture
def task(tmp_path):
    return Task((tmp_path,), "cpu", threads=1)


@pytest.mark.parametrize("count", [1, 3])
def test_a_training_that_diverges_is_timed_too(task, make_candidate, make_spec, count):
    wild = make_candidate(optimizer=Optimizer(name="sgd", lr=1e6))
    found = pace([make_spec(wild, seed) for seed in range(count)], task)
    assert isinstance(found, Pace)
    assert found.steps_per_second > 0


def test_what_raises_while_it_is_timed_is_an_answer(task, make_candidate, make_spec, tmp_path):
    (tmp_path / "late.py").write_text(
        "from torch import nn\nclass Late(nn.Linear):\n    calls = 0\n"
        "    def forward(self, x):\n        self.calls += 1\n"
        "        if self.calls > 2: raise RuntimeError('sensor lost')\n"
        "        return super().forward(x)\ndef build():\n    return Late(64, 10)\n"
    )
    spec = make_spec(make_candidate(model="late.py:build", model_args={}))
    found = pace([spec], task)
    assert found == Declined("a few steps of them raised RuntimeError: sensor lost (late.py:6)")


@pytest.mark.parametrize("count", [1, 3])
def test_where_nothing_records_that_is_the_answer(task, make_candidate, make_spec, count):
    specs = [make_spec(make_candidate(), seed) for seed in range(count)]
    found = pace(specs, dataclasses.replace(task, captured=True))
    if count == 1:
        assert isinstance(found, Pace)  # a training by itself is never captured
    else:
        assert found == Declined("the device is cpu, and only CUDA has graphs")


@pytest.mark.parametrize(
    ("windows", "times"),
    [
        ([(0.0, 1.0), (0.2, 1.1)], 1),
        ([(0.0, 1.0), (0.7, 1.9)], 3),  # only 0.3 s at once
        ([(0.0, 1.0), (1.0, 2.0)], 3),  # one process took both, or the other was late
    ],
)
def test_processes_that_were_not_timed_at_once_are_timed_again(
    settings, specs, monkeypatch, windows, times
):
    tries = []

    def paces(_executor, _job, _way):
        tries.append(1)
        return [Pace(steps_per_second=50.0, began=one, ended=other) for one, other in windows]

    monkeypatch.setattr(AutoExecutor, "_paces", paces)
    with AutoExecutor(settings) as executor:
        timing = executor._timed(one_by_one(2), specs)
    assert len(tries) == times
    assert (timing.steps_per_second, timing.seconds) == (100.0, 8.0)
