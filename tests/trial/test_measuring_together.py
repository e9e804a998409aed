"""Measurements of an ensemble against those of each training alone, in double precision."""

import dataclasses

import numpy as np
import pytest
import torch

from stablecheck.errors import DivergedError
from stablecheck.trial.measuring_together import measure_sources_together
from stablecheck.trial.sources import measure_sources
from stablecheck.trial.subject import make_subject
from stablecheck.trial.views import OtherEndPoint
from tests.trial.ensembles import alone, prepared_all, varied

RATES = (0.05, 0.1, 0.05, 0.02, 0.03)
EVERY = ("train", "heldout", "full")


def subjects(specs):
    prepared, endings = prepared_all(specs), alone(specs)
    assert not any(isinstance(ending, DivergedError) for ending in endings)
    return [make_subject(*one) for one in zip(prepared, specs, endings, strict=True)]


def measured_differently(make_candidate, make_spec, model, **measuring):
    asked = {"sources": EVERY, "batches": 3} | measuring
    specs = varied(make_candidate, make_spec, RATES, model=f"models.py:{model}")
    return [
        spec.model_copy(update={"measuring": spec.measuring.model_copy(update=asked)})
        for spec in specs
    ]


def assert_same(found, expected):
    for source in EVERY:
        one, other = getattr(found, source), getattr(expected, source)
        for field in dataclasses.fields(other):
            value, wanted = getattr(one, field.name), getattr(other, field.name)
            if wanted is None:
                assert value is None
                continue
            assert value.shape == wanted.shape
            np.testing.assert_allclose(value, wanted, rtol=2e-5, atol=2e-6 * np.abs(wanted).max())


@pytest.mark.parametrize("model", ["mlp", "dropped", "adapted"])
def test_every_source_gives_what_each_training_alone_gives(make_candidate, make_spec, model):
    found = subjects(measured_differently(make_candidate, make_spec, model))
    ends = [OtherEndPoint("other", one.points.end_point + 0.01) for one in found]
    others = [None, *ends[1:3], None, ends[4]]
    together = measure_sources_together(found, others)
    for subject, other, one in zip(found, others, together, strict=True):
        assert_same(one, measure_sources(subject, other))
        assert (one.train.gd_cross is None) == (other is None)


def test_a_single_training_is_measured_so_too(make_candidate, make_spec):
    found = subjects(measured_differently(make_candidate, make_spec, "dropped"))[:1]
    (one,) = measure_sources_together(found, [None])
    assert_same(one, measure_sources(found[0], None))


def test_members_may_have_different_numbers_of_snapshots(make_candidate, make_spec):
    found = subjects(measured_differently(make_candidate, make_spec, "mlp", snapshots=10))
    shorter = dataclasses.replace(
        found[1].points, snapshots=found[1].points.snapshots[:4]
    )  # as where a schedule ends at zero and the last ones equal the end point
    found[1] = dataclasses.replace(found[1], points=shorter)
    together = measure_sources_together(found, [None] * len(found))
    assert together[1].train.gg.shape == (4, 3)
    for subject, one in zip(found, together, strict=True):
        assert_same(one, measure_sources(subject, None))


def test_only_the_sources_asked_for_are_measured(make_candidate, make_spec):
    found = subjects(
        measured_differently(make_candidate, make_spec, "mlp", sources=("heldout",), batches=1)
    )
    for one in measure_sources_together(found, [None] * len(found)):
        assert (one.train, one.full) == (None, None)
        assert one.heldout.gg.shape == (5, 1)


def test_models_and_snapshots_stay_as_they_are(make_candidate, make_spec):
    found = subjects(measured_differently(make_candidate, make_spec, "dropped"))
    before = [[tensor.clone() for tensor in numbers(subject)] for subject in found]
    measure_sources_together(found, [None] * len(found))
    for subject, expected in zip(found, before, strict=True):
        pairs = zip(numbers(subject), expected, strict=True)
        assert all(torch.equal(one, other) for one, other in pairs)


def numbers(subject):
    snapshot = subject.points.snapshots[2]
    return [
        *subject.trained.model.state_dict().values(),
        snapshot.parameters,
        *snapshot.buffers.values(),
    ]
