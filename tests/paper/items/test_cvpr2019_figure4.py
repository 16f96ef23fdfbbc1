"""Figure 4 of the CVPR 2019 paper from hand-made results."""

from support.item_checks import check_figure


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("cvpr2019_figure4", results, tmp_path, drawn)
