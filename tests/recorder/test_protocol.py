"""What a run asks of a script, and what the script reports through the recorder."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import stablecheck
from stablecheck.errors import RecorderError
from stablecheck.trial.protocol import TrialRecord
from stablecheck.trial.snapshots import flat_parameters
from tests.recorder.loops import D, cross_entropy, recorded, small_loader

FACTS = {"n_train": None, "n_heldout": None, "batch_size": None}


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Write a request as the runner does; keyword arguments replace fields."""

    def ask(**changes):
        measuring = {
            "snapshots": 4, "batches": 2, "sources": ["train", "heldout"], "exclude_tail": 0.25,
        } | changes.pop("measuring", {})  # fmt: skip
        content = {
            "schema": "stablecheck-trial/1", "seed": 7, "record": str(tmp_path / "record.json"),
            "end_point": None, "cross_seed_end_point": None, "cross_seed_trial": None,
            "measuring": measuring,
        }  # fmt: skip
        file = tmp_path / "request.json"
        file.write_text(json.dumps(content | changes))
        monkeypatch.setenv("STABLECHECK_TRIAL", str(file))

    return ask


@pytest.fixture
def written(tmp_path):
    """Read the record that was written, as plain JSON."""
    return lambda name="record.json": json.loads((tmp_path / name).read_text())


def test_the_request_says_what_is_measured_and_where_the_record_goes(asked, written):
    asked()
    recorder, _ = recorded(9)
    found = recorder.measure(cross_entropy, train=small_loader(), heldout=small_loader(30))
    record = recorder.report(score=0.75, loss=1.5)
    assert TrialRecord.model_validate_json(json.dumps(written())) == record
    content = written()
    assert content["schema"] == "stablecheck-record/1"
    assert (content["status"], content["score"], content["loss"]) == ("ok", 0.75, 1.5)
    assert (content["steps"], content["parameters"]) == (9, D)
    assert content["facts"] == {"n_train": 60, "n_heldout": 30, "batch_size": 10}
    assert content["measuring_seconds"] > 0
    assert content["path"]["step"] == [0, 4, 8]
    assert np.shape(content["path"]["train"]["rsi"]) == (3, 2)
    assert content["path"]["total_steps"] == 9
    assert content["measures"]["path.rsi"] == pytest.approx(
        np.median([content["path"]["train"]["rsi"][place] for place in (0, 1)])
    )
    assert {n: v for n, v in found.measures.items() if np.isfinite(v)} == {
        n: v for n, v in content["measures"].items() if v is not None
    }
    assert "NaN" not in json.dumps(content)


def test_the_caller_may_ask_for_more_than_the_request(asked, written):
    asked()
    recorder, _ = recorded(9, snapshots=9)
    recorder.measure(cross_entropy, train=small_loader(), batches=3, exclude_tail=0.0, seed=1)
    recorder.report(score=1.0)
    assert np.shape(written()["path"]["train"]["rsi"]) == (9, 3)


def test_only_the_sources_that_are_asked_for_are_measured(asked, written):
    asked(measuring={"sources": ["heldout"]})
    recorder, _ = recorded()
    recorder.measure(cross_entropy, train=small_loader(), heldout=small_loader())
    recorder.report(score=1.0)
    assert written()["path"]["train"] is None
    assert written()["path"]["heldout"] is not None
    assert written()["notes"] == []


def test_a_source_without_batches_is_remarked(asked, written):
    asked()
    recorder, _ = recorded()
    recorder.measure(cross_entropy, train=small_loader())
    recorder.report(score=1.0)
    note = "heldout was not measured: the recorder was given no heldout batches"
    assert written()["notes"] == [note]


def test_the_end_point_is_left_and_the_other_seeds_taken(asked, written, tmp_path):
    other = np.linspace(-1, 1, D, dtype=np.float32)
    np.save(tmp_path / "other.npy", other)
    asked(
        end_point=str(tmp_path / "own.npy"),
        cross_seed_end_point=str(tmp_path / "other.npy"),
        cross_seed_trial="seeds-base-s0",
    )
    recorder, model = recorded()
    start = recorder._observer.taken[0].parameters.numpy()
    recorder.measure(cross_entropy, train=small_loader())
    recorder.report(score=1.0)
    own = np.load(tmp_path / "own.npy", allow_pickle=False)
    assert own.dtype == np.float32
    np.testing.assert_array_equal(own, flat_parameters(model).numpy())
    path = written()["path"]
    assert path["cross_seed_trial"] == "seeds-base-s0"
    assert path["cross_seed_distance"][0] == pytest.approx(float(np.linalg.norm(start - other)))
    assert "path.cross_seed.rsi" in written()["measures"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "other.npy", "own.npy", "record.json", "request.json",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [None, np.zeros(3), "torn"])
