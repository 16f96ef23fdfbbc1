"""The method from Python, on a pretraining of a minute's tenth: what docs/notebook.ipynb does on a finished study."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from support.helpers import ROOT, vcop
from support.pretraining import NARROW, OPTIONS, words
from support.published_networks import PublishedOrderNetwork, published_backbone

import vcop as public
from vcop.storage.sealing import WEIGHTS, seal
from vcop.storage.weights import read_about

CROP = public.InputOptions(crop=16, frame_stride=2)


@pytest.fixture(scope="module")
def run(store_path, start, tmp_path_factory):
    """The directory of a pretraining of R3D."""
    out = tmp_path_factory.mktemp("run")
    assert vcop(*words(store_path, start, out)) == 0
    return out


def test_importing_it_loads_nothing_heavy():
    program = "import sys, vcop; sys.exit(any(m in sys.modules for m in ('torch', 'numpy', 'h5py', 'pandas', 'argparse')))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_public_name_is_there_and_has_a_docstring():
    assert set(public._MODULES) == set(public.__all__) - {"__version__"} == set(dir(public)) - {"__version__"}
    for name in public._MODULES:
        value = getattr(public, name)
        assert isinstance(value, int) or (value.__doc__ and not value.__doc__.startswith(f"{name}(")), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = public.nothing


def test_a_backbone_of_a_run_is_that_of_its_weights(run, start):
    backbone = public.load_backbone(run)
    assert public.run_options(run, public.NetworkOptions) == NARROW
    assert not backbone.training
    tensors = public.load_order_network(run).backbone.state_dict()
    assert all(torch.equal(value, tensors[name]) for name, value in backbone.state_dict().items())
    by_file = public.load_backbone(run / "model.safetensors")
    assert all(torch.equal(value, by_file.state_dict()[name]) for name, value in backbone.state_dict().items())
    random = public.load_backbone(start)  # which has no provenance.json beside it
    assert not torch.equal(random.state_dict()["conv5.residual.0.weight"], tensors["conv5.residual.0.weight"])


def test_weights_moved_alone_to_another_folder_are_all_that_is_needed(run, store, tmp_path):
    file = shutil.copy(run / "model.safetensors", tmp_path / "mine.safetensors")
    backbone, inputs = public.load_backbone(file), public.run_options(file, public.InputOptions)
    videos = store.of(1, public.TEST)[:2]
    features = public.extract_features(backbone, store, videos, inputs=inputs, test_clips=2)["conv5"]
    there = public.extract_features(public.load_backbone(run), store, videos, inputs=CROP, test_clips=2)["conv5"]
    assert np.array_equal(features, there)
    tensors = public.load_order_network(run).state_dict()
    assert all(torch.equal(value, tensors[name]) for name, value in public.load_order_network(file).state_dict().items())
    # What only a run has is in its provenance.json alone.
    assert public.run_options(run, public.PretrainOptions) == OPTIONS
    with pytest.raises(ValueError, match=r"mine\.safetensors: holds no option 'epochs', so PretrainOptions cannot be read"):
        public.run_options(file, public.PretrainOptions)


@pytest.mark.parametrize("beside", [True, False])
def test_a_file_of_an_older_version_is_read_with_the_provenance_beside_it(run, store, tmp_path, beside):
    file = tmp_path / "model.safetensors"
    header = json.dumps({"file": WEIGHTS.line().decode(), "network": "r3d", "seed": "0", "weights": "16-8-3"})
    save_file(load_file(run / "model.safetensors"), file, metadata={"about": header})
    seal(file)
    if beside:
        shutil.copy(run / "provenance.json", tmp_path)
        backbone = public.load_backbone(tmp_path)
        assert public.run_options(file, public.InputOptions) == CROP
        assert public.load_order_network(file).head.order.out_features == 6
    else:
        with pytest.raises(
            ValueError, match=r"does not say its network and width, .* no provenance\.json beside it; give netw"
        ):
            public.load_backbone(file)
        with pytest.raises(ValueError, match="does not say its task, so it is not known as a pretraining"):
            public.load_order_network(file)
        backbone = public.load_backbone(file, network="r3d", options=NARROW)
    tensors = public.load_backbone(run).state_dict()
    assert all(torch.equal(value, tensors[name]) for name, value in backbone.state_dict().items())


def test_an_order_network_predicts_what_the_command_predicted(run, store):
    task = public.Task.parse("16-8-3")
    assert public.run_options(run, public.InputOptions) == CROP
    videos = [video for video in store.of(1, public.TEST) if video.count >= task.window]
    tuples = public.FixedTuples(store, videos, task, CROP)
    network, prepare = public.load_order_network(run), public.prepare_tuples(CROP, public.ComputeOptions())
    predicted = {}
    for i, video in enumerate(videos):
        sample = tuples[0, i]
        batch = {
            "frames": sample["frames"][None],
            "corners": sample["corners"][None],
            "label": torch.tensor([sample["label"]]),
        }
        clips, _ = prepare(batch, torch.device("cpu"))
        with torch.no_grad():
            predicted[video.name] = int(network(clips).argmax(1))
    lines = [line.split(",") for line in (run / "order.csv").read_text().splitlines()[1:]]
    assert predicted == {line[0]: int(line[3]) for line in lines}


def test_a_training_tuple_is_a_function_of_seed_epoch_and_video(store):
    task = public.Task.parse("16-8-3")
    videos = [video for video in store.of(1, public.TRAIN) if video.count >= task.window]
    one, other = (public.TrainingTuples(store, videos, task, CROP, seed=0) for _ in range(2))
    assert torch.equal(one[3, 0]["frames"], other[3, 0]["frames"])
    assert one[3, 0]["frames"].shape == (3, 8, 20, 27, 3)
    assert not torch.equal(one[3, 0]["frames"], one[4, 0]["frames"])


def test_features_of_videos_find_themselves(run, store):
    videos = store.of(1, public.TEST)[:4]
    features = public.extract_features(public.load_backbone(run), store, videos, inputs=CROP, test_clips=2)["conv5"]
    assert features.shape[:2] == (4, 2)
    assert np.array_equal(public.retrieve(features, features, k=1)[:, 0], np.arange(4))


def test_impossible_arguments_are_refused_in_one_line(run, store):
    backbone, videos = public.load_backbone(run), store.of(1, public.TEST)[:1]
    with pytest.raises(ValueError, match="a crop of 112 pixels does not fit its frames of 20x27 pixels"):
        public.extract_features(backbone, store, videos)
    with pytest.raises(ValueError, match="at least one video is needed"):
        public.extract_features(backbone, store, [], inputs=CROP)
    with pytest.raises(ValueError, match="layers are among conv1, conv2"):
        public.extract_features(backbone, store, videos, ["conv6"], inputs=CROP)
    with pytest.raises(ValueError, match="gallery: an array"):
        public.retrieve(np.ones((1, 4), np.float32), np.ones((0, 4), np.float32))
    with pytest.raises(ValueError, match="queries have 4 values and the gallery 5"):
        public.retrieve(np.ones((1, 4), np.float32), np.ones((2, 5), np.float32))


def test_weights_of_another_task_hold_no_order_network(run, tmp_path):
    file = tmp_path / "arrow.safetensors"
    header = json.dumps({"file": WEIGHTS.line().decode(), **read_about(run / "model.safetensors"), "task": "arrow-16"})
    save_file(load_file(run / "model.safetensors"), file, metadata={"about": header})
    seal(file)
    with pytest.raises(ValueError, match="is of the task arrow-16, which is not order prediction; load_backbone loads its"):
        public.load_order_network(file)


def test_what_cannot_be_loaded_is_one_line(run, start, tmp_path):
    with pytest.raises(ValueError, match="random.safetensors: does not say its task, so it is not known as a pretraining"):
        public.load_order_network(start)
    with pytest.raises(ValueError, match="random.safetensors: holds no option 'crop', so InputOptions cannot be read from it"):
        public.run_options(start, public.InputOptions)
    with pytest.raises(ValueError, match="these weights were made with network r3d, but --network is c3d"):
        public.load_backbone(run, network="c3d")
    with pytest.raises(ValueError, match="these weights were made with multiplier 0.0625, but .* is 1.0"):
        public.load_backbone(run, options=public.NetworkOptions())
    (tmp_path / "provenance.json").write_text(json.dumps({"identity": {"network": "My net"}}))
    shutil.copy(run / "model.safetensors", tmp_path)
    with pytest.raises(ValueError, match=r"provenance\.json: not a provenance file of a run: it names no network"):
        public.run_options(tmp_path, public.PretrainOptions)
    with pytest.raises(ValueError, match="elsewhere: the run or its weights file is (not there|missing)"):
        public.load_backbone(tmp_path / "elsewhere")


def test_it_says_that_it_is_typed():
    assert (ROOT / "src/vcop/py.typed").is_file()


def test_a_file_of_2019_is_loaded_with_a_line_that_says_what_is_assumed(store, tmp_path, capsys):
    torch.manual_seed(0)
    theirs = PublishedOrderNetwork(published_backbone("r3d", 4), 32, 3).eval()
    file = tmp_path / "model.pth.tar"
    torch.save({"state_dict": theirs.state_dict(), "epoch": 3}, file)
    clips = torch.rand(2, 3, 3, 8, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(public.load_order_network(file)(clips), theirs(clips), rtol=0, atol=1e-6)
        torch.testing.assert_close(
            public.load_backbone(file)(clips[:, 0]), theirs.base_network(clips[:, 0]), rtol=0, atol=1e-6
        )
    (line,) = capsys.readouterr().err.splitlines()
    assert "told by names and shapes of 2019; the input is taken to be as in the papers" in line
    assert public.run_options(file, public.InputOptions) == public.InputOptions()
    with pytest.raises(ValueError, match="these weights were made with network r3d, but --network is c3d"):
        public.load_backbone(file, network="c3d")
    # Its input is an assumption, so options may say otherwise; the store's frames are smaller than the papers'.
    words = (
        "extract",
        "--weights",
        file,
        "--frames",
        store.path,
        "--out",
        tmp_path / "f.h5",
        "--device",
        "cpu",
        "--test-clips",
        2,
    )
    assert vcop(*words, "--crop", 16, "--workers", 0) == 0
    assert "model.pth.tar: these weights were made with crop 112; here it is 16" in capsys.readouterr().out
    assert (tmp_path / "f.h5").exists()


def test_our_names_without_our_header_need_the_input_from_options(run, tmp_path, capsys):
    file = tmp_path / "again.safetensors"
    save_file(load_file(run / "model.safetensors"), file)
    expected = public.load_backbone(run).state_dict()
    assert all(torch.equal(value, expected[name]) for name, value in public.load_backbone(file).state_dict().items())
    assert "the file does not say what has to enter the network" in capsys.readouterr().err
    with pytest.raises(ValueError, match="again.safetensors: holds no option 'crop', so InputOptions cannot be read from it"):
        public.run_options(file, public.InputOptions)
