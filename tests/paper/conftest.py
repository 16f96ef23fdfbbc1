"""Fixtures of items: results of which every number is known, and figures as they were drawn."""

import pytest
from support import beyond_papers, compared_tasks, made_study, papers_pages, schematic
from support.hand_made import DATASETS, write_all

from vcop.datasets.splits import TEST, TRAIN
from vcop.paper.figures import style
from vcop.storage.frame_store import FrameStore


@pytest.fixture(scope="session")
def results(store_path, tmp_path_factory):
    """A results folder with all that most items of both papers read."""
    root = tmp_path_factory.mktemp("results")
    store = FrameStore(store_path)
    write_all(root, *([v.name for v in store.of(1, role)] for role in (TEST, TRAIN)))
    (root / "frames").mkdir()
    for d in DATASETS:
        (root / f"frames/{d}.h5").symlink_to(store_path)
    return root


@pytest.fixture(scope="session")
def beyond_results(tmp_path_factory):
    """A results folder with all that the items beyond the papers read."""
    root = tmp_path_factory.mktemp("beyond")
    beyond_papers.write_all(root)
    return root


@pytest.fixture(scope="session")
def compared_results(tmp_path_factory):
    """A results folder with pretext tasks of R3D under one protocol."""
    return compared_tasks.write_all(tmp_path_factory.mktemp("compared"))


@pytest.fixture(scope="session")
def schematic_results(store_path, tmp_path_factory):
    """A results folder with all that the schematic figures read."""
    root = tmp_path_factory.mktemp("schematic")
    schematic.write_all(root, store_path)
    return root


@pytest.fixture(scope="session")
def papers_results(tmp_path_factory):
    """A results folder with all that the pages on both papers read."""
    root = tmp_path_factory.mktemp("papers")
    papers_pages.write_all(root)
    return root


@pytest.fixture(scope="session")
def made_results(tmp_path_factory):
    """All files that the claims are held against, of three made-up seeds."""
    return made_study.write_study(tmp_path_factory.mktemp("made_study"))


@pytest.fixture
def drawn(monkeypatch):
    """Figures as they were drawn, of few pixels: texts are measured in inches."""
    monkeypatch.setitem(style.RC, "savefig.dpi", 60)
    kept, close = [], style.plt.close
    monkeypatch.setattr(style.plt, "close", kept.append)
    yield kept
    for figure in kept:
        close(figure)


@pytest.fixture
def png_alone(monkeypatch):
    """A figure is saved as one file of few pixels, which is quicker."""
    monkeypatch.setitem(style.RC, "savefig.dpi", 60)
    monkeypatch.setattr(style, "FILES", {".png": style.FILES[".png"]})
