"""Checks that end a run when they fail."""

from __future__ import annotations

from stablecheck.pipeline.assembly import Assembly


class Abort:
    """Looks at each check with ``abort_on_fail`` once: when all trials are there that it rests on.

    So no check is looked at before it would have been, and none twice.

    Args:
        assembly: Sees the trials of the run as they come.
    """

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._waiting = [
            check
            for check in assembly.loaded.checklist.checks
            if check.abort_on_fail and check.severity != "off"
        ]

    def failing(self) -> str | None:
        """The check whose failure ends the run before its last trial; None where there is none."""
        ready = [check for check in self._waiting if self._assembly.has_all(check)]
        self._waiting = [check for check in self._waiting if check not in ready]
        failing = [check.id for check in ready if self._assembly.fails(check)]
        return failing[0] if failing and not self._assembly.is_complete else None
