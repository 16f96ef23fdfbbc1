"""Figures 1 to 3 of both papers: why clips, the framework, the blocks; drawn from the study's own frames, weights and modules.

in   results/frames/ucf101.h5; what illustrate.smk makes; the order accuracies of R3D
out  results/cvpr2019/figure1..3, results/tmm2020/figure1..3 (.png, .pdf, .svg)
"""


use rule cvpr2019_table1 as cvpr2019_figure1 with:
    # Figure 1: a test video's frames, whose order cannot be told, beside its clips, whose order can.
    input:
        results=stores("ucf101"),
        digests="results/frames/ucf101.digest",
        code=drawing("cvpr2019_figure1"),
    output:
        "results/cvpr2019/figure1.svg",
        file=report("results/cvpr2019/figure1.pdf", **shown("CVPR 2019", "Figure 1", "why clips", "reuse")),
        page=report("results/cvpr2019/figure1.png", **shown("CVPR 2019", "Figure 1", "why clips")),
    log:
        "results/logs/render/cvpr2019_figure1.log",


use rule cvpr2019_table1 as cvpr2019_figure2 with:
    # Figure 2: a tuple of the study on its way through the framework.
    input:
        results=[
            *stores("ucf101"),
            *expand("results/illustrate/r3d/{task}/seed-{seed}.json", task=TASK, seed=SEEDS[:1]),
        ],
        digests="results/frames/ucf101.digest",
        code=drawing("cvpr2019_figure2"),
    output:
        "results/cvpr2019/figure2.svg",
        file=report("results/cvpr2019/figure2.pdf", **shown("CVPR 2019", "Figure 2", "the framework", "reuse")),
        page=report("results/cvpr2019/figure2.png", **shown("CVPR 2019", "Figure 2", "the framework")),
    log:
        "results/logs/render/cvpr2019_figure2.log",


use rule cvpr2019_table1 as cvpr2019_figure3 with:
    # Figure 3: the blocks of the three networks.
    input:
        results="results/outline.json",
        code=drawing("cvpr2019_figure3"),
    output:
        "results/cvpr2019/figure3.svg",
        file=report("results/cvpr2019/figure3.pdf", **shown("CVPR 2019", "Figure 3", "the blocks", "reuse")),
        page=report("results/cvpr2019/figure3.png", **shown("CVPR 2019", "Figure 3", "the blocks")),
    log:
        "results/logs/render/cvpr2019_figure3.log",


use rule cvpr2019_table1 as tmm2020_figure1 with:
    # Figure 1: the same frames in both orders in a training video; a test video's frames and clips.
    input:
        results=stores("ucf101"),
        digests="results/frames/ucf101.digest",
        code=drawing("tmm2020_figure1"),
    output:
        "results/tmm2020/figure1.svg",
        file=report("results/tmm2020/figure1.pdf", **shown("TMM 2020", "Figure 1", "why clips", "reuse")),
        page=report("results/tmm2020/figure1.png", **shown("TMM 2020", "Figure 1", "why clips")),
    log:
        "results/logs/render/tmm2020_figure1.log",


use rule cvpr2019_table1 as tmm2020_figure2 with:
    # Figure 2: the framework, and the task-based curriculum.
    input:
        results=[
            *stores("ucf101"),
            *expand("results/illustrate/r3d/{task}/seed-{seed}.json", task=[THREE, FOUR, FIVE], seed=SEEDS[:1]),
            *ordered([THREE, FOUR, FIVE], "r3d"),
        ],
        digests="results/frames/ucf101.digest",
        code=drawing("tmm2020_figure2"),
    output:
        "results/tmm2020/figure2.svg",
        file=report("results/tmm2020/figure2.pdf", **shown("TMM 2020", "Figure 2", "framework and curriculum", "reuse")),
        page=report("results/tmm2020/figure2.png", **shown("TMM 2020", "Figure 2", "framework and curriculum")),
    log:
        "results/logs/render/tmm2020_figure2.log",


use rule cvpr2019_table1 as tmm2020_figure3 with:
    # Figure 3: the blocks of the three networks.
    input:
        results="results/outline.json",
        code=drawing("tmm2020_figure3"),
    output:
        "results/tmm2020/figure3.svg",
        file=report("results/tmm2020/figure3.pdf", **shown("TMM 2020", "Figure 3", "the blocks", "reuse")),
        page=report("results/tmm2020/figure3.png", **shown("TMM 2020", "Figure 3", "the blocks")),
    log:
        "results/logs/render/tmm2020_figure3.log",
