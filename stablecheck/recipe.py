"""What is trained, as the checklist declares it: model, data, loss, optimiser, schedule, budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from typing_extensions import Self

from stablecheck.section import Section

WITH_COLUMNS = (".csv", ".parquet")
TABLES = (*WITH_COLUMNS, ".npz")
SCHEDULES = ("constant", "cosine", "linear", "step")
OWN = "own"
"""Loss or optimiser are the model's: those of a LightningModule, a skorch net, a transformer."""


Task = Literal[
    "classification",
    "multi_label",
    "regression",
    "language_modelling",
    "segmentation",
    "custom",
]
"""Kinds of problems."""

Precision = Literal["fp32", "tf32", "bf16"]
"""Single precision; the same with products of 10 bits on CUDA; products in bfloat16."""


class Validation(Section):
    """How the held-out part is cut off when the data brings no split of its own."""

    fraction: float = Field(0.2, gt=0, lt=1, description="Share of the rows that is held out.")
    seed: int = Field(0, ge=0, description="Seed of the split; the same for every trial.")
    by: Literal["random", "group", "time"] = Field(
        "random",
        description="random: any rows, stratified by class; group: the rows of one group stay on "
        "one side; time: the latest rows are held out, and equal times stay on one side.",
    )
    column: str | None = Field(
        None,
        description="For group and time: the column to go by. It is no input unless columns names "
        "it.",
    )

    @model_validator(mode="after")
    def _column_to_go_by(self) -> Self:
        if self.by != "random" and self.column is None:
            raise ValueError(f"by: {self.by} needs the column to go by; expected e.g. column: day")
        if self.by == "random" and self.column is not None:
            raise ValueError(
                "column has no meaning with by: random; expected by: group or by: time beside it"
            )
        return self


Level = str | int | float | bool
"""A value of a column of categories, as YAML reads it."""


def level_text(level: Level) -> str:
    """The level as a table has it: all are compared as texts.

    >>> level_text("M"), level_text(3), level_text(3.0), level_text(True)
    ('M', '3', '3', 'true')
    """
    if isinstance(level, bool):
        return str(level).lower()
    if isinstance(level, float) and level.is_integer():
        return str(int(level))
    return str(level)


class Columns(Section):
    """What the columns of a table hold, and so how they become inputs."""

    numeric: tuple[str, ...] | None = Field(
        None, description="Numbers; every column of numbers that is named nowhere else if left out."
    )
    categorical: tuple[str, ...] = Field(
        (),
        description="One 0/1 input for each level that the training part has; a row with any other "
        "level has 0 in all of them.",
    )
    ordinal: dict[str, Annotated[tuple[Level, ...], Field(min_length=2)]] = Field(
        default_factory=dict,
        description="Levels by column, the lowest first; they become 0, 1, 2 ….",
    )
    drop: tuple[str, ...] = Field((), description="Columns that are no inputs.")


class NumberConstant(Section):
    """One number for every gap."""

    constant: float = Field(allow_inf_nan=False, description="The number.")


class LevelConstant(Section):
    """One level for every gap."""

    constant: Level = Field(description="The level; categorical columns need not have it yet.")


class Missing(Section):
    """What becomes of missing values; what fills them is learnt from the training part alone."""

    numeric: Literal["refuse", "mean", "median", "most_frequent"] | NumberConstant = Field(
        "refuse", description="refuse, mean, median, most_frequent or {constant: 0}."
    )
    categorical: Literal["refuse", "most_frequent"] | LevelConstant = Field(
        "refuse", description="refuse, most_frequent or {constant: unknown}."
    )
    ordinal: Literal["refuse", "most_frequent"] | LevelConstant = Field(
        "refuse", description="refuse, most_frequent or {constant: one of the levels}."
    )
    indicator: bool = Field(
        False,
        description="Add a 0/1 input for each column with gaps in the training part: 1 where the "
        "value was missing.",
    )


class ScoreCallable(Section):
    """A score of the team's own, ``callable(y_true, y_pred) -> float``."""

    callable: str = Field(description="file.py:callable or package.module:callable.")
    higher_is_better: bool = Field(description="Whether a larger score is a better one.")


