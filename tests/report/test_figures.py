"""Figures are reproducible, well-formed and fit to stand side by side in one page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from stablecheck.report.figures import path, scores
from stablecheck.report.figures.alignment import Null, Panel
from stablecheck.report.figures.lines import LOOKS, Line
from stablecheck.report.figures.style import house
from stablecheck.report.palette import DARK, LIGHT, with_variables
from stablecheck.report.view import build_view

SVG = "{http://www.w3.org/2000/svg}"


def test_the_same_run_gives_the_same_bytes(run_of):
    first, second = (build_view(run_of("go")).figures for _ in range(2))
    assert [figure.svg for figure in first] == [figure.svg for figure in second]
    shown = ["scores", "learning-rate", "learning-curve", "path", "optimal-lr"]
    assert [figure.id for figure in first] == shown


def test_every_figure_has_alternative_text_and_ids_of_its_own(run_of):
    seen: set[str] = set()
    for figure in build_view(run_of("everything")).figures:
        root = ET.fromstring(figure.svg)
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text
        assert root.get("aria-labelledby") == ids[0]
        assert len(ids) == len(set(ids))
        assert not seen & set(ids)
        seen |= set(ids)


def test_alternative_text_carries_the_numbers_that_one_reads_off_the_figure(run_of):
    """A tagged PDF has nothing else: it takes the <title> alone."""
    for figure in build_view(run_of("everything")).figures:
        alt = ET.fromstring(figure.svg).find(f"{SVG}title").text
        assert len(re.findall(r"\d+\.\d+|\d+", alt)) >= 3, (figure.id, alt)
        assert "{" not in alt
        assert alt == alt.strip()


def test_the_alternative_text_of_the_learning_rate_names_every_factor_and_loss(run_of):
    figures = {figure.id: figure.svg for figure in build_view(run_of("conditional")).figures}
    alt = figures["learning-rate"].partition("</title>")[0]
    assert [f"×{factor}:" in alt for factor in (0.5, 0.7, 1, 1.4, 2)] == [True] * 5
    assert "3 diverged" in alt


def test_lines_of_both_sources_are_told_apart_without_colour():
    looks = {(look.dashes, look.width, look.marker) for look in LOOKS.values()}
    assert LOOKS["train"].dashes != LOOKS["heldout"].dashes != LOOKS["updates"].dashes
    assert len(looks) >= len(LOOKS) - 2  # the other seed's end is grey, points are no line


@pytest.mark.parametrize("limit", np.linspace(0.93, 0.99, 13).tolist())
def test_the_requirement_stands_beside_the_interval_and_not_on_its_words(limit):
    interval = (0.96, 0.955, 0.965, "reached by 90 % of future trainings, one-sided bounds")
    data = scores.Scores((0.95, 0.96, 0.97), "", "Accuracy", (limit, "required"), True, interval)
    with house("test"):
        figure = scores.compose(data)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        (axes,) = figure.axes
        (words,) = (text for text in axes.texts if "reached" in text.get_text())
        (line,) = (one for one in axes.lines if list(one.get_xdata()) == [limit, limit])
        assert not words.get_window_extent(renderer).overlaps(line.get_window_extent(renderer))


def test_every_reference_inside_a_figure_leads_somewhere(run_of):
    for figure in build_view(run_of("conditional")).figures:
        ids = set(re.findall(r' id="([^"]+)"', figure.svg))
        used = re.findall(r'(?:href="#|url\(#)([^")]+)', figure.svg)
        assert used
        assert set(used) <= ids
        assert "http" not in figure.svg.replace("http://www.w3.org/2000/svg", "")


def test_no_group_of_a_figure_says_nothing(run_of):
    for figure in build_view(run_of("everything")).figures:
        assert "<g>" not in figure.svg
        assert figure.svg.count("<g ") == figure.svg.count("</g>")


def test_only_the_house_colours_are_used(run_of):
    for figure in build_view(run_of("everything")).figures:
        assert set(re.findall(r"#[0-9a-f]{6}\b", figure.svg)) <= set(LIGHT.values())


def test_colours_become_variables_for_both_schemes(run_of):
    themed = with_variables(build_view(run_of("go")).figures[0].svg)
    assert set(re.findall(r"var\(--([\w-]+)\)", themed)) <= set(DARK) == set(LIGHT)
    assert not re.findall(r"#[0-9a-f]{6}\b", themed)


def test_a_roles_text_stands_out_from_the_paper_in_both_schemes():
    """WCAG's contrast of at least 4.5 for every colour that carries words."""
    for palette in (LIGHT, DARK):
        for role in ("ink", "soft", "pass", "fail", "open", "unknown", "first", "second"):
            assert _contrast(palette[role], palette["paper"]) >= 4.5


def test_the_words_of_a_figure_are_text_and_escaped(run_of):
    figures = {figure.id: figure.svg for figure in build_view(run_of("go")).figures}
    assert "Accuracy on the held-out part</text>" in figures["scores"]
    assert "<script" not in "".join(f.svg for f in build_view(run_of("hostile")).figures)


def test_drawing_leaves_the_settings_of_other_plots_alone(run_of):
    before = dict(mpl.rcParams)
    build_view(run_of("go"))
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("values", [(0.97,), (0.97,) * 300, (0.1, 0.97, 0.98), (-1e-9, 0.0)])
def test_any_scores_can_be_drawn(values):
    data = scores.Scores(values, "", "Accuracy", (0.95, "required"), True, None)
    root = ET.fromstring(scores.draw(data, "scores", "alternative text"))
    dots = list(root.iter(f"{SVG}use"))
    assert len(dots) >= len(values)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e4])
def test_a_path_over_many_decades_can_be_drawn(scale):
    share = tuple(np.linspace(0, 99, 40).tolist())
    rising = tuple((scale * np.geomspace(1e-3, 1e3, 40)).tolist())
    falling = tuple(-value for value in rising)
    band = Line("train", "training batches", share, rising, falling, rising)
    words = dict.fromkeys(("x", "rsi", "eb", "tail", "unit"), "word")
    flat = Line("train", "training batches", share, *((0.1,) * 40 for _ in range(3)))
    null = Null(share, (0.05,) * 40, 0.01, "equal steps", "chance")
    panels = (Panel("γ", (flat,)),)
    data = path.Paths(95.0, (band,), (band,), panels, null, words)
    assert ET.fromstring(path.draw(data, "path", "alternative text")).tag == f"{SVG}svg"


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
