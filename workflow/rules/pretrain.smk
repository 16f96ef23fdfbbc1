"""Weights without labels (CVPR 2019, 3 and 4; curriculum: TMM 2020, III-D1).

in   results/frames/ucf101.h5; the weights of an easier task for tl = 4, 5
out  results/pretrain/{network}/{random or task}/seed-{seed}/, results/order/{network}/{task}/seed-{seed}.csv

The store is `ancient`: it is its digest, a small file, that makes training run again.
"""


rule initialise:
    """Write a network's random initial weights."""
    output:
        "results/pretrain/{network}/random/seed-{seed}/model.safetensors",
    log:
        "results/logs/initialise/{network}/seed-{seed}.log",
    conda:
        "../../envs/train.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        options=flags(STUDY.network),
    shell:
        "python -m vcop initialise --network {wildcards.network} --seed {wildcards.seed} {params.options} --out {output} > {log} 2>&1"


rule pretrain:
    """Learn to predict the order of shuffled clips of UCF101 split 1, and test it."""
    input:
        frames=ancient("results/frames/ucf101.h5"),
        digest="results/frames/ucf101.digest",
        start=start_weights,
    output:
        weights="results/pretrain/{network}/{task}/seed-{seed}/model.safetensors",
        history="results/pretrain/{network}/{task}/seed-{seed}/history.csv",
        validation="results/pretrain/{network}/{task}/seed-{seed}/validation.txt",
        provenance="results/pretrain/{network}/{task}/seed-{seed}/provenance.json",
        order="results/order/{network}/{task}/seed-{seed}.csv",
    log:
        "results/logs/pretrain/{network}/{task}/seed-{seed}.log",
    priority: 10  # all else waits for it
    conda:
        "../../envs/train.yaml"
    threads: TRAIN_THREADS
    resources:
        machine=MACHINE,
        gpu=1,
        mem_mb=16000,
        runtime=1440,
    params:
        options=network_flags(STUDY.pretrain),
        validation=lambda w: data("ucf101").validation_videos,
    shell:
        "python -m vcop pretrain --frames {input.frames} --network {wildcards.network} --task {wildcards.task} --seed {wildcards.seed} --start {input.start} --validation-videos {params.validation} {params.options} {resources.machine} --out {output.weights} --order {output.order} > {log} 2>&1"
