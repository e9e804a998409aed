"""What holds for every model of the family: paired weights, gradients, second derivatives."""

import copy
import itertools

import pytest
import torch
from torch import nn
from torch.func import functional_call, jacrev, stack_module_state, vmap
from torch.nn.functional import cross_entropy

from stablecheck.zoo import cnn, mlp, resnet, transformer

CLASSES = 3


def images(n):
    return torch.randn(n, 64)


def tokens(n):
    return torch.randint(0, 7, (n, 5))


def make_mlp(**changes):
    return mlp(64, CLASSES, **{"width": 8, "depth": 3, **changes})


def make_cnn(**changes):
    return cnn(8, CLASSES, **{"width": 4, "depth": 3, **changes})


def make_resnet(**changes):
    return resnet(8, CLASSES, **{"width": 4, "depth": 3, **changes})


def make_transformer(**changes):
    return transformer(7, CLASSES, 5, **{"width": 8, "depth": 2, "heads": 2, **changes})


FAMILY = {
    "mlp": (make_mlp, images, "batch_norm"),
    "cnn": (make_cnn, images, "batch_norm"),
    "resnet": (make_resnet, images, "batch_norm"),
    "transformer": (make_transformer, tokens, "norm"),
}


@pytest.fixture(params=FAMILY)
def family(request):
    """The maker of one model, the maker of its inputs, and the name of its normalisation."""
    torch.manual_seed(0)
    return FAMILY[request.param]


@pytest.fixture(params=[(True, True), (True, False), (False, True), (False, False)], ids=str)
def built(request, family):
    """One model with normalisation and skip connections on or off, its inputs and targets."""
    make, inputs, norm = family
    normalised, skip = request.param
    model = make(**{norm: normalised, "skip": skip})
    return model, inputs(16), torch.randint(0, CLASSES, (16,))


def seeded(make, **changes):
    torch.manual_seed(7)
    return dict(make(**changes).named_parameters())


def test_one_row_of_outputs_comes_for_each_example(built):
    model, x, _ = built
    assert model(x).shape == (16, CLASSES)
    assert model.eval()(x[:1]).shape == (1, CLASSES)


def test_one_seed_gives_the_same_weights_with_and_without_skip_connections(family):
    make, _, norm = family
    for normalised in (True, False):
        plain = seeded(make, skip=False, **{norm: normalised})
        skipping = seeded(make, skip=True, **{norm: normalised})
        assert plain.keys() == skipping.keys()
        assert all(torch.equal(plain[name], skipping[name]) for name in plain)


def test_skip_connections_change_what_the_same_weights_compute(family):
    make, inputs, _ = family
    plain, skipping = make(skip=False), make(skip=True)
    skipping.load_state_dict(plain.state_dict())
    x = inputs(16)
    assert not torch.allclose(plain(x), skipping(x))


def test_one_seed_draws_the_same_weights_with_and_without_normalisation(family):
    """Only the scales, shifts and biases differ, and those are constants."""
    make, _, norm = family
    drawn = [
        [p for p in seeded(make, **{norm: normalised}).values() if p.std() > 0]
        for normalised in (True, False)
    ]
    assert len(drawn[0]) == len(drawn[1]) > 0
    assert all(torch.equal(a, b) for a, b in zip(*drawn, strict=True))


def test_different_seeds_give_different_weights(family):
    make, _, _ = family
    torch.manual_seed(8)
    other = dict(make().named_parameters())
    same = [name for name, p in seeded(make).items() if p.std() > 0 and torch.equal(p, other[name])]
    assert same == []


def absorbed_biases(model):
    """Biases that a following batch normalisation takes away again, so that they do nothing."""
    leaves = [module for module in model.modules() if not list(module.children())]
    following = itertools.pairwise(leaves)
    normalised = (nn.BatchNorm1d, nn.BatchNorm2d)
    return {id(a.bias) for a, b in following if isinstance(b, normalised) and a.bias is not None}


def test_gradients_reach_every_parameter_that_can_matter(built):
    model, x, y = built
    cross_entropy(model(x), y).backward()
    ineffective = absorbed_biases(model)
    for name, parameter in model.named_parameters():
        gradient = parameter.grad
        if id(parameter) in ineffective:
            assert gradient.abs().max() < 1e-6
        else:
            assert gradient.abs().max() > 1e-8, name


def test_a_hessian_vector_product_is_the_change_of_the_gradient(built):
    """Double backward against central differences, in float64 away from the kinks of ReLU."""
    model, x, y = built
    model, x = model.double(), x.double() if x.is_floating_point() else x
    parameters = list(model.parameters())
    direction = [torch.randn_like(p) for p in parameters]

    def gradient():
        return torch.autograd.grad(cross_entropy(model(x), y), parameters, create_graph=True)

    product = torch.autograd.grad(
        sum((g * v).sum() for g, v in zip(gradient(), direction, strict=True)), parameters
    )
    step = 1e-7
    moved = []
    for sign in (+1, -2):
        with torch.no_grad():
            for p, v in zip(parameters, direction, strict=True):
                p.add_(sign * step * v)
        moved.append(gradient())
    for computed, after, before in zip(product, *moved, strict=True):
        difference = (after - before) / (2 * step)
        torch.testing.assert_close(computed, difference, rtol=1e-4, atol=1e-5)


def test_per_example_jacobians_by_vmap_are_those_of_a_loop(built):
    """What the tangent kernel is made of."""
    model, x, _ = built
    model.eval()
    x, parameters = x[:4], dict(model.named_parameters())

    def outputs(parameters, example):
        return functional_call(model, parameters, (example[None],))[0]

    at_once = vmap(jacrev(outputs), in_dims=(None, 0))(parameters, x)
    for number, example in enumerate(x):
        for row in range(CLASSES):
            one = torch.autograd.grad(model(example[None])[0, row], list(parameters.values()))
            for name, gradient in zip(parameters, one, strict=True):
                torch.testing.assert_close(at_once[name][number, row], gradient)


def test_several_models_run_at_once_as_each_alone(family):
    """Training mode, with the running statistics of batch normalisation kept for each."""
    make, inputs, _ = family
    models, x = [make(), make()], torch.stack([inputs(6), inputs(6)])
    parameters, buffers = stack_module_state(copy.deepcopy(models))
    skeleton = copy.deepcopy(models[0]).to("meta")

    def outputs(parameters, buffers, x):
        return functional_call(skeleton, (parameters, buffers), (x,))

    at_once = vmap(outputs)(parameters, buffers, x)
    alone = torch.stack([model(part) for model, part in zip(models, x, strict=True)])
    torch.testing.assert_close(at_once, alone)
    for name, buffer in models[1].named_buffers():
        torch.testing.assert_close(buffers[name][1], buffer)
