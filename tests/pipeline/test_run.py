"""The main job in this process: what a run folder holds, and that nothing is done twice."""

import hashlib
import json
import math
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stablecheck import store
from stablecheck.errors import (
    FontNotInstalledError,
    InvalidChecklistError,
    NativeLibraryError,
    OutputFolderError,
    ReportError,
    RunInterruptedError,
    RunLockedError,
)
from stablecheck.pipeline import reports
from stablecheck.pipeline.options import Observer, Options
from stablecheck.pipeline.preparation import code_digest
from stablecheck.pipeline.run import run
from stablecheck.report import fonts

FILES = {
    "checklist.yaml",
    "plan.json",
    "result.json",
    "report.pdf",
    "report.html",
    "junit.xml",
    "summary.md",
    "log.jsonl",
}


README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture
def options(tmp_path):
    return Options(output=tmp_path / "runs")


class Watcher(Observer):
    """Counts trials, and stops the run after some of them."""

    def __init__(self, stop_after=math.inf):
        self.trained = []
        self.kept = None
        self.stop_after = stop_after

    def planned(self, plan, kept, examination, folder):
        self.kept = [trial.id for trial in kept]

    def finished(self, trial):
        self.trained.append(trial.id)
        if len(self.trained) == self.stop_after:
            raise KeyboardInterrupt


def test_the_readme_names_every_file_of_a_run_folder(loaded, options):
    section = README.read_text().split("\n## The run folder\n")[1]
    listed = re.findall(r"`([^`]+)`", section.split(" holds ")[1].split(". The PDF")[0])
    folder = run(loaded(), replace(options, executor="processes")).folder
    files = {path.name for path in folder.iterdir() if path.is_file()}
    assert sorted(listed) == sorted(files | {"trials/ID.json"})


def test_a_run_folder_holds_every_file_and_its_digests_fit(loaded, options):
    finished = run(loaded(), options)
    folder = finished.folder
    assert {path.name for path in folder.iterdir() if path.is_file()} >= FILES
    result = json.loads((folder / "result.json").read_text(), parse_constant=pytest.fail)
    digest = hashlib.sha256((folder / "checklist.yaml").read_bytes()).hexdigest()
    assert result["checklist"]["sha256"] == digest
    assert len(result["trials"]) == 5
    for trial in result["trials"]:
        content = (folder / "trials" / f"{trial['id']}.json").read_bytes()
        assert trial["sha256"] == hashlib.sha256(content).hexdigest()
        path = json.loads(content, parse_constant=pytest.fail)["path"]
        assert path["step"] == [0, 5, 10, 15]
        for source in ("train", "heldout"):
            rsi, eb, cos = (np.array(path[source][k]) for k in ("rsi", "eb", "alignment"))
            np.testing.assert_allclose(rsi, eb * cos, rtol=1e-6)
    assert not (folder / "end-points").exists()


def test_equal_trainings_of_two_probes_are_one_trial_that_serves_both(loaded, options):
    result = run(loaded(), options).result
    reference = next(arm for arm in result.probes["lr"].arms if arm.reference)
    assert reference.trials == result.probes["seeds"].arms[0].trials[:2]


def test_an_interrupted_run_goes_on_where_it_stopped(loaded, options):
    checklist = loaded()
    with pytest.raises(RunInterruptedError, match=r"stopped after 2 of 5 trials.*--resume"):
        run(checklist, options, Watcher(stop_after=2))
    (folder,) = options.output.iterdir()
    before = {path.name: path.read_bytes() for path in (folder / "trials").iterdir()}
    watcher = Watcher()
    finished = run(checklist, Options(output=options.output, resume=True), watcher)
    assert finished.folder == folder
    assert sorted(watcher.kept) == sorted(name.removesuffix(".json") for name in before)
    assert len(watcher.trained) == 3
    assert all((folder / "trials" / name).read_bytes() == old for name, old in before.items())
    undisturbed = run(checklist, options).result
    assert content(finished.result) == content(undisturbed)
    assert finished.result.run.previous is None
    assert undisturbed.run.previous.id == folder.name
    assert undisturbed.run.previous.changes.trainings.relation == "repeated"


