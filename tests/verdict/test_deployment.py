"""What the verdict says of deploying: in stages, after conditions, or not at all."""

from __future__ import annotations

import pytest

from stablecheck.checklist.schema import Rollout
from tests.verdict.made_up import BLOCKER, check, settled, steps

ROLLOUT = Rollout(stages=(1.0, 25.0, 100.0), hold="48h", guard="outcome.mean >= incumbent - 0.005")


def test_a_go_is_rolled_out_in_the_checklists_stages():
    verdict = settled([BLOCKER, check("m", "minor", "fail")], rollout=ROLLOUT)
    assert [step.code for step in verdict.next_steps] == ["ROLL_OUT", "INVESTIGATE_CHECK"]
    assert verdict.next_steps[0].values == {
        "stages": [1.0, 25.0, 100.0],
        "hold": "48h",
        "guard": "outcome.mean >= incumbent - 0.005",
    }


def test_a_conditional_go_is_deployed_after_its_conditions():
    verdict = settled([BLOCKER, check("m", "major", "fail")])
    assert [step.code for step in verdict.next_steps] == ["INVESTIGATE_CHECK", "DEPLOY"]


@pytest.mark.parametrize("outcome", ["fail", "inconclusive", "error"])
def test_without_a_go_nothing_is_deployed(outcome):
    found = steps(check("b", "blocker", outcome), rollout=ROLLOUT)
    assert not {"ROLL_OUT", "DEPLOY"} & set(found)
