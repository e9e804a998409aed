"""η* against the schedule: what was measured, with nothing lost on the logarithmic axis."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import statistics
import xml.etree.ElementTree as ET

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection

from stablecheck.report.figures import optimal_lr as figure
from stablecheck.report.figures.lines import Line, Points
from stablecheck.report.figures.style import house
from stablecheck.report.numbers import NBSP
from stablecheck.report.view.context import context_of
from stablecheck.report.view.optimal_lr_figure import (
    learning_rates,
    optimal_lr_figure,
    shares_of,
)
from tests.report.made_up.checklists import OUTCOMES, checklist_of
from tests.report.made_up.paths import BATCHES, SNAPSHOTS, STEPS
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario

WORDS = dict.fromkeys(("title", "x", "y", "used", "zone", "tail", "wrong"), "word")
SHARE = tuple(100 * step / 40 for step in range(40))


@functools.cache
def _run(*sources, **optimizer):
    document = checklist_of(
        measure={"sources": list(sources or ("train", "heldout"))},
        probes={"seeds": {"kind": "init_seeds", "seeds": 9}},
        checks=OUTCOMES[:2],
    )
    changed = {"name": "sgd", "lr": 0.05} | optimizer
    document["candidate"] = document["candidate"] | {"optimizer": changed}
    return finished(Scenario(checklist=document))


def _paths(run):
    return [trial.path for trial in run.trials.values() if trial.probe == "seeds"]


def _optimal(path, source, place):
    """η* = RSI / EB² at a snapshot, one a batch."""
    series = getattr(path, source)
    pairs = zip(series.rsi[place], series.eb[place], strict=True)
    return [rsi / eb**2 for rsi, eb in pairs]


def _with_rsi(run, change):
    """The same run with another RSI on training batches."""
    trials = {}
    for id_, trial in run.trials.items():
        train = trial.path.train
        rsi = tuple(tuple(change(value) for value in row) for row in train.rsi)
        own = trial.path.model_copy(update={"train": train.model_copy(update={"rsi": rsi})})
        trials[id_] = trial.model_copy(update={"path": own})
    return dataclasses.replace(run, trials=trials)


@pytest.mark.parametrize("source", ["train", "heldout"])
def test_lines_are_medians_and_bands_quantiles_of_rsi_over_eb_squared(source):
    run = _run()
    data = learning_rates(_paths(run), context_of(run))
    (line,) = (mark for mark in data.optimal if mark.role == source)
    for place in range(SNAPSHOTS):
        values = [v for path in _paths(run) for v in _optimal(path, source, place)]
        deciles = statistics.quantiles(values, n=10, method="inclusive")
        assert line.middle[place] == pytest.approx(statistics.median(values))
        assert line.low[place] == pytest.approx(deciles[0])
        assert line.high[place] == pytest.approx(deciles[-1])


def test_the_schedule_is_that_of_the_path():
    run = _run()
    used = learning_rates(_paths(run), context_of(run)).used
    path = _paths(run)[0]
    assert [lr for _, lr in used] == list(path.lr)
    assert [share for share, _ in used] == [100 * step / STEPS for step in path.step]


@pytest.mark.parametrize("source", ["train", "heldout"])
def test_the_caption_says_how_much_of_the_path_stays_below_twice_the_optimal_rate(source):
    run = _with_rsi(_run(), lambda rsi: rsi / 60)
    shares = []
    for path in _paths(run):
        kept = [place for place, step in enumerate(path.step) if step <= 0.95 * STEPS]
        below = [path.lr[p] < 2 * v for p in kept for v in _optimal(path, source, p)]
        assert len(below) == len(kept) * BATCHES
        shares.append(statistics.fmean(below))
        assert shares_of(path, source, 0.05)[0] == pytest.approx(shares[-1])
    words = optimal_lr_figure(context_of(run)).caption
    assert f"at {100 * statistics.median(shares):.1f}{NBSP}% (" in words.replace("100.0", "100")
    assert f"medians over the n = 9 retrainings with one-sided 95{NBSP}% bounds" in words


def test_the_tail_is_in_no_share():
    path = _paths(_run())[0]
    last = path.train.rsi[:-2] + tuple((-1.0,) * BATCHES for _ in range(2))
    spoilt = path.model_copy(update={"train": path.train.model_copy(update={"rsi": last})})
    assert all(step > 0.95 * STEPS for step in path.step[-2:])
    assert shares_of(spoilt, "train", 0.05) == shares_of(path, "train", 0.05)
    assert shares_of(spoilt, "train", 0.0)[1] > 0


def test_wrong_turns_are_counted_where_the_axis_has_no_place_for_them():
    run = _run()
    data = learning_rates(_paths(run), context_of(run))
    for line in data.wrong:
        for place in (0, 7, 20):
            values = [v for path in _paths(run) for v in _optimal(path, line.role, place)]
            expected = 100 * sum(value < 0 for value in values) / len(values)
            assert line.middle[place] == pytest.approx(expected)
    assert [line.role for line in data.wrong] == ["train", "heldout"]
    words = optimal_lr_figure(context_of(run)).caption
    assert "η* is negative, a wrong turn" in words
    assert words.count("the panel below counts it") == 1


def test_a_wrong_turn_of_the_whole_part_is_not_denied():
    run = _run("full")
    trials = {}
    for id_, trial in run.trials.items():
        turned = tuple(tuple(-abs(rsi) for rsi in row) for row in trial.path.full.rsi)
        full = trial.path.full.model_copy(update={"rsi": turned})
        path = trial.path.model_copy(update={"full": full})
        trials[id_] = trial.model_copy(update={"path": path})
    caption = optimal_lr_figure(context_of(dataclasses.replace(run, trials=trials))).caption
    assert "No measured gradient leads away" not in caption
    assert "No step along the gradient helps at a wrong turn" in caption
    assert "the panel below" not in caption


def test_a_path_without_wrong_turns_has_no_panel_for_them():
    run = _with_rsi(_run("train"), lambda rsi: abs(rsi) + 1e-9)
    data = learning_rates(_paths(run), context_of(run))
    assert data.wrong == ()
    with house("test"):
        assert len(figure.compose(data).axes) == 1
    assert (
        "No measured gradient leads away from the end point."
        in optimal_lr_figure(context_of(run)).caption
    )


def test_a_path_of_nothing_but_wrong_turns_says_so():
    run = _with_rsi(_run("train"), lambda rsi: -abs(rsi) - 1e-9)
    data = learning_rates(_paths(run), context_of(run))
    assert set(data.wrong[0].middle) == {100.0}
    shown = optimal_lr_figure(context_of(run))
    assert f"stays below that at 0{NBSP}%" in shown.caption
    assert f"at 100{NBSP}% η* is negative" in shown.caption


def test_a_gradient_of_zero_is_in_no_share():
    path = _paths(_run())[0]
    eb = ((0.0,) * BATCHES, *path.train.eb[1:])
    rsi = ((0.0,) * BATCHES, *path.train.rsi[1:])
    series = path.train.model_copy(update={"rsi": rsi, "eb": eb})
    below, wrong = shares_of(path.model_copy(update={"train": series}), "train", 0.05)
    shorter = path.model_copy(
        update={
            name: getattr(path, name)[1:] for name in ("step", "lr", "distance")
        } | {"train": path.train.model_copy(
            update={n: getattr(path.train, n)[1:] for n in ("rsi", "eb", "alignment", "loss")}
        )}
    )  # fmt: skip
    assert (below, wrong) == shares_of(shorter, "train", 0.05)


@pytest.mark.parametrize(
    ("optimizer", "said"),
    [
        ({"momentum": 0.9}, "With momentum 0.9 the steps taken are not single gradients"),
        ({"name": "adam"}, "its learning rate is not in the units of η*"),
        ({}, "The recipe takes plain gradient steps"),
    ],
)
def test_the_caption_says_what_the_zone_does_not_mean_for_this_optimiser(optimizer, said):
    words = optimal_lr_figure(context_of(_run(**optimizer))).caption
    others = {"With momentum", "not in the units", "takes plain gradient"} - {
        one for one in ("With momentum", "not in the units", "takes plain gradient") if one in said
    }
    assert said in words
    assert not any(other in words for other in others)
    assert "earns no GO by itself" in words


def test_the_whole_part_alone_gives_points_and_a_share():
    run = _run("full")
    data = learning_rates(_paths(run), context_of(run))
    (points,) = data.optimal
    expected = {
        (100 * step / STEPS, rsi / eb**2)
        for path in _paths(run)
        for step, (rsi,), (eb,) in zip(
            path.full.step, path.full.rsi, path.full.eb, strict=True
        )
    }  # fmt: skip
    found = {(round(share, 6), round(value, 9)) for share, value in points.at}
    assert found == {(round(share, 6), round(value, 9)) for share, value in expected}
    assert (
        "Whole training part: the schedule stays below that at"
        in optimal_lr_figure(context_of(run)).caption
    )


def test_the_zone_begins_at_half_the_learning_rate_used():
    run = _run()
    data = learning_rates(_paths(run), context_of(run))
    with house("test"):
        axes = figure.compose(data).axes[0]
    polygons = [p for p in axes.collections if isinstance(p, PolyCollection)]
    corners = {(round(x, 6), round(y, 9)) for x, y in polygons[0].get_paths()[0].vertices}
    half = {(round(share, 6), round(rate / 2, 9)) for share, rate in data.used if rate > 0}
    assert half <= corners


def _made_up(scale, sign=1.0):
    rising = tuple(sign * scale * 10 ** (6 * n / 39 - 3) for n in range(40))
    low = tuple(-scale if n % 5 == 0 else v / 3 for n, v in enumerate(rising))
    line = Line("train", "training batches", SHARE, rising, low, tuple(3 * v for v in rising))
    points = Points("full", "whole training part", ((0.0, -scale), (50.0, scale)))
    used = tuple((share, scale * (1 - share / 100)) for share in SHARE)
    wrong = (Line("train", "training batches", SHARE, (50.0,) * 40),)
    return figure.LearningRates(95.0, (line, points), used, wrong, WORDS)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_rates_of_any_size_and_sign_can_be_drawn(scale, sign):
    data = _made_up(scale, sign)
    low, high = figure.limits(data)
    assert 0 < low < high
    assert low <= scale * 0.5 <= high
    root = ET.fromstring(figure.draw(data, "name", "alternative text"))
    assert "NaN" not in "".join(root.itertext())
    assert "nan" not in {value for element in root.iter() for value in element.attrib.values()}


@pytest.mark.parametrize("rate", [0.0, math.nan])
def test_a_schedule_that_is_zero_throughout_can_be_drawn(rate):
    data = dataclasses.replace(_made_up(1.0), used=tuple((share, rate) for share in SHARE))
    assert ET.fromstring(figure.draw(data, "name", "alternative text")) is not None


def test_no_words_stand_on_others():
    run = _run()
    data = learning_rates(_paths(run), context_of(run))
    with house("test"):
        drawn = figure.compose(data)
        canvas = FigureCanvasAgg(drawn)
        canvas.draw()
        boxes = [
            (text.get_text(), text.get_window_extent(canvas.get_renderer()))
            for axes in drawn.axes
            for text in (*axes.texts, axes._left_title, axes.xaxis.label, axes.yaxis.label)
            if text.get_text()
        ]
    width, height = drawn.get_size_inches() * drawn.dpi
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        assert not first.overlaps(second), (one, other)
    for text, box in boxes:
        assert 0 <= box.x0 < box.x1 <= width, text
        assert 0 <= box.y0 < box.y1 <= height, text
