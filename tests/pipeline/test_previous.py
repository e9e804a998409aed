"""What a run keeps of the last run of its checklist; the runs are made up."""

import pytest

from stablecheck.pipeline.previous import previous
from stablecheck.result import Result
from stablecheck.store import DecidedRun, RunFolder
from tests.comparison.made_up import as_json, decided, folder_of, made_up, sha256, small


@pytest.fixture(scope="module")
def run():
    return made_up()


def since(output, run):
    return previous(RunFolder(output / "churn-mlp-now"), DecidedRun(run.result, run.checklist))


def test_the_first_run_of_a_checklist_has_no_previous_one(tmp_path, run):
    assert since(tmp_path / "runs", run) is None
    folder_of(run, tmp_path, "churn-mlp-now")
    assert since(tmp_path, run) is None


def test_the_last_to_finish_is_the_previous_one_whenever_it_began(tmp_path, run):
    folder = folder_of(run, tmp_path, "churn-mlp-a", finished="2026-11-24T10:00:00+00:00")
    folder_of(run, tmp_path, "churn-mlp-b", finished="2026-11-24T09:00:00+00:00")
    found = since(tmp_path, run)
    assert (found.id, found.finished) == ("churn-mlp-a", "2026-11-24T10:00:00+00:00")
    assert (found.version, found.decision) == ("1.2.0", "GO")
    assert found.result_sha256 == sha256(folder / "result.json")
    assert found.changes.trainings.relation == "repeated"


def test_what_was_edited_and_what_came_of_it_survives_in_the_result(tmp_path, run):
    folder_of(run, tmp_path, "churn-mlp-a")
    worse = made_up(small(version="1.3.0"), score=0.94)
    found = since(tmp_path, worse)
    facts = worse.result.run.model_copy(update={"previous": found})
    kept = decided(worse, run=facts).result
    assert Result.model_validate_json(as_json(kept)).run.previous == found
    assert [key.path for key in found.changes.checklist] == ["version"]
    assert found.changes.verdict.direction == "worse"
    assert found.changes.score.direction == "worse"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("another-name", {}),
        ("churn-mlp-cut-short", {"complete": False, "finished": "9999"}),
    ],
)
def test_other_folders_and_runs_that_are_not_over_are_passed_over(tmp_path, run, name, changes):
    folder_of(run, tmp_path, name, **changes)
    assert since(tmp_path, run) is None


def test_a_run_that_a_check_ended_is_over(tmp_path, run):
    folder_of(run, tmp_path, "churn-mlp-a", complete=False, aborted_by="reproducible")
    assert since(tmp_path, run).id == "churn-mlp-a"


def test_another_checklist_whose_name_gives_the_same_folder_is_not_taken(tmp_path, run):
    folder_of(made_up(small(name="churn mlp")), tmp_path, "churn-mlp-a")
    assert since(tmp_path, run) is None


def test_nothing_that_lies_there_costs_the_run(tmp_path, run):
    folder_of(run, tmp_path, "churn-mlp-good", finished="2026-01-01T00:00:00+00:00")
    (folder_of(run, tmp_path, "churn-mlp-torn") / "result.json").write_bytes(b'{"schema": "stab')
    (folder_of(run, tmp_path, "churn-mlp-edited") / "checklist.yaml").write_text("name: other\n")
    (folder_of(run, tmp_path, "churn-mlp-gone") / "checklist.yaml").unlink()
    (tmp_path / "churn-mlp-file").write_text("no folder")
    assert since(tmp_path, run).id == "churn-mlp-good"


def test_an_older_result_without_previous_is_still_read(run):
    assert b'"previous":null' in as_json(run.result)
    older = as_json(run.result).replace(b',"previous":null', b"")
    assert Result.model_validate_json(older) == run.result
