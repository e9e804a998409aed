"""What is wrong with the plan of a checklist whose every part is right by itself."""

from __future__ import annotations

import pytest

from stablecheck.checklist.loader import validate_file

PROBES = "  lr: {kind: lr_jitter, factors: [0.5, 1, 2], seeds: 2}\n"
DECIDES = "checks:\n"
MISSING_RATE = (
    "missing 'lr'; expected peak learning rate, or, with name: own, a factor on the model's own "
    "rates, such as 1"
)


@pytest.fixture
def found(write, valid):
    """The problems of the valid checklist with lines put before its checks."""

    def _found(lines: str) -> list[str]:
        assert valid.count(DECIDES) == 1
        return [str(one) for one in validate_file(write(valid.replace(DECIDES, lines + DECIDES)))]

    return _found


def test_a_probe_that_compares_needs_an_incumbent(found):
    (problem,) = found("  rival: {kind: incumbent}\n")
    assert problem.startswith("c.yaml:14:3: this probe compares with an incumbent")
    assert "incumbent: {model_args:" in problem


def test_an_incumbent_that_differs_in_one_key_is_a_recipe(found):
    text = "  rival: {kind: incumbent}\nincumbent: {model_args: {inputs: 2}, steps: 9}\n"
    assert found(text) == []


@pytest.mark.parametrize(
    ("incumbent", "place", "message"),
    [
        ("{optimizer: {name: adam}}", "14:13", MISSING_RATE),
        ("{optimizer: {lrr: 1}}", "14:25", "did you mean 'lr'"),
        ("{optimizer: {momentum: 2}}", "14:35", "expected a number below 1, found the number 2"),
        ("{optimizer: {name: adam, lr: 0.1, momentum: 0.9}}", "14:13", "belong to sgd"),
        ("{data: sklearn:wine}", "14:13", "unknown key 'data'"),
        ("{model: gone.py:build}", "14:20", "no file 'gone.py'"),
        ("{epochs: 2, steps: 3}", "14:1", "exactly one of epochs and steps"),
    ],
)
def test_what_is_wrong_with_an_incumbent_is_told_at_its_place(found, incumbent, place, message):
    (problem,) = found(f"incumbent: {incumbent}\n")
    assert problem.startswith(f"c.yaml:{place}: "), problem
    assert message in problem


def test_seeds_until_decided_need_room_to_grow(found):
    (problem,) = found("decision: {until_decided: true}\n")
    assert problem == (
        "c.yaml:14:27: no probe has room to grow; give one of them max_seeds above its seeds"
    )


def test_a_probe_that_grows_counts_with_its_most_seeds(write, valid):
    grown = valid.replace("seeds: 6}", "seeds: 6, max_seeds: 300}")
    assert validate_file(write(grown)) == ()
    (problem,) = validate_file(
        write(grown.replace(DECIDES, "decision: {until_decided: true}\n" + DECIDES))
    )
    assert "the plan needs 304 trials, run.max_trials allows 200" in problem.message


@pytest.mark.parametrize("name", ["all", "controls"])
def test_names_that_stand_for_something_else_name_no_probe(found, name):
    problems = found(f"  {name}: {{kind: init_seeds}}\n")
    assert any(f"'{name}' stands for" in one and one.startswith("c.yaml:14:3") for one in problems)


@pytest.mark.parametrize(
    ("shown", "column", "message"),
    [
        ("seed.score", 21, "unknown probe 'seed'"),
        ("seeds.scores", 27, "unknown measure 'scores'"),
        ("seeds.path.full.rsi", 27, "add full to measure.sources"),
        ("median(seeds.score)", 27, "expected '.' and a measure after 'median'"),
    ],
)
def test_a_shown_measure_is_checked_like_one_in_a_requirement(found, shown, column, message):
    (problem,) = found(f"report: {{measures: [{shown}]}}\n")
    assert problem.startswith(f"c.yaml:14:{column}: "), problem
    assert message in problem


def test_a_schedule_of_ones_own_in_a_variant_has_to_be_there(found):
    (problem,) = found("  opt: {kind: schedule, variants: {mine: {name: gone.py:warm}}}\n")
    assert problem.startswith("c.yaml:14:49: no file 'gone.py'")


def test_an_arm_that_trains_what_the_reference_trains_is_refused(found):
    (problem,) = found("  opt: {kind: schedule, variants: {flat: {name: constant}}}\n")
    assert problem.startswith("c.yaml:14:36: arm 'flat' trains just what 'base' does")


def test_two_arms_whose_trials_would_have_one_name_are_refused(found):
    (problem,) = found(
        "  a: {kind: architecture, variants: {no-skip: {inputs: 2}}}\n"
        "  a-no: {kind: architecture, variants: {skip: {inputs: 3}}}\n"
    )
    assert problem.startswith("c.yaml:15:41: its trials would be named a-no-skip, as those of")


def test_two_variants_that_come_to_the_same_are_refused(found):
    (problem,) = found("  a: {kind: architecture, variants: {x: {inputs: 2}, y: {inputs: 2.0}}}\n")
    assert "equal" in problem or "trains just what 'x' does" in problem


