"""What went into two runs: which keys of the checklist, and what else, is listed as changed."""

import pytest

from stablecheck.comparison.comparing import compare
from stablecheck.store import DecidedRun
from tests.comparison.made_up import BLOCKERS, decided, made_up, small


@pytest.fixture(scope="module")
def base():
    return made_up()


def as_decided(run):
    return DecidedRun(run.result, run.checklist)


def keys(before, after):
    changes = compare(as_decided(before), as_decided(after)).checklist
    return [(change.kind, change.path, change.before, change.after) for change in changes]


def test_a_run_compared_with_itself_has_no_changes(base):
    changes = compare(as_decided(base), as_decided(base))
    assert (changes.checklist, changes.inputs, changes.checks) == ((), (), ())
    assert changes.score is None
    assert changes.verdict.direction == "same"
    assert changes.trainings.relation == "repeated"
    assert changes.cost.before == changes.cost.after


def test_an_edited_key_is_named_by_its_path_with_both_values(base):
    edited = made_up(
        small(
            version="1.3.0",
            candidate=small()["candidate"] | {"epochs": 60},
            report=small()["report"] | {"reviewers": ["CTO"]},
        )
    )
    assert keys(base, edited) == [
        ("changed", "version", "1.2.0", "1.3.0"),
        ("changed", "candidate.epochs", 30, 60),
        ("changed", "report.reviewers", ["CTO", "Model Risk", "ML Platform"], ["CTO"]),
    ]
    assert [key[1] for key in keys(edited, base)] == [key[1] for key in keys(base, edited)]


def test_checks_and_waivers_are_told_apart_by_name_not_by_place(base):
    extra = {"id": "spread", "require": "spread(seeds.score) <= 0.1", "severity": "minor"}
    waiver = {"check": "reproducible", "owner": "j.doe", "reason": "r", "expires": "2027-03-31"}
    other = made_up(small(checks=[extra, *BLOCKERS[::-1]], waivers=[waiver]))
    assert keys(base, other) == [
        (
            "added",
            "checks.spread",
            None,
            {"require": "spread(seeds.score) <= 0.1", "severity": "minor", "abort_on_fail": False},
        ),
        (
            "added",
            "waivers.reproducible",
            None,
            {"owner": "j.doe", "reason": "r", "expires": "2027-03-31"},
        ),
    ]
    assert [key[:2] for key in keys(other, base)] == [
        ("removed", "checks.spread"),
        ("removed", "waivers.reproducible"),
    ]


def test_a_default_that_is_written_out_is_no_change(base):
    written = made_up(small(candidate=small()["candidate"] | {"batch_size": 64}))
    assert keys(base, written) == []


def test_code_data_packages_and_device_are_named_with_both_values(base):
    facts = base.result.candidate.model_copy(update={"n_train": 1500, "data_sha256": "b" * 64})
    packages = base.result.environment["packages"] | {"torch": "2.14.0", "scipy": "1.17"}
    environment = base.result.environment | {
        "code_sha256": "c" * 64,
        "data_sha256": "b" * 64,
        "packages": packages,
        "device_name": "NVIDIA H100",
        "workers": 8,
    }
    changes = compare(
        as_decided(base), decided(base, candidate=facts, environment=environment)
    ).inputs
    assert [(one.kind, one.name, one.before, one.after) for one in changes] == [
        ("code", "code_sha256", base.result.environment["code_sha256"], "c" * 64),
        ("data", "data_sha256", base.result.candidate.data_sha256, "b" * 64),
        ("candidate", "n_train", 1437, 1500),
        ("package", "torch", "2.13.0", "2.14.0"),
        ("package", "scipy", None, "1.17"),
        ("device", "device_name", "NVIDIA H200", "NVIDIA H100"),
        ("computing", "workers", 4, 8),
    ]


@pytest.mark.parametrize("environment", [{}, {"packages": "torch 2.13"}])
def test_an_environment_that_says_little_is_compared_as_far_as_it_goes(base, environment):
    changes = compare(as_decided(base), decided(base, environment=environment)).inputs
    assert {change.after for change in changes} == {None}
    assert {change.kind for change in changes} >= {"code", "data", "package", "device"}
