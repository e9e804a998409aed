"""Arrays are scaled number by number, whatever their shape."""

import numpy as np
import pytest

from stablecheck.candidate.scaling import scaled

FORMULAS = {
    "standard": (lambda x: x.mean(), lambda x: x.std()),
    "minmax": (lambda x: x.min(), lambda x: x.max() - x.min()),
    "robust": (np.median, lambda x: np.percentile(x, 75) - np.percentile(x, 25)),
    "none": (lambda x: 0.0, lambda x: 1.0),
}


@pytest.mark.parametrize(("scaling", "formulas"), FORMULAS.items(), ids=FORMULAS)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)])
def test_each_number_of_an_input_is_scaled_by_its_own_values_in_the_training_part(
    scaling, formulas, shape
):
    generator = np.random.default_rng(0)
    train, heldout = (generator.gamma(2.0, size=(rows, *shape)) for rows in (30, 7))
    found_train, found_heldout = scaled(train, heldout, scaling)
    centre, width = formulas
    for index in np.ndindex(shape):
        values = train[(slice(None), *index)]
        for before, after in ((train, found_train), (heldout, found_heldout)):
            expected = (before[(slice(None), *index)] - centre(values)) / width(values)
            np.testing.assert_allclose(after[(slice(None), *index)], expected, atol=1e-12)


@pytest.mark.parametrize("scaling", ["standard", "minmax", "robust"])
def test_a_constant_number_becomes_0(scaling):
    train, _ = scaled(np.full((9, 2), 0.1), np.zeros((1, 2)), scaling)
    np.testing.assert_allclose(train, 0, atol=1e-15)
