"""What is trained, as the checklist declares it: model, data, loss, optimiser, schedule, budget."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from stablecheck.section import Section

TABLES = (".csv", ".parquet", ".npz")
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
        description="Peak learning rate; for own a factor on the model's own rates, such as 1.",
    )
    momentum: float = Field(0.0, ge=0, lt=1, description="Momentum of SGD.")
    nesterov: bool = Field(False, description="Nesterov momentum; needs momentum > 0.")
    weight_decay: float = Field(0.0, ge=0, description="Weight decay (decoupled for adamw).")
    betas: tuple[float, float] = Field((0.9, 0.999), description="Decay rates of Adam's averages.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.name != "sgd" and (self.momentum or self.nesterov):
            raise ValueError(f"momentum and nesterov belong to sgd, not to {self.name}; use betas")
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov needs momentum > 0; expected e.g. momentum: 0.9")
        if not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError("betas must lie in [0, 1); expected e.g. [0.9, 0.999]")
        return self


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
    target: str | None = Field(
        None,
        description="Column to predict, for tables; key of the target in data sets of mappings, "
        "labels or label where it is left out.",
    )
    inputs: str | tuple[str, ...] | None = Field(
        None,
        description="Keys of the inputs in data sets of mappings, passed to the model by name; all "
        "but the target otherwise. One key that is no list is passed alone.",
    )
    streaming: Literal["auto", "always", "never"] = Field(
        "auto",
        description="Whether data sets are read row by row as they are needed; auto: beyond 1 GiB.",
    )
    validation: Validation = Field(default_factory=Validation)
    scaling: Literal["standard", "none"] = Field(
        "standard",
        description="Standardise features (and a regression target) of bundled sets and tables "
        "with the training part's statistics; data callables are never touched.",
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


class Incumbent(Section):
    """What the recipe that the candidate would replace does differently.

    Data, task and score are the candidate's: both are scored on the same held-out rows.
    """

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

    def steps(self, recipe: Candidate, rows: int) -> int:
        """Gradient steps of one training, at least one; incomplete last batches are dropped.

        An epoch counts as that of all ``rows``, whatever share of them the treatment leaves.
        """
        per_step = min(self.epoch_batch_size or recipe.batch_size, rows)
        budget = recipe.steps or (recipe.epochs or 1) * (rows // per_step)
        return max(1, round(budget * self.step_fraction))


PLAIN = Treatment()
"""Nothing but the recipe."""


class CandidateFacts(Section):
    """What is known of model and data once they have been loaded, before anything trains."""

    n_train: int = Field(description="Training rows.")
    n_heldout: int = Field(description="Validation rows.")
    dimension: int = Field(
        description="Numbers per input, d; tokens one-hot, one for each that occurs at a place."
    )
    effective_dimension: float = Field(
        description="Participation ratio (Σλ)²/Σλ² of the training inputs' covariance."
    )
    parameters: int = Field(description="Trainable parameters, D.")
    classes: int | None = Field(description="Number of classes; None for regression.")
    batch_norm: bool = Field(description="Whether the model normalises by batch statistics.")
    steps: int = Field(description="Gradient steps of one training of the candidate.")
    batch_size: int = Field(description="Rows per step, at most n_train.")
    data_sha256: str = Field(description="Digest of the arrays trained and validated on.")
