"""Flags that several commands share, and the sessions that are made of them."""

import argparse

import pytest
from support.helpers import FRAMES
from support.pretraining import NARROW

from vcop.commands.shared_flags import add_model_arguments, model_session
from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions


def parse(store_path, *words, frames=FRAMES):
    parser = argparse.ArgumentParser()
    add_model_arguments(parser)
    sections = (frames, InputOptions(crop=16), NARROW, ComputeOptions(), MachineOptions(device="cpu"))
    return parser.parse_args(["--frames", str(store_path), "--network", "r3d", *flags(*sections).split(), *words])


def test_a_session_has_the_options_of_the_flags(store_path):
    session = model_session(parse(store_path))
    assert (session.network, session.nets, session.inputs) == ("r3d", NARROW, InputOptions(crop=16))
    assert session.group.device.type == "cpu"
    assert session.store.height == FRAMES.height


def test_a_store_of_other_frames_and_gpus_that_cannot_share_are_refused(store_path):
    with pytest.raises(ValueError, match="height"):
        model_session(parse(store_path, "--height", "99"))
    with pytest.raises(ValueError, match="machine.gpus: 2, but only pretraining can share its work"):
        model_session(parse(store_path, "--gpus", "2"))


def test_an_unknown_network_is_refused_with_the_known_ones(store_path, capsys):
    with pytest.raises(SystemExit):
        parse(store_path, "--network", "mynet")
    error = capsys.readouterr().err
    assert "invalid choice: 'mynet'" in error
    assert "r21d" in error
