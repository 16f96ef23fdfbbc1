"""One's own videos: listed, checked and summarised. What a study of such videos alone makes, `snakemake --cores all`.

in   data.<dataset>.videos of data sets that are not the papers'; labels, groups and roles, if a table says them
out  results/lists/{dataset}.csv: path, label, role and group of each video; roles that no table says are drawn
     results/check/{dataset}.csv and -counts.csv: what is odd about each video; near-duplicates among them
     results/summary/{dataset}.html and .csv: order accuracy with its interval, audit, and what labels allow

Pretraining, retrieval, probe and fine-tuning are those of the papers; search by example is in own_search.smk.
"""


rule own_videos:
    """All that a study makes of one's own videos."""
    input:
        expand("results/summary/{dataset}.html", dataset=STUDY.own_data),
        expand(
            "results/search/{dataset}/{network}/{task}/seed-{seed}.html",
            dataset=STUDY.own_data,
            network=OWN_NETWORK,
            task=TASK,
            seed=SEEDS[0],
        ),


rule list_videos:
    """List one's own videos; draw by group which of them test and which validate."""
    input:
        lambda w: named(user_table(w.dataset) if lists_drawn(w.dataset) else official_lists(w.dataset)),
    output:
        "results/lists/{dataset}.csv",
    log:
        "results/logs/list_videos/{dataset}.log",
    wildcard_constraints:
        dataset="|".join(STUDY.own_data) or "none",
    conda:
        "../../envs/decode.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=listing,
        videos=lambda w, input: data(w.dataset).videos,  # with `input` it is not recorded: the same videos may lie elsewhere
    shell:
        "python -m vcop list {params.videos:q} {params.options} --out {output} > {log} 2>&1"


rule check_videos:
    """Read every video of a data set, and look for near-duplicates."""
    input:
        lists,
    output:
        videos="results/check/{dataset}.csv",
        counts="results/check/{dataset}-counts.csv",
    log:
        "results/logs/check_videos/{dataset}.log",
    benchmark:
        "results/benchmarks/check_videos/{dataset}.tsv"
    conda:
        "../../envs/decode.yaml"
    threads: lambda w: data(w.dataset).processes
    resources:
        mem_mb=4000,
        runtime=longer(480),
    params:
        allow=lambda w: data(w.dataset).allow_unreadable,
        version=lambda w: review(w.dataset).version,
        videos=lambda w, input: data(w.dataset).videos,
        lists=lambda w: lists_path(w.dataset),
    shell:
        "python -m vcop check {wildcards.dataset} {params.videos:q} --lists {params.lists:q} --allow-unreadable {params.allow} --processes {threads} --out {output.videos} --counts {output.counts} > {log} 2>&1"


rule summarise:
    """One page: the videos, order accuracy with its interval, the audit, and with labels retrieval, probe and fine-tuning."""
    input:
        unpack(lambda w: pretrained(w.dataset)),
        lists="results/lists/{dataset}.csv",
        checked="results/check/{dataset}.csv",
        unreadable="results/frames/{dataset}-unreadable.csv",
        labelled=by_labels,
    output:
        page="results/summary/{dataset}.html",
        table="results/summary/{dataset}.csv",
    log:
        "results/logs/summarise/{dataset}.log",
    conda:
        "../../envs/train.yaml"
    resources:
        study=WRITTEN_FOR,
        mem_mb=1000,
        runtime=10,
    params:
        task=TASK,
    shell:
        "python -m vcop summarise {wildcards.dataset} --list {input.lists} --checked {input.checked} --unreadable {input.unreadable} --task {params.task} --order {input.order} --audit {input.audit} --provenance {input.provenance} --labelled {input.labelled} {resources.study} --out {output.page} --table {output.table} > {log} 2>&1"
