"""The data sets from their pages: asked for by name (`snakemake --cores 4 download`), never part of `all`.

in   nothing; the addresses and digests of src/vcop/preparation/download/sources.py, or download.mirror of the study
out  the folders of docs/data.md, where the study's config.yaml wants them; results/download/{source}.json, a record of each
     (source: ucf101-lists, ucf101-videos, hmdb51-lists, hmdb51-videos, activitynet-qa-lists, glove)
"""

from vcop.preparation.download import sources


rule download:
    """What the study reads and a program can fetch, of all data sets."""
    input:
        lambda w: sources.record_files(STUDY),
    message:
        sources.manual_notice(STUDY)


rule download_ucf101:
    """Of UCF101 alone."""
    input:
        lambda w: sources.record_files(STUDY, "ucf101"),


rule download_hmdb51:
    """Of HMDB51 alone."""
    input:
        lambda w: sources.record_files(STUDY, "hmdb51"),


rule download_questions:
    """Of ActivityNet-QA and the word vectors alone; its videos are to be asked for."""
    input:
        lambda w: sources.record_files(STUDY, QUESTIONS),
    message:
        sources.manual_notice(STUDY)


rule download_source:
    """Fetch one source and lay it out; what is there is left alone, and an interrupted transfer goes on."""
    output:
        "results/download/{source}.json",
    log:
        "results/logs/download/{source}.log",
    wildcard_constraints:
        source="|".join(sources.SOURCES),
    conda:
        "../../envs/decode.yaml"
    resources:
        options=flags(STUDY.download),
        mem_mb=1000,
        runtime=1440,
    params:
        to=lambda w: sources.source_folders(STUDY)[w.source],
    shell:
        "python -m vcop download {wildcards.source} --to {params.to:q} {resources.options} --record {output} > {log} 2>&1"
