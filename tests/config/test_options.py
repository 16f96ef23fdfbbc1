"""The defaults are the papers' values, and every option explains itself."""

import pytest

from vcop.config import data_options, options
from vcop.config.fields import Options, default_of, fields
from vcop.config.options import (
    AnswerOptions,
    ExtractOptions,
    FinetuneOptions,
    InputOptions,
    LoopOptions,
    MineOptions,
    NetworkOptions,
    PretrainOptions,
)

SECTIONS = [
    kind
    for module in (options, data_options)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Options) and kind.__module__ == module.__name__
]


def test_the_defaults_are_the_papers_values():
    loop = LoopOptions()
    assert (loop.epochs, loop.batch_size, loop.learning_rate, loop.momentum, loop.weight_decay) == (300, 8, 1e-3, 0.9, 5e-4)
    assert (loop.optimiser, loop.schedule) == ("sgd", "constant")
    pretrain = PretrainOptions()
    assert pretrain.dropout == 0.5
    assert not (pretrain.head_batchnorm or pretrain.joint_batchnorm or pretrain.shared_crop)
    assert FinetuneOptions().epochs == 150
    assert MineOptions().threshold == 0.8
    assert ExtractOptions().test_clips == 10
    assert (InputOptions().crop, InputOptions().input_mean, InputOptions().input_gain) == (112, 0.0, 1.0)
    assert NetworkOptions().multiplier == 1.0
    assert (AnswerOptions().classes, AnswerOptions().hidden) == (1000, 300)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_option_is_explained_by_a_full_phrase(section):
    assert section.__doc__
    for f, _ in fields(section):
        doc = f.metadata["doc"]
        assert doc[0].isupper() and doc.endswith("."), f"{section.__name__}.{f.name}: {doc}"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_a_revision_is_a_number_from_one(section):
    for f, _ in fields(section):
        assert not f.name.endswith("_revision") or default_of(f) >= 1
