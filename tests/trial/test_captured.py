"""A captured computation against the computation itself; what captures here is not CUDA."""

import pytest
import torch

from stablecheck.errors import NotCapturableError
from stablecheck.trial.captured import Captured, cuda_graph
from stablecheck.trial.descent import captured
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.vectorized import Stack
from tests.trial.ensembles import begun, prepared_all, together, varied


class Tape:
    """Runs the computation again on the captured inputs, as a graph would, into fixed outputs."""

    def __init__(self, computation, inputs):
        self.computation, self.inputs = computation, inputs
        self.outputs = [one if one is None else one.clone() for one in computation(*inputs)]

    def replay(self):
        for output, found in zip(self.outputs, self.computation(*self.inputs), strict=True):
            if output is not None:
                output.copy_(found)


def tape(computation, inputs):
    made = Tape(computation, inputs)
    return made, made.outputs


def forgetful(computation, inputs):
    """A graph that does not look at its inputs again."""
    made = Tape(computation, inputs)
    made.inputs = [one.clone() for one in inputs]
    return made, made.outputs


class Empty(Tape):
    """A graph into which nothing was captured."""

    def replay(self):
        pass


@pytest.fixture
def counter():
    """What the computation below changes."""
    return torch.zeros(2)


@pytest.fixture
def computation(counter):
    def compute(x, y):
        counter.add_(x[:, 0])
        return [x.square().sum(1), None, x + y]

    return compute


def inputs(scale):
    return torch.full((2, 3), scale), torch.ones(2, 3)


def test_a_replay_gives_what_the_computation_gives_on_other_inputs(computation, counter):
    made = Captured(computation, [counter], inputs(1.0), tape)
    for scale in (2.0, -3.0):
        squares, nothing, total = made(*inputs(scale))
        assert nothing is None
        torch.testing.assert_close(squares, torch.full((2,), 3 * scale**2))
        torch.testing.assert_close(total, torch.full((2, 3), scale + 1))


def test_capturing_changes_nothing_and_every_replay_does_what_a_call_would(computation, counter):
    made = Captured(computation, [counter], inputs(1.0), tape)
    assert counter.tolist() == [0.0, 0.0]
    made(*inputs(2.0))
    made(*inputs(5.0))
    assert counter.tolist() == [7.0, 7.0]


def test_the_given_inputs_are_copied_and_not_kept(computation, counter):
    given = inputs(1.0)
    made = Captured(computation, [counter], given, tape)
    made(*inputs(9.0))
    torch.testing.assert_close(given[0], torch.ones(2, 3))


def test_a_graph_that_gives_other_numbers_is_refused(computation, counter):
    differing = torch.tensor([[1.0], [2.0]]).expand(2, 3), torch.ones(2, 3)
    with pytest.raises(NotCapturableError, match="a replay gave other numbers"):
        Captured(computation, [counter], differing, forgetful)
    assert counter.tolist() == [0.0, 0.0]


def test_a_graph_that_computes_nothing_is_refused():
    def empty(computation, inputs):
        made = Empty(computation, inputs)
        return made, made.outputs

    with pytest.raises(NotCapturableError, match="a replay gave other numbers"):
        Captured(lambda x, y: [x + y], [], inputs(1.0), empty)


def test_too_little_memory_for_a_graph_is_passed_on():
    def full(computation, inputs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(torch.OutOfMemoryError, match="CUDA out of memory"):
        Captured(lambda x, y: [x], [], inputs(1.0), full)


@pytest.mark.parametrize(("error", "agrees"), [(1e-5, True), (1e-2, False)])
def test_one_members_numbers_are_compared_by_themselves(error, agrees):
    """The other member's are a thousand times larger."""
    x = torch.tensor([[1.0], [1000.0]])
    calls = []

    def compute(x, y):
        calls.append(1)
        return [x + y * (error if len(calls) > 2 else 0.0)]

    given = x, torch.tensor([[1.0], [0.0]])
    if agrees:
        Captured(compute, [], given, tape)
        return
    with pytest.raises(NotCapturableError, match="other numbers"):
        Captured(compute, [], given, tape)


def test_members_that_diverge_stand_against_no_graph():
    x = torch.tensor([[float("inf"), 1.0], [1.0, float("nan")]])
    made = Captured(lambda x, y: [x * y], [], (x, torch.ones(2, 2)), tape)
    assert made(torch.ones(2, 2), torch.ones(2, 2))[0].tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_what_the_capture_raises_is_the_reason():
    def fails(computation, inputs):
        raise RuntimeError("operation not permitted when stream is capturing")

    with pytest.raises(NotCapturableError, match="RuntimeError: operation not permitted"):
        Captured(lambda x, y: [x], [], inputs(1.0), fails)


def test_a_number_of_the_first_inputs_that_became_a_part_of_the_graph_is_noticed():
    """As a graph keeps what Python read of a tensor while it was captured."""

    def frozen(computation, inputs):
        shift = float(inputs[0].sum())
        return tape(lambda x, y: [x + shift], inputs)

    made = Captured(lambda x, y: [x + x.sum()], [], inputs(1.0), frozen)
    with pytest.raises(NotCapturableError, match="a replay gave other numbers"):
        made.compare(inputs(2.0))


def test_only_cuda_has_graphs():
    with pytest.raises(NotCapturableError, match="the device is cpu, and only CUDA has graphs"):
        cuda_graph(lambda x, y: [x], inputs(1.0))


RATES = (0.05, 1e6, 0.1, 0.05)
"""The second member diverges, so that the others are captured anew."""


@pytest.mark.parametrize("model", ["mlp", "dropped", "adapted"])
def test_an_ensemble_ends_where_it_ends_without_graphs(
    make_candidate, make_spec, monkeypatch, model
):
    """Bitwise: a replay computes the same, with dropout, batch statistics and frozen weights."""
    monkeypatch.setattr(Captured.__init__, "__defaults__", (tape,))
    specs = varied(make_candidate, make_spec, RATES, model=f"models.py:{model}")
    found = train_together(prepared_all(specs), specs, begun(specs), captured)
    expected = together(specs)
    for place in (0, 2, 3):
        state, wanted = (side[place].model.state_dict() for side in (found, expected))
        assert all(torch.equal(state[name], wanted[name]) for name in wanted)
    assert (found[1].step, str(found[1])) == (expected[1].step, str(expected[1]))


class Annealed:
    """Stands in for a model whose loss follows a number that Python counts up."""

    calls = 0

    def descent(self, stack, x, y, masks):
        self.calls += 1
        return x.sum(1) * (1 + 0.0004 * self.calls), [x.clone()]


def frozen(computation, inputs):
    """A graph keeps that number as it was at the capture."""
    outputs = computation(*inputs)
    factor = outputs[0] / inputs[0].sum(1)

    class Kept:
        def replay(self):
            outputs[0].copy_(inputs[0].sum(1) * factor)
            outputs[1].copy_(inputs[0])

    return Kept(), outputs


def test_what_python_counts_is_noticed_at_a_later_step(monkeypatch):
    """Within the tolerance of 0.1 % at the first two."""
    monkeypatch.setattr(Captured.__init__, "__defaults__", (frozen,))
    descent = captured(Annealed(), Stack({}, {}))
    for _ in range(2):
        losses, _ = descent(*inputs(1.0), ())
        torch.testing.assert_close(losses, torch.full((2,), 3 * 1.0004))
    with pytest.raises(NotCapturableError, match="a replay gave other numbers"):
        descent(*inputs(1.0), ())
