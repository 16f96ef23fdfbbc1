"""Tests of tables of plain text."""

import pytest

from vcop.runtime.text_table import aligned_lines

ROWS = [("", "loss", "note"), ("pretrain", "1.5", ""), ("finetune/ucf101", "12.25", "again")]


def test_the_first_column_is_aligned_left_and_the_others_right():
    assert aligned_lines(ROWS) == [
        "                  loss   note",
        "pretrain           1.5",
        "finetune/ucf101  12.25  again",
    ]


def test_other_columns_are_aligned_left_where_asked():
    assert aligned_lines(ROWS, left_columns=(0, 2)) == [
        "                  loss  note",
        "pretrain           1.5",
        "finetune/ucf101  12.25  again",
    ]


def test_no_rows_are_no_lines():
    assert aligned_lines([]) == []


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        aligned_lines([("a", "b"), ("c",)])
