"""The end of a run in 80 columns: what each probe found, the verdict, and where a check stands."""

from pathlib import Path

import click
import pytest

from stablecheck.cli import notes
from stablecheck.cli.closing import closing_lines, verdict_content
from stablecheck.pipeline.reports import Finished
from stablecheck.plan import make_plan
from stablecheck.store import FinishedRun
from tests.report.conftest import any_run, run_of

__all__ = ["any_run", "run_of"]


def closing(run, place=None):
    """The closing lines, unpainted, with every requirement at one place."""
    checks = tuple(check.model_copy(update={"place": place}) for check in run.result.checks)
    result = run.result.model_copy(update={"checks": checks})
    moved = FinishedRun(result, run.trials, run.checklist, run.result_bytes, run.checklist_bytes)
    finished = Finished(Path("runs/own"), moved, Path("runs/own/report.pdf"))
    return [click.unstyle(line) for line in closing_lines(finished, 99)]


def note_of(run, name):
    probe = make_plan(run.checklist, "made-up").probes[name]
    ids = {trial for arm in probe.arms for trial in arm.trials}
    mine = [trial for trial in run.trials.values() if trial.id in ids]
    return notes.running(probe, mine), notes.answer(probe, mine, run.result.probes[name])


@pytest.mark.parametrize("place", ["own.yaml:7", "a-rather-long-name-of-a-checklist.yaml:123"])
def test_no_line_is_longer_than_the_terminal(any_run, place):
    for line in closing(any_run, place):
        assert len(line) <= 80, line


def test_what_does_not_hold_says_where_it_stands_and_what_holds_does_not(run_of):
    lines = closing(run_of("no_go"), "own.yaml:7")
    shown = "\n".join(lines)
    failing = [line for line in lines if line.startswith("    ✗")]
    assert failing
    assert shown.count("own.yaml:7") == len([line for line in lines if line[4:5] in ("✗", "?")])
    assert all("own.yaml" not in line for line in lines if line.startswith("    ✓"))


def test_a_place_that_finds_no_room_stands_below_its_check(run_of):
    place = "a-rather-long-name-of-a-checklist.yaml:123"
    lines = closing(run_of("no_go"), place)
    below = [index for index, line in enumerate(lines) if place in line]
    assert below
    assert all(lines[index] == f"{'':15}{place}" for index in below)
    assert all(lines[index - 1][4] in "✗?" for index in below)


@pytest.mark.parametrize(("name", "starts"), [("conditional", ["1. ", "2. "]), ("go", ["Rol"])])
def test_next_steps_are_numbered_where_there_are_several(run_of, name, starts):
    lines = closing(run_of(name))
    (first,) = [index for index, line in enumerate(lines) if line.startswith("  Next ")]
    steps = lines[first : lines.index("", first)]
    assert [line[11:14] for line in steps if line[11:13] in ("1.", "2.", "Ro")] == starts


def test_a_probe_with_trouble_says_in_which_arms(run_of):
    """Every training at ×1.4 diverged."""
    while_running, at_the_end = note_of(run_of("no_go"), "lr")
    assert while_running == at_the_end
    assert " diverged" in at_the_end
    assert " at ×1.4" in at_the_end


def test_a_probe_without_trouble_ends_with_its_answer(run_of):
    run = run_of("go")
    gain = run.result.probes["data"].summaries["data.gain_from_doubling"].estimate
    while_running, at_the_end = note_of(run, "data")
    assert while_running.startswith("score 0.")
    assert at_the_end == f"{gain:+.3f} expected from doubling n"


def test_a_probe_of_one_arm_shows_its_scores(run_of):
    run = run_of("go")
    scores = [run.trials[id_].score for id_ in run.result.probes["seeds"].arms[0].trials]
    mean = sum(scores) / len(scores)
    expected = f"score {mean:.3f} ({min(scores):.3f}–{max(scores):.3f})"
    assert note_of(run, "seeds") == (expected, expected)


def test_programs_get_the_verdict_as_the_result_has_it(any_run):
    finished = Finished(Path("runs/own"), any_run, Path("runs/own/report.pdf"), ("no fonts",))
    told = verdict_content(finished, 0)
    result = any_run.result.model_dump(mode="json")
    assert told["reasons"] == result["verdict"]["reasons"]
    assert told["checks"] == result["checks"]
    assert (told["folder"], told["warnings"]) == ("runs/own", ["no fonts"])