class Optimizer(Section):
    """The optimiser and its settings."""

    name: Literal["sgd", "adam", "adamw", "own"] = Field(
        "sgd",
        description="Kind of optimiser; own: the model's, such as that of configure_optimizers.",
    )
    lr: float = Field(
        gt=0,
        description="Peak learning rate, or, with name: own, a factor on the model's own rates, "
        "such as 1.",
    )
    momentum: float = Field(0.0, ge=0, lt=1, description="Momentum of SGD.")
    nesterov: bool = Field(False, description="Nesterov momentum; needs momentum > 0.")
    weight_decay: float = Field(0.0, ge=0, description="Weight decay (decoupled for adamw).")
    betas: tuple[float, float] = Field((0.9, 0.999), description="Decay rates of Adam's averages.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.name == OWN and self._settings():
            raise ValueError(
                f"{OWN} takes the model's optimiser with its settings; expected name and lr alone, "
                f"found {', '.join(self._settings())}"
            )
        if self.name != "sgd" and (self.momentum or self.nesterov):
            raise ValueError(f"momentum and nesterov belong to sgd, not to {self.name}; use betas")
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov needs momentum > 0; expected e.g. momentum: 0.9")
        if not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError("betas must lie in [0, 1); expected e.g. [0.9, 0.999]")
        return self

    def _settings(self) -> list[str]:
        """What is set beside name and rate."""
        fields = type(self).model_fields.items()
        set_ = [name for name, field in fields if getattr(self, name) != field.default]
        return [name for name in set_ if name not in ("name", "lr")]


class Schedule(Section):
    """How the learning rate moves over the steps of one training."""

    name: str = Field(
        "constant",
        description="constant, cosine, linear, step, or file.py:callable from progress in [0, 1] "
        "to a factor on the peak rate.",
    )
    warmup: float = Field(0.0, ge=0, lt=1, description="Share of the steps that ramp up linearly.")
    milestones: tuple[float, ...] = Field(
        (0.5, 0.75), description="For step: shares of the budget after which the rate drops."
    )
    gamma: float = Field(0.1, gt=0, le=1, description="For step: factor of each drop.")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.name not in SCHEDULES and ":" not in self.name:
            raise ValueError(
                f"unknown schedule {self.name!r}; expected one of {', '.join(SCHEDULES)}, "
                "or file.py:callable"
            )
        return self


class Candidate(Section):
    """The recipe under test."""

    model: str = Field(description="file.py:callable or package.module:callable; gets model_args.")
    model_args: dict[str, Any] = Field(default_factory=dict, description="Passed to the model.")
    data: str = Field(
        description="sklearn:NAME, FILE.csv|.parquet|.npz, file.py:callable or module:callable, "
        "or FOLDER/ of Hugging Face datasets."
    )
    data_args: dict[str, Any] = Field(
        default_factory=dict, description="Passed to a data callable."
    )
    target: str | Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        None,
        description="Column to predict, for tables; for regression and multi_label also a list of "
        "them. Key of the target in data sets of mappings; labels or label if left out.",
    )
    inputs: str | tuple[str, ...] | None = Field(
        None,
        description="Keys of the inputs in data sets of mappings, passed to the model by name; all "
        "but the target if left out. One key that is no list is passed alone.",
    )
    columns: Columns | None = Field(
        None, description="What the columns of a .csv or .parquet hold; numbers if left out."
    )
    missing: Missing | None = Field(
        None, description="How gaps in a .csv or .parquet are filled; refused if left out."
    )
    streaming: Literal["auto", "always", "never"] = Field(
        "auto",
        description="Whether data sets are read row by row as they are needed; auto: beyond 1 GiB. "
        "Random augmentation of the items is drawn once in memory, and anew each time a row is "
        "streamed. Shares of streamed rows are stratified by class only where the data set has an "
        "attribute targets that holds those of its items.",
    )
    validation: Validation = Field(default_factory=Validation)
    scaling: Literal["standard", "minmax", "robust", "none"] = Field(
        "standard",
        description="Scale the numeric inputs of bundled sets and tables, with the training part's "
        "statistics: to mean 0 and deviation 1, to [0, 1], or by median and quartiles. A "
        "regression target is standardised unless none. Data callables are never touched.",
    )
    task: Task = Field(
        description="Kind of problem; classification is binary, of many classes, or of sequences; "
        "custom is whatever the loss says."
    )
    loss: str = Field(
        description="A torch.nn.functional name, file.py:callable, or own for the model's own. A "
        "callable gets (outputs, targets), for task: custom (model, batch)."
    )
    score: str | ScoreCallable = Field(
        description="A scikit-learn scorer name, neg_loss, or {callable, higher_is_better}. For "
        "language_modelling token_accuracy or neg_perplexity, for segmentation pixel_accuracy or "
        "mean_iou. A callable gets (targets, outputs), for task: custom (model, batches)."
    )
    optimizer: Optimizer
    schedule: Schedule = Field(default_factory=Schedule)
    batch_size: int = Field(64, ge=1, description="Examples per gradient step.")
    epochs: int | None = Field(None, ge=1, description="Budget in passes over the training data.")
    steps: int | None = Field(None, ge=1, description="Budget in gradient steps.")
    precision: Precision = Field("fp32", description="Arithmetic of the training; tf32 is CUDA's.")

    @model_validator(mode="after")
    def _one_budget(self) -> Self:
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("expected exactly one of epochs and steps, e.g. epochs: 30")
        return self

    @property
    def higher_is_better(self) -> bool:
        """Whether a larger score is better; scikit-learn's scorers are all built that way."""
        return self.score.higher_is_better if isinstance(self.score, ScoreCallable) else True

    @property
    def learning_rate(self) -> float | None:
        """The peak learning rate."""
        return self.optimizer.lr


