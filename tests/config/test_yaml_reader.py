"""Texts that YAML would take, and a configuration must not; tests/robustness/test_configurations.py has many more."""

import pytest

from vcop.config.yaml_reader import read_command_line, read_yaml

GOOD = "study: a test\ndata: {ucf101: {videos: v, lists: l}}\n"


def test_a_plain_file_is_read(tmp_path):
    (tmp_path / "config.yaml").write_text(GOOD)
    assert read_yaml(tmp_path / "config.yaml") == {"study": "a test", "data": {"ucf101": {"videos": "v", "lists": "l"}}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "study: another\n", "line 3: the key 'study' occurs twice"),
        (GOOD + "sedes: [1]\n", "'sedes' is not a key of a configuration"),
        ("- a\n", "no keys and values at the top level"),
        (GOOD + "a: &a [*a]\n", "an anchor that contains itself"),
        (
            GOOD + "task:\t[\n",
            "line 3: while scanning for the next token found character '\\t' that cannot start any token (indent with spaces)",
        ),
    ],
)
def test_anything_else_is_one_line(tmp_path, text, message):
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(ValueError) as refusal:
        read_yaml(tmp_path / "config.yaml")
    assert str(refusal.value).startswith(f"{tmp_path / 'config.yaml'}: ")
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_sections_of_the_command_line_have_the_values_of_a_file():
    entries = ["pretrain={epochs: 2, learning_rate: 0.5}", "seeds=[0, 1]", "data={ucf101: {digests: '1'}}", "study=3", "note="]
    assert read_command_line(entries) == {
        "pretrain": {"epochs": 2, "learning_rate": 0.5}, "seeds": [0, 1], "data": {"ucf101": {"digests": "1"}}
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("pretrain={epochs: 2", "--config pretrain: line 1: while parsing a flow mapping"),
        ("pretrain={epochs: 2, epochs: 3}", "--config pretrain: line 1: the key 'epochs' occurs twice"),
        ("pretrain={3: 2}", "--config: pretrain: the key 3 is not text"),
    ],
)
def test_a_wrong_section_of_the_command_line_is_one_line(entry, message):
    with pytest.raises(ValueError) as refusal:
        read_command_line([entry])
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)
