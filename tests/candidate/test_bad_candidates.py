"""Every way a candidate can be unusable gets one line that names the field and the remedy."""

import numpy as np
import pytest

from stablecheck.candidate.examination import examine
from stablecheck.candidate.prepared import prepare
from stablecheck.errors import CandidateError
from stablecheck.recipe import Optimizer, ScoreCallable

DATA = (
    "import numpy as np\nx = np.random.default_rng(0).normal(size=(60, 4))\ny = np.arange(60) % 3\n"
)


@pytest.fixture
def examined(make_candidate, tmp_path):
    """Write ``own.py`` with the given source and examine a candidate that uses it."""

    def examine_(source="", **changes):
        (tmp_path / "own.py").write_text(DATA + source)
        fields = {"model_args": {"inputs": 4, "outputs": 3}, "data": "own.py:data"}
        return examine(prepare(make_candidate(**(fields | changes)), (tmp_path,))).facts

    return examine_


def data(x="x", y="y"):
    return f"def data():\n    return {x}[:40], {y}[:40], x[40:], y[40:]\n"


def test_a_sound_candidate_is_described(examined):
    facts = examined(data())
    assert (facts.n_train, facts.n_heldout, facts.dimension, facts.classes) == (40, 20, 4, 3)
    assert facts.batch_size == 40
    assert facts.batch_norm
    assert facts.parameters == 4 * 64 + 64 + 2 * 64 + 64 * 64 + 64 + 2 * 64 + 64 * 3 + 3


@pytest.mark.parametrize(
    ("source", "field", "message"),
    [
        ("def data():\n    return x, y[:50], x, y\n", "data", "differ in length, 60 and 50"),
        (
            "x[7, 2] = np.nan\n" + data(),
            "data",
            "missing or infinite values: 1, the first in row 7, column '2'",
        ),
        (data(y="(0 * y)"), "data", "one class only, 0; classification needs at least two"),
        (data(y="(y + 0.5 * np.nan)"), "data", "y holds missing values"),
        (data(y="np.eye(3)[y]"), "data", r"y has shape \(40, 3\).*argmax"),
        (
            "def data():\n    return x[:40], y[:40] % 2, x[40:], y[40:]\n",
            "data",
            "holds class 2, which the training part lacks",
        ),
        ("def data():\n    return x, y\n", "data", "returned two ndarray; expected"),
        ("def data():\n    return 3\n", "data", "returned int; expected"),
        ("def data():\n    raise OSError('no disk')\n", "data", r"OSError: no disk \(own.py:5\)"),
        ("def data():\n    return x[:0], y[:0], x, y\n", "data", "training part is empty"),
        (data(x="x.astype(str)"), "data", "X holds <U.*expected numbers"),
        ("data = 3\n", "data", "holds a value, not a callable, under 'data'"),
    ],
)
def test_data_that_cannot_be_trained_on(examined, source, field, message):
    with pytest.raises(CandidateError, match=message) as caught:
        examined(source)
    assert caught.value.field == ("candidate", field)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "def build():\n    raise ValueError('bad width')\n",
            r"ValueError: bad width \(own.py:7\)",
        ),
        ("def build():\n    return 3\n", "returned int; expected a torch.nn.Module"),
        (
            "from torch import nn\ndef build():\n    return nn.Flatten()\n",
            "without trainable parameters",
        ),
        (
            "from torch import nn\ndef build():\n    return nn.Linear(5, 3)\n",
            r"on inputs of shape \(40, 4\).*raised RuntimeError",
        ),
        (
            "from torch import nn\ndef build():\n    return nn.Linear(4, 2)\n",
            "returned 2 outputs a row, but y has 3 classes; change its last layer",
        ),
        (
            "from torch import nn\nclass M(nn.Linear):\n    def forward(self, x):\n"
            "        return {'out': super().forward(x)}\ndef build():\n    return M(4, 3)\n",
            "returned a dict of out; expected one tensor",
        ),
        (
            "from torch import nn\nclass M(nn.Linear):\n    def forward(self, x):\n"
            "        return super().forward(x), x\ndef build():\n    return M(4, 3)\n",
            "returned a tuple of 2; expected one tensor of outputs; return that alone",
        ),
        (
            "from torch import nn\nclass M(nn.Linear):\n    def forward(self, x):\n"
            "        super().forward(x)\ndef build():\n    return M(4, 3)\n",
            "returned nothing; expected one tensor",
        ),
        (
            "from torch import nn\nnet = nn.Linear(4, 3)\ndef build():\n    return net\n",
            "returned the same Linear twice; expected a new one at every call",
        ),
        (
            "import torch\nfrom torch import nn\nclass M(nn.Linear):\n    def forward(self, x):\n"
            "        return torch.view_as_real(super().forward(x.to(self.weight.dtype)))[..., 0]\n"
            "def build():\n    return M(4, 3, dtype=torch.complex64)\n",
            "parameter weight is complex64; expected real parameters",
        ),
        (
            "from torch import nn\nclass M(nn.Module):\n    def __init__(self):\n"
            "        super().__init__()\n        self.e = nn.Embedding(9, 3, sparse=True)\n"
            "    def forward(self, x):\n        return self.e(x.long().abs())[:, 0]\n"
            "def build():\n    return M()\n",
            "the gradient of parameter e.weight is sparse; expected a dense one",
        ),
        ("def build():\n    raise SystemExit(3)\n", "SystemExit: 3"),
    ],
)
def test_models_that_cannot_be_trained(examined, source, message):
    with pytest.raises(CandidateError, match=message) as caught:
        examined(data() + source, model="own.py:build", model_args={})
    assert caught.value.field == ("candidate", "model")


