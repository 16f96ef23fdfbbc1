"""Weights without labels (CVPR 2019, 3 and 4; curricula: TMM 2020, III-D).

in   results/frames/{dataset}.h5 of UCF101, or of `pretrain_on`; the weights of an easier task for tl = 4, 5; for -hard the same task's weights and hard videos
out  results/pretrain/{network}/{random or task}/seed-{seed}/, results/order/{network}/{task}/seed-{seed}.csv
     results/mine/{network}/{task}/seed-{seed}/hard.txt, and the predictions that decide it

The store is `ancient`: it is its digest, a small file, that makes training run again.
"""


rule initialise:
    """Write a network's initial weights: random ones, or those of the study's `start`."""
    input:
        given_weights,
        network=network_file,
    output:
        "results/pretrain/{network}/random/seed-{seed}/model.safetensors",
    log:
        "results/logs/initialise/{network}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/initialise/{network}/seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    resources:
        study=WRITTEN_FOR,
        mem_mb=2000,
        runtime=10,
    params:
        options=lambda w: flags(STUDY.network) + "".join(f" --start {shlex.quote(path)}" for path in given_weights(w)),
    shell:
        "python -m vcop initialise --network {wildcards.network} --seed {wildcards.seed} {params.options} {resources.study} --out {output} > {log} 2>&1"


rule pretrain:
    """Learn to predict the order of shuffled clips of UCF101 split 1 (or of `pretrain_on`), or another pretext task, and test it."""
    input:
        frames=ancient(f"results/frames/{PRETRAINING_DATA}.h5"),
        digest=f"results/frames/{PRETRAINING_DATA}.digest",
        start=start_weights,
        videos=hard_videos,
        momenta=momenta,
        source=task_source,
        network=network_file,
    output:
        weights="results/pretrain/{network}/{task}/seed-{seed}/model.safetensors",
        history="results/pretrain/{network}/{task}/seed-{seed}/history.csv",
        validation="results/pretrain/{network}/{task}/seed-{seed}/validation.txt",
        provenance="results/pretrain/{network}/{task}/seed-{seed}/provenance.json",
        optimiser=MOMENTA,
        order="results/order/{network}/{task}/seed-{seed}.csv",
    log:
        "results/logs/pretrain/{network}/{task}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/pretrain/{network}/{task}/seed-{seed}.tsv"
    priority: 10  # all else waits for it
    conda:
        "../../envs/train.yaml"
    threads: PRETRAIN_THREADS
    resources:
        **NODES,
        machine=PRETRAIN_MACHINE,
        study=WRITTEN_FOR,
        gpu=PRETRAIN_GPUS,
        mem_mb=16000,
        runtime=1440,
    params:
        options=lambda w: network_flags(STUDY.pretraining(w.task)),
        validation=lambda w: data(PRETRAINING_DATA).validation_videos,
        more=lambda w, input: hard_flags(input),
    shell:
        "{resources.launch}python -m vcop pretrain --frames {input.frames} --network {wildcards.network} --task {wildcards.task} --seed {wildcards.seed} --start {input.start} {params.more} --validation-videos {params.validation} {params.options} {resources.machine} {resources.study} --out {output.weights} --order {output.order} > {log} 2>&1"


rule mine:
    """Keep the videos that a trained network does not find simple (sample-based curriculum, TMM 2020, III-D2)."""
    input:
        frames=ancient(f"results/frames/{PRETRAINING_DATA}.h5"),
        digest=f"results/frames/{PRETRAINING_DATA}.digest",
        weights="results/pretrain/{network}/{task}/seed-{seed}/model.safetensors",
        source=task_source,
        network=network_file,
    output:
        hard="results/mine/{network}/{task}/seed-{seed}/hard.txt",
        classes="results/mine/{network}/{task}/seed-{seed}/classes.csv",
        predictions="results/mine/{network}/{task}/seed-{seed}/predictions.csv",
    log:
        "results/logs/mine/{network}/{task}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/mine/{network}/{task}/seed-{seed}.tsv"
    priority: 10  # a pretraining waits for it
    conda:
        "../../envs/train.yaml"
    threads: TRAIN_THREADS
    resources:
        machine=MACHINE,
        gpu=GPU,
        mem_mb=8000,
        runtime=longer(60),
    params:
        options=lambda w: network_flags(STUDY.pretraining(w.task), STUDY.mine),
        validation=lambda w: data(PRETRAINING_DATA).validation_videos,
    shell:
        "python -m vcop mine --frames {input.frames} --network {wildcards.network} --task {wildcards.task} --seed {wildcards.seed} --weights {input.weights} --validation-videos {params.validation} {params.options} {resources.machine} --predictions {output.predictions} --out {output.hard} --classes {output.classes} > {log} 2>&1"
