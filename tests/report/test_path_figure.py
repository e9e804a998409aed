"""The figure of the path shows what was measured, and always what noise gives."""

from __future__ import annotations

import functools
import itertools
import math
import statistics

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from stablecheck.report.figures.path import compose
from stablecheck.report.figures.style import house
from stablecheck.report.view import build_view
from stablecheck.report.view.context import context_of
from stablecheck.report.view.figures import retrainings
from stablecheck.report.view.path_figure import path_data
from stablecheck.report.view.path_marks import alike
from tests.report.made_up.checklists import OUTCOMES, checklist_of
from tests.report.made_up.paths import STEPS
from tests.report.made_up.runs import FACTS, finished
from tests.report.made_up.trainings import Scenario

SOURCES = [
    some
    for size in (1, 2, 3)
    for some in itertools.combinations(("train", "heldout", "full"), size)
]
COMBINATIONS = list(itertools.product(SOURCES, ("none", "basic", "full"), (False, True)))


@functools.cache
def _run(sources, controls, *, updates):
    shown = ["seeds.path.update_alignment"] if updates else []
    checklist = checklist_of(
        measure={"sources": list(sources), "controls": controls},
        probes={"seeds": {"kind": "init_seeds", "seeds": 3}},
        checks=OUTCOMES[:2],
        report={"measures": shown},
    )
    return finished(Scenario(checklist=checklist))


def _paths(run):
    context = context_of(run)
    return path_data(alike(retrainings(context)[1]), context)


def _marks(run):
    return {
        (place, mark.role): mark
        for place, panel in enumerate(_paths(run).alignment)
        for mark in panel.marks
    }


@pytest.mark.parametrize(("sources", "controls", "updates"), COMBINATIONS)
def test_every_panel_of_gamma_shows_and_names_what_noise_gives(sources, controls, updates):
    """γ_null(t) = 1/√(T − t) of orthogonal equal steps; ±2/√D of random directions."""
    data = _paths(_run(sources, controls, updates=updates))
    with house("test"):
        figure = compose(data)
    panels = figure.axes[2:]
    assert len(panels) == len(data.alignment)
    for axes in panels:
        assert any(_is_null(line) for line in axes.lines)
        assert any(_is_chance(patch) for patch in axes.patches)
        words = {text.get_text() for text in axes.texts}
        assert {"equal steps: 1/√(T − t)", "chance: ±2/√D"} <= words
        low, high = axes.get_ylim()
        assert low < -2 / math.sqrt(FACTS.parameters) < 2 / math.sqrt(FACTS.parameters) < high


def _is_null(line):
    steps = [float(share) / 100 * STEPS for share in line.get_xdata()]
    expected = [1 / math.sqrt(STEPS - step) if step < STEPS else math.nan for step in steps]
    return [float(y) for y in line.get_ydata()] == pytest.approx(expected)


def _is_chance(patch):
    box = patch.get_bbox()
    reach = 2 / math.sqrt(FACTS.parameters)
    return (box.y0, box.y1) == pytest.approx((-reach, reach))


@pytest.mark.parametrize(("sources", "controls", "updates"), COMBINATIONS)
def test_no_words_of_the_figure_stand_on_others_or_off_the_sheet(sources, controls, updates):
    data = _paths(_run(sources, controls, updates=updates))
    with house("test"):
        figure = compose(data)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        boxes = [
            (text.get_text(), text.get_window_extent(canvas.get_renderer()))
            for axes in figure.axes
            for text in _texts(axes)
        ]
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        assert not first.overlaps(second), (one, other)


def _texts(axes):
    shown = []
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        low, high = sorted(limits)
        ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        shown += [*(tick.label1 for tick in ticks), axis.label]
    shown += [axes.title, axes._left_title, *axes.texts]
    return [text for text in shown if text.get_text()]


def test_lines_are_medians_and_bands_quantiles_over_trainings_and_batches(run_of):
    run = run_of("everything")
    paths = [run.trials[id_].path for id_ in run.result.probes["seeds"].arms[0].trials]
    marks = _marks(run)
    for key, source in (((0, "train"), "train"), ((1, "heldout"), "heldout")):
        for place in range(len(paths[0].step)):
            values = [v for path in paths for v in getattr(path, source).alignment[place]]
            deciles = statistics.quantiles(values, n=10, method="inclusive")
            assert marks[key].middle[place] == pytest.approx(statistics.median(values))
            assert marks[key].low[place] == pytest.approx(deciles[0])
            assert marks[key].high[place] == pytest.approx(deciles[-1])


def test_rsi_and_eb_are_those_of_the_trials(run_of):
    run = run_of("go")
    paths = [run.trials[id_].path for id_ in run.result.probes["seeds"].arms[0].trials]
    data = _paths(run)
    for quantity, marks in (("rsi", data.rsi), ("eb", data.eb)):
        assert [mark.role for mark in marks] == ["train", "heldout"]
        values = [v for path in paths for v in getattr(path.heldout, quantity)[7]]
        assert marks[1].middle[7] == pytest.approx(statistics.median(values))


def test_a_point_stands_for_every_gradient_of_the_whole_part(run_of):
    run = run_of("everything")
    paths = [run.trials[id_].path for id_ in run.result.probes["seeds"].arms[0].trials]
    expected = {
        (round(100 * step / STEPS, 6), value)
        for path in paths
        for step, (value,) in zip(path.full.step, path.full.alignment, strict=True)
    }
    points = _marks(run)[0, "full"]
    assert {(round(share, 6), value) for share, value in points.at} == expected


def test_controls_are_lines_of_their_own_trainings_on_each_source(run_of):
    run, marks = run_of("everything"), _marks(run_of("everything"))
    for arm in run.result.probes["controls"].arms:
        ended = [run.trials[id_] for id_ in arm.trials]
        paths = [trial.path for trial in ended if trial.status == "ok"]
        for panel, source in enumerate(("train", "heldout")):
            values = [v for path in paths for v in getattr(path, source).alignment[11]]
            line = marks[panel, arm.name]
            assert line.middle[11] == pytest.approx(statistics.median(values))
            assert line.name not in ("training batches", "held-out batches")


def test_the_steps_taken_are_shown_where_they_were_kept(run_of):
    run = run_of("everything")
    paths = [run.trials[id_].path for id_ in run.result.probes["seeds"].arms[0].trials]
    rows = [path.update_alignment for path in paths]
    expected = [statistics.median(row) for row in zip(*rows, strict=True)]
    assert list(_marks(run)[0, "updates"].middle) == pytest.approx(expected)
    assert (0, "updates") not in _marks(run_of("go"))


def test_the_caption_says_what_noise_gives_and_that_geometry_earns_nothing(any_run):
    figures = {figure.id: figure for figure in build_view(any_run).figures}
    if "path" in figures:
        words = figures["path"].caption
        assert "Dotted: what orthogonal steps of equal length" in words
        assert "±0.01" in words
        assert "it earns no GO by itself" in words
