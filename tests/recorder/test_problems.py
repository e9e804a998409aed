"""Everything that can be wrong with a loop, its loss or its loaders is one clear line."""

import numpy as np
import pytest
import torch
from torch import nn

import stablecheck
from stablecheck import PathRecorder
from stablecheck.errors import RecorderError
from tests.recorder.loops import cross_entropy, recorded, sgd, small_loader, small_model, walk


def measured(loss=cross_entropy, train=None, **options):
    recorder, _ = recorded(4)
    return recorder.measure(loss, train=small_loader() if train is None else train, **options)


def one_line(error):
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("model", "optimizer", "message"),
    [
        (lambda m: m.state_dict(), sgd, "given a OrderedDict as its model; expected the torch.nn"),
        (lambda m: m, lambda m: [sgd(m)], "given a list as its optimizer; expected one torch.opti"),
        (lambda m: small_model(), sgd, "trains no parameter of the model; .* from this very model"),
        (lambda m: m.requires_grad_(False), sgd, "trains no parameter of the model"),
        (lambda m: m[0], sgd, "trains 4 parameters that are not the model's; expected all of them"),
    ],
)
def test_a_model_and_an_optimizer_that_do_not_fit_are_refused_at_once(model, optimizer, message):
    trained = small_model()
    with pytest.raises(RecorderError, match=message) as error:
        PathRecorder(model(trained), optimizer(trained))
    one_line(error)


def test_an_optimizer_without_a_learning_rate_is_refused():
    class Plain(torch.optim.Optimizer):
        def __init__(self, parameters):
            super().__init__(parameters, {})

    model = small_model()
    with pytest.raises(RecorderError, match="Plain has no learning rate; expected an lr in its"):
        PathRecorder(model, Plain(model.parameters()))


def test_a_model_without_shapes_is_refused():
    model = nn.LazyLinear(3)
    with pytest.raises(RecorderError, match="it has no shape yet; run one batch through the model"):
        PathRecorder(model, torch.optim.SGD(model.parameters(), lr=0.1))


def test_complex_parameters_are_refused():
    model = nn.ParameterList([torch.ones(2, dtype=torch.complex64)])
    with pytest.raises(
        RecorderError, match=r"0: it is torch.complex64; expected real floating-poi"
    ):
        PathRecorder(model, sgd(model))


def test_a_model_on_several_devices_is_refused():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2, device="meta"))
    with pytest.raises(RecorderError, match=r"1\.weight: it is on meta, others on cpu; expected o"):
        PathRecorder(model, sgd(model))


@pytest.mark.parametrize("option", ["snapshots", "total_steps"])
def test_a_number_that_must_be_positive_says_so(option):
    model = small_model()
    with pytest.raises(RecorderError, match=f"{option} is 0; expected 1 at least"):
        PathRecorder(model, sgd(model), **{option: 0})


def test_two_recorders_on_one_optimizer_are_refused():
    model = small_model()
    optimizer = sgd(model)
    PathRecorder(model, optimizer)
    with pytest.raises(RecorderError, match="has a recorder already; expected one; detach"):
        PathRecorder(model, optimizer)


def test_a_loop_that_never_stepped_is_told_so():
    with pytest.raises(RecorderError, match="has taken no step since the recorder was made"):
        recorded(0)[0].measure(cross_entropy, train=small_loader())


def test_weights_that_never_moved_are_told_so():
    model = small_model()
    optimizer = sgd(model, lr=0.0)
    recorder = PathRecorder(model, optimizer)
    walk(model, optimizer, 3)
    with pytest.raises(RecorderError, match=r"the weights never moved: .*; look at the learning r"):
        recorder.measure(cross_entropy, train=small_loader())


