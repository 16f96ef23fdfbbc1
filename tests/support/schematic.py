"""The inputs of the schematic items."""

INPUTS = {
    "cvpr2019_figure1": ["frames/ucf101.h5"],
    "cvpr2019_figure2": ["frames/ucf101.h5", "illustrate/r3d/*/*.json"],
    "cvpr2019_figure3": ["outline.json"],
    "tmm2020_figure1": ["frames/ucf101.h5"],
    "tmm2020_figure2": ["frames/ucf101.h5", "illustrate/r3d/*/*.json", "order/r3d/*/*.csv"],
    "tmm2020_figure3": ["outline.json"],
}
