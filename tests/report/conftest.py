"""The made-up runs of ``builder.py``, each built once."""

from __future__ import annotations

import functools
import importlib.util
import sys
from pathlib import Path

import pytest

_NAME = "report_builder"
_spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).with_name("builder.py"))
builder = sys.modules[_NAME] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(builder)


@functools.cache
def _run(name: str):
    return builder.SCENARIOS[name]()


@pytest.fixture
def run_of():
    """The made-up run of that name."""
    return _run


@pytest.fixture
def build():
    """The module that makes runs up, for runs of one's own."""
    return builder


@pytest.fixture(params=list(builder.SCENARIOS))
def any_run(request):
    """Every made-up run in turn."""
    return _run(request.param)
