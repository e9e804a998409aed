"""Checks that end a run: looked at once, when all their trials are there, and never for nothing."""

import pytest

from stablecheck import store
from stablecheck.errors import RunInterruptedError
from stablecheck.pipeline.options import Observer, Options
from stablecheck.pipeline.reports import Finished
from stablecheck.pipeline.run import run

WORKS = '  - {id: works, require: "min(seeds.score) >= 0.8", severity: blocker}\n'
FAILS = (
    '  - {id: high, require: "min(seeds.score) >= 1.5", severity: SEVERITY, abort_on_fail: true}\n'
)
LR_FIRST = (
    '  - {id: low, require: "min(lr.score) >= 1.5", severity: blocker, abort_on_fail: true}\n'
)


class Watcher(Observer):
    def __init__(self):
        self.trained = []

    def finished(self, trial):
        self.trained.append(trial.id)


@pytest.fixture
def unreported(monkeypatch):
    """Leave the reports out, which take longer than everything else here."""

    def read(folder):
        return Finished(folder, store.read(folder), folder / "report.pdf")

    monkeypatch.setattr("stablecheck.pipeline.run.report", read)


@pytest.fixture
def options(tmp_path):
    return Options(output=tmp_path / "runs")


def failing(severity="blocker"):
    return (WORKS, WORKS + FAILS.replace("SEVERITY", severity))


def test_a_failing_check_ends_the_run_when_its_last_trial_is_there(loaded, options, unreported):
    watcher = Watcher()
    finished = run(loaded(failing()), options, watcher)
    assert watcher.trained == [f"seeds-base-s{seed}" for seed in range(3)]  # 2 of lr are saved
    result = finished.result
    assert (result.run.aborted_by, result.run.complete) == ("high", False)
    assert result.run.planned_trials - len(result.trials) == 2
    assert result.verdict.decision == "NO_GO"
    assert [reason.code for reason in result.verdict.reasons[:2]] == ["CHECK_FAILS", "RUN_ABORTED"]
    assert "RESUME_RUN" not in {step.code for step in result.verdict.next_steps}


def test_such_a_run_is_over_and_its_end_points_are_gone(loaded, options, unreported):
    checklist = loaded(failing())
    finished = run(checklist, options)
    assert store.unfinished(options.output, checklist.sha256) is None
    assert not store.RunFolder(finished.folder).end_points.exists()


def test_the_reports_say_which_check_ended_it_and_what_that_saved(loaded, options):
    folder = run(loaded(failing()), options).folder
    said = "The check high failed and is set to end the run, which saved 2 of 5 planned trainings."
    for name in ("report.html", "summary.md"):
        assert said in (folder / name).read_text()


def test_a_major_check_may_end_it_too_and_then_nothing_is_decided(loaded, options, unreported):
    result = run(loaded(failing("major")), options).result
    assert result.run.aborted_by == "high"
    assert result.verdict.decision == "INCONCLUSIVE"


def test_the_probe_of_the_check_that_may_end_the_run_is_trained_first(loaded, options, unreported):
    watcher = Watcher()
    run(loaded((WORKS, WORKS + LR_FIRST)), options, watcher)
    assert set(watcher.trained) == {
        "seeds-base-s0", "seeds-base-s1", "lr-x2-s0", "lr-x2-s1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        ((WORKS, WORKS + FAILS.replace("1.5", "0.5").replace("SEVERITY", "blocker")),),
        ((WORKS, WORKS + FAILS.replace("SEVERITY", "'off'")),),
        (
            (
                WORKS,
                WORKS
                + FAILS.replace("SEVERITY", "blocker")
                + "waivers:\n  - {check: high, owner: me, reason: known, expires: 2999-01-01}\n",
            ),
        ),
    ],
    ids=["it passes", "it is off", "it is waived"],
)
def test_nothing_ends_where_it_does_not_fail_for_good(loaded, options, unreported, changes):
    result = run(loaded(*changes), options).result
    assert result.run.aborted_by is None
    assert result.run.complete


def test_a_failure_known_with_the_last_trial_of_the_run_saves_nothing(loaded, options, unreported):
    everything = FAILS.replace("seeds.score", "all.score").replace("SEVERITY", "blocker")
    result = run(loaded((WORKS, WORKS + everything)), options).result
    assert (result.run.complete, result.run.aborted_by) == (True, None)


def test_among_many_blockers_one_that_fails_only_alone_does_not_end_the_run(
    loaded, options, unreported
):
    """0 of 3 rejects a share of 0.7 at 5 %, for 0.3³ = 2.7 %, and not at the 1 % of one of five."""
    rare = FAILS.replace("min(seeds.score) >= 1.5", "share(seeds.score >= 2) >= 0.7")
    rare = rare.replace("SEVERITY", "blocker")
    others = "".join(
        f"  - {{id: b{n}, require: 'min(seeds.score) >= 0.{n}', severity: blocker}}\n"
        for n in range(1, 5)
    )
    assert run(loaded((WORKS, rare)), options).result.run.aborted_by == "high"
    result = run(loaded((WORKS, WORKS + rare + others)), options).result
    assert result.run.aborted_by is None


def test_a_resumed_run_whose_check_has_failed_trains_nothing_more(loaded, options, unreported):
    class Stop(Watcher):
        def finished(self, trial):
            super().finished(trial)
            if len(self.trained) == 3:
                raise KeyboardInterrupt

    checklist = loaded(failing())
    with pytest.raises(RunInterruptedError, match="stopped after 3 of 5"):
        run(checklist, options, Stop())
    watcher = Watcher()
    resumed = run(checklist, Options(output=options.output, resume=True), watcher)
    assert watcher.trained == []
    assert resumed.result.run.aborted_by == "high"


def test_the_options_limit_of_time_comes_before_the_checklists(loaded, options, unreported):
    limited = Options(output=options.output, max_cost="0.001s")
    result = run(loaded(), limited).result
    assert len(result.trials) < 5
    assert not result.run.complete
