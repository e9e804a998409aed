"""Reports that were written by another version or machine, or that lie in a run folder."""

from __future__ import annotations

import json

import pytest

from stablecheck import verification
from stablecheck.errors import NotAReportError
from stablecheck.report import keywords
from stablecheck.report.pdf import render_pdf
from stablecheck.report.view import build_view
from stablecheck.verification import writer
from stablecheck.verification.pdf_file import read_pdf
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario
from tests.report.made_up.wide_checklists import bare_checklist
from tests.verification.tampering import rewritten, tampered


def _states(found, subject: str) -> list[tuple[str, str]]:
    return [(one.state, one.text) for one in found.findings if one.subject == subject]


@pytest.fixture(scope="module")
def run_with_a_long_title():
    title = {"title": "Which customers leave next month, by region and product " * 9}
    return finished(Scenario(checklist=bare_checklist() | {"report": title}))


@pytest.fixture(scope="module")
def pdf_from_elsewhere(run_with_a_long_title):
    """The report of a run that was laid out by another Pango; its title is cut short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keywords, "_pango", lambda: "Pango 1.0.0")
        return render_pdf(run_with_a_long_title, build_view(run_with_a_long_title))


@pytest.fixture(scope="module")
def end_of_title(pdf_from_elsewhere):
    """The last letters of the title before its ellipsis."""
    title = next(
        line for line in read_pdf(pdf_from_elsewhere, "report").texts[0].splitlines() if "…" in line
    )
    return title[-4:]


def test_lines_that_were_broken_elsewhere_are_no_contradiction(
    verify, pdf_from_elsewhere, end_of_title
):
    """Another Pango may cut a long text some letters earlier; its beginning must still be right."""
    found = verify(tampered(pdf_from_elsewhere, rewritten(end_of_title, "…")))
    ((state, text),) = _states(found, "page 1")
    assert state == "partly"
    assert "laid out by Pango 1.0.0" in text
    assert found.holds
    assert not found.complete


def test_numbers_that_differ_elsewhere_are_a_contradiction(
    verify, pdf_from_elsewhere, run_with_a_long_title
):
    old = f"{run_with_a_long_title.result.checks[0].estimate:.3f}"
    found = verify(tampered(pdf_from_elsewhere, rewritten(old, "0.999")))
    assert not found.holds
    assert all("0.999" in text and old in text for _, text in _states(found, "page 1"))


def test_a_text_that_is_cut_must_begin_as_the_data_say(verify, pdf_from_elsewhere, end_of_title):
    found = verify(tampered(pdf_from_elsewhere, rewritten(end_of_title, "no…")))
    assert found.contradicts


def test_the_words_of_another_version_are_compared_but_not_condemned_alone(
    verify, pdf_of, monkeypatch
):
    monkeypatch.setattr(writer, "__version__", "9.9.9")
    assert verify(pdf_of("bare")).holds
    found = verify(tampered(pdf_of("bare"), rewritten("GO", "NO")))
    states = dict(_states(found, "page 1"))
    assert not found.holds
    assert "this is stablecheck 9.9.9" in states["unchecked"]
    assert "verify with that version" in states["unchecked"]


@pytest.fixture
def folder(tmp_path, pdf_of, run_of):
    """A run folder with its report."""
    run, files = run_of("bare"), tmp_path / "bare-run"
    (files / "trials").mkdir(parents=True)
    (files / "report.pdf").write_bytes(pdf_of("bare"))
    (files / "result.json").write_bytes(run.result_bytes)
    (files / "checklist.yaml").write_bytes(run.checklist_bytes)
    for trial in run.trials.values():
        (files / "trials" / f"{trial.id}.json").write_text(trial.model_dump_json())
    return files


def test_a_report_in_its_run_folder_is_compared_with_it(folder, run_of):
    found = verification.verify(folder / "report.pdf")
    ((state, text),) = _states(found, "run folder")
    assert state == "agrees"
    assert f"{len(run_of('bare').trials)} trials" in text


def test_a_trial_that_was_changed_is_named(folder):
    file = sorted((folder / "trials").iterdir())[1]
    trial = json.loads(file.read_text())
    file.write_text(json.dumps(trial | {"score": 0.999}))
    ((state, text),) = _states(verification.verify(folder / "report.pdf"), "run folder")
    assert state == "differs"
    assert f"trials/{file.name}" in text


def test_many_missing_trials_are_counted(folder):
    for file in (folder / "trials").iterdir():
        file.unlink()
    found = _states(verification.verify(folder / "report.pdf"), "run folder")
    assert {state for state, _ in found} == {"differs"}
    assert len(found) == 5


def test_the_report_of_another_run_in_the_folder_is_caught(folder, pdf_of):
    (folder / "report.pdf").write_bytes(pdf_of("no_go"))
    found = _states(verification.verify(folder / "report.pdf"), "run folder")
    assert any("result.json is not the result.json that the report carries" in text
               for _, text in found)  # fmt: skip


def test_a_report_that_was_sent_can_be_compared_with_its_folder(verify, folder, pdf_of):
    (folder / "result.json").write_bytes(b"{}")
    assert verify(pdf_of("bare")).holds
    assert not verify(pdf_of("bare"), folder).holds


def test_what_is_no_run_folder_is_refused(verify, pdf_of, tmp_path):
    with pytest.raises(NotAReportError, match=r"no run folder: no result\.json"):
        verify(pdf_of("bare"), tmp_path / "nowhere")
