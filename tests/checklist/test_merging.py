"""What a checklist changes of those it extends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.checklist.merging import merge
from stablecheck.checklist.yaml.node import node_of as node
from stablecheck.checklist.yaml.reader import read_yaml
from stablecheck.errors import Place

BASE, OVER = Place("base.yaml", 1, 1), Place("over.yaml", 1, 1)


def merged(base: Any, over: Any) -> Any:
    return merge(node(base, BASE), node(over, OVER)).plain()


def naive_mapping_merge(base: Any, over: Any) -> Any:
    """The textbook recursion, for documents without checks, waivers and probes."""
    if isinstance(base, dict) and isinstance(over, dict):
        shared = {key: naive_mapping_merge(base[key], over[key]) for key in base if key in over}
        return {**base, **over, **shared}
    return over


leaves = st.none() | st.integers(0, 3) | st.text("ab", max_size=1) | st.lists(st.integers(0, 2))
trees = st.dictionaries(
    st.sampled_from("abcd"),
    st.recursive(leaves, lambda inner: st.dictionaries(st.sampled_from("abcd"), inner)),
)


@given(trees, trees)
def test_mappings_merge_key_by_key_and_lists_are_replaced(base: Any, over: Any):
    result = merged(base, over)
    assert result == naive_mapping_merge(base, over)
    assert list(result) == [*base, *(key for key in over if key not in base)]


@given(trees)
def test_merging_over_itself_changes_nothing(tree: Any):
    assert merged(tree, tree) == tree


entries = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), max_size=3)


@given(entries, entries, st.sampled_from([("checks", "id"), ("waivers", "check")]))
def test_checks_and_waivers_merge_by_name_in_their_first_order(base, over, section):
    key, name = section

    def listed(values: dict[str, int]) -> dict[str, Any]:
        return {key: [{name: item, "x": value, "only": item} for item, value in values.items()]}

    assert merged(listed(base), listed(over)) == listed({**base, **over})


def test_a_check_keeps_what_is_not_said_again():
    base = {"checks": [{"id": "a", "require": "r", "severity": "major"}]}
    over = {"checks": [{"id": "a", "severity": "off"}]}
    assert merged(base, over) == {"checks": [{"id": "a", "require": "r", "severity": "off"}]}


def test_a_second_entry_of_one_name_stays_to_be_refused():
    over = {"checks": [{"id": "a"}, {"id": "a"}, {"x": 1}]}
    assert merged({"checks": [{"id": "a"}]}, over) == over


def test_a_probe_of_another_kind_replaces_the_old_one():
    base = {"probes": {"p": {"kind": "lr_jitter", "factors": [1, 2], "seeds": 3}}}
    other = {"probes": {"p": {"kind": "init_seeds"}}}
    same = {"probes": {"p": {"kind": "lr_jitter", "seeds": 9}}}
    assert merged(base, other) == other
    assert merged(base, same)["probes"]["p"] == {**base["probes"]["p"], "seeds": 9}
    assert merged(base, {"probes": {"p": {"seeds": 4}}})["probes"]["p"]["factors"] == [1, 2]


def test_places_are_those_of_the_winner():
    tree = merge(node({"a": {"b": 1, "c": 2}}, BASE), node({"a": {"b": 3}}, OVER))
    places = dict(tree.places())
    assert places["a", "b"] == OVER
    assert places["a", "c"] == BASE


CANDIDATE = """\
candidate:
  model: stablecheck.zoo:cnn
  model_args: {side: 8, outputs: 10}
  data: sklearn:digits
  data_args: {}
  optimizer: {lr: 0.05, momentum: 0.9}
  schedule: {name: cosine, warmup: 0.1}
"""


@pytest.mark.parametrize(
    ("over", "key", "expected"),
    [
        ("model: stablecheck.zoo:mlp, model_args: {inputs: 64}", "model_args", {"inputs": 64}),
        ("model: stablecheck.zoo:mlp", "model_args", None),
        ("model: stablecheck.zoo:cnn, model_args: {outputs: 2}", "model_args",
         {"side": 8, "outputs": 2}),
        ("optimizer: {name: adam, lr: 0.01}", "optimizer", {"name": "adam", "lr": 0.01}),
        ("optimizer: {name: sgd, lr: 0.01}", "optimizer",
         {"name": "sgd", "lr": 0.01, "momentum": 0.9}),
        ("optimizer: {lr: 0.01}", "optimizer", {"lr": 0.01, "momentum": 0.9}),
        ("schedule: {name: linear}", "schedule", {"name": "linear"}),
        ("schedule: {warmup: 0.2}", "schedule", {"name": "cosine", "warmup": 0.2}),
    ],
)  # fmt: skip
def test_what_belongs_to_another_part_does_not_stay(over, key, expected):
    base = read_yaml(CANDIDATE.encode(), "base.yaml")
    own = read_yaml(f"candidate: {{{over}}}".encode(), "own.yaml")
    assert merge(base, own).plain()["candidate"].get(key) == expected


def test_the_variants_of_a_probe_are_replaced_as_a_list_would_be():
    text = "probes: {{opt: {{kind: optimizer, seeds: 3, variants: {{{}: {{lr: 0.1}}}}}}}}"
    base = read_yaml(text.format("old").encode(), "base.yaml")
    own = read_yaml(text.format("new").encode(), "own.yaml")
    assert list(merge(base, own).plain()["probes"]["opt"]["variants"]) == ["new"]
