"""Data sets of items: read into memory or streamed, pairs or mappings, the same numbers."""

from __future__ import annotations

import sys
from functools import partial

import numpy as np
import pytest
import torch

from stablecheck.candidate import reading
from stablecheck.candidate.data import load_dataset
from stablecheck.candidate.examination import examine
from stablecheck.candidate.inspection import look_at_data
from stablecheck.candidate.prepared import prepare
from stablecheck.candidate.raw import Unread
from stablecheck.candidate.samples import InMemory
from stablecheck.candidate.streaming import Streamed, bytes_of
from stablecheck.candidate.table.declaration import Declaration
from stablecheck.errors import CandidateError, NotVectorizableError
from stablecheck.executors.jobs import examine_candidate
from stablecheck.plan import derive_seeds
from stablecheck.recipe import Treatment
from stablecheck.trial.end_points import EndPoints
from stablecheck.trial.run import run_trial
from stablecheck.trial.together import run_together
from stablecheck.trial.training_data import training_data
from stablecheck.trial.treatment import shuffled_targets

CPU = torch.device("cpu")
SOURCE = """
import random

import numpy as np
import torch
from torch import nn
from torch.utils.data import Dataset, IterableDataset, Subset

rng = np.random.default_rng(0)
X = rng.normal(size=(120, 4)).astype("float32")
Y = (X.sum(1) > 0).astype("int64")

class Pairs(Dataset):
    read = 0
    def __init__(self, rows):
        self.rows = rows
    def __len__(self):
        return len(self.rows)
    def __getitem__(self, index):
        Pairs.read += 1
        return X[self.rows[index]], Y[self.rows[index]]

class Mappings(Pairs):
    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return {"left": x[:2], "right": x[2:], "name": "a row", "wanted": y}

class Labelled(Pairs):
    def __init__(self, rows):
        super().__init__(rows)
        self.targets = Y[rows]

class LabelledMappings(Mappings):
    def __init__(self, rows):
        super().__init__(rows)
        self.targets = Y[rows]

class Amounts(Pairs):
    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return x, y + x[0]

class Small(Labelled):
    def __init__(self, rows):
        super().__init__(rows)
        self.targets = self.targets.astype("uint8")

class Written(Labelled):
    def __init__(self, rows):
        super().__init__(rows)
        self.targets = ["dog" if y else "cat" for y in self.targets]

class Turned(Labelled):
    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return x, 1 - y

class Short(Labelled):
    def __init__(self, rows):
        super().__init__(rows)
        self.targets = self.targets[:3]

class Several(Pairs):
    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return x, torch.tensor([y, 1 - y])

class Augmented(Pairs):
    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return x + 0.1 * torch.randn(4).numpy() + np.random.normal() + random.random(), y

class Texts(Pairs):
    def __getitem__(self, index):
        return X[index], "cat"

class Broken(Pairs):
    def __getitem__(self, index):
        if index == 7:
            raise OSError("truncated file")
        return super().__getitem__(index)

class Ragged(Pairs):
    def __getitem__(self, index):
        return np.zeros(1 + index % 2), 0

class Stream(IterableDataset):
    def __iter__(self):
        return iter([])

def parts(kind):
    return kind(np.arange(80)), kind(np.arange(80, 120))

def pairs(): return parts(Pairs)
def mappings(): return parts(Mappings)
def labelled(): return parts(Labelled)
def labelled_mappings(): return parts(LabelledMappings)
def amounts(): return parts(Amounts)
def small(): return parts(Small)
def written(): return parts(Written)
def turned(): return parts(Turned)
def short(): return parts(Short)
def subsets():
    whole = Labelled(np.arange(120))
    return Subset(whole, range(30, 110)), Subset(Subset(whole, range(20)), [5, 2])
def short_subsets(): return Subset(Short(np.arange(80)), range(60)), Pairs(np.arange(80, 120))
def ragged(): return parts(Ragged)
def several(): return parts(Several)
def augmented(): return parts(Augmented)
def sorted_pairs(): return Pairs(np.argsort(Y[:80])), Pairs(np.arange(80, 120))
def texts(): return parts(Texts)
def broken(): return parts(Broken)
def late(): return Pairs(np.arange(80)), Broken(np.arange(80, 120))
def nothing(): return Pairs(np.arange(0)), Pairs(np.arange(0))
def endless(): return Stream(), Stream()
def arrays(): return X[:80], Y[:80], X[80:], Y[80:]
def named(): return {"left": X[:80, :2]}, Y[:80], {"left": X[80:, :2]}, Y[80:]

def build(outputs=2):
    return nn.Sequential(
        nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, outputs),
    )

def amount(): return build(1)

class Dropping(nn.Module):
    masks = []
    def __init__(self):
        super().__init__()
        self.layers = build()
    def forward(self, x):
        mask = nn.functional.dropout(torch.ones(4), 0.5, training=self.training)
        Dropping.masks.append(mask)
        return self.layers(x * mask)

class ByName(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = build()
    def forward(self, left, right):
        return self.layers(torch.cat([left, right], dim=1))
"""


