r"""Words of a question and their GloVe vectors (TMM 2020, IV-D: "we use GloVe as the word embedding").

GloVe's files have no header: ``word v1 v2 ... vn`` a line, single blanks between. Lines end in ``\n`` alone; words may hold
any other character, also blanks (840B: ``. . .``) and what Unicode calls a line end, so lines are split as bytes.
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
BUFFER = 2**20  # bytes unpacked at a time
SAMPLE = 1000  # first lines, by which the size is told
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"


@dataclass
class WordVectors:
    """The vectors found and what the file was like.

    ``vectors``: float32 (size,) each. ``words``: well-formed lines. ``malformed``: lines passed over. ``spaced``: words with
    blanks that nobody asked for. ``duplicates``: further lines of a word already found.
    """

    size: int
    vectors: dict[str, Vector] = field(default_factory=dict)
    words: int = 0
    malformed: int = 0
    spaced: int = 0
    duplicates: int = 0


def tokenise(question: str) -> list[str]:
    """Lower-cased words and single punctuation marks: "The men's No.3" gives the, men, ', s, no, ., 3.

    Curly apostrophes count as straight ones. GloVe has 's and n't as words too; they are 0.4 % of ActivityNet-QA's tokens.
    """
    return TOKEN.findall(question.lower().translate(APOSTROPHES))


def read_vectors(path: Path, wanted: set[str]) -> WordVectors:
    """The vectors of the ``wanted`` words out of a text file, a .gz or a .zip; no other vector is held.

    ``file.zip/member.txt`` says which text of a zip is meant. The size is that of most well-formed lines with two values or
    more among the first 1000 (the larger of two equally many). A first line of two whole numbers, the second the size, is a
    header and passed over. Of every line, the number of values and the word's UTF-8 are checked; that the values are finite
    numbers only where the word is wanted. The first well-formed line of a word counts.
    Raises ValueError where the file is missing, damaged, no table of vectors, or has none of the wanted words.
    """
    try:
        with _open(path) as lines:
            found = _read(path, lines, wanted)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError) as problem:
        raise ValueError(
            f"{path}: cannot be unpacked ({problem}): take it again, or unpack it and name the text file"
        ) from None
    if wanted and not found.vectors:
        raise ValueError(f"{path}: none of the {len(wanted)} words asked for is among its {found.words}: take English vectors")
    return found


def embedding_matrix(words: Sequence[str], vectors: WordVectors, seed: int) -> Vector:
    """The vectors of ``words`` as rows. Shape: (len(words), size).

    A word without a vector gets one of its own, drawn from (seed, word): normal, with the mean and the standard deviation of
    all values of the vectors found.
    """
    values = np.stack(list(vectors.vectors.values())).astype(np.float64)
    mean, deviation = values.mean(), values.std()
    rows = np.empty((len(words), vectors.size), np.float32)
    for row, word in zip(rows, words, strict=True):
        known = vectors.vectors.get(word)
        row[:] = generator("word", seed, word).normal(mean, deviation, vectors.size) if known is None else known
    return rows


def _read(path: Path, lines: Iterator[bytes], wanted: set[str]) -> WordVectors:
    head = list(islice(lines, SAMPLE))
    found = WordVectors(_size(path, head))
    if re.fullmatch(rb"\d+ %d\s*" % found.size, head[0]):
        del head[0]
    for line in chain(head, lines):
        _take(line.rstrip(b" \r\n"), wanted, found)
    return found


def _size(path: Path, head: Iterable[bytes]) -> int:
    """Values of most well-formed lines of ``head``."""
    split_lines = (line.rstrip(b" \r\n").split(b" ")[1:] for line in head)
    sizes = Counter(len(values) for values in split_lines if len(values) > 1 and _vector(values) is not None)
    if not sizes:
        raise ValueError(
            f"{path}: none of the first {SAMPLE} lines is 'word v1 v2 ...': give GloVe's text file, or a .gz or .zip of it"
        )
    return max(sizes, key=lambda size: (sizes[size], size))


def _take(line: bytes, wanted: set[str], found: WordVectors) -> None:
    """Enter one line into ``found`` or count it."""
    blanks = line.count(b" ")
    # One field too many makes a word with a blank, unless the field is a number: then it is one value too many.
    start = line.find(b" ") if blanks == found.size else len(line.rsplit(b" ", found.size)[0])
    try:
        word = line[:start].decode()
    except UnicodeDecodeError:
        word = ""
    spaced = blanks > found.size
    if not word or blanks < found.size or (spaced and _vector(word.split(" ")[-1:]) is not None):
        found.malformed += bool(line)
    elif word not in wanted:
        found.words += 1
        found.spaced += spaced
    elif word in found.vectors:
        found.words += 1
        found.duplicates += 1
    elif (vector := _vector(line[start + 1 :].split(b" "))) is None:
        found.malformed += 1
    else:
        found.words += 1
        found.vectors[word] = vector


def _vector(values: Sequence[bytes | str]) -> Vector | None:
    """The values as float32, or None unless there is at least one and all are finite numbers."""
    try:
        with np.errstate(over="ignore"):
            vector = np.array([float(value) for value in values], np.float64).astype(np.float32)
    except ValueError:
        return None
    return vector if len(vector) and np.isfinite(vector).all() else None


@contextmanager
def _open(path: Path) -> Iterator[Iterator[bytes]]:
    """The lines of a text file, plain or packed, told by its first bytes."""
    file = next((p for p in (path, *path.parents) if p.is_file()), None)
    if file is None:
        raise ValueError(f"{path}: the word vectors are not there; docs/data.md says where to put them")
    with open(file, "rb") as plain:
        magic = plain.read(len(ZIP))
        plain.seek(0)
        if magic == ZIP:
            with zipfile.ZipFile(plain) as archive, archive.open(_member(archive, file, path)) as lines:
                yield io.BufferedReader(lines, BUFFER)  # type: ignore[type-var]  # half the time of reading it line by line
        elif file != path:
            raise ValueError(f"{path}: {file} is no zip, nothing lies in it: name the file itself")
        elif magic.startswith(GZIP):
            with gzip.open(plain) as lines:
                yield io.BufferedReader(lines, BUFFER)
        else:
            yield plain


def _member(archive: zipfile.ZipFile, file: Path, path: Path) -> str:
    """The member meant: the one named after the zip's own name, or its only text."""
    texts = [name for name in archive.namelist() if name.endswith(".txt") and not name.startswith("__MACOSX/")]
    named = path.relative_to(file).as_posix()
    if file == path and len(texts) == 1:
        return texts[0]
    if named in archive.namelist():
        return named
    what = f"holds no {named}" if file != path else f"holds {len(texts)} texts"
    raise ValueError(
        f"{file}: {what}: give {file.name}/NAME with one of {', '.join(texts) or 'its texts, of which there is none'}"
    )
