"""The loops that the recorder is timed in, on a model of a few numbers."""

from benchmarks.recorder import DEPTH, HEADS, INPUTS, OUTPUTS, SIDES, Case, Figures, figures, rows

CASE = Case(width=8, steps=4, snapshots=2, batches=1)


def test_only_a_loop_with_a_recorder_is_measured():
    found = {side: figures(CASE, memory) for side, memory in SIDES.items()}
    numbers = 8 * (INPUTS + 1) + DEPTH * 8 * 9 + OUTPUTS * 9
    assert {one.parameters for one in found.values()} == {numbers}
    assert all(one.loop > 0 for one in found.values())
    assert [one.measuring > 0 for one in found.values()] == [False, True, True]


def test_the_cost_of_a_snapshot_is_set_against_a_long_training():
    """Four steps of 1 s, and 0.5 s for two snapshots: 40 of them in 10 000 s take 10 s."""
    bare, watched = Figures(loop=4.0, loop_peak=10**9), Figures(loop=4.5, measuring=6.0)
    found = list(rows(CASE, {"bare": [bare], "memory": [watched], "files": [watched]}))
    assert all(len(row) == len(HEADS) for row in found)
    assert found[0][1:3] == ["4.00", "1.00"]
    assert found[0][5] == "1.00"
    assert found[1][1:5] == ["4.50", "1.12", "250", "0.10%"]
    assert found[1][6:8] == ["6.00", "3.00"]
