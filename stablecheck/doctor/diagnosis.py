"""What this machine offers stablecheck: what works, what is missing and the command that mends it.

torch, WeasyPrint and Ray are asked in processes of their own, so that a broken installation is a
finding and never a crash here.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from stablecheck.doctor.machine import Answer, Machine, ThisMachine

Status = Literal["ok", "warn", "fail"]

GIB = 2**30
NEEDED_PYTHON = (3, 10)
LITTLE_DISK = 1 * GIB
LITTLE_MEMORY = 2 * GIB

APT_LIBRARIES = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
APT_FONTS = "apt-get install fontconfig fonts-dejavu-core"
CUDA_BUILD = (
    "pick your CUDA version at pytorch.org under 'Get started' and run the pip command it shows"
)

EXTRAS = {
    "ray": ("ray",),
    "lightning": ("lightning",),
    "huggingface": ("transformers", "accelerate", "datasets"),
    "skorch": ("skorch",),
    "mlflow": ("mlflow-skinny",),
    "ja": ("noto-cjk-sans-jp-regular", "noto-cjk-sans-jp-bold"),
}
"""The optional parts and the distributions that bring them, as in ``pyproject.toml``."""

# The first line keeps a file such as ./torch.py from standing in for the installed package.
ASK_TORCH = """
import sys; sys.path[:] = [entry for entry in sys.path if entry]
import json, torch
devices = [
    {"name": torch.cuda.get_device_name(i), "memory": torch.cuda.mem_get_info(i)}
    for i in range(torch.cuda.device_count())
]
build = torch.version.cuda or torch.version.hip
mps = torch.backends.mps.is_available()
print(json.dumps({"version": torch.__version__, "cuda": build, "devices": devices, "mps": mps}))
"""
ASK_WEASYPRINT = """
import sys; sys.path[:] = [entry for entry in sys.path if entry]
import weasyprint
print(weasyprint.__version__)
"""
# Ends with one line either way; Ray itself says much more on its way there.
ASK_RAY = """
import sys
from stablecheck.errors import ClusterError
from stablecheck.executors.ray_cluster.cluster import look
try:
    print(look())
except ClusterError as error:
    sys.exit(str(error))
