"""Tables that are kept, the fit of a cost, and the loops that runs are compared with."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.loops import Digits, papers_method, train
from benchmarks.recipes import FIFTY_NINE, candidate, checklist
from benchmarks.scale_model import fitted
from benchmarks.tables import keep, table
from stablecheck.checklist.loader import load
from stablecheck.plan import make_plan


def test_a_table_is_markdown():
    assert table(["a", "b"], [[1, "x"]]) == "| a | b |\n| --- | --- |\n| 1 | x |"


def test_a_section_is_replaced_between_its_marks_and_nothing_else(tmp_path):
    file = tmp_path / "README.md"
    file.write_text("before\n<!-- one:begin -->\nold\n<!-- one:end -->\nafter\n")
    for text in ("new", "newer"):
        keep("one", text, file)
        assert file.read_text() == f"before\n<!-- one:begin -->\n{text}\n<!-- one:end -->\nafter\n"


def test_a_section_without_marks_is_an_error(tmp_path):
    (tmp_path / "README.md").write_text("nothing")
    with pytest.raises(ValueError, match="no marks <!-- one:begin -->"):
        keep("one", "text", tmp_path / "README.md")


@given(
    st.floats(0.1, 100), st.floats(1e-3, 10), st.lists(st.floats(1, 1e4), min_size=3, unique=True)
)
def test_a_cost_that_is_a_line_is_found_again(fixed, each, sizes):
    line = fitted(sizes, [fixed + each * size for size in sizes])
    for size in sizes:
        assert line.at(size) == pytest.approx(fixed + each * size, rel=1e-6)


@pytest.mark.parametrize("model", ["MLP", "CNN"])
def test_the_papers_method_measures_the_way_to_its_own_end(model):
    """Against RSI and EB of a naive loop that keeps every gradient and every weight."""
    digits = Digits(torch.device("cpu"))
    steps: list[tuple[torch.Tensor, torch.Tensor]] = []

    def look(net):
        flat = torch.nn.utils.parameters_to_vector
        steps.append((flat([p.grad for p in net.parameters()]), flat(net.parameters()).detach()))

    end = torch.nn.utils.parameters_to_vector(train(model, 6, 3, digits, look).parameters())
    found = papers_method(model, 6, 3, digits)
    assert len(found) == len(steps) == 6
    for (rsi, eb), (gradient, weights) in zip(found, steps, strict=True):
        way = (weights - end.detach()).double()
        assert rsi == pytest.approx(
            float(gradient.double() @ way / (way @ way)), rel=1e-3, abs=1e-6
        )
        assert eb == pytest.approx(
            math.sqrt(float(gradient.double() @ gradient.double())) / float(way.norm()), rel=1e-4
        )


def test_the_59_trainings_are_59_for_a_loop_and_49_for_a_plan(tmp_path):
    file = tmp_path / "checklist.yaml"
    file.write_text(checklist(candidate("MLP", 10), FIFTY_NINE))
    plan = make_plan(load(file).checklist, "")
    served = [len(arm.trials) for probe in plan.probes.values() for arm in probe.arms]
    assert (sum(served), len(plan.trials)) == (59, 49)
