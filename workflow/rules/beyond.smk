"""What the papers leave open, and what today's readers expect besides. Not part of `all`: `snakemake --cores all beyond`.

in   features, weights, results/frames/{dataset}.h5
out  results/probe/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv and -grid.csv: linear probe and k-NN on frozen features
     results/finetune/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}/, results/recognition/ the same way
     results/audit/{network}/{task}/seed-{seed}.csv: order accuracy without what may be a shortcut

More features are in beyond_features.smk, the items in beyond_items.smk.
"""

CURRICULUM_SEEDS = STUDY.curriculum_seeds
PROBED = ["random", "16-8-3", "16-8-4", "16-8-5"]
# Fine-tuning of UCF101 split 1 by the share of labels, all of them included.
SHARES = {
    "share": ["from-conv1", *(f"labels-{percent}" for percent in STUDY.label_shares)],
    "network": PAPER_NETWORKS,
    "weights": ["random", TASK],
    "seed": SEEDS,
}


wildcard_constraints:
    percent=r"\d+",


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
        frames=ancient(f"results/frames/{PRETRAINING_DATA}.h5"),
        digest=f"results/frames/{PRETRAINING_DATA}.digest",
        weights="results/pretrain/{network}/{task}/seed-{seed}/model.safetensors",
        network=network_file,
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
