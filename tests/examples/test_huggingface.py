"""The reviews of the example and its two models."""

import numpy as np
import pytest
import torch

from tests.examples.conftest import EXAMPLES


@pytest.fixture
def data(code):
    return code("huggingface/data.py")


@pytest.fixture
def model(code):
    return code("huggingface/model.py")


def batch(part, rows):
    items = [part[row] for row in range(rows)]
    return {name: torch.stack([torch.as_tensor(item[name]) for item in items]) for name in items[0]}


def test_one_label_of_twenty_disagrees_with_what_the_words_say(data):
    part, _ = data.reviews(train=4000, heldout=10)
    wrong = 0
    for row in range(len(part)):
        words = part[row]["input_ids"].tolist()
        opinion = sum(1 <= word <= 4 for word in words) - sum(5 <= word <= 8 for word in words)
        assert opinion != 0
        wrong += (opinion > 0) != bool(part[row]["labels"])
    assert wrong / 4000 == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 4000))


def test_a_mask_covers_the_words_and_not_the_padding(data):
    texts = [[3, 12, 1], [7] * data.LENGTH]
    part = data.Reviews(texts, [True, False])
    assert part[0]["input_ids"].tolist() == [3, 12, 1] + [data.PADDING] * (data.LENGTH - 3)
    assert part[0]["attention_mask"].tolist() == [1] * 3 + [0] * (data.LENGTH - 3)
    assert part[1]["attention_mask"].tolist() == [1] * data.LENGTH


def test_what_stands_in_the_padding_does_not_matter(data, model):
    torch.manual_seed(0)
    bert, inputs = model.build().eval(), batch(data.reviews(train=30, heldout=1)[0], 30)
    other = torch.where(inputs["attention_mask"] == 0, 9, inputs["input_ids"])
    mask = inputs["attention_mask"]
    with torch.no_grad():
        logits, same = (
            bert(ids, attention_mask=mask).logits for ids in (inputs["input_ids"], other)
        )
        without = bert(other).logits
    torch.testing.assert_close(logits, same)
    assert not torch.allclose(logits, without)


def test_only_adapters_and_head_are_trained_on_a_body_that_is_the_same_for_every_seed(model):
    torch.manual_seed(1)
    one = dict(model.build_adapted().named_parameters())
    torch.manual_seed(2)
    other = dict(model.build_adapted().named_parameters())
    for name, parameter in one.items():
        trained = ".down." in name or ".up." in name or name.startswith("classifier.")
        assert parameter.requires_grad == trained
        varies = trained and "up." not in name and "bias" not in name
        assert torch.equal(parameter, other[name]) != varies


def test_an_adapter_begins_as_the_layer_alone_and_corrects_it_by_a_matrix_of_its_rank(model):
    torch.manual_seed(0)
    layer, x = torch.nn.Linear(8, 6), torch.randn(5, 8)
    adapted = model.Adapted(layer, rank=2)
    torch.testing.assert_close(adapted(x), layer(x))
    torch.nn.init.normal_(adapted.up.weight)
    correction = adapted(torch.eye(8)) - layer(torch.eye(8))
    assert torch.linalg.matrix_rank(correction, atol=1e-5) == 2


def test_the_readme_counts_the_weights_as_they_are(model):
    adapted = list(model.build_adapted().parameters())
    whole = sum(weights.numel() for weights in adapted)
    trained = sum(weights.numel() for weights in adapted if weights.requires_grad)
    readme = (EXAMPLES / "huggingface" / "README.md").read_text()
    assert f"{whole:,} weights {trained} count" in readme
