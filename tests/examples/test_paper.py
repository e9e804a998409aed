"""The example that repeats a paper: its text's entropy is true, and its page is the script's."""

import importlib
import itertools
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from stablecheck.checklist.loader import load
from stablecheck.resources import shipped_checklists

PAPER = Path(__file__).resolve().parents[2] / "examples" / "paper"


@pytest.fixture
def script(monkeypatch):
    """Import one of the example's scripts, which find each other as on the command line."""
    monkeypatch.syspath_prepend(PAPER)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield importlib.import_module
    for source in PAPER.glob("*.py"):
        sys.modules.pop(source.stem, None)


@pytest.fixture
def markov(script):
    return script("markov")


@pytest.fixture
def write_tables(script):
    return script("write_tables")


def test_the_entropy_of_a_fair_die_is_the_logarithm_of_its_sides(markov):
    fair = np.full((markov.LETTERS**markov.MEMORY, markov.LETTERS), 1 / markov.LETTERS)
    assert markov.entropy_rate(fair) == pytest.approx(math.log(markov.LETTERS))
    assert markov.best_accuracy(fair) == pytest.approx(1 / markov.LETTERS)


def test_contexts_occur_as_often_in_a_long_text_as_computed(markov):
    table = markov.transitions()
    text = markov.write(table, 200_000, np.random.default_rng(3))
    pairs = text[:-1] * markov.LETTERS + text[1:]
    counted = np.bincount(pairs, minlength=len(table)) / len(pairs)
    np.testing.assert_allclose(counted, markov.stationary(table), atol=0.005)


def test_no_prediction_beats_the_entropy_and_the_true_chances_reach_it(markov):
    """The mean surprise of a long text under the chances that wrote it."""
    table = markov.transitions()
    text = markov.write(table, 200_000, np.random.default_rng(3))
    contexts = text[:-2] * markov.LETTERS + text[1:-1]
    surprise = -np.log(table[contexts, text[2:]]).mean()
    assert surprise == pytest.approx(markov.entropy_rate(table), abs=0.01)
    guessed = (table[contexts].argmax(axis=1) == text[2:]).mean()
    assert guessed == pytest.approx(markov.best_accuracy(table), abs=0.01)


def test_windows_do_not_overlap_and_are_followed_by_their_target(markov):
    x, y, x_heldout, y_heldout = markov.windows(length=8, train=30, heldout=20)
    assert (x.shape, y.shape, x_heldout.shape, y_heldout.shape) == ((30, 8), (30,), (20, 8), (20,))
    table = markov.transitions()
    text = markov.write(table, 50 * 9, np.random.default_rng([0, 1])).reshape(50, 9)
    np.testing.assert_array_equal(np.vstack([np.c_[x, y], np.c_[x_heldout, y_heldout]]), text)


def test_the_loss_floor_in_the_checklist_is_the_entropy_of_the_text(markov):
    comment = f"the text's entropy, {markov.entropy_rate(markov.transitions()):.3f}"
    assert comment in (PAPER / "transformer.yaml").read_text()


def test_the_shipped_checklist_varies_what_the_paper_varies():
    checklist = load(shipped_checklists() / "paper.yaml").checklist
    kinds = [probe.kind for probe in checklist.probes.values()]
    assert kinds == ["init_seeds", "architecture", "optimizer", "batch_size"]
    assert {probe.seeds for probe in checklist.probes.values()} == {5}


def path_record(alignment, lr=0.1):
    """A path of 100 steps, 20 snapshots, 1 batch, with the same γ and ‖G‖ = ‖d‖ = 1 throughout."""
    grid = [[alignment]] * 20
    series = {"alignment": grid, "rsi": grid, "eb": [[1.0]] * 20}
    return {
        "step": list(range(0, 100, 5)),
        "total_steps": 100,
        "lr": [lr] * 20,
        "distance": [math.exp(-step / 50) for step in range(0, 100, 5)],
        **dict.fromkeys(["train", "heldout", "cross_seed"], series),
    }


def write_run(folder, name, values):
    """A run of three seeds with these scores, alignments and positive shares."""
    (folder / "trials").mkdir(parents=True)
    lines = []
    for seed, value in enumerate(values):
        id_ = f"seeds-base-s{seed}"
        measures = {"path.positive_share": value, "path.linear_rate": None if seed else 1 - 1e-4}
        status = "diverged" if value is None else "ok"
        lines.append({"id": id_, "status": status, "score": value, "measures": measures})
        path = {"path": path_record(value)}
        (folder / "trials" / f"{id_}.json").write_text(json.dumps(path))
    arm = {"name": "base", "trials": [line["id"] for line in lines]}
    probes = {"seeds": "base", "opt": "plain-sgd", "controls": "random-labels"}
    result = {
        "checklist": {"name": name},
        "candidate": {"parameters": 12, "n_train": 34, "steps": 100},
        "probes": {probe: {"arms": [arm | {"name": name}]} for probe, name in probes.items()},
        "trials": lines,
    }
    (folder / "result.json").write_text(json.dumps(result))
    return folder