def test_a_probe_whose_trials_would_be_named_as_the_controls_is_refused(found):
    (problem,) = found(
        "  controls-random: {kind: architecture, variants: {labels: {inputs: 2}}}\n"
        "measure: {controls: full}\n"
    )
    assert "its trials would be named controls-random-labels" in problem


def test_the_controls_count_against_the_most_trials(found):
    assert found("measure: {controls: full}\nrun: {max_trials: 16}\n") == []
    (problem,) = found("measure: {controls: full}\nrun: {max_trials: 15}\n")
    assert "the plan needs 16 trials, run.max_trials allows 15" in problem


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        ("controls.path.cross_seed.rsi", "is itself a control"),
        ("lr.headroom", "'headroom' is a summary, and those are shown in any case"),
    ],
)
def test_a_shown_measure_that_nothing_can_have_is_refused(found, shown, message):
    (problem,) = found(f"measure: {{controls: full}}\nreport: {{measures: [{shown}]}}\n")
    assert message in problem


def test_the_controls_have_measures_and_no_summaries(write, valid):
    full = valid.replace(DECIDES, "measure: {controls: full}\n" + DECIDES)
    asked = full.replace("median(seeds.score) >= 0.9", "controls.worst_drop <= 0.2")
    (problem,) = validate_file(write(asked))
    assert "unknown summary 'worst_drop' of a probe of kind controls; this kind has none" in str(
        problem
    )
    measured = full.replace("median(seeds.score)", "median(controls.path.rsi)")
    assert validate_file(write(measured)) == ()


def test_controls_that_are_not_trained_are_said_to_be_so(write, valid):
    asked = valid.replace("median(seeds.score)", "median(controls.score)")
    (problem,) = validate_file(write(asked))
    assert "only where measure.controls is full; set that" in problem.message


def test_a_source_is_named_once(found):
    (problem,) = found("measure: {sources: [train, train]}\n")
    assert "sources must be distinct" in problem


@pytest.mark.parametrize(
    ("requirement", "wrong"),
    [
        ("lr.headroom(0.01) >= 4", "is at most 2 here and never >= 4; lower the threshold, or let "
         "its factors reach that far up and down"),
        ("lr.headroom(0.01) > 2", "is at most 2 here and never > 2"),
        ("lr.headroom(0.01) == 2.5", "is at most 2 here and never == 2.5"),
        ("lr.headroom(0.01) < 1", "is at least 1 and never < 1; raise the threshold"),
        ("lr.headroom(0.01) >= 2", None),
        ("lr.headroom(0.01) <= 1", None),
        ("lr.headroom(0.01) != 4", None),
        ("lr.sensitivity <= -0.1", "is at least 0 and never <= -0.1"),
        ("lr.sensitivity <= 0", None),
        ("rival.probability_of_improvement >= 75", "is at most 1 here and never >= 75; lower the"),
        ("rival.difference >= 75", None),
        ("count(lr.score) >= 7", "is at most 6 here and never >= 7; lower the threshold, or give "
         "lr more seeds"),
        ("count(lr.score) >= 6", None),
        ("count(all.score) >= 6", None),
    ],
)  # fmt: skip
def test_a_requirement_that_no_run_can_meet_is_refused(write, valid, requirement, wrong):
    text = valid.replace("median(seeds.score) >= 0.9", requirement)
    rival = "  rival: {kind: incumbent}\nincumbent: {model_args: {inputs: 2}}\n"
    found = [str(one) for one in validate_file(write(text.replace(DECIDES, rival + DECIDES)))]
    written = requirement.rpartition(")")[0] + ")" if "(" in requirement else requirement.split()[0]
    expected = [] if wrong is None else [f"c.yaml:18:14: {written} {wrong}"]
    assert [line[: len(expected[0])] if expected else line for line in found] == expected


def test_the_nearer_end_of_the_learning_rates_bounds_their_headroom(write, valid):
    asked = valid.replace("median(seeds.score) >= 0.9", "lr.headroom(0.01) >= 4")
    for factors, most in (
        ("1, 4", None),
        ("0.25, 1", None),
        ("0.25, 1, 8", None),
        ("0.5, 1, 8", 2),
    ):
        found = validate_file(write(asked.replace("0.5, 1, 2", factors)))
        assert [f"at most {most} here" in one.message for one in found] == [True] * bool(most)


def test_a_check_that_is_off_may_ask_for_what_no_run_can_meet(write, valid):
    asked = valid.replace("median(seeds.score) >= 0.9", "lr.headroom(0.01) >= 4")
    assert validate_file(write(asked + "    severity: 'off'\n")) == ()


def test_a_count_may_ask_for_the_seeds_that_are_added_until_decided(write, valid):
    grown = valid.replace("seeds: 6}", "seeds: 6, max_seeds: 9}")
    asked = grown.replace("median(seeds.score) >= 0.9", "count(seeds.score) >= 9")
    assert (
        validate_file(
            write(asked.replace(DECIDES, f"decision: {{until_decided: true}}\n{DECIDES}"))
        )
        == ()
    )
    assert "at most 6 here" in validate_file(write(asked))[0].message
