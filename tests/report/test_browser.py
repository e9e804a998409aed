"""The HTML in headless Chromium: what a reader sees, reaches with the keyboard, and prints."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import pypdf
import pytest

pytest.importorskip("playwright", reason="the extra dev brings it")

from axe_playwright_python.sync_playwright import Axe

from stablecheck.report.html import render_html
from stablecheck.report.palette import LIGHT
from stablecheck.report.view import build_view
from tests.report.contrast import contrast, faint, luminance, texts_of
from tests.report.in_browser import (
    chromium,
    cut_labels,
    focused,
    fonts_of,
    resize,
    scrolling_boxes,
    served,
)

WIDTHS = (1280, 800, 360)
REPORTS = ("go", "no_go", "hostile", "everything", "no_go:ja")
"""Names of made-up runs, and the language where it is not that of the checklist."""
MEGABYTE = 1_000_000
MILLIMETRE = 96 / 25.4
"""In CSS pixels."""
SCHEMES = ("light", "dark")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def html_of(tmp_path_factory):
    """The file of a report, written once."""
    folder = tmp_path_factory.mktemp("reports")

    def written(report: str, run_of) -> Path:
        name, _, language = report.partition(":")
        path = folder / f"{name}-{language}.html"
        if not path.exists():
            path.write_text(render_html(build_view(run_of(name), language or None)), "utf-8")
        return path

    return written


@pytest.fixture
def open_report(browser, html_of, run_of):
    """Open the report of a made-up run; keyword arguments are those of a new page."""
    pages = []

    def opened(report: str, *, width: int = 1280, **settings):
        size = {"width": width, "height": 900}
        page = browser.new_page(viewport=size, **settings)
        pages.append(page)
        page.goto(html_of(report, run_of).as_uri())
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.mark.parametrize("report", ["everything", "hostile", "no_go:ja"])
def test_a_report_asks_for_nothing_and_the_browser_complains_of_nothing(
    browser, html_of, run_of, report
):
    """Not even for /favicon.ico, which browsers ask of a server unless they are told."""
    page = browser.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with served(html_of(report, run_of).read_text("utf-8")) as (address, asked):
        page.goto(address, wait_until="networkidle")
        page.close()
    assert asked == ["/report.html"]
    assert [url for url in requests if not url.startswith("data:")] == [address]
    assert complaints == []


def test_what_an_escape_might_miss_neither_runs_nor_loads(browser, html_of, run_of):
    """The page's own policy refuses handlers and addresses that are put into it."""
    page = browser.new_page()
    with served(html_of("hostile", run_of).read_text("utf-8")) as (address, asked):
        page.goto(address)
        page.evaluate(
            """() => document.body.insertAdjacentHTML('beforeend',
                `<img src="/x.png" onerror="window.ran = 1">
                 <img src="data:," onerror="window.ran = 2">
                 <iframe src="/frame"></iframe>
                 <p style="background: url(/y.png)">`)"""
        )
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.ran") is None
        page.close()
    assert asked == ["/report.html"]


@pytest.mark.parametrize("report", REPORTS)
def test_nothing_overflows_from_desktop_to_telephone(open_report, report):
    page = open_report(report)
    for width in WIDTHS:
        resize(page, width)
        assert page.evaluate("document.scrollingElement.scrollWidth") == width
        assert scrolling_boxes(page) == []
        assert cut_labels(page) == []


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_is_one_small_file_that_fits_the_screen_of_a_telephone(
    html_of, run_of, open_report, report
):
    assert html_of(report, run_of).stat().st_size < MEGABYTE
    page = open_report(report)
    declared = page.locator("meta[name=viewport]").get_attribute("content")
    assert declared == "width=device-width, initial-scale=1"
    assert page.title()
    assert page.evaluate("document.documentElement.lang") == (report.partition(":")[2] or "en")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_keyboard_reaches_everything_in_reading_order_and_shows_where_it_is(open_report, width):
    page = open_report("no_go", width=width)
    stops = []
    page.keyboard.press("Tab")
    while (stop := focused(page))["tag"] != "body":
        stops.append(stop)
        page.keyboard.press("Tab")
    assert stops[0]["class"] == "skip"
    assert [stop["place"] for stop in stops] == sorted({stop["place"] for stop in stops})
    assert all(stop["seen"] and stop["outline"] >= 1 for stop in stops)
    assert {"a", "div"} == {stop["tag"] for stop in stops}
    assert len(stops) == page.locator("a, [tabindex='0']").count()


def test_the_first_key_leads_to_the_verdict(open_report):
    page = open_report("go")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("link => link.matches(':focus')")
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "verdict"


def test_a_finding_leads_to_its_check(open_report):
    page = open_report("no_go")
    page.locator("#findings a").first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#check-no-divergence")
    assert page.locator("#check-no-divergence .asked").bounding_box()["y"] < 900


def test_arrows_move_a_figure_that_is_wider_than_the_screen(open_report):
    page = open_report("go", width=360)
    box = page.locator("figure .scroll").first
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())


@pytest.mark.parametrize("report", ["go", "no_go", "everything", "no_go:ja"])
def test_text_stands_out_from_what_it_is_printed_on_in_light_and_dark(open_report, report):
    page = open_report(report)
    papers = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        texts = texts_of(page)
        assert len(texts) > 200
        assert faint(texts) == {}
        papers[scheme] = luminance(texts[0]["layers"][0])
    assert papers["light"] > 0.9
    assert papers["dark"] < 0.1


