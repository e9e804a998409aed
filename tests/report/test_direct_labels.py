"""Labels beside a panel stand apart, in order and inside it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from stablecheck.report.figures import path
from stablecheck.report.figures.alignment import Null, Panel
from stablecheck.report.figures.direct_labels import apart
from stablecheck.report.figures.lines import LOOKS, Line
from stablecheck.report.figures.style import house


@given(st.lists(st.floats(-5, 15), min_size=1, max_size=10))
def test_labels_keep_their_order_their_distance_and_the_panel(values):
    placed = apart(sorted(values), 1.0, 0.0, 10.0)
    assert all(b - a >= 1.0 - 1e-9 for a, b in itertools.pairwise(placed))
    assert placed[0] >= -1e-9
    assert placed[-1] <= 10.0 + 1e-9


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True))
def test_labels_with_room_stay_where_their_lines_end(values):
    wide = sorted(2.0 * value for value in values)
    assert apart(wide, 1.0, 0.0, 40.0) == wide


@pytest.mark.parametrize("chance", [1e-5, 0.01, 0.9])
@pytest.mark.parametrize("value", [-0.02, 0.0, 0.4, 0.99])
def test_lines_that_all_end_in_one_point_have_names_that_can_be_read(value, chance):
    share = (0.0, 50.0, 94.0)
    lines = tuple(Line(role, f"the line of {role}", share, (value,) * 3) for role in LOOKS)
    null = Null(share, (value,) * 3, chance, "equal steps", "chance")
    words = dict.fromkeys(("x", "rsi", "eb", "tail", "unit"), "word")
    data = path.Paths(95.0, lines, lines, (Panel("γ", lines),), null, words)
    with house("test"):
        figure = path.compose(data)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        boxes = [text.get_window_extent(canvas.get_renderer()) for text in figure.axes[2].texts]
    assert len(boxes) == len(LOOKS) + 3
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
