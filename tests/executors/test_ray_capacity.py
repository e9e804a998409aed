"""What a trial takes of a cluster, and how many trials fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.checklist.schema import Resources
from stablecheck.errors import ClusterError
from stablecheck.executors.ray_cluster.capacity import Capacity, Share

CPUS_ALONE = Capacity(((4.0, 0.0), (2.0, 0.0)))
WITH_GPUS = Capacity(((8.0, 2.0), (4.0, 0.0)))


@pytest.mark.parametrize(
    ("capacity", "asked", "device", "expected"),
    [
        (CPUS_ALONE, Resources(), "auto", Share(1, 0, "cpu")),
        (CPUS_ALONE, Resources(cpus=2), "cpu", Share(2, 0, "cpu")),
        (WITH_GPUS, Resources(), "auto", Share(1, 1, "auto")),
        (WITH_GPUS, Resources(), "cpu", Share(1, 0, "cpu")),
        (WITH_GPUS, Resources(), "cuda", Share(1, 1, "cuda")),
        (WITH_GPUS, Resources(gpus=0.25), "auto", Share(1, 0.25, "auto")),
        (WITH_GPUS, Resources(gpus=0), "auto", Share(1, 0, "cpu")),
    ],
)
def test_a_trial_takes_a_gpu_where_it_asks_for_one_or_there_is_one(
    capacity, asked, device, expected
):
    assert capacity.share(asked, device) == expected


@pytest.mark.parametrize(
    ("asked", "device", "message"),
    [
        (Resources(gpus=1), "auto", r"has no GPU \(2 nodes, each with 2 CPUs, 0 GPUs or 4 CPUs"),
        (Resources(), "cuda", "has no GPU .* set run: {device: cpu, resources: {gpus: 0}}"),
        (
            Resources(gpus=0),
            "cuda:1",
            "run.device is cuda:1, but run.resources gives a trial no GPU",
        ),
        (Resources(cpus=5), "auto", "no node of the Ray cluster has the 5 CPUs and 0 GPUs that"),
    ],
)
def test_what_no_node_has_is_refused(asked, device, message):
    with pytest.raises(ClusterError, match=message):
        CPUS_ALONE.share(asked, device)


def test_a_trial_never_spans_nodes():
    assert CPUS_ALONE.fits(Share(3, 0, "cpu")) == 1
    assert WITH_GPUS.fits(Share(1, 0.5, "cuda")) == 4
    assert Capacity(()).fits(Share(1, 0, "cpu")) == 0


def test_the_node_with_the_most_room_is_counted():
    assert CPUS_ALONE.fits_one_node(Share(1, 0, "cpu")) == 4
    assert WITH_GPUS.fits_one_node(Share(1, 0.5, "cuda")) == 4
    assert Capacity(()).fits_one_node(Share(1, 0, "cpu")) == 0


nodes = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=4)


@given(nodes, st.integers(1, 4), st.integers(0, 2))
def test_as_many_trials_fit_as_can_be_taken_out_one_by_one(found, cpus, gpus):
    expected = 0
    for free_cpus, free_gpus in found:
        while free_cpus >= cpus and free_gpus >= gpus:
            free_cpus, free_gpus, expected = free_cpus - cpus, free_gpus - gpus, expected + 1
    capacity = Capacity(tuple((float(c), float(g)) for c, g in found))
    assert capacity.fits(Share(cpus, gpus, "cuda")) == expected


def test_a_share_of_more_than_one_gpu_is_whole():
    with pytest.raises(ValueError, match=r"1\.5 GPUs are no share of one"):
        Resources(gpus=1.5)
