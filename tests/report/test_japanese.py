"""A report in Japanese, read back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest

from stablecheck.errors import FontNotInstalledError
from stablecheck.exports.junit import junit
from stablecheck.exports.repository import Repository
from stablecheck.exports.summary import markdown_summary
from stablecheck.report import fonts
from stablecheck.report.html import render_html
from stablecheck.report.lettering import parts
from stablecheck.report.numbers import duration, number, percent, seconds, written_in
from stablecheck.report.pdf import render_pdf
from stablecheck.report.phrases import load
from stablecheck.report.rendering import render
from stablecheck.report.view import build_view
from tests.report.made_up.checklists import checklist_of
from tests.report.made_up.runs import finished
from tests.report.made_up.trainings import Scenario
from tests.report.made_up.wide_checklists import bare_checklist

VERDICTS = {
    "go": ("GO", "承認"),
    "conditional": ("CONDITIONAL", "条件付き承認"),
    "no_go": ("NO-GO", "不承認"),
    "inconclusive": ("INCONCLUSIVE", "判定不能"),
}
ENGLISH = re.compile(r"\b[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){3,}")
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def reader_of():
    """The Japanese PDF of a run, rendered once."""
    known: dict[int, pypdf.PdfReader] = {}

    def read(run) -> pypdf.PdfReader:
        if id(run) not in known:
            known[id(run)] = pypdf.PdfReader(io.BytesIO(render_pdf(run, build_view(run, "ja"))))
        return known[id(run)]

    return read


@pytest.mark.slow
@pytest.mark.parametrize("name", VERDICTS)
def test_page_one_stands_alone_and_says_its_verdict_in_both_words(run_of, reader_of, name):
    first, second = (_solid(page.extract_text()) for page in reader_of(run_of(name)).pages[:2])
    for words in (*VERDICTS[name], "判定の根拠", "次の対応", "氏名・署名・日付", "再審査が必要"):
        assert words in first
    assert second.startswith("想定用途")


@pytest.mark.slow
def test_a_short_page_one_keeps_its_sign_off_on_the_first_sheet():
    """Its foot is longer in Japanese, and the roomiest layout leaves it least room."""
    texts = {"intended_use": "解約予測。", "report": {"title": "離反予測モデル 第三版"}}
    run = finished(Scenario(checklist=bare_checklist() | texts))
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(run, build_view(run, "ja")))).pages
    signature = load("ja").text("page.signature")
    assert [n for n, page in enumerate(pages) if signature in page.extract_text()] == [0]


@pytest.mark.slow
def test_the_pdf_declares_its_language_and_embeds_all_its_fonts(run_of, reader_of):
    reader = reader_of(run_of("go"))
    assert reader.trailer["/Root"]["/Lang"] == "ja"
    assert reader.metadata.title == "Churn model v3：GO"
    names = [font["/BaseFont"] for font in _fonts(reader)]
    assert {name.partition("+")[2] for name in names} >= {
        "Stablecheck-Sans-CJK",
        "Stablecheck-Sans-CJK-Semi-Bold",
    }
    assert all(_embedded(font) for font in _fonts(reader))
    assert len(reader.stream.getvalue()) < 1_000_000


@pytest.mark.slow
def test_numbers_dates_and_page_furniture_of_the_pdf_are_japanese(run_of, reader_of):
    reader = reader_of(run_of("go"))
    first, last = (_solid(reader.pages[place].extract_text()) for place in (0, -1))
    for words in ("2026年11月23日", "95%", "8分", "48時間"):
        assert words in first
    assert any("1,437行" in _solid(page.extract_text()) for page in reader.pages)
    assert f"{len(reader.pages)}/{len(reader.pages)}ページ" in last


@pytest.mark.parametrize(
    "name", ["everything", "follow_up", "conditional", "incomplete", "all_failed", "waived", "one"]
)
def test_no_sentence_of_ours_is_left_in_english(run_of, name):
    run = run_of(name)
    page = _Texts(render_html(build_view(run, "ja")))
    theirs = sorted(_written_by_others(run), key=len, reverse=True)
    left = [text for text in page.found if ENGLISH.search(_without(theirs, text))]
    assert left == []
    assert sum(bool(JAPANESE.search(text)) for text in page.found) > 100


def test_the_page_for_the_screen_is_one_small_file_with_its_font_inside(run_of):
    html = render_html(build_view(run_of("go"), "ja"))
    assert '<html lang="ja">' in html
    assert html.count("font-family:'Stablecheck Sans CJK'") == 2
    assert re.findall(r"url\((?!data:|#)", html) == []
    assert len(html.encode()) < 1_000_000


def test_figures_name_the_japanese_font_and_hold_their_text(run_of):
    (figure,) = (f for f in build_view(run_of("go"), "ja").figures if f.id == "learning-curve")
    labels = re.findall(r"<text style=\"([^\"]*)\"[^>]*>([^<]*)</text>", figure.svg)
    japanese = [style for style, text in labels if JAPANESE.search(text)]
    assert japanese
    assert all("'Stablecheck Sans CJK'" in style for style in japanese)


def test_a_page_without_japanese_carries_none_of_the_font(run_of):
    assert "CJK';font-weight" not in render_html(build_view(run_of("go"), "en"))


def test_japanese_in_an_english_report_is_drawn_too():
    run = finished(Scenario(checklist=checklist_of(report={"title": "離反予測モデル"})))
    html = render(build_view(run, "en"), "page", "normal", extent="page_one")
    assert "cjk-400.otf" in html
    regular = next(part for part in parts(html, load("en").characters) if part.weight == 400)
    assert set("離反予測") <= _characters(regular.font)


def test_numbers_and_spans_of_time_follow_the_language():
    with written_in(load("ja")):
        shown = (number(1234.5, 1), percent(0.975), seconds(240), seconds(5400), duration("7d"))
    assert shown == ("1,234.5", "97.5%", "4分", "1時間30分", "7日")
    assert seconds(240) == "4\u00a0min"


def test_the_language_is_the_checklists_unless_another_is_asked_for():
    run = finished(Scenario(checklist=checklist_of(report={"language": "ja"})))
    assert build_view(run).language == "ja"
    assert build_view(run, "en").language == "en"


def test_the_summary_follows_the_report_and_junit_stays_english():
    run = finished(Scenario(checklist=checklist_of(report={"language": "ja"})))
    assert "必須項目と重要項目をすべて満たしています。" in markdown_summary(run)
    assert not JAPANESE.search(junit(run, Repository.around(Path.cwd())))


def test_without_the_font_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(fonts, "_CJK_PACKAGES", {400: "not_installed_regular"})
    expected = (
        r"^a report in 'ja' needs a font that is not installed; "
        r"install it with: pip install 'stablecheck\[ja\]'$"
    )
    with pytest.raises(FontNotInstalledError, match=expected):
        fonts.need_font("ja")
    fonts.need_font("en")


def _solid(text: str) -> str:
    """The text without spaces, which a reader of PDF finds in other places in Japanese."""
    return "".join(text.split())


class _Texts(HTMLParser):
    """The texts of a page that a person reads, but for code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        if tag in ("style", "code", "meta"):
            self._open.append(tag)

    def handle_endtag(self, tag) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data) -> None:
        if set(self._open) <= {"meta"} and data.strip():
            self.found.append(" ".join(data.split()))


def _written_by_others(run) -> Iterator[str]:
    """What people wrote into the checklist, and what programs said while training."""
    yield from _strings(run.checklist.model_dump(mode="json"))
    yield from _strings(run.result.environment)
    for trial in run.trials.values():
        yield from (trial.message or "", *trial.notes)
        yield from (note.partition(": ")[2] for note in trial.notes)


def _strings(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _without(theirs: list[str], text: str) -> str:
    """The text less the beginnings, which may be cut short, of what others wrote."""
    for written in theirs:
        beginning = " ".join(written.split())[:20].lower()
        if len(beginning) > 3 and beginning in text.lower():
            return text.lower().partition(beginning)[0]
    return text


def _characters(font: bytes) -> set[str]:
    from fontTools.ttLib import TTFont

    return set(map(chr, TTFont(io.BytesIO(font)).getBestCmap()))


def _fonts(reader: pypdf.PdfReader) -> Iterator[dict]:
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            yield font.get_object()


def _embedded(font) -> bool:
    (inner,) = font["/DescendantFonts"]
    descriptor = inner.get_object()["/FontDescriptor"].get_object()
    return any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))
