"""The HTML stands by itself and says what it was given."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from stablecheck.report.html import render_html
from stablecheck.report.view import build_view
from tests.report.made_up.checklists import ARABIC

NO_ICON = "data:,"
"""Without it a browser asks the server for /favicon.ico."""
VOID = {"meta", "br", "wbr", "col", "img", "link", "path", "circle", "rect", "use"}


class Page(HTMLParser):
    """Collects tags, attributes and text, and checks that tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_every_run_gives_a_well_formed_page_with_unique_ids(any_run):
    page = Page(render_html(build_view(any_run)))
    ids = Counter(value for _, name, value in page.attributes if name == "id")
    assert page.open == []
    assert {id_: n for id_, n in ids.items() if n > 1} == {}
    assert page.tags["h1"] == page.tags["main"] == page.tags["title"] - _svg_titles(page) == 1


def test_labels_and_links_lead_to_parts_of_the_page(any_run):
    page = Page(render_html(build_view(any_run)))
    ids = {value for _, name, value in page.attributes if name == "id"}
    for _, name, value in page.attributes:
        if name == "aria-labelledby":
            assert set(value.split()) <= ids
        if name == "href" and value != NO_ICON:
            assert value.startswith("#")
            assert value[1:] in ids


def test_nothing_is_fetched(any_run):
    html = render_html(build_view(any_run))
    page = Page(html)
    assert not [a for a in page.attributes if a[1] in ("src", "srcset", "data", "action")]
    assert all(url.startswith(("data:", "#")) for url in re.findall(r"url\(([^)]*)\)", html))
    assert [a[2] for a in page.attributes if a[0] == "link"] == ["icon", NO_ICON]
    assert not page.tags.keys() & {"script", "iframe", "object", "embed", "img"}
    assert "@import" not in html


def test_the_page_has_a_language_both_colour_schemes_and_a_style_for_paper(run_of):
    html = render_html(build_view(run_of("go")))
    assert '<html lang="en">' in html
    assert "prefers-color-scheme:dark" in html
    assert "@media print" in html


def test_hostile_text_is_printed_and_not_run(run_of):
    html = render_html(build_view(run_of("hostile")))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in Page(html).text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", html)
    assert ARABIC in Page(html).text


@pytest.mark.parametrize(
    ("name", "word"),
    [("go", "GO"), ("conditional", "CONDITIONAL GO"), ("no_go", "NO-GO"), ("one", "INCONCLUSIVE")],
)
def test_the_verdict_stands_in_title_and_page(run_of, name, word):
    html = render_html(build_view(run_of(name)))
    assert f"<title>Churn model v3: {word}</title>" in html
    assert f">{word}</p>" in html


def test_the_same_run_gives_the_same_page(run_of):
    first, second = (render_html(build_view(run_of("conditional"))) for _ in range(2))
    assert first == second


def test_the_limits_of_the_method_are_told(run_of):
    text = Page(render_html(build_view(run_of("go")))).text
    for words in (
        "Geometry alone never earns a GO",
        "A run that never learns can have the best geometry",
        "No published work links RSI or EB to failures after rollout",
        "fairness, drift",
        "stablecheck run churn.yaml",
    ):
        assert words.lower() in text.lower()


def _svg_titles(page: Page) -> int:
    return page.tags["svg"]
