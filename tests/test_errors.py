"""Errors cross process boundaries whole."""

import pickle

import pytest

from stablecheck import errors

PROBLEM = errors.Problem(errors.Place("a.yaml", 3, 7), "wrong")
EXAMPLES = [
    errors.InvalidChecklistError((PROBLEM,)),
    errors.RequirementSyntaxError("expected a number", 12),
    errors.CommandSyntaxError("no closing quotation", 3),
    errors.CandidateError(("candidate", "model"), "returned 3"),
    errors.DivergedError(17, "the loss became nan"),
]


def kinds(base=errors.StablecheckError):
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize(
    "error",
    [
        *EXAMPLES,
        *(
            kind("what happened")
            for kind in kinds()
            if kind.__module__ == errors.__name__ and kind not in {type(e) for e in EXAMPLES}
        ),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_after_a_process_boundary(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_a_problem_reads_as_file_line_and_column():
    assert str(EXAMPLES[0]) == "a.yaml:3:7: wrong"