def test_weights_that_are_not_finite_are_told_so_and_reported_as_diverged():
    model = small_model()
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)
    walk(model, optimizer, 2)
    assert not recorder.diverged
    nn.init.constant_(model[0].bias, torch.nan)
    assert recorder.diverged
    with pytest.raises(RecorderError, match=r"not finite, .*; look at recorder\.diverged first"):
        recorder.measure(cross_entropy, train=small_loader())
    record = recorder.report(score=0.5)
    assert (record.status, record.path, record.steps) == ("diverged", None, 2)


def test_a_training_that_unfreezes_on_the_way_goes_on_and_is_told_at_the_end():
    model = small_model()
    model[0].requires_grad_(False)
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)
    walk(model, optimizer, 2)
    model[0].requires_grad_(True)
    walk(model, optimizer, 2)
    assert recorder.steps == 4
    message = r"changed during the training: 0\.weight was not among them at the first step, and h"
    with pytest.raises(RecorderError, match=message):
        recorder.measure(cross_entropy, train=small_loader())
    assert recorder.report(score=0.5).score == 0.5


def test_a_model_whose_parameters_are_made_anew_is_told():
    model = small_model()
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)
    walk(model, optimizer, 2)
    model[4] = nn.Linear(8, 5)
    optimizer.param_groups[0]["params"] = list(model.parameters())
    walk(model, optimizer, 1)
    message = r"4\.weight had shape \(3, 8\) at the first step, and had shape \(5, 8\) at step"
    with pytest.raises(RecorderError, match=message) as error:
        recorder.measure(cross_entropy, train=small_loader())
    one_line(error)


def test_a_model_that_is_replaced_is_told():
    model = small_model()
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)
    walk(model, optimizer, 2)
    optimizer.param_groups[0]["params"] = list(small_model().parameters())
    walk(model, optimizer, 1)
    with pytest.raises(RecorderError, match="trains no parameter of the model"):
        recorder.measure(cross_entropy, train=small_loader())


def test_a_disk_without_room_ends_the_training_before_its_first_step(tmp_path):
    model = small_model()
    optimizer = sgd(model)
    PathRecorder(model, optimizer, snapshot_memory=0, folder=tmp_path / "nowhere")
    with pytest.raises(RecorderError, match=r"no room for 40 snapshots of 332 bytes \(.*No such"):
        walk(model, optimizer, 1)


def test_a_model_that_cannot_be_copied_is_told():
    model = small_model()
    optimizer = sgd(model)
    recorder = PathRecorder(model, optimizer)
    walk(model, optimizer, 2)
    model.last = model(torch.ones(3, 4))
    with pytest.raises(RecorderError, match=r"cannot be copied to be measured .* keep no results"):
        recorder.measure(cross_entropy, train=small_loader())


def generator():
    yield from small_loader()


@pytest.mark.parametrize(
    ("train", "message"),
    [
        (generator(), "train is a generator, which cannot be gone through again; expected a DataL"),
        (iter(small_loader()), "train is a .*Iter, which cannot be gone through again"),
        (3, "train is a int, which cannot be gone through again"),
        ([], "train has no batch; expected one at least each time it is gone through"),
    ],
)
def test_batches_that_cannot_be_had_again_are_refused(train, message):
    with pytest.raises(RecorderError, match=message) as error:
        measured(train=train)
    one_line(error)


def test_batches_that_run_out_are_told_so():
    class Once:
        def __init__(self):
            self.left = iter(small_loader())

        def __iter__(self):
            return self.left

    with pytest.raises(RecorderError, match="train has no batch; expected one at least each time"):
        measured(train=Once())


def test_without_any_batches_there_is_nothing_to_measure():
    with pytest.raises(RecorderError, match="nothing to measure on; expected a loader of batches"):
        recorded(4)[0].measure(cross_entropy)


