"""The typefaces: Inter, which the package ships, and two that draw what Inter lacks.

DejaVu Sans comes with Matplotlib and has Greek, Cyrillic, Arabic, Hebrew and symbols. Noto Sans CJK
JP comes with the extra ja and has Chinese, Japanese and Korean. Every machine that has them
draws the same page, whatever fonts it has of its own.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stablecheck.errors import FontNotInstalledError
from stablecheck.resources import templates

INTER: Mapping[int, str] = {400: "Inter-Regular.otf", 600: "Inter-SemiBold.otf"}
"""The shipped files by weight."""

_CJK_PACKAGES: Mapping[int, str] = {
    400: "noto_cjk_sans_jp_regular",
    600: "noto_cjk_sans_jp_bold",
}
_DEJAVU: Mapping[int, str] = {400: "DejaVuSans.ttf", 600: "DejaVuSans-Bold.ttf"}
_NEEDED_BY = ("ja",)


@dataclass(frozen=True)
class Typeface:
    """A typeface.

    Args:
        family: Its name in style sheets.
        name: What its files are called there.
        files: Its files by weight.
        features: The layout features that its writing needs; ``*`` for all it has.
    """

    family: str
    name: str
    files: Mapping[int, Path]
    features: tuple[str, ...] = ()

    @property
    def characters(self) -> frozenset[str]:
        """What it draws in every weight."""
        return frozenset.intersection(*(_characters(file) for file in self.files.values()))


def need_font(language: str) -> None:
    """Check that what the language is written with is installed.

    Raises:
        FontNotInstalledError: It is not; the message holds the command that installs it.
    """
    if language in _NEEDED_BY and not cjk_files():
        raise FontNotInstalledError(
            f"a report in {language!r} needs a font that is not installed; "
            f"install it with: pip install 'stablecheck[{language}]'"
        )


def inter_file(weight: int) -> Path:
    """The shipped file of that weight."""
    return templates() / "fonts" / INTER[weight]


def typefaces() -> tuple[Typeface, ...]:
    """Those that are installed, in the order in which they are asked for a character."""
    inter = Typeface("Stablecheck Sans", "inter", {weight: inter_file(weight) for weight in INTER})
    wide = Typeface("Stablecheck Sans Wide", "wide", _dejavu_files(), ("*",))
    cjk = Typeface("Stablecheck Sans CJK", "cjk", cjk_files())
    return (inter, wide, cjk) if cjk.files else (inter, wide)


def cjk_files() -> Mapping[int, Path]:
    """The files of the Japanese typeface by weight; empty where it is not installed."""
    found = {weight: _font_in(package) for weight, package in _CJK_PACKAGES.items()}
    known = {weight: file for weight, file in found.items() if file is not None}
    return known if len(known) == len(_CJK_PACKAGES) else {}


def _font_in(package: str) -> Path | None:
    files = (file for folder in _folders(package) for file in sorted(folder.glob("*.otf")))
    return next(files, None)


def _dejavu_files() -> Mapping[int, Path]:
    (folder,) = _folders("matplotlib")
    return {
        weight: folder / "mpl-data" / "fonts" / "ttf" / name for weight, name in _DEJAVU.items()
    }


@functools.cache
def _folders(package: str) -> tuple[Path, ...]:
    """Where a package lies, without importing it."""
    spec = importlib.util.find_spec(package)
    return tuple(Path(folder) for folder in (spec and spec.submodule_search_locations) or ())


@functools.cache
def _characters(file: Path) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))
