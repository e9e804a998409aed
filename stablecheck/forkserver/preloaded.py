"""Imported by the process that workers are forked from, and by no other.

What is imported is named as text: it stands in rooms above this one.
"""

from __future__ import annotations

import contextlib
import importlib
import sys

WANTED = (
    "stablecheck.executors.jobs",
    "torch._dynamo",  # which torch imports when it makes its first optimizer
)

before = list(sys.path)
sys.path[:] = [entry for entry in sys.path if entry]  # the current folder hides no library
for name in WANTED:
    with contextlib.suppress(Exception):  # a worker will say what is wrong
        importlib.import_module(name)
sys.path[:] = before
