"""The made-up runs, each built once."""

from __future__ import annotations

import functools

import pytest

from tests.report.made_up.scenarios import SCENARIOS


@functools.cache
def _run(name: str):
    return SCENARIOS[name]()


@pytest.fixture
def run_of():
    """The made-up run of that name."""
    return _run


@pytest.fixture(params=list(SCENARIOS))
def any_run(request):
    """Every made-up run in turn."""
    return _run(request.param)
