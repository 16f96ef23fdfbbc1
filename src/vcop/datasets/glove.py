r"""Words of a question and their GloVe vectors (TMM 2020, IV-D: "we use GloVe as the word embedding").

A line of GloVe's files is ``word v1 v2 ... vn``, with single blanks in between; there is no header. A line ends with ``\n``.
Words may contain any other character, even blanks (``. . .`` in 840B) and characters that Unicode counts as line ends. So files
are read as bytes and not as text.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.sampling.seeding import generator

Vector = NDArray[np.float32]
TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
APOSTROPHES = str.maketrans("‘’ʼ`´", "'''''")
BUFFER = 2**20  # bytes that are unpacked at a time
SAMPLE = 1000  # first lines, which decide the size of the vectors
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"  # first bytes of such files


@dataclass
class WordVectors:
    """Vectors of the wanted words, and counts of the file's lines.

    Attributes:
        size: Number of values of a vector.
        vectors: The vectors by word, float32 (size,) each.
        words: Number of well-formed lines.
        malformed: Number of skipped lines.
        spaced: Number of words with blanks that were not wanted.
        duplicates: Number of lines of a word that had a vector already.
    """

    size: int
    vectors: dict[str, Vector] = field(default_factory=dict)
    words: int = 0
    malformed: int = 0
    spaced: int = 0
    duplicates: int = 0


def tokenise(question: str) -> list[str]:
    """Split a question into lower-case words and single punctuation marks: "The men's No.3" gives the, men, ', s, no, ., 3.

    Curly apostrophes become straight ones. GloVe's own words 's and n't are not kept together; they would be 0.4 % of the words
    of ActivityNet-QA.
    """
    return TOKEN.findall(question.lower().translate(APOSTROPHES))


def read_vectors(path: Path, wanted: set[str]) -> WordVectors:
    """Read the vectors of the wanted words; no other vector is held in memory.

    The size of the vectors is that of most well-formed lines with at least two values among the first 1000 (of two equally
    frequent sizes, the larger one). A first line of two whole numbers, the second of which is the size, is a header. Every line
    is checked for the number of its values and for the encoding of its word, wanted ones also for finite numbers. Of several
    well-formed lines of a word the first counts.

    Args:
        path: A text file, a .gz or a .zip; ``file.zip/member.txt`` chooses a text of a zip.
        wanted: The words.

    Raises:
        ValueError: If the file is missing or damaged, is no table of vectors, or has none of the wanted words.
    """
    try:
        with _open(path) as lines:
            vectors = _read(path, lines, wanted)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError) as problem:
        raise ValueError(
            f"{path}: cannot be unpacked ({problem}): download it again, or unpack it yourself and name the text file"
        ) from None
    if wanted and not vectors.vectors:
        raise ValueError(f"{path}: has no vector of any of the {len(wanted)} wanted words: use English vectors")
    return vectors


def embedding_matrix(words: Sequence[str], vectors: WordVectors, seed: int) -> Vector:
    """Return the vectors of words as rows.

    A word without a vector gets a random one, drawn from (seed, word): normally distributed, with the mean and the standard
    deviation of all values of the known vectors.

    Args:
        words: The words.
        vectors: The vectors that were read.
        seed: Seed of the run.

    Shape:
        (len(words), size), float32.
    """
    values = np.stack(list(vectors.vectors.values())).astype(np.float64)
    mean, deviation = values.mean(), values.std()
    rows = np.empty((len(words), vectors.size), np.float32)
    for row, word in zip(rows, words, strict=True):
        known = vectors.vectors.get(word)
        row[:] = generator("word", seed, word).normal(mean, deviation, vectors.size) if known is None else known
    return rows


def _read(path: Path, lines: Iterator[bytes], wanted: set[str]) -> WordVectors:
    """Read all lines of a file."""
    head = list(islice(lines, SAMPLE))
    vectors = WordVectors(_size(path, head))
    if re.fullmatch(rb"\d+ %d\s*" % vectors.size, head[0]):  # word2vec's header
        del head[0]
    for line in chain(head, lines):
        _add_line(line.rstrip(b" \r\n"), wanted, vectors)
    return vectors


def _size(path: Path, head: Iterable[bytes]) -> int:
    """Return the number of values of most well-formed lines."""
    split_lines = (line.rstrip(b" \r\n").split(b" ")[1:] for line in head)
    sizes = Counter(len(values) for values in split_lines if len(values) > 1 and _vector(values) is not None)
    if not sizes:
        raise ValueError(
            f"{path}: none of the first {SAMPLE} lines is 'word v1 v2 ...': give GloVe's text file, or a .gz or .zip of it"
        )
    return max(sizes, key=lambda size: (sizes[size], size))


def _add_line(line: bytes, wanted: set[str], vectors: WordVectors) -> None:
    """Add the vector of a line, if it is wanted, and count the line."""
    blanks = line.count(b" ")
    # With more fields than expected, the word contains blanks - unless its last part is a number: then there are too many values.
    start = line.find(b" ") if blanks == vectors.size else len(line.rsplit(b" ", vectors.size)[0])
    try:
        word = line[:start].decode()
    except UnicodeDecodeError:
        word = ""
    spaced = blanks > vectors.size
    if not word or blanks < vectors.size or (spaced and _vector(word.split(" ")[-1:]) is not None):
        vectors.malformed += bool(line)
    elif word not in wanted:
        vectors.words += 1
        vectors.spaced += spaced
    elif word in vectors.vectors:
        vectors.words += 1
        vectors.duplicates += 1
    elif (vector := _vector(line[start + 1 :].split(b" "))) is None:
        vectors.malformed += 1
    else:
        vectors.words += 1
        vectors.vectors[word] = vector


def _vector(values: Sequence[bytes | str]) -> Vector | None:
    """Return the values as float32, or None if there are no values or not all are finite numbers."""
    try:
        with np.errstate(over="ignore"):
            vector = np.array([float(value) for value in values], np.float64).astype(np.float32)
    except ValueError:
        return None
    return vector if len(vector) and np.isfinite(vector).all() else None


@contextmanager
def _open(path: Path) -> Iterator[Iterator[bytes]]:
    """Open a plain or packed text file, which its first bytes distinguish, and yield its lines."""
    file = next((p for p in (path, *path.parents) if p.is_file()), None)
    if file is None:
        raise ValueError(f"{path}: the file of word vectors is missing; docs/data.md says where to put it")
    with open(file, "rb") as plain:
        magic = plain.read(len(ZIP))
        plain.seek(0)
        if magic == ZIP:
            with zipfile.ZipFile(plain) as archive, archive.open(_member(archive, file, path)) as lines:
                yield io.BufferedReader(lines, BUFFER)  # type: ignore[type-var]  # half the time of reading it line by line
        elif file != path:
            raise ValueError(f"{path}: {file} is not a zip archive and has no members: name the file itself")
        elif magic.startswith(GZIP):
            with gzip.open(plain) as lines:
                yield io.BufferedReader(lines, BUFFER)
        else:
            yield plain


def _member(archive: zipfile.ZipFile, file: Path, path: Path) -> str:
    """Return the member that ``path`` names, or else the only text of the archive."""
    texts = [name for name in archive.namelist() if name.endswith(".txt") and not name.startswith("__MACOSX/")]
    named = path.relative_to(file).as_posix()
    if file == path and len(texts) == 1:
        return texts[0]
    if named in archive.namelist():
        return named
    problem = f"has no {named}" if file != path else f"has {len(texts)} text files"
    raise ValueError(f"{file}: {problem}: name one of its text files, {file.name}/NAME: {', '.join(texts) or 'there is none'}")
