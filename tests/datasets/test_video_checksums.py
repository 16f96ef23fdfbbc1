import hashlib
import os
import subprocess

import pytest

from vcop.datasets.video_checksums import expected_checksums, read_checksums

A, B = "a" * 64, "b" * 64


def write(path, text):
    path.write_bytes(text.encode())
    return path


def test_lines_of_sha256sum(tmp_path):
    """Text and binary mode, capitals, CRLF, blank lines and paths that are not the shortest."""
    path = write(tmp_path / "d.txt", f"{A}  A/1.avi\r\n\n{B.upper()} *./A//2 b.avi\n{A}  A/1.avi\n")
    assert read_checksums(path) == {"A/1.avi": A, "A/2 b.avi": B}


def test_names_with_line_ends_and_backslashes_come_back(tmp_path):
    names = ["a\nb", "c\\d", " e ", "-f", os.fsdecode(b"g\xff")]
    for name in names:
        (tmp_path / name).write_text(name, errors="surrogateescape")
    written = subprocess.run(["sha256sum", "--", *names], cwd=tmp_path, capture_output=True, check=True).stdout
    (tmp_path / "digests.txt").write_bytes(written)
    expected = {name: hashlib.sha256(os.fsencode(name)).hexdigest() for name in names}
    assert expected_checksums(None, tmp_path, {name: tmp_path / name for name in names}) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{A}  1.avi\n{A[:-1]}  2.avi\n", "d.txt:2: not a line of sha256sum"),
        (f"{A}\n", "d.txt:1: not a line of sha256sum"),
        (f"{A}  1.avi\n{B}  ./1.avi\n", r"d.txt:2: \./1.avi has another digest in a line before"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        read_checksums(write(tmp_path / "d.txt", text))


def test_which_digest_a_video_should_have(tmp_path):
    """The default file lies among the videos; a name that no line has gets an empty digest, and without a file there is none."""
    files = {"A/1": tmp_path / "A/1.avi", "A/2": tmp_path / "A/2.avi"}
    assert expected_checksums(None, tmp_path, files) == {"A/1": None, "A/2": None}
    other = write(tmp_path / "other.txt", f"{B}  A/2.avi\n")
    write(tmp_path / "digests.txt", f"{A}  A/1.avi\n")
    assert expected_checksums(None, tmp_path, files) == {"A/1": A, "A/2": ""}
    assert expected_checksums(other, tmp_path, files) == {"A/1": "", "A/2": B}
    composed = {"caf\u00e9.avi": tmp_path / "cafe\u0301.avi"}  # by the name in the lists, if not by that of the file
    assert expected_checksums(write(other, f"{B}  caf\u00e9.avi\n"), tmp_path, composed) == {"caf\u00e9.avi": B}
    with pytest.raises(FileNotFoundError):
        expected_checksums(tmp_path / "nowhere.txt", tmp_path, files)
