"""The plan: each training once, arms paired by seed, keys that change with what makes a trial."""

import json

import pytest

from stablecheck.checklist.schema import Checklist
from stablecheck.plan import derive_seeds, make_plan


def checklist(make_candidate, **changes):
    document = {
        "schema": "stablecheck/1",
        "name": "x",
        "candidate": make_candidate().model_dump(mode="json"),
        "probes": {
            "seeds": {"kind": "init_seeds", "seeds": 4},
            "lr": {"kind": "lr_jitter", "factors": [0.5, 1, 2], "seeds": 3},
            "data": {"kind": "data_ratio", "fractions": [0.25, 0.5, 1], "seeds": 5},
        },
        "checks": [{"id": "a", "require": "mean(seeds.score) >= 0"}],
    }
    return Checklist.model_validate_json(json.dumps(document | changes))


def test_equal_trainings_of_different_probes_are_planned_once(make_candidate):
    plan = make_plan(checklist(make_candidate), "")
    assert len(plan.trials) == 4 + 2 * 3 + 2 * 5 + 1  # data's fifth seed of the whole set is new
    seeds = plan.probes["seeds"].arms[0].trials
    times_one = next(arm for arm in plan.probes["lr"].arms if arm.reference).trials
    whole = next(arm for arm in plan.probes["data"].arms if arm.reference).trials
    assert times_one == seeds[:3]
    assert whole == (*seeds, "data-1-s4")
    assert len({spec.key for spec in plan.trials}) == len(plan.trials)
    assert len({spec.id for spec in plan.trials}) == len(plan.trials)


def test_arms_are_paired_by_seed(make_candidate):
    plan = make_plan(checklist(make_candidate), "")
    specs = {spec.id: spec for spec in plan.trials}
    for probe in plan.probes.values():
        for rank in range(3):
            streams = {
                specs[arm.trials[rank]].seeds for arm in probe.arms if len(arm.trials) > rank
            }
            assert len(streams) == 1


def test_no_end_point_is_the_reference_of_more_than_two_controls(make_candidate):
    plan = make_plan(checklist(make_candidate), "", {"seeds": 12})
    arm = plan.probes["seeds"].arms[0].trials
    specs = {spec.id: spec for spec in plan.trials}
    referred = [specs[id_].cross_seed for id_ in arm]
    assert referred[0] is None
    assert all(referred.count(id_) <= 2 for id_ in set(referred) - {None})
    assert set(referred) - {None} == {id_ for id_ in arm if specs[id_].keeps_end_point}


def test_a_control_refers_to_a_trial_of_its_own_arm_planned_before_it(make_candidate):
    plan = make_plan(checklist(make_candidate), "")
    place = {spec.id: index for index, spec in enumerate(plan.trials)}
    specs = {spec.id: spec for spec in plan.trials}
    for spec in plan.trials:
        if spec.cross_seed is not None:
            other = specs[spec.cross_seed]
            assert place[other.id] < place[spec.id]
            assert other.seed < spec.seed
            assert other.keeps_end_point
            assert (other.candidate, other.treatment) == (spec.candidate, spec.treatment)


def test_a_run_that_may_grow_keeps_the_end_points_that_later_seeds_refer_to(make_candidate):
    grows = checklist(
        make_candidate,
        probes={"seeds": {"kind": "init_seeds", "seeds": 4, "max_seeds": 11}},
        decision={"until_decided": True},
    )
    now, later = make_plan(grows, ""), make_plan(grows, "", {"seeds": 11})
    needed = {spec.cross_seed for spec in later.trials} - {None}
    assert needed == {spec.id for spec in later.trials if spec.keeps_end_point}
    kept = {spec.id for spec in now.trials if spec.keeps_end_point}
    assert kept == needed & {spec.id for spec in now.trials}


def test_without_controls_nobody_waits_for_anybody(make_candidate):
    plan = make_plan(checklist(make_candidate, measure={"controls": "none"}), "")
    assert {spec.cross_seed for spec in plan.trials} == {None}
    assert not any(spec.keeps_end_point for spec in plan.trials)


@pytest.mark.parametrize(
    "change",
    [
        {"measure": {"snapshots": 19}},
        {"measure": {"budget": 30.0}},
        {"measure": {"controls": "none"}},
        {"candidate": {"epochs": None, "steps": 41}},
    ],
)
def test_a_key_changes_with_what_determines_the_trial(make_candidate, change):
    base = checklist(make_candidate)
    if "candidate" in change:
        merged = {**json.loads(base.candidate.model_dump_json()), **change["candidate"]}
        change = {"candidate": merged}
    before, after = make_plan(base, ""), make_plan(checklist(make_candidate, **change), "")
    assert {s.key for s in before.trials}.isdisjoint(s.key for s in after.trials)


