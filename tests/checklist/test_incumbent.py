"""The incumbent is the candidate with what differs put in its place."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from stablecheck.checklist.incumbent import incumbent_recipe
from stablecheck.recipe import Incumbent


def test_nothing_that_differs_is_the_candidate_itself(make_candidate):
    candidate = make_candidate()
    assert incumbent_recipe(candidate, Incumbent()) == candidate


def test_model_arguments_change_key_by_key(make_candidate):
    candidate = make_candidate(model_args={"inputs": 64, "outputs": 10})
    found = incumbent_recipe(candidate, Incumbent(model_args={"outputs": 3, "dropout": 0.1}))
    assert found.model_args == {"inputs": 64, "outputs": 3, "dropout": 0.1}


def test_another_model_gets_its_own_arguments_alone(make_candidate):
    changed = Incumbent(model="stablecheck.zoo:cnn", model_args={"side": 8})
    assert incumbent_recipe(make_candidate(), changed).model_args == {"side": 8}


def test_a_budget_replaces_the_other_kind_of_budget(make_candidate):
    found = incumbent_recipe(make_candidate(epochs=3, steps=None), Incumbent(steps=50))
    assert (found.epochs, found.steps) == (None, 50)


def test_an_optimizer_of_another_name_keeps_nothing_of_the_old_one(make_candidate):
    candidate = make_candidate()
    same = incumbent_recipe(candidate, Incumbent(optimizer={"lr": 0.3}))
    other = incumbent_recipe(candidate, Incumbent(optimizer={"name": "adam", "lr": 0.001}))
    assert same.optimizer == candidate.optimizer.model_copy(update={"lr": 0.3})
    assert other.optimizer.momentum == 0.0


def test_parts_that_make_no_recipe_together_are_refused(make_candidate):
    with pytest.raises(ValidationError, match="belong to sgd"):
        incumbent_recipe(
            make_candidate(),
            Incumbent(optimizer={"name": "adam", "lr": 0.1, "momentum": 0.9}),
        )
