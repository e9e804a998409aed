"""A run in a real MLflow store, in a folder; importing MLflow takes seconds, so it is only here."""

from __future__ import annotations

import hashlib
import re
import sys
import warnings

import pytest
from click.testing import CliRunner

from stablecheck.cli.main import group
from stablecheck.exports.mlflow_record import record_of
from tests.exports.folders import write_folder
from tests.report.made_up.scenarios import SCENARIOS

ALLOWED = re.compile(r"[\w\-. :/]{1,250}", re.ASCII)  # what MLflow's documentation allows in a name


@pytest.fixture(scope="module")
def made_up():
    return SCENARIOS["conditional"]()


@pytest.fixture
def folder(made_up, tmp_path):
    folder = write_folder(made_up, tmp_path / "run")
    (folder / "report.html").write_text("<!doctype html>")
    return folder


@pytest.fixture
def uri(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    return (tmp_path / "mlruns").as_uri()


@pytest.fixture
def client(uri):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        yield MlflowClient(tracking_uri=uri)


def export(folder, *options):
    return CliRunner().invoke(group, ["export", "mlflow", str(folder), *options])


def the_run(client, experiment="stablecheck"):
    found = client.get_experiment_by_name(experiment)
    (run,) = client.search_runs([found.experiment_id])
    return run


def test_the_record_has_every_number_of_every_check(any_run):
    record = record_of(any_run)
    metrics = {(metric.name, metric.step): metric.value for metric in record.metrics}
    assert len(metrics) == len(record.metrics)
    for check in any_run.result.checks:
        for name in ("estimate", "low", "high", "threshold"):
            assert metrics.get((f"check/{check.id}/{name}", 0)) == getattr(check, name)
        assert metrics[f"check/{check.id}/passes", 0] == (check.outcome == "pass")


def test_the_record_has_every_score_as_a_step_of_its_arm(any_run):
    scores = [m for m in record_of(any_run).metrics if re.fullmatch("trial/.*/score", m.name)]
    expected = [trial.score for trial in any_run.result.trials if trial.score is not None]
    assert sorted(metric.value for metric in scores) == sorted(expected)


def test_mlflow_takes_every_name_and_none_is_the_beginning_of_another(any_run):
    record = record_of(any_run)
    names = {metric.name for metric in record.metrics}
    for name in (*names, *record.params, *record.tags):
        assert ALLOWED.fullmatch(name), name
    # A store in a folder makes a file of each, so that no name may be the folder of another.
    assert not {other for name in names for other in names if other.startswith(f"{name}/")}


def test_the_recipe_is_there_as_the_checklist_declares_it(made_up):
    params = record_of(made_up).params
    assert params["candidate.model"] == "examples/churn/model.py:build"
    assert params["candidate.optimizer.lr"] == "0.05"
    assert params["candidate.epochs"] == "30"


def test_a_run_of_its_own_has_all_of_it(folder, made_up, uri, client):
    done = export(folder, "--tracking-uri", uri)
    assert done.exit_code == 0, done.output
    run = the_run(client)
    assert run.info.run_id in done.output
    assert run.info.run_name == made_up.result.run.id
    assert run.info.status == "FINISHED"
    assert run.data.tags["stablecheck.verdict"] == "CONDITIONAL_GO"
    digest = hashlib.sha256(made_up.result_bytes).hexdigest()
    assert run.data.tags["stablecheck.result_sha256"] == digest
    record = record_of(made_up)
    assert run.data.params == dict(record.params)
    assert set(run.data.metrics) == {metric.name for metric in record.metrics}
    history = client.get_metric_history(run.info.run_id, "trial/seeds/base/score")
    seeds = [t for t in made_up.result.trials if (t.probe, t.arm) == ("seeds", "base")]
    assert [(m.step, m.value) for m in sorted(history, key=lambda m: m.step)] == [
        (step, trial.score) for step, trial in enumerate(seeds)
    ]


def test_the_reports_that_there_are_become_artefacts(folder, uri, client):
    export(folder, "--tracking-uri", uri)
    paths = {
        file.path for file in client.list_artifacts(the_run(client).info.run_id, "stablecheck")
    }
    names = {"result.json", "checklist.yaml", "report.html"}
    assert paths == {f"stablecheck/{name}" for name in names}


def test_logging_it_again_makes_no_second_run_and_no_second_numbers(folder, uri, client):
    for _ in range(2):
        assert export(folder, "--tracking-uri", uri).exit_code == 0
    run = the_run(client)
    history = client.get_metric_history(run.info.run_id, "check/reproducible/estimate")
    assert len(history) == 1


def test_the_run_that_trained_the_model_keeps_what_it_has(folder, uri, client):
    training = client.create_run(client.create_experiment("training"))
    client.log_param(training.info.run_id, "candidate.epochs", "31")
    options = ("--tracking-uri", uri, "--run-id", training.info.run_id)
    assert export(folder, *options).exit_code == 0
    run = client.get_run(training.info.run_id)
    assert run.data.params["candidate.epochs"] == "31"
    assert run.data.params["candidate.optimizer.lr"] == "0.05"
    assert run.data.tags["stablecheck.verdict"] == "CONDITIONAL_GO"
    assert run.info.status == "RUNNING"


def test_a_registered_model_version_is_tagged(folder, uri, client):
    client.create_registered_model("churn")
    client.create_model_version("churn", "file:///nowhere")
    done = export(folder, "--tracking-uri", uri, "--model-version", "models:/churn/1")
    assert done.exit_code == 0, done.output
    assert "tagged      churn/1" in done.output
    tags = client.get_model_version("churn", "1").tags
    assert tags["stablecheck.verdict"] == "CONDITIONAL_GO"
    assert tags["stablecheck.checklist"] == "churn-mlp"


def test_a_model_version_that_there_is_not_is_refused_before_anything_is_logged(
    folder, uri, client
):
    done = export(folder, "--tracking-uri", uri, "--model-version", "churn/3")
    assert done.exit_code == 1
    expected = f"MLflow at {uri} refuses: Registered Model with name=churn not found\n"
    assert done.output == expected
    assert client.get_experiment_by_name("stablecheck") is None


@pytest.mark.parametrize("given", ["churn", "churn/latest", "/3"])
def test_what_is_no_name_and_version_is_refused(folder, uri, given):
    done = export(folder, "--tracking-uri", uri, "--model-version", given)
    assert done.exit_code == 2
    assert f"{given!r} is not NAME/VERSION, such as churn/3" in " ".join(done.output.split())


def test_a_run_that_there_is_not_is_one_line(folder, uri):
    done = export(folder, "--tracking-uri", uri, "--run-id", "0f3c")
    assert (done.exit_code, done.output) == (1, f"MLflow at {uri} refuses: Run '0f3c' not found\n")


def test_a_folder_as_a_store_is_refused_with_the_variable_that_allows_it(folder, uri, monkeypatch):
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE")
    done = export(folder, "--tracking-uri", uri)
    told = "takes no folder: name a server, or set MLFLOW_ALLOW_FILE_STORE=true"
    assert (done.exit_code, done.output) == (1, f"MLflow at {uri} {told}\n")


def test_a_server_that_cannot_be_reached_is_one_line(folder, uri):
    done = export(folder, "--tracking-uri", "http://127.0.0.1:9")
    assert done.exit_code == 1
    assert done.output == (
        "MLflow at http://127.0.0.1:9 cannot be reached; start it, or give its address with "
        "--tracking-uri\n"
    )


@pytest.mark.parametrize("address", ["sqlite:", "postgresql://x", "ftp://x"])
def test_an_address_that_mlflow_does_not_take_is_one_line(folder, uri, address):
    """The extra brings mlflow-skinny, which knows no databases."""
    done = export(folder, "--tracking-uri", address)
    assert done.exit_code == 1
    assert done.output == (
        f"MLflow at {address} cannot be used; expected a server, such as http://localhost:5000; "
        "for a database install the whole of MLflow: pip install mlflow\n"
    )


def test_without_mlflow_one_line_says_how_to_install_it(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    done = export(folder)
    assert done.exit_code == 1
    assert done.output == (
        "MLflow is not installed; install it with: pip install 'stablecheck[mlflow]'\n"
    )


def test_what_is_no_run_is_one_line(tmp_path, uri):
    done = export(tmp_path, "--tracking-uri", uri)
    assert done.exit_code == 1
    assert "not a finished run: no readable result.json" in done.output
