import numpy as np
import pytest
import torch

from vcop.evaluation import nearest_neighbours as module
from vcop.evaluation.nearest_neighbours import (
    HELD,
    lengths,
    nearest_neighbours,
    nearest_rows,
    unit_rows,
)


def rows(x):
    return lambda i, j: x[i:j]


def brute(q, g, k):
    """Cosine in float64 and a full stable sort."""
    q, g = (x.astype(np.float64) / np.linalg.norm(x, axis=1, keepdims=True) for x in (q, g))
    return np.argsort(-(q @ g.T), axis=1, kind="stable")[:, :k]


@pytest.mark.parametrize("block", [1, 7, 50, 4096])
@pytest.mark.parametrize("k", [1, 5, 50])
def test_brute_force_agrees(rng, block, k):
    q, g = rng.standard_normal((40, 30)).astype(np.float32), rng.standard_normal((123, 30)).astype(np.float32)
    assert (nearest_rows(q, g, k, block) == brute(q, g, k)).all()


@pytest.mark.parametrize("block", [1, 3, 100])
def test_ties_go_to_the_lower_index(block):
    g = np.array([[0, 1], [1, 0], [2, 0], [1, 0], [0, 1], [-1, 0]], np.float32)
    q = np.array([[3, 0], [0, 1]], np.float32)
    assert nearest_rows(q, g, 6, block).tolist() == [[1, 2, 3, 0, 4, 5], [0, 4, 1, 2, 3, 5]]


def test_a_small_gallery_gives_all_it_has(rng):
    q, g = rng.standard_normal((3, 4)).astype(np.float32), rng.standard_normal((2, 4)).astype(np.float32)
    assert nearest_rows(q, g, 50, 10).shape == (3, 2)


def test_a_row_of_zeros_is_equally_far_from_all():
    assert nearest_rows(np.zeros((1, 3), np.float32), np.eye(3, dtype=np.float32), 3, 2).tolist() == [[0, 1, 2]]
    assert np.isfinite(unit_rows(np.zeros((1, 3), np.float32))).all()


def test_the_gpu_code_agrees(rng):
    """The PyTorch search, run on the CPU where there is no GPU."""
    device = "cuda" if torch.cuda.is_available() else torch.device("cpu")
    q, g = rng.standard_normal((20, 16)).astype(np.float32), rng.standard_normal((90, 16)).astype(np.float32)
    assert (nearest_rows(q, g, 10, 32, device) == brute(q, g, 10)).all()


def test_a_gallery_that_comes_nearer_and_nearer(rng):
    """Every row beats all before it, so that nothing is left out beforehand."""
    angles = np.linspace(1.5, 0.1, 600)
    g = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    q = np.array([[1, 0], [0, 1]], np.float32)
    assert (nearest_rows(q, g, 3, 256) == brute(q, g, 3)).all()


def test_few_similarities_many_ties(rng):
    """Of equals the lower index, within a block and across blocks."""
    g = np.eye(3, dtype=np.float32)[rng.integers(3, size=500)]
    assert (nearest_rows(np.eye(3, dtype=np.float32), g, 50, 100) == brute(np.eye(3), g, 50)).all()


def test_strips_and_blocks_change_no_bit(rng, monkeypatch):
    """Lengths and neighbours strip by strip are those of plain NumPy, ties included."""
    monkeypatch.setattr(module, "STRIP", 3000)
    q, g = (rng.integers(0, 3, (n, 100)).astype(np.float32) for n in (70, 900))
    g[5] = 0
    norm = np.linalg.norm(g, axis=1, keepdims=True)
    norm[norm == 0] = 1
    similarity = q @ g.T / norm[:, 0]  # of whole numbers, so that equal cosines are equal to the bit
    plain = [np.lexsort((np.arange(len(g)), -row))[:50] for row in similarity]
    assert (unit_rows(g) == g / norm).all()
    assert (lengths(g) == norm[:, 0]).all()
    assert (nearest_rows(q, g, 50, 4096) == plain).all()
    assert (nearest_rows(q, g, 50, 64) == plain).all(), "the second thread chooses while the next product is computed"


def test_more_equals_at_the_last_place_than_places():
    g = np.array([[1, 1]] * 40 + [[1, 0]] * 2 + [[1, 1]] * 40, np.float32)
    assert nearest_rows(np.array([[1, 0]], np.float32), g, 5, 30).tolist() == [[40, 41, 0, 1, 2]]


def test_never_more_than_a_block_is_read(rng):
    g, sizes = rng.standard_normal((100, 8)).astype(np.float32), []

    def read(i, j):
        sizes.append(j - i)
        return g[i:j]

    list(nearest_neighbours(read, 100, read, 100, 5, 16))
    assert max(sizes) == 16


def test_the_gallery_passes_by_once_for_many_queries(rng):
    g, read = rng.standard_normal((100, 8)).astype(np.float32), []

    def gallery(i, j):
        read.append(j - i)
        return g[i:j]

    list(nearest_neighbours(rows(g), 100, gallery, 100, 5, 10))
    assert sum(read) == 100 * -(-100 // (10 * HELD))


def test_what_is_not_a_number_is_no_error(rng):
    rows_ = rng.standard_normal((9, 300)).astype(np.float32)
    rows_[:, 7] = np.nan
    assert nearest_rows(rows_, rows_, 3, 9).shape == (9, 3)
