"""A report opened in a real browser, and what a test asks it about."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

INSTALL = "make browser"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine; without one the test is skipped, in CI it fails."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        missing = f"no Chromium on the path; install it with: {INSTALL}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    # A sandbox of its own is denied to root and in most containers.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def served(html: str) -> Iterator[tuple[str, list[str]]]:
    """Address of a server that has this one page, and the paths that were asked of it so far."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/report.html", asked
    finally:
        server.shutdown()
        server.server_close()


def resize(page: Page, width: int) -> None:
    """Give the page that many CSS pixels of width."""
    page.set_viewport_size({"width": width, "height": 900})


def scrolling_boxes(page: Page) -> list[str]:
    """Boxes whose content is wider than they are, and that no keyboard reaches or no name tells."""
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(box => ['auto', 'scroll'].includes(getComputedStyle(box).overflowX))
            .filter(box => box.scrollWidth > box.clientWidth)
            .filter(box => box.tabIndex < 0
                || !(box.ariaLabel || box.getAttribute('aria-labelledby')))
            .map(box => box.outerHTML.slice(0, 120))"""
    )


def cut_labels(page: Page) -> list[str]:
    """Words in figures that reach over the figure's left or right edge, where they are cut off."""
    return page.evaluate(
        """() => [...document.querySelectorAll('svg text')]
            .filter(text => {
                const words = text.getBoundingClientRect();
                const figure = text.ownerSVGElement.getBoundingClientRect();
                return words.left < figure.left - 0.5 || words.right > figure.right + 0.5;
            })
            .map(text => text.textContent)"""
    )


def focused(page: Page) -> dict:
    """The element that has the keyboard: what it is, where it stands, how that is shown."""
    return page.evaluate(
        """() => {
            const element = document.activeElement;
            const box = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            return {
                tag: element.localName,
                class: element.className,
                id: element.id,
                place: [...document.querySelectorAll('*')].indexOf(element),
                seen: box.right > 0 && box.left < innerWidth && box.bottom > 0
                    && box.top < innerHeight,
                outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
            };
        }"""
    )


def fonts_of(page: Page, selector: str) -> set[tuple[str, bool]]:
    """Typefaces that the browser drew these elements with, and whether the page brought them."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    asked = {"nodeId": root, "selector": selector}
    found = set()
    for node in session.send("DOM.querySelectorAll", asked)["nodeIds"]:
        drawn = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        found |= {(font["familyName"], font["isCustomFont"]) for font in drawn}
    session.detach()
    return found
