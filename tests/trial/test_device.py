"""The arithmetic of a device, and what a device does not have."""

import pytest
import torch

from stablecheck.errors import CandidateError
from stablecheck.executors.base import Settings
from stablecheck.executors.inline import InlineExecutor
from stablecheck.trial.device import set_arithmetic


def switches():
    return torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32


def test_tf32_is_switched_on_where_it_is_asked_for_and_off_elsewhere():
    cuda = torch.device("cuda")
    set_arithmetic("tf32", cuda)
    assert switches() == (True, True)
    set_arithmetic("fp32", cuda)
    assert switches() == (False, False)


def test_tf32_is_refused_where_it_would_be_single_precision_by_another_name():
    with pytest.raises(CandidateError, match=r"tf32 is an arithmetic of CUDA devices, and .* cpu"):
        set_arithmetic("tf32", torch.device("cpu"))


def test_a_candidate_in_tf32_is_refused_before_anything_trains(make_candidate, tmp_path):
    with (
        InlineExecutor(Settings((tmp_path,), "cpu", 1, tmp_path / "end-points")) as executor,
        pytest.raises(CandidateError, match="expected fp32 or bf16") as caught,
    ):
        executor.examine(make_candidate(precision="tf32"), 60.0)
    assert caught.value.field == ("candidate", "precision")
