"""Items of the registry from hand-made results; their schematic figures are tested with network_blocks."""

import pytest
from support.hand_made import check_refused, draw, read
from support.item_checks import check_figure, check_numbers, check_table

from vcop.paper import labels
from vcop.paper.items.standard import STANDARD

TABLES = [item for item in STANDARD if "table" in item]
FIGURES = ["cvpr2019_figure5", "cvpr2019_figure6", "tmm2020_figure7", "tmm2020_figure9"]


def test_every_item_is_tested():
    assert {*TABLES, *FIGURES, "cvpr2019_figure3", "tmm2020_figure3"} == set(STANDARD)


@pytest.mark.parametrize("item", STANDARD)
def test_titles_say_number_and_paper(item):
    paper, name = item.split("_")
    number = name.removeprefix("table").removeprefix("figure")
    number = number if "figure" in name or paper == "cvpr2019" else {"2": "II", "3": "III", "4": "IV", "5": "V"}[number]
    kind = "Figure" if "figure" in name else "Table"
    assert STANDARD[item].title.startswith(f"{kind} {number} ({paper[:-4].upper()} {paper[-4:]}). ")


@pytest.mark.parametrize("item", TABLES)
def test_tables_from_hand_made_results(item, results, tmp_path):
    check_table(item, results, tmp_path)


@pytest.mark.parametrize("item", FIGURES)
def test_texts_are_legible_and_equal_results_give_equal_files(item, results, tmp_path, drawn):
    check_figure(item, results, tmp_path, drawn)


def test_the_numbers_of_hand_made_results(results, tmp_path):
    check_numbers("tmm2020_figure7", results, tmp_path)


def test_layer_5_is_table_2s_row(results, tmp_path):
    for n in (2, 4):
        assert draw(f"tmm2020_table{n}", results, tmp_path / str(n)) == 0
    numbers = [
        {
            (r["row"], r["column"]): [r[k] for k in ("published", "measured", "low", "high", "n")]
            for r in read(tmp_path / f"{n}.csv")
        }
        for n in (2, 4)
    ]
    for network in labels.NETWORK_LABELS.values():
        for column in ("Top1", "Top5", "Top10", "Top20", "Top50"):
            assert numbers[0][f"{network} (16-8-3)", column] == numbers[1][f"{network}, layer 5", column]


def test_split_1_stands_beside_means_of_three(results, tmp_path):
    """Random C3D recognises 1 of 4 in split 1 and 3 of 4 in the others; 16-8-4 3 of 4 in split 1."""
    assert draw("tmm2020_table5", results, tmp_path / "t") == 0
    rows = {(r["row"], r["column"]): r for r in read(tmp_path / "t.csv")}
    numbers = [[rows[f"C3D ({w})", "UCF101"][k] for k in ("measured", "n", "gain")] for w in ("random", "16-8-3")]
    assert numbers == [["58.333333", "60", ""], ["33.333333", "60", "-25.00"]]
    assert [rows["C3D (16-8-4), split 1", "HMDB51"][k] for k in ("measured", "n", "gain")] == ["75.00", "20", "50.00"]
    assert [rows["R3D (16-8-3)*, split 1", "UCF101"][k] for k in ("published", "measured", "gain")] == [
        "65.5",
        "75.00",
        "25.00",
    ]
    assert rows["C3D (VCP)", "UCF101"]["measured"] == ""


@pytest.mark.parametrize(
    ("item", "but", "said"),
    [
        ("tmm2020_table2", "r3d/16-8-3-hard", "tmm2020_table2: no result for R3D (16-8-3)*, Top1"),
        ("tmm2020_table3", "c3d/random", "tmm2020_table3: no result for C3D (random), Top1"),
        ("tmm2020_table4", "c3d/16-8-3/conv3", "tmm2020_table4: no result for C3D, layer 3, Top1"),
        ("tmm2020_table5", "ucf101-2/c3d/16-8-3/", "tmm2020_table5: no result for C3D (16-8-3), UCF101"),
        ("tmm2020_figure7", "hmdb51/r21d/16-8-4", "tmm2020_figure7: no result for HMDB51 R(2+1)D (16-8-4), Top1"),
        ("tmm2020_figure9", "hmdb51-in-ucf101", "tmm2020_figure9: no result for R3D, 16-8-4, HMDB51 in UCF101 "),
    ],
)
def test_a_missing_run_is_named_in_one_line(item, but, said, results, tmp_path, capsys):
    check_refused(draw(item, results, tmp_path / "t", but), said, tmp_path, capsys)
