"""What a run may cost: the limit of time, and what a plan says of it."""


def test_a_limit_that_is_no_duration_is_a_wrong_option(project):
    for command in ("run", "plan"):
        ended = project.stablecheck(command, "own.yaml", "--max-cost", "soon")
        assert ended.returncode == 2
        assert "'soon' is not a duration; expected e.g. 90s, 30min, 2h or 7d" in ended.stderr
    assert project.runs == []


def test_out_of_time_the_run_ends_undecided_and_can_be_resumed(project):
    ended = project.stablecheck("run", "own.yaml", STABLECHECK_RUN_MAX_COST="0.001s")
    assert ended.returncode == 97, ended.stderr
    assert "planned trainings did not run" in ended.stdout
    resumed = project.stablecheck("run", "own.yaml", "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert len(project.runs) == 1


def test_a_plan_says_where_it_exceeds_the_limit(project):
    shown = project.stablecheck("plan", "own.yaml", "--max-cost", "0.000001s").stdout
    assert "more than max_cost: no training starts after 0.000001s" in shown
    assert "more than max_cost" not in project.stablecheck("plan", "own.yaml").stdout


def test_a_plan_says_what_the_budget_saves(project):
    """Of 5 snapshots with 2 batches each."""
    shown = project.stablecheck("plan", "own.yaml").stdout
    assert "Measured         5 snapshots, 1 batch each of every source; measure.budget" in shown
    project.edit("own.yaml", "measure: {", "measure: {budget: 9, ")
    shown = project.stablecheck("plan", "own.yaml").stdout
    assert "Measured         5 snapshots, 2 batches each of every source\n" in shown
