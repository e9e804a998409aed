"""Which rows a gradient is measured on."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.candidate.samples import InMemory
from stablecheck.trial.batches import cut, draw, some_rows
from stablecheck.trial.waypoints import evenly_spaced

ROWS = InMemory(torch.arange(30).float().reshape(30, 1), torch.arange(30))


def test_batches_hold_each_row_at_most_once_with_its_own_target():
    batches = draw(ROWS, batch_size=8, count=3, snapshots=4, seed=1)
    seen = [batch for place in range(4) for batch in batches.at(place)]
    assert len(seen) == 12
    for x, y in seen:
        assert len(set(y.tolist())) == 8
        assert x[:, 0].tolist() == y.tolist()
    assert len({tuple(y.tolist()) for _, y in seen}) == 12


def test_a_batch_larger_than_the_data_is_all_of_it():
    batches = draw(ROWS, batch_size=100, count=1, snapshots=1, seed=1)
    ((_, y),) = batches.at(0)
    assert sorted(y.tolist()) == list(range(30))


@pytest.mark.parametrize(("most", "expected"), [(10, 10), (100, 30)])
def test_some_rows_are_distinct_and_mixed(most, expected):
    rows = some_rows(ROWS, most, seed=3).tolist()
    assert len(set(rows)) == len(rows) == expected
    assert rows != sorted(rows)


@given(st.integers(1, 60), st.integers(2, 20))
def test_parts_hold_every_row_once_and_differ_by_one_row_at_most(rows, most):
    parts = cut(torch.arange(rows), most)
    sizes = [len(part) for part in parts]
    assert torch.cat(parts).tolist() == list(range(rows))
    assert max(sizes) <= most
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) > 1 or rows == 1 or most < 3


@given(st.integers(1, 200), st.integers(1, 12))
def test_evenly_spaced_places_begin_at_the_first_and_end_at_the_last(count, most):
    places = evenly_spaced(count, most)
    assert len(places) == min(count, most)
    assert places[0] == 0
    assert places[-1] == count - 1 or most == 1
    gaps = [b - a for a, b in itertools.pairwise(places)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_batches_hold_no_more_than_their_own_rows():
    """A part of a permutation would keep all of it in memory."""
    many = InMemory(torch.zeros(5000, 1), torch.zeros(5000))
    batches = draw(many, batch_size=8, count=1, snapshots=2, seed=1)
    assert {rows.untyped_storage().nbytes() for (rows,) in batches.rows} == {8 * 8}
