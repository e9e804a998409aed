"""A computation on CUDA that is recorded once as a graph and replayed from then on.

Trainings of small models keep a device waiting for the host, which takes longer to say what is to
be computed than the device to compute it. A replay is one call, however much it computes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from stablecheck.errors import NotRecordableError

WARM_UP = 3
"""Calls before the recording, in which libraries choose their kernels and take their memory."""
TOLERANCE = 1e-3
"""Largest relative difference of a replay: kernels may add in any order, in bfloat16 too."""

Numbers = Sequence[Tensor | None]
"""What a computation gives, members along the first axis; None for what it does not have."""


class Computation(Protocol):
    """Takes tensors of the same shapes at every call; all else that it reads stays in place."""

    def __call__(self, x: Tensor, y: Tensor, /, *masks: Tensor) -> Numbers:
        """Compute on the device alone: the host reads no number of it."""


class Recording(Protocol):
    """Computes again, from whatever the inputs of the recorded call hold by now."""

    def replay(self) -> None:
        """Fill the outputs of the recorded call."""


Recorder = Callable[[Computation, Sequence[Tensor]], tuple[Recording, Numbers]]
"""Records a computation on given inputs; also gives the outputs that a replay fills."""


def cuda_graph(computation: Computation, inputs: Sequence[Tensor]) -> tuple[Recording, Numbers]:
    """As PyTorch's notes ask for it.

    Source: https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs
    """
    device = inputs[0].device
    if device.type != "cuda":
        raise NotRecordableError(f"the device is {device.type}, and only CUDA records")
    here, beside = torch.cuda.current_stream(device), torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    beside.wait_stream(here)
    with torch.cuda.stream(beside):
        for _ in range(WARM_UP):
            computation(*inputs)
    here.wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        outputs = computation(*inputs)
    return graph, outputs


class Recorded:
    """A computation in its recording, which was compared with it before its first use.

    Args:
        computation: What to record.
        changed: Tensors that it changes in place; they are left as they were.
        inputs: An example; those of later calls have the same shapes.
        recorder: Makes the recording.

    Raises:
        NotRecordableError: It cannot be recorded, or a replay gives other numbers.
    """

    def __init__(
        self,
        computation: Computation,
        changed: Sequence[Tensor],
        inputs: Sequence[Tensor],
        recorder: Recorder = cuda_graph,
    ) -> None:
        self._inputs = _copies(inputs)
        before = _copies(changed)
        try:
            self._recording, self._outputs = recorder(computation, self._inputs)
            _put(changed, before)
            expected, left = _copies(computation(*self._inputs)), _copies(changed)
            _put(changed, before)
            self._recording.replay()
            agree = _alike(_copies(self._outputs), expected) and all(
                _alike([one], [other]) for one, other in zip(changed, left, strict=True)
            )
            _put(changed, before)
        except NotRecordableError:
            raise
        except Exception as error:  # whatever in it cannot be recorded
            raise NotRecordableError(f"recording raised {type(error).__name__}: {error}") from error
        if not agree:
            raise NotRecordableError("a replay gave other numbers than the step itself")

    def __call__(self, *inputs: Tensor) -> Numbers:
        """What the computation gives on these inputs; valid until the next call."""
        _put(self._inputs, inputs)
        self._recording.replay()
        return self._outputs


def _copies(tensors: Sequence[Tensor | None]) -> list[Tensor]:
    return [one.detach().clone() for one in tensors if one is not None]


def _put(targets: Sequence[Tensor], sources: Sequence[Tensor]) -> None:
    with torch.no_grad():
        for target, source in zip(targets, sources, strict=True):
            target.copy_(source)


def _alike(found: Sequence[Tensor], expected: Sequence[Tensor]) -> bool:
    """Whether every member's numbers, as one vector, differ by rounding at most.

    Those that are not finite, of members that diverge, must be so in both.
    """
    pairs = [(_rows(one), _rows(other)) for one, other in zip(found, expected, strict=True)]
    if not all(torch.equal(one.isfinite(), other.isfinite()) for one, other in pairs):
        return False
    finite = [(one.nan_to_num(0, 0, 0), other.nan_to_num(0, 0, 0)) for one, other in pairs]
    difference = sum((one - other).square().sum(dim=1) for one, other in finite)
    size = sum(other.square().sum(dim=1) for _, other in finite)
    return bool(torch.as_tensor(difference <= TOLERANCE**2 * size).all())


def _rows(tensor: Tensor) -> Tensor:
    """Numbers of each member, shape ``[members, numbers]``, in double precision."""
    return tensor.double().reshape(len(tensor), -1)
