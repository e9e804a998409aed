"""The incumbent of the example is as much larger as its checklist says."""

import pytest

from stablecheck.checklist.loader import load
from tests.examples.conftest import EXAMPLES


def test_the_candidate_has_an_eighth_of_the_incumbents_weights(code):
    checklist = load(EXAMPLES / "incumbent" / "tumours.yaml").checklist
    build = code("incumbent/model.py").build
    small, large = (
        sum(weights.numel() for weights in build(**recipe.model_args).parameters())
        for recipe in (checklist.candidate, checklist.incumbent)
    )
    assert (small, large) == (30 * 16 + 16 + 16 * 2 + 2, 30 * 128 + 128 + 128 * 2 + 2)
    assert large / small == pytest.approx(8, abs=0.05)
