"""Whole files that are refused: tests/search/test_embedding_files.py."""

import dataclasses

import numpy as np
import pytest
from support.own_videos import hand_made

from vcop.search import embedding_checks
from vcop.search.embedding_checks import check_about, require_consistent, require_memory_of_rows

MADE = hand_made([[1, 2], [3, 4], [5, 6]], ["a", "a", "b"])


@pytest.mark.parametrize(
    "change",
    [
        {"file": "vcop embeddings 9"},
        {"rows": 0},
        {"rows": 2**32},
        {"rows": True},
        {"values": 2**20},
        {"clips": 0},
        {"clips": 4097},
        {"weights": 3},
    ],
)
def test_what_a_file_says_has_to_be_possible(change):
    assert check_about(dict(MADE.about)) == MADE.about
    with pytest.raises(ValueError, match="does not say|lacks one of|cannot be"):
        check_about(MADE.about | change)
    with pytest.raises(ValueError, match="it does not say that it holds vcop embeddings 1"):
        check_about([MADE.about])


@pytest.mark.parametrize("block", [1, 2, 4096])
@pytest.mark.parametrize("number", [np.nan, np.inf, 1e30])
def test_every_number_is_examined_whatever_the_blocks(block, number, monkeypatch):
    monkeypatch.setattr(embedding_checks, "BLOCK", block)
    require_consistent(MADE)
    for row, column in np.ndindex(3, 2):
        vectors = MADE.vectors.copy()
        vectors[row, column] = number
        with pytest.raises(ValueError, match="a number is not finite"):
            require_consistent(dataclasses.replace(MADE, vectors=vectors))


def test_a_name_is_one_that_can_be_printed():
    for name in ("a\nb", "\x1b]0;title\x07", "\x00"):
        with pytest.raises(ValueError, match="a name holds a line break or another control character"):
            require_consistent(dataclasses.replace(MADE, video=np.array(["a", "a", name], object)))


def test_rows_that_no_memory_holds_are_refused():
    require_memory_of_rows({"rows": 10, "values": 10})
    with pytest.raises(ValueError, match=r"its 4294967295 rows need 16777296.0 GiB of memory, and \d"):
        require_memory_of_rows({"rows": 2**32 - 1, "values": 2**20 - 1})
