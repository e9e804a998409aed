"""Arguments of a model that the data can tell, by the names that such arguments have."""

import pytest

from stablecheck.candidate.seen import Argument, DataSeen
from stablecheck.drafting.arguments import offers
from stablecheck.errors import NotDraftableError


def seen(shape, vocabulary=None):
    return DataSeen(
        rows=100, heldout_rows=None, shape=shape, vocabulary=vocabulary, scalable=False,
        target_shape=(), target_kind="whole", distinct=4, largest_share=0.3,
    )  # fmt: skip


def needs(*names):
    return [Argument(name=name, required=True) for name in names]


@pytest.mark.parametrize(
    ("shape", "vocabulary", "names", "expected"),
    [
        ((8,), None, ["in_features", "num_classes"], {"in_features": 8, "num_classes": 4}),
        ((64,), None, ["side", "outputs"], {"side": 8, "outputs": 4}),
        ((3, 32, 32), None, ["in_channels", "image_size"], {"in_channels": 3, "image_size": 32}),
        ((3, 32, 32), None, ["input_dim"], {"input_dim": 3072}),
        ((20,), 500, ["vocab_size", "seq_len"], {"vocab_size": 500, "seq_len": 20}),
    ],
)
def test_what_a_model_needs_is_filled_by_its_names(shape, vocabulary, names, expected):
    first, *_ = offers(needs(*names), seen(shape, vocabulary), 4, {}, "m.py:build")
    assert first == expected


def test_what_has_a_default_is_offered_after_what_is_needed():
    arguments = [*needs("side"), Argument(name="inputs", required=False)]
    assert offers(arguments, seen((3, 6, 6)), 4, {}, "m.py:build") == (
        {"side": 6}, {"inputs": 108, "side": 6}, {"inputs": 3, "side": 6},
    )  # fmt: skip


def test_what_is_given_is_never_guessed():
    found = offers(needs("inputs", "depth"), seen((8,)), 4, {"inputs": 5, "depth": 2}, "m.py:build")
    assert found == ({"inputs": 5, "depth": 2},)


def test_an_argument_whose_name_says_nothing_is_asked_for():
    with pytest.raises(
        NotDraftableError, match=r"m.py:build needs 'side' and 'tau', which the data"
    ):
        offers(needs("tau", "side"), seen((8,)), 4, {}, "m.py:build")
