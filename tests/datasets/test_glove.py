"""GloVe's real text form with every kind of line that its files are known to hold, and some that a damaged one may."""

import gzip
import re
import zipfile

import numpy as np
import pytest

from vcop.datasets.glove import WordVectors, embedding_matrix, read_vectors, tokenise

GOOD = b"the 0.1 -0.2 3e-1\nman 1 2 3\nred 4 5 6\n"
MIXED = (
    b"4 3\n"  # word2vec's header
    b"the 0.1 -0.2 3e-1\n"
    b"man 1 2 3 \r\n"  # fastText's blank at the end
    b"the 9 9 9\n"  # again
    b"red 4 5\n"  # a value short
    b"red 4 5 6 7\n"  # a value more
    b"red 4 five 6\n"
    b"red 4 nan 6\n"
    b"red 4 1e39 6\n"  # infinite as float32
    b"red 4  6\n"
    b"red 4 5 6\n"
    b". . . 7 7 7\n"  # 840B's words with blanks
    b"at name@domain.com 7 7 7\n"
    b"caf\xe9 7 7 7\n"  # Latin-1
    b"\xc2\x85 7 7 7\n"  # a word that Unicode calls a line end
    b" 7 7 7\n"  # Twitter's empty word
    b"unasked x y z\n"
    b"\n"
    b"? 0 0 0"
)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "glove.txt"
    file.write_bytes(MIXED)
    return file


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("is the no.3 athlete playing indoor", "is the no . 3 athlete playing indoor"),
        ("What are the men's T-shirts made of?", "what are the men ' s t - shirts made of ?"),
        ("why doesn’t he ‘wear’ it \n", "why doesn ' t he ' wear ' it"),
        ("snake_case, café... 2x", "snake _ case , café . . . 2x"),
    ],
)
def test_questions_are_split_into_words_and_punctuation_marks(question, words):
    assert tokenise(question) == words.split(" ")


def test_every_kind_of_line_is_taken_or_counted(path):
    found = read_vectors(path, {"the", "man", "red", "?", "café", "missing"})
    assert {word: vector.tolist() for word, vector in found.vectors.items()} == {
        "the": np.float32([0.1, -0.2, 0.3]).tolist(),
        "man": [1, 2, 3],
        "red": [4, 5, 6],
        "?": [0, 0, 0],
    }
    assert all(vector.dtype == np.float32 for vector in found.vectors.values())
    assert (found.size, found.words, found.malformed, found.spaced, found.duplicates) == (3, 9, 8, 2, 1)


def test_a_word_with_blanks_can_be_asked_for(path):
    found = read_vectors(path, {". . .", "unasked"})
    assert list(found.vectors) == [". . ."]
    assert found.spaced == 1


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (b"a 1\nthe 1 2 3\nman 1 2 3\n", 3),
        (b"2 3\nthe 1 2 3\n", 3),
        (b"man 1 2\nthe 1 2 3\n", 3),
        (b"the 1 2\nman 1 2\nred 1 2 3\n", 2),
        (b"bad x y z w\nthe 1 2\n", 2),
    ],
    ids=["first line cut", "header and one word", "as many cut", "last line too long", "no numbers first"],
)
def test_the_size_is_that_of_most_lines(tmp_path, text, size):
    (tmp_path / "v.txt").write_bytes(text)
    found = read_vectors(tmp_path / "v.txt", {"the"})
    assert found.size == size == len(found.vectors["the"])


def test_a_first_line_of_two_numbers_is_a_word_unless_the_second_is_the_size(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"400000 300\nthe 1 2 3\nman 1 2 3\n")
    assert read_vectors(tmp_path / "v.txt", {"the"}).malformed == 1
    (tmp_path / "v.txt").write_bytes(b"400000 3\nthe 1 2 3\nman 1 2 3\n")
    assert read_vectors(tmp_path / "v.txt", {"the"}).malformed == 0


