"""Every kind of run that the report has to be right for."""

from __future__ import annotations

from collections.abc import Callable

from stablecheck.store import FinishedRun
from tests.report.made_up.checklists import (
    CONTROL,
    LONG,
    MARKUP,
    OUTCOMES,
    checklist_of,
    checks_with,
    hostile_checklist,
    many_checklist,
    one_training_checklist,
    waived_checklist,
)
from tests.report.made_up.runs import finished, following
from tests.report.made_up.trainings import Scenario, at_factor, diverged_in
from tests.report.made_up.wide_checklists import (
    bare_checklist,
    comparisons_checklist,
    everything_checklist,
)

SCENARIOS: dict[str, Callable[[], FinishedRun]] = {
    "go": lambda: finished(Scenario()),
    "conditional": lambda: finished(
        Scenario(edge=1.05, spread=0.002, status=at_factor(2, "diverged", 2))
    ),
    "waived": lambda: finished(Scenario(checklist=waived_checklist(), edge=1.05)),
    "no_go": lambda: finished(
        Scenario(
            checklist=checklist_of(
                checks=checks_with(
                    no_divergence="share(all.diverged) <= 0.06",
                    lr_headroom="lr.headroom(0.01) >= 2",
                )
            ),
            status=at_factor(1.4, "diverged", 1),
            spread=0.004,
        )
    ),
    "inconclusive": lambda: finished(Scenario(score=0.958, spread=0.0045)),
    "incomplete": lambda: finished(Scenario(drop=9)),
    "hostile": lambda: finished(
        Scenario(
            checklist=hostile_checklist(), status=at_factor(1.4, "failed", 1),
            message=f"{MARKUP} {CONTROL} {LONG}" * 3,
            environment={"device_name": f"{MARKUP}{LONG}"},
        )
    ),
    "one": lambda: finished(Scenario(checklist=one_training_checklist())),
    "many": lambda: finished(Scenario(checklist=many_checklist())),
    "all_failed": lambda: finished(Scenario(status=lambda spec: "failed")),
    "no_heldout": lambda: finished(
        Scenario(checklist=checklist_of(measure={"sources": ["train"]}, checks=OUTCOMES))
    ),
    "comparisons": lambda: finished(
        Scenario(checklist=comparisons_checklist(), status=diverged_in("plain-sgd", 2))
    ),
    "everything": lambda: finished(
        Scenario(
            checklist=everything_checklist(),
            status=diverged_in("noise-gradients", 3),
            looks=((8, 0.978, "INCONCLUSIVE"), (14, 0.971, "CONDITIONAL_GO")),
        )
    ),
    "follow_up": lambda: following(
        finished(
            Scenario(
                checklist=checklist_of(
                    version="1.3.0",
                    checks=checks_with(lr_headroom="lr.headroom(0.01) >= 2"),
                ),
                status=at_factor(1.4, "diverged", 1), spread=0.004, score=0.961,
                environment={"code_sha256": "9f" * 32, "packages": {"torch": "2.14.0"}},
            )
        ),
        finished(Scenario()),
    ),
    "bare": lambda: finished(Scenario(checklist=bare_checklist())),
}  # fmt: skip