@pytest.fixture
def recipe_of(make_candidate, tmp_path):
    (tmp_path / "own.py").write_text(SOURCE)

    def make(data, **changes):
        fields = {
            "model": "own.py:build", "model_args": {}, "data": data, "batch_size": 16, "steps": 20,
        }  # fmt: skip
        return make_candidate(**(fields | changes))

    return make


@pytest.fixture
def trial_of(make_spec, tmp_path):
    def run(candidate, **changes):
        prepared = prepare(candidate, (tmp_path,))
        examine(prepared)
        return run_trial(prepared, make_spec(candidate, **changes), CPU, EndPoints(tmp_path / "e"))

    return run


STREAMED = {"streaming": "always"}
BY_NAME = {"model": "own.py:ByName", "target": "wanted", "inputs": ("left", "right")}


AMOUNTS = {"task": "regression", "loss": "mse_loss", "score": "r2", "model": "own.py:amount"}


@pytest.mark.parametrize(
    ("data", "changes"),
    [
        ("own.py:pairs", {}),
        ("own.py:labelled", STREAMED),
        ("own.py:mappings", BY_NAME),
        ("own.py:labelled_mappings", BY_NAME | STREAMED),
    ],
)
@pytest.mark.parametrize("fraction", [1.0, 0.5])
def test_a_trial_is_the_same_however_its_data_is_given(
    recipe_of, trial_of, data, changes, fraction
):
    treatment = {"treatment": Treatment(data_fraction=fraction)}
    expected = trial_of(recipe_of("own.py:arrays"), **treatment)
    assert_alike(trial_of(recipe_of(data, **changes), **treatment), expected)


def test_streamed_targets_that_are_no_classes_need_not_be_known(recipe_of, trial_of):
    half = {"treatment": Treatment(data_fraction=0.5)}
    expected = trial_of(recipe_of("own.py:amounts", **AMOUNTS), **half)
    assert_alike(trial_of(recipe_of("own.py:amounts", **AMOUNTS, **STREAMED), **half), expected)


def assert_alike(found, expected):
    assert (found.status, found.score, found.loss) == ("ok", expected.score, expected.loss)
    assert found.path.train == expected.path.train
    assert found.path.heldout == expected.path.heldout


def test_streamed_labels_may_be_whole_numbers(recipe_of, trial_of):
    labels = {
        "task": "multi_label", "loss": "binary_cross_entropy_with_logits", "score": "f1_macro",
    }  # fmt: skip
    expected = trial_of(recipe_of("own.py:several", **labels))
    found = trial_of(recipe_of("own.py:several", **labels, **STREAMED))
    assert (found.status, found.loss, found.score) == ("ok", expected.loss, expected.score)


