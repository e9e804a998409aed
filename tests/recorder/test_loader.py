"""Batches of any structure, in their own order, from loaders that know more or less."""

import math
from typing import NamedTuple

import pytest
import torch
from torch.utils.data import DataLoader, IterableDataset

from stablecheck.recorder.loader import InTurn, Loader
from stablecheck.recorder.moving import moved
from tests.recorder.loops import cross_entropy, recorded, small_data, small_loader

CPU, META = torch.device("cpu"), torch.device("meta")


def test_every_snapshot_has_fresh_batches_in_the_loaders_order_again_and_again():
    in_turn = InTurn(Loader(["a", "b", "c"], "train"), 2, CPU)
    assert [list(in_turn.at(place)) for place in range(4)] == [
        ["a", "b"], ["c", "a"], ["b", "c"], ["a", "b"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("length", "count", "snapshots", "expected"),
    [
        (8, 8, 3, 8.0),  # one pass a snapshot
        (1, 8, 3, 1.0),  # each batch of its own pass
        (4, 8, 3, 4.0),  # two whole passes
        (3, 2, 3, (2 + 1 + 2) / 3),  # the second snapshot's two are of two passes
    ],
)
def test_batches_know_with_how_many_they_share_a_pass(length, count, snapshots, expected):
    in_turn = InTurn(Loader(list(range(length)), "train"), count, CPU)
    for place in range(snapshots):
        list(in_turn.at(place))
    assert in_turn.in_one_pass == pytest.approx(expected)


class Stream(IterableDataset):
    def __iter__(self):
        yield from small_data()


@pytest.mark.parametrize(
    ("batches", "rows", "batch_size"),
    [
        (small_loader(), 60, 10),
        (DataLoader(small_data(), batch_sampler=small_loader().batch_sampler), 60, 10),
        (DataLoader(Stream(), batch_size=7), None, 7),
        (DataLoader(small_data(), batch_size=None), 60, None),
        ([1, 2], None, None),
    ],
)
def test_a_loader_tells_what_it_knows_of_itself(batches, rows, batch_size):
    loader = Loader(batches, "train")
    assert (loader.rows, loader.batch_size) == (rows, batch_size)


@pytest.mark.parametrize("drop_last", [False, True])
def test_a_smaller_last_batch_counts_with_its_noise(drop_last):
    """Batches of 8, 8 and 4 rows: their gradients' noise is that of 1/8, 1/8 and 1/4."""
    loader = DataLoader(small_data(20), batch_size=8, drop_last=drop_last)
    drawing = Loader(loader, "train").drawing(2.0)
    expected = 8 if drop_last else 1 / ((1 / 8 + 1 / 8 + 1 / 4) / 3)
    assert drawing.batch_size == pytest.approx(expected)
    assert (drawing.rows, drawing.in_one_pass) == (20, 2.0)


def test_a_stream_is_drawn_from_endless_rows():
    assert Loader(DataLoader(Stream(), batch_size=7), "train").drawing(3.0).rows == math.inf


def test_without_a_batch_size_there_is_no_noise_scale():
    recorder, _ = recorded()
    known = recorder.measure(cross_entropy, train=small_loader()).measures
    unknown = recorder.measure(cross_entropy, train=list(small_loader())).measures
    assert set(known) - set(unknown) == {"noise_scale"}


class Pair(NamedTuple):
    x: torch.Tensor
    name: str


class Graph:
    """Knows how to move, as batches of graphs and of tokens do."""

    device = "cpu"

    def to(self, device):
        self.device = device
        return self


def test_whatever_is_in_a_batch_is_moved_and_the_rest_kept():
    x = torch.ones(2)
    found = moved({"a": [x, (x, 3)], "pair": Pair(x, "n"), "graph": Graph(), "text": "t"}, META)
    assert found["a"][0].device == found["a"][1][0].device == META
    assert found["a"][1][1] == 3
    assert isinstance(found["a"], list)
    assert found["pair"] == Pair(found["pair"].x, "n")
    assert found["pair"].x.device == found["graph"].device == META
    assert found["text"] == "t"
    assert x.device == CPU
