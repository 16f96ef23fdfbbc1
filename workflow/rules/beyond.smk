"""What the papers leave open, and what today's readers expect besides. Not part of `all`: `snakemake --cores all beyond`.

in   features, weights, results/frames/{dataset}.h5
out  results/probe/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv and -grid.csv: linear probe and k-NN on frozen features
     results/finetune/{dataset}-{split}/{network}/{weights}/labels-{percent}/seed-{seed}/, results/recognition/ the same way
     results/audit/{network}/{task}/seed-{seed}.csv: order accuracy without what may be a shortcut
     results/handcrafted/{dataset}/seed-0.csv: video retrieval by descriptors without a network
     results/sampling/{dataset}/{network}/{weights}/clips-{clips}/{layer}-seed-{seed}.csv: retrieval with fewer clips of each video

The items are in beyond_items.smk.
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


# Clips of a video that are used, besides all that are stored.
FEWER_CLIPS = [count for count in (1, 2, 5) if count < STUDY.extract.test_clips]


wildcard_constraints:
    percent=r"\d+",
    clips=r"\d+",


rule handcrafted:
    """Video retrieval by descriptors that nothing has trained, motion energy among them; they have no seed."""
    input:
        frames=ancient("results/frames/{dataset}.h5"),
        digest="results/frames/{dataset}.digest",
    output:
        "results/handcrafted/{dataset}/seed-0.csv",
    log:
        "results/logs/handcrafted/{dataset}.log",
    benchmark:
        "results/benchmarks/handcrafted/{dataset}.tsv"
    conda:
        "../../envs/train.yaml"
    resources:
        mem_mb=4000,
        runtime=longer(240),
    shell:
        "python -m vcop baselines --frames {input.frames} --out {output} > {log} 2>&1"


use rule extract as extract_supervised with:
    # Features of the networks that learned UCF101's actions from random weights, with labels.
    input:
        frames=ancient("results/frames/{dataset}.h5"),
        digest="results/frames/{dataset}.digest",
        weights="results/finetune/ucf101-1/{network}/random/from-conv1/seed-{seed}/model.safetensors",
        network=network_file,
    output:
        "results/features/{dataset}/{network}/supervised/seed-{seed}.h5",
    log:
        "results/logs/extract/{dataset}/{network}/supervised/seed-{seed}.log",
    benchmark:
        "results/benchmarks/extract/{dataset}/{network}/supervised/seed-{seed}.tsv"
    wildcard_constraints:
        dataset="|".join(PAPER_DATASETS),
    params:
        options=network_flags(STUDY.extract),
        clip_length=CLIP_LENGTH,
        layers="conv5",
        pooling="max",


use rule retrieve as retrieve_supervised with:
    # Retrieval by these features.
    input:
        "results/features/{dataset}/{network}/supervised/seed-{seed}.h5",
    output:
        "results/retrieval/{dataset}/{network}/supervised/{layer}-seed-{seed}.csv",
    log:
        "results/logs/retrieve/{dataset}/{network}/supervised/{layer}-seed-{seed}.log",
    benchmark:
        "results/benchmarks/retrieve/{dataset}/{network}/supervised/{layer}-seed-{seed}.tsv"


use rule retrieve as retrieve_fewer with:
    # Retrieval with fewer clips of each video (CVPR 2019, 4.1: "sensitive to the clip sample rate").
    output:
        "results/sampling/{dataset}/{network}/{weights}/clips-{clips}/{layer}-seed-{seed}.csv",
    log:
        "results/logs/retrieve_fewer/{dataset}/{network}/{weights}/clips-{clips}/{layer}-seed-{seed}.log",
    benchmark:
        "results/benchmarks/retrieve_fewer/{dataset}/{network}/{weights}/clips-{clips}/{layer}-seed-{seed}.tsv"
    params:
        options=flags(STUDY.retrieve) + " --clips {clips}",


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
