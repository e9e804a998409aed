"""Page 1 can be made again from what the PDF carries, in either language."""

from __future__ import annotations

import dataclasses

import pytest

from stablecheck.report.pdf import render_pdf
from stablecheck.report.rendering import render
from stablecheck.report.view import build_view
from stablecheck.report.view.context import context_of
from stablecheck.report.view.page_one import page_one
from tests.report.conftest import any_run
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario
from tests.report.made_up.wide_checklists import bare_checklist

__all__ = ["any_run"]


def test_page_1_needs_no_trial(any_run):
    """The trials are not in the PDF: what page 1 says of them has to be in result.json."""
    alone = dataclasses.replace(any_run, trials={})
    assert page_one(context_of(any_run)) == page_one(context_of(alone))


@pytest.mark.parametrize("name", ["comparisons", "everything", "follow_up"])
def test_the_view_can_be_built_without_trials(run_of, name):
    """Figures and tables stay empty; nothing is missed."""
    run = run_of(name)
    alone = dataclasses.replace(run, trials={})
    first, second = (
        render(build_view(one), "page", "snug", extent="page_one") for one in (run, alone)
    )
    assert first == second


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_report_with_japanese_in_it_holds(verify, language):
    """The font is cut down to the characters of all pages; page 1 alone has fewer of them."""
    texts = {
        "intended_use": "解約予測。鬱蒼たる森、薔薇。",
        "report": {"title": "離反予測モデル 第三版"},
    }
    run = finished(Scenario(checklist=bare_checklist() | texts))
    found = verify(render_pdf(run, build_view(run, language)))
    assert [one for one in found.findings if one.state != "agrees"] == []
    assert found.language == language


def test_a_report_with_a_character_that_no_font_has_holds(verify):
    """It is drawn blank, as wide as where it stands last: smaller on page 1 than behind it."""
    document = checklist_of()
    document["checks"][2] |= {"require": "lr.headroom(0.001) >= 1.4", "owner": "J. Doe \U0001f680"}
    run = finished(Scenario(checklist=document))
    found = verify(render_pdf(run, build_view(run)))
    assert [one for one in found.findings if one.state != "agrees"] == []
