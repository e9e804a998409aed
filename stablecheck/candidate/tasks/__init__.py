"""The tasks that a candidate may have; each is one file."""

from __future__ import annotations

from collections.abc import Mapping

from stablecheck.candidate.tasks.base import Task
from stablecheck.candidate.tasks.classification import Classification
from stablecheck.candidate.tasks.custom import Custom
from stablecheck.candidate.tasks.language_modelling import LanguageModelling
from stablecheck.candidate.tasks.multi_label import MultiLabel
from stablecheck.candidate.tasks.regression import Regression
from stablecheck.candidate.tasks.segmentation import Segmentation

__all__ = ["TASKS", "Task"]

TASKS: Mapping[str, Task] = {
    task.name: task
    for task in (
        Classification(),
        MultiLabel(),
        Regression(),
        LanguageModelling(),
        Segmentation(),
        Custom(),
    )
}
