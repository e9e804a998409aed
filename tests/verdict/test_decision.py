"""The decision, its reasons and next steps, on hand-made outcomes of checks."""

from __future__ import annotations

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.checklist.requirement import ProbeSummary, Quantity, Requirement, Share, Statistic
from stablecheck.checklist.schema import Rollout, Waiver
from stablecheck.checks import RunOutcomes
from stablecheck.plan import PlannedArm, PlannedProbe
from stablecheck.probes.init_seeds import InitSeeds
from stablecheck.probes.lr_jitter import LrJitter
from stablecheck.recipe import CandidateFacts
from stablecheck.result import CheckResult
from stablecheck.trial.record import Trial
from stablecheck.verdict import Circumstances, apply_waivers, decide

TODAY = datetime.date(2026, 11, 24)
RANK = {"NO_GO": 0, "INCONCLUSIVE": 1, "CONDITIONAL_GO": 2, "GO": 3}
OUTCOMES = ["fail", "error", "inconclusive", "pass"]
SEVERITIES = ["blocker", "major", "minor"]
MEAN = Statistic("mean", Quantity("seeds", "score"))
DIVERGED = Share(Quantity("all", "diverged"))
FACTS = CandidateFacts(
    n_train=1000,
    n_heldout=200,
    dimension=50,
    effective_dimension=12.5,
    parameters=4000,
    classes=10,
    batch_norm=False,
    steps=100,
    batch_size=64,
    data_sha256="0" * 64,
)


def check(id_, severity, outcome, **changes):
    given = {
        "id": id_,
        "require": "mean(seeds.score) >= 0.95",
        "severity": severity,
        "because": None,
        "outcome": outcome,
        "estimate": 0.95,
        "low": 0.94,
        "high": 0.96,
        "confidence": 0.95,
        "n": 3,
        "needs": None,
        "operator": ">=",
        "threshold": 0.95,
        "unit": "score",
        "method": "t",
    }
    return CheckResult(**(given | changes))


def probe(kind, **arms):
    """A planned probe from arm names to (factor, status of each trial); None did not run."""
    planned, trials = [], {}
    for name, (value, statuses) in arms.items():
        ids = tuple(f"{kind}-{name}-{seed}" for seed in range(len(statuses)))
        planned.append(
            PlannedArm(name=name, value=value, reference=value in (None, 1.0), trials=ids)
        )
        trials |= {
            id_: Trial(
                id=id_,
                key="k",
                probe=kind,
                arm=name,
                seed=seed,
                status=status,
                seconds=2.0 + seed,
                message=None if status == "ok" else f"what stopped {status}",
            )
            for seed, (id_, status) in enumerate(zip(ids, statuses, strict=True))
            if status is not None
        }
    return PlannedProbe(kind=kind, arms=tuple(planned)), trials


def circumstances(seeds=("ok", "ok", "ok"), rates=None, left=MEAN, rollout=None):
    planned, trials = probe("init_seeds", base=(None, seeds))
    probes, settings = {"seeds": planned}, {"seeds": InitSeeds(kind="init_seeds", seeds=3)}
    if rates:
        probes["lr"], others = probe(
            "lr_jitter", **{f"x{factor:g}": (factor, row) for factor, row in rates.items()}
        )
        settings["lr"] = LrJitter(kind="lr_jitter", factors=tuple(rates), seeds=1)
        trials |= others
    outcomes = RunOutcomes(trials, probes, settings, FACTS, higher_is_better=True)
    requirement = Requirement("", left, ">=", 0.95)
    return Circumstances(outcomes, _Always(requirement), 0.05, rollout, TODAY)


class _Always(dict):
    """Every check's requirement is the same one."""

    def __init__(self, requirement):
        super().__init__()
        self.requirement = requirement

    def __missing__(self, _):
        return self.requirement


def settled(checks, waivers=(), **given):
    """The verdict alone."""
    return decide(checks, waivers, circumstances(**given))[1]


def decision(*checks, **given):
    return settled(checks, **given).decision


def steps(*checks, **given):
    return {step.code: step for step in settled(checks, **given).next_steps}


BLOCKER = check("b", "blocker", "pass")
severities, outcomes_ = st.sampled_from(SEVERITIES), st.sampled_from(OUTCOMES)
some_checks = st.lists(st.tuples(severities, outcomes_), min_size=1, max_size=6).map(
    lambda pairs: [check(f"c{i}", *pair) for i, pair in enumerate(pairs)]
)


