"""Flags of a section of options that is made for the test."""

import argparse
from dataclasses import dataclass, replace
from typing import Literal

import pytest

from vcop.commands.flags import add_flags, from_flags, given_flags
from vcop.config.fields import Options, flags, option


@dataclass(frozen=True, kw_only=True)
class Section(Options):
    path: str = option(doc="Where it lies.")
    frame_stride: int = option(2, "Every so many-th frame.", minimum=1)
    share: float = option(0.5, "100 % is all.")
    mirror: bool = option(True, "Mirror clips.")
    codec: Literal["jpeg", "raw"] = option("jpeg", "How frames are stored.")
    rates: list[float] = option([0.1, 1.0], "Rates to try.")


def parse(*words, otherwise=None):
    parser = argparse.ArgumentParser(prog="test")
    add_flags(parser, Section, otherwise=otherwise)
    return parser.parse_args([str(word) for word in words]), " ".join(parser.format_help().split())


def test_every_field_is_a_flag_with_its_default():
    arguments, text = parse("--path", "x")
    assert from_flags(Section, arguments) == Section(path="x")
    assert "--path STR Where it lies. --frame-stride INT Every so many-th frame (default: 2)." in text
    assert "--share FLOAT 100 % is all (default: 0.5)." in text
    assert "--mirror, --no-mirror Mirror clips (default: True)." in text
    assert "--codec {jpeg,raw} How frames are stored (default: jpeg)." in text
    assert "--rates FLOAT [FLOAT ...] Rates to try (default: [0.1, 1.0])." in text


def test_what_flags_write_is_what_flags_read():
    options = Section(path="a", frame_stride=4, share=0.25, mirror=False, codec="raw", rates=[3.0])
    arguments, _ = parse(*flags(options).split())
    assert from_flags(Section, arguments) == options
    assert from_flags(Section, parse("--path", "a")[0]) == replace(options, **vars(Section(path="a")))


def test_a_flag_that_is_left_out_may_mean_something_else():
    arguments, text = parse("--path", "x", "--share", 1, otherwise={"frame_stride": "as the file says"})
    assert arguments.frame_stride is None
    assert "frame_stride" not in given_flags(Section, arguments)
    assert from_flags(Section, arguments) == Section(path="x", share=1.0)
    assert "Every so many-th frame (default: as the file says)." in text


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "the following arguments are required: --path"),
        (("--path", "x", "--codec", "png"), "argument --codec: invalid choice: 'png'"),
        (("--path", "x", "--frame-stride", "two"), "argument --frame-stride: invalid int value: 'two'"),
    ],
)
def test_a_wrong_flag_is_named(words, reason, capsys):
    with pytest.raises(SystemExit):
        parse(*words)
    assert reason in capsys.readouterr().err


def test_bounds_are_those_of_the_options():
    with pytest.raises(ValueError, match="frame_stride"):
        from_flags(Section, parse("--path", "x", "--frame-stride", 0)[0])
