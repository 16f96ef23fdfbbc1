import pytest
import torch

from vcop.config.options import NetworkOptions
from vcop.networks.heads import OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.storage import weights

NARROW = NetworkOptions(multiplier=0.0625)


def order_network(tuple_length, seed):
    torch.manual_seed(seed)
    backbone = build_backbone("r3d", NARROW, seed)
    return OrderNetwork(backbone, OrderHead(backbone.features, tuple_length, 0.5))


def equal(a, b):
    return all(torch.equal(v, b.state_dict()[k]) for k, v in a.state_dict().items())


def test_weights_come_back(tmp_path):
    one, other = order_network(3, 0), order_network(3, 1)
    weights.save_weights(tmp_path / "w.safetensors", one.state_dict(), network="r3d")
    weights.load_weights(tmp_path / "w.safetensors", other)
    assert equal(one, other)


def test_the_curriculum_carries_backbone_and_pair_layer_over(tmp_path):
    """TMM 2020, III-D1: the last layer cannot be carried over, since tl! changes."""
    three, four = order_network(3, 0), order_network(4, 1)
    last = four.head.order.weight.clone()
    weights.save_weights(tmp_path / "w.safetensors", three.state_dict())
    weights.load_start_weights(tmp_path / "w.safetensors", four.backbone, four.head)
    assert equal(three.backbone, four.backbone)
    assert equal(three.head.pair, four.head.pair)
    assert torch.equal(four.head.order.weight, last)


def test_random_weights_leave_the_head_alone(tmp_path):
    net, pair = order_network(3, 0), order_network(3, 0).head.pair.weight
    random = {f"backbone.{k}": v for k, v in build_backbone("r3d", NARROW, 5).state_dict().items()}
    weights.save_weights(tmp_path / "w.safetensors", random)
    weights.load_start_weights(tmp_path / "w.safetensors", net.backbone, net.head)
    assert torch.equal(net.head.pair.weight, pair)
    assert equal(build_backbone("r3d", NARROW, 5), net.backbone)


@pytest.mark.parametrize("change", ["missing", "unexpected", "shape", "network"])
def test_names_and_shapes_are_strict(tmp_path, change):
    tensors = {
        f"backbone.{k}": v for k, v in build_backbone("c3d" if change == "network" else "r3d", NARROW, 0).state_dict().items()
    }
    first = next(iter(tensors))
    if change == "missing":
        del tensors[first]
    elif change == "unexpected":
        tensors["backbone.more"] = torch.zeros(1)
    elif change == "shape":
        tensors[first] = torch.zeros(3, 3)
    weights.save_weights(tmp_path / "w.safetensors", tensors)
    with pytest.raises(ValueError, match=r"w.safetensors: not the weights of this network"):
        weights.load_backbone_weights(tmp_path / "w.safetensors", build_backbone("r3d", NARROW))


def test_broken_files_are_named(tmp_path):
    path = tmp_path / "w.safetensors"
    with pytest.raises(ValueError, match="is not there"):
        weights.load_backbone_weights(path, build_backbone("r3d", NARROW))
    weights.save_weights(path, {"backbone.x": torch.zeros(9)})
    for data in (b"", b"rubbish" * 9, path.read_bytes()[:-3]):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"w.safetensors: not a whole weights file"):
            weights.load_backbone_weights(path, build_backbone("r3d", NARROW))
