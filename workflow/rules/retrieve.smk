"""Features and nearest neighbours (CVPR 2019, 4.1).

in   weights, results/frames/{dataset}.h5
out  results/features/{dataset}/{network}/{weights}/seed-{seed}.h5
     results/retrieval/{dataset}/...csv: its test videos among its own training videos
     results/retrieval/{dataset}-in-{gallery}/...csv: among the other set's
"""


rule extract:
    """Features of the ten test clips of every video of split 1; of all five layers where a table asks for them."""
    input:
        frames=ancient("results/frames/{dataset}.h5"),
        digest="results/frames/{dataset}.digest",
        weights=weights_file,
        network=network_file,
    output:
        "results/features/{dataset}/{network}/{weights}/seed-{seed}.h5",
    log:
        "results/logs/extract/{dataset}/{network}/{weights}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/extract/{dataset}/{network}/{weights}/seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: TRAIN_THREADS
    resources:
        machine=MACHINE,
        gpu=GPU,
        mem_mb=8000,
        runtime=longer(240),
    params:
        options=network_flags(STUDY.extract),
        clip_length=CLIP_LENGTH,
        layers=layers_kept,
        pooling="max",
    shell:
        "python -m vcop extract --frames {input.frames} --network {wildcards.network} --clip-length {params.clip_length} --weights {input.weights} --layers {params.layers} --pooling {params.pooling} {params.options} {resources.machine} --out {output} > {log} 2>&1"


rule retrieve:
    """Nearest training clips and videos of every test clip and video of one data set."""
    input:
        "results/features/{dataset}/{network}/{weights}/seed-{seed}.h5",
    output:
        "results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv",
    log:
        "results/logs/retrieve/{dataset}/{network}/{weights}/{layer}-seed-{seed}.log",
    benchmark:
        "results/benchmarks/retrieve/{dataset}/{network}/{weights}/{layer}-seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: RETRIEVE_THREADS
    resources:
        device=RETRIEVE_DEVICE,
        gpu=RETRIEVE_GPU,
        mem_mb=4000,
        runtime=longer(240),
    params:
        options=flags(STUDY.retrieve),
    shell:
        "python -m vcop retrieve --queries {input} --gallery {input} --layer {wildcards.layer} {params.options} --device {resources.device} --out {output} > {log} 2>&1"


rule retrieve_across:
    """The same with the test videos of one data set among the training videos of the other (Figure 6)."""
    input:
        queries="results/features/{dataset}/{network}/{weights}/seed-{seed}.h5",
        gallery="results/features/{gallery}/{network}/{weights}/seed-{seed}.h5",
    output:
        "results/retrieval/{dataset}-in-{gallery}/{network}/{weights}/{layer}-seed-{seed}.csv",
    log:
        "results/logs/retrieve/{dataset}-in-{gallery}/{network}/{weights}/{layer}-seed-{seed}.log",
    benchmark:
        "results/benchmarks/retrieve_across/{dataset}-in-{gallery}/{network}/{weights}/{layer}-seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: RETRIEVE_THREADS
    resources:
        device=RETRIEVE_DEVICE,
        gpu=RETRIEVE_GPU,
        mem_mb=4000,
        runtime=longer(240),
    params:
        options=flags(STUDY.retrieve),
    shell:
        "python -m vcop retrieve --queries {input.queries} --gallery {input.gallery} --layer {wildcards.layer} {params.options} --device {resources.device} --out {output} > {log} 2>&1"
