"""Loading: what comes out of a valid checklist, and that nothing else ever escapes."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecheck.checklist.canonical import canonical_text
from stablecheck.checklist.loader import load, validate_file
from stablecheck.errors import InvalidChecklistError, Place
from stablecheck.resources import shipped_checklists, shipped_names

QUICKSTART = (shipped_checklists() / "quickstart.yaml").read_bytes()


def test_the_valid_checklist_loads(write, valid: str, folder: Path):
    loaded = load(write(valid))
    assert loaded.checklist.name == "churn"
    assert loaded.checklist.probes["lr"].seeds == 2
    assert loaded.requirements["target"].threshold == 0.9
    assert loaded.file == "c.yaml"
    assert loaded.folder.resolve() == folder
    assert loaded.sha256 == hashlib.sha256(loaded.text.encode()).hexdigest()


def test_a_place_that_is_not_written_falls_back_to_what_is_around_it(write, valid: str):
    loaded = load(write(valid))
    assert loaded.place("candidate", "model") == Place("c.yaml", 4, 10)
    assert loaded.place("checks", 0, "require") == Place("c.yaml", 16, 14)
    assert loaded.place("candidate", "optimizer", "momentum") == Place("c.yaml", 9, 14)
    assert loaded.place("measure", "sources") == Place("c.yaml", 1, 1)


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_checklist_is_valid(name: str):
    assert validate_file(name) == ()


def test_a_shipped_checklist_loads_by_its_name(folder: Path):
    loaded = load("quickstart")
    assert loaded.folder == shipped_checklists()
    assert [check.id for check in loaded.checklist.checks][-1] == "reproducible"
    assert loaded.place("checks", 0).file.endswith("standard.yaml")


def test_a_file_of_the_same_name_goes_before_a_shipped_checklist(write, valid: str):
    assert load(write(valid, name="quickstart")).checklist.name == "churn"


def test_a_missing_file_is_told_with_the_shipped_names(folder: Path):
    assert [str(problem) for problem in validate_file("quikstart")] == [
        "quikstart:1:1: no such file; expected a path, or the name of a shipped checklist: "
        f"{', '.join(shipped_names())}; did you mean 'quickstart'?"
    ]


def test_a_folder_is_no_checklist(folder: Path):
    (folder / "d").mkdir()
    with pytest.raises(
        InvalidChecklistError, match=r"^d:1:1: 'd' is a folder; expected a checklist"
    ):
        load("d")


def test_an_unreadable_file_is_told(write, valid: str, monkeypatch):
    def denied(path, mode):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    write(valid)
    monkeypatch.setattr(Path, "open", denied)  # root may read everything, whatever its mode
    with pytest.raises(InvalidChecklistError, match=r"'c.yaml' cannot be read: Permission denied"):
        load("c.yaml")


def test_a_preset_is_valid_but_cannot_be_loaded(write):
    path = write("schema: stablecheck/1\ndecision: {confidence: 0.9}\n")
    assert validate_file(path) == ()
    with pytest.raises(InvalidChecklistError, match=r"preset without a candidate; .*\[c.yaml\]$"):
        load(path)
    with pytest.raises(InvalidChecklistError, match=r"extends: \[standard\]$"):
        load("standard")


def test_a_preset_is_checked_in_its_own_parts(write):
    checks = "checks: [{id: a, require: median(x.scor) > 1}]\n"
    found = validate_file(write("schema: stablecheck/1\ndecision: {confidence: 2}\n" + checks))
    assert [str(problem) for problem in found] == [
        "c.yaml:2:24: expected a number below 1, found the number 2",
        "c.yaml:3:36: unknown measure 'scor'; did you mean 'score'?",
    ]


def test_later_checklists_win_and_keep_their_places(write, valid: str):
    write("decision: {confidence: 0.8}\nname: one\nowner: one\n", name="one.yaml")
    write("decision: {confidence: 0.9}\nowner: two\n", name="two.yaml")
    loaded = load(write(valid, "name: churn", "name: churn\nextends: [one.yaml, two.yaml]"))
    assert (loaded.checklist.name, loaded.checklist.owner) == ("churn", "two")
    assert loaded.checklist.decision.confidence == 0.9
    assert loaded.place("decision", "confidence") == Place("two.yaml", 1, 24)
    assert loaded.checklist.extends == ("one.yaml", "two.yaml")


def test_bases_are_looked_up_beside_the_file_that_names_them(write, valid: str, folder: Path):
    (folder / "team").mkdir()
    write("extends: [inner.yaml, standard]\n", name="team/outer.yaml")
    write("owner: inner\n", name="team/inner.yaml")
    loaded = load(write(valid, "name: churn", "name: churn\nextends: [team/outer.yaml]"))
    assert loaded.checklist.owner == "inner"
    assert "lr-headroom" in loaded.requirements
    assert loaded.place("owner").file == str(Path("team") / "inner.yaml")


def test_a_circle_of_checklists_is_told_with_its_chain(write, valid: str):
    write("extends: [b.yaml]\n", name="a.yaml")
    write("extends: [a.yaml]\n", name="b.yaml")
    assert [str(p) for p in validate_file(write(valid, "name: churn", "extends: [a.yaml]"))] == [
        "b.yaml:1:11: the checklists extend each other in a circle: c.yaml extends a.yaml extends "
        "b.yaml extends a.yaml"
    ]


def test_a_base_that_many_extend_is_read_once(write, valid: str):
    """Every level extends the next one twice: 2 to the 40th readings, without memory."""
    write("owner: last\n", name="b40.yaml")
    for n in range(40):
        write(f"extends: [b{n + 1}.yaml, b{n + 1}.yaml]\n", name=f"b{n}.yaml")
    loaded = load(write(valid, "name: churn", "name: churn\nextends: [b0.yaml]"))
    assert loaded.checklist.owner == "last"


def test_a_missing_base_is_told_where_it_is_named(write, valid: str):
    found = validate_file(write(valid, "name: churn", "name: churn\nextends: [standart, b.yaml]"))
    names = ", ".join(shipped_names())
    assert [str(problem) for problem in found] == [
        "c.yaml:3:11: no checklist 'standart'; expected a path relative to this file, or one of "
        f"{names}; did you mean 'standard'?",
        "c.yaml:3:21: no checklist 'b.yaml'; expected a path relative to this file, or one of "
        f"{names}",
    ]


def test_a_problem_in_a_base_is_placed_in_the_base(write, valid: str):
    write("owner: 3\n", name="base.yaml")
    found = validate_file(write(valid, "name: churn", "name: 4\nextends: [base.yaml]"))
    assert [str(problem.place) for problem in found] == ["c.yaml:2:7", "base.yaml:1:8"]


def test_the_resolved_text_resolves_to_itself(folder: Path):
    first = load("quickstart")
    (folder / "resolved.yaml").write_text(first.text, encoding="utf-8")
    second = load("resolved.yaml")
    assert second.text == first.text
    assert second.sha256 == first.sha256
    assert second.checklist.extends == ()
    assert second.requirements == first.requirements


def test_the_digest_changes_with_the_meaning_alone(write, valid: str):
    digest = load(write(valid)).sha256
    comment = valid.replace("name: churn", "name: 'churn'  # a comment")
    default = valid.replace("name: churn", "name: churn\ndecision: {confidence: 0.95}")
    other = valid.replace("epochs: 3", "epochs: 4")
    assert load(write(comment)).sha256 == digest
    assert load(write(default)).sha256 == digest
    assert load(write(other)).sha256 != digest


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\n\t:#'\"-0e.~"),
    max_size=12,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts | st.sampled_from(["1e-3", "0o7", "off", "null", "1_0", "2020-01-01", "<<", "="]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.dictionaries(texts, values, max_size=4), because=texts)
def test_any_content_survives_the_resolved_text(
    write, valid: str, arguments: dict[str, Any], because: str
):
    checklist = load(write(valid)).checklist
    candidate = checklist.candidate.model_copy(update={"model_args": arguments})
    check = checklist.checks[0].model_copy(update={"because": because})
    changed = checklist.model_copy(update={"candidate": candidate, "checks": (check,)})
    text = canonical_text(changed)
    loaded = load(write(text, name="resolved.yaml"))
    assert loaded.checklist.candidate.model_args == arguments
    assert loaded.checklist.checks[0].because == because
    assert loaded.text == text


def test_the_resolved_text_means_the_same_to_a_plain_yaml_reader():
    loaded = load("quickstart")
    content = loaded.checklist.model_copy(update={"extends": ()})
    assert yaml.safe_load(loaded.text) == content.model_dump(mode="json", by_alias=True)


def mutated(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Each edit replaces so many bytes at a position by others."""
    for position, length, new in edits:
        start = position % (len(data) + 1)
        data = data[:start] + new + data[start + length :]
    return data


