"""Whether to print colours: https://no-color.org and https://force-color.org."""

from __future__ import annotations

import os


def wanted() -> bool | None:
    """What the environment asks for; None leaves it to whether a terminal reads along."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None
