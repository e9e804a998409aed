"""Failures that somebody accepts for a while."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from stablecheck.checklist.schema import Waiver
from stablecheck.result import CheckResult


def apply_waivers(
    checks: Sequence[CheckResult], waivers: Sequence[Waiver], today: datetime.date
) -> tuple[CheckResult, ...]:
    """The checks, failing ones with a valid waiver turned into ``waived``.

    A waiver counts through its last day. It covers a failure alone: what is inconclusive or could
    not be evaluated is not known well enough to be accepted.
    """
    covered = {waiver.check for waiver in waivers if today <= waiver.expires}
    return tuple(
        check.model_copy(update={"outcome": "waived", "waived_from": check.outcome})
        if check.outcome == "fail" and check.id in covered
        else check
        for check in checks
    )
