"""Requirements as sentences for managers."""

from __future__ import annotations

import pytest

from stablecheck.checklist.requirement.parser import parse_requirement
from stablecheck.recipe import ScoreCallable
from stablecheck.report.numbers import NBSP
from stablecheck.report.phrases import load
from stablecheck.report.wording import Wording, inside, score_name

KINDS = {"seeds": "init_seeds", "lr": "lr_jitter", "data": "data_ratio"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "tolerance(seeds.score, 0.9) >= 0.95",
            "at least 90 % of future trainings reach accuracy 0.95",
        ),
        (
            "tolerance(seeds.loss, 0.9) <= 0.2",
            "held-out loss is at most 0.2 in at least 90 % of future trainings",
        ),
        (
            "share(all.diverged) <= 0.06",
            "share of trainings that diverged, at most 0.06 (all probes)",
        ),
        (
            "share(seeds.diverged == 0) >= 0.9",
            "share of trainings that did not diverge, at least 0.9",
        ),
        (
            "share(lr.diverged < 1) > 0",
            "share of trainings that did not diverge, more than 0 (probe lr)",
        ),
        ("share(seeds.diverged != 0) < 0.1", "share of trainings that diverged, less than 0.1"),
        ("share(seeds.diverged >= 0) > 0", "share of trainings with diverged ≥ 0, more than 0"),
        (
            "share(seeds.score >= 0.95) >= 0.8",
            "share of trainings with accuracy ≥ 0.95, at least 0.8",
        ),
        (
            "lr.headroom(0.01) >= 1.4",
            "learning rate may be off by a factor of at least 1.4 at a cost of 0.01 in accuracy",
        ),
        (
            "data.gain_from_doubling <= 0.02",
            "gain in accuracy predicted from twice the data, at most 0.02",
        ),
        (
            "median(seeds.path.heldout.positive_share) >= 0.8",
            "median share of path measurements with RSI > 0 (held-out batches), at least 0.8",
        ),
        (
            "mean(lr.path.alignment) > 0",
            "mean alignment γ (training batches), more than 0 (probe lr)",
        ),
        ("p(10)(seeds.score) >= 0.9", "10 % quantile of accuracy, at least 0.9"),
        ("std(seeds.score) < 0.01", "standard deviation of accuracy, less than 0.01"),
    ],
)
def test_a_requirement_is_told_in_plain_words(text, words):
    wording = Wording(load("en"), "accuracy", KINDS)
    assert wording.requirement(parse_requirement(text)).replace(NBSP, " ") == words


def test_trainings_that_do_not_diverge_are_told_so_in_japanese():
    requirement = parse_requirement("share(seeds.diverged == 0) >= 0.9")
    words = Wording(load("ja"), "正解率", KINDS).requirement(requirement)
    assert words == "発散しない学習の割合が0.9以上であること"


def test_a_score_is_told_by_its_name():
    assert score_name("accuracy", load("en")) == "accuracy"
    assert (
        score_name("neg_root_mean_squared_error", load("en")) == "negative root mean squared error"
    )
    assert score_name("some_new_scorer", load("en")) == "some new scorer"
    own = ScoreCallable(callable="score.py:word_error_rate", higher_is_better=False)
    assert score_name(own, load("en")) == "word error rate"


def test_acronyms_keep_their_capitals_inside_a_sentence():
    assert inside("Share of trainings") == "share of trainings"
    assert inside("RSI above zero") == "RSI above zero"
