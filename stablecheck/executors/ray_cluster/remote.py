"""What runs on the nodes of a cluster, each call in a worker process of Ray's.

Ray starts that process in the folder that ``shipping`` packed. Nothing here outlives its call.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.metadata
import io
import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import stablecheck
from stablecheck.errors import CandidateLostError, ClusterError, StablecheckError
from stablecheck.executors.base import Examination, PilotFigures, Task
from stablecheck.fingerprint import PACKAGES
from stablecheck.plan import TrialSpec
from stablecheck.recipe import Recipe
from stablecheck.trial.end_points import Vector
from stablecheck.trial.record import Trial

_HERE = Path.cwd()  # read before any candidate's code could change it
_MOST_PRINTED = 100_000


@dataclass(frozen=True)
class Order:
    """What a node has to know; travels to it.

    Args:
        task: Where and how to compute; its folders are relative to what was sent.
        versions: What the numbers depend on, as the main process has it.
    """

    task: Task
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Started:
    """The work begins, on the node with this id."""

    node: str


@dataclass(frozen=True)
class Answer:
    """What comes back from a node.

    Args:
        value: What the function returned, or the situation that it raised.
        printed: What the candidate's code printed; the last of it, where that is much.
    """

    value: Any
    printed: str


@dataclass
class CarriedEndPoints:
    """End points that came along, and those that go back.

    Args:
        known: What came along, by trial.
        kept: What goes back, by trial.
    """

    known: Mapping[str, Vector | None]
    kept: dict[str, Vector | None] = field(default_factory=dict)

    def keep(self, trial: str, parameters: Vector | None) -> None:
        """Send the end point back, or that there is none."""
        self.kept[trial] = parameters

    def find(self, trial: str) -> Vector | None:
        """What came along, as an array of its own: what Ray hands over cannot be written."""
        found = self.known.get(trial)
        return None if found is None else np.array(found)


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on; ``none`` where one is not."""
    found = {"python": platform.python_version(), "stablecheck": stablecheck.__version__}
    for name in PACKAGES[1:]:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "none"
    return found


def execute(
    function: Callable[..., Any], order: Order, *arguments: Any
) -> Iterator[Started | Answer]:
    """Say that the work begins, from when on its time counts, and then how it ended."""
    differing = _differing(order.versions)
    if differing is not None:
        yield Answer(differing, "")
        return
    import ray

    from stablecheck.executors import jobs  # noqa: F401  # takes seconds in a new process

    yield Started(ray.get_runtime_context().get_node_id())
    printed = io.StringIO()
    folders = tuple(_HERE / folder for folder in order.task.folders)
    task = dataclasses.replace(order.task, folders=folders)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        value = _value(function, task, arguments)
    yield Answer(value, printed.getvalue()[-_MOST_PRINTED:])


def _differing(expected: Mapping[str, str]) -> ClusterError | None:
    """What stands against this node, if anything."""
    found = versions()
    differing = [
        f"{name} is {found.get(name, 'unknown')} there and {version} here"
        for name, version in expected.items()
        if found.get(name) != version
    ]
    if not differing:
        return None
    return ClusterError(
        f"node {platform.node()} of the Ray cluster cannot be used: {', '.join(differing)}; trials "
        "of one run need the same versions everywhere: install them there"
    )


def _value(function: Callable[..., Any], task: Task, arguments: tuple[Any, ...]) -> Any:
    try:
        return function(task, *arguments)
    except StablecheckError as error:
        return error
    except SystemExit as error:  # it would end Ray's worker
        return CandidateLostError(f"the candidate called sys.exit({error.code})")


def examine(task: Task, candidate: Recipe) -> Examination:
    """Load the candidate and try one step of it."""
    from stablecheck.executors.jobs import examine_candidate

    return examine_candidate(candidate, task.folders, task.device)


def pilot(task: Task, spec: TrialSpec) -> PilotFigures:
    """Time some steps and gradients of one trial."""
    from stablecheck.executors.jobs import run_pilot

    return run_pilot(spec, task)


def trial(
    task: Task, spec: TrialSpec, reference: Vector | None
) -> tuple[Trial, dict[str, Vector | None]]:
    """Run one trial; its record, and the end point that it leaves for others.

    Args:
        task: Where and how.
        spec: The trial.
        reference: End point of the trial that its control refers to, shape ``[D]``.
    """
    from stablecheck.executors.jobs import run_spec

    end_points = CarriedEndPoints({spec.cross_seed: reference} if spec.cross_seed else {})
    return run_spec(spec, task, end_points), end_points.kept