class ReportedScore(Section):
    """The score that a command reports of each training."""

    name: str = Field(min_length=1, description="What it is called, such as accuracy.")
    higher_is_better: bool = Field(description="Whether a larger score is a better one.")


def _own_by_default(optimizer: Optimizer | None) -> Optimizer | None:
    """An optimizer that is not named is the script's own, unless it has what only SGD has."""
    if optimizer is None or optimizer.momentum or "name" in optimizer.model_fields_set:
        return optimizer
    return optimizer.model_copy(update={"name": OWN})


class CommandCandidate(Section):
    """The recipe under test where a script of the team's own carries it out.

    The command is run once a training, without a shell, in the folder of the checklist. What a
    probe varies reaches it through placeholders; what came out comes back through
    ``stablecheck.PathRecorder`` or a file of the same form.
    """

    command: str = Field(
        min_length=1,
        description="Program and arguments, without a shell; python is the one that stablecheck "
        "runs with. {seed} is required; {lr}, {data_fraction}, {label_noise}, {batch_size}, "
        "{epochs}, {steps}, {optimizer}, {momentum}, {nesterov}, {weight_decay}, {betas}, "
        "{schedule}, {warmup}, {milestones}, {gamma}, {precision}, {device} and {model_args.NAME} "
        "stand for what a training is to use; a brace of its own is {{ or }}.",
    )
    score: ReportedScore = Field(description="What the command reports as its score.")
    optimizer: Annotated[Optimizer | None, AfterValidator(_own_by_default)] = Field(
        None,
        description="What {lr} and its like are in the candidate as it is; name: own by default.",
    )
    schedule: Schedule | None = Field(
        None, description="What {schedule} and its like are in the candidate as it is."
    )
    model_args: dict[str, Any] = Field(
        default_factory=dict,
        description="What each {model_args.NAME} is in the candidate as it is.",
    )
    batch_size: int | None = Field(None, ge=1, description="What {batch_size} is.")
    epochs: int | None = Field(
        None, ge=1, description="Budget in passes over the rows that a training sees; {epochs}."
    )
    steps: int | None = Field(None, ge=1, description="Budget in gradient steps; {steps}.")
    precision: Precision | None = Field(None, description="What {precision} is.")
    code: tuple[str, ...] = Field(
        (),
        description="Files and folders whose digest is the candidate's code; by default every file "
        "that the command names, and the Python files beside and below each.",
    )
    data: tuple[str, ...] = Field(
        (), description="Files and folders whose digest is the data's; without any it is not known."
    )

    @model_validator(mode="after")
    def _one_budget(self) -> Self:
        if self.epochs is not None and self.steps is not None:
            raise ValueError("expected one of epochs and steps, not both; leave one out")
        return self

    @property
    def higher_is_better(self) -> bool:
        """Whether a larger score is better."""
        return self.score.higher_is_better

    @property
    def learning_rate(self) -> float | None:
        """The learning rate of the candidate as it is; None where it declares none."""
        return self.optimizer.lr if self.optimizer is not None else None


A_MODEL, A_COMMAND = "a model", "a command"


