"""The code that examples bring."""

import importlib.util
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def code(monkeypatch):
    """Import one file of an example, such as ``code("text/data.py")``."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def load(path):
        spec = importlib.util.spec_from_file_location(path, EXAMPLES / path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
