"""The recorder watches any loop, and changes nothing of it."""

import copy
import random

import numpy as np
import pytest
import torch
from torch import nn

import stablecheck
from stablecheck import PathRecorder
from stablecheck.trial.snapshots import flat_parameters
from tests.recorder.loops import D, cross_entropy, recorded, sgd, small_loader, small_model, walk


def steps_of(recorder):
    found = recorder.measure(cross_entropy, train=small_loader(), batches=1)
    return found.record.step


@pytest.mark.parametrize("options", [{}, {"snapshots": 3}, {"total_steps": 30}])
def test_a_training_is_bitwise_the_same_with_a_recorder_and_with_measuring(options):
    def state(watched):
        model = small_model()
        optimizer = sgd(model)
        recorder = PathRecorder(model, optimizer, **options) if watched else None
        walk(model, optimizer, 15)
        if recorder:
            recorder.measure(cross_entropy, train=small_loader(), heldout=small_loader())
        walk(model, optimizer, 15)
        assert model.training
        return model.state_dict()

    plain, watched = state(False), state(True)
    assert all(torch.equal(plain[name], watched[name]) for name in plain)


def test_measuring_gives_back_every_random_state_and_the_loaders_own():
    own = torch.Generator().manual_seed(3)
    loader = torch.utils.data.DataLoader(
        small_loader().dataset, batch_size=10, shuffle=True, generator=own
    )

    def draw():
        torch.manual_seed(1), np.random.seed(1), random.seed(1)
        return torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()

    recorder, _ = recorded()
    before = own.get_state()
    expected = draw()
    torch.manual_seed(1), np.random.seed(1), random.seed(1)
    recorder.measure(cross_entropy, train=loader)
    found = torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()
    assert found == expected
    assert torch.equal(own.get_state(), before)


def test_measuring_twice_finds_the_same_also_in_evaluation_mode_and_without_gradients():
    recorder, model = recorded()
    shuffled = torch.utils.data.DataLoader(small_loader().dataset, batch_size=10, shuffle=True)
    first = recorder.measure(cross_entropy, train=shuffled)
    model.eval()
    with torch.no_grad():
        assert recorder.measure(cross_entropy, train=shuffled).record == first.record
    with torch.inference_mode():
        assert recorder.measure(cross_entropy, train=shuffled).record == first.record


def test_modules_that_the_training_held_in_evaluation_mode_stay_so():
    """Batch normalisation with fixed statistics does not see the batch: each row by itself."""
    model = small_model()
    optimizer = sgd(model)
    model[1].eval()
    model[3].eval()
    recorder = PathRecorder(model, optimizer)
    for x, y in small_loader():
        optimizer.zero_grad()
        cross_entropy(model, (x, y)).backward()
        optimizer.step()
    start = small_model()
    start.eval()
    batch = next(iter(small_loader()))
    found = recorder.measure(cross_entropy, train=[batch], batches=1)
    assert found.record.train.loss[0][0] == pytest.approx(cross_entropy(start, batch).item())


def test_the_learning_rate_is_that_of_the_step():
    model = small_model()
    optimizer = sgd(model, lr=0.5)
    recorder = PathRecorder(model, optimizer)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    for _ in range(4):
        walk(model, optimizer, 1)
        schedule.step()
    found = recorder.measure(cross_entropy, train=small_loader(), batches=1).record
    assert found.lr == (0.5, 0.25, 0.125, 0.0625)


def test_accumulated_gradients_are_one_step():
    model = small_model()
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)
    for index, batch in enumerate(small_loader()):
        cross_entropy(model, batch).backward()
        if index % 3 == 2:
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
    assert recorder.steps == 2
    assert steps_of(recorder) == (0, 1)


def test_a_step_that_a_grad_scaler_skips_is_none():
    model = small_model()
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
    for index, batch in enumerate(small_loader()):
        optimizer.zero_grad()
        loss = cross_entropy(model, batch) * (float("inf") if index in (0, 2) else 1)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    assert recorder.steps == 4
    assert steps_of(recorder) == (0, 1, 2, 3)


def test_lbfgs_may_evaluate_its_closure_as_often_as_it_likes():
    model = nn.Sequential(nn.Linear(4, 3))
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=5)
    recorder = PathRecorder(model, optimizer)
    batch = next(iter(small_loader()))
    calls, starts = [], []

    def closure():
        calls.append(1)
        optimizer.zero_grad()
        loss = cross_entropy(model, batch)
        loss.backward()
        return loss

    for _ in range(3):
        starts.append(flat_parameters(model))
        optimizer.step(closure)
    assert len(calls) > 3
    found = recorder.measure(cross_entropy, train=[batch]).record
    end = flat_parameters(model)
    assert found.step == (0, 1, 2)
    assert found.distance == pytest.approx([float((one - end).norm()) for one in starts])