OUTSIDE = small_model()


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (lambda m, b: cross_entropy(m, b).item(), "returned a float; expected a scalar tensor"),
        (lambda m, b: None, "returned a NoneType; expected a scalar tensor"),
        (lambda m, b: m(b[0]), r"a tensor of shape \(10, 3\); expected a scalar, .*; take its m"),
        (lambda m, b: cross_entropy(m, b).detach(), "without gradient; expected .* leave out"),
        (lambda m, b: cross_entropy(OUTSIDE, b), "does not depend on the model that loss"),
        (lambda m, b: cross_entropy(m, b) * torch.nan, "loss of train batch 0 is nan at .* step 0"),
    ],
)
def test_a_loss_of_which_no_gradient_can_be_taken_is_told(loss, message):
    with pytest.raises(RecorderError, match=message) as error:
        measured(loss)
    one_line(error)


def test_what_the_loss_itself_raises_is_raised():
    def loss(model, batch):
        raise KeyError("labels")

    with pytest.raises(KeyError, match="labels"):
        measured(loss)


def test_sparse_gradients_are_told():
    model = nn.Sequential(nn.EmbeddingBag(5, 3, sparse=True))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    recorder = PathRecorder(model, optimizer)
    batch = (torch.tensor([[0, 1], [2, 4]]), torch.tensor([0, 1]))
    cross_entropy(model, batch).backward()
    optimizer.step()
    with pytest.raises(RecorderError, match=r"gradient of 0\.weight is sparse; expected a dense"):
        recorder.measure(cross_entropy, train=[batch])


def test_an_end_point_of_another_model_is_refused():
    with pytest.raises(RecorderError, match=r"other_end_point has shape \(3,\); expected \(83,\)"):
        measured(other_end_point=[1.0, 2.0, 3.0])


def test_a_number_of_batches_must_be_positive():
    with pytest.raises(RecorderError, match="batches is 0; expected 1 at least"):
        measured(batches=0)


def test_a_tail_must_be_a_share():
    with pytest.raises(RecorderError, match=r"exclude_tail is 1\.5; expected a share, 0 or more"):
        measured(exclude_tail=1.5)


def test_a_training_longer_than_it_was_said_to_be_is_remarked():
    recorder, _ = recorded(6, total_steps=4)
    found = recorder.measure(cross_entropy, train=small_loader())
    assert found.record.step == (0, 1, 2, 3)
    assert found.notes == (
        "the snapshots end at step 3: the training took 6 steps, and the recorder was told 4",
    )


def test_several_weight_decays_have_no_measures_of_their_own_and_are_remarked():
    model = small_model()
    groups = [
        {"params": list(model[0].parameters()), "weight_decay": 0.1},
        {"params": [*model[1].parameters(), *model[4].parameters()]},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    recorder = PathRecorder(model, optimizer)
    walk(model, optimizer, 3)
    found = recorder.measure(cross_entropy, train=small_loader())
    assert not any("weight_decay" in name for name in found.measures)
    assert found.notes == (
        "weight_decay was not measured: the optimizer has several weight decays",
    )


def test_a_held_out_loss_that_fails_costs_its_two_measures_and_not_the_path():
    """Detectors give a loss in training mode alone."""

    def loss(model, batch):
        if not model.training:
            raise RuntimeError("no loss in evaluation mode")
        return cross_entropy(model, batch)

    recorder, _ = recorded()
    found = recorder.measure(loss, train=small_loader(), heldout=small_loader(30))
    assert "loss_ratio" not in found.measures
    assert np.isfinite(found.measures["path.heldout.rsi"])
    assert any("no loss in evaluation mode" in note for note in found.notes)


def test_held_out_batches_without_an_end_are_measured_as_far_as_they_are_asked_for():
    class Endless:
        def __iter__(self):
            while True:
                yield from small_loader(30)

    recorder, _ = recorded()
    found = recorder.measure(cross_entropy, heldout=Endless())
    assert np.isfinite(found.measures["path.heldout.rsi"])
    assert "loss_ratio" not in found.measures


def test_a_score_that_is_no_number_is_refused_at_once():
    with pytest.raises(RecorderError, match="the score is nan; expected a finite number"):
        stablecheck.report_score(float("nan"))
