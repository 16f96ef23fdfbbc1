"""What the papers leave open, and what today's readers expect besides. Not part of `all`: `snakemake --cores all beyond`.

in   features, weights, results/frames/{dataset}.h5
out  results/probe/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv and -grid.csv: linear probe and k-NN on frozen features
     results/finetune/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}/, results/recognition/ the same way
     results/audit/{network}/{task}/seed-{seed}.csv: order accuracy without what may be a shortcut
     results/beyond/curriculum, probe, labels, audit (.png, .pdf, .svg, .csv)
"""

CURRICULUM_SEEDS = STUDY.curriculum_seeds
PROBED = ["random", "16-8-3", "16-8-4", "16-8-5"]
# Fine-tuning of UCF101 split 1 by the share of labels, all of them included.
SHARES = {
    "share": ["from-conv1", *(f"labels-{percent}" for percent in STUDY.label_shares)],
    "network": NETWORKS,
    "weights": ["random", TASK],
    "seed": SEEDS,
}


wildcard_constraints:
    percent=r"\d+",


localrules:
    beyond,
    beyond_curriculum,
    beyond_probe,
    beyond_labels,
    beyond_audit,


rule beyond:
    """Every table and figure that goes beyond the papers."""
    input:
        expand("results/beyond/{item}.png", item=["curriculum", "probe", "labels", "audit"]),


rule probe:
    """What frozen features tell a linear classifier and nearest neighbours; rate, decay and k by the validation list."""
    input:
        "results/features/{dataset}/{network}/{weights}/seed-{seed}.h5",
    output:
        probe="results/probe/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv",
        grid="results/probe/{dataset}/{network}/{weights}/{layer}-seed-{seed}-grid.csv",
    log:
        "results/logs/probe/{dataset}/{network}/{weights}/{layer}-seed-{seed}.log",
    benchmark:
        "results/benchmarks/probe/{dataset}/{network}/{weights}/{layer}-seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: RETRIEVE_THREADS
    resources:
        device=RETRIEVE_DEVICE,
        gpu=RETRIEVE_GPU,
        mem_mb=4000,
        runtime=longer(240),
    params:
        options=flags(STUDY.probe),
        torch_threads=STUDY.compute.torch_threads,
        validation=lambda w: data(w.dataset).validation_videos,
    shell:
        "python -m vcop probe --features {input} --layer {wildcards.layer} --seed {wildcards.seed} --validation-videos {params.validation} --torch-threads {params.torch_threads} {params.options} --device {resources.device} --out {output.probe} --grid {output.grid} > {log} 2>&1"


use rule finetune as finetune_few with:
    # Fine-tuning on a share of the labels.
    output:
        weights="results/finetune/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}/model.safetensors",
        history="results/finetune/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}/history.csv",
        validation="results/finetune/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}/validation.txt",
        provenance="results/finetune/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}/provenance.json",
        recognition="results/recognition/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}.csv",
        classes="results/recognition/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}-classes.csv",
        confusion="results/recognition/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}-confusion.csv",
    log:
        "results/logs/finetune/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/finetune_few/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}.tsv"
    params:
        layer="conv1",
        labels="{percent}",


rule audit:
    """Order accuracy of a pretrained network when motion, colour or the crops are taken away or turned round."""
    input:
        frames=ancient("results/frames/ucf101.h5"),
        digest="results/frames/ucf101.digest",
        weights="results/pretrain/{network}/{task}/seed-{seed}/model.safetensors",
    output:
        "results/audit/{network}/{task}/seed-{seed}.csv",
    log:
        "results/logs/audit/{network}/{task}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/audit/{network}/{task}/seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: TRAIN_THREADS
    resources:
        machine=MACHINE,
        gpu=GPU,
        mem_mb=8000,
        runtime=longer(60),
    params:
        options=lambda w: network_flags(STUDY.pretraining(w.task), STUDY.audit),
    shell:
        "python -m vcop audit --frames {input.frames} --network {wildcards.network} --task {wildcards.task} --weights {input.weights} {params.options} {resources.machine} --out {output} > {log} 2>&1"


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
            network=NETWORKS,
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
        results=expand("results/audit/{network}/{task}/seed-{seed}.csv", network=NETWORKS, task=TASK, seed=SEEDS),
        code=drawing("beyond_audit"),
    output:
        multiext("results/beyond/audit", ".svg", ".csv"),
        file=report("results/beyond/audit.pdf", **shown("Beyond", "Audit", "order without shortcuts", "reuse")),
        page=report("results/beyond/audit.png", **shown("Beyond", "Audit", "order without shortcuts")),
    log:
        "results/logs/render/beyond_audit.log",
