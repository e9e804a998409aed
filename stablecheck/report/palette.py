"""The colours of the report, by role; told apart in black and white and with any colour vision."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "ink": "#14181f",
    "soft": "#56606d",
    "line": "#d5dae1",
    "paper": "#ffffff",
    "wash": "#f4f6f8",
    "pass": "#17694a",
    "pass-wash": "#e3f1ea",
    "fail": "#a8261d",
    "fail-wash": "#fae6e4",
    "open": "#84560b",
    "open-wash": "#f9eeda",
    "unknown": "#3b5375",
    "unknown-wash": "#e6ecf4",
    "first": "#1f5fa6",
    "second": "#b4520a",
    "third": "#6d7683",
}

DARK: Mapping[str, str] = {
    "ink": "#e9edf2",
    "soft": "#a3adba",
    "line": "#3a434f",
    "paper": "#12161c",
    "wash": "#1b212a",
    "pass": "#6cc79d",
    "pass-wash": "#163327",
    "fail": "#f0938a",
    "fail-wash": "#42201d",
    "open": "#e2b261",
    "open-wash": "#3a2c12",
    "unknown": "#a4bde0",
    "unknown-wash": "#1f2b3d",
    "first": "#7db4ee",
    "second": "#eba066",
    "third": "#98a2af",
}


def with_variables(svg: str) -> str:
    """The SVG with each colour of the light palette replaced by its CSS variable."""
    for role, colour in LIGHT.items():
        svg = svg.replace(colour, f"var(--{role})")
    return svg
