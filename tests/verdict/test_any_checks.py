"""What holds of the verdict on any checks whatever."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tests.verdict.made_up import OUTCOMES, SEVERITIES, check, decision, settled, waiver

RANK = {"NO_GO": 0, "INCONCLUSIVE": 1, "CONDITIONAL_GO": 2, "GO": 3}
severities, outcomes_ = st.sampled_from(SEVERITIES), st.sampled_from(OUTCOMES)
some_checks = st.lists(st.tuples(severities, outcomes_), min_size=1, max_size=6).map(
    lambda pairs: [check(f"c{i}", *pair) for i, pair in enumerate(pairs)]
)


@given(some_checks, st.data())
def test_improving_a_checks_outcome_never_makes_the_decision_worse(checks, data):
    index = data.draw(st.integers(0, len(checks) - 1))
    rank = OUTCOMES.index(checks[index].outcome)
    better = data.draw(st.sampled_from(OUTCOMES[rank:]))
    improved = [*checks]
    improved[index] = checks[index].model_copy(update={"outcome": better})
    assert RANK[decision(*improved)] >= RANK[decision(*checks)]


@given(some_checks, st.randoms())
def test_the_order_of_checks_changes_no_decision(checks, random):
    shuffled = random.sample(checks, len(checks))
    before, after = settled(checks), settled(shuffled)
    assert before.decision == after.decision
    assert {reason.check for reason in before.reasons} == {reason.check for reason in after.reasons}


@given(some_checks, st.data())
def test_a_check_that_could_not_be_evaluated_never_helps(checks, data):
    index = data.draw(st.integers(0, len(checks) - 1))
    if checks[index].outcome == "fail":
        return
    lost = [*checks]
    lost[index] = checks[index].model_copy(update={"outcome": "error"})
    assert RANK[decision(*lost)] <= RANK[decision(*checks)]


@given(some_checks, st.data())
def test_a_waiver_never_yields_a_go(checks, data):
    failing = [one.id for one in checks if one.outcome == "fail"]
    if not failing:
        return
    waived = data.draw(st.sampled_from(failing))
    assert decision(*checks, waivers=[waiver(waived)]) != "GO"


@given(some_checks)
def test_every_check_is_named_once(checks):
    named = [reason.check for reason in settled(checks).reasons if reason.check]
    assert sorted(named) == sorted(one.id for one in checks)


def test_reasons_come_by_weight():
    order = [
        ("blocker", "fail"),
        ("blocker", "error"),
        ("major", "fail"),
        ("major", "inconclusive"),
        ("minor", "waived"),
        ("minor", "fail"),
        ("minor", "inconclusive"),
        ("blocker", "pass"),
        ("major", "pass"),
        ("minor", "pass"),
    ]
    checks = [check(f"c{i}", *pair) for i, pair in enumerate(order)]
    reasons = settled(checks[::-1], waivers=[waiver("c4")]).reasons
    assert [reason.check for reason in reasons] == [one.id for one in checks]


def test_every_verdict_has_a_reason():
    for pair in itertools.product(SEVERITIES, OUTCOMES):
        assert settled([check("c", *pair)]).reasons
    assert settled([]).reasons
