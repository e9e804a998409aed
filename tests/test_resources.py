"""Where shipped files are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from stablecheck import resources


def test_a_source_checkout_has_its_files_beside_the_package():
    root = Path(resources.__file__).resolve().parents[1]
    assert resources.shipped_checklists() == root / "checklists"
    assert resources.templates() == root / "templates"
    assert {"quickstart", "standard"} <= set(resources.shipped_names())


def test_an_installed_package_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "stablecheck"
    (package / "_shipped" / "checklists").mkdir(parents=True)
    (package / "_shipped" / "checklists" / "own.yaml").touch()
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    assert resources.shipped_names() == ("own",)
    assert resources.shipped_checklists() == package / "_shipped" / "checklists"
