"""The claims of both papers. Names of tasks and inputs that this file shares with the tables are defined in tmm2020.smk.

out  results/tmm2020/claims (.csv, .md, .html)
"""


use rule cvpr2019_table1 as tmm2020_claims with:
    # What the papers claim in words, held against the results of these items, and against two controls of equal work.
    input:
        results=[
            *ordered(PLAIN),
            *ordered(CONTROLS_C3D, "c3d"),
            *ordered([*R3D_ONLY, MORE], "r3d"),
            *beside_weights(LENGTHS, PLAIN),
            *beside_weights(LENGTHS, CONTROLS_C3D, "c3d"),
            *beside_weights(LENGTHS, [*R3D_ONLY, MORE], "r3d"),
            *CLIPS_UCF101,
            *CLIPS_HMDB51,
            *retrieved(PAPER_DATASETS, MORE, "r3d"),
            *retrieved("ucf101", PLAIN),
            *BY_LAYER,
            *ACTIONS,
            *beside_finetuned(LENGTHS, PAPER_DATASETS, SPLITS, ["random", THREE]),
            *FROZEN,
            *answered(["supervised", THREE]),
            *answered_without_video(),
        ],
        code=drawing("tmm2020_claims"),
    output:
        "results/tmm2020/claims.md",
        file=report("results/tmm2020/claims.csv", **shown("TMM 2020", "Claims", "claims and verdicts", "reuse")),
        page=report("results/tmm2020/claims.html", **shown("TMM 2020", "Claims", "claims and verdicts")),
    log:
        "results/logs/render/tmm2020_claims.log",
