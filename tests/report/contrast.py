"""Contrast of text against what lies under it, as WCAG 2.2 defines it, for a page in a browser.

Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and #dfn-relative-luminance.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TypedDict

from playwright.sync_api import Page

LEAST, LEAST_FOR_LARGE = 4.5, 3.0
"""Success criterion 1.4.3."""
LARGE, LARGE_AND_BOLD = 24.0, 18.66
"""CSS pixels: 18 and 14 points."""


class Text(TypedDict):
    """One piece of text: its colour and those under it, from the bottom up, as RGB and alpha."""

    text: str
    ink: list[float]
    layers: list[list[float]]
    size: float
    weight: int


# The boxes and shapes under a text are those that a click on its middle would meet.
_COLLECT = """() => {
    const opacity = element => element
        ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
    const rgba = colour => {
        const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
        return [red, green, blue, alpha];
    };
    const isShape = element => element instanceof SVGElement && element.localName !== 'svg';
    const paint = (element, property) => {
        const style = getComputedStyle(element);
        if (style[property] === 'none') return [0, 0, 0, 0];
        const [red, green, blue, alpha] = rgba(style[property]);
        const filled = property === 'fill' ? Number(style.fillOpacity) : 1;
        return [red, green, blue, alpha * filled * opacity(element)];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || element.closest('.unseen, .skip, title, desc'))
            continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        const [box] = range.getClientRects();
        if (!box) continue;
        const met = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const under = met.slice(met.indexOf(element) + (isShape(element) ? 1 : 0));
        const style = getComputedStyle(element);
        found.push({
            text: walker.currentNode.data.trim().slice(0, 60),
            ink: paint(element, isShape(element) ? 'fill' : 'color'),
            layers: under.reverse().map(
                one => paint(one, isShape(one) ? 'fill' : 'backgroundColor')),
            size: parseFloat(style.fontSize) * (isShape(element) ? element.getScreenCTM().a : 1),
            weight: Number(style.fontWeight),
        });
    }
    return found;
}"""


def texts_of(page: Page) -> list[Text]:
    """All visible text of a page; the window is made as high as the page for it."""
    size = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    found = page.evaluate(_COLLECT)
    page.set_viewport_size(size)
    return found


def faint(texts: Sequence[Text]) -> dict[str, float]:
    """Those whose contrast is too low, with it."""
    ratios = {text["text"]: (contrast(text), _least(text)) for text in texts}
    return {words: round(ratio, 2) for words, (ratio, least) in ratios.items() if ratio < least}


def contrast(text: Text) -> float:
    """From 1, the same, to 21, black on white."""
    background = reduce(_over, text["layers"], [0.0, 0.0, 0.0, 0.0])
    lighter, darker = sorted(
        (luminance(_over(background, text["ink"])), luminance(background)), reverse=True
    )
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Sequence[float]) -> float:
    """Relative luminance, 0 to 1, of an opaque sRGB colour with channels from 0 to 255."""
    red, green, blue = (_linear(channel / 255) for channel in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _over(below: Sequence[float], above: Sequence[float]) -> list[float]:
    alpha = above[3]
    mixed = [a * alpha + b * (1 - alpha) for a, b in zip(above[:3], below[:3], strict=True)]
    return [*mixed, alpha + below[3] * (1 - alpha)]


def _least(text: Text) -> float:
    large = LARGE_AND_BOLD if text["weight"] >= 600 else LARGE
    return LEAST_FOR_LARGE if text["size"] >= large else LEAST
