import json

import pytest
import torch
from safetensors import safe_open

from vcop import __version__
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


def test_a_file_says_what_it_was_saved_with_and_who_wrote_it(tmp_path):
    path = tmp_path / "w.safetensors"
    about = {"network": "r3d", "multiplier": 1, "task": "16-8-3", "seed": 4, "study": "éüde", "classes": ["wave", "clap"]}
    weights.save_weights(path, {"x": torch.zeros(1)}, **about)
    said = weights.read_about(path)
    assert said == about | {"clip_length": 16, "vcop": __version__, "licence": "MIT"}
    assert list(said) == sorted(said)
    assert type(said["multiplier"]) is float
    with safe_open(path, "pt") as file:  # as any other program reads it
        assert json.loads(file.metadata()["about"])["study"] == "éüde"
    with pytest.raises(ValueError, match="what it says of its weights cannot be: crop is '112'"):
        weights.save_weights(tmp_path / "v.safetensors", {}, crop="112")
    assert not (tmp_path / "v.safetensors").exists()


def test_random_weights_fit_any_clips(tmp_path):
    backbone = build_backbone("r3d", NARROW, 5)
    weights.save_random_weights(tmp_path / "w.safetensors", backbone, network="r3d", options=NARROW, seed=5)
    said = weights.read_about(tmp_path / "w.safetensors")
    origin = {"weights": "random", "seed": 5, "vcop": __version__, "licence": "MIT"}
    assert said == {"network": "r3d", "multiplier": 0.0625, "batchnorm_scale": "ones"} | origin
    other = build_backbone("r3d", NARROW, 6)
    weights.load_backbone_weights(tmp_path / "w.safetensors", other)
    assert equal(backbone, other)


def test_the_digest_is_of_weights_and_what_they_need_not_of_version_study_or_seed(tmp_path, monkeypatch):
    tensors = {"x": torch.arange(6.0).view(2, 3), "n": torch.tensor(7), "h": torch.zeros(2, dtype=torch.bfloat16)}
    about = {"network": "r3d", "crop": 16, "input_gain": 1.0}

    def digest(tensors=tensors, **more):
        weights.save_weights(tmp_path / "w.safetensors", tensors, **about | more)
        return weights.weights_digest(tmp_path / "w.safetensors")

    first = digest(study="a", seed=0)
    assert first == digest() == weights.digest_of(about, tensors)
    with monkeypatch.context() as patch:
        patch.setattr(weights, "__version__", "9.9.9")
        patch.setattr("vcop.storage.sealing.__version__", "9.9.9")
        assert digest(study="b", seed=1) == first
        assert b"9.9.9" in (tmp_path / "w.safetensors").read_bytes()
    others = [
        digest(crop=17),
        digest(input_gain=2.0),
        digest(network="c3d"),
        digest(height=28),
        digest(tensors | {"n": torch.tensor(8)}),
        digest(tensors | {"x": tensors["x"].view(3, 2)}),
        digest(tensors | {"n": torch.tensor(7, dtype=torch.int32)}),
        digest({"y" if name == "x" else name: value for name, value in tensors.items()}),
    ]
    assert len({first, *others}) == 9


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