def test_a_step_that_raises_is_none_and_its_snapshot_is_taken_again():
    model = small_model()
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)
    walk(model, optimizer, 1)

    def failing():
        with torch.no_grad():
            model[0].weight += 1
        raise RuntimeError("no memory")

    with pytest.raises(RuntimeError, match="no memory"):
        optimizer.step(failing)
    here = flat_parameters(model)
    walk(model, optimizer, 2)
    assert recorder.steps == 3
    found = recorder.measure(cross_entropy, train=small_loader()).record
    assert found.step == (0, 1, 2)
    assert found.distance[1] == pytest.approx(float((here - flat_parameters(model)).norm()))


def test_parameters_that_the_optimizer_does_not_hold_are_not_part_of_the_path():
    """The head is trained by nobody, the first layer's bias by another optimiser."""
    model = small_model()
    optimizer = sgd(nn.ModuleList([model[1]]))
    bias = torch.optim.SGD([model[0].bias], lr=0.1)
    recorder = PathRecorder(model, optimizer)
    for batch in small_loader():
        model.zero_grad()
        cross_entropy(model, batch).backward()
        optimizer.step()
        bias.step()
    report = recorder.report(score=1.0)
    assert report.parameters == 16
    assert steps_of(recorder) == tuple(range(6))
    assert all(p.requires_grad for p in model.parameters())


def test_groups_added_before_the_first_step_count():
    model = small_model()
    optimizer = torch.optim.SGD(model[0].parameters(), lr=0.1)
    recorder = PathRecorder(model, optimizer)
    for layer in (model[1], model[4]):
        optimizer.add_param_group({"params": list(layer.parameters()), "lr": 0.01})
    walk(model, optimizer, 3)
    found = recorder.measure(cross_entropy, train=small_loader())
    assert recorder.report().parameters == D
    assert found.record.lr == (0.1, 0.1, 0.1)


def test_a_detached_recorder_watches_no_further_and_makes_place_for_another():
    recorder, model = recorded(4)
    recorder.detach()
    optimizer = sgd(model)
    walk(model, optimizer, 2)
    assert recorder.steps == 4
    other = PathRecorder(model, optimizer)
    walk(model, optimizer, 2)
    assert (recorder.steps, other.steps) == (4, 2)


def test_snapshots_beyond_the_memory_are_on_disk_and_the_same(tmp_path):
    on_disk, _ = recorded(30, snapshots=5, snapshot_memory=0, folder=tmp_path)
    in_memory, _ = recorded(30, snapshots=5)
    one, other = (
        r.measure(cross_entropy, train=small_loader(), heldout=small_loader())
        for r in (on_disk, in_memory)
    )
    assert one.record == other.record
    assert len(one.record.step) in (3, 4, 5)
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_trained_is_kept():
    model = small_model()
    model[0].requires_grad_(False)
    optimizer = sgd(nn.ModuleList([model[4]]))
    recorder = PathRecorder(model, optimizer, snapshots=4)
    walk(model, optimizer, 9)
    taken = recorder._observer.taken
    assert len(taken) <= 4
    assert all(s.kept.untyped_storage().nbytes() == 4 * (8 * 3 + 3) for s in taken)


def test_a_training_of_half_precision_is_recorded():
    model = nn.Linear(4, 3).to(torch.bfloat16)
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)

    def loss(model, batch):
        return nn.functional.cross_entropy(model(batch[0].bfloat16()).float(), batch[1])

    for batch in small_loader():
        optimizer.zero_grad()
        loss(model, batch).backward()
        optimizer.step()
    found = recorder.measure(loss, train=small_loader())
    assert np.isfinite(found.record.train.rsi).all()


def test_the_package_has_its_names_and_no_others():
    assert {"PathRecorder", "report_score"} <= set(dir(stablecheck))
    with pytest.raises(AttributeError, match="no attribute 'Recorder'"):
        stablecheck.Recorder  # noqa: B018


def test_weights_are_what_they_were_in_a_copy_too():
    """A deep copy of a watched model is nobody's to watch."""
    recorder, model = recorded(3)
    walk(other := copy.deepcopy(model), sgd(other), 2)
    assert recorder.steps == 3
