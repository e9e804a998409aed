"""What ``plan --json`` and ``plan --quiet`` print."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from stablecheck.checklist.duration import seconds as duration
from stablecheck.checklist.loader import LoadedChecklist
from stablecheck.cli.proofs import proofs
from stablecheck.pipeline.preview import Pilot, Preview
from stablecheck.report.numbers import seconds


def summary(loaded: LoadedChecklist, shown: Preview) -> str:
    """The plan in one line."""
    checklist, taken = loaded.checklist, shown.seconds(shown.plan)
    about = "" if taken is None else f", about {seconds(taken)}"
    return f"{checklist.name} {checklist.version}: {len(shown.plan.trials)} trainings{about}"


def content(loaded: LoadedChecklist, shown: Preview, max_cost: str) -> dict[str, Any]:
    """The plan for programs; what only a pilot knows is null without one."""
    taken = shown.seconds(shown.plan)
    return {
        "name": loaded.checklist.name,
        "version": loaded.checklist.version,
        "trials": len(shown.plan.trials),
        "most_trials": len(shown.most.trials),
        "gradient_steps": shown.total_steps(shown.plan),
        "most_gradient_steps": shown.total_steps(shown.most),
        "seconds": taken,
        "most_seconds": shown.seconds(shown.most),
        "max_cost_seconds": duration(max_cost),
        "exceeds_max_cost": None if taken is None else taken > duration(max_cost),
        "probes": {
            probe_id: {
                "kind": probe.kind,
                "trials": len(probe.trials),
                "arms": [arm.name for arm in probe.arms],
            }
            for probe_id, probe in shown.plan.probes.items()
        },
        "checks": [
            check.model_dump(mode="json", include={"id", "severity", "require"})
            for check in loaded.checklist.checks
        ],
        "proofs": [asdict(proof) for proof in proofs(loaded, shown)],
        "pilot": None if shown.pilot is None else _pilot(shown.pilot),
    }


def _pilot(pilot: Pilot) -> dict[str, Any]:
    return {
        "device": pilot.examination.device,
        "device_name": pilot.examination.device_name,
        "way": pilot.choice.way.model_dump(mode="json"),
        "steps_per_second": pilot.steps_per_second,
        **pilot.figures.model_dump(mode="json"),
    }
