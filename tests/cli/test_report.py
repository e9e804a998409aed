"""``report``: which files it writes, and what it refuses."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from stablecheck.cli import report
from stablecheck.pipeline.reports import FORMATS
from stablecheck.resources import languages
from tests.exports.folders import write_folder
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import finished
from tests.report.made_up.scenarios import SCENARIOS
from tests.report.made_up.trainings import Scenario


@pytest.fixture(scope="module")
def made_up():
    return SCENARIOS["conditional"]()


@pytest.fixture
def folder(made_up, tmp_path):
    return write_folder(made_up, tmp_path / "run")


def invoke(*arguments):
    return CliRunner().invoke(report.command, [str(argument) for argument in arguments])


def written(folder):
    return {path.name for path in folder.iterdir()} & set(FORMATS.values())


@pytest.mark.parametrize(
    ("options", "files"),
    [
        (["--format", "md"], {"summary.md"}),
        (["--format", "junit,sarif"], {"junit.xml", "results.sarif"}),
        (["--format", "html, MD", "--format", "code-scanning"],
         {"report.html", "summary.md", "code-scanning.sarif"}),
    ],
)  # fmt: skip
def test_only_the_formats_asked_for_are_written(folder, options, files):
    assert invoke(folder, *options).exit_code == 0
    assert written(folder) == files


def test_without_a_format_all_are_written_and_the_pdf_is_named(folder):
    done = invoke(folder)
    assert written(folder) == set(FORMATS.values())
    assert done.output == f"CONDITIONAL GO  {folder / 'report.pdf'}\n"


def test_the_first_of_the_formats_is_named(folder):
    done = invoke(folder, "--format", "sarif,html")
    assert done.output == f"CONDITIONAL GO  {folder / 'report.html'}\n"


def test_an_unknown_format_is_refused_with_the_known_ones(folder):
    done = invoke(folder, "--format", "pdf,sarfi")
    assert done.exit_code == 2
    expected = "'sarfi' is none of pdf, html, md, junit, sarif, code-scanning; did you mean 'sarif'"
    assert expected in " ".join(done.output.split())
    assert written(folder) == set()


@pytest.mark.parametrize("language", languages())
def test_every_language_with_a_locale_can_be_asked_for(folder, language):
    assert invoke(folder, "--format", "md", "--language", language).exit_code == 0
    assert (folder / "summary.md").read_text("utf-8").count("churn-mlp") > 0


def test_another_language_is_refused_with_those_there_are(folder):
    done = invoke(folder, "--language", "xx")
    assert done.exit_code == 2
    assert "'xx'" in done.output
    assert all(repr(language) in done.output for language in languages())


def test_a_title_that_no_typeface_draws_is_written_and_warned_of(tmp_path):
    run = finished(Scenario(checklist=checklist_of(report={"title": "Churn \N{ROCKET} v3"})))
    done = invoke(write_folder(run, tmp_path / "run"), "--format", "html")
    assert done.exit_code == 0
    assert "writes \N{ROCKET} as [rocket]" in done.stderr
    assert "Churn [rocket] v3" in (tmp_path / "run" / "report.html").read_text()
