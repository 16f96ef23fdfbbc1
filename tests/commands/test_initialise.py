import pytest
import torch
from support.helpers import vcop
from support.pretraining import NARROW
from support.published_networks import ActionC3D

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


def test_given_weights_are_those_of_the_file_for_every_seed(tmp_path, capsys):
    torch.save(ActionC3D(4, 5).state_dict(), tmp_path / "c3d.pt")
    words = ("initialise", "--network", "c3d", *flags(NARROW).split(), "--start", tmp_path / "c3d.pt", "--study", "mine")
    for seed in (0, 1):
        assert vcop(*words, "--seed", seed, "--out", tmp_path / f"{seed}.safetensors") == 0
    assert "told by names and shapes of 2019" in capsys.readouterr().out
    expected = read_weights(tmp_path / "c3d.pt")
    for seed in (0, 1):
        written, said = read_weights(tmp_path / f"{seed}.safetensors"), read_about(tmp_path / f"{seed}.safetensors")
        assert all(torch.equal(value, expected[name]) for name, value in written.items())
        assert not [name for name in written if name.startswith("head")]
        assert (
            said.items() >= {"weights": "given", "start": "c3d.pt", "seed": seed, "study": "mine", "input_mean": 0.0}.items()
        )
        assert "crop" not in said
    assert vcop("initialise", "--network", "r3d", *words[3:], "--seed", 0, "--out", tmp_path / "r3d.safetensors") == 1
    assert "c3d.pt: these weights were made with network c3d, but --network is r3d" in capsys.readouterr().err
    assert not (tmp_path / "r3d.safetensors").exists()
