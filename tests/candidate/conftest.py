"""Tables on disk, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from stablecheck.candidate.data import Dataset, load_dataset
from stablecheck.recipe import Candidate

Load = Callable[..., Dataset]


@pytest.fixture
def load(make_candidate, tmp_path: Path) -> Load:
    """Write ``t.csv`` and load it as a candidate's data; keyword arguments replace fields.

    The last two of ten rows are held out, by the column ``t``, unless ``validation`` says else.
    """

    def make(header: str, rows: Iterable[Sequence[Any]], **changes: Any) -> Dataset:
        lines = [header, *(",".join(map(str, row)) for row in rows)]
        (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
        fields = {
            "data": "t.csv",
            "target": "y",
            "task": "regression",
            "loss": "mse_loss",
            "score": "r2",
            "validation": {"by": "time", "column": "t"},
        }
        recipe = make_candidate().model_dump() | fields | changes
        return load_dataset(Candidate.model_validate(recipe, strict=False), (tmp_path,))

    return make
