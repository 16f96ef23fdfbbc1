"""Video retrieval over k, drawn from hand-made results."""

import numpy as np
import pytest
from support.hand_made import draw, read

from vcop.paper.figures import style

pytestmark = pytest.mark.usefixtures("png_alone")


def test_each_line_is_the_numbers_of_the_csv(results, tmp_path, drawn):
    assert draw("cvpr2019_figure5", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert [ax.get_title(loc="left") for ax in drawn[0].axes] == ["UCF101", "HMDB51"]
    for ax, dataset in zip(drawn[0].axes, ("UCF101", "HMDB51"), strict=True):
        lines = {container.get_label(): container for container in ax.containers}
        assert len(lines) == 6
        for name, network in (("C3D", "c3d"), ("R3D", "r3d"), ("R(2+1)D", "r21d")):
            for kind, style_of_line in (("random", "--"), ("trained", "-")):
                (values, *_) = lines[f"{name}, {kind}"]
                ours = [row for row in rows if row["row"].startswith(f"{dataset} {name}")]
                numbers = [float(row["measured"]) for row in ours if ("(random)" in row["row"]) == (kind == "random")]
                assert list(values.get_ydata()) == numbers
                assert (values.get_color(), values.get_linestyle()) == (style.COLOURS[network], style_of_line)


def test_chance_is_that_of_the_results(results, tmp_path, drawn):
    assert draw("cvpr2019_figure5", results, tmp_path / "f") == 0
    for ax in drawn[0].axes:
        (chance,) = [line for line in ax.lines if line.get_label() == "chance"]
        assert np.allclose(chance.get_ydata(), [10, 30, 50, 60, 90])
        assert [text.get_text() for text in ax.get_xticklabels()] == ["1", "5", "10", "20", "50"]
