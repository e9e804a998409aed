"""Averaging is drawn from each training's numbers, and only where it was measured."""

from __future__ import annotations

import dataclasses
import statistics
import xml.etree.ElementTree as ET

import pytest

from stablecheck.report.figures import averaging as figure
from stablecheck.report.figures.style import house
from stablecheck.report.numbers import NBSP
from stablecheck.report.view.averaging_figure import averaging, averaging_figure
from stablecheck.report.view.context import context_of
from tests.report.made_up.runs import FACTS

WORDS = {"wrong_way": "%", "effect": "ratio", "half": "one half", "independent": "independent"}


def _measured(run):
    """The retrainings that were asked for it, which are those that another probe shares."""
    trials = [run.trials[id_] for id_ in run.result.probes["seeds"].arms[0].trials]
    return [trial for trial in trials if "averaging.design_effect" in trial.measures]


def _without(run, *measures):
    trials = {
        id_: trial.model_copy(
            update={"measures": {k: v for k, v in trial.measures.items() if k not in measures}}
        )
        for id_, trial in run.trials.items()
    }
    return dataclasses.replace(run, trials=trials)


def test_a_dot_stands_for_each_training_that_was_measured(run_of):
    run = run_of("everything")
    trials = _measured(run)
    data = averaging(trials, context_of(run))
    assert 1 < len(trials) < len(run.result.probes["seeds"].arms[0].trials)
    shares = [100 * trial.measures["averaging.wrong_way_share"] for trial in trials]
    assert list(data.wrong_way) == pytest.approx(shares)
    for block, name in zip(
        data.blocks, ("averaging.design_effect", "averaging.layer_design_effect"), strict=True
    ):
        effects = [trial.measures[name] for trial in trials]
        assert list(block.effects) == effects
        assert block.median == statistics.median(effects)
        assert f"n{NBSP}={NBSP}{len(effects)}" in block.numbers


def test_the_caption_states_all_weights_and_the_independent_ones(run_of):
    run = run_of("everything")
    shown = averaging_figure(context_of(run))
    effective = [t.measures["averaging.effective_dimension"] for t in _measured(run)]
    median = float(f"{statistics.median(effective):.3g}")
    digits = f"{median:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    weights = f"{FACTS.parameters:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    assert f"D = {weights} weights average out like D_eff = {digits} (" in shown.caption
    assert f"is one of {len(effective)} retrainings" in shown.caption
    assert f"D_eff = {digits}" in shown.svg.partition("</title>")[0]


def test_nobody_who_did_not_ask_sees_it(run_of):
    assert averaging_figure(context_of(run_of("go"))) is None


def test_a_model_of_one_block_has_a_wrong_way_share_and_no_design_effect(run_of):
    names = ("design_effect", "layer_design_effect", "effective_dimension")
    run = _without(run_of("everything"), *(f"averaging.{name}" for name in names))
    data = averaging(list(run.trials.values()), context_of(run))
    assert data.blocks == ()
    with house("test"):
        assert len(figure.compose(data).axes) == 1
    caption = averaging_figure(context_of(run)).caption
    assert "D_eff" not in caption
    assert "points away from their end value" in caption


@pytest.mark.parametrize("n", [1, 1000])
@pytest.mark.parametrize("effect", [1e-9, 0.5, 1.0, 1e6])
def test_any_number_and_size_of_effects_can_be_drawn(n, effect):
    block = figure.Block("neurons", (effect,) * n, effect, "numbers")
    data = figure.Averaging((48.0,) * n, (block,), WORDS)
    assert ET.fromstring(figure.draw(data, "name", "alternative text")) is not None
    with house("test"):
        _, right = figure.compose(data).axes
    low, high = right.get_xlim()
    assert low < min(1.0, effect) <= max(1.0, effect) < high


@pytest.mark.parametrize("share", [0.0, 50.0, 100.0])
def test_one_half_is_in_view_whatever_was_measured(share):
    with house("test"):
        (axes,) = figure.compose(figure.Averaging((share,) * 3, (), WORDS)).axes
    low, high = axes.get_xlim()
    assert low < 50 < high
    assert low < share < high