def test_wrong_model_arguments_are_named(examined):
    with pytest.raises(CandidateError, match="unexpected keyword argument 'breadth'"):
        examined(data(), model_args={"breadth": 3})


@pytest.mark.parametrize("loss", ["mse_loss", "own.py:squared"])
def test_one_output_for_three_classes_is_refused_whatever_the_loss(examined, loss):
    source = (
        "from torch import nn\ndef build():\n    return nn.Linear(4, 1)\n"
        "def squared(outputs, targets):\n    return (outputs[:, 0] - targets).square().mean()\n"
    )
    message = "returned one number a row, but y has 3 classes"
    with pytest.raises(CandidateError, match=message):
        examined(data() + source, model="own.py:build", model_args={}, loss=loss)


def test_an_unknown_loss_comes_with_a_suggestion(examined):
    with pytest.raises(CandidateError, match="did you mean 'cross_entropy'") as caught:
        examined(data(), loss="cros_entropy")
    assert caught.value.field == ("candidate", "loss")


def test_a_loss_that_is_not_finite_before_training_is_refused(examined):
    source = data() + "def loss(o, t):\n    return o.sum() * float('inf')\n"
    with pytest.raises(CandidateError, match="before any training; expected one finite number"):
        examined(source, loss="own.py:loss")


def test_a_loss_per_row_is_refused(examined):
    source = data() + "def loss(o, t):\n    return o.sum(1)\n"
    with pytest.raises(CandidateError, match=r"gave a tensor of shape \(40,\) before any training"):
        examined(source, loss="own.py:loss")


def test_a_loss_that_does_not_rest_on_the_weights_is_refused(examined):
    source = data() + "def loss(o, t):\n    return (0 * o.detach()).sum().requires_grad_()\n"
    with pytest.raises(CandidateError, match="gives no trainable parameter a gradient; expected"):
        examined(source, loss="own.py:loss")


STREAMED = """
from torch.utils.data import Dataset
class Rows(Dataset):
    def __init__(self, x, y, known):
        self.x, self.y = x.astype("float32"), y
        if known:
            self.targets = y
    def __len__(self):
        return len(self.x)
    def __getitem__(self, row):
        return self.x[row], self.y[row]
def rows(classes, known):
    y = np.arange(60) % 3
    y[45] = classes
    return Rows(x[:40], y[:40], known), Rows(x[40:], y[40:], known)
"""


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("wrong", [7, -1])
def test_labels_of_streamed_data_that_the_model_has_no_output_for_are_refused(
    examined, known, wrong
):
    message = f"y holds class {wrong}, but the model returned 3 classes, 0 to 2"
    if not known:  # found where the held-out part is evaluated
        message = f"evaluation mode on the held-out part, raised IndexError: Target {wrong} is out"
    with pytest.raises(CandidateError, match=message):
        examined(
            STREAMED, data="own.py:rows", data_args={"classes": wrong, "known": known},
            streaming="always",
        )  # fmt: skip


