"""At which steps of a training, however long, snapshots are kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from stablecheck.trial.snapshots import snapshot_steps


class Spacing(Protocol):
    """Which steps have a snapshot.

    Attributes:
        most: Snapshots at most.
    """

    most: int

    def due(self, step: int) -> bool:
        """Whether a snapshot is to be taken before the update of this step."""

    def staying(self, steps: Collection[int]) -> Collection[int]:
        """Which of these steps, the last one due now, keep their snapshot."""


class Doubling:
    """Every k-th step of a training whose length nobody knows.

    k begins at 1; whenever there would be more than so many, every second one is dropped and k is
    doubled. So at least half as many are there at any time, evenly spread, the first step included.

    Args:
        most: Snapshots at most.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._every = 1

    def due(self, step: int) -> bool:
        return step % self._every == 0

    def staying(self, steps: Collection[int]) -> Collection[int]:
        """The steps that keep their snapshot.

        >>> spacing = Doubling(3)
        >>> spacing.staying([0, 1, 2]), spacing.staying([0, 1, 2, 3])
        ([0, 1, 2], [0, 2])
        >>> [step for step in range(9) if spacing.due(step)]
        [0, 2, 4, 6, 8]
        """
        while len(steps) > self.most:
            self._every *= 2
            steps = [step for step in steps if self.due(step)]
        return steps


class Even:
    """The runner's own steps of a training of known length.

    Args:
        total_steps: Its length.
        count: Snapshots asked for.
    """

    def __init__(self, total_steps: int, count: int) -> None:
        self._steps = frozenset(snapshot_steps(total_steps, count))
        self.most = len(self._steps)

    def due(self, step: int) -> bool:
        return step in self._steps

    def staying(self, steps: Collection[int]) -> Collection[int]:
        return steps