def test_streamed_rows_are_those_in_memory_and_read_only_when_asked_for(recipe_of, tmp_path):
    streamed = load_dataset(recipe_of("own.py:pairs", streaming="always"), (tmp_path,))
    held = load_dataset(recipe_of("own.py:pairs"), (tmp_path,))
    assert isinstance(streamed.train, Streamed)
    assert isinstance(held.train, InMemory)
    kind = type(streamed.train.dataset)
    kind.read = 0
    rows = torch.tensor([5, 0, 79])
    for found, expected in zip(streamed.train.take(rows), held.train.take(rows), strict=True):
        assert torch.equal(found, expected)
        assert found.dtype == expected.dtype
    assert kind.read == 3
    assert streamed.sha256 == load_dataset(
        recipe_of("own.py:pairs", streaming="always"), (tmp_path,)
    ).sha256  # fmt: skip


@pytest.mark.parametrize("streaming", ["always", "never"])
def test_randomly_augmented_items_count_as_the_same_data(recipe_of, tmp_path, streaming):
    """The digest is that of the first load, whatever the global generators are at."""
    candidate = recipe_of("own.py:augmented", streaming=streaming)
    digests = set()
    for seed in (0, 1):
        torch.manual_seed(seed)
        dataset = load_dataset(candidate, (tmp_path,))
        dataset.heldout.take(torch.arange(9))
        digests.add(dataset.sha256)
    assert len(digests) == 1
    assert examine_candidate(candidate, (tmp_path,), "cpu").facts.data_sha256 in digests
    row = torch.tensor([3])
    (once, _), (again, _) = dataset.train.take(row), dataset.train.take(row)
    assert torch.equal(once, again) == (streaming == "never")


def test_beyond_the_limit_data_is_streamed_by_itself(recipe_of, tmp_path, monkeypatch):
    """80 rows of 4 float32 and an int64 are 1920 bytes."""
    held = load_dataset(recipe_of("own.py:pairs", streaming="always"), (tmp_path,))
    assert bytes_of(held.train) == 80 * (4 * 4 + 8)
    monkeypatch.setattr(reading, "LARGEST_IN_MEMORY", 1919)
    assert isinstance(load_dataset(recipe_of("own.py:pairs"), (tmp_path,)).train, Streamed)
    monkeypatch.setattr(reading, "LARGEST_IN_MEMORY", 1920)
    assert isinstance(load_dataset(recipe_of("own.py:pairs"), (tmp_path,)).train, InMemory)


def test_a_first_look_at_data_beyond_the_limit_reads_some_rows(recipe_of, tmp_path, monkeypatch):
    """50 rows of 24 bytes are 1200: of sorted ones 50 still show both classes."""
    held = load_dataset(recipe_of("own.py:sorted_pairs", **STREAMED), (tmp_path,))
    kind = type(held.train.dataset)
    look = partial(look_at_data, "own.py:sorted_pairs", {}, Declaration(), (tmp_path,))
    whole = look()
    monkeypatch.setattr(reading, "LARGEST_IN_MEMORY", 1200)
    kind.read = 0
    seen = look()
    assert kind.read == 1 + 50 + 40
    assert (seen.rows, seen.heldout_rows) == (whole.rows, whole.heldout_rows) == (80, 40)
    assert (seen.shape, seen.distinct) == (whole.shape, whole.distinct) == ((4,), 2)
    assert seen.largest_share == pytest.approx(whole.largest_share, abs=0.05)


def test_streamed_data_is_trained_one_by_one(recipe_of, make_spec, tmp_path):
    candidate = recipe_of("own.py:pairs", streaming="always")
    prepared = prepare(candidate, (tmp_path,))
    members = [(prepared, make_spec(candidate, seed)) for seed in (0, 1)]
    with pytest.raises(NotVectorizableError, match="its data is streamed"):
        run_together(members, CPU, EndPoints(tmp_path / "ends"))


