import pytest

from vcop.config.reader import read_study
from vcop.datasets import official_counts
from vcop.datasets.splits import SPLITS, UCF101_LISTS
from vcop.planning.dataset_sizes import DatasetSize


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study of the real sets with lists of UCF101's official size, taken for the official ones."""
    folder = tmp_path / "lists"
    folder.mkdir()
    names = [f"Jump/v_Jump_g{number:05d}_c01.avi" for number in range(13_320)]
    (folder / "classInd.txt").write_text("1 Jump\n")
    for split in SPLITS:
        counts = official_counts.official_counts("ucf101")
        training = counts[f"split {split} train"]
        (folder / f"trainlist0{split}.txt").write_text("".join(f"{name} 1\n" for name in names[:training]))
        (folder / f"testlist0{split}.txt").write_text("".join(f"{name}\n" for name in names[training:]))
    assert sorted(p.name for p in folder.iterdir()) == sorted(UCF101_LISTS)
    made = read_study({"study": "s", "data": {"ucf101": {"videos": "v", "lists": "lists"}}})
    monkeypatch.setitem(official_counts.DIGESTS, "ucf101", DatasetSize(made, tmp_path, "ucf101")._lists.digest())
    return made
