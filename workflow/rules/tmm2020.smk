"""The tables and figures of the TMM 2020 paper: the inputs of an item *are* its experiment.

out  results/tmm2020/table1 (.csv, .md, .html), figure4, figure5 (.png, .pdf, .csv)

This paper varies the pretext task, so that its tasks stand here and not in config.yaml. What its pretrainings are: three
networks by these six tasks along the curriculum, and R3D once more on hard videos and for twice the epochs.
"""

PLAIN = expand("16-{interval}-{tuple_length}", interval=[8, 16], tuple_length=[3, 4, 5])
R3D_ONLY = ["16-8-3-hard", "16-16-3-long"]


localrules:
    tmm2020,
    tmm2020_table1,
    tmm2020_figure4,
    tmm2020_figure5,


rule tmm2020:
    """Every table and figure of the TMM 2020 paper."""
    input:
        "results/tmm2020/table1.html",
        expand("results/tmm2020/figure{n}.png", n=[4, 5]),


use rule cvpr2019_table1 as tmm2020_table1 with:
    # Table I: clip order prediction by interval and tuple length, with the number of training videos.
    input:
        results=[
            *ordered(PLAIN),
            *ordered(R3D_ONLY, "r3d"),
            *beside_weights("provenance.json", PLAIN),
            *beside_weights("provenance.json", R3D_ONLY, "r3d"),
        ],
        code=drawing("tmm2020_table1"),
    output:
        multiext("results/tmm2020/table1", ".csv", ".md"),
        page=report("results/tmm2020/table1.html", **shown("TMM 2020", "Table 1", "clip order prediction")),
    log:
        "results/logs/render/tmm2020_table1.log",


use rule cvpr2019_table1 as tmm2020_figure4 with:
    # Figure 4: accuracy while training, from scratch and along the curriculum; below it all runs of Table I.
    input:
        results=[
            *beside_weights("history.csv", PLAIN),
            *beside_weights("history.csv", R3D_ONLY, "r3d"),
            *beside_weights("history.csv", "16-8-4-scratch", "c3d"),
        ],
        code=drawing("tmm2020_figure4"),
    output:
        multiext("results/tmm2020/figure4", ".pdf", ".csv"),
        page=report("results/tmm2020/figure4.png", **shown("TMM 2020", "Figure 4", "accuracy while training")),
    log:
        "results/logs/render/tmm2020_figure4.log",


use rule cvpr2019_table1 as tmm2020_figure5 with:
    # Figure 5: clip order prediction by class, R3D before and after hard videos.
    input:
        results=ordered(["16-8-3", "16-8-3-hard"], "r3d"),
        code=drawing("tmm2020_figure5"),
    output:
        multiext("results/tmm2020/figure5", ".pdf", ".csv"),
        page=report("results/tmm2020/figure5.png", **shown("TMM 2020", "Figure 5", "order accuracy by class")),
    log:
        "results/logs/render/tmm2020_figure5.log",
