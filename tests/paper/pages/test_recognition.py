import pytest
from support.hand_made import write

from vcop.paper.pages.recognition import recognition_table

RIGHT = {1: 4, 2: 2, 3: 0}  # of four videos, by split


@pytest.fixture
def files(tmp_path):
    for network in ("c3d", "r3d", "r21d"):
        for dataset in ("ucf101", "hmdb51"):
            for split, right in RIGHT.items():
                for weights, fewer in (("16-8-3", 0), ("random", 1)):
                    rows = [f"v{split}{i},0,0,{int(i < right - fewer)}" for i in range(4)]
                    path = tmp_path / f"recognition/{dataset}-{split}/{network}/{weights}/from-conv1/seed-0.csv"
                    write(path, "video,class,predicted,right", rows)
    return sorted(tmp_path.rglob("*.csv"))


def test_a_number_is_the_mean_over_three_splits(files):
    """(4 + 2 + 0) / 12 = 50 %; random weights (3 + 1 + 0) / 12."""
    table = recognition_table("cvpr2019_table4", files, "16-8-3").set_index(["row", "column"])
    ours = table.loc[("C3D", "UCF101")]
    assert (ours["measured"], ours["n"], ours["gain"]) == ("50.00", 12, "16.666667")
    assert table.loc[("R3D (random)", "HMDB51"), "measured"] == "33.333333"


def test_a_mean_over_fewer_splits_is_refused(files):
    fewer = [path for path in files if "ucf101-3/c3d/16-8-3" not in path.as_posix()]
    with pytest.raises(ValueError, match="cvpr2019_table4: no result for C3D, UCF101 among the files given"):
        recognition_table("cvpr2019_table4", fewer, "16-8-3")
