"""Nets of skorch for the tests: each function is a candidate's model."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skorch import NeuralNet, NeuralNetBinaryClassifier, NeuralNetClassifier, NeuralNetRegressor
from skorch.callbacks import GradientNormClipping, LRScheduler
from torch import nn


class Net(nn.Module):
    def __init__(self, inputs=64, outputs=10, hidden=12):
        super().__init__()
        self.first, self.last = nn.Linear(inputs, hidden), nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.last(torch.tanh(self.first(x)))


class Probabilities(Net):
    def forward(self, x):
        return super().forward(x).softmax(-1)


class Pair(Net):
    def forward(self, x):
        return super().forward(x), x


QUIET = {"verbose": 0, "train_split": None}


def logits(**changes):
    return NeuralNetClassifier(
        Net, module__hidden=14, criterion=nn.CrossEntropyLoss, lr=0.1, **(QUIET | changes)
    )


def probabilities():
    return NeuralNetClassifier(Probabilities, lr=0.1, **QUIET)


def weighted():
    weight = torch.linspace(0.5, 1.5, 10)
    return logits(criterion__weight=weight, criterion__label_smoothing=0.1)


def grouped():
    return logits(
        optimizer=torch.optim.AdamW,
        optimizer__weight_decay=0.1,
        optimizer__param_groups=[("last.*", {"lr": 0.003})],
    )


def initialized():
    net = logits().initialize()
    with torch.no_grad():
        net.module_.last.weight.mul_(3)
    return net


class Penalized(NeuralNetClassifier):
    """Adds a penalty on the weights of its module."""

    def get_loss(self, y_pred, y_true, X=None, training=False):
        loss = super().get_loss(y_pred, y_true, X=X, training=training)
        return loss + 0.01 * self.module_.first.weight.square().sum()


def penalized():
    return Penalized(Net, criterion=nn.CrossEntropyLoss, lr=0.1, **QUIET)


def pair():
    class First(NeuralNet):
        def get_loss(self, y_pred, y_true, X=None, training=False):
            outputs, inputs = y_pred
            assert inputs is X
            return super().get_loss(outputs, y_true)

    return First(Pair, criterion=nn.CrossEntropyLoss, lr=0.1, **QUIET)


def regressor():
    return NeuralNetRegressor(Net, module__inputs=10, module__outputs=1, lr=0.02, **QUIET)


def binary():
    return NeuralNetBinaryClassifier(Net, module__inputs=30, module__outputs=1, lr=0.1, **QUIET)


class Centres(nn.Module):
    def __init__(self):
        super().__init__()
        self.centres = nn.Parameter(torch.zeros(10, 10))

    def forward(self, outputs, targets):
        return (outputs - self.centres[targets]).square().mean()


def trained_criterion():
    return NeuralNet(Net, criterion=Centres, lr=0.1, **QUIET)


def with_callbacks():
    return logits(callbacks=[LRScheduler(), ("clip", GradientNormClipping(1.0))])


class TwoModules(NeuralNet):
    def initialize_module(self):
        super().initialize_module()
        self.second_ = Net()
        return self


def two_modules():
    return TwoModules(Net, criterion=nn.CrossEntropyLoss, lr=0.1, **QUIET)


class Stepping(NeuralNetClassifier):
    def train_step_single(self, batch, **fit_params):
        return super().train_step_single(batch, **fit_params)


def own_step():
    return Stepping(Net, criterion=nn.CrossEntropyLoss, lr=0.1, **QUIET)


class Frugal(NeuralNetClassifier):
    def initialize_optimizer(self, triggered_directly=None):
        self.optimizer_ = torch.optim.SGD(self.module_.last.parameters(), lr=0.1)
        return self


def frugal():
    return Frugal(Net, criterion=nn.CrossEntropyLoss, **QUIET)


def misnamed():
    return logits(module__depth=3)


def pipeline():
    return make_pipeline(StandardScaler(), logits())


def forest():
    return RandomForestClassifier()


def two_classes():
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    x = (x - x.mean(0)) / x.std(0)
    return x[:400], y[:400], x[400:], y[400:]


def columns_by_name():
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(200, 64)).astype("float32"), np.arange(200) % 10
    return {"x": x[:150]}, y[:150], {"x": x[150:]}, y[150:]


SHARED = Net()


def shared():
    return SHARED


class Dropped(Net):
    def forward(self, x):
        return self.last(nn.functional.dropout(self.first(x).tanh(), 0.2, self.training))


def dropped():
    return NeuralNetClassifier(Dropped, criterion=nn.CrossEntropyLoss, lr=0.2, **QUIET)
