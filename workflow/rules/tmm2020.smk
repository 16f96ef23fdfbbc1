"""The tables of the TMM 2020 paper: the inputs of an item *are* its experiment.

Its figures are in tmm2020_figures.smk, its claims in tmm2020_claims.smk.

out  results/tmm2020/table1..6 (.csv, .md, .html, .tex)

This paper varies the pretext task, so that its tasks stand here and not in config.yaml. Its pretrainings are: three networks by these
six tasks along the curriculum; R3D on hard videos; R3D with 16-16-3 for twice the epochs; C3D with 16-8-4 and no curriculum. The claims
use two controls of equal work besides. The paper does not name its "optimal" weights for Figure 7: they are FOUR here, whatever the
results.
"""

PLAIN = expand("16-{interval}-{tuple_length}", interval=[8, 16], tuple_length=[3, 4, 5])
THREE, FOUR, FIVE, HARD = "16-8-3", "16-8-4", "16-8-5", "16-8-3-hard"
R3D_ONLY = [HARD, "16-16-3-long"]
# Without the task-based curriculum: 16-8-4-scratch has the epochs of 16-8-4, 16-8-4-direct sees as many clips as the whole curriculum. MORE
# trains R3D on all videos for the epochs of HARD. The last two are our controls of equal work, for the claims.
CONTROLS_C3D, MORE = ["16-8-4-scratch", "16-8-4-direct"], "16-8-3-more"
LENGTHS = ["history.csv", "provenance.json"]  # they say how many epochs and videos a training had

# Inputs that several items share.
CLIPS_UCF101, CLIPS_HMDB51 = (
    [*retrieved(dataset, ["random", THREE, FOUR, FIVE]), *retrieved(dataset, HARD, "r3d")] for dataset in PAPER_DATASETS
)
BY_LAYER = retrieved("ucf101", THREE, layer=LAYERS)
ACTIONS = [
    *recognised(PAPER_DATASETS, SPLITS, ["random", THREE]),
    *recognised(PAPER_DATASETS, 1, [FOUR, FIVE]),
    *recognised(PAPER_DATASETS, 1, HARD, "r3d"),
]
FROZEN = recognised("ucf101", 1, THREE, "r3d", layer=LAYERS)


rule tmm2020:
    """Every table and figure of the TMM 2020 paper."""
    input:
        expand("results/tmm2020/table{n}.html", n=[1, 2, 3, 4, 5, 6]),
        expand("results/tmm2020/figure{n}.png", n=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        "results/tmm2020/claims.html",


use rule cvpr2019_table1 as tmm2020_table1 with:
    # Table I: clip order prediction by interval and tuple length, with the number of training videos.
    input:
        results=[
            *ordered(PLAIN),
            *ordered(R3D_ONLY, "r3d"),
            *beside_weights("provenance.json", PLAIN),
            *beside_weights("provenance.json", R3D_ONLY, "r3d"),
            *mined(),
        ],
        code=drawing("tmm2020_table1"),
    output:
        multiext("results/tmm2020/table1", ".md", ".tex"),
        file=report("results/tmm2020/table1.csv", **shown("TMM 2020", "Table 1", "clip order prediction", "reuse")),
        page=report("results/tmm2020/table1.html", **shown("TMM 2020", "Table 1", "clip order prediction")),
    log:
        "results/logs/render/tmm2020_table1.log",


use rule cvpr2019_table1 as tmm2020_table2 with:
    # Table II: clip retrieval on UCF101 by tuple length, and by R3D on hard videos.
    input:
        results=[*CLIPS_UCF101, *mined()],
        code=drawing("tmm2020_table2"),
    output:
        multiext("results/tmm2020/table2", ".md", ".tex"),
        file=report("results/tmm2020/table2.csv", **shown("TMM 2020", "Table 2", "clip retrieval, UCF101", "reuse")),
        page=report("results/tmm2020/table2.html", **shown("TMM 2020", "Table 2", "clip retrieval, UCF101")),
    log:
        "results/logs/render/tmm2020_table2.log",


use rule cvpr2019_table1 as tmm2020_table3 with:
    # Table III: the same on HMDB51.
    input:
        results=[*CLIPS_HMDB51, *mined()],
        code=drawing("tmm2020_table3"),
    output:
        multiext("results/tmm2020/table3", ".md", ".tex"),
        file=report("results/tmm2020/table3.csv", **shown("TMM 2020", "Table 3", "clip retrieval, HMDB51", "reuse")),
        page=report("results/tmm2020/table3.html", **shown("TMM 2020", "Table 3", "clip retrieval, HMDB51")),
    log:
        "results/logs/render/tmm2020_table3.log",


use rule cvpr2019_table1 as tmm2020_table4 with:
    # Table IV: clip retrieval on UCF101 by the features of each layer.
    input:
        results=BY_LAYER,
        code=drawing("tmm2020_table4"),
    output:
        multiext("results/tmm2020/table4", ".md", ".tex"),
        file=report("results/tmm2020/table4.csv", **shown("TMM 2020", "Table 4", "clip retrieval by layer", "reuse")),
        page=report("results/tmm2020/table4.html", **shown("TMM 2020", "Table 4", "clip retrieval by layer")),
    log:
        "results/logs/render/tmm2020_table4.log",


use rule cvpr2019_table1 as tmm2020_table5 with:
    # Table V: action recognition; three splits for random weights and 16-8-3, split 1 for the curricula.
    input:
        results=[*ACTIONS, *mined()],
        code=drawing("tmm2020_table5"),
    output:
        multiext("results/tmm2020/table5", ".md", ".tex"),
        file=report("results/tmm2020/table5.csv", **shown("TMM 2020", "Table 5", "action recognition", "reuse")),
        page=report("results/tmm2020/table5.html", **shown("TMM 2020", "Table 5", "action recognition")),
    log:
        "results/logs/render/tmm2020_table5.log",


use rule cvpr2019_table1 as tmm2020_table6 with:
    # Table VI: question answering by features of the supervised and the pretrained networks, and without the video.
    input:
        results=[*answered(["supervised", THREE]), *answered_without_video()],
        code=drawing("tmm2020_table6"),
    output:
        multiext("results/tmm2020/table6", ".md", ".tex"),
        file=report("results/tmm2020/table6.csv", **shown("TMM 2020", "Table 6", "question answering", "reuse")),
        page=report("results/tmm2020/table6.html", **shown("TMM 2020", "Table 6", "question answering")),
    log:
        "results/logs/render/tmm2020_table6.log",