def test_a_token_that_the_model_has_no_output_for_is_refused(examined):
    source = (
        "def data():\n    t = np.arange(360).reshape(60, 6) % 5\n    t[50, 2] = 6\n"
        "    return t[:40], t[:40], t[40:], t[40:]\n"
        "from torch import nn\ndef build():\n"
        "    return nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 5))\n"
    )
    with pytest.raises(CandidateError, match="y holds class 6, but the model returned 5 classes"):
        examined(
            source, model="own.py:build", model_args={}, task="language_modelling",
            score="token_accuracy",
        )  # fmt: skip


def test_an_embedding_with_too_few_rows_is_told_with_the_range_of_its_inputs(examined):
    source = (
        "def data():\n    t = np.arange(360).reshape(60, 6) % 6\n"
        "    return t[:40], y[:40], t[40:], y[40:]\n"
        "from torch import nn\ndef build():\n"
        "    return nn.Sequential(nn.Embedding(5, 4), nn.Flatten(), nn.Linear(24, 3))\n"
    )
    message = r"on inputs of shape \(40, 6\) and type int64 from 0 to 5, raised IndexError: index"
    with pytest.raises(CandidateError, match=message):
        examined(source, model="own.py:build", model_args={})


def test_a_plain_model_brings_neither_loss_nor_optimiser(examined):
    with pytest.raises(CandidateError, match=r"leaves the loss to the model, but .* brings none"):
        examined(data(), loss="own")
    with pytest.raises(
        CandidateError, match=r"leaves the optimiser to the model, but .* brings non"
    ):
        examined(data(), optimizer=Optimizer(name="own", lr=1.0))


def test_parameters_without_a_gradient_are_spoken_of(make_candidate, tmp_path):
    source = (
        "from torch import nn\nclass M(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.used, self.spare = nn.Linear(4, 3), nn.Linear(4, 3)\n"
        "    def forward(self, x):\n        return self.used(x)\n"
    )
    (tmp_path / "own.py").write_text(DATA + data() + source)
    candidate = make_candidate(data="own.py:data", model="own.py:M", model_args={})
    (remark,) = examine(prepare(candidate, (tmp_path,))).remarks
    assert remark == (
        "2 of 4 parameters get no gradient, so that they stay as they were initialised: "
        "spare.weight, spare.bias"
    )


def test_an_unknown_scorer_is_refused(examined):
    with pytest.raises(CandidateError, match="scikit-learn has no scorer 'acuracy'") as caught:
        examined(data(), score="acuracy")
    assert caught.value.field == ("candidate", "score")


def test_a_score_callable_that_raises_is_refused(examined):
    source = data() + "def score(t, p):\n    return 1 / 0\n"
    with pytest.raises(CandidateError, match=r"ZeroDivisionError: division by zero \(own.py:7\)"):
        examined(source, score=ScoreCallable(callable="own.py:score", higher_is_better=True))


def test_a_classification_with_as_many_classes_as_rows_looks_like_regression(examined):
    with pytest.raises(CandidateError, match="looks like regression; set task: regression"):
        examined(data(y="np.linspace(0, 1, 60)"))


def test_text_targets_of_a_regression_are_refused(examined):
    with pytest.raises(CandidateError, match="regression predicts numbers"):
        examined(data(y="y.astype(str)"), task="regression")


def test_a_regression_head_of_the_wrong_width_is_refused(examined):
    with pytest.raises(CandidateError, match="there is 1 target a row; change its last layer"):
        examined(data(y="(1.0 * y)"), task="regression", loss="mse_loss", score="r2")


