"""Every character of a report is drawn, or named."""

from __future__ import annotations

import io
import unicodedata

import pypdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from stablecheck.report import fonts, lettering
from stablecheck.report.html import render_html
from stablecheck.report.lettering import parts, spelt_out, undrawn, undrawn_notice
from stablecheck.report.pdf import render_pdf
from stablecheck.report.view import build_view
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario

ROCKET, SCIENTIST = "\N{ROCKET}", "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{MICROSCOPE}"
RUSSIAN, ARABIC, KOREAN, THAI = "прогноз", "نموذج", "예측", "ไทย"


def _titled(title: str):
    return finished(Scenario(checklist=checklist_of(report={"title": title})))


def _glyphs(font: bytes) -> set[str]:
    return set(map(chr, TTFont(io.BytesIO(font)).getBestCmap()))


def test_a_symbol_that_no_typeface_has_is_named_and_a_letter_numbered():
    assert spelt_out(f"Churn {ROCKET} v3") == "Churn [rocket] v3"
    assert spelt_out("ไก") == "[U+0E44, U+0E01]"


def test_joined_emoji_are_named_together():
    assert spelt_out(f"By {SCIENTIST}!") == "By [woman, microscope]!"
    assert spelt_out(f"{ROCKET}{ROCKET}") == "[rocket, rocket]"


def test_other_scripts_stay_as_they_are():
    for text in (RUSSIAN, ARABIC, KOREAN, "離反予測 ★ ① ☎ ∮ ≜ €"):
        assert spelt_out(text) == text
        assert undrawn_notice(text) is None


def test_without_the_extra_chinese_japanese_and_korean_are_numbered(monkeypatch):
    monkeypatch.setattr(fonts, "cjk_files", dict)
    assert spelt_out("予測") == "[U+4E88, U+6E2C]"
    assert spelt_out(RUSSIAN) == RUSSIAN


@given(st.text(st.characters(exclude_categories=["C"])))
def test_all_that_stays_is_in_a_typeface_and_ascii_never_changes(text):
    known = set().union(*(typeface.characters for typeface in fonts.typefaces()))
    ignorable = {c for c in text if unicodedata.category(c) in {"Mn", "Cf"}}
    assert {*spelt_out(text)} <= known | ignorable
    assert spelt_out("".join(c for c in text if c.isascii())) == "".join(filter(str.isascii, text))
    assert spelt_out(spelt_out(text)) == spelt_out(text)


def test_the_notice_says_what_is_written_instead():
    assert undrawn_notice(f"a {ROCKET} b") == (
        f"the report has no typeface for every character and writes {ROCKET} as [rocket]"
    )
    assert undrawn_notice("กขคงจฉช").count(" as ") == 5
    assert undrawn_notice("กขคงจฉช").endswith("…")


def test_a_part_holds_the_characters_of_the_page_and_stays_the_same():
    page, shared = f"{RUSSIAN} 判定の根拠 αβ", frozenset("学習")
    found = parts(page, shared)
    lettering._part.cache_clear()
    assert parts(page, shared) == found
    wide, cjk = (next(p for p in found if p.name == f"{name}-400.otf") for name in ("wide", "cjk"))
    assert {*RUSSIAN, " "} <= _glyphs(wide.font)
    assert set("判定の根拠学習 ") <= _glyphs(cjk.font)
    assert not {*RUSSIAN} & _glyphs(cjk.font)


def test_a_page_that_inter_draws_alone_carries_nothing_else(run_of):
    view = build_view(run_of("go"), "en")
    assert "Stablecheck Sans Wide';font-weight" not in render_html(view)
    assert undrawn(render_html(view)) == ()


@pytest.mark.slow
def test_no_page_of_a_report_holds_a_blank_glyph():
    """Glyph 0 is what a font draws where it lacks a character."""
    title = f"{ROCKET} {SCIENTIST} {RUSSIAN} {ARABIC} {KOREAN} {THAI} 𝕏 \U0001fae8"
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(run := _titled(title), build_view(run))))
    text = " ".join(reader.pages[0].extract_text().split())
    assert text.startswith("[rocket] [woman, microscope] прогноз")
    assert "\x00" not in "".join(page.extract_text() for page in reader.pages)
    drawn = {
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {"Stablecheck-Sans-Wide-Semi-Bold", "Stablecheck-Sans-CJK-Semi-Bold"} <= drawn
    # WeasyPrint names a font that it took from the machine after the machine's file.
    assert {name for name in drawn if not name.startswith("Stablecheck")} <= {"DejaVu-Sans-Mono"}
