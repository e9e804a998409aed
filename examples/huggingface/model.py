"""The candidates: a small BERT, trained as a whole or by adapters. Both are built from a config."""

import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

VOCABULARY, LENGTH = 16, 12


def build(width=32, layers=1, dropout=0.0):
    """A BERT with a head for two classes."""
    config = BertConfig(
        vocab_size=VOCABULARY,
        max_position_embeddings=LENGTH,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=2 * width,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        num_labels=2,
    )
    return BertForSequenceClassification(config)


class Adapted(nn.Module):
    """A linear layer that is kept as it is, and a correction of low rank that begins at 0."""

    def __init__(self, layer, rank):
        super().__init__()
        self.layer = layer
        self.down = nn.Linear(layer.in_features, rank, bias=False)
        self.up = nn.Linear(rank, layer.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.layer(x) + self.up(self.down(x))


def build_adapted(width=32, layers=1, rank=4):
    """The same with a frozen body, the same for every seed; adapters and the head are trained.

    In the place of a body that chance has made, BertForSequenceClassification.from_pretrained gives
    one that has learnt.
    """
    with torch.random.fork_rng():
        torch.manual_seed(0)
        body = build(width, layers).bert.requires_grad_(False)
    model = build(width, layers)
    model.bert = body
    for layer in body.encoder.layer:
        attention = layer.attention.self
        attention.query = Adapted(attention.query, rank)
        attention.value = Adapted(attention.value, rank)
    return model
