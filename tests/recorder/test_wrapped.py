"""Models and optimisers inside the wrappers of others."""

import warnings

import pytest
import torch
import torch.distributed
from torch import nn

from stablecheck import PathRecorder
from stablecheck.errors import RecorderError
from tests.recorder.loops import cross_entropy, recorded, sgd, small_loader, small_model, walk


@pytest.fixture
def alone():
    """A group of one process."""
    torch.distributed.init_process_group(
        "gloo", store=torch.distributed.HashStore(), rank=0, world_size=1
    )
    yield
    torch.distributed.destroy_process_group()


def path_of(wrap):
    """The recorded path of the small training inside a wrapper."""
    model = small_model()
    optimizer = sgd(model)
    wrapped = wrap(model)
    recorder = PathRecorder(wrapped, optimizer)
    walk(wrapped, optimizer, 6)
    return recorder.measure(cross_entropy, train=small_loader()).record


def plain():
    recorder, _ = recorded(6)
    return recorder.measure(cross_entropy, train=small_loader()).record


def test_a_compiled_model_is_recorded_as_the_model_itself():
    assert path_of(lambda model: torch.compile(model, backend="eager")) == plain()


def test_a_model_of_distributed_data_parallel_is_recorded_as_the_model_itself(alone):
    assert path_of(nn.parallel.DistributedDataParallel) == plain()
    both = path_of(lambda m: torch.compile(nn.parallel.DistributedDataParallel(m), backend="eager"))
    assert both == plain()


def test_of_several_processes_only_the_first_writes(alone, monkeypatch, tmp_path):
    recorder, _ = recorded()
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
    recorder.report(score=1.0, to=tmp_path / "record.json")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 0)
    recorder.report(score=1.0, to=tmp_path / "record.json")
    assert [p.name for p in tmp_path.iterdir()] == ["record.json"]


def test_parameters_in_shards_are_refused(alone):
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import FullyShardedDataParallel, fully_shard

    mesh = init_device_mesh("cpu", (1,))
    message = "lie in parts in several processes; expected whole ones; use DistributedDataParallel"
    model = small_model()
    fully_shard(model, mesh=mesh)
    with pytest.raises(RecorderError, match=rf"0\.weight: it is a DTensor; its .*{message}"):
        PathRecorder(model, sgd(model))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one process has nothing to share out
        old = FullyShardedDataParallel(small_model(), device_id=torch.device("cpu"))
    with pytest.raises(RecorderError, match=f"FullyShardedDataParallel: its .*{message}"):
        PathRecorder(old, sgd(old))
