"""Where the snapshots of a training of unknown length are."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from stablecheck.recorder.spacing import Doubling, Even
from stablecheck.trial.snapshots import snapshot_steps


def kept_of(spacing, total):
    """The steps with a snapshot after each step of a training."""
    kept = []
    for step in range(total):
        if spacing.due(step):
            kept = list(spacing.staying([*kept, step]))
        yield kept


@given(st.integers(1, 50), st.integers(1, 700))
def test_between_half_of_the_snapshots_and_all_are_kept_evenly_from_the_first_step(most, total):
    for step, kept in enumerate(kept_of(Doubling(most), total)):
        assert kept[0] == 0
        gaps = {b - a for a, b in itertools.pairwise(kept)}
        assert len(gaps) <= 1
        assert min(step + 1, most // 2) <= len(kept) <= most
        gap = gaps.pop() if gaps else step + 1
        assert step - kept[-1] < max(gap, 2 * most)  # the last one is no further off than a gap


@given(st.integers(1, 50), st.integers(1, 700))
def test_a_known_length_gives_the_runners_steps(most, total):
    *_, kept = kept_of(Even(total, most), total)
    assert tuple(kept) == snapshot_steps(total, most)
    assert Even(total, most).most == len(kept)
