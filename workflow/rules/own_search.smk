"""Search in one's own videos by example: embeddings of their clips, and a page of neighbours.

in   the videos, their list (own_videos.smk) and the weights of a pretraining
out  results/embeddings/{dataset}/{network}/{weights}/seed-{seed}.npy: embeddings of the clips of all videos
     results/search/{dataset}/{network}/{weights}/seed-{seed}.html and .csv: the nearest videos of each test video
"""


rule embed_videos:
    """Embeddings of all videos of a data set, straight from their files."""
    input:
        digest="results/frames/{dataset}.digest",
        lists="results/lists/{dataset}.csv",
        weights=weights_file,
    output:
        vectors="results/embeddings/{dataset}/{network}/{weights}/seed-{seed}.npy",
        rows="results/embeddings/{dataset}/{network}/{weights}/seed-{seed}.npy.rows.csv",
        about="results/embeddings/{dataset}/{network}/{weights}/seed-{seed}.npy.json",
    log:
        "results/logs/embed_videos/{dataset}/{network}/{weights}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/embed_videos/{dataset}/{network}/{weights}/seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: lambda w: data(w.dataset).processes
    resources:
        device=STUDY.machine.device,
        gpu=GPU,
        mem_mb=8000,
        runtime=longer(240),
    params:
        videos=lambda w, input: data(w.dataset).videos,
        clips=STUDY.extract.test_clips,
    shell:
        "python -m vcop embed {params.videos:q} --list {input.lists} --weights {input.weights} --clips {params.clips} --device {resources.device} --processes {threads} --out {output.vectors} > {log} 2>&1"


rule neighbours:
    """A page of the test videos with the nearest of all videos, as moving pictures."""
    input:
        vectors="results/embeddings/{dataset}/{network}/{weights}/seed-{seed}.npy",
        rows="results/embeddings/{dataset}/{network}/{weights}/seed-{seed}.npy.rows.csv",
        about="results/embeddings/{dataset}/{network}/{weights}/seed-{seed}.npy.json",
        lists="results/lists/{dataset}.csv",
    output:
        page="results/search/{dataset}/{network}/{weights}/seed-{seed}.html",
        table="results/search/{dataset}/{network}/{weights}/seed-{seed}.csv",
    log:
        "results/logs/neighbours/{dataset}/{network}/{weights}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/neighbours/{dataset}/{network}/{weights}/seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    resources:
        mem_mb=4000,
        runtime=longer(60),
    params:
        videos=lambda w, input: data(w.dataset).videos,
    shell:
        "python -m vcop neighbours {input.vectors} --videos {params.videos:q} --list {input.lists} --out {output.page} --table {output.table} > {log} 2>&1"