def test_an_end_point_of_another_seed_that_is_of_no_use_is_remarked(
    content, asked, written, tmp_path
):
    file = tmp_path / "other.npy"
    if isinstance(content, str):
        file.write_text(content)
    elif content is not None:
        np.save(file, content)
    asked(cross_seed_end_point=str(file), cross_seed_trial="seeds-base-s0")
    recorder, _ = recorded()
    recorder.measure(cross_entropy, train=small_loader(), heldout=small_loader())
    recorder.report(score=1.0)
    assert written()["path"]["cross_seed"] is None
    note = "cross_seed was not measured: seeds-base-s0 left no end point of this training's size"
    assert written()["notes"] == [note]


def test_a_training_that_diverged_has_neither_path_nor_end_point(asked, written, tmp_path):
    asked(end_point=str(tmp_path / "own.npy"))
    recorder, _ = recorded()
    recorder.measure(cross_entropy, train=small_loader())
    recorder.report(diverged=True)
    content = written()
    assert (content["status"], content["score"], content["path"]) == ("diverged", None, None)
    assert content["measures"] == {}
    assert not (tmp_path / "own.npy").exists()


def test_a_score_that_is_not_a_number_is_null(asked, written):
    asked()
    recorder, _ = recorded()
    recorder.report(score=float("nan"), loss=float("inf"))
    assert (written()["score"], written()["loss"], written()["path"]) == (None, None, None)


def test_outside_of_a_run_nothing_is_written_but_where_the_caller_says(tmp_path, monkeypatch):
    monkeypatch.delenv("STABLECHECK_TRIAL", raising=False)
    monkeypatch.chdir(tmp_path)
    recorder, _ = recorded()
    recorder.measure(cross_entropy, train=small_loader())
    record = recorder.report(score=np.float32(0.5))
    assert list(tmp_path.iterdir()) == []
    assert recorder.report(score=0.5, to="mine.json") == record
    assert TrialRecord.model_validate_json((tmp_path / "mine.json").read_bytes()) == record
    assert [p.name for p in tmp_path.iterdir()] == ["mine.json"]


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    recorder, _ = recorded()
    with pytest.raises(RecorderError, match=r"mine\.json cannot be written \(No such file or dir"):
        recorder.report(score=0.5, to=tmp_path / "nowhere" / "mine.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "not the request of a trial .No such file or directory.; expected a file that sta"),
        ("{", "not the request of a trial .the file: Invalid JSON"),
        ('{"schema": "stablecheck-trial/2"}', "not the request of a trial .schema: Input should"),
    ],
)
def test_a_request_that_cannot_be_read_is_one_line(content, message, tmp_path, monkeypatch):
    file = tmp_path / "request.json"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("STABLECHECK_TRIAL", str(file))
    with pytest.raises(RecorderError, match=message) as error:
        recorded()
    assert "\n" not in str(error.value)
    with pytest.raises(RecorderError, match="unset the variable where no run starts this process"):
        stablecheck.report_score(1.0)


def test_a_score_alone_is_a_record(asked, written):
    assert stablecheck.report_score(0.5).score == 0.5
    asked()
    record = stablecheck.report_score(0.5, loss=2)
    assert TrialRecord.model_validate_json(json.dumps(written())) == record
    assert written() == {
        "schema": "stablecheck-record/1", "status": "ok", "score": 0.5, "loss": 2.0, "steps": 0,
        "parameters": 0, "measuring_seconds": 0.0, "measures": {}, "notes": [], "path": None,
        "facts": FACTS,
    }  # fmt: skip


def test_a_script_without_torch_reports_its_score_without_torch(asked, written):
    asked()
    script = (
        "import sys, stablecheck\n"
        "stablecheck.report_score(0.5)\n"
        "assert 'torch' not in sys.modules, 'torch was loaded'"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=os.environ.copy())
    assert written()["score"] == 0.5
