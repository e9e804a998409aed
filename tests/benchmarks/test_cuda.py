"""What of the benchmark on CUDA devices can be checked without one."""

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import cuda
from benchmarks.checklist import ours
from stablecheck.executors.base import Task
from stablecheck.way import Way


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15))))
def test_overlapping_spans_count_once(starts_and_lengths):
    """Against a naive count of the whole numbers that any span covers."""
    spans = [(start, start + length) for start, length in starts_and_lengths]
    expected = {tick for start, end in spans for tick in range(start, end)}
    assert cuda.covered(spans) == len(expected)


def test_without_a_device_it_says_so_and_ends_well(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    found = CliRunner().invoke(cuda.main, [])
    assert found.exit_code == 0
    assert found.output == "There is no CUDA device here: nothing measured.\n"


def test_the_idle_share_is_what_the_kernels_leave(monkeypatch):
    """With the clock and the profiler replaced: 3 s of kernels in a job of 4 s."""
    monkeypatch.setattr(cuda, "jobs", lambda trials, way, rows: [trials])
    monkeypatch.setattr(cuda, "do", lambda job, task: 4.0)
    monkeypatch.setattr(cuda, "busy", lambda job, task: 3.0)
    plan = type(
        "Planned", (), {"trials": ("a", "b"), "way": Way(workers=1, threads=1, together=True)}
    )
    assert cuda.idle(plan, 10, torch.device("cpu"), 3) == (2, pytest.approx(0.25))


def test_a_job_of_a_run_is_done_again_as_its_worker_did_it(monkeypatch):
    """The trials of the first job are those of the plan, and come to an end."""
    _, plan = ours("MLP", 20)
    job = cuda.jobs(plan.trials, plan.way, 1437)[0]
    ended = []
    for name in ("run_job", "run_spec"):
        real = getattr(cuda, name)
        monkeypatch.setattr(cuda, name, lambda *a, real=real: ended.append(real(*a)) or ended[-1])
    cuda.do(job, Task(folders=(), device="cpu", threads=1))
    (found,) = ended
    trials = found if isinstance(found, list) else [found]
    assert [(one.id, one.status) for one in trials] == [(spec.id, "ok") for spec in job]