def test_several_inputs_are_trained_together_too(recipe_of, make_spec, tmp_path):
    """Each member of an ensemble ends where it ends alone."""
    candidate = recipe_of("own.py:mappings", **BY_NAME)
    prepared = prepare(candidate, (tmp_path,))
    specs = [make_spec(candidate, seed) for seed in (0, 1)]
    together = run_together([(prepared, s) for s in specs], CPU, EndPoints(tmp_path / "a"))
    for spec, found in zip(specs, together, strict=True):
        alone = run_trial(prepared, spec, CPU, EndPoints(tmp_path / "b"))
        assert found.loss == pytest.approx(alone.loss, rel=1e-4)
        np.testing.assert_allclose(found.path.train.rsi, alone.path.train.rsi, rtol=1e-2, atol=1e-4)


@pytest.mark.parametrize("data", ["labelled", "small", "subsets"])
def test_targets_that_a_data_set_holds_are_those_of_its_items(recipe_of, tmp_path, data):
    dataset = load_dataset(recipe_of(f"own.py:{data}", **STREAMED), (tmp_path,))
    for part in (dataset.train, dataset.heldout):
        targets = torch.cat([part.take(torch.tensor([row]))[1] for row in range(len(part))])
        assert torch.equal(part.targets, targets)
        assert part.targets.dtype == targets.dtype


@pytest.mark.parametrize("data", ["pairs", "written", "turned", "short", "short_subsets"])
def test_targets_that_are_not_those_of_the_items_count_as_unknown(recipe_of, tmp_path, data):
    dataset = load_dataset(recipe_of(f"own.py:{data}", **STREAMED), (tmp_path,))
    assert dataset.train.targets is None
    examine(prepare(recipe_of(f"own.py:{data}", **STREAMED), (tmp_path,)))


def test_shuffled_labels_need_targets_in_memory(recipe_of, trial_of):
    refused = trial_of(recipe_of("own.py:pairs", **STREAMED), treatment=Treatment(label_noise=0.5))
    assert refused.status == "failed"
    assert "give the dataset an attribute targets" in refused.message


def test_streamed_labels_are_shuffled_as_those_in_memory(recipe_of, trial_of, make_spec, tmp_path):
    noisy = {"treatment": Treatment(label_noise=0.5)}
    candidate = recipe_of("own.py:labelled", **STREAMED)
    assert_alike(trial_of(candidate, **noisy), trial_of(recipe_of("own.py:arrays"), **noisy))

    prepared = prepare(candidate, (tmp_path,))
    plain = training_data(prepared, make_spec(candidate), CPU)
    data = training_data(prepared, make_spec(candidate, **noisy), CPU)
    parts = torch.split(torch.arange(80), 16)
    targets = torch.cat([y for _, y in data.batches(parts)])
    own = torch.cat([y for _, y in plain.batches(parts)])
    for (x, _), (expected, _) in zip(data.batches(parts), plain.batches(parts), strict=True):
        assert torch.equal(x, expected)
    assert torch.equal(targets, shuffled_targets(own, 0.5, derive_seeds(0).labels))
    assert 0 < int((targets != own).sum()) <= 40


def test_streamed_arms_draw_the_masks_that_arms_in_memory_draw(recipe_of, make_spec, tmp_path):
    """An arm differs from its reference in what the probe varies, and in nothing else."""

    def masks(data, noise, **changes):
        candidate = recipe_of(data, model="own.py:Dropping", **changes)
        prepared = prepare(candidate, (tmp_path,))
        seen = type(prepared.build_model()).masks
        seen.clear()
        spec = make_spec(candidate, treatment=Treatment(label_noise=noise))
        assert run_trial(prepared, spec, CPU, EndPoints(tmp_path / "ends")).status == "ok"
        return torch.stack(seen)

    expected = masks("own.py:arrays", 0.0)
    for noise in (0.0, 0.5):
        assert torch.equal(masks("own.py:labelled", noise, streaming="always"), expected)


