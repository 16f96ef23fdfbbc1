import os

import pytest

from vcop.runtime.printing import printable


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a/b c.avi", "a/b c.avi"),
        ("ü 日本\u3000👩\u200d🔬.mp4", "ü 日本\u3000👩\u200d🔬.mp4"),
        ("a\nb\r\t.avi", "a\\nb\\r\\t.avi"),
        (os.fsdecode(b"a\xff.avi"), "a\\xff.avi"),
        ("\x1b[2J\x9b.avi", "\\x1b[2J\\x9b.avi"),  # would clear the screen
        ("a\u2028b", "a\\u2028b"),
    ],
)
def test_a_name_is_one_line_of_text_whatever_its_bytes(path, text):
    assert printable(path) == text
    assert printable(text) == text


def test_a_path_will_do(tmp_path):
    assert printable(tmp_path / "a\nb") == f"{tmp_path}/a\\nb"
