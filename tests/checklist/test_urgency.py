"""Which probes come first, and that in that order every control still stands behind its own."""

import json

import pytest

from stablecheck.checklist.schema import Checklist
from stablecheck.checklist.urgency import LEAST, urgency
from stablecheck.plan import make_plan

PROBES = {
    "data": {"kind": "data_ratio", "fractions": [0.25, 0.5, 1], "seeds": 4},
    "lr": {"kind": "lr_jitter", "factors": [0.5, 1, 2], "seeds": 5},
    "seeds": {"kind": "init_seeds", "seeds": 9},
}


@pytest.fixture
def checklist(make_candidate):
    def make(*checks):
        document = {
            "schema": "stablecheck/1", "name": "x", "probes": PROBES,
            "candidate": make_candidate().model_dump(mode="json"),
            "checks": [
                {"id": f"c{n}", "require": require, "severity": severity, "abort_on_fail": aborts}
                for n, (require, severity, aborts) in enumerate(checks)
            ],
        }  # fmt: skip
        return Checklist.model_validate_json(json.dumps(document))

    return make


def test_checks_that_end_the_run_come_first_and_blockers_before_majors(checklist):
    found = urgency(
        checklist(
            ("mean(data.score) >= 0", "blocker", False),
            ("mean(data.score) >= 0", "minor", False),
            ("lr.headroom(0.1) >= 1", "major", True),
            ("mean(seeds.score) >= 0", "blocker", True),
            ("mean(all.score) >= 0", "off", True),
        )
    )
    assert sorted(found, key=found.get) == ["seeds", "lr", "data"]
    assert max(found.values()) < LEAST


def test_the_plan_is_in_that_order_with_the_names_and_keys_that_it_had(checklist):
    plain = make_plan(checklist(("mean(data.score) >= 0", "minor", False)), "")
    urgent = make_plan(checklist(("mean(seeds.score) >= 0", "blocker", False)), "")
    assert {(s.id, s.key) for s in plain.trials} == {(s.id, s.key) for s in urgent.trials}
    seeds = urgent.probes["seeds"].arms[0].trials
    assert [spec.id for spec in urgent.trials[:9]] == [
        spec.id for spec in plain.trials if spec.id in seeds
    ]
    assert list(urgent.probes) == list(PROBES)


@pytest.mark.parametrize("urgent", ["data", "lr", "seeds"])
def test_every_trial_stands_behind_the_one_its_control_refers_to(checklist, urgent):
    trials = make_plan(checklist((f"mean({urgent}.score) >= 0", "blocker", True)), "").trials
    place = {spec.id: number for number, spec in enumerate(trials)}
    assert all(place[s.cross_seed] < place[s.id] for s in trials if s.cross_seed)
