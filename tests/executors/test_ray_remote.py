"""What a node answers, asked in this very process."""

import sys
from pathlib import Path

import numpy as np
import pytest

from stablecheck.errors import CandidateError, CandidateLostError, ClusterError
from stablecheck.executors.base import Task
from stablecheck.executors.ray_cluster.remote import (
    CarriedEndPoints,
    Order,
    Started,
    execute,
    versions,
)

TASK = Task(folders=(Path("candidate-0"),), device="cpu", threads=1)


@pytest.fixture
def answers(monkeypatch):
    """Everything that a node says to an order."""

    class Node:
        def get_node_id(self):
            return "a node"

    monkeypatch.setattr("ray.get_runtime_context", Node)

    def ask(function, expected=None):
        return list(execute(function, Order(TASK, expected or versions())))

    return ask


def test_a_node_says_where_it_starts_what_it_found_and_what_was_printed(answers):
    def work(task):
        sys.stdout.write("loud\n")
        sys.stderr.write("and wrong\n")
        return task.folders

    started, answer = answers(work)
    assert started == Started("a node")
    assert answer.value == (Path.cwd() / "candidate-0",)
    assert answer.printed == "loud\nand wrong\n"


def test_a_situation_is_an_answer(answers):
    def work(task):
        raise CandidateError(("candidate", "loss"), "no such loss")

    _, answer = answers(work)
    assert isinstance(answer.value, CandidateError)
    assert (str(answer.value), answer.value.field) == ("no such loss", ("candidate", "loss"))


def test_a_candidate_that_exits_does_not_end_the_worker(answers):
    _, answer = answers(lambda task: sys.exit(4))
    assert isinstance(answer.value, CandidateLostError)
    assert str(answer.value) == "the candidate called sys.exit(4)"


def test_a_node_with_another_torch_refuses_before_it_starts(answers):
    (answer,) = answers(lambda task: task, versions() | {"torch": "1.0"})
    assert isinstance(answer.value, ClusterError)
    assert f"torch is {versions()['torch']} there and 1.0 here" in str(answer.value)


def test_an_end_point_that_came_along_can_be_written_and_leaves_the_sent_one_alone():
    sent = np.zeros(3, dtype=np.float32)
    sent.flags.writeable = False
    end_points = CarriedEndPoints({"parent": sent})
    found = end_points.find("parent")
    assert found is not None
    found += 1
    assert (sent == 0).all()
    assert end_points.find("stranger") is None
