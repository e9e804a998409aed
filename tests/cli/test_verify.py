"""What `verify` prints, and how it ends."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from stablecheck.cli.main import group
from tests.verification.conftest import _page_one_is_laid_out_once, pdf_of
from tests.verification.tampering import rewritten, tampered

__all__ = ["_page_one_is_laid_out_once", "pdf_of"]


@pytest.fixture
def report(tmp_path, pdf_of):
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf_of("bare"))
    return file


@pytest.fixture
def forged(tmp_path, pdf_of):
    file = tmp_path / "forged.pdf"
    file.write_bytes(tampered(pdf_of("bare"), rewritten("GO", "NO")))
    return file


def _run(*arguments: object):
    return CliRunner().invoke(group, ["verify", *(str(one) for one in arguments)])


def test_a_sound_report_ends_with_0_and_says_what_was_compared(report):
    ended = _run(report)
    assert ended.exit_code == 0
    for subject in ("attachments", "checklist.yaml", "result.json", "metadata", "page 1"):
        assert f"✓ {subject}" in ended.output
    assert "Holds" in ended.output
    assert "Who wrote it is not proven" in ended.output
    lines = ended.output.splitlines()[1:]  # the first line is the path, as it was given
    assert max(map(len, lines)) <= 80


def test_a_forged_report_ends_with_1_and_says_where(forged):
    ended = _run(forged)
    assert ended.exit_code == 1
    assert "✗ page 1          page 1 says “NO”; result.json gives “GO”" in ended.output
    assert "Does not hold" in ended.output


def test_findings_as_json(report, forged):
    known = json.loads(_run(report, "--json").stdout)
    assert known["schema"] == "stablecheck-verification/1"
    assert known["holds"] is True
    assert known["decision"] == "GO"
    assert {one["state"] for one in known["findings"]} == {"agrees"}
    ended = _run(forged, "--json")
    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["holds"] is False


def test_what_cannot_be_compared_here_fails_with_exact_alone(report, monkeypatch):
    monkeypatch.setattr("stablecheck.verification.writer.__version__", "9.9.9")
    monkeypatch.setattr("stablecheck.verification.drawing.Drawing.departures", lambda *_: ("x",))
    ended = _run(report)
    assert ended.exit_code == 0
    assert "as far as it could be compared" in ended.output
    assert _run(report, "--exact").exit_code == 1


def test_quiet_prints_what_does_not_agree_alone(report, forged):
    assert _run(report, "--quiet").output == ""
    shown = _run(forged, "--quiet").output.splitlines()
    assert shown
    assert all(line.startswith(("  ✗", "   ")) for line in shown)


def test_what_is_no_report_is_one_line_and_no_verdict(tmp_path):
    (tmp_path / "notes.pdf").write_text("hello")
    ended = _run(tmp_path / "notes.pdf")
    assert ended.exit_code == 1
    assert ended.output.count("\n") == 1
    assert "not a PDF" in ended.output
