"""Worker processes: what they are given, whichever run their parent process was started for."""

import os
import signal
import sys

import pytest
import threadpoolctl
from pebble import ProcessExpired

from stablecheck.executors.pool import Pool

LIMIT = 120.0


@pytest.fixture
def make_pool():
    made = []

    def make(threads=1, output=None):
        made.append(Pool(1, threads, output))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def ask(pool, function, *arguments):
    return pool.call("asking", function, *arguments, timeout=LIMIT)


@pytest.mark.slow
def test_a_worker_has_the_environment_of_its_run_and_not_of_an_earlier_one(make_pool, monkeypatch):
    monkeypatch.setenv("STABLECHECK_MARK", "first")
    assert ask(make_pool(), os.getenv, "STABLECHECK_MARK") == "first"
    monkeypatch.delenv("STABLECHECK_MARK")
    monkeypatch.setenv("STABLECHECK_OTHER", "second")
    pool = make_pool()
    assert ask(pool, os.getenv, "STABLECHECK_MARK") is None
    assert ask(pool, os.getenv, "STABLECHECK_OTHER") == "second"


@pytest.mark.slow
def test_a_worker_keeps_to_its_threads_in_every_library(make_pool):
    libraries = ask(make_pool(threads=1), threadpoolctl.threadpool_info)
    assert libraries
    assert {library["num_threads"] for library in libraries} == {1}


@pytest.mark.slow
def test_what_a_worker_prints_goes_to_its_own_runs_file(make_pool, tmp_path, capfd):
    for name in ("one.txt", "two.txt"):
        ask(make_pool(output=tmp_path / name), os.write, 1, f"{name}!".encode())
        assert (tmp_path / name).read_text().endswith(f"{name}!")
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced(make_pool):
    pool = make_pool()
    first = ask(pool, os.getpid)
    with pytest.raises(ProcessExpired, match="Abnormal termination"):
        pool.submit(os.kill, first, signal.SIGKILL, timeout=LIMIT).result()
    assert ask(pool, os.getpid) != first


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_workers_are_forked_from_one_process_that_has_imported_what_they_need(make_pool):
    parents = {ask(make_pool(), os.getppid) for _ in range(2)}
    assert len(parents) == 1
    assert parents != {os.getpid()}
