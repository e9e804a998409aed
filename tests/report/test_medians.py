"""Medians in words: bounds of five values are the least and the greatest, rounded outwards."""

from __future__ import annotations

import pytest

from stablecheck.report.numbers import NBSP
from stablecheck.report.view.context import context_of
from stablecheck.report.view.medians import median_text, percent_text, rough_text
from tests.report.made_up.scenarios import SCENARIOS

THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def context():
    return context_of(SCENARIOS["go"]())


@pytest.mark.parametrize(
    ("values", "write", "text"),
    [
        ([10.06, 11, 12.46, 13, 14.94], percent_text, "12.5 % (10.0 %–15.0 %)"),
        ([50.06] * 59, percent_text, "50.1 %"),
        ([1239, 1500, 2004, 2500, 12_341], rough_text, "2_000 (1_230–12_400)"),
        ([0.012391, 0.02, 0.03, 0.04, 0.056701], rough_text, "0.03 (0.0123–0.0568)"),
        ([1.2391e7, 2e7, 2.0041e7, 3e7, 4.5601e8], rough_text, "2e+07 (1.23e+07 to 4.57e+08)"),
    ],
)
def test_a_bound_of_a_median_is_never_rounded_inwards(values, write, text, context):
    written = median_text(values, context, write).replace(NBSP, " ").replace(THIN, "_")
    assert written == text
