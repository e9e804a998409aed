"""The locale says something for everything that a run can hold."""

from __future__ import annotations

import string
from typing import get_args

import pytest

from stablecheck.checklist.requirement import Operator, StatisticName
from stablecheck.checklist.schema import Severity
from stablecheck.evidence.estimate import Method, Note
from stablecheck.measures import MEASURES
from stablecheck.probes import PROBES
from stablecheck.report.phrases import Phrases, UnknownPhraseError, load
from stablecheck.result import ErrorCode, NextStepCode, Outcome, ReasonCode, VerdictWord
from stablecheck.trial.record import Status

GROUPS = {
    "verdicts": VerdictWord,
    "outcomes": Outcome,
    "severities": Severity,
    "statuses": Status,
    "errors": ErrorCode,
    "notes": Note,
    "methods": Method,
    "comparisons": Operator,
    "signs": Operator,
    "statistics": StatisticName,
    "checks_table.groups": Severity,
}


@pytest.fixture(params=["en", "ja"])
def phrases(request) -> Phrases:
    return load(request.param)


@pytest.mark.parametrize("group", GROUPS)
def test_every_code_has_a_phrase(group, phrases):
    missing = [code for code in get_args(GROUPS[group]) if not phrases.has(f"{group}.{code}")]
    assert missing == []


@pytest.mark.parametrize("code", get_args(ReasonCode))
def test_every_reason_has_a_sentence(code, phrases):
    leaves = [key for key in _leaves(phrases) if key.startswith(f"reasons.{code}.")]
    assert leaves


@pytest.mark.parametrize("code", get_args(NextStepCode))
def test_every_next_step_has_a_sentence(code, phrases):
    prefixes = (f"next_steps.{code}", f"next_steps.{code}.")
    assert any(key == prefixes[0] or key.startswith(prefixes[1]) for key in _leaves(phrases))


def test_every_measure_has_a_name_that_a_manager_can_read(phrases):
    own = {name.rpartition(".")[2] if name.startswith("path.") else name for name in MEASURES}
    assert {name for name in own - {"score"} if not phrases.has(f"measures.{name}")} == set()


def test_every_kind_of_probe_and_summary_has_a_name(phrases):
    for kind in PROBES:
        name = get_args(kind.model_fields["kind"].annotation)[0]
        assert phrases.has(f"kinds.{name}")
        for summary in kind.summaries:
            assert phrases.has(f"summaries.{summary}")
            assert phrases.has(f"requirements.{summary}")


def test_no_phrase_shouts_and_every_one_can_be_filled_in(phrases):
    # Names of measures have dots, so what the code says is no path of keys.
    for key in (key for key in _leaves(phrases) if not key.startswith("in_code.")):
        text = phrases._find(key)
        assert "!" not in text.replace("!=", "") or key == "signs.!="
        fields = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
        assert all(field.isidentifier() for field in fields), key


def test_a_missing_phrase_is_an_error_that_names_the_key():
    with pytest.raises(UnknownPhraseError, match=r"no phrase 'reasons\.NOT_THERE'; add it there"):
        load("en").text("reasons.NOT_THERE")


def test_a_missing_value_is_an_error_that_names_it():
    phrases = Phrases("xx", {"greeting": "dear {name}"})
    with pytest.raises(UnknownPhraseError, match=r"'greeting' asks for 'name', which was not"):
        phrases.text("greeting")


def test_a_value_with_braces_is_not_filled_in_again():
    phrases = Phrases("xx", {"greeting": "dear {name}"})
    assert phrases.text("greeting", name="{name} {0}") == "dear {name} {0}"


def test_numbers_choose_their_form():
    notation = load("en")._tree["notation"]
    forms = {"one": "a trial", "other": "{n} trials"}
    phrases = Phrases("xx", {"notation": notation, "trial": forms})
    assert [phrases.count("trial", n) for n in (0, 1, 2)] == ["0 trials", "a trial", "2 trials"]


def _leaves(phrases: Phrases, tree=None, prefix=""):
    for name, value in (phrases._tree if tree is None else tree).items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _leaves(phrases, value, f"{key}.")
        elif isinstance(value, str):
            yield key
