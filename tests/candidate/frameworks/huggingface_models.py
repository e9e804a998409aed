"""Tiny models of transformers, built from a config, and token data for them."""

from __future__ import annotations

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import peft
import torch
import transformers
from torch import nn

VOCABULARY, LENGTH = 17, 8
SIZES = {"vocab_size": VOCABULARY, "max_position_embeddings": LENGTH}
BERT = {
    "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
    "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
}  # fmt: skip
GPT2 = {
    "n_embd": 16, "n_layer": 1, "n_head": 2, "n_positions": LENGTH, "vocab_size": VOCABULARY,
    "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0, "bos_token_id": 0, "eos_token_id": 0,
}  # fmt: skip


def bert(labels=3, **changes):
    config = transformers.BertConfig(num_labels=labels, **SIZES, **(BERT | changes))
    return transformers.BertForSequenceClassification(config)


def masked():
    return transformers.BertForMaskedLM(transformers.BertConfig(**SIZES, **BERT))


def headless():
    return transformers.BertModel(transformers.BertConfig(**SIZES, **BERT))


def gpt2(**changes):
    return transformers.GPT2LMHeadModel(transformers.GPT2Config(**(GPT2 | changes)))


def gpt2_classifier():
    config = transformers.GPT2Config(num_labels=3, pad_token_id=0, **GPT2)
    return transformers.GPT2ForSequenceClassification(config)


def t5():
    config = transformers.T5Config(
        vocab_size=VOCABULARY, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2,
        dropout_rate=0.0, decoder_start_token_id=0, pad_token_id=0,
    )  # fmt: skip
    return transformers.T5ForConditionalGeneration(config)


class LowRank(nn.Module):
    """A layer that is kept as it is, and an adapter of rank 2 beside it."""

    def __init__(self, layer: nn.Module, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(2, inputs) / 4)
        self.up = nn.Parameter(torch.zeros(outputs, 2))

    def forward(self, x):
        return self.layer(x) + x @ self.down.T @ self.up.T


def low_rank():
    model = gpt2().requires_grad_(False)
    for block in model.transformer.h:
        block.attn.c_attn = LowRank(block.attn.c_attn, 16, 48)
    return model


def adapted():
    config = peft.LoraConfig(
        task_type="CAUSAL_LM", r=2, target_modules=["c_attn"], lora_dropout=0.0, fan_in_fan_out=True
    )
    return peft.get_peft_model(gpt2(), config)


def _tokens(rows):
    generator = np.random.default_rng(0)
    tokens = generator.integers(1, VOCABULARY, size=(rows, LENGTH))
    for place in range(1, LENGTH):  # mostly counted on, sometimes not
        follows = generator.random(rows) < 0.8
        tokens[follows, place] = tokens[follows, place - 1] % (VOCABULARY - 1) + 1
    return tokens


def _named(tokens):
    return {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}


def classified(rows=240):
    tokens = _tokens(rows)
    y, half = tokens[:, 0] % 3, rows // 2
    return _named(tokens[:half]), y[:half], _named(tokens[half:]), y[half:]


def unmasked(rows=240):
    x, y, x_heldout, y_heldout = classified(rows)
    return x["input_ids"], y, x_heldout["input_ids"], y_heldout


def texts(rows=120):
    """Labels are the tokens themselves, without the last place of every other row."""
    tokens, half = _tokens(rows), rows // 2
    y = tokens.copy()
    y[::2, -1] = -100
    return _named(tokens[:half]), y[:half], _named(tokens[half:]), y[half:]


def moved(rows=120):
    tokens, half = _tokens(rows), rows // 2
    x, y = tokens[:, :-1], tokens[:, 1:]
    return _named(x[:half]), y[:half], _named(x[half:]), y[half:]


def token_array(rows=120):
    """The same as one array."""
    x, y, x_heldout, y_heldout = texts(rows)
    return x["input_ids"], y, x_heldout["input_ids"], y_heldout


def loss_of_logits(outputs, targets):
    return nn.functional.cross_entropy(outputs.flatten(0, 1), targets.flatten())
