"""Figures 4 to 10 of the TMM 2020 paper; 1 to 3 are in schematic.smk. What several items use is defined in tmm2020.smk.

out  results/tmm2020/figure4..10 (.png, .pdf, .svg; .csv but for 8 and 9, which show pictures)
"""


use rule cvpr2019_table1 as tmm2020_figure4 with:
    # Figure 4: accuracy while training, from scratch and along the curriculum; below it all runs of Table I.
    input:
        results=[
            *beside_weights("history.csv", PLAIN),
            *beside_weights("history.csv", R3D_ONLY, "r3d"),
            *beside_weights("history.csv", "16-8-4-scratch", "c3d"),
            *mined(),
        ],
        code=drawing("tmm2020_figure4"),
    output:
        multiext("results/tmm2020/figure4", ".svg", ".csv"),
        file=report("results/tmm2020/figure4.pdf", **shown("TMM 2020", "Figure 4", "accuracy while training", "reuse")),
        page=report("results/tmm2020/figure4.png", **shown("TMM 2020", "Figure 4", "accuracy while training")),
    log:
        "results/logs/render/tmm2020_figure4.log",


use rule cvpr2019_table1 as tmm2020_figure5 with:
    # Figure 5: clip order prediction by class, R3D before and after hard videos.
    input:
        results=[*ordered([THREE, HARD], "r3d"), *mined()],
        code=drawing("tmm2020_figure5"),
    output:
        multiext("results/tmm2020/figure5", ".svg", ".csv"),
        file=report("results/tmm2020/figure5.pdf", **shown("TMM 2020", "Figure 5", "order accuracy by class", "reuse")),
        page=report("results/tmm2020/figure5.png", **shown("TMM 2020", "Figure 5", "order accuracy by class")),
    log:
        "results/logs/render/tmm2020_figure5.log",


use rule cvpr2019_table1 as tmm2020_figure6 with:
    # Figure 6: clip retrieval on UCF101 by interval and tuple length.
    input:
        results=[*retrieved("ucf101", ["random", *PLAIN]), *retrieved("ucf101", HARD, "r3d"), *mined()],
        code=drawing("tmm2020_figure6"),
    output:
        multiext("results/tmm2020/figure6", ".svg", ".csv"),
        file=report(
            "results/tmm2020/figure6.pdf", **shown("TMM 2020", "Figure 6", "clip retrieval by interval", "reuse")
        ),
        page=report("results/tmm2020/figure6.png", **shown("TMM 2020", "Figure 6", "clip retrieval by interval")),
    log:
        "results/logs/render/tmm2020_figure6.log",


use rule cvpr2019_table1 as tmm2020_figure7 with:
    # Figure 7: video retrieval on both data sets, random and 16-8-4 weights.
    input:
        results=retrieved(PAPER_DATASETS, ["random", FOUR]),
        code=drawing("tmm2020_figure7"),
    output:
        multiext("results/tmm2020/figure7", ".svg", ".csv"),
        file=report("results/tmm2020/figure7.pdf", **shown("TMM 2020", "Figure 7", "video retrieval", "reuse")),
        page=report("results/tmm2020/figure7.png", **shown("TMM 2020", "Figure 7", "video retrieval")),
    log:
        "results/logs/render/tmm2020_figure7.log",


use rule cvpr2019_table1 as tmm2020_figure8 with:
    # Figure 8: videos retrieved on UCF101 by three networks and tuple lengths.
    input:
        results=[*stores("ucf101"), *retrieved("ucf101", [THREE, FOUR, FIVE])],
        digests="results/frames/ucf101.digest",
        code=drawing("tmm2020_figure8"),
    output:
        "results/tmm2020/figure8.svg",
        file=report("results/tmm2020/figure8.pdf", **shown("TMM 2020", "Figure 8", "retrieved videos", "reuse")),
        page=report("results/tmm2020/figure8.png", **shown("TMM 2020", "Figure 8", "retrieved videos")),
    log:
        "results/logs/render/tmm2020_figure8.log",


use rule cvpr2019_table1 as tmm2020_figure9 with:
    # Figure 9: videos retrieved across the two data sets by R3D, 16-8-4.
    input:
        results=[*stores(*PAPER_DATASETS), *retrieved(["ucf101-in-hmdb51", "hmdb51-in-ucf101"], FOUR, "r3d")],
        digests=expand("results/frames/{dataset}.digest", dataset=PAPER_DATASETS),
        code=drawing("tmm2020_figure9"),
    output:
        "results/tmm2020/figure9.svg",
        file=report(
            "results/tmm2020/figure9.pdf", **shown("TMM 2020", "Figure 9", "retrieval across data sets", "reuse")
        ),
        page=report("results/tmm2020/figure9.png", **shown("TMM 2020", "Figure 9", "retrieval across data sets")),
    log:
        "results/logs/render/tmm2020_figure9.log",


use rule cvpr2019_table1 as tmm2020_figure10 with:
    # Figure 10: R3D fine-tuned from each layer on, the shallower ones frozen.
    input:
        results=FROZEN,
        code=drawing("tmm2020_figure10"),
    output:
        multiext("results/tmm2020/figure10", ".svg", ".csv"),
        file=report(
            "results/tmm2020/figure10.pdf", **shown("TMM 2020", "Figure 10", "fine-tuning from a layer on", "reuse")
        ),
        page=report("results/tmm2020/figure10.png", **shown("TMM 2020", "Figure 10", "fine-tuning from a layer on")),
    log:
        "results/logs/render/tmm2020_figure10.log",
