"""Flags that several commands share, and the sessions that are made of them."""

import argparse

import pytest
from support.helpers import FRAMES
from support.pretraining import NARROW

from vcop.commands.shared_flags import add_clip_length, add_model_arguments, model_session
from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions
from vcop.storage.weights import save_weights


def parse(store_path, *words, frames=FRAMES):
    parser = argparse.ArgumentParser()
    add_model_arguments(parser)
    sections = (frames, InputOptions(crop=16), NARROW, ComputeOptions(), MachineOptions(device="cpu"))
    return parser.parse_args(["--frames", str(store_path), "--network", "r3d", *flags(*sections).split(), *words])


def test_a_session_has_the_options_of_the_flags(store_path, start):
    session = model_session(parse(store_path), start)
    assert (session.network, session.nets, session.inputs) == ("r3d", NARROW, InputOptions(crop=16))
    assert session.group.device.type == "cpu"
    assert session.store.height == FRAMES.height


def test_what_is_left_out_is_taken_from_the_weights_and_else_the_papers(store_path, tmp_path):
    save_weights(tmp_path / "w.safetensors", {}, network="c3d", multiplier=0.5, crop=16, input_gain=4.0, task="8-8-3")
    parser = argparse.ArgumentParser()
    add_model_arguments(parser)
    add_clip_length(parser)
    bare = ["--frames", str(store_path), "--device", "cpu"]
    arguments = parser.parse_args([*bare, "--input-gain", "2"])
    session = model_session(arguments, tmp_path / "w.safetensors")
    assert (session.network, session.nets) == ("c3d", NetworkOptions(multiplier=0.5))
    # What was given stays, also where the file says something else: the library compares.
    assert session.inputs == InputOptions(crop=16, input_gain=2.0)
    assert arguments.clip_length == 8
    save_weights(tmp_path / "w.safetensors", {}, network="c3d", multiplier=0.5)
    arguments = parser.parse_args(bare)
    assert model_session(arguments, tmp_path / "w.safetensors").inputs == InputOptions()
    assert arguments.clip_length == 16
    save_weights(tmp_path / "w.safetensors", {})
    with pytest.raises(ValueError, match="w.safetensors: does not say its network: give --network"):
        model_session(parser.parse_args(bare), tmp_path / "w.safetensors")


def test_a_store_of_other_frames_and_gpus_that_cannot_share_are_refused(store_path, start):
    with pytest.raises(ValueError, match="height"):
        model_session(parse(store_path, "--height", "99"), start)
    with pytest.raises(ValueError, match="machine.gpus: 2, but only pretraining can share its work"):
        model_session(parse(store_path, "--gpus", "2"), start)


def test_an_unknown_network_is_refused_with_the_known_ones(store_path, capsys):
    with pytest.raises(SystemExit):
        parse(store_path, "--network", "mynet")
    error = capsys.readouterr().err
    assert "invalid choice: 'mynet'" in error
    assert "r21d" in error
