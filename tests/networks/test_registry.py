import pytest
import torch

from vcop.config.names import PAPER_NETWORKS
from vcop.config.options import NetworkOptions
from vcop.networks.registry import BUILDERS, build_backbone

NARROW = NetworkOptions(multiplier=0.0625)


def test_every_named_network_has_a_builder():
    assert tuple(BUILDERS) == PAPER_NETWORKS


def test_an_unknown_network_ends_in_one_line_that_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"^network: there is no 'r3d-18'; choose one of c3d, r3d, r21d$"):
        build_backbone("r3d-18", NARROW)


@pytest.mark.parametrize("seed", [None, 0])
def test_the_random_state_is_left_as_it_was(seed):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    build_backbone("r3d", NARROW, seed)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("network", BUILDERS)
def test_initial_weights_are_a_function_of_seed_and_network(network):
    options = NetworkOptions(multiplier=0.125)
    one, same, other = (build_backbone(network, options, s).state_dict() for s in (0, 0, 1))
    assert all(torch.equal(one[k], same[k]) for k in one)
    assert not all(torch.equal(one[k], other[k]) for k in one)


def test_batchnorm_of_old_pytorch():
    scales = [
        m.weight
        for m in build_backbone("r3d", NetworkOptions(multiplier=0.125, batchnorm_scale="uniform"), 0).modules()
        if isinstance(m, torch.nn.BatchNorm3d)
    ]
    assert all(0 <= w.min() and w.max() < 1 and w.std() > 0.1 for w in scales)
    for module in build_backbone("c3d", NetworkOptions(multiplier=0.125)).modules():
        if isinstance(module, torch.nn.BatchNorm3d):
            assert (module.eps, module.momentum) == (1e-5, 0.1)
            assert (module.weight == 1).all()
