import json
import shutil

import pytest
import torch
import yaml
from safetensors.torch import load_file
from support.published_networks import ActionC3D, published_backbone

import vcop
from vcop.config.options import InputOptions, NetworkOptions
from vcop.networks.heads import ActionNetwork, OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.publishing.published_folder import publish
from vcop.storage import weights

NARROW = NetworkOptions(multiplier=0.0625)
INPUT = {"crop": 20, "frame_stride": 2, "input_mean": 0.45, "input_gain": 4.0, "clip_length": 16, "height": 24, "width": 32}
HEAD = {"dropout": 0.5, "head_batchnorm": False, "joint_batchnorm": True}


@pytest.fixture
def pretraining(tmp_path):
    run = tmp_path / "results/pretrain/r3d/16-8-3/seed-1"
    backbone = build_backbone("r3d", NARROW, 1)
    network = OrderNetwork(backbone, OrderHead(backbone.features, 3, 0.5))
    about = {"network": "r3d", "multiplier": 0.0625, "task": "16-8-3", "seed": 1, "study": "mine"} | INPUT | HEAD
    weights.save_weights(run / "model.safetensors", network.state_dict(), **about)
    return run


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())


def test_a_published_folder_is_all_that_is_needed(pretraining, tmp_path):
    out = tmp_path / "out"
    files = publish(pretraining, out)
    assert (
        [path.name for path in files]
        == ["model.safetensors", "config.json", "README.md"]
        == sorted((path.name for path in out.iterdir()), key=lambda name: "mcR".index(name[0]))
    )
    shutil.move(out, tmp_path / "elsewhere")
    shutil.rmtree(pretraining)
    folder = tmp_path / "elsewhere"
    assert same(vcop.load_backbone(folder).state_dict(), build_backbone("r3d", NARROW, 1).state_dict())
    assert vcop.run_options(folder, InputOptions) == InputOptions(crop=20, frame_stride=2, input_mean=0.45, input_gain=4.0)
    assert vcop.load_order_network(folder).head.order.out_features == 6
    config = json.loads((folder / "config.json").read_text())
    assert config.items() >= (INPUT | HEAD | {"network": "r3d", "multiplier": 0.0625, "library_name": "vcop"}).items()
    front = yaml.safe_load((folder / "README.md").read_text().split("---\n")[1])
    assert front["datasets"] == ["ucf101"]
    assert "# r3d-16-8-3-seed-1\n" in (folder / "README.md").read_text()


def test_the_weights_stay_the_same_and_publishing_twice_gives_equal_files(pretraining, tmp_path):
    before = weights.weights_digest(pretraining / "model.safetensors")
    for name in ("a", "b"):
        publish(pretraining, tmp_path / name)
    assert weights.weights_digest(tmp_path / "a/model.safetensors") == before
    for name in ("model.safetensors", "config.json", "README.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_file_under_2019s_names_is_loaded_by_their_network_and_by_ours(pretraining, tmp_path):
    *_, file = publish(pretraining, tmp_path / "out", published_names=True)
    state = load_file(file)
    theirs = {name.removeprefix("base_network."): value for name, value in state.items() if name.startswith("base_network.")}
    published_backbone("r3d", 4).load_state_dict(theirs)
    assert {name for name in state if not name.startswith("base_network.")} == {
        "fc7.weight", "fc7.bias", "fc8.weight", "fc8.bias",
    }  # fmt: skip
    assert same(vcop.load_backbone(file).state_dict(), vcop.load_backbone(pretraining).state_dict())


def test_a_fine_tuning_and_a_file_of_2019_are_published_too(tmp_path):
    run = tmp_path / "results/finetune/hmdb51-2/c3d/16-8-3/from-conv1/seed-0"
    network = ActionNetwork(build_backbone("c3d", NARROW, 0), 3)
    about = {
        "network": "c3d",
        "multiplier": 0.0625,
        "dataset": "hmdb51",
        "split": 2,
        "classes": ["a", "b", "c"],
        "head_batchnorm": False,
    }
    weights.save_weights(run / "model.safetensors", network.state_dict(), **about | INPUT)
    *_, file = publish(run, tmp_path / "out", published_names=True)
    ActionC3D(4, 3).load_state_dict(load_file(file))
    text = (tmp_path / "out/README.md").read_text()
    assert "# hmdb51-2-c3d-16-8-3-from-conv1-seed-0\n" in text
    assert "fine-tuned to recognise 3 actions (hmdb51, split 2)" in text

    publish(file, tmp_path / "again")
    said = weights.read_about(tmp_path / "again/model.safetensors")
    assert said["names"] == "2019"
    assert said["crop"] == 112
    assert same(weights.read_weights(tmp_path / "again/model.safetensors"), weights.read_weights(run / "model.safetensors"))
    assert "datasets" not in yaml.safe_load((tmp_path / "again/README.md").read_text().split("---\n")[1])


def test_what_cannot_be_published_leaves_nothing(tmp_path):
    file = tmp_path / "w.safetensors"
    with pytest.raises(ValueError, match="the run or its weights file is"):
        publish(file, tmp_path / "out")
    weights.save_weights(file, {"backbone.x": torch.zeros(1)}, network="r3d")
    with pytest.raises(ValueError, match=r"w\.safetensors: does not say its multiplier, so it cannot be published"):
        publish(file, tmp_path / "out")
    weights.save_weights(file, {"backbone.x": torch.zeros(1)}, network="r3d", multiplier=1.0)
    with pytest.raises(ValueError, match=r"w\.safetensors: backbone\.x has no counterpart in the code of 2019"):
        publish(file, tmp_path / "out", published_names=True)
    assert not (tmp_path / "out").exists()


def test_of_a_file_alone_no_data_set_is_claimed(pretraining, tmp_path):
    publish(pretraining / "model.safetensors", tmp_path / "out")
    assert "datasets" not in yaml.safe_load((tmp_path / "out/README.md").read_text().split("---\n")[1])
