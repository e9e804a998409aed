"""References to code, followed without running any of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stablecheck.reference import Reference, exists, locate, parse_reference, top_level_names

TRAP = "raise SystemExit('executed')\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that end the program when they are executed."""
    for name in (
        "own/__init__.py",
        "own/deep/__init__.py",
        "own/deep/leaf.py",
        "spaced/a/b.py",
        "f.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TRAP)
    return tmp_path


def test_a_reference_splits_at_its_last_colon():
    assert parse_reference("a/b.py:f") == Reference("a/b.py", "f")
    assert parse_reference(r"C:\a b\c.py:f") == Reference(r"C:\a b\c.py", "f")
    assert parse_reference("package.module:Class") == Reference("package.module", "Class")
    assert parse_reference("a/b.py:f").is_file
    assert not parse_reference("package.module:f").is_file


@pytest.mark.parametrize(
    "text", ["", "a.py", ":f", "a.py:", "a.py:1f", "a.py:f.g", "a-b:f", "a..b:f", "a/b:f"]
)
def test_another_form_is_refused_with_the_expected_one(text: str):
    with pytest.raises(ValueError, match=r"expected file\.py:callable or package"):
        parse_reference(text)


@pytest.mark.parametrize(
    ("location", "file"),
    [
        ("f.py", "f.py"),
        ("own/deep/leaf.py", "own/deep/leaf.py"),
        ("own", "own/__init__.py"),
        ("own.deep", "own/deep/__init__.py"),
        ("own.deep.leaf", "own/deep/leaf.py"),
        ("spaced.a.b", "spaced/a/b.py"),
    ],
)
def test_files_and_modules_are_found_without_running_them(folder: Path, location: str, file: str):
    named = Reference(location, "f")
    assert locate(named, [folder / "nowhere", folder]) == folder / file
    assert exists(named, [folder])
    assert not any(name.split(".")[0] in ("own", "spaced") for name in sys.modules)


@pytest.mark.parametrize(
    "location", ["g.py", "own.py", "own.nothing", "f.inner", "nosuch", "a\0.py"]
)
def test_what_is_not_there_is_not_found(folder: Path, location: str):
    named = Reference(location, "f")
    assert locate(named, [folder]) is None
    assert not exists(named, [folder])


def test_the_first_folder_wins(folder: Path, tmp_path: Path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "f.py").touch()
    assert locate(Reference("f.py", "x"), [other, folder]) == other / "f.py"
    assert locate(Reference("f", "x"), [other, folder]) == other / "f.py"


def test_installed_and_compiled_modules_are_found():
    assert locate(Reference("json.decoder", "x"), []) == Path(json.__file__).with_name("decoder.py")
    assert exists(Reference("math", "sqrt"), [])
    assert exists(Reference("sys", "path"), [])
    assert locate(Reference("sys", "path"), []) is None, "a built-in module has no source"


def test_finding_a_module_does_not_import_its_package():
    script = (
        "import sys; from stablecheck.reference import Reference, locate\n"
        "assert locate(Reference('torch.nn.functional', 'x'), []).name == 'functional.py'\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


SOURCES = {
    "def f(): ...\nasync def g(): ...\nclass H:\n    inner = 1\n": {"f", "g", "H"},
    "a = b = 1\nc: int = 2\n(d, [e, *f]) = 1\nx.y = z[0] = 3\n": {"a", "b", "c", "d", "e", "f"},
    "import a.b\nimport c.d as e\nfrom f import g, h as i\n": {"a", "e", "g", "i"},
    "if x:\n    a = 1\nelif y:\n    b = 1\nelse:\n    c = 1\n": {"a", "b", "c"},
    "try:\n    a = 1\nexcept E:\n    b = 1\nelse:\n    c = 1\nfinally:\n    d = 1\n": {*"abcd"},
    "for a in x:\n    b = 1\nwhile x:\n    c = 1\nwith x as d:\n    e = 1\n": {*"abcde"},
    "match x:\n    case 1:\n        a = 1\n": {"a"},
    "def f():\n    inner = 1\n": {"f"},
    "# coding: latin-1\nf = '\xe9'\n": {"f"},
    "from x import *\ndef f(): ...\n": None,
    "if x:\n    from x import *\n": None,
    "def __getattr__(name): ...\n": None,
    "def f():\n    '\\d'\n": {"f"},
    "": set(),
}


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_the_names_at_the_top_level_are_read_from_the_text(tmp_path: Path, source: str):
    path = tmp_path / "m.py"
    path.write_bytes(source.encode("latin-1"))
    assert top_level_names(path) == SOURCES[source]


@pytest.mark.parametrize(
    "source", [b"def f(:\n", b"\0", b"'\xff'"], ids=["syntax", "null", "encoding"]
)
def test_a_file_that_is_not_python_says_so(tmp_path: Path, source: bytes):
    path = tmp_path / "m.py"
    path.write_bytes(source)
    with pytest.raises(
        SyntaxError, match=re.compile("invalid syntax|null bytes|utf-8|unicode", re.I)
    ):
        top_level_names(path)
