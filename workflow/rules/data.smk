"""Videos to frames.

in   data.<dataset>.videos and .lists of the study (synthesised if the study says so)
out  results/frames/{dataset}.h5, its digest, and a table of the videos left out
"""


rule synthesise:
    """Make the synthetic videos of a data set in its official layout, if the study has a section `synthesise`."""
    output:
        "results/synthetic/{dataset}.csv",
    log:
        "results/logs/synthesise/{dataset}.log",
    conda:
        "../../envs/decode.yaml"
    threads: lambda w: data(w.dataset).processes
    resources:
        mem_mb=2000,
        runtime=240,
    params:
        options=flags(STUDY.synthesise) if STUDY.synthesise else "",
        videos=lambda w: data(w.dataset).videos,
        lists=lambda w: data(w.dataset).lists,
    shell:
        "python -m vcop synthesise --dataset {wildcards.dataset} --videos {params.videos:q} --lists {params.lists:q} {params.options} --processes {threads} --out {output} > {log} 2>&1"


rule decode:
    """Decode every frame of a data set's videos into its frame store."""
    input:
        lists,
    output:
        store="results/frames/{dataset}.h5",
        digest="results/frames/{dataset}.digest",
        unreadable="results/frames/{dataset}-unreadable.csv",
    log:
        "results/logs/decode/{dataset}.log",
    conda:
        "../../envs/decode.yaml"
    threads: lambda w: data(w.dataset).processes
    resources:
        mem_mb=4000,
        runtime=480,
    params:
        options=flags(STUDY.frames),
        allow=lambda w: data(w.dataset).allow_unreadable,
        videos=lambda w: data(w.dataset).videos,
        lists=lambda w: data(w.dataset).lists,
    shell:
        "python -m vcop decode --dataset {wildcards.dataset} --videos {params.videos:q} --lists {params.lists:q} --allow-unreadable {params.allow} {params.options} --processes {threads} --out {output.store} --digest {output.digest} --unreadable {output.unreadable} > {log} 2>&1"
