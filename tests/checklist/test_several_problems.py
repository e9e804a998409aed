"""Problems that take two places of a checklist, and many problems at once."""

from __future__ import annotations

from tests.checklist.conftest import Problems


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
