"""The stages put together: the Python API behind every command.

    from stablecheck.checklist.loader import load
    from stablecheck.pipeline.options import Options
    from stablecheck.pipeline.run import run

    finished = run(load("churn.yaml"), Options())
    finished.result.verdict.decision

Nothing is imported here, so that a command loads only the stages it needs.
"""