def content(result):
    """A result without its times and what contains them."""
    document = result.model_dump(exclude={"run"})
    for trial in document["trials"]:
        del trial["seconds"], trial["sha256"]
    return document


def test_a_changed_model_is_another_candidate_and_is_trained_again(loaded, options):
    checklist = loaded()
    with pytest.raises(RunInterruptedError, match="stopped after 2 of 5"):
        run(checklist, options, Watcher(stop_after=2))
    model = checklist.folder / "model.py"
    model.write_text(model.read_text() + "\n# another candidate\n")
    watcher = Watcher()
    run(checklist, Options(output=options.output, resume=True), watcher)
    assert watcher.kept == []
    assert len(watcher.trained) == 5


def test_a_torn_trial_is_trained_again(loaded, options):
    checklist = loaded()
    with pytest.raises(RunInterruptedError, match="stopped after 2 of 5"):
        run(checklist, options, Watcher(stop_after=2))
    torn = next(options.output.glob("*/trials/*.json"))
    torn.write_bytes(torn.read_bytes()[:100])
    watcher = Watcher()
    finished = run(checklist, Options(output=options.output, resume=True), watcher)
    assert torn.stem in watcher.trained
    assert finished.result.run.complete


def test_a_run_that_another_process_holds_is_not_resumed(loaded, options):
    checklist = loaded()
    with pytest.raises(RunInterruptedError, match="stopped"):
        run(checklist, options, Watcher(stop_after=1))
    held = store.unfinished(options.output, checklist.sha256)
    with held.locked(), pytest.raises(RunLockedError, match="being written by another"):
        run(checklist, Options(output=options.output, resume=True))


def test_out_of_time_the_run_is_incomplete_and_never_go(loaded, options):
    changed = ("run: {executor: inline}", "run: {executor: inline, max_cost: 0.001s}")
    finished = run(loaded(changed), options)
    assert finished.result.verdict.decision == "INCONCLUSIVE"
    assert finished.result.checks[0].error in ("NO_TRIALS", "TRIALS_MISSING")
    assert not finished.result.run.complete
    assert finished.result.verdict.next_steps[0].code == "RESUME_RUN"


def test_a_full_disk_ends_the_run_and_keeps_what_was_written(loaded, options, monkeypatch):
    checklist, synced, sync = loaded(), [], os.fsync

    def full_after_five(file):
        synced.append(file)
        if len(synced) > 5:
            raise OSError(28, "No space left on device")
        sync(file)

    monkeypatch.setattr(os, "fsync", full_after_five)
    with pytest.raises(OutputFolderError, match="the disk is full; free some space"):
        run(checklist, options)
    monkeypatch.undo()
    watcher = Watcher()
    finished = run(checklist, Options(output=options.output, resume=True), watcher)
    assert len(watcher.kept) == 3
    assert finished.result.run.complete


def test_without_pango_the_report_is_html_with_a_warning(loaded, options, monkeypatch):
    def missing(run, view):
        raise NativeLibraryError("the PDF needs Pango; install it with: apt-get install …")

    monkeypatch.setattr(reports, "render_pdf", missing)
    finished = run(loaded(), options)
    assert finished.report.name == "report.html"
    assert finished.report.is_file()
    assert finished.warnings == ("the PDF needs Pango; install it with: apt-get install …",)
    assert not (finished.folder / "report.pdf").exists()


def test_data_that_differs_from_load_to_load_is_refused(loaded, options):
    changed = ("np.random.default_rng(0)", "np.random.default_rng()")
    with pytest.raises(InvalidChecklistError, match="seed every random number in it") as caught:
        run(loaded(changed), options)
    assert caught.value.problems[0].place.line == 6


def test_data_from_the_global_generators_is_the_same_in_every_process(loaded, options):
    changed = ("rng = np.random.default_rng(0)", "rng = np.random")
    results = [run(loaded(changed), options).result for _ in range(2)]
    assert results[0].candidate.data_sha256 == results[1].candidate.data_sha256


def test_an_interruption_while_the_report_is_written_keeps_the_decision(
    loaded, options, monkeypatch
):
    def interrupted(view):
        raise KeyboardInterrupt

    monkeypatch.setattr(reports, "render_html", interrupted)
    with pytest.raises(RunInterruptedError, match="decided GO, but stopped while the report"):
        run(loaded(), options)