"""
ASK_DRIVER = ("nvidia-smi", "--query-gpu=name", "--format=csv,noheader")
ASK_FONTS = ("fc-list", "--format", "%{family}\n")


@dataclass(frozen=True)
class Finding:
    """One answer.

    Args:
        name: What was looked at.
        status: ``ok``; ``warn`` where something works less well; ``fail`` where ``run`` cannot.
        found: What there is, in one line.
        remedy: What to do or install; empty where there is nothing to do.
    """

    name: str
    status: Status
    found: str
    remedy: str = ""


def diagnose(machine: Machine | None = None) -> tuple[Finding, ...]:
    """Look at everything that stablecheck uses; takes some seconds, most of them for torch.

    Args:
        machine: What is looked at; this machine unless a test says otherwise.
    """
    return tuple(_findings(machine or ThisMachine()))


def _findings(machine: Machine) -> Iterator[Finding]:
    yield _python(machine)
    yield from _torch_and_gpu(machine)
    yield _cores(machine)
    yield _memory(machine)
    yield _weasyprint(machine)
    yield _fonts(machine)
    for distribution in ("scikit-learn", "pyarrow", "matplotlib"):
        yield _package(machine, distribution)
    for extra, distributions in EXTRAS.items():
        found = _extra(machine, extra, distributions)
        yield _with_cluster(machine, found) if extra == "ray" else found
    yield _disk(machine)


def _python(machine: Machine) -> Finding:
    version = machine.python()
    found = ".".join(map(str, version))
    if version[:2] >= NEEDED_PYTHON:
        return Finding("Python", "ok", found)
    return Finding("Python", "fail", found, "install Python 3.10 or newer")


def _torch_and_gpu(machine: Machine) -> Iterator[Finding]:
    answer = machine.run((sys.executable, "-c", ASK_TORCH))
    driver = machine.run(ASK_DRIVER)
    if not answer.succeeded:
        yield Finding("torch", "fail", answer.text, "pip install torch")
        return
    torch = json.loads(answer.text.splitlines()[-1])
    build = f"GPU build, {torch['cuda']}" if torch["cuda"] else "CPU build"
    yield Finding("torch", "ok", f"{torch['version']} ({build})")
    yield _gpu(torch, driver)


def _gpu(torch: dict[str, Any], driver: Answer) -> Finding:
    if torch["devices"]:
        return Finding("GPU", "ok", "; ".join(_device(device) for device in torch["devices"]))
    if torch["mps"]:
        return Finding("GPU", "ok", "Apple MPS; shares the memory of the machine")
    if not (driver.succeeded and driver.text):
        return Finding("GPU", "ok", "none; trials train on the CPU")
    names = ", ".join(driver.text.splitlines())
    if torch["cuda"]:
        remedy = "check CUDA_VISIBLE_DEVICES, and that nvidia-smi lists a recent enough driver"
        return Finding("GPU", "warn", f"{names}, but torch cannot use it", remedy)
    return Finding("GPU", "warn", f"{names}, but this torch is built for the CPU", CUDA_BUILD)


def _device(device: dict[str, Any]) -> str:
    free, total = device["memory"]
    return f"{device['name']}, {_gib(free)} of {_gib(total)} free"


def _cores(machine: Machine) -> Finding:
    return Finding("CPU cores", "ok", str(machine.cores()))


def _memory(machine: Machine) -> Finding:
    memory = machine.memory()
    if memory is None:
        return Finding("Memory", "ok", f"not reported by {platform.system()}")
    free, total = memory
    found = f"{_gib(free)} of {_gib(total)} free"
    if free >= LITTLE_MEMORY:
        return Finding("Memory", "ok", found)
    return Finding("Memory", "warn", found, "close other programs, or use fewer workers")


def _weasyprint(machine: Machine) -> Finding:
    answer = machine.run((sys.executable, "-c", ASK_WEASYPRINT))
    if answer.succeeded:
        return Finding("WeasyPrint", "ok", answer.text)
    if machine.version("weasyprint") is None:
        return Finding("WeasyPrint", "fail", "not installed", "pip install weasyprint")
    found = f"no PDF, reports are written as HTML: {answer.text}"
    return Finding(
        "WeasyPrint", "warn", found, f"{APT_LIBRARIES} (Debian; elsewhere install Pango)"
    )


def _fonts(machine: Machine) -> Finding:
    answer = machine.run(ASK_FONTS)
    families = {line for line in answer.text.splitlines() if line} if answer.succeeded else set()
    if families:
        return Finding("Fonts", "ok", f"{len(families)} families")
    found = "none" if answer.succeeded else answer.text
    return Finding("Fonts", "warn", found, f"{APT_FONTS} (Debian; elsewhere any font package)")


def _package(machine: Machine, distribution: str) -> Finding:
    version = machine.version(distribution)
    if version is None:
        return Finding(distribution, "fail", "not installed", f"pip install {distribution}")
    return Finding(distribution, "ok", version)


def _extra(machine: Machine, extra: str, distributions: Sequence[str]) -> Finding:
    versions = {name: machine.version(name) for name in distributions}
    name = f"[{extra}]"
    if None in versions.values():
        command = f"pip install 'stablecheck[{extra}]'"
        return Finding(name, "ok", f"optional, not installed: {command}")
    return Finding(name, "ok", ", ".join(f"{key} {version}" for key, version in versions.items()))


def _with_cluster(machine: Machine, ray: Finding) -> Finding:
    """Also what cluster answers; none is a fault where RAY_ADDRESS names one."""
    if machine.version("ray") is None:
        return ray
    answer = machine.run((sys.executable, "-c", ASK_RAY))
    found = f"{ray.found}; {answer.text.splitlines()[-1]}"
    named = not answer.succeeded and machine.variable("RAY_ADDRESS")
    return replace(ray, status="warn" if named else "ok", found=found)


def _disk(machine: Machine) -> Finding:
    error = machine.write_error()
    if error is not None:
        remedy = "change to a folder that you may write, or run with another output folder"
        return Finding("Current folder", "fail", f"cannot be written: {error}", remedy)
    free = machine.free_disk()
    if free < LITTLE_DISK:
        return Finding("Current folder", "warn", f"only {_gib(free)} free", "free some disk space")
    return Finding("Current folder", "ok", f"writable, {_gib(free)} free")


def _gib(amount: int) -> str:
    return f"{amount / GIB:.1f} GiB"
