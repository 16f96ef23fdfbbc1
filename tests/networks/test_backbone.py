import pytest
import torch

from vcop.config.names import LAYERS, PAPER_NETWORKS
from vcop.config.network_names import package_networks
from vcop.config.options import ComputeOptions, NetworkOptions
from vcop.networks.registry import build_backbone

FULL = {
    "conv1": (64, 16, 56, 56),
    "conv2": {"c3d": (128, 8, 28, 28), "r3d": (64, 16, 56, 56), "r21d": (64, 16, 56, 56)},
    "conv3": {"c3d": (256, 4, 14, 14), "r3d": (128, 8, 28, 28), "r21d": (128, 8, 28, 28)},
    "conv4": {"c3d": (512, 2, 7, 7), "r3d": (256, 4, 14, 14), "r21d": (256, 4, 14, 14)},
    "conv5": (512, 2, 7, 7),
}


@pytest.mark.parametrize("network", PAPER_NETWORKS)
def test_maps_of_the_papers_input(network):
    with torch.device("meta"):
        maps = build_backbone(network, NetworkOptions()).eval().maps(torch.empty(1, 3, 16, 112, 112), LAYERS)
    for layer, shape in FULL.items():
        assert tuple(maps[layer].shape[1:]) == (shape[network] if isinstance(shape, dict) else shape)


@pytest.mark.parametrize("network", package_networks())
def test_the_feature_is_the_mean_of_the_last_map(network):
    net = build_backbone(network, NetworkOptions(multiplier=0.125), 0).eval()
    x = torch.rand(2, 3, 8, 24, 24)
    with torch.no_grad():
        assert torch.allclose(net(x), net.maps(x)["conv5"].mean((2, 3, 4)))
        assert net(x).shape == (2, net.features)


@pytest.mark.parametrize("network", package_networks())
@pytest.mark.parametrize("layer", LAYERS)
def test_frozen_stages_keep_weights_and_statistics(network, layer):
    net = build_backbone(network, NetworkOptions(multiplier=0.0625), 0)
    net.freeze_below(layer)
    before = {k: v.clone() for k, v in net.state_dict().items()}
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1, weight_decay=0.1)
    net.train()
    net(torch.rand(4, 3, 8, 24, 24)).square().sum().backward()
    optimiser.step()
    frozen = LAYERS[: LAYERS.index(layer)]
    for name, value in net.state_dict().items():
        assert torch.equal(value, before[name]) == name.startswith(frozen), name


def stepped(network, compute, frozen="conv1"):
    """Two forward passes, as per clip position, then gradients and statistics."""
    net = build_backbone(network, NetworkOptions(multiplier=0.0625), 0)
    net.freeze_below(frozen)
    net.tune(compute)
    net.train()
    x = torch.rand(2, 3, 3, 8, 24, 24, generator=torch.Generator().manual_seed(0))
    (net(x[0]).square().sum() + net(x[1]).square().sum()).backward()
    return {n: p.grad for n, p in net.named_parameters() if p.requires_grad}, net.state_dict()


def saved_bytes(network, compute):
    """What autograd keeps for the backward pass, weights apart."""
    net = build_backbone(network, NetworkOptions(multiplier=0.0625), 0)
    net.tune(compute)
    weights = {p.untyped_storage().data_ptr() for p in net.parameters()}
    kept = {}

    def keep(t):
        if t.untyped_storage().data_ptr() not in weights:
            kept[t.untyped_storage().data_ptr()] = t.untyped_storage().nbytes()
        return t

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda t: t):
        out = net.train()(torch.rand(2, 3, 8, 24, 24))
    assert out.requires_grad
    return sum(kept.values())


@pytest.mark.parametrize("network", package_networks())
@pytest.mark.parametrize("frozen", ["conv1", "conv3"])
def test_recomputation_changes_nothing_and_counts_statistics_once(network, frozen):
    gradients, weights = stepped(network, ComputeOptions(), frozen)
    again, same = stepped(network, ComputeOptions(recompute=True), frozen)
    assert gradients.keys() == again.keys()
    assert all(torch.equal(g, again[n]) for n, g in gradients.items())
    assert all(torch.equal(v, same[n]) for n, v in weights.items())
    counters = [n for n in weights if n.startswith("conv5") and n.endswith("num_batches_tracked")]
    assert {int(weights[n]) for n in counters} == (set() if network == "swin3d_t" else {2})


@pytest.mark.parametrize("network", package_networks())
def test_recomputation_keeps_the_stages_inputs_alone(network):
    x = torch.rand(2, 3, 8, 24, 24)
    inputs = [x, *build_backbone(network, NetworkOptions(multiplier=0.0625), 0).maps(x, LAYERS[:-1]).values()]
    kept = saved_bytes(network, ComputeOptions(recompute=True))
    assert kept == sum(4 * i.numel() for i in inputs)
    assert kept < 0.5 * saved_bytes(network, ComputeOptions())


@pytest.mark.slow
def test_compiled_and_recomputed_stages_compute_the_same():
    def stage(compute):
        net = build_backbone("r21d", NetworkOptions(multiplier=0.0625), 0)
        net.tune(compute)
        x = torch.rand(6, 3, 4, 16, 16, generator=torch.Generator().manual_seed(0))
        out = net.train().maps(x, ["conv1"])["conv1"] if not compute.compile else net._stage("conv1", x)
        out.square().sum().backward()
        return out, [p.grad for p in net.conv1.parameters()], list(net.conv1.buffers())

    (out, gradients, buffers), (same, again, counted) = (
        stage(ComputeOptions()),
        stage(ComputeOptions(compile=True, recompute=True)),
    )
    assert torch.allclose(out, same, atol=1e-4)
    for a, b in zip([*gradients, *buffers], [*again, *counted], strict=True):
        assert (a - b).double().norm() <= 1e-3 * (1 + a.double().norm())


def test_a_network_that_needs_larger_clips_says_so():
    net = build_backbone("r3d", NetworkOptions(multiplier=0.125), 0)
    net.smallest = (5, 17)
    for small in ((4, 17, 17), (5, 16, 17)):
        with pytest.raises(
            ValueError, match=f"needs clips of at least 5 frames of 17x17 pixels, and was given {small[0]}x{small[1]}"
        ):
            net(torch.zeros(1, 3, *small))
