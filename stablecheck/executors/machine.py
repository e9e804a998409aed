"""What this machine has, without importing torch."""

from __future__ import annotations

import os
import shutil
import sys


def cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory() -> int:
    """Bytes of main memory; a guess of 8 GiB where the system does not say."""
    if "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 8 * 2**30


def shares_an_accelerator(device: str) -> bool:
    """Whether trials on a device that is asked for are likely to share one accelerator."""
    return device.startswith(("cuda", "mps")) or (device == "auto" and _accelerated())


def _accelerated() -> bool:
    return shutil.which("nvidia-smi") is not None or sys.platform == "darwin"