def test_a_report_that_cannot_be_written_costs_no_trial(loaded, options, monkeypatch):
    def broken(run):
        raise RuntimeError("no ink")

    monkeypatch.setattr(reports, "render_html", broken)
    checklist = loaded()
    with pytest.raises(ReportError, match=r"decided GO, .* no ink.*stablecheck report ") as caught:
        run(checklist, options)
    monkeypatch.undo()
    (folder,) = options.output.iterdir()
    assert str(folder) in str(caught.value)
    assert reports.report(folder).result.verdict.decision == "GO"


def test_the_digest_of_the_code_is_that_of_what_was_trained(loaded, options):
    checklist = loaded()

    class Meddler(Observer):
        def finished(self, trial):
            (checklist.folder / "model.py").write_text("# gone\n")

    before = code_digest(checklist)
    assert run(checklist, options, Meddler()).result.environment["code_sha256"] == before


def test_a_share_of_the_data_smaller_than_a_batch_trains_on_all_of_it_and_says_so(loaded, options):
    probe = "lr: {kind: lr_jitter, factors: [1, 2], seeds: 2}"
    data = "data: {kind: data_ratio, fractions: [0.1, 0.5, 1], seeds: 2}"
    finished = run(loaded((probe, data)), options)
    assert {trial.status for trial in finished.result.trials} == {"ok"}
    page = (finished.folder / "report.html").read_text()
    assert "Shares of fewer than 32 rows, one batch, train on all their rows at every step." in page


def test_a_share_of_the_data_that_is_next_to_nothing_is_refused(loaded, options):
    probe = "lr: {kind: lr_jitter, factors: [1, 2], seeds: 2}"
    data = "data: {kind: data_ratio, fractions: [0.01, 0.5, 1], seeds: 2}"
    with pytest.raises(InvalidChecklistError, match="leaves 2 of 160 training rows") as caught:
        run(loaded((probe, data)), options)
    place = caught.value.problems[0].place
    assert (place.line, place.column) == (17, 39)
    assert not list(options.output.iterdir())


def test_a_lower_is_better_score_is_compared_the_other_way(loaded, options):
    score = "score: {callable: data.py:error, higher_is_better: false}"
    error = "\ndef error(true, outputs):\n    return float((outputs.argmax(1) != true).mean())\n"
    finished = run(
        loaded(
            ("score: accuracy", score),
            ("    return x[:160]", "    return x[:160]"),
            ("\nimport numpy as np\n", "\nimport numpy as np\n" + error),
            ("min(seeds.score) >= 0.8", "max(seeds.score) <= 0.2"),
        ),
        options,
    )
    assert finished.result.verdict.decision == "GO"
    assert max(trial.score for trial in finished.result.trials) <= 0.2


def test_regression_runs_from_end_to_end(loaded, options):
    finished = run(
        loaded(
            ("task: classification", "task: regression"),
            ("loss: cross_entropy", "loss: mse_loss"),
            ("score: accuracy", "score: r2"),
            ("nn.Linear(width, 2)", "nn.Linear(width, 1)"),
            ('(x[:, 0] + x[:, 1] > 0).astype("int64")', "(x[:, 0] + x[:, 1]).astype('float32')"),
            ("steps: 20", "steps: 60"),
        ),
        options,
    )
    assert finished.result.candidate.classes is None
    assert finished.result.verdict.decision == "GO"


def test_a_language_without_its_font_ends_the_run_before_it_has_a_folder(
    loaded, options, monkeypatch
):
    monkeypatch.setattr(fonts, "cjk_files", dict)
    japanese = loaded(
        ("run: {executor: inline}", "run: {executor: inline}\nreport: {language: ja}")
    )
    with pytest.raises(FontNotInstalledError, match=r"pip install 'stablecheck\[ja\]'"):
        run(japanese, options)
    assert not options.output.exists()


def test_reports_can_be_written_again_in_another_language(loaded, options):
    folder = run(loaded(), options).folder
    reports.report(folder, language="ja")
    assert '<html lang="ja">' in (folder / "report.html").read_text()
    assert "次の対応" in (folder / "summary.md").read_text()