def kind_of_recipe(written: object) -> str:
    """``A_COMMAND`` for a recipe with the key ``command``, ``A_MODEL`` for any other."""
    if isinstance(written, Mapping):
        return A_COMMAND if "command" in written else A_MODEL
    return A_COMMAND if isinstance(written, CommandCandidate) else A_MODEL


Recipe: TypeAlias = Annotated[
    Annotated[Candidate, Tag(A_MODEL)] | Annotated[CommandCandidate, Tag(A_COMMAND)],
    Discriminator(kind_of_recipe),
]
"""Either kind of candidate; a command has the key ``command``."""


class Incumbent(Section):
    """What the recipe that the candidate would replace does differently.

    Data, task and score are the candidate's: both are scored on the same held-out rows.
    """

    command: str | None = Field(
        None, min_length=1, description="Another command, where the candidate is one."
    )
    code: tuple[str, ...] = Field(
        (), description="For a command: files and folders whose digest is its code."
    )
    model: str | None = Field(None, description="Another model; gets its model_args.")
    model_args: dict[str, Any] = Field(
        default_factory=dict, description="Changes of the candidate's model_args."
    )
    loss: str | None = Field(None, description="Another loss.")
    optimizer: dict[str, Any] = Field(
        default_factory=dict,
        description="Changes of the candidate's optimizer; with another name, the whole of it.",
    )
    schedule: dict[str, Any] = Field(
        default_factory=dict,
        description="Changes of the candidate's schedule; with another name, the whole of it.",
    )
    batch_size: int | None = Field(None, ge=1, description="Another batch size.")
    epochs: int | None = Field(None, ge=1, description="Another budget in epochs.")
    steps: int | None = Field(None, ge=1, description="Another budget in gradient steps.")
    precision: Precision | None = Field(None, description="Another arithmetic.")


class Treatment(Section):
    """What is done to one training of a recipe that the recipe itself does not say."""

    data_fraction: float = Field(1.0, gt=0, le=1, description="Share of the training rows it sees.")
    step_fraction: float = Field(1.0, gt=0, description="Gradient steps, as a share of its budget.")
    label_noise: float = Field(
        0.0, ge=0, le=1, description="Share of the training rows whose targets are shuffled."
    )
    gradients: Literal["loss", "noise"] = Field(
        "loss", description="noise: steps along random directions, as long as the gradients are."
    )
    epoch_batch_size: int | None = Field(
        None, ge=1, description="Rows per step by which epochs are counted; None: the recipe's own."
    )

    def steps(self, recipe: Recipe, rows: int) -> int:
        """Gradient steps of one training, at least one; incomplete last batches are dropped.

        An epoch counts as that of all ``rows``, whatever share of them the treatment leaves.
        """
        budget = recipe.steps or (recipe.epochs or 1) * self.steps_per_epoch(recipe, rows)
        return max(1, round(budget * self.step_fraction))

    def steps_per_epoch(self, recipe: Recipe, rows: int) -> int:
        """Gradient steps of one pass over all ``rows``, by which epochs are counted."""
        return rows // min(self.epoch_batch_size or recipe.batch_size or rows, rows)


PLAIN = Treatment()
"""Nothing but the recipe."""


class CandidateFacts(Section):
    """What is known of model and data; of a command nothing is, but for what it declares and told.

    Of a model everything is known once it was loaded, before anything trains.
    """

    n_train: int | None = Field(None, description="Training rows.")
    n_heldout: int | None = Field(None, description="Validation rows.")
    dimension: int | None = Field(
        None,
        description="Numbers per input, d; tokens one-hot, one for each that occurs at a place.",
    )
    effective_dimension: float | None = Field(
        None, description="Participation ratio (Σλ)²/Σλ² of the training inputs' covariance."
    )
    parameters: int | None = Field(None, description="Trainable parameters, D.")
    classes: int | None = Field(
        None,
        description="Number of classes of a row; None where there are none, as in a regression, "
        "and where they are not counted, as of streamed data.",
    )
    batch_norm: bool | None = Field(
        None, description="Whether the model normalises by batch statistics."
    )
    steps: int | None = Field(None, description="Gradient steps of one training of the candidate.")
    batch_size: int | None = Field(None, description="Rows per step, at most n_train.")
    data_sha256: str | None = Field(
        None,
        description="Digest of the arrays trained and validated on; of a command's data files.",
    )


UNTOLD = frozenset(("dimension", "effective_dimension", "classes"))
"""Facts that no command tells."""
