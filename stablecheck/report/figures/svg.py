"""From a drawn figure to SVG that can stand inside a page beside others."""

from __future__ import annotations

import io
import re
from xml.sax.saxutils import escape

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

FAMILY = "'Stablecheck Sans', 'Stablecheck Sans Wide', 'Stablecheck Sans CJK', sans-serif"
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_OPENING = re.compile(r"<svg[^>]*?viewBox=\"([^\"]*)\"[^>]*>", re.DOTALL)
_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(?:xlink:href="#|url\(#)([^")]*)')
# Matplotlib before 3.11 writes the shorthand, later ones write it out.
_FAMILY = re.compile(r"font-family: '[^;\"]*")
_GROUP = re.compile(r"(</g>|<g>|<g [^>]*[^/]>)\n?")
_FONT = re.compile(r"font: (?:(\d+|bold) )?([\d.]+)px '[^;\"]*?(?=[;\"])")


def to_svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as an inline ``<svg>`` with alternative text; the same bytes for the same data.

    Args:
        figure: Drawn in the house style.
        name: Unique in the page; starts every id.
        alt: Alternative text: what the figure shows, with the numbers that one reads off it. It is
            the ``<title>``, the only element that a tagged PDF takes it from.
    """
    canvas, buffer = FigureCanvasSVG(figure), io.StringIO()
    _lay_out(figure)
    canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    body = _COMMENT.sub("", _METADATA.sub("", _PROLOGUE.sub("", buffer.getvalue())))
    body = _unwrapped(_FONT.sub(_font, _own_ids(body, name)).replace("xlink:href", "href"))
    body = _FAMILY.sub(f"font-family: {FAMILY}", body)
    return _OPENING.sub(lambda match: _head(match[1], name, alt), body, count=1)


def _lay_out(figure: Figure) -> None:
    """Place the panels for good; ``savefig`` would draw the whole figure in vain for that."""
    figure.dpi = 72  # as SVG has them
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")


def _head(box: str, name: str, alt: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" class="figure" '
        f'aria-labelledby="{name}-title"><title id="{name}-title">{escape(alt)}</title>'
    )


def _own_ids(body: str, name: str) -> str:
    """Drop ids that nothing refers to, and start the others with the figure's name."""
    used = set(_REFERENCE.findall(body))
    body = _ID.sub(lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", body)
    return _REFERENCE.sub(lambda m: m[0].replace(f"#{m[1]}", f"#{name}-{m[1]}"), body)


def _unwrapped(body: str) -> str:
    """Without the groups that say nothing; each costs a reader of the page time."""
    bare: list[bool] = []

    def kept(match: re.Match[str]) -> str:
        if match[1] == "</g>":
            return "" if bare.pop() else match[0]
        bare.append(match[1] == "<g>")
        return "" if bare[-1] else match[0]

    return _GROUP.sub(kept, body)


def _font(match: re.Match[str]) -> str:
    """The shorthand written out, which every SVG renderer understands."""
    weight = {"bold": "700", None: "400"}.get(match[1], match[1])
    return f"font-size: {match[2]}px; font-weight: {weight}; font-family: {FAMILY}"