@pytest.mark.parametrize(
    ("severity", "outcome", "expected"),
    [
        ("blocker", "pass", "GO"),
        ("blocker", "fail", "NO_GO"),
        ("blocker", "inconclusive", "INCONCLUSIVE"),
        ("blocker", "error", "INCONCLUSIVE"),
        ("blocker", "waived", "CONDITIONAL_GO"),
        ("major", "pass", "GO"),
        ("major", "fail", "CONDITIONAL_GO"),
        ("major", "inconclusive", "CONDITIONAL_GO"),
        ("major", "error", "CONDITIONAL_GO"),
        ("major", "waived", "CONDITIONAL_GO"),
        ("minor", "fail", "GO"),
        ("minor", "error", "GO"),
        ("minor", "waived", "CONDITIONAL_GO"),
    ],
)
def test_one_check_beside_a_passing_blocker_decides_as_the_contract_says(
    severity, outcome, expected
):
    waivers = [waiver("c")] if outcome == "waived" else []
    given = check("c", severity, "fail" if outcome == "waived" else outcome)
    assert decision(BLOCKER, given, waivers=waivers) == expected


def test_a_failing_blocker_outweighs_an_inconclusive_one():
    failing, unknown = check("a", "blocker", "fail"), check("c", "blocker", "error")
    assert decision(failing, unknown) == decision(unknown, failing) == "NO_GO"


@pytest.mark.parametrize("checks", [(), (check("m", "major", "pass"), check("n", "minor", "pass"))])
def test_a_checklist_without_a_blocker_earns_no_go(checks):
    verdict = settled(checks)
    assert verdict.decision == "INCONCLUSIVE"
    assert verdict.reasons[0].code == "NO_OUTCOME_BLOCKER"
    assert "ADD_BLOCKER" in [step.code for step in verdict.next_steps]


def test_a_run_with_missing_trials_earns_no_go():
    verdict = settled([BLOCKER], seeds=("ok", "ok", None))
    assert verdict.decision == "INCONCLUSIVE"
    assert verdict.reasons[0].code == "RUN_INCOMPLETE"
    assert verdict.reasons[0].values == {"missing": 1, "planned": 3}
    assert verdict.next_steps[0].code == "RESUME_RUN"
    assert verdict.next_steps[0].values == {"missing": 1}


@pytest.mark.parametrize("statuses", [("diverged", "failed"), ("timeout",), (None, None), ()])
def test_a_run_in_which_no_trial_succeeded_earns_no_go(statuses):
    verdict = settled([BLOCKER], seeds=statuses)
    assert verdict.decision == "INCONCLUSIVE"
    assert verdict.reasons[0].code == "NO_TRIAL_SUCCEEDED"


def test_a_failing_blocker_is_a_no_go_even_where_the_run_is_incomplete():
    verdict = settled([check("b", "blocker", "fail")], seeds=("ok", None))
    assert verdict.decision == "NO_GO"
    assert [reason.code for reason in verdict.reasons] == ["CHECK_FAILS", "RUN_INCOMPLETE"]


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


def waiver(check_id, expires=TODAY, owner="j.doe"):
    return Waiver(check=check_id, owner=owner, reason="Fixed by the vendor.", expires=expires)


def test_a_waiver_counts_through_its_last_day():
    failing = check("b", "blocker", "fail")
    (waived,) = apply_waivers([failing], [waiver("b")], TODAY)
    assert (waived.outcome, waived.waived_from) == ("waived", "fail")
    late = apply_waivers([failing], [waiver("b")], TODAY + datetime.timedelta(days=1))
    assert late == (failing,)


@pytest.mark.parametrize("outcome", ["pass", "inconclusive", "error"])
def test_a_waiver_covers_a_failure_alone(outcome):
    one = check("b", "blocker", outcome)
    assert apply_waivers([one], [waiver("b")], TODAY) == (one,)


def test_a_waiver_of_another_check_changes_nothing():
    one = check("b", "blocker", "fail")
    assert apply_waivers([one], [waiver("other")], TODAY) == (one,)


def test_a_waived_check_is_to_be_reviewed_by_its_owner():
    waivers = [
        waiver("b", TODAY - datetime.timedelta(days=9), "former.owner"),
        waiver("b", TODAY + datetime.timedelta(days=9)),
    ]
    (waived,), verdict = decide([check("b", "blocker", "fail")], waivers, circumstances())
    assert waived.outcome == "waived"
    assert verdict.decision == "CONDITIONAL_GO"
    assert [step.code for step in verdict.next_steps] == ["REVIEW_WAIVER", "DEPLOY"]
    assert verdict.next_steps[0].values == {"owner": "j.doe", "expires": "2026-12-03"}


RATES = {0.5: ("ok",), 1.0: ("ok",), 1.4: ("ok", "diverged"), 2.0: ("diverged", "failed")}


@pytest.mark.parametrize("left", [DIVERGED, ProbeSummary("lr", "headroom", (0.01,))])
def test_divergence_at_high_rates_asks_for_a_lower_rate(left):
    found = steps(check("b", "blocker", "fail"), rates=RATES, left=left)
    step = found["LOWER_LEARNING_RATE"]
    assert step.check == "b"
    assert step.values == {"factor": 1.0, "lr": 0.05}
    assert "INVESTIGATE_CHECK" not in found


