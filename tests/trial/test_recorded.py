"""A recorded computation against the computation itself; the recorder here is not CUDA's."""

import pytest
import torch

from stablecheck.errors import NotRecordableError
from stablecheck.trial.descent import recorded
from stablecheck.trial.ensemble import train_together
from stablecheck.trial.recorded import Recorded, cuda_graph
from tests.trial.ensembles import begun, prepared_all, together, varied


class Tape:
    """Runs the computation again on the recorded inputs, as a graph would, into fixed outputs."""

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
    """A recording that does not look at its inputs again."""
    made = Tape(computation, inputs)
    made.inputs = [torch.zeros_like(one) for one in inputs]
    return made, made.outputs


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
    made = Recorded(computation, [counter], inputs(1.0), tape)
    for scale in (2.0, -3.0):
        squares, nothing, total = made(*inputs(scale))
        assert nothing is None
        torch.testing.assert_close(squares, torch.full((2,), 3 * scale**2))
        torch.testing.assert_close(total, torch.full((2, 3), scale + 1))


def test_recording_changes_nothing_and_every_replay_does_what_a_call_would(computation, counter):
    made = Recorded(computation, [counter], inputs(1.0), tape)
    assert counter.tolist() == [0.0, 0.0]
    made(*inputs(2.0))
    made(*inputs(5.0))
    assert counter.tolist() == [7.0, 7.0]


def test_the_given_inputs_are_copied_and_not_kept(computation, counter):
    given = inputs(1.0)
    made = Recorded(computation, [counter], given, tape)
    made(*inputs(9.0))
    torch.testing.assert_close(given[0], torch.ones(2, 3))


def test_a_recording_that_gives_other_numbers_is_refused(computation, counter):
    with pytest.raises(NotRecordableError, match="a replay gave other numbers"):
        Recorded(computation, [counter], inputs(1.0), forgetful)
    assert counter.tolist() == [0.0, 0.0]


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
        Recorded(compute, [], given, tape)
        return
    with pytest.raises(NotRecordableError, match="other numbers"):
        Recorded(compute, [], given, tape)


def test_members_that_diverge_stand_against_no_recording():
    x = torch.tensor([[float("inf"), 1.0], [1.0, float("nan")]])
    made = Recorded(lambda x, y: [x * y], [], (x, torch.ones(2, 2)), tape)
    assert made(torch.ones(2, 2), torch.ones(2, 2))[0].tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_what_the_recorder_raises_is_the_reason():
    def fails(computation, inputs):
        raise RuntimeError("operation not permitted when stream is capturing")

    with pytest.raises(NotRecordableError, match="RuntimeError: operation not permitted"):
        Recorded(lambda x, y: [x], [], inputs(1.0), fails)


def test_only_cuda_records():
    with pytest.raises(NotRecordableError, match="the device is cpu, and only CUDA records"):
        cuda_graph(lambda x, y: [x], inputs(1.0))


RATES = (0.05, 1e6, 0.1, 0.05)
"""The second member diverges, so that the others are recorded anew."""


@pytest.mark.parametrize("model", ["mlp", "dropped", "adapted"])
def test_an_ensemble_ends_where_it_ends_unrecorded(make_candidate, make_spec, monkeypatch, model):
    """Bitwise: a replay computes the same, with dropout, batch statistics and frozen weights."""
    monkeypatch.setattr(Recorded.__init__, "__defaults__", (tape,))
    specs = varied(make_candidate, make_spec, RATES, model=f"models.py:{model}")
    found = train_together(prepared_all(specs), specs, begun(specs), recorded)
    expected = together(specs)
    for place in (0, 2, 3):
        state, wanted = (side[place].model.state_dict() for side in (found, expected))
        assert all(torch.equal(state[name], wanted[name]) for name in wanted)
    assert (found[1].step, str(found[1])) == (expected[1].step, str(expected[1]))
