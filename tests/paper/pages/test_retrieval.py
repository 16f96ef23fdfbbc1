import pandas as pd
import pytest
from support.hand_made import RETRIEVAL, write

from vcop.paper.pages import retrieval, tables

HEADER = "level,video,clip,class,rank,first,second"


def test_chance_of_equally_likely_classes():
    assert retrieval.chance_of_classes(4) == 25


def test_chance_is_the_mean_of_queries_and_runs_by_level(tmp_path):
    """(10 + 30) / 2 and (20 + 40) / 2 percent of clips: 25 in the mean; videos have their own."""
    paths = []
    for seed, chances in enumerate(((0.1, 0.3), (0.2, 0.4))):
        rows = [f"clip,v{i},0,x,1,,,{p},1,1,1,1" for i, p in enumerate(chances)] + ["video,v0,0,x,1,,,0.5,1,1,1,1"]
        paths.append(tmp_path / f"conv5-seed-{seed}.csv")
        write(paths[-1], RETRIEVAL, rows)
    assert retrieval.chance_at(1, "clip", paths) == pytest.approx(25)
    assert retrieval.chance_at(1, "video", paths) == 50


def test_a_result_of_an_older_version_is_refused(tmp_path):
    write(tmp_path / "conv5-seed-0.csv", HEADER, ["clip,v,0,x,1,,"])
    with pytest.raises(ValueError, match=r"conv5-seed-0\.csv does not say what chance is"):
        retrieval.chance_at(1, "clip", [tmp_path / "conv5-seed-0.csv"])


def test_classes_of_the_first_file_of_a_kind(tmp_path):
    for name, classes in (("ucf101", "xyz"), ("hmdb51", "xx")):
        write(tmp_path / f"retrieval/{name}/a.csv", HEADER, [f"clip,v{i},0,{c},1,," for i, c in enumerate(classes)])
    files = sorted(tmp_path.rglob("a.csv"))
    assert [retrieval.count_classes(files, f"/{name}/") for name in ("ucf101", "hmdb51")] == [3, 1]


def test_a_table_has_each_settings_own_numbers_and_gains(tmp_path):
    """Of two videos with one clip each, the pretrained network finds both at k = 1, the random one none before k = 20."""
    for network in ("c3d", "r3d", "r21d"):
        for weights, rank in (("16-8-3", 1), ("random", 20)):
            rows = [f"clip,v{i},0,x,{rank},,,0.1,0.2,0.3,0.4,0.5" for i in range(2)]
            rows += [f"video,v{i},0,x,{5 * i},,,0.2,0.3,0.4,0.5,0.6" for i in range(2)]
            write(tmp_path / f"retrieval/hmdb51/{network}/{weights}/conv5-seed-0.csv", RETRIEVAL, rows)
    table = retrieval.retrieval_table("cvpr2019_table3", sorted(tmp_path.rglob("*.csv")), "clip", "16-8-3", "hmdb51")
    rows = table[table["measured"] != ""].set_index(["row", "column"])
    assert (rows.loc[("C3D", "Top1"), "measured"], rows.loc[("C3D", "Top1"), "gain"]) == ("100.00", "100.00")
    assert (rows.loc[("C3D (random)", "Top10"), "measured"], rows.loc[("C3D (random)", "Top20"), "measured"]) == (
        "0.00",
        "100.00",
    )
    assert rows.loc[("R3D", "Top20"), "gain"] == "0.00"
    assert rows.loc[("R3D (random)", "Top20"), "gain"] is None
    ours = rows.loc[("C3D", "Top5")]
    assert [ours[name] for name in ("chance", "video_measured", "video_chance")] == ["20.00", "50.00", "30.00"]
    with pytest.raises(ValueError, match="cvpr2019_table3: no result for .*, Top1 among the files given"):
        retrieval.retrieval_table("cvpr2019_table3", sorted(tmp_path.rglob("*/c3d/**/*.csv")), "clip", "16-8-3", "hmdb51")


def test_the_page_says_chance_and_the_level_of_videos(tmp_path):
    table = pd.DataFrame(
        [["C3D", "Top1", "30.00", "10.00", "40.00", "35.00", "45.00", "11.00"], ["OPN", "Top1", *[""] * 6]],
        columns=["row", "column", "measured", "chance", *retrieval.OTHER_LEVEL],
    )
    words = retrieval.describe_levels(table)[tables.BESIDE].tolist()
    assert words == ["chance 10.0; videos 40.0 [35.0, 45.0], chance 11.0", ""]
