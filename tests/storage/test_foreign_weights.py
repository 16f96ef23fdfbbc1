import os
import pickle
import zipfile

import pytest
import torch
from safetensors.torch import load_file, save_file
from support.published_networks import ActionC3D, PublishedOrderNetwork, published_backbone

from vcop.config.names import PAPER_NETWORKS
from vcop.config.options import NetworkOptions
from vcop.networks.heads import OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.storage import foreign_weights, weights

NARROW = NetworkOptions(multiplier=0.0625)


def order_network(batchnorm=True):
    backbone = build_backbone("r3d", NARROW, 0)
    return OrderNetwork(backbone, OrderHead(backbone.features, 3, 0.5, batchnorm))


def published_order_network():
    torch.manual_seed(0)
    return PublishedOrderNetwork(published_backbone("r21d", 4), 32, 4)


def one_line(path, message):
    with pytest.raises(ValueError, match=message) as caught:
        weights.read_weights(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < len(str(path)) + 500


def test_our_file_saved_again_by_safetensors_is_told_by_names_and_shapes(tmp_path):
    ours, again = tmp_path / "ours.safetensors", tmp_path / "again.safetensors"
    weights.save_weights(ours, order_network().state_dict(), network="r3d", multiplier=0.0625, crop=20)
    save_file(load_file(ours), again)
    assert not foreign_weights.is_foreign(ours)
    assert foreign_weights.is_foreign(again)
    about = weights.read_about(again)
    assert about == {"names": "vcop", "network": "r3d", "multiplier": 0.0625, "head_batchnorm": True}
    one, other = weights.read_weights(ours), weights.read_weights(again)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert foreign_weights.note(again, about) == (
        f"{again}: r3d of width 0.0625, told by names and shapes; the file does not say what has to enter the network, so that is as "
        "the options say"
    )
    assert foreign_weights.note(ours, weights.read_about(ours)) == ""
    assert weights.weights_digest(again) != weights.weights_digest(ours)  # the input is part of the identity of weights


@pytest.mark.parametrize("network", PAPER_NETWORKS)
@pytest.mark.parametrize("multiplier", [0.125, 0.33, 1.0])
def test_the_width_is_that_of_the_shapes(tmp_path, network, multiplier):
    backbone = build_backbone(network, NetworkOptions(multiplier=multiplier), 0)
    save_file(backbone.state_dict(), tmp_path / "w.safetensors")  # a backbone alone, without our prefix
    about = weights.read_about(tmp_path / "w.safetensors")
    assert about["network"] == network
    other = build_backbone(network, NetworkOptions(multiplier=about["multiplier"]), 1)
    weights.load_backbone_weights(tmp_path / "w.safetensors", other)
    assert all(torch.equal(value, other.state_dict()[name]) for name, value in backbone.state_dict().items())


@pytest.mark.parametrize("form", ["zip", "legacy", "checkpoint", "parallel", "safetensors"])
def test_files_of_2019_in_every_form(tmp_path, form):
    state, path = published_order_network().state_dict(), tmp_path / "model.pth.tar"
    if form == "safetensors":
        save_file(state, path)
    elif form == "checkpoint":
        torch.save({"epoch": 300, "state_dict": state, "optimizer": {"lr": 1e-3}}, path)
    else:
        state = {f"module.{name}": value for name, value in state.items()} if form == "parallel" else state
        torch.save(state, path, _use_new_zipfile_serialization=form != "legacy")
    about = weights.read_about(path)
    papers = {
        "crop": 112,
        "frame_stride": 1,
        "input_mean": 0.0,
        "input_gain": 1.0,
        "height": 128,
        "width": 171,
        "clip_length": 16,
    }
    head = {"task": "16-8-4", "dropout": 0.5, "head_batchnorm": False, "joint_batchnorm": False}
    assert about == {"names": "2019", "network": "r21d", "multiplier": 0.0625} | papers | head
    tensors = weights.read_weights(path)
    assert torch.equal(tensors["head.pair.weight"], published_order_network().fc7.weight)
    expected = published_order_network().base_network.conv3.block1.downsampleconv.temporal_conv.weight
    assert torch.equal(tensors["backbone.conv3.shortcut.0.3.weight"], expected)
    assert foreign_weights.note(path, about) == (
        f"{path}: r21d of width 0.0625, told by names and shapes of 2019; the input is taken to be as in the papers: clips of 16 frames, "
        "a crop of 112 pixels, RGB in [0, 1] without mean or gain, task 16-8-4"
    )


def test_counters_that_pytorch_did_not_save_yet_are_zero(tmp_path):
    state = {name: value for name, value in ActionC3D(4, 5).state_dict().items() if "num_batches" not in name}
    torch.save(state, tmp_path / "old.pt")
    tensors = weights.read_weights(tmp_path / "old.pt")
    assert tensors["backbone.conv3.4.num_batches_tracked"] == 0
    assert tensors["head.weight"].shape == (5, 32)


def test_half_precision_becomes_single(tmp_path):
    save_file(
        {name: v.half() if v.is_floating_point() else v for name, v in order_network().state_dict().items()}, tmp_path / "w"
    )
    assert {v.dtype for v in weights.read_weights(tmp_path / "w").values()} == {torch.float32, torch.int64}


class Evil:
    def __init__(self, proof):
        self.proof = proof

    def __reduce__(self):
        return os.mkdir, (str(self.proof),)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_pickle_with_code_is_refused_and_not_run(tmp_path, legacy):
    path, proof = tmp_path / "w.pt", tmp_path / "executed"
    torch.save({"conv1.weight": Evil(proof)}, path, _use_new_zipfile_serialization=not legacy)
    one_line(path, r"w\.pt: holds more than tensors, or is damaged, and is not read, for it could execute code")
    path.write_bytes(pickle.dumps({"conv1.weight": Evil(proof)}, protocol=2))
    one_line(path, r"w\.pt: ")
    assert not proof.exists()
    torch.save(ActionC3D(4), path, _use_new_zipfile_serialization=not legacy)  # a whole network and not its weights
    one_line(path, "holds more than tensors")


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_a_file_that_is_cut_anywhere_is_one_line(tmp_path, form):
    state, path = ActionC3D(1).state_dict(), tmp_path / "w"
    if form == "safetensors":
        save_file(state, path)
    else:
        torch.save(state, path, _use_new_zipfile_serialization=form == "zip")
    data = path.read_bytes()
    for size in [*range(0, 40, 3), *range(40, len(data), len(data) // 40), len(data) - 1]:
        path.write_bytes(data[:size])
        one_line(path, "not a whole|holds more than tensors|holds no dictionary")


def test_tensors_that_cannot_be_weights_are_named(tmp_path):
    path, state = tmp_path / "w.pt", ActionC3D(4).state_dict()
    for value, message in (
        (torch.full((4, 3, 3, 3, 3), float("nan")), "'conv1.weight' holds numbers that are not finite"),
        (torch.ones(4, 3, 3, 3, 3, dtype=torch.int32), "'conv1.weight' is int32, and has to be float32, float16 or bfloat16"),
        (torch.ones(4, 3, 3, 3, 3, dtype=torch.complex64), "is complex64"),
        (torch.ones(4, 3, 3, 3, 3).to_sparse(), "'conv1.weight' is not a plain tensor"),
        (torch.ones(1).expand(10**9, 10**6), "'conv1.weight' is larger than its data"),
        ("text", "'conv1.weight' is not a plain tensor"),
    ):
        torch.save(state | {"conv1.weight": value}, path)
        one_line(path, message)
    torch.save(state | {"bn1.num_batches_tracked": torch.tensor(1.0)}, path)
    one_line(path, "is float32, and has to be int64")


def test_what_does_not_fit_is_listed_with_shapes_and_counted(tmp_path):
    path, state = tmp_path / "w.pt", ActionC3D(4).state_dict()
    torch.save({f"layer{i}.weight": torch.zeros(2, i + 1) for i in range(7)}, path)
    one_line(
        path, r"not the weights of a network that vcop knows .*: it holds layer0.weight 2x1, .* layer3.weight 2x4 and 3 more"
    )
    torch.save(state | {"extra.weight": torch.zeros(3, 4), "scale": torch.tensor(1.0)}, path)
    one_line(path, "taken for c3d by the names of 2019, but it holds extra.weight 3x4, scale a number, which c3d has not")
    torch.save({name: value for name, value in state.items() if not name.startswith("bn5b")}, path)
    one_line(path, r"but it lacks backbone.conv5.4.weight, .*backbone.conv5.4.running_var \(4 in all\)")
    torch.save(state | {"conv2.weight": torch.zeros(8, 4, 1, 1, 1)}, path)
    with pytest.raises(ValueError, match=r"not the weights of this network: 1 of another shape \(conv2.0.weight 8x4x1x1x1\)"):
        weights.load_backbone_weights(path, build_backbone("c3d", NARROW))
    torch.save(state | {"bn5b.running_var": torch.zeros(2, 2)}, path)
    one_line(path, "backbone.conv5.4.running_var has no width")
    torch.save([1, 2], path)
    one_line(path, "holds no dictionary of tensors by name")
    torch.save(published_order_network().state_dict() | {"fc8.bias": torch.zeros(7)}, path)
    one_line(path, "fc8.bias 7 is no number of orders of 2 to 5 clips")


def test_a_file_of_ours_without_its_seal_is_damaged_and_not_foreign(tmp_path):
    path = tmp_path / "w.safetensors"
    weights.save_weights(path, order_network().state_dict(), network="r3d")
    data = path.read_bytes()
    for text in (b"written by vcop", b"sha256"):
        path.write_bytes(data.replace(text, text[::-1], 1))
        assert not foreign_weights.is_foreign(path)
        one_line(path, "not a whole weights file: it has no seal")
    path.write_bytes(b"rubbish" * 9)
    assert not foreign_weights.is_foreign(path)
    assert not foreign_weights.is_foreign(tmp_path)


def test_an_archive_that_unpacks_to_more_than_it_has_is_not_unpacked(tmp_path):
    path = tmp_path / "w.pt"
    torch.save({"conv1.weight": torch.zeros(2**20)}, tmp_path / "plain.pt")
    with zipfile.ZipFile(tmp_path / "plain.pt") as plain, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    one_line(path, r"w.pt: would unpack to \d+ bytes, more than the file has")
