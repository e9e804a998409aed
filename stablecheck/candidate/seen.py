"""What a first look at data and a model finds, before there is a recipe."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stablecheck.section import Section

TargetKind = Literal["names", "whole", "real"]
ColumnKind = Literal["numbers", "texts", "dates", "others", "nothing"]


class DataSeen(Section):
    """Data as it was read; of data too large for memory all but the numbers of rows is of some."""

    rows: int = Field(description="Rows, those of a held-out part of its own left out.")
    heldout_rows: int | None = Field(description="Rows of that part; None where there is none.")
    shape: tuple[int, ...] = Field(description="Shape of one input.")
    vocabulary: int | None = Field(
        description="One more than the largest input, where inputs are whole numbers from 0 up."
    )
    scalable: bool = Field(description="Whether it may be standardised.")
    target_shape: tuple[int, ...] = Field(description="Shape of one target.")
    target_kind: TargetKind = Field(description="names: text, or true and false.")
    distinct: int = Field(description="Distinct targets.")
    largest_share: float = Field(description="Share of the rows with the most frequent target.")


class ColumnSeen(Section):
    """One column of a table as it was read."""

    name: str
    kind: ColumnKind
    gaps: int = Field(description="Rows without a value.")
    levels: int | None = Field(description="Different texts; None for other kinds.")
    counts_rows: bool = Field(description="Whether it counts the rows, and tells nothing else.")


class TableSeen(Section):
    """A table as it was read, before anything is declared of its columns."""

    rows: int
    columns: tuple[ColumnSeen, ...] = Field(description="Those that are not the target.")


class Argument(Section):
    """One argument that a model's callable takes by name."""

    name: str
    required: bool


class ModelSeen(Section):
    """A model that was built and asked for outputs."""

    arguments: int = Field(description="Which of the offered arguments it was built with.")
    parameters: int = Field(description="Trainable parameters, D.")
    outputs: int = Field(description="Numbers it returns for a row.")
    form: Literal["any", "probabilities", "log-probabilities"] = Field(
        description="What its outputs look like, where each row has more than one."
    )
