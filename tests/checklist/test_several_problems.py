"""Problems that take two places of a checklist, and many problems at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from stablecheck.checklist.loader import validate_file
from tests.checklist.conftest import Problems, Write


def test_problems_of_every_sort_are_told_at_once_in_the_order_of_the_file(
    problems: Problems, valid: str
):
    text = (
        valid.replace("name:", "nmae:")
        .replace("model.py", "mdl.py")
        .replace("seeds: 6", "seeds: 0")
    )
    text += "  - {id: target, require: mean(x.y) > 1, severity: off}\n"
    found = [line.split(": ")[0] for line in problems(text)]
    assert found == [
        "c.yaml:2:1",
        "c.yaml:4:10",
        "c.yaml:12:36",
        "c.yaml:17:10",
        "c.yaml:17:32",
        "c.yaml:17:34",
    ]


def test_what_is_inside_a_misspelt_section_is_still_checked(problems: Problems, valid: str):
    found = problems(valid.replace("probes:", "porbes:").replace("seeds: 6", "seeds: -6"))
    assert [line.split(": ")[0] for line in found] == ["c.yaml:11:1", "c.yaml:12:36"]


def test_all_cannot_name_a_probe(problems: Problems, valid: str):
    assert problems(valid, "  lr: {", "  all: {") == [
        "c.yaml:13:3: 'all' stands for every trial and cannot name a probe; expected another name"
    ]


def test_a_duplicate_check_is_told_with_both_places(problems: Problems, valid: str):
    assert problems(valid + "  - {id: target, require: mean(lr.score) > 0}\n") == [
        "c.yaml:17:10: duplicate check id 'target'; it first stands in line 15; rename one"
    ]


INHERITING = """\
schema: stablecheck/1
name: churn
extends: [gone]
versoin: "2"
candidate: {model: mdl.py:build, data: gone.csv, epochs: 3, epochs_: 4, batch_size: big}
probes:
  seeds: {kind: init_sedes}
  lr: {kind: lr_jitter, factors: [1, 2], seeds: 0}
checks:
  - {id: a, require: median(x.scor) >= 0.9}
  - {id: a, require: mean(seeds.score > 1}
  - {id: b, require: lr.headrom(0.1) > 1, severity: majr}
  - {id: c, require: mean(other.diverged) > 0}
"""


def test_a_missing_base_hides_no_problem_that_it_cannot_mend(problems: Problems):
    found = [": ".join(line.split(": ")[:2]) for line in problems(INHERITING)]
    assert [line.partition(";")[0] for line in found] == [
        "c.yaml:3:11: no checklist 'gone'",
        "c.yaml:4:1: unknown key 'versoin'",
        "c.yaml:5:20: no file 'mdl.py' in the checklist's folder or the current one",
        "c.yaml:5:40: no file 'gone.csv' in the checklist's folder or the current one",
        "c.yaml:5:61: unknown key 'epochs_'",
        "c.yaml:5:85: expected a whole number, found text 'big'",
        "c.yaml:7:17: unknown probe kind 'init_sedes'",
        "c.yaml:8:49: expected at least 1, found the number 0",
        "c.yaml:10:31: unknown measure 'scor'",
        "c.yaml:11:10: duplicate check id 'a'",
        "c.yaml:11:39: expected ')' to close mean(, found '>'",
        "c.yaml:12:25: unknown summary 'headrom' of a probe of kind lr_jitter",
        "c.yaml:12:53: expected one of blocker, major, minor, off, found text 'majr'",
        "c.yaml:13:27: other.diverged is yes or no",
    ]


@pytest.mark.parametrize(
    "part",
    [
        "",
        "checks: []\n",
        "probes: {}\n",
        "candidate: {data: table.csv}\n",
        "candidate: {optimizer: {momentum: 0.9}, score: {callable: model.py:build}}\n",
        "probes: {lr: {seeds: 3}, seeds: {kind: init_seeds, max_seeds: 2}}\n",
        "checks: [{id: a, severity: off}, {id: b, require: median(other.score) > 0}]\n",
        "checks: [{id: a, require: controls.headroom(1) > 1}]\n",
        "checks: [{id: a, require: median(seeds.path.full.rsi) > 0}]\n",
        "checks: [{id: a, require: median(seeds.path.cross_seed.rsi) > 0}]\n",
        "waivers: [{check: a, owner: o, reason: r, expires: 2030-01-01}]\n",
        "incumbent: {steps: 3}\n",
        "decision: {until_decided: true}\n",
    ],
)
def test_what_a_missing_base_might_mend_is_not_told(problems: Problems, folder: Path, part: str):
    (folder / "table.csv").write_text("a,b\n1,2\n")
    (only,) = problems(f"extends: [gone]\n{part}")
    assert "no checklist 'gone'" in only


def test_what_a_checklist_says_is_checked_where_its_base_is_no_yaml(write: Write, valid: str):
    write("owner: [\n", name="base.yaml")
    changed = valid.replace("name: churn", "name: 3\nextends: [base.yaml]")
    found = [str(problem.place) for problem in validate_file(write(changed))]
    assert found == ["c.yaml:2:7", "base.yaml:2:1"]
