"""The Transformer: against PyTorch's own, what it may look at, and that it learns."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from stablecheck.candidate.examination import examine
from stablecheck.candidate.prepared import prepare
from stablecheck.zoo import transformer

TEXT = """
import numpy as np

def windows():
    ids = np.random.default_rng(0).integers(0, 6, size=(60, 5))
    return ids[:40], ids[:40, 1], ids[40:], ids[40:, 1]
"""


def parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize(("width", "depth", "heads"), [(8, 1, 1), (8, 2, 4), (12, 3, 3)])
def test_the_parameters_are_those_the_widths_say(width, depth, heads, norm, skip):
    """Attention has 4 maps of width² + width, the perceptron 8·width² + 5·width numbers."""
    tables = (20 + 6) * width
    block = 4 * (width**2 + width) + 8 * width**2 + 5 * width
    normalising = (2 * depth + 1) * 2 * width if norm else 0
    last = (width + 1) * 20
    model = transformer(20, 20, 6, width, depth, heads, norm=norm, skip=skip)
    assert parameters(model) == tables + depth * block + normalising + last


def pytorch_layer(block, width, heads):
    """PyTorch's own layer with the weights of one block."""
    theirs = nn.TransformerEncoderLayer(
        width, heads, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    (norm1, attention), (norm2, widening, _, narrowing) = block
    pairs = [
        (theirs.self_attn.in_proj_weight, attention.query_key_value.weight),
        (theirs.self_attn.in_proj_bias, attention.query_key_value.bias),
        (theirs.self_attn.out_proj, attention.output),
        (theirs.linear1, widening),
        (theirs.linear2, narrowing),
        (theirs.norm1, norm1),
        (theirs.norm2, norm2),
    ]
    with torch.no_grad():
        for to, given in pairs:
            if isinstance(to, nn.Module):
                to.load_state_dict(given.state_dict())
            else:
                to.copy_(given)
    return theirs


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_a_block_computes_what_pytorchs_own_layer_computes(heads):
    torch.manual_seed(heads)
    block = transformer(9, 9, 6, width=8, depth=1, heads=heads)[1]
    states = torch.randn(3, 6, 8)
    mask = nn.Transformer.generate_square_subsequent_mask(6)
    expected = pytorch_layer(block, 8, heads)(states, src_mask=mask, is_causal=True)
    torch.testing.assert_close(block(states), expected)


def test_no_position_looks_ahead():
    """Every state up to the changed token stays bitwise the same; those after it change."""
    torch.manual_seed(0)
    states = transformer(9, 9, 6, width=8, depth=2)[:-2]
    before = torch.randint(0, 9, (4, 6))
    after = before.clone()
    after[:, 3] = (after[:, 3] + 1) % 9
    same = states(before) == states(after)
    assert same[:, :3].all()
    assert not same[:, 3:].all(dim=-1).any()


def test_the_outputs_are_those_of_the_last_position():
    torch.manual_seed(0)
    model = transformer(9, 4, 6, width=8)
    ids = torch.randint(0, 9, (3, 6))
    torch.testing.assert_close(model(ids), model[-1](model[:-2](ids)[:, -1]))


def test_the_order_of_earlier_tokens_counts_through_their_positions_alone():
    torch.manual_seed(0)
    model = transformer(9, 4, 6, width=8, depth=1)
    ids = torch.tensor([[1, 2, 3, 4, 5, 6]])
    shuffled = ids[:, [4, 2, 0, 1, 3, 5]]
    assert not torch.allclose(model(ids), model(shuffled))
    nn.init.zeros_(model[0].position.weight)
    torch.testing.assert_close(model(ids), model(shuffled))


def test_it_learns_to_repeat_a_token_from_some_places_before():
    """What only attention can bring to the last position."""
    torch.manual_seed(0)
    ids = torch.randint(0, 4, (256, 6))
    model = transformer(4, 4, 6, width=16, depth=1, heads=2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(120):
        optimizer.zero_grad()
        cross_entropy(model(ids), ids[:, 2]).backward()
        optimizer.step()
    unseen = torch.randint(0, 4, (256, 6))
    assert (model(unseen).argmax(dim=1) == unseen[:, 2]).float().mean() > 0.95


def test_the_initial_spread_is_that_of_gpt_2_at_its_width():
    """GPT-2 draws weights with standard deviation 0.02 at width 768."""
    torch.manual_seed(0)
    model = transformer(50, 50, 16, width=768, depth=1, heads=12)
    attention, widening = model[1][0][1], model[1][1][1]
    for layer in (model[0].token, attention.query_key_value, attention.output, widening):
        assert 0.0195 < layer.weight.std() < 0.0215


def test_token_ids_of_a_data_callable_reach_the_model_as_integers(make_candidate, tmp_path):
    (tmp_path / "text.py").write_text(TEXT)
    candidate = make_candidate(
        model="stablecheck.zoo:transformer",
        model_args={"vocabulary": 6, "outputs": 6, "length": 5, "width": 8},
        data="text.py:windows",
    )
    prepared = prepare(candidate, [tmp_path])
    assert prepared.dataset.train.inputs.dtype == torch.int64
    assert examine(prepared).facts.classes == 6


@pytest.mark.parametrize(
    "inputs", [torch.zeros(2, 5), torch.zeros(2, 7).long(), torch.zeros(5).long()]
)
def test_inputs_that_are_no_token_ids_are_refused(inputs):
    with pytest.raises(
        ValueError, match=r"expected token ids as integers, \[n, t\] with t up to 6"
    ):
        transformer(9, 9, 6)(inputs)


@pytest.mark.parametrize("sizes", [{"width": 10}, {"depth": 0}, {"heads": 0}, {"width": 0}])
def test_sizes_that_make_no_network_are_refused(sizes):
    with pytest.raises(ValueError, match=r"make no Transformer; expected .* a multiple of heads"):
        transformer(9, 9, 6, **sizes)
