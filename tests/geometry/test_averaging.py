"""Wrong-way share and design effect against random partitions drawn by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stablecheck.geometry.design_effect import design_effect
from stablecheck.geometry.effective_dimension import effective_dimension
from stablecheck.geometry.wrong_way_share import wrong_way_share

SIZES = np.array([3.0, 5.0, 1.0, 4.0])
products = hnp.arrays(np.float64, 13, elements=st.floats(-10, 10).map(lambda x: round(x, 3)))


def block_sums(p, sizes=SIZES):
    return np.add.reduceat(p, np.cumsum([0, *sizes[:-1].astype(int)]))


def effect(p, sizes=SIZES):
    return float(design_effect(block_sums(p, sizes), sizes, (p**2).sum()))


def scatter(p):
    return float(((block_sums(p) - SIZES * p.mean()) ** 2).sum())


def test_the_closed_form_agrees_with_random_partitions_drawn_by_hand():
    rng = np.random.default_rng(0)
    p = rng.normal(size=13) ** 3 + 0.5
    drawn = np.mean([scatter(rng.permutation(p)) for _ in range(40_000)])
    assert effect(p) == pytest.approx(scatter(p) / drawn, rel=0.02)


@given(products, st.randoms(use_true_random=False))
def test_relabelling_coordinates_within_blocks_changes_nothing(p, random):
    if np.ptp(p) == 0:
        return
    blocks = np.split(p, np.cumsum(SIZES[:-1].astype(int)))
    relabelled = np.concatenate([random.sample(list(block), len(block)) for block in blocks])
    assert effect(relabelled) == pytest.approx(effect(p), rel=1e-6, abs=1e-9)
    assert wrong_way_share(relabelled) == wrong_way_share(p)


@given(products, st.floats(0.01, 100))
def test_the_design_effect_ignores_the_scale_of_the_products(p, scale):
    if np.ptp(p) < 1e-2:
        return
    assert effect(scale * p) == pytest.approx(effect(p), rel=1e-6, abs=1e-9)


def test_blocks_of_one_coordinate_have_no_structure():
    p = np.array([1.0, -2.0, 0.5, 4.0])
    assert effect(p, np.ones(4)) == pytest.approx(1.0)


def test_equal_coordinates_in_each_block_count_as_one():
    """B blocks of m equal coordinates: the design effect is m (D − 1) / (D − m)."""
    p = np.repeat([1.0, -1.0, 2.0, 0.3, -0.7], 6)
    assert effect(p, np.full(5, 6.0)) == pytest.approx(6 * 29 / 24)


@pytest.mark.parametrize(
    ("p", "sizes"), [(np.ones(4), np.array([2.0, 2.0])), (np.arange(4.0), np.array([4.0]))]
)
def test_without_anything_to_compare_the_design_effect_is_undefined(p, sizes):
    assert np.isnan(effect(p, sizes))


def test_many_gradients_are_taken_at_once():
    rng = np.random.default_rng(1)
    table = rng.normal(size=(2, 3, 13))
    sums = np.array([[block_sums(p) for p in row] for row in table])
    found = design_effect(sums, SIZES, (table**2).sum(axis=-1))
    assert found == pytest.approx(np.array([[effect(p) for p in row] for row in table]))


def test_the_effective_dimension_divides_by_the_design_effect_where_there_is_one():
    found = effective_dimension(np.array(12.0), np.array([3.0, 0.5, 0.0]))
    np.testing.assert_array_equal(found, [4.0, 24.0, np.nan])


@given(products, hnp.arrays(np.float64, 13, elements=st.floats(0.01, 100)))
def test_the_wrong_way_share_ignores_a_positive_scale_of_each_coordinate(p, scales):
    assert wrong_way_share(scales * p) == wrong_way_share(p)


@given(products)
def test_the_wrong_way_share_counts_negative_products_and_its_mirror_the_positive_ones(p):
    assert wrong_way_share(p) == sum(x < 0 for x in p) / 13
    assert wrong_way_share(p) + wrong_way_share(-p) == pytest.approx(np.count_nonzero(p) / 13)
