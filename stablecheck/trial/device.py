"""Which device a trial runs on."""

from __future__ import annotations

import torch

from stablecheck.errors import CandidateError, NoSuchDeviceError
from stablecheck.recipe import Precision


def resolve_device(asked: str) -> torch.device:
    """``auto`` takes CUDA, then Apple's MPS, then the CPU.

    Raises:
        NoSuchDeviceError: The device asked for is not there.
    """
    if asked == "auto":
        return torch.device(_best())
    device = torch.device(asked)
    available = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not available[device.type]:
        raise NoSuchDeviceError(
            f"there is no device {asked!r} here; `stablecheck doctor` shows what there is; "
            "use auto",
        )
    return device


def _best() -> str:
    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def all_devices(asked: str) -> tuple[str, ...]:
    """Every device that what was asked for leaves open: all CUDA devices unless one is named.

    Raises:
        NoSuchDeviceError: The device asked for is not there.
    """
    device = resolve_device(asked)
    if device.type == "cuda" and asked in ("auto", "cuda"):
        return tuple(f"cuda:{index}" for index in range(torch.cuda.device_count()))
    return (str(device),)


def device_name(device: torch.device) -> str:
    """What people call the device: ``NVIDIA H200``, ``CPU``."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return device.type.upper()


def make_current(device: torch.device) -> None:
    """Let this process work on it: streams, events and graphs of CUDA belong to one device."""
    if device.type == "cuda":
        torch.cuda.set_device(device)


def set_arithmetic(precision: Precision, device: torch.device) -> None:
    """Let this process compute products on CUDA in TF32, or not; PyTorch alone mixes both.

    Raises:
        CandidateError: The device has no TF32, so that it would be fp32 by another name.
    """
    tf32 = precision == "tf32"
    if tf32 and device.type != "cuda":
        raise CandidateError(
            ("candidate", "precision"),
            f"tf32 is an arithmetic of CUDA devices, and this one is {device}; expected fp32 or "
            "bf16, or run.device: cuda",
        )
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
