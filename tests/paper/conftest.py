"""Fixtures of items: results of which every number is known, and figures as they were drawn."""

import pytest
from support.hand_made import DATASETS, write_all

from vcop.datasets.splits import TEST, TRAIN
from vcop.paper.figures import style
from vcop.storage.frame_store import FrameStore


@pytest.fixture(scope="session")
def results(store_path, tmp_path_factory):
    """A results folder with all that the items of both papers read."""
    root = tmp_path_factory.mktemp("results")
    store = FrameStore(store_path)
    write_all(root, *([v.name for v in store.of(1, role)] for role in (TEST, TRAIN)))
    (root / "frames").mkdir()
    for d in DATASETS:
        (root / f"frames/{d}.h5").symlink_to(store_path)
    return root


@pytest.fixture
def drawn(monkeypatch):
    """Figures as they were drawn."""
    kept, close = [], style.plt.close
    monkeypatch.setattr(style.plt, "close", kept.append)
    yield kept
    for figure in kept:
        close(figure)
