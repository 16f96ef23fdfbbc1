"""Video question answering on frozen clip features (TMM 2020, IV-D).

in   weights, results/frames/activitynet-qa.h5, the questions with their answers, word vectors
out  results/features/activitynet-qa/{network}/{weights}/seed-{seed}.h5, results/answering/{network}/{weights}/seed-{seed}/,
     results/answers/{network}/{weights}/seed-{seed}.csv; question-only/ and most-frequent/ in place of network and weights
"""


use rule extract as extract_questions with:
    # A feature for every stored clip, with one value per channel, from weights that learned the order of clips, or actions (supervised).
    input:
        frames=ancient(f"results/frames/{QUESTIONS}.h5"),
        digest=f"results/frames/{QUESTIONS}.digest",
        weights=question_weights,
        network=network_file,
    output:
        f"results/features/{QUESTIONS}/{{network}}/{{weights}}/seed-{{seed}}.h5",
    log:
        f"results/logs/extract/{QUESTIONS}/{{network}}/{{weights}}/seed-{{seed}}.log",
    benchmark:
        "results/benchmarks/extract_questions/{network}/{weights}/seed-{seed}.tsv"
    wildcard_constraints:
        weights=f"random|supervised|{PATTERN}",
    params:
        options=network_flags(STUDY.extract),
        clip_length=CLIP_LENGTH,
        layers="conv5",
        pooling="mean",


rule answer:
    """Learn to answer questions from the clip features of one network, and test it."""
    input:
        features=f"results/features/{QUESTIONS}/{{network}}/{{weights}}/seed-{{seed}}.h5",
        annotations=annotations,
        vectors=vectors,
    output:
        weights="results/answering/{network}/{weights}/seed-{seed}/model.safetensors",
        history="results/answering/{network}/{weights}/seed-{seed}/history.csv",
        validation="results/answering/{network}/{weights}/seed-{seed}/validation.txt",
        provenance="results/answering/{network}/{weights}/seed-{seed}/provenance.json",
        answers="results/answers/{network}/{weights}/seed-{seed}.csv",
    log:
        "results/logs/answer/{network}/{weights}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/answer/{network}/{weights}/seed-{seed}.tsv"
    wildcard_constraints:
        weights=f"random|supervised|{PATTERN}",
    conda:
        "../../envs/train.yaml"
    threads: TRAIN_THREADS
    resources:
        machine=MACHINE,
        study=WRITTEN_FOR,
        gpu=GPU,
        mem_mb=8000,
        runtime=240,
    params:
        options=flags(STUDY.answer, STUDY.compute),
        annotations=lambda w: questions().annotations,
        vectors=lambda w: questions().vectors,
        control="",
    shell:
        "python -m vcop answer --features {input.features} --annotations {params.annotations:q} --vectors {params.vectors:q} {params.control} --seed {wildcards.seed} {params.options} {resources.machine} {resources.study} --out {output.weights} --answers {output.answers} > {log} 2>&1"


use rule answer as answer_without_video with:
    # Two controls without the video: the same network with features of zero, and the most frequent answer of each type.
    input:
        features=f"results/features/{QUESTIONS}/c3d/supervised/seed-{{seed}}.h5",
        annotations=annotations,
        vectors=vectors,
    output:
        weights="results/answering/question-only/seed-{seed}/model.safetensors",
        history="results/answering/question-only/seed-{seed}/history.csv",
        validation="results/answering/question-only/seed-{seed}/validation.txt",
        provenance="results/answering/question-only/seed-{seed}/provenance.json",
        answers="results/answers/question-only/seed-{seed}.csv",
        frequent="results/answers/most-frequent/seed-{seed}.csv",
    log:
        "results/logs/answer/question-only/seed-{seed}.log",
    benchmark:
        "results/benchmarks/answer_without_video/seed-{seed}.tsv"
    params:
        options=flags(STUDY.answer, STUDY.compute),
        annotations=lambda w: questions().annotations,
        vectors=lambda w: questions().vectors,
        control=lambda w, output: f"--control zeroed --frequent {output.frequent}",