def test_a_model_that_normalises_a_batch_of_one_is_refused(examined):
    with pytest.raises(CandidateError, match="Expected more than 1 value per channel"):
        examined(data(), batch_size=1)


@pytest.fixture
def table(tmp_path):
    """A CSV with two inputs, a text target and 60 rows."""
    rng = np.random.default_rng(0)
    lines = [f"{a:.4f},{b:.4f},{'yes' if a > b else 'no'}" for a, b in rng.normal(size=(60, 2))]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["a,b,label", *lines]))
    return path


def fields(**changes):
    base = {"data": "t.csv", "target": "label", "model_args": {"inputs": 2, "outputs": 2}}
    return base | changes


def test_a_table_with_text_classes_works(make_candidate, table):
    facts = examine(prepare(make_candidate(**fields()), (table.parent,))).facts
    assert (facts.n_train, facts.n_heldout, facts.classes) == (48, 12, 2)


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        ({"target": "lable"}, None, "t.csv has no column 'lable'; it has a, b, label"),
        (
            {},
            "x,0.1,yes",
            "1 column holds no numbers in t.csv: 'a' .string.; declare each under",
        ),
        ({}, ",0.1,yes", "the first in row 60, column 'a'"),
        ({}, "0.1,yes", "reading t.csv raised ArrowInvalid"),
        ({"data": "missing.csv"}, None, "no file missing.csv"),
    ],
)
def test_tables_that_cannot_be_used(make_candidate, table, change, line, message):
    if line:
        table.write_text(table.read_text() + f"\n{line}\n")
    with pytest.raises(CandidateError, match=message):
        prepare(make_candidate(**fields(**change)), (table.parent,))


def test_npz_and_parquet_give_what_the_csv_gives(make_candidate, table):
    import pyarrow.csv
    import pyarrow.parquet

    frame = pyarrow.csv.read_csv(table)
    pyarrow.parquet.write_table(frame, table.with_suffix(".parquet"))
    x = np.column_stack([frame["a"], frame["b"]])
    np.savez(table.with_suffix(".npz"), X=x, y=np.array(frame["label"].to_pylist()))
    digests = {
        prepare(make_candidate(**fields(data=name)), (table.parent,)).dataset.sha256
        for name in ("t.csv", "t.parquet", "t.npz")
    }
    assert len(digests) == 1


def test_an_npz_without_its_arrays_is_refused(make_candidate, tmp_path):
    np.savez(tmp_path / "t.npz", features=np.ones(3))
    with pytest.raises(CandidateError, match="has no array X and no array y; it holds features"):
        prepare(make_candidate(data="t.npz"), (tmp_path,))


def test_two_torch_datasets_give_what_the_arrays_give(make_candidate, tmp_path):
    (tmp_path / "own.py").write_text(
        DATA + data() + "import torch\nfrom torch.utils.data import TensorDataset as T\n"
        "def sets():\n"
        "    a, b, c, d = (torch.as_tensor(part) for part in data())\n"
        "    return T(a, b), T(c, d)\n"
    )
    digests = {
        prepare(make_candidate(data=f"own.py:{name}"), (tmp_path,)).dataset.sha256
        for name in ("data", "sets")
    }
    assert len(digests) == 1


def test_binary_cross_entropy_works_with_one_output(make_candidate, table):
    changes = fields(
        model_args={"inputs": 2, "outputs": 1},
        loss="binary_cross_entropy_with_logits",
        score="roc_auc",
        optimizer=Optimizer(name="adam", lr=0.01),
    )
    facts = examine(prepare(make_candidate(**changes), (table.parent,))).facts
    assert facts.classes == 2


def test_scaling_uses_the_training_part_alone(make_candidate):
    dataset = prepare(make_candidate(), ()).dataset
    assert abs(float(dataset.train.inputs.mean())) < 1e-6
    assert abs(float(dataset.heldout.inputs.mean())) > 1e-4
    raw = prepare(make_candidate(scaling="none"), ()).dataset
    assert float(raw.train.inputs.max()) == 16.0
