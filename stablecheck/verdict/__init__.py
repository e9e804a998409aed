"""From the outcomes of checks to the decision, its reasons and what to do next; codes, no prose."""

from __future__ import annotations

from stablecheck.verdict.circumstances import Circumstances
from stablecheck.verdict.decision import decide
from stablecheck.verdict.waivers import apply_waivers

__all__ = ["Circumstances", "apply_waivers", "decide"]
