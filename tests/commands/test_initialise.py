import pytest
import torch
from support.helpers import vcop
from support.pretraining import NARROW

from vcop.config.fields import flags
from vcop.networks.registry import build_backbone
from vcop.storage.weights import read_about, read_weights


def initialise(network, seed, out):
    return vcop("initialise", "--network", network, "--seed", seed, "--out", out, *flags(NARROW).split())


def test_it_writes_the_weights_of_seed_and_network(tmp_path):
    assert initialise("r21d", 3, tmp_path / "w.safetensors") == 0
    expected = build_backbone("r21d", NARROW, seed=3).state_dict()
    written = read_weights(tmp_path / "w.safetensors")
    assert {name.removeprefix("backbone.") for name in written} == set(expected)
    assert all(torch.equal(written[f"backbone.{name}"], value) for name, value in expected.items())


def test_an_unknown_network_is_refused_and_the_known_ones_are_listed(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        initialise("resnet", 0, tmp_path / "w.safetensors")
    assert end.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert all(name in last for name in ("'resnet'", "c3d", "r3d", "r21d"))
    assert not list(tmp_path.iterdir())


def test_the_file_says_network_options_seed_and_study_and_no_clips(tmp_path):
    words = ("--network", "c3d", "--seed", 3, "--out", tmp_path / "w.safetensors", *flags(NARROW).split())
    assert vcop("initialise", *words, "--study", "it's a {test}") == 0
    said = read_about(tmp_path / "w.safetensors")
    assert said.items() >= {"network": "c3d", "weights": "random", "seed": 3, "study": "it's a {test}"}.items()
    assert said.keys() == {"network", "weights", "seed", "study", "multiplier", "batchnorm_scale", "vcop", "licence"}
