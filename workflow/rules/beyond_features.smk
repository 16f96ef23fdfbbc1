"""Retrieval beside what the papers have: descriptors without a network, supervised networks, and fewer clips of each video.

in   features, weights, results/frames/{dataset}.h5
out  results/handcrafted/{dataset}/seed-0.csv: video retrieval by descriptors
     results/features, retrieval/{dataset}/{network}/supervised/...: of the networks that learned UCF101's actions
     results/sampling/{dataset}/{network}/{weights}/clips-{clips}/{layer}-seed-{seed}.csv: retrieval with fewer clips of each video
"""

# Clips of a video that are used, besides all that are stored.
FEWER_CLIPS = [count for count in (1, 2, 5) if count < STUDY.extract.test_clips]


wildcard_constraints:
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
