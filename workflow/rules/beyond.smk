"""What the papers leave open. Not part of `all`: these items want more pretrainings than both papers.

out  results/beyond/curriculum (.png, .pdf, .csv)
"""

CURRICULUM_SEEDS = STUDY.curriculum_seeds


localrules:
    beyond,
    beyond_curriculum,


rule beyond:
    """Every table and figure that goes beyond the papers."""
    input:
        "results/beyond/curriculum.png",


use rule cvpr2019_table1 as beyond_curriculum with:
    # What both curricula gain, with several seeds and on the same test videos.
    input:
        results=[
            *ordered(["16-8-4", "16-8-4-scratch"], "c3d", CURRICULUM_SEEDS),
            *ordered(["16-8-3", "16-8-3-hard"], "r3d", CURRICULUM_SEEDS),
            *beside_weights("history.csv", ["16-8-4", "16-8-4-scratch"], "c3d", CURRICULUM_SEEDS),
        ],
        code=drawing("beyond_curriculum"),
    output:
        multiext("results/beyond/curriculum", ".pdf", ".csv"),
        page=report("results/beyond/curriculum.png", **shown("Beyond", "Curriculum", "gain by curricula")),
    log:
        "results/logs/render/beyond_curriculum.log",
