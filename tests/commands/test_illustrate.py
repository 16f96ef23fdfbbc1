import csv
import json

import pytest
import torch
from support.helpers import FRAMES, vcop

from vcop.config.fields import flags, identity
from vcop.config.options import AuditOptions, ComputeOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions
from vcop.datasets.splits import TEST
from vcop.loading.clip_datasets import FixedTuples
from vcop.loading.transforms import crop_and_scale
from vcop.networks.heads import OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.sampling.tasks import Task
from vcop.storage import weights

INPUT, NARROW, TASK = InputOptions(crop=16, frame_stride=2), NetworkOptions(multiplier=0.0625), Task.parse("16-8-3")
SETTING = flags(FRAMES, INPUT, NARROW, ComputeOptions(), PretrainOptions(), MachineOptions(device="cpu"))


def network(seed):
    """An order network, of weights that tell orders apart."""
    backbone = build_backbone("r3d", NARROW, seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = OrderHead(backbone.features, TASK.tuple_length, 0.0)
    with torch.no_grad():
        head.order.weight *= 30
    return OrderNetwork(backbone, head).eval()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The files of two networks' weights."""
    folder = tmp_path_factory.mktemp("weights")
    for seed in (0, 1):
        weights.save_weights(folder / f"{seed}.safetensors", network(seed).state_dict())
    return [folder / f"{seed}.safetensors" for seed in (0, 1)]


def run(verb, store_path, of, out, *more, task=TASK):
    where = ("--frames", store_path, "--weights", of, "--out", out, "--network", "r3d", "--task", task)
    return vcop(verb, *where, *SETTING.split(), *more)


@pytest.fixture(scope="module")
def found(store_path, trained, tmp_path_factory):
    out = tmp_path_factory.mktemp("illustrate") / "e.json"
    assert run("illustrate", store_path, trained[0], out) == 0
    return json.loads(out.read_text())


def test_the_tuple_is_one_of_pretrainings_test_and_no_clip_is_in_its_place(found, store):
    video = next(v for v in store.of(1, TEST) if v.name == found["video"])
    clips, corners, label, _ = FixedTuples(store, [video], TASK, INPUT).draw(video, 0)
    assert found["order"] == list(TASK.orders[label])
    assert all(place != clip for place, clip in enumerate(found["order"]))
    assert found["clips"] == [list(clip) for clip in clips]
    assert found["clips"][0] == list(range(clips[0][0], clips[0][0] + 16, 2))
    assert found["crop"] == [*corners[0], 16]
    assert found["frames"] == store.digest


def test_the_probabilities_are_the_networks(found, store):
    video = next(v for v in store.videos if v.name == found["video"])
    frames = torch.from_numpy(store.read(video, [i for clip in found["clips"] for i in clip])).unflatten(0, (3, 8))
    with torch.no_grad():
        logits = network(0)(crop_and_scale(frames, torch.tensor([found["crop"][:2]] * 3), INPUT)[None])
    assert found["probabilities"] == pytest.approx(logits.softmax(1)[0].tolist(), abs=2e-6)
    assert sum(found["probabilities"]) == pytest.approx(1, abs=1e-5)


def test_the_right_orders_probability_is_the_one_that_audit_finds(found, store_path, trained, tmp_path):
    assert run("audit", store_path, trained[0], tmp_path / "a.csv", *flags(AuditOptions()).split()) == 0
    with open(tmp_path / "a.csv") as file:
        rows = [r for r in csv.DictReader(file) if r["condition"] == "plain" and r["video"] == found["video"]]
    label = TASK.orders.index(tuple(found["order"]))
    assert [int(r["order"]) for r in rows] == [label]
    assert float(rows[0]["probability"]) == pytest.approx(found["probabilities"][label], abs=1e-4)


def test_what_the_network_says_does_not_enter_the_choice(found, store_path, trained, tmp_path):
    assert run("illustrate", store_path, trained[1], tmp_path / "e.json") == 0
    other = json.loads((tmp_path / "e.json").read_text())
    assert {k: v for k, v in other.items() if k != "probabilities"} == {k: v for k, v in found.items() if k != "probabilities"}
    assert other["probabilities"] != found["probabilities"]


def test_bad_input_is_one_line(store_path, trained, tmp_path, capsys):
    for of, task, said in (
        (trained[0], "16-8-4", "not the weights of this network"),
        (trained[0], "16-80-5", "no test video is long enough"),
        (tmp_path / "no.safetensors", TASK, "the weights file is not there"),
    ):
        assert run("illustrate", store_path, of, tmp_path / "e.json", task=task) == 1
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_what_the_file_says_is_taken_and_what_contradicts_it_refused(found, store_path, tmp_path, capsys):
    about = identity(INPUT, NARROW, network="r3d", task=str(TASK), head_batchnorm=False)
    weights.save_weights(tmp_path / "w.safetensors", network(0).state_dict(), **about)
    words = ("illustrate", "--frames", store_path, "--weights", tmp_path / "w.safetensors", "--out", tmp_path / "e.json")
    assert vcop(*words) == 0
    assert json.loads((tmp_path / "e.json").read_text()) == found
    capsys.readouterr()
    for flag, value in (("--frame-stride", 1), ("--input-gain", 4), ("--crop", 20), ("--task", "16-8-3-hard")):
        assert vcop(*words, flag, value) == 1
        error = capsys.readouterr().err
        assert f"w.safetensors: these weights were made with {flag[2:].replace('-', '_')} " in error
        assert f", but {flag} " in error
        assert error.count("\n") == 1


def test_weights_that_do_not_say_their_task_need_the_flag(store_path, trained, tmp_path, capsys):
    words = ("illustrate", "--frames", store_path, "--weights", trained[0], "--out", tmp_path / "e.json", "--network", "r3d")
    assert vcop(*words) == 1
    assert "0.safetensors: does not say its task: give --task" in capsys.readouterr().err
