"""Building blocks of the networks (Figure 3 of both papers), drawn from outlines of real modules."""

import pytest
from support.hand_made import check_refused, check_texts
from support.schematic import check_boxes, draw, outlined, words_of
from torch import nn

from vcop.paper.figures import network_blocks, style


@pytest.mark.parametrize("item", ["cvpr2019_figure3", "tmm2020_figure3"])
@pytest.mark.usefixtures("png_alone")
def test_no_text_is_clipped_small_or_covered(item, schematic_results, tmp_path, drawn):
    assert draw(item, schematic_results, tmp_path / "f", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])


def test_equal_inputs_give_equal_files(schematic_results, tmp_path):
    for name in ("one", "two"):
        assert draw("cvpr2019_figure3", schematic_results, tmp_path / name) == 0
    for suffix in style.FILES:
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_the_blocks_are_the_modules(schematic_results, tmp_path, drawn):
    assert draw("cvpr2019_figure3", schematic_results, tmp_path / "f") == 0
    words = words_of(drawn[0])
    for text in (
        "3×3×3\n16 → 32", "3×3×3\n32 → 32", "pool 2×2×2\nstride 2",
        "3×3×3\n8 → 16\nstride 2", "3×3×3\n16 → 16", "1×1×1\n8 → 16\nstride 2",
        "1×3×3\n8 → 28\nstride 1×2×2", "3×1×1\n28 → 16\nstride 2×1×1", "1×1×1\n8 → 5\nstride 1×2×2",
    ):  # fmt: skip
        assert words.count(text) == 1, text
    assert words.count("1×3×3, 3×1×1 (2×)") == 4
    assert words.count("3×3×3 (2×) + pool") == 2
    assert "433,680 parameters" in words


def test_a_changed_kernel_changes_the_picture(tmp_path, drawn):
    def change(network, backbone):
        if network == "r3d":
            backbone.conv3.residual[0] = nn.Conv3d(8, 16, (3, 5, 5), (2, 2, 2), (1, 2, 2), bias=False)
            backbone.conv2.residual[3] = nn.Conv3d(8, 8, 1)

    (tmp_path / "outline.json").write_text(outlined(change=change))
    assert draw("tmm2020_figure3", tmp_path, tmp_path / "f") == 0
    words = words_of(drawn[0])
    assert "3×5×5\n8 → 16\nstride 2" in words
    assert "3×3×3\n8 → 16\nstride 2" not in words
    assert {"3×5×5, 3×3×3", "3×3×3, 1×1×1"} <= set(words)


def test_the_papers_widths_fit(tmp_path, drawn):
    (tmp_path / "outline.json").write_text(outlined(1.0, 112))
    assert draw("cvpr2019_figure3", tmp_path, tmp_path / "f") == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])
    assert "14,361,792 parameters" in words_of(drawn[0])


def test_what_is_repeated_stands_once():
    def stage(*names):
        return [{"kind": "convolution", "kernel": [int(n) for n in name]} for name in names]

    assert network_blocks.stage_kernels(stage("377")) == "3×7×7"
    assert network_blocks.stage_kernels(stage("333", "333", "333")) == "3×3×3 (3×)"
    assert network_blocks.stage_kernels(stage("133", "311", "133", "311")) == "1×3×3, 3×1×1 (2×)"
    assert network_blocks.stage_kernels(stage("133", "311", "133")) == "1×3×3, 3×1×1, 1×3×3"


def test_files_of_another_version_and_a_missing_outline_are_named(schematic_results, tmp_path, capsys):
    folder = tmp_path / "out"
    folder.mkdir()
    odd = tmp_path / "outline.json"
    odd.write_text("{}")
    said = "outline.json: not what this version of `vcop outline` writes"
    check_refused(draw("tmm2020_figure3", schematic_results, folder / "t", inputs=[odd]), said, folder, capsys)
    said = "cvpr2019_figure3: no outline of the networks among the files given"
    frames = schematic_results / "frames/ucf101.h5"
    check_refused(draw("cvpr2019_figure3", schematic_results, folder / "t", inputs=[frames]), said, folder, capsys)
