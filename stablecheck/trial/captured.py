"""A computation on CUDA that is captured once as a graph and replayed from then on.

Trainings of small models keep a device waiting for the host, which takes longer to say what is to
be computed than the device to compute it. A replay is one call, however much it computes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from stablecheck.errors import NotCapturableError

WARM_UP = 3
"""Calls before the capture, in which libraries choose their kernels and take their memory."""
TOLERANCE = 1e-3
"""Largest relative difference of a replay: kernels may add in any order, in bfloat16 too."""
OLDEST_TORCH = "2.13"
"""In older ones a capture that fails leaves the random numbers of the process unusable."""

Numbers = Sequence[Tensor | None]
"""What a computation gives, members along the first axis; None for what it does not have."""


class Computation(Protocol):
    """Takes tensors of the same shapes at every call; all else that it reads stays in place."""

    def __call__(self, x: Tensor, y: Tensor, /, *masks: Tensor) -> Numbers:
        """Compute on the device alone: the host reads no number of it."""


class Graph(Protocol):
    """Computes again, from whatever the inputs of the captured call hold by now."""

    def replay(self) -> None:
        """Fill the outputs of the captured call."""


Capture = Callable[[Computation, Sequence[Tensor]], tuple[Graph, Numbers]]
"""Captures a computation on given inputs; also gives the outputs that a replay fills."""


def cuda_graph(computation: Computation, inputs: Sequence[Tensor]) -> tuple[Graph, Numbers]:
    """As PyTorch's notes ask for it; the caller has made the inputs' device the current one.

    Source: https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs
    """
    device = inputs[0].device
    if device.type != "cuda":
        raise NotCapturableError(f"the device is {device.type}, and only CUDA has graphs")
    if torch.__version__ < OLDEST_TORCH:  # a TorchVersion, which compares as versions do
        raise NotCapturableError(f"that needs torch {OLDEST_TORCH} or newer")
    here, beside = torch.cuda.current_stream(device), _side_stream(device)
    beside.wait_stream(here)
    with torch.cuda.stream(beside):  # left whatever happens to the capture, unlike its own
        for _ in range(WARM_UP):
            computation(*inputs)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=beside):
            outputs = computation(*inputs)
    here.wait_stream(beside)
    return graph, outputs


@functools.cache
def _side_stream(device: torch.device) -> Any:
    """One stream for all captures: libraries keep memory for each that they ever worked on."""
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


class Captured:
    """A computation as a graph, which was compared with it before its first use.

    Args:
        computation: What to capture.
        changed: Tensors that it changes in place; capturing and comparing leave them as they were.
        inputs: An example; those of later calls have the same shapes.
        capture: Makes the graph.

    Raises:
        NotCapturableError: It cannot be captured, or a replay gives other numbers.
        torch.OutOfMemoryError: The device has no room for the graph.
    """

    def __init__(
        self,
        computation: Computation,
        changed: Sequence[Tensor],
        inputs: Sequence[Tensor],
        capture: Capture = cuda_graph,
    ) -> None:
        self._computation = computation
        self._changed = changed
        # Other members' numbers, so that none of the given ones can be a part of the graph.
        self._inputs = [one.roll(1, 0) for one in inputs]
        before = _copies(changed)
        try:
            self._graph, self._outputs = capture(computation, self._inputs)
        except (NotCapturableError, torch.OutOfMemoryError):
            raise
        except Exception as error:  # whatever in it cannot be captured
            raise NotCapturableError(f"capturing raised {type(error).__name__}: {error}") from error
        finally:
            _put(changed, before)
        self.compare(inputs)

    def compare(self, inputs: Sequence[Tensor]) -> None:
        """Compare a replay on these inputs with the computation itself.

        Raises:
            NotCapturableError: It gives other numbers.
        """
        before = _copies(self._changed)
        expected, left = _copies(self._computation(*inputs)), _copies(self._changed)
        _put(self._changed, before)
        for output in self._outputs:
            if output is not None and output.is_floating_point():
                output.fill_(torch.nan)  # a graph that computes nothing leaves them so
        found, changed = _copies(self(*inputs)), _copies(self._changed)
        _put(self._changed, before)
        pairs = zip(changed, left, strict=True)
        if not _alike(found, expected) or not all(_alike([one], [other]) for one, other in pairs):
            raise NotCapturableError("a replay gave other numbers than the step itself")

    def __call__(self, *inputs: Tensor) -> Numbers:
        """What the computation gives on these inputs; valid until the next call."""
        _put(self._inputs, inputs)
        self._graph.replay()
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