@pytest.mark.parametrize(
    ("data", "changes", "field", "message"),
    [
        ("own.py:mappings", {}, "target", "no 'labels' and no 'label'; it has left, right, name"),
        ("own.py:mappings", {"target": "y"}, "target", "no 'y'; it has left, right, name, wanted"),
        ("own.py:mappings", {"target": "wanted"}, "inputs", "'name' holds text"),
        ("own.py:mappings", {"target": "wanted", "inputs": "middle"}, "inputs", "no 'middle'"),
        ("own.py:ragged", {}, "data", r"differ in the shape of 'input', \(1,\) and \(2,\); pad"),
        ("own.py:broken", {}, "data", r"OSError: truncated file \(own.py:\d+\)"),
        ("own.py:broken", STREAMED, "data", r"OSError: truncated file \(own.py:\d+\)"),
        ("own.py:late", STREAMED, "data", r"OSError: truncated file \(own.py:\d+\)"),
        ("own.py:ragged", STREAMED, "data", r"differ in the shape of 'input', \(1,\) and \(2,\)"),
        ("own.py:texts", STREAMED, "target", "the target 'cat' is text; expected numbers"),
        ("own.py:endless", {}, "data", "IterableDataset.*expected a map-style Dataset"),
        ("own.py:nothing", {}, "data", "empty"),
        ("own.py:nothing", {"streaming": "always"}, "data", "empty"),
        ("own.py:named", {}, "model", "unexpected keyword argument 'left'"),
    ],
)
def test_what_cannot_be_read_gets_one_line(recipe_of, tmp_path, data, changes, field, message):
    with pytest.raises(CandidateError, match=message) as caught:
        examine(prepare(recipe_of(data, **changes), (tmp_path,)))
    assert caught.value.field == ("candidate", field)


def test_a_single_row_cannot_be_split_however_it_is_read(recipe_of):
    unread = Unread([(torch.zeros(4), 0)], None)
    with pytest.raises(CandidateError, match=r"the data cannot be split: .*n_samples=1") as caught:
        reading.streamed(unread, recipe_of("own.py:pairs"))
    assert caught.value.field == ("candidate", "validation")


@pytest.fixture
def saved(tmp_path):
    """Folders that the library datasets wrote."""
    datasets = pytest.importorskip("datasets")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(90, 4)).astype("float32")
    rows = {"pixels": x.tolist(), "label": (x.sum(1) > 0).astype(int).tolist(), "id": ["a"] * 90}
    whole = datasets.Dataset.from_dict(rows)
    whole.save_to_disk(str(tmp_path / "whole"))
    parts = {"train": whole.select(range(60)), "test": whole.select(range(60, 90))}
    datasets.DatasetDict(parts).save_to_disk(str(tmp_path / "parts"))
    datasets.DatasetDict({"all": whole}).save_to_disk(str(tmp_path / "odd"))
    return x


def test_folders_of_hugging_face_datasets_are_read(recipe_of, trial_of, saved, tmp_path):
    candidate = recipe_of("parts/", inputs="pixels")
    dataset = load_dataset(candidate, (tmp_path,))
    np.testing.assert_array_equal(dataset.train.inputs, saved[:60])
    np.testing.assert_array_equal(dataset.heldout.inputs, saved[60:])
    assert trial_of(candidate).score > 0.7
    split = load_dataset(recipe_of("whole/", inputs="pixels"), (tmp_path,))
    assert (len(split.train), len(split.heldout)) == (72, 18)
    streamed = recipe_of("whole/", inputs="pixels", streaming="always")
    assert len(load_dataset(streamed, (tmp_path,)).heldout) == 18
    assert trial_of(streamed).status == "ok"


def test_a_folder_without_a_held_out_part_is_refused(recipe_of, saved, tmp_path):
    with pytest.raises(CandidateError, match="has the parts all; expected train and one of"):
        prepare(recipe_of("odd/"), (tmp_path,))


def test_without_the_extra_one_line_says_what_to_install(recipe_of, tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(CandidateError, match=r"pip install 'stablecheck\[huggingface\]'"):
        prepare(recipe_of("folder/"), (tmp_path,))
