"""The requirement language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stablecheck.checklist.requirement import (
    ProbeSummary,
    Quantity,
    Requirement,
    Share,
    Statistic,
    Tolerance,
)
from stablecheck.checklist.requirement.parser import (
    FUNCTIONS,
    STATISTICS,
    parse_located,
    parse_requirement,
)
from stablecheck.errors import RequirementSyntaxError

SCORE = Quantity("seeds", "score")

ACCEPTED = {
    "mean(seeds.score) >= 0.95": (Statistic("mean", SCORE), ">=", 0.95),
    "p(10)(seeds.score)>=.5": (Statistic("p", SCORE, 10.0), ">=", 0.5),
    "p(seeds.score, 10) < 1e-3": (Statistic("p", SCORE, 10.0), "<", 0.001),
    " share( all.diverged )<=6E-2 ": (Share(Quantity("all", "diverged")), "<=", 0.06),
    "share(seeds.score >= 0.95) >= 0.8": (Share(SCORE, ">=", 0.95), ">=", 0.8),
    "share(seeds.loss < -1) == 1": (Share(Quantity("seeds", "loss"), "<", -1.0), "==", 1.0),
    "tolerance(seeds.score, 0.9) >= +0.95": (Tolerance(SCORE, 0.9), ">=", 0.95),
    "lr.headroom(0.01) >= 2": (ProbeSummary("lr", "headroom", (0.01,)), ">=", 2.0),
    "lr.sensitivity != 2.": (ProbeSummary("lr", "sensitivity"), "!=", 2.0),
    "lr.sensitivity() != 2": (ProbeSummary("lr", "sensitivity"), "!=", 2.0),
    "my-lr_2.any(1, -2) > 0": (ProbeSummary("my-lr_2", "any", (1.0, -2.0)), ">", 0.0),
    "mean(mean.path.heldout.rsi) > 0": (
        Statistic("mean", Quantity("mean", "path.heldout.rsi")), ">", 0.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_requirement_reads_as_its_parts(text: str):
    assert parse_requirement(text) == Requirement(text, *ACCEPTED[text])


REFUSED = {
    "": (0, "expected a statistic or a probe, e.g. median(seeds.score) >= 0.9, found the end"),
    "seeds >= 1": (6, "expected '(' or '.' after 'seeds', found '>='"),
    "medain(seeds.score) > 1": (0, "did you mean 'median'?"),
    "p10(seeds.score) > 1": (0, "unknown statistic 'p10'; expected one of mean, median,"),
    "mean(seeds) > 1": (
        10,
        "expected '.' and a measure after 'seeds', e.g. seeds.score, found ')'",
    ),
    "mean(seeds.) > 1": (11, "expected a name after 'seeds.', found ')'"),
    "mean(seeds.score > 1": (17, "expected ')' to close mean(, found '>'"),
    "mean(seeds.score) 1": (18, "expected one of < <= > >= == !=, found '1'"),
    "mean(seeds.score) = 1": (18, "unexpected character '='; write =="),
    "mean(seeds.score) => 1": (18, "unexpected character '=>'; write >="),
    "mean(seeds.score) ≥ 1": (18, "unexpected character '≥'; write >="),
    "mean(seeds.score) >= nan": (21, "expected a number to compare with, found 'nan'"),
    "mean(seeds.score) >= -inf": (21, "unexpected character '-'"),
    "mean(seeds.score) >= 1e999": (21, "1e999 is too large a number"),
    "mean(seeds.score) >= 1 or 2": (23, "expected nothing more after the number, found 'or'"),
    "mean(seeds.score) >= 95%": (23, "unexpected character '%'"),
    "tolerance(seeds.score) > 1": (
        21,
        "expected ',' and a share, e.g. tolerance(seeds.score, 0.9)",
    ),
    "tolerance(seeds.score, 1) > 1": (23, "expected a share between 0 and 1, e.g. 0.9, found 1"),
    "tolerance(seeds.score, 0) > 1": (23, "expected a share between 0 and 1, e.g. 0.9, found 0"),
    "p(0)(seeds.score) > 1": (2, "expected a percentage between 0 and 100"),
    "p(100)(seeds.score) > 1": (2, "expected a percentage between 0 and 100"),
    "p(10) > 1": (6, "expected '(' and a measure, e.g. p(10)(seeds.score), found '>'"),
    "share(seeds.score >=) > 1": (20, "expected a number to compare with, found ')'"),
    "seeds.path.rsi > 1": (0, "'seeds.path.rsi' needs a statistic; expected e.g. median("),
    "lr.headroom(0.1 0.2) > 1": (16, "expected ',' or ')', found '0.2'"),
    "lr.headroom(, 1) > 1": (12, "expected a number or ')', found ','"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_malformed_requirement_says_what_was_expected_and_where(text: str):
    offset, message = REFUSED[text]
    with pytest.raises(RequirementSyntaxError, match=re.escape(message)) as caught:
        parse_requirement(text)
    assert caught.value.offset == offset


def test_the_names_of_probe_and_measure_are_located():
    located = parse_located("share( seeds . path.rsi > 0) >= 1")
    assert (located.probe, located.name) == (7, 15)


operators = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
numbers = st.floats(allow_nan=False, allow_infinity=False)
names = st.from_regex(r"[a-z][a-z0-9_-]{0,9}", fullmatch=True)
quantities = st.builds(Quantity, names, st.lists(names, min_size=1, max_size=3).map(".".join))
lefts = st.one_of(
    st.builds(Statistic, st.sampled_from([s for s in STATISTICS if s != "p"]), quantities),
    st.builds(Statistic, st.just("p"), quantities, st.floats(0.001, 99.999)),
    st.builds(Share, quantities),
    st.builds(Share, quantities, operators, numbers),
    st.builds(Tolerance, quantities, st.floats(0.001, 0.999)),
    st.builds(ProbeSummary, names, names, st.lists(numbers, max_size=3).map(tuple)),
)


def written(left: Statistic | Share | Tolerance | ProbeSummary) -> str:
    """The left side as text, independent of the parser."""
    if isinstance(left, ProbeSummary):
        return f"{left.probe}.{left.name}({', '.join(map(repr, left.arguments))})"
    measured = f"{left.quantity.probe}.{left.quantity.measure}"
    if isinstance(left, Tolerance):
        return f"tolerance({measured}, {left.share!r})"
    if isinstance(left, Share):
        inner = "" if left.operator is None else f" {left.operator} {left.threshold!r}"
        return f"share({measured}{inner})"
    return (
        f"{left.name}({measured})" if left.percent is None else f"p({left.percent!r})({measured})"
    )


@given(lefts, operators, numbers)
def test_what_is_written_out_reads_as_itself(left, operator: str, threshold: float):
    text = f"{written(left)} {operator} {threshold!r}"
    assert parse_requirement(text) == Requirement(text, left, operator, threshold)  # type: ignore[arg-type]


@given(lefts, st.sampled_from(["", " ", "\t", "\n"]))
def test_space_between_words_changes_nothing(left, space: str):
    tight = f"{written(left)}>=0.5".replace(" ", "")
    words = re.findall(r"[\w.+-]+|[<>=!]+|.", tight)
    spaced = parse_requirement(space.join(words))
    assert replace(spaced, text="") == replace(parse_requirement(tight), text="")


words = st.sampled_from([*FUNCTIONS, "seeds", "score", ".", "(", ")", ",", ">=", "<", "0.9", "-1"])


@given(st.text() | st.lists(words, max_size=9).map("".join) | st.lists(words).map(" ".join))
@example("mean(seeds.score) >= ٣")
@example("9" * 5000)
def test_any_text_is_read_or_refused_at_one_of_its_offsets(text: str):
    assert 0 <= end_of_reading(text) <= len(text)


def end_of_reading(text: str) -> int:
    """Where the parser stops: at the error, or at the end."""
    try:
        return len(parse_requirement(text).text)
    except RequirementSyntaxError as error:
        return error.offset
