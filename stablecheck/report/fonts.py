"""The typefaces: Inter, which the package ships, and Noto Sans CJK JP, which the extra ja brings.

Japanese needs the second. It is used wherever a page holds such characters and it is installed, cut
down to those characters: all of it would be 34 MB.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import re
from collections.abc import Mapping
from pathlib import Path

from stablecheck.errors import FontNotInstalledError
from stablecheck.report.phrases import Phrases
from stablecheck.resources import templates

INTER: Mapping[int, str] = {400: "Inter-Regular.otf", 600: "Inter-SemiBold.otf"}
"""The shipped files by weight."""

CJK_FAMILY = "Noto Sans CJK JP"
_CJK_PACKAGES: Mapping[int, str] = {
    400: "noto_cjk_sans_jp_regular",
    600: "noto_cjk_sans_jp_bold",
}
_NEEDED_BY = ("ja",)
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_LAST_PLAIN = "\u00ff"
_NAMES_KEPT = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Names of a font that stay in a part of it; 0, 13 and 14 are its copyright and its licence."""
_VERTICAL = ["vhea", "vmtx", "VORG"]


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


def cjk_files() -> Mapping[int, Path]:
    """The files of the Japanese typeface by weight; empty where it is not installed."""
    found = {weight: _font_in(package) for weight, package in _CJK_PACKAGES.items()}
    known = {weight: file for weight, file in found.items() if file is not None}
    return known if len(known) == len(_CJK_PACKAGES) else {}


def cjk_parts(page: str, phrases: Phrases) -> Mapping[int, bytes]:
    """What a page needs of the Japanese typeface, by weight; empty where it needs nothing of it.

    It holds the language's phrases as well, so that all pages of a run can share it.
    """
    if not _CJK.search(page):
        return {}
    asked = {*page, *phrases.characters}
    # Plain ones too: the spaces beside Japanese are taken from the font of the characters there.
    characters = "".join(sorted(c for c in asked if _CJK.match(c) or c <= _LAST_PLAIN))
    return {weight: _part(file, characters) for weight, file in cjk_files().items()}


def _font_in(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    files = (file for folder in folders or () for file in sorted(Path(folder).glob("*.otf")))
    return next(files, None)


@functools.lru_cache(maxsize=8)
def _part(file: Path, characters: str) -> bytes:
    """The font with these characters alone; the same bytes for the same characters."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        name_IDs=_NAMES_KEPT, notdef_outline=True, layout_features=[], desubroutinize=True
    )
    options.drop_tables += _VERTICAL
    with TTFont(file, lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        written = io.BytesIO()
        font.save(written)
    return written.getvalue()