pieces = st.binary(max_size=3) | st.sampled_from(
    [b"\n", b": ", b"- ", b"{", b"}", b"[", b"]", b"'", b"null", b"3", b"off", b"*a", b"&a ", b"  "]
)
edits = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 20), pieces), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=edits.map(lambda some: mutated(QUICKSTART, some)) | st.binary(max_size=60))
def test_no_file_brings_anything_but_problems(write, data: bytes):
    path = write(data, name="fuzzed.yaml")
    problems = validate_file(path)
    assert all("\n" not in problem.message for problem in problems)
    with suppress(InvalidChecklistError):
        load(path)


LINES = QUICKSTART.decode().splitlines(keepends=True)
odd = st.sampled_from(
    [
        "3",
        "x",
        "null",
        "true",
        "1e9",
        "''",
        "'x:y'",
        "a.b:c",
        "'a b.py:c'",
        "'sklearn:'",
        "'../a.csv'",
        "[]",
        "[1, x]",
        "[[a]]",
        "[{id: a}, {id: a}]",
        "{}",
        "{id: [a]}",
        "{seeds: {a: 1}}",
        "{kind: [a]}",
        "{kind: {a: b}}",
        "{lr: {kind: init_seeds}}",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(index=st.integers(0, len(LINES) - 1), value=odd)
def test_an_odd_value_anywhere_brings_nothing_but_problems(write, index: int, value: str):
    line = LINES[index]
    changed = [*LINES]
    if ": " in line and "#" not in line.split(":")[0]:
        changed[index] = f"{line.partition(':')[0]}: {value}\n"
    problems = validate_file(write("".join(changed), name="odd.yaml"))
    assert all("\n" not in problem.message for problem in problems)


def test_validating_loads_nothing_heavy():
    script = (
        "import sys; from stablecheck.checklist.loader import validate_file\n"
        "assert validate_file('quickstart') == ()\n"
        "print([m for m in ('torch', 'numpy', 'scipy', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
