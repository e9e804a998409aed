"""What works on this machine, what is missing, and the command that mends it."""

from __future__ import annotations

from stablecheck.doctor.diagnosis import Finding, Status, diagnose

__all__ = ["Finding", "Status", "diagnose"]
