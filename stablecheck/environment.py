"""The surroundings of a run, as the report states them."""

from __future__ import annotations

import os
import platform
from typing import Any

from stablecheck.executors.base import Examination


def describe_environment(
    examination: Examination, workers: int, code_sha256: str, packages: dict[str, str]
) -> dict[str, Any]:
    """Versions, device and digests; nothing in it names a user or a folder."""
    cpu_only = examination.device == "cpu"
    return {
        "packages": packages,
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "device": examination.device,
        "device_name": examination.device_name,
        "workers": workers,
        "threads": examination.threads,
        "code_sha256": code_sha256,
        "data_sha256": examination.facts.data_sha256,
        "deterministic": cpu_only,
    }
