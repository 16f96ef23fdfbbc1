import csv

from support.helpers import vcop

from vcop.datasets.splits import TEST
from vcop.storage.frame_store import FrameStore


def test_a_row_for_each_descriptor_and_chance(store_path, capsys):
    assert vcop("baselines", "--frames", store_path) == 0
    rows = {r["description"]: r for r in csv.DictReader(capsys.readouterr().out.splitlines())}
    assert set(rows) == {"colour histogram", "single frame", "motion energy", "chance"}
    assert float(rows["chance"]["accuracy"]) == 10
    assert float(rows["motion energy"]["low"]) > 20


def test_the_neighbours_of_each_test_video_by_each_descriptor(store_path, tmp_path, capsys):
    """Their first neighbour decides the printed accuracy, as far as split 1 goes."""
    assert vcop("baselines", "--frames", store_path, "--out", tmp_path / "n.csv") == 0
    with open(tmp_path / "n.csv") as file:
        rows = list(csv.DictReader(file))
    test = [v.name for v in FrameStore(store_path).of(1, TEST)]
    for description in ("colour histogram", "single frame", "motion energy"):
        ours = [r for r in rows if r["description"] == description]
        assert [r["video"] for r in ours] == test
        assert all((r["rank"] == "1") == (r["first"].split("/")[0] == r["class"]) for r in ours)
        assert {r["level"] for r in ours} == {"video"}
    capsys.readouterr()