def test_contrast_is_that_of_wcag():
    """21 for black on white; #767676 is the lightest grey that passes on white, at 4.54."""
    white = [255, 255, 255, 1]

    def on_white(grey, alpha=1.0):
        ink = [grey, grey, grey, alpha]
        return contrast({"text": "", "ink": ink, "layers": [white], "size": 12, "weight": 400})

    assert on_white(0) == pytest.approx(21)
    assert on_white(0x76) == pytest.approx(4.54, abs=0.005)
    assert on_white(0, alpha=0.5) == pytest.approx(on_white(127.5))
    assert on_white(255) == 1


@pytest.mark.parametrize(("report", "pages"), [("go", 9), ("everything", 18), ("no_go:ja", 10)])
def test_page_1_in_print_holds_verdict_and_sign_off(open_report, report, pages):
    """A4, printed without backgrounds, as printers do unless they are told."""
    page = open_report(report, color_scheme="dark")
    word = page.locator(".big").text_content()
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    first, second = (_solid(printed.pages[number].extract_text()) for number in (0, 1))
    for words in (word, *page.locator(".signatures b, .validity").all_text_contents()):
        assert _solid(words) in first
    assert second.startswith(_solid(page.locator("#use-title").text_content()))
    assert len(printed.pages) <= pages
    assert [round(float(side) / 72 * 25.4) for side in printed.pages[0].mediabox[2:]] == [210, 297]


def test_print_is_black_on_white_whatever_the_screen_is(open_report):
    page = open_report("no_go", color_scheme="dark")
    assert page.locator("body").evaluate(STYLE)["background"] == "rgb(18, 22, 28)"
    page.emulate_media(media="print", color_scheme="dark")
    body = page.locator("body").evaluate(STYLE)
    assert (body["ink"], body["background"]) == (_rgb(LIGHT["ink"]), _rgb(LIGHT["paper"]))
    word = page.locator(".verdict .word").evaluate(STYLE)
    assert (word["ink"], word["background"]) == (_rgb(LIGHT["paper"]), _rgb(LIGHT["fail"]))
    assert word["adjust"] == "exact"
    assert page.locator(".skip, .unseen").evaluate_all(
        "all => all.every(one => getComputedStyle(one).display === 'none')"
    )


@pytest.mark.parametrize("report", ["go", "everything", "no_go:ja"])
def test_print_leaves_room_to_sign_at_the_foot_of_page_1(open_report, report):
    page = open_report(report)
    page.emulate_media(media="print")
    above, signed = (page.locator(part).bounding_box() for part in (".upper", ".signatures"))
    assert signed["y"] - above["y"] - above["height"] > 12 * MILLIMETRE
    assert signed["y"] > 220 * MILLIMETRE


@pytest.mark.parametrize("report", REPORTS)
def test_headings_tables_figures_and_landmarks_tell_what_they_are(open_report, report):
    page = open_report(report)
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.map(h => Number(h.localName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    headless = (
        "all => all.filter(one => !one.querySelector('th[scope=col]')).map(one => one.className)"
    )
    assert page.locator("table").evaluate_all(headless) == ["formulas"]
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator("main").count() == 1
    tree = _accessible(page)
    landmarks = [name for role, name in tree if role in ("region", "navigation", "complementary")]
    assert len(set(landmarks)) == len(landmarks)
    assert all(name for role, name in tree if role in ("region", "figure", "image", "group"))


def test_the_requirements_of_page_1_have_the_widest_column(open_report):
    """Its hidden heads for screen readers take no room and leave the columns as they are."""
    page = open_report("go")
    widths = page.locator(".strips tbody tr:first-child td").evaluate_all(
        "all => all.map(cell => cell.clientWidth / cell.closest('table').clientWidth)"
    )
    assert widths == pytest.approx([0.16, 0.47, 0.205, 0.165], abs=0.005)
    assert page.locator(".strips thead").bounding_box()["height"] < 2


def test_tables_stay_tables_for_a_screen_reader_where_they_are_stacked(open_report):
    page = open_report("no_go")
    wide = [role for role, _ in _accessible(page) if role in ("table", "columnheader", "cell")]
    resize(page, 360)
    narrow = [role for role, _ in _accessible(page) if role in ("table", "columnheader", "cell")]
    assert sorted(narrow) == sorted(wide)
    assert wide.count("table") == page.locator("table").count()


@pytest.mark.parametrize(
    ("report", "scheme", "width"),
    [("everything", "light", 1280), ("hostile", "dark", 360), ("no_go:ja", "light", 360)],
)
def test_axe_finds_no_barrier(open_report, report, scheme, width):
    page = open_report(report, width=width, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


@pytest.mark.parametrize("width", [1280, 360])
def test_japanese_is_drawn_with_the_typeface_in_the_file(open_report, width):
    page = open_report("no_go:ja", width=width)
    drawn = fonts_of(page, ":is(h2, h3, p, dt, th):not(:has(code)), figcaption, text")
    assert drawn == {
        ("Inter", True),
        ("Inter Semi Bold", True),
        ("Noto Sans CJK JP", True),
    }


STYLE = """element => {
    const style = getComputedStyle(element);
    return {ink: style.color, background: style.backgroundColor, adjust: style.printColorAdjust};
}"""


def _accessible(page) -> list[tuple[str, str]]:
    """Role and name of everything in Chromium's own accessibility tree."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]


def _rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour[1:]))


def _solid(text: str) -> str:
    return "".join(text.split())
