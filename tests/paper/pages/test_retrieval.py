import pytest
from support.hand_made import write

from vcop.paper.pages import retrieval

HEADER = "level,video,clip,class,rank,first,second"


def test_chance_of_several_guesses():
    """One of four classes: 1/4 at once; twice missed with 9/16."""
    assert retrieval.chance_at(1, 4) == pytest.approx(25)
    assert retrieval.chance_at(2, 4) == pytest.approx(100 * 7 / 16)


def test_classes_of_the_first_file_of_a_kind(tmp_path):
    for name, classes in (("ucf101", "xyz"), ("hmdb51", "xx")):
        write(tmp_path / f"retrieval/{name}/a.csv", HEADER, [f"clip,v{i},0,{c},1,," for i, c in enumerate(classes)])
    files = sorted(tmp_path.rglob("a.csv"))
    assert [retrieval.count_classes(files, f"/{name}/") for name in ("ucf101", "hmdb51")] == [3, 1]


def test_a_table_has_each_settings_own_numbers_and_gains(tmp_path):
    """Of two videos with one clip each, the pretrained network finds both at k = 1, the random one none before k = 20."""
    for network in ("c3d", "r3d", "r21d"):
        for weights, rank in (("16-8-3", 1), ("random", 20)):
            rows = [f"{level},v{i},0,x,{rank},," for level in ("clip", "video") for i in range(2)]
            write(tmp_path / f"retrieval/hmdb51/{network}/{weights}/conv5-seed-0.csv", HEADER, rows)
    table = retrieval.retrieval_table("cvpr2019_table3", sorted(tmp_path.rglob("*.csv")), "clip", "16-8-3", "hmdb51")
    rows = table[table["measured"] != ""].set_index(["row", "column"])
    assert (rows.loc[("C3D", "Top1"), "measured"], rows.loc[("C3D", "Top1"), "gain"]) == ("100.00", "100.00")
    assert (rows.loc[("C3D (random)", "Top10"), "measured"], rows.loc[("C3D (random)", "Top20"), "measured"]) == (
        "0.00",
        "100.00",
    )
    assert rows.loc[("R3D", "Top20"), "gain"] == "0.00"
    assert rows.loc[("R3D (random)", "Top20"), "gain"] is None
    with pytest.raises(ValueError, match="cvpr2019_table3: no result for .*, Top1 among the files given"):
        retrieval.retrieval_table("cvpr2019_table3", sorted(tmp_path.rglob("*/c3d/**/*.csv")), "clip", "16-8-3", "hmdb51")