def test_a_lower_rate_is_no_remedy_for_other_checks():
    found = steps(check("b", "blocker", "fail"), rates=RATES)
    assert "LOWER_LEARNING_RATE" not in found
    assert found["INVESTIGATE_CHECK"].check == "b"


def test_a_passing_check_asks_for_no_lower_rate():
    assert "LOWER_LEARNING_RATE" not in steps(BLOCKER, rates=RATES, left=DIVERGED)


@pytest.mark.parametrize(
    "rates", [{0.5: ("diverged",), 1.0: ("ok",)}, {1.0: ("ok",), 2.0: ("ok",)}]
)
def test_without_a_stable_factor_below_a_broken_one_no_rate_is_named(rates):
    found = steps(check("b", "blocker", "fail"), rates=rates, left=DIVERGED)
    assert "LOWER_LEARNING_RATE" not in found
    assert "INVESTIGATE_CHECK" in found


def test_an_open_check_asks_for_the_trials_that_would_settle_it():
    found = steps(check("b", "blocker", "inconclusive", needs=10))
    assert found["MORE_TRIALS"].values == {"probe": "seeds", "trials": 10, "seconds": 30.0}
    assert "INVESTIGATE_CHECK" not in found


def test_an_open_check_without_a_number_of_trials_is_to_be_narrowed():
    assert steps(check("b", "blocker", "inconclusive"))["NARROW_CHECK"].check == "b"


def test_where_most_trainings_diverge_there_is_one_thing_to_do():
    surroundings = circumstances(seeds=("diverged", "diverged", "ok"))
    checks = [check("b", "blocker", "fail"), check("m", "major", "error")]
    _, verdict = decide(checks, [], surroundings)
    (step,) = verdict.next_steps
    assert step.code == "STOP_DIVERGENCE"
    assert step.values == {"diverged": 2, "trials": 3, "step": 0, "lr": 0.05}


def test_a_single_divergence_leaves_the_other_advice():
    surroundings = circumstances(seeds=("diverged", "ok", "ok"))
    _, verdict = decide([check("b", "blocker", "fail")], [], surroundings)
    assert [step.code for step in verdict.next_steps] == ["INVESTIGATE_CHECK"]


def test_failed_and_late_trials_are_counted_and_the_commonest_message_given():
    found = steps(
        check("b", "blocker", "error", error="NO_VALUES"), seeds=("failed", "failed", "timeout")
    )
    assert found["MEND_FAILED_TRIALS"].values == {"count": 2, "message": "what stopped failed"}
    assert found["RAISE_TIMEOUT"].values == {"count": 1}
    assert "INVESTIGATE_CHECK" not in found


def test_a_check_without_its_trials_asks_only_to_resume():
    found = steps(check("b", "blocker", "error", error="TRIALS_MISSING"), seeds=("ok", None))
    assert set(found) == {"RESUME_RUN"}


def test_an_undefined_check_is_to_be_investigated():
    found = steps(check("b", "blocker", "error", error="UNDEFINED"))
    assert found["INVESTIGATE_CHECK"].check == "b"


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


def test_every_verdict_has_a_reason():
    for pair in itertools.product(SEVERITIES, OUTCOMES):
        assert settled([check("c", *pair)]).reasons
    assert settled([]).reasons


def test_the_same_inputs_give_the_same_verdict():
    checks = [BLOCKER, check("m", "major", "inconclusive", needs=3)]
    assert settled(checks, rates=RATES) == settled(checks, rates=RATES)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (Statistic("median", Quantity("seeds", "path.positive_share")), "INCONCLUSIVE"),
        (Share(Quantity("seeds", "path.heldout.alignment"), ">", 0.0), "INCONCLUSIVE"),
        (Statistic("count", Quantity("seeds", "score")), "INCONCLUSIVE"),
        (Statistic("mean", Quantity("seeds", "seconds")), "INCONCLUSIVE"),
        (Statistic("mean", Quantity("seeds", "score")), "GO"),
        (Share(Quantity("seeds", "loss_ratio"), "<=", 0.9), "GO"),
        (Share(Quantity("all", "diverged")), "GO"),
    ],
)
def test_geometry_alone_never_earns_a_go(left, expected):
    """A run that never learns has the best geometry of all."""
    blocker = check("b", "blocker", "pass")
    assert decide([blocker], [], circumstances(left=left))[1].decision == expected


def test_sizes_known_without_training_earn_no_go():
    left = ProbeSummary("data", "n_per_dimension")
    blocker = check("b", "blocker", "pass", method="exact")
    assert decide([blocker], [], circumstances(left=left))[1].decision == "INCONCLUSIVE"
