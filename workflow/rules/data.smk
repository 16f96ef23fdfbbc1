"""Videos to frames.

in   data.<dataset>.videos and .lists of the study, questions.videos and .annotations (synthesised if the study says so);
     the videos' digests, if they are written down
out  results/frames/{dataset}.h5, its digest, and a table of the videos left out or noted; of ActivityNet-QA the frames of some clips

Beside them results/frames/.{dataset}-videos.json, which says of what each video was decoded. Another video makes the param `version` another.
"""


rule synthesise:
    """Make the synthetic videos of a data set in its official layout, if the study has a section `synthesise`."""
    output:
        "results/synthetic/{dataset}.csv",
    log:
        "results/logs/synthesise/{dataset}.log",
    benchmark:
        "results/benchmarks/synthesise/{dataset}.tsv"
    conda:
        "../../envs/decode.yaml"
    threads: lambda w: data(w.dataset).processes
    resources:
        mem_mb=2000,
        runtime=longer(240),
    params:
        dataset="{dataset}",
        options=flags(STUDY.synthesise) if STUDY.synthesise else "",
        videos=lambda w: data(w.dataset).videos,
        lists=lambda w: data(w.dataset).lists,
    shell:
        "python -m vcop synthesise --dataset {params.dataset} --videos {params.videos:q} --lists {params.lists:q} {params.options} --processes {threads} --out {output} > {log} 2>&1"


use rule synthesise as synthesise_questions with:
    # Synthetic data in the layout of ActivityNet-QA: videos, questions, answers and word vectors.
    output:
        f"results/synthetic/{QUESTIONS}.csv",
    log:
        f"results/logs/synthesise/{QUESTIONS}.log",
    benchmark:
        "results/benchmarks/synthesise_questions.tsv"
    threads: lambda w: questions().processes
    params:
        dataset=QUESTIONS,
        options=flags(STUDY.synthesise, STUDY.quiz) if STUDY.synthesise else "",
        videos=lambda w: questions().videos,
        lists=lambda w: questions().annotations,


rule decode:
    """Decode every frame of a data set's videos into its frame store."""
    input:
        lists,
        digests=lambda w: digests(data(w.dataset)),
    output:
        store="results/frames/{dataset}.h5",
        digest="results/frames/{dataset}.digest",
        unreadable="results/frames/{dataset}-unreadable.csv",
    log:
        "results/logs/decode/{dataset}.log",
    benchmark:
        "results/benchmarks/decode/{dataset}.tsv"
    conda:
        "../../envs/decode.yaml"
    threads: lambda w: data(w.dataset).processes
    resources:
        mem_mb=4000,
        runtime=longer(480),
    params:
        dataset="{dataset}",
        options=flags(STUDY.frames),
        clips="",
        allow=lambda w: data(w.dataset).allow_unreadable,
        version=lambda w: review(w.dataset).version,
        videos=lambda w, input: data(w.dataset).videos,  # with `input` it is not recorded: the same videos may lie elsewhere
        lists=lambda w: lists_path(w.dataset),
    shell:
        "python -m vcop decode --dataset {params.dataset} --videos {params.videos:q} --videos-version {params.version:q} --lists {params.lists:q} --digests {input.digests:q} --allow-unreadable {params.allow} {params.options} {params.clips} --processes {threads} --out {output.store} --digest {output.digest} --unreadable {output.unreadable} > {log} 2>&1"


use rule decode as decode_questions with:
    # Videos are long, so only the frames of the clips from which features are computed are stored.
    input:
        annotations,
        digests=lambda w: digests(questions()),
    output:
        store=f"results/frames/{QUESTIONS}.h5",
        digest=f"results/frames/{QUESTIONS}.digest",
        unreadable=f"results/frames/{QUESTIONS}-unreadable.csv",
    log:
        f"results/logs/decode/{QUESTIONS}.log",
    benchmark:
        "results/benchmarks/decode_questions.tsv"
    threads: lambda w: questions().processes
    params:
        dataset=QUESTIONS,
        options=flags(STUDY.frames),
        clips=lambda w: f"--clips {questions().clips} --clip-length {CLIP_LENGTH}",
        allow=lambda w: questions().allow_unreadable,
        version=lambda w: review(QUESTIONS).version,
        videos=lambda w, input: questions().videos,
        lists=lambda w: questions().annotations,
