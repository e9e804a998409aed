"""A first checklist, worked out from a model and data."""

from __future__ import annotations

from stablecheck.drafting.draft import draft
from stablecheck.drafting.request import PRESETS, Draft, Request

__all__ = ["PRESETS", "Draft", "Request", "draft"]