def test_packed_files_say_the_same(path, tmp_path):
    with gzip.open(tmp_path / "glove.txt.gz", "wb") as file:
        file.write(MIXED)
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("README.md", "not vectors")
        archive.writestr("__MACOSX/._glove.txt", "not vectors")
        archive.writestr("sub/glove.txt", MIXED)
    with zipfile.ZipFile(tmp_path / "glove.6B.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("glove.6B.50d.txt", GOOD.replace(b" 0.1", b""))
        archive.writestr("glove.6B.300d.txt", MIXED)
    expected = values(read_vectors(path, {"the", "red"}))
    packed = ("glove.txt.gz", "one.zip", "one.zip/sub/glove.txt", "glove.6B.zip/glove.6B.300d.txt")
    assert all(values(read_vectors(tmp_path / name, {"the", "red"})) == expected for name in packed)
    assert (
        "glove.6B.zip: has 2 text files: name one of its text files, glove.6B.zip/NAME: glove.6B.50d.txt, glove.6B.300d.txt"
        in complaint(tmp_path / "glove.6B.zip")
    )
    assert "glove.6B.zip: has no x.txt: name one of its" in complaint(tmp_path / "glove.6B.zip" / "x.txt")


def values(found: WordVectors):
    return {word: vector.tolist() for word, vector in found.vectors.items()}, found.words, found.malformed


def packed_whole(path, kind):
    text = "".join(f"w{i} {i % 97} {i % 101} {i % 103}\n" for i in range(10_000)).encode()
    if kind == "gz":
        path.write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if kind == "zip" else zipfile.ZIP_STORED) as archive:
            archive.writestr("glove.txt", text)
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["gz", "zip", "stored.zip"])
def test_a_damaged_archive_is_named(tmp_path, kind):
    path = tmp_path / f"glove.{kind}"
    whole = packed_whole(path, kind)
    path.write_bytes(whole[: len(whole) // 2])
    assert "cannot be unpacked" in complaint(path)
    path.write_bytes(whole[:5000] + b"\0" * 50 + whole[5050:])
    assert "cannot be unpacked" in complaint(path)


def test_an_encrypted_archive_is_named(tmp_path):
    whole = bytearray(packed_whole(tmp_path / "glove.zip", "zip"))
    whole[6] |= 1  # the local header's flag, and the directory's
    whole[whole.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "glove.zip").write_bytes(whole)
    assert re.search("cannot be unpacked .*encrypted", complaint(tmp_path / "glove.zip"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "none of the first 1000 lines is 'word v1 v2 ...'"),
        (b"<html>\nnot found\n</html>\n", "none of the first 1000 lines is 'word v1 v2 ...'"),
        (b"3 2\nthe \x00\x00\x80?man \xff\xfe", "none of the first 1000 lines is 'word v1 v2 ...'"),
        (GOOD.replace(b"the", b"der").replace(b"man", b"mann"), "has no vector of any of the 1 wanted words"),
    ],
    ids=["empty", "web page", "word2vec binary", "German"],
)
def test_a_file_of_something_else_is_named(tmp_path, text, words):
    (tmp_path / "v.txt").write_bytes(text)
    assert f"v.txt: {words}" in complaint(tmp_path / "v.txt")


def test_a_missing_file_is_named(path, tmp_path):
    assert "nowhere.txt: the file of word vectors is missing" in complaint(tmp_path / "nowhere.txt")
    assert re.search(r"glove.txt is not a zip archive and has no members", complaint(path / "member.txt"))


def complaint(path) -> str:
    with pytest.raises(ValueError) as caught:
        read_vectors(path, {"the"})
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_words_without_a_vector_get_one_of_their_own_that_nothing_else_changes(rng):
    known = {f"w{i}": rng.normal(0.5, 2, 100).astype(np.float32) for i in range(50)}
    vectors = WordVectors(100, known)
    rows = embedding_matrix(["w3", "snorkel", "zumba"], vectors, seed=0)
    assert rows.shape == (3, 100) and rows.dtype == np.float32
    np.testing.assert_array_equal(rows[0], known["w3"])
    np.testing.assert_array_equal(embedding_matrix(["zumba", "snorkel"], vectors, seed=0), rows[:0:-1])
    assert not np.isclose(rows[1], rows[2]).all()
    assert not np.isclose(embedding_matrix(["snorkel"], vectors, seed=1)[0], rows[1]).all()
    many = embedding_matrix([f"unknown{i}" for i in range(200)], vectors, seed=0)
    assert many.mean() == pytest.approx(0.5, abs=0.1)
    assert many.std() == pytest.approx(2, abs=0.1)
