"""A first checklist, worked out from a model and data."""

from __future__ import annotations

from stablecheck.drafting.draft import draft
from stablecheck.drafting.request import Draft, Request

__all__ = ["Draft", "Request", "draft"]
