"""Fixtures of items: results of which every number is known, and figures as they were drawn."""

import pytest
from hand_made import DATASETS, write_all

from vcop.frames import FrameStore
from vcop.paper import style
from vcop.splits import TEST, TRAIN


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
