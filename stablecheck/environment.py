"""The surroundings of a run, as the report states them."""

from __future__ import annotations

import os
import platform
from typing import Any

from stablecheck.executors.base import Examination
from stablecheck.way import Way


def describe_environment(
    examination: Examination,
    way: Way,
    executor: str,
    code_sha256: str,
    packages: dict[str, str],
    *,
    repeats: bool,
) -> dict[str, Any]:
    """Versions, device and digests; nothing in it names a user or a folder.

    Args:
        examination: The candidate and its device.
        way: How its trials were computed.
        executor: As the checklist or the command line asks.
        code_sha256: Digest of the candidate's code.
        packages: Versions by package.
        repeats: Whether the same trials come out the same to the last digit.
    """
    chosen = "ensembles" if way.together else "processes"
    return {
        "packages": packages,
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "device": examination.device,
        "device_name": examination.device_name,
        "executor": chosen if executor == "auto" else executor,
        "workers": way.workers,
        "threads": way.threads,
        "together": way.members if way.together else 1,
        "code_sha256": code_sha256,
        "data_sha256": examination.facts.data_sha256,
        "deterministic": repeats,
    }
