"""The candidate: a character language model with one recurrent layer."""

from torch import nn


class LetterModel(nn.Module):
    """Logits of the next letter at every place, [n, T, letters], from letters of shape [n, T]."""

    def __init__(self, letters=6, width=32):
        super().__init__()
        self.embedding = nn.Embedding(letters, width)
        self.recurrent = nn.GRU(width, width, batch_first=True)
        self.output = nn.Linear(width, letters)

    def forward(self, text):
        states, _ = self.recurrent(self.embedding(text))
        return self.output(states)
