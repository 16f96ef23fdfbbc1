import pandas as pd
import pytest
from support.hand_made import write

from vcop.paper.pages import sample_curriculum, tables


def mined(root, *seeds):
    """What mining of these seeds dropped of two classes with 10 and 20 videos."""
    for seed, (a, b) in enumerate(seeds):
        rows = [f"a,{10 - a},{a}", f"b,{20 - b},{b}"]
        write(root / f"mine/r3d/16-8-3/seed-{seed}/classes.csv", "class,kept,dropped", rows)
    return sample_curriculum.read_mined("an_item", sorted(root.rglob("*.csv")))


def test_kept_and_dropped_are_counted_by_seed(tmp_path):
    found = mined(tmp_path, (1, 2), (0, 0), (3, 0))
    assert (found.videos, found.dropped) == (30, [3, 0, 3])
    assert found.classes.loc["a"].tolist() == [26, 4]
    assert found.short == "3, 0 and 3 of 30 videos dropped"
    assert "mining dropped 2, by seed 3, 0 and 3; * goes on with 27, 30 and 27. A seed that dropped none" in found.sentence


def test_one_seed_is_said_once(tmp_path):
    assert mined(tmp_path, (1, 2)).sentence == "Of R3D's 30 training videos mining dropped 3; * goes on with 27."


@pytest.mark.parametrize("seeds", [[(0, 0)], [(0, 0)] * 3])
def test_none_dropped_is_not_called_a_curriculum(tmp_path, seeds):
    found = mined(tmp_path, *seeds)
    assert found.short == "no video dropped of 30: not a curriculum"
    assert found.sentence.endswith("longer training on all of them and not a curriculum.")


def test_a_row_with_a_star_says_it_once(tmp_path):
    table = pd.DataFrame({"row": ["R3D", "R3D*", "R3D*"], tables.BESIDE: ["", "chance 1", "chance 2"]})
    words = sample_curriculum.mark_rows(table, mined(tmp_path, (1, 0)))[tables.BESIDE].tolist()
    assert words == ["", "chance 1; 1 of 30 videos dropped", "chance 2"]
    fresh = sample_curriculum.mark_rows(table[["row"]], mined(tmp_path, (1, 0)))[tables.BESIDE].tolist()
    assert fresh == ["", "1 of 30 videos dropped", ""]


def test_results_without_the_list_are_named():
    with pytest.raises(ValueError, match="an_item: no list of the videos that mining dropped"):
        sample_curriculum.read_mined("an_item", [])
