"""What the nodes of a cluster have, and how many trials fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stablecheck.checklist.schema import Resources
from stablecheck.errors import ClusterError


@dataclass(frozen=True)
class Share:
    """What one trial takes of a node.

    Args:
        cpus: Processors; also the threads that it computes with.
        gpus: Accelerators.
        device: Where it computes, as a checklist would ask.
    """

    cpus: float
    gpus: float
    device: str

    def __str__(self) -> str:
        """As people are told of it."""
        return f"{_count(self.cpus, 'CPU')} and {_count(self.gpus, 'GPU')}"


@dataclass(frozen=True)
class Capacity:
    """The nodes of a cluster.

    Args:
        nodes: Processors and accelerators of each, whoever uses them now.
    """

    nodes: tuple[tuple[float, float], ...]

    def share(self, asked: Resources, device: str) -> Share:
        """What a trial takes here, and the device that it then has.

        Raises:
            ClusterError: No node has that, so that trials would wait for ever.
        """
        cuda = device.startswith("cuda")
        automatic = 1.0 if cuda or (device == "auto" and self._gpus()) else 0.0
        gpus = automatic if asked.gpus == "auto" else asked.gpus
        if cuda and not gpus:
            raise ClusterError(
                f"run.device is {device}, but run.resources gives a trial no GPU; "
                "set run.resources: {gpus: 1}"
            )
        share = Share(asked.cpus, gpus, "cpu" if device == "auto" and not gpus else device)
        if not self.fits(share):
            raise ClusterError(self._too_small(share))
        return share

    def fits(self, share: Share) -> int:
        """Trials that run at the same time, as long as nobody else computes here."""
        return sum(_fitting(node, share) for node in self.nodes)

    def fits_one_node(self, share: Share) -> int:
        """Trials that run at the same time on the node with the most room."""
        return max((_fitting(node, share) for node in self.nodes), default=0)

    def _too_small(self, share: Share) -> str:
        if share.gpus and not self._gpus():
            return (
                f"the Ray cluster has no GPU ({self}), but a trial is to have "
                f"{_count(share.gpus, 'GPU')}; add a node that has one, or set "
                "run: {device: cpu, resources: {gpus: 0}}"
            )
        return (
            f"no node of the Ray cluster has the {share} that run.resources gives a trial "
            f"({self}); ask for less, or add a larger node"
        )

    def _gpus(self) -> float:
        return sum(gpus for _, gpus in self.nodes)

    def __str__(self) -> str:
        """As people are told of it."""
        if not self.nodes:
            return "no node"
        each = sorted({f"{_count(c, 'CPU')}, {_count(g, 'GPU')}" for c, g in self.nodes})
        return f"{_count(len(self.nodes), 'node')}, each with {' or '.join(each)}"


def _fitting(node: tuple[float, float], share: Share) -> int:
    cpus, gpus = node
    by_gpu = gpus / share.gpus if share.gpus else math.inf
    return math.floor(min(cpus / share.cpus, by_gpu))


def _count(number: float, what: str) -> str:
    """A number of things.

    >>> _count(2.0, "GPU")
    '2 GPUs'
    >>> _count(0.5, "GPU")
    '0.5 GPU'
    """
    return f"{number:g} {what}{'' if 0 < number <= 1 else 's'}"
