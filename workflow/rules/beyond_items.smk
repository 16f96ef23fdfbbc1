"""The tables and figures that go beyond the papers, from the stages of beyond.smk.

out  results/beyond/curriculum, probe, labels, audit, retrieval, sampling (.png, .pdf, .svg, .csv)
"""


rule beyond:
    """Every table and figure that goes beyond the papers."""
    input:
        expand("results/beyond/{item}.png", item=["curriculum", "probe", "labels", "audit", "retrieval", "sampling"]),


use rule cvpr2019_table1 as beyond_curriculum with:
    # What both curricula gain, with several seeds and on the same test videos.
    input:
        results=[
            *ordered(["16-8-4", "16-8-4-scratch"], "c3d", CURRICULUM_SEEDS),
            *ordered(["16-8-3", "16-8-3-hard"], "r3d", CURRICULUM_SEEDS),
            *beside_weights("history.csv", ["16-8-4", "16-8-4-scratch"], "c3d", CURRICULUM_SEEDS),
            *mined(CURRICULUM_SEEDS),
        ],
        code=drawing("beyond_curriculum"),
    output:
        multiext("results/beyond/curriculum", ".svg", ".csv"),
        file=report("results/beyond/curriculum.pdf", **shown("Beyond", "Curriculum", "gain by curricula", "reuse")),
        page=report("results/beyond/curriculum.png", **shown("Beyond", "Curriculum", "gain by curricula")),
    log:
        "results/logs/render/beyond_curriculum.log",


use rule cvpr2019_table1 as beyond_probe with:
    # Linear probe and k-NN on frozen features, random weights and three tasks.
    input:
        results=expand(
            "results/probe/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
            dataset=PAPER_DATASETS,
            network=PAPER_NETWORKS,
            weights=PROBED,
            seed=SEEDS,
        ),
        code=drawing("beyond_probe"),
    output:
        multiext("results/beyond/probe", ".svg", ".csv"),
        file=report("results/beyond/probe.pdf", **shown("Beyond", "Probe", "classifiers on frozen features", "reuse")),
        page=report("results/beyond/probe.png", **shown("Beyond", "Probe", "classifiers on frozen features")),
    log:
        "results/logs/render/beyond_probe.log",


use rule cvpr2019_table1 as beyond_labels with:
    # Recognition by the share of labels, random and trained weights.
    input:
        results=[
            *expand("results/recognition/ucf101-1/{network}/{weights}/{share}/seed-{seed}.csv", **SHARES),
            *expand("results/finetune/ucf101-1/{network}/{weights}/{share}/seed-{seed}/provenance.json", **SHARES),
        ],
        code=drawing("beyond_labels"),
    output:
        multiext("results/beyond/labels", ".svg", ".csv"),
        file=report("results/beyond/labels.pdf", **shown("Beyond", "Labels", "recognition from few labels", "reuse")),
        page=report("results/beyond/labels.png", **shown("Beyond", "Labels", "recognition from few labels")),
    log:
        "results/logs/render/beyond_labels.log",


use rule cvpr2019_table1 as beyond_audit with:
    # Order accuracy without what may be a shortcut.
    input:
        results=expand("results/audit/{network}/{task}/seed-{seed}.csv", network=PAPER_NETWORKS, task=TASK, seed=SEEDS),
        code=drawing("beyond_audit"),
    output:
        multiext("results/beyond/audit", ".svg", ".csv"),
        file=report("results/beyond/audit.pdf", **shown("Beyond", "Audit", "order without shortcuts", "reuse")),
        page=report("results/beyond/audit.png", **shown("Beyond", "Audit", "order without shortcuts")),
    log:
        "results/logs/render/beyond_audit.log",


use rule cvpr2019_table1 as beyond_retrieval with:
    # Video retrieval beside descriptors without a network and beside supervised networks.
    input:
        results=[
            *retrieved(PAPER_DATASETS, ["random", TASK, "supervised"]),
            *expand("results/handcrafted/{dataset}/seed-0.csv", dataset=PAPER_DATASETS),
        ],
        code=drawing("beyond_retrieval"),
    output:
        multiext("results/beyond/retrieval", ".svg", ".csv"),
        file=report("results/beyond/retrieval.pdf", **shown("Beyond", "Retrieval", "beside motion energy", "reuse")),
        page=report("results/beyond/retrieval.png", **shown("Beyond", "Retrieval", "beside motion energy")),
    log:
        "results/logs/render/beyond_retrieval.log",


use rule cvpr2019_table1 as beyond_sampling with:
    # Top 1 by the clips that stand for a video.
    input:
        results=[
            *retrieved("ucf101", ["random", TASK]),
            *expand(
                "results/sampling/ucf101/{network}/{weights}/clips-{clips}/conv5-seed-{seed}.csv",
                network=PAPER_NETWORKS,
                weights=["random", TASK],
                clips=FEWER_CLIPS,
                seed=SEEDS,
            ),
        ],
        code=drawing("beyond_sampling"),
    output:
        multiext("results/beyond/sampling", ".svg", ".csv"),
        file=report("results/beyond/sampling.pdf", **shown("Beyond", "Sampling", "top 1 by clips", "reuse")),
        page=report("results/beyond/sampling.png", **shown("Beyond", "Sampling", "top 1 by clips")),
    log:
        "results/logs/render/beyond_sampling.log",