@pytest.fixture
def runs(tmp_path):
    """Written in another order than the page's."""
    resnet = write_run(tmp_path / "a", "paper", [0.2, 0.5, 0.4])
    mlp = write_run(tmp_path / "b", "paper-mlp", [0.7, None, 0.9])
    return [resnet, mlp]


def cells(page, name):
    """The cells of the page's table of this name, below its head."""
    between = page.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in between.splitlines()[2:]]


@pytest.fixture
def page(runs, write_tables, tmp_path, monkeypatch):
    written = tmp_path / "README.md"
    written.write_text((PAPER / "README.md").read_text())
    monkeypatch.setattr(write_tables, "README", written)
    write_tables.main(*runs)
    return written.read_text()


def test_a_cell_is_the_median_and_the_range_of_the_trainings_that_ended_well(page):
    mlp, resnet = cells(page, "positive")
    assert mlp[:2] == ["MLP", "0.80 (0.70 to 0.90)"]
    assert resnet[:2] == ["ResNet", "0.40 (0.20 to 0.50)"]


def test_what_was_not_measured_is_a_dash(page):
    assert cells(page, "positive")[0][2:] == ["–"] * 3


def test_the_null_along_the_path_is_that_of_orthogonal_steps(page):
    """Medians of 1/√(100 − t) over the snapshots 0, 5, 10 … 45, 50 … 85, and 90."""
    parts = [[0], [5], range(10, 50, 5), range(50, 90, 5), [90]]
    expected = [np.median([(100 - step) ** -0.5 for step in part]) for part in parts]
    shown = cells(page, "course")[-1][1:]
    assert shown == [f"{value:.2f} ({value:.2f} to {value:.2f})" for value in expected]


def test_the_null_of_steps_with_momentum_is_that_of_simulated_noise(page):
    """Cosine of a step and the sum of all that follow it, in many dimensions, half-way."""
    rng = np.random.default_rng(0)
    steps = [rng.normal(size=20_000)]
    for _ in range(400):
        steps.append(0.9 * steps[-1] + rng.normal(size=20_000))
    middle, rest = steps[-53], np.sum(steps[-53:], axis=0)
    simulated = middle @ rest / np.linalg.norm(middle) / np.linalg.norm(rest)
    shown = float(cells(page, "updates")[-1][1].split(" ")[0])
    assert shown == pytest.approx(simulated, rel=0.1)


def test_the_optimal_rate_is_in_units_of_the_rate_taken(page):
    """RSI / EB² is γ here, and the rate 0.1."""
    assert cells(page, "rates")[1][1:] == ["4.00 (2.00 to 5.00)"] * 5


def test_the_bound_and_the_path_say_how_many_steps_halve_the_squared_distance(page):
    """(1 − 1e-4)^n = 1/2 at n = 6931; exp(−2t/50) ≤ 1/2 first at the snapshot t = 20."""
    mlp, resnet = cells(page, "linear")
    assert mlp[1:] == ["1 of 2", "6931 (6931 to 6931)", "20 (20 to 20)"]
    assert resnet[1:] == ["1 of 3", "6931 (6931 to 6931)", "20 (20 to 20)"]


def test_a_line_of_the_figure_is_the_median_over_seeds_without_the_tail(runs, script):
    draw = script("draw")
    shares, medians = draw.curve(
        script("runs").read_runs(runs)[1].paths(("seeds", "base")), "train"
    )
    assert shares == pytest.approx(np.arange(0, 0.95, 0.05))
    assert medians == [0.4] * 19


def test_the_figure_is_drawn_from_finished_runs(runs, script, tmp_path, monkeypatch):
    draw = script("draw")
    monkeypatch.setattr(draw, "FIGURE", tmp_path / "path.svg")
    draw.main(*runs)
    drawn = (tmp_path / "path.svg").read_text()
    assert all(f">{name}</text>" in drawn for name in ("MLP", "ResNet", *draw.LINES))


def test_every_table_of_the_script_has_one_place_on_the_page(write_tables):
    page = (PAPER / "README.md").read_text()
    for name, mark in itertools.product(write_tables.TABLES, ("", "/")):
        assert page.count(f"<!-- {mark}{name} -->") == 1
