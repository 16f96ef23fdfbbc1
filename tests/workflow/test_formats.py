"""docs/formats.md beside the files of a whole study, and beside damaged copies of them."""

import h5py
import numpy as np
import pytest
from support import formats
from support.helpers import vcop

from vcop.datasets import video_list
from vcop.evaluation import probing
from vcop.own_videos import summary
from vcop.paper.pages import transfer
from vcop.pretext import shortcut_audit
from vcop.search import neighbours

SECTIONS = formats.sections()
# Files that the default study does not have: their names stand in the code.
ELSEWHERE = {
    "Frozen features": probing.HEADER,
    "Settings of the probe": probing.GRID_HEADER,
    "Audit": shortcut_audit.HEADER,
    "Compared tasks and networks": transfer.HEADER,
    "List of videos": video_list.HEADER,
    "Nearest videos": neighbours.HEADER,
    "Summary": summary.HEADER,
}
OF_A_STUDY = [title for title in SECTIONS if title not in (*ELSEWHERE, "Embeddings")]
ENOUGH = 12  # files of a kind


@pytest.mark.parametrize("title", OF_A_STUDY)
def test_files_are_as_the_page_says(finished, title):
    section = SECTIONS[title]
    files = section.fits(section.files(finished.folder))
    assert files, f"no {section.path}"
    for path in files[:: -(-len(files) // ENOUGH)]:
        formats.check(section, path)


@pytest.mark.parametrize("title", ELSEWHERE)
def test_columns_of_other_studies_are_as_the_page_says(title):
    assert [row[0] for row in SECTIONS[title].rows] == list(ELSEWHERE[title])


def test_embeddings_are_as_the_page_says(finished, tmp_path):
    videos = finished.folder / "results/synthetic/ucf101/videos/Fall"
    weights = finished.folder / "results/pretrain/r3d/16-8-3/seed-0/model.safetensors"
    for name in ("mine.csv", "mine.npy"):
        assert vcop("embed", videos, "--weights", weights, "--clips", 2, "--out", tmp_path / name) == 0
    formats.check(SECTIONS["Embeddings"], tmp_path / "mine.csv")
    formats.check(SECTIONS["Embeddings"], tmp_path / "mine.npy.rows.csv")
    array = np.load(tmp_path / "mine.npy")
    assert array.dtype == np.float32
    assert len(array) == len((tmp_path / "mine.npy.rows.csv").read_text().splitlines()) - 1


def test_other_columns_types_and_shapes_are_seen(tmp_path):
    order, frames = SECTIONS["Order of clips"], SECTIONS["Features"]
    head = "video,tuple,order,predicted,right,probability\n"
    for text, fault in {
        head.replace("tuple", "row") + "v,0,1,1,1,0.5\n": "row is not described",
        head.replace(",probability", "") + "v,0,1,1,1\n": "are not there",
        head + "v,0,1,1,yes,0.5\n": "right is 'yes', not 0 or 1",
        head + "v,0,1.5,1,1,0.5\n": "order is '1.5', not integer",
        head.replace("order,predicted", "predicted,order") + "v,0,1,1,1,0.5\n": "in another order",
        head: "no rows",
    }.items():
        (tmp_path / "seed-0.csv").write_text(text)
        with pytest.raises(AssertionError, match=fault):
            formats.check(order, tmp_path / "seed-0.csv")
    for label, fault in ((np.zeros(3, np.int64), "label is int64"), (np.zeros(4, np.int32), r"not \(V\) with V = 3")):
        with h5py.File(tmp_path / "seed-0.h5", "w") as file:
            file.update({"conv5": np.zeros((3, 2, 4), np.float32), "conv5_crc32": np.zeros(3, np.uint32), "label": label})
            file.update({"name": np.array([b"a", b"b", b"c"]), "role": np.zeros(3, np.uint8)})
        with pytest.raises(AssertionError, match=fault):
            formats.check(frames, tmp_path / "seed-0.h5")
