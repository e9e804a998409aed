"""The templates filled in: one page of HTML, for the screen or for the PDF."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable, Mapping
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from stablecheck import __version__
from stablecheck.report.figures.svg import FAMILY
from stablecheck.report.fonts import INTER, inter_file
from stablecheck.report.lettering import parts, spelt_out
from stablecheck.report.palette import DARK, LIGHT, with_variables
from stablecheck.report.phrases import Phrases, load
from stablecheck.report.view import ReportView
from stablecheck.report.wording import sentence
from stablecheck.resources import templates

Medium = Literal["screen", "page"]
Density = Literal["roomy", "normal", "snug", "tight", "tightest"]
Extent = Literal["whole", "page_one", "measuring"]
DENSITIES: tuple[Density, ...] = ("roomy", "normal", "snug", "tight", "tightest")


def _variable(role: str) -> str:
    return f"var(--{role})"


def _themed(svg: str) -> Markup:
    """A figure in the colours of the reader's scheme; its text was escaped when it was drawn."""
    return Markup(with_variables(svg))


def _fixed(svg: str) -> Markup:
    """A figure as drawn: style sheets do not reach into SVG in WeasyPrint."""
    return Markup(svg)


def _breakable(reference: str) -> Markup:
    """A reference that may go on in a new line after its slashes and its colon."""
    return Markup(re.sub("(?<=[/:])(?=[^\\s/])", "<wbr>", str(escape(reference))))


_COLOUR: Mapping[Medium, Callable[[str], str]] = {"screen": _variable, "page": LIGHT.__getitem__}
_DRAWN: Mapping[Medium, Callable[[str], Markup]] = {"screen": _themed, "page": _fixed}


def render(
    view: ReportView,
    medium: Medium,
    density: Density,
    *,
    extent: Extent = "whole",
    blank_pages: int = 0,
    written: str | None = None,
) -> str:
    """The report as HTML.

    Args:
        view: What it says.
        medium: ``screen`` is self-contained and follows the reader's colour scheme; ``page`` is
            what WeasyPrint lays out, with its fonts as packaged files.
        density: How much room page 1 gives its parts.
        extent: ``page_one`` leaves out the pages that follow; ``measuring`` does too, and lets
            page 1 flow freely, to find out whether it fits.
        blank_pages: How many empty pages stand for those left out, so that page 1 counts them.
        written: Date for the document's metadata, ISO 8601; None leaves it out.
    """
    phrases = load(view.language)
    template = _environment().get_template("report.html.j2")
    html = spelt_out(
        template.render(
            view=view,
            t=phrases.text,
            sentences=phrases.sentences,
            medium=medium,
            density=density,
            extent=extent,
            blank_pages=blank_pages,
            written=written,
            styles=_styles(medium),
            colour=_COLOUR[medium],
            drawn=_DRAWN[medium],
            svg_family=FAMILY.replace('"', "'"),
            tool_version=__version__,
        )
    )
    return html.replace("</head>", f"<style>{_parts(html, phrases, medium)}</style></head>", 1)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sentence"] = sentence
    environment.filters["breakable"] = _breakable
    return environment


@functools.cache
def _styles(medium: Medium) -> Markup:
    """The style sheets as one text; none of it comes from a run, so nothing needs escaping."""
    parts = [_fonts(medium), f":root{{{_variables(LIGHT)}}}"]
    if medium == "screen":
        dark = f":root{{color-scheme:dark;{_variables(DARK)}}}"
        parts.append(f"@media screen and (prefers-color-scheme:dark){{{dark}}}")
    sheets = [(templates() / name).read_text("utf-8") for name in ("report.css", "print.css")]
    return Markup("\n".join([*parts, *sheets]))


def _fonts(medium: Medium) -> str:
    return "".join(
        _face("Stablecheck Sans", weight, _SOURCE[medium](name, inter_file(weight).read_bytes()))
        for weight, name in INTER.items()
    )


def _parts(html: str, phrases: Phrases, medium: Medium) -> str:
    """What a page needs beside the shipped font."""
    return "".join(
        _face(part.family, part.weight, _SOURCE[medium](part.name, part.font))
        for part in parts(html, phrases.characters)
    )


def _face(family: str, weight: int, source: str) -> str:
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};"
        f"src:url({source}) format('opentype')}}"
    )


def _embedded(_name: str, font: bytes) -> str:
    return f"data:font/otf;base64,{base64.b64encode(font).decode('ascii')}"


def _packaged(name: str, _font: bytes) -> str:
    return f"fonts/{name}"


_SOURCE: Mapping[Medium, Callable[[str, bytes], str]] = {"screen": _embedded, "page": _packaged}


def _variables(palette: Mapping[str, str]) -> str:
    return "".join(f"--{role}:{colour};" for role, colour in palette.items())