def test_a_key_ignores_what_does_not_determine_the_trial(make_candidate):
    before = make_plan(checklist(make_candidate), "i")
    after = make_plan(checklist(make_candidate, version="2", run={"trial_timeout": "1min"}), "i")
    assert [s.key for s in before.trials] == [s.key for s in after.trials]
    assert before.trials[0].key != make_plan(checklist(make_candidate), "j").trials[0].key


def test_the_streams_of_a_seed_are_distinct_and_never_change():
    streams = [derive_seeds(seed) for seed in range(200)]
    values = [value for seeds in streams for value in seeds.model_dump().values()]
    assert len(set(values)) == len(values)
    assert derive_seeds(0).model_dump() == {
        "init": 459376333,
        "order": 645631245,
        "dropout": 2642242577,
        "subset": 1674186972,
        "labels": 1133573823,
        "noise": 1909746682,
        "measure": 2227032593,
    }


def test_data_arms_can_hold_epochs_instead_of_steps(make_candidate):
    probes = {"data": {"kind": "data_ratio", "fractions": [0.25, 0.5, 1], "hold": "epochs"}}
    plan = make_plan(checklist(make_candidate, probes=probes), "")
    assert {s.arm: s.treatment.step_fraction for s in plan.trials} == {
        "0.25": 0.25,
        "0.5": 0.5,
        "1": 1.0,
    }


def asking(*requirements, **changes):
    checks = [
        {"id": f"c{index}", "require": text, "severity": "minor"}
        for index, text in enumerate(requirements)
    ]
    return {"checks": checks, **changes}


def test_costly_measures_are_taken_only_of_the_probe_that_is_asked(make_candidate):
    plan = make_plan(
        checklist(make_candidate, **asking("median(lr.interpolation.max_rise) <= 1")), ""
    )
    measured = {spec.id for spec in plan.trials if spec.measuring.companions}
    assert measured == {trial for arm in plan.probes["lr"].arms for trial in arm.trials}
    assert {spec.measuring.companions for spec in plan.trials} == {(), ("interpolation",)}


def test_a_shared_training_takes_what_either_probe_asks_for(make_candidate):
    asked = asking(
        "median(lr.interpolation.max_rise) <= 1", report={"measures": ["seeds.ntk.drift"]}
    )
    plan = make_plan(checklist(make_candidate, **asked), "")
    taken = {spec.id: spec.measuring.companions for spec in plan.trials}
    assert taken["seeds-base-s0"] == ("interpolation", "ntk")
    assert taken["seeds-base-s3"] == ("ntk",)
    assert taken["lr-x2-s0"] == ("interpolation",)


def test_a_check_that_is_off_asks_for_nothing(make_candidate):
    off = asking("median(all.ntk.drift) <= 1")
    off["checks"][0]["severity"] = "off"
    plan = make_plan(checklist(make_candidate, **off), "")
    assert {spec.measuring.companions for spec in plan.trials} == {()}


def test_what_is_measured_changes_the_key_and_nothing_else(make_candidate):
    plain = make_plan(checklist(make_candidate), "").trials[0]
    asked = asking("median(seeds.ntk.drift) <= 1")
    measured = make_plan(checklist(make_candidate, **asked), "").trials[0]
    assert plain.key != measured.key
    same = {"key": plain.key, "measuring": plain.measuring}
    assert measured.model_copy(update=same) == plain


def test_full_controls_add_trainings_that_nobody_else_shares(make_candidate):
    plain = make_plan(checklist(make_candidate), "")
    full = make_plan(checklist(make_candidate, measure={"controls": "full"}), "")
    added = [spec for spec in full.trials if spec.probe == "controls"]
    assert len(full.trials) == len(plain.trials) + len(added)
    assert {spec.arm: spec.treatment.label_noise for spec in added} == {
        "random-labels": 1.0,
        "noise-gradients": 0.0,
    }
    assert {spec.key for spec in plain.trials} < {spec.key for spec in full.trials}


def test_more_seeds_keep_every_trial_that_was_there(make_candidate):
    few = make_plan(checklist(make_candidate), "")
    many = make_plan(checklist(make_candidate), "", {"seeds": 9})
    assert {spec.key for spec in few.trials} < {spec.key for spec in many.trials}
    assert len(many.probes["seeds"].arms[0].trials) == 9


def test_an_incumbent_is_trained_on_the_candidates_seeds(make_candidate):
    document = checklist(
        make_candidate,
        probes={"rival": {"kind": "incumbent", "seeds": 2}},
        checks=[{"id": "a", "require": "mean(rival.score) >= 0"}],
        incumbent={"steps": 7},
    )
    own, rival = make_plan(document, "").probes["rival"].arms
    specs = {spec.id: spec for spec in make_plan(document, "").trials}
    assert (own.reference, rival.reference) == (True, False)
    assert {specs[id_].candidate.steps for id_ in rival.trials} == {7}
    for mine, theirs in zip(own.trials, rival.trials, strict=True):
        assert specs[mine].seeds == specs[theirs].seeds
