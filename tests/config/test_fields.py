"""Bounds, choices, and the way to flags and back."""

import argparse

import pytest

from vcop.commands.flags import add_flags, from_flags
from vcop.config.data_options import FrameOptions
from vcop.config.fields import Options, default_of, fields, flags, identity
from vcop.config.options import FinetuneOptions, InputOptions, PretrainOptions
from vcop.config.study import Study


@pytest.mark.parametrize("section", [type(f.default) for f, _ in fields(Study) if isinstance(f.default, Options)])
def test_flags_say_all_of_a_section_and_come_back(section):
    assert all(f.metadata["doc"] for f, _ in fields(section))
    parser = argparse.ArgumentParser()
    add_flags(parser, section)
    assert from_flags(section, parser.parse_args(flags(section()).split())) == section()


def test_changed_values_come_back_from_flags():
    changed = PretrainOptions(epochs=3, learning_rate=1e-5, schedule="cosine", head_batchnorm=True)
    parser = argparse.ArgumentParser()
    add_flags(parser, PretrainOptions)
    assert from_flags(PretrainOptions, parser.parse_args(flags(changed).split())) == changed


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"height": 4}, "height: 4 is below 8"),
        ({"quality": 101}, "quality: 101 is above 100"),
        ({"codec": "png"}, "codec: 'png' is not one of jpeg, raw"),
    ],
)
def test_values_out_of_bounds_are_refused_by_name(values, said):
    with pytest.raises(ValueError, match=said):
        FrameOptions(**values)


def test_an_identity_names_every_option():
    assert identity(FrameOptions(), seed=3) == {
        "height": 128, "width": 171, "codec": "jpeg", "quality": 95, "decode_revision": 1, "seed": 3,
    }  # fmt: skip


def test_an_option_that_was_added_later_is_said_only_if_it_is_not_the_default():
    before, after = FinetuneOptions(), FinetuneOptions(validation_clips=5)
    assert "validation" not in flags(before)
    assert "--validation-clips 5" in flags(after)
    assert "validation_clips" not in identity(before)
    assert identity(after)["validation_clips"] == 5


def test_numbers_that_look_like_flags_come_back():
    changed = InputOptions(input_mean=-1e-05)
    parser = argparse.ArgumentParser()
    add_flags(parser, InputOptions)
    assert from_flags(InputOptions, parser.parse_args(flags(changed).split())) == changed


def test_a_default_is_made_anew_for_each_reader():
    seeds = next(f for f, _ in fields(Study) if f.name == "seeds")
    default_of(seeds).append(7)
    assert default_of(seeds) == [0]
