"""Requirements that do not fit the checklist they stand in."""

from __future__ import annotations

import pytest

from tests.checklist.conftest import Problems

# The requirement, and the problems it gives, each with its place counted from the text's start.
REQUIREMENT_PROBLEMS = [
    (
        "medain(seeds.score) >= 1",
        [
            "0: unknown statistic 'medain'; expected one of mean, median, iqm, min, max, "
            "std, spread, cv, "
            "p, count, share, tolerance; did you mean 'median'?"
        ],
    ),
    (
        "median(seed.score) >= 1",
        ["7: unknown probe 'seed'; expected one of seeds, lr, all; did you mean 'seeds'?"],
    ),
    ("median(seeds.scor) >= 1", ["13: unknown measure 'scor'; did you mean 'score'?"]),
    (
        "median(all.path.heldout.aligment) >= 1",
        ["11: unknown measure 'path.heldout.aligment'; did you mean 'path.heldout.alignment'?"],
    ),
    (
        "median(lr.headroom) >= 1",
        ["10: 'headroom' is a summary of the probe; expected lr.headroom(delta)"],
    ),
    ("mean(all.diverged) <= 0.1", ["5: all.diverged is yes or no; expected share(all.diverged)"]),
    (
        "tolerance(all.diverged, 0.9) <= 0",
        ["10: all.diverged is yes or no; expected share(all.diverged)"],
    ),
    (
        "share(seeds.score) >= 0.9",
        ["6: seeds.score is a number, not yes or no; expected e.g. share(seeds.score >= 0.9)"],
    ),
    ("share(all.diverged) <= 6", ["22: a share lies between 0 and 1, found 6; expected e.g. 0.9"]),
    (
        "lr.headrom(0.1) >= 1",
        [
            "3: unknown summary 'headrom' of a probe of kind lr_jitter; expected one of headroom, "
            "sensitivity; did you mean 'headroom'?"
        ],
    ),
    ("lr.headroom >= 1", ["3: wrong number of arguments; expected lr.headroom(delta), found none"]),
    (
        "lr.sensitivity(1, 2) >= 1",
        ["3: wrong number of arguments; expected lr.sensitivity, found 2"],
    ),
    (
        "seeds.headroom(1) >= 1",
        ["6: unknown summary 'headroom' of a probe of kind init_seeds; this kind has none"],
    ),
    (
        "seeds.score >= 1",
        ["6: 'score' is a measure; expected a statistic of it, e.g. median(seeds.score)"],
    ),
    (
        "all.headroom(1) >= 1",
        ["0: 'all' has no summaries; expected a probe, or a statistic of all trials"],
    ),
    (
        "median(nope.nothing) >= 1",
        [
            "7: unknown probe 'nope'; expected one of seeds, lr, all",
            "12: unknown measure 'nothing'",
        ],
    ),
]


# What is measured, what is required, and the problems that gives.
MEASURE_PROBLEMS = [
    (
        "sources: [heldout]",
        "median(seeds.path.rsi) > 0",
        ["path.rsi needs train batches; add train to measure.sources"],
    ),
    (
        "sources: [train]",
        "median(seeds.path.heldout.rsi) > 0",
        ["path.heldout.rsi needs heldout batches; add heldout to measure.sources"],
    ),
    (
        "controls: none",
        "median(all.path.cross_seed.rsi) > 0",
        ["path.cross_seed.rsi needs the cross-seed control; set measure.controls: basic"],
    ),
    (
        "controls: basic",
        "median(one.path.cross_seed.rsi) > 0",
        ["path.cross_seed.rsi needs another seed; give one seeds: 2 or more"],
    ),
    ("controls: basic", "median(all.path.cross_seed.rsi) > 0", []),
    ("sources: [train]", "median(seeds.score) > 0", []),
]


@pytest.mark.parametrize(("require", "expected"), REQUIREMENT_PROBLEMS)
def test_a_requirement_is_checked_against_its_checklist(
    problems: Problems, valid: str, require: str, expected: list[str]
):
    """The text starts in column 15, after the quote."""
    lines = [line.partition(": ") for line in expected]
    shown = [f"c.yaml:16:{15 + int(offset)}: {message}" for offset, _, message in lines]
    found = problems(valid, "median(seeds.score) >= 0.9", require)
    assert len(found) == len(shown)
    assert all(line.startswith(start) for line, start in zip(found, shown, strict=True))


@pytest.mark.parametrize(("measure", "require", "expected"), MEASURE_PROBLEMS)
def test_a_measure_must_be_measured(
    problems: Problems, valid: str, measure: str, require: str, expected: list[str]
):
    text = valid.replace("median(seeds.score) >= 0.9", require).replace(
        "checks:", f"  one: {{kind: init_seeds, seeds: 1}}\nmeasure: {{{measure}}}\nchecks:"
    )
    assert [line.partition(": ")[2] for line in problems(text)] == expected


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("'median(nope.score) > 1'", "16:22"),
        ("median(nope.score) > 1", "16:21"),
        ('"median(\\x6eope.score) > 1"', "16:14"),
        ("median(nope.score)\n      > 1", "16:14"),
        (">\n      median(nope.score) > 1", "16:14"),
    ],
    ids=["quoted", "plain", "escaped", "two lines", "folded"],
)
def test_an_error_inside_a_requirement_points_into_it_where_it_can(
    problems: Problems, valid: str, written: str, place: str
):
    (line,) = problems(valid, '"median(seeds.score) >= 0.9"', written)
    assert line.startswith(f"c.yaml:{place}: unknown probe 'nope'")


def test_a_requirement_cut_at_its_comma_is_told_to_use_quotes(problems: Problems, valid: str):
    check = "- {id: b, require: tolerance(seeds.score, 0.9) >= 0.9}"
    found = problems(valid, "checks:", f"checks:\n  {check}")
    assert found[1] == (
        "c.yaml:15:45: unknown key '0.9) >= 0.9'; expected one of id, require, severity, because, "
        "owner, settle_within, abort_on_fail; text with ',' or ':' needs quotes"
    )
