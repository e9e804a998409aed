"""Every language says the same things, each in its own words."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import get_args

import pytest

from stablecheck.checklist.schema import Report
from stablecheck.measures import MEASURES
from stablecheck.probes import PROBES
from stablecheck.probes.controls import Controls
from stablecheck.report.phrases import load
from stablecheck.resources import templates

LANGUAGES = sorted(file.stem for file in (templates() / "locale").glob("*.yaml"))
OTHERS = [language for language in LANGUAGES if language != "en"]
_FORMS = {"one", "two", "other"}
_ENGLISH = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){2,}")


def _leaves(tree, prefix="") -> Iterator[tuple[str, object]]:
    """Every phrase by its path; the forms that a number chooses from are one leaf together."""
    if isinstance(tree, dict) and set(tree) <= _FORMS:
        yield prefix, tree
    elif isinstance(tree, dict):
        for name, branch in tree.items():
            yield from _leaves(branch, f"{prefix}.{name}")
    elif isinstance(tree, list):
        for place, branch in enumerate(tree):
            yield from _leaves(branch, f"{prefix}.{place}")
    else:
        yield prefix, tree


def _phrases(language: str) -> dict[str, object]:
    found = _leaves(load(language)._tree)
    return {key: phrase for key, phrase in found if not key.startswith(".in_code.")}


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def test_a_checklist_may_ask_for_every_language_there_is():
    assert sorted(get_args(Report.model_fields["language"].annotation)) == LANGUAGES


@pytest.mark.parametrize("language", OTHERS)
def test_the_languages_have_the_same_keys(language):
    english, other = _phrases("en"), _phrases(language)
    assert sorted(english.keys() - other.keys()) == []
    assert sorted(other.keys() - english.keys()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_phrase_asks_for_the_same_values_in_every_language(language):
    english, other = _phrases("en"), _phrases(language)
    differing = [
        key
        for key, phrase in other.items()
        if isinstance(phrase, str) and _fields(phrase) != _fields(english[key])
    ]
    assert [key for key in differing if not key.startswith(".notation.")] == []


@pytest.mark.parametrize("language", OTHERS)
def test_forms_that_a_number_chooses_from_ask_for_nothing_that_is_not_given(language):
    """A language may have fewer forms; the values are the same for all forms of a phrase."""
    english, other = _phrases("en"), _phrases(language)
    groups = {key: forms for key, forms in other.items() if isinstance(forms, dict)}
    assert groups
    for key, forms in groups.items():
        given = {"n"}.union(*(_fields(text) for text in english[key].values()))
        assert "other" in forms or "other" not in english[key], key
        assert set(forms) <= set(english[key]), key
        for form, text in forms.items():
            assert _fields(text) <= given, key
            missing = _fields(english[key].get(form, "")) - _fields(text) - {"n"}
            assert not missing, key


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_in_another_language(language):
    texts = (text for _, leaf in _leaves(load(language)._tree) for text in _texts(leaf))
    assert [text for text in texts if _ENGLISH.search(re.sub(r"\{[^}]*\}", "", text))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_code_says_in_english_has_its_words(language):
    said = load(language)._tree["in_code"]
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in (*PROBES, Controls)}
    own = {name.rpartition(".")[2] if name.startswith("path.") else name for name in MEASURES}
    assert set(said["questions"]) == kinds
    assert set(said["definitions"]) == own
    assert set(said["units"]) == {measure.unit for measure in MEASURES.values()}


def test_what_the_code_says_stays_as_it_is_where_the_locale_has_no_words_for_it():
    assert load("en").of_code("questions", "init_seeds", "Does it?") == "Does it?"
    assert load("ja").of_code("questions", "unknown-kind", "Does it?") == "Does it?"


def _texts(leaf) -> list[str]:
    return list(leaf.values()) if isinstance(leaf, dict) else [str(leaf)]
