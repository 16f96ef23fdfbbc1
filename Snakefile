"""Video clip order prediction: the tables and figures of two papers, from video files.

    videos ─decode─> frames ─pretrain─> weights ─extract─> features ─┬─retrieve──> neighbours ─┐
                        │      ^   │       │                         └─answer────> answers ────┼─> tables, figures
                        │      └───┴─ curricula: easier tasks first; hard videos (mine)        │
                        └──────────────────┴─────finetune──> recognition ──────────────────────┘

A study is a folder with a config.yaml: this one is the embedded study (`snakemake --cores all`), studies/paper the papers' own
(`snakemake --directory studies/paper`). Each has its own results/. docs/wildcards.md explains every path. A study of one's own videos
alone (docs/own-videos.md) makes no table of the papers: what it makes is in workflow/rules/own_videos.smk.
"""

from snakemake.utils import min_version

min_version("9.19")


include: "workflow/rules/configuration.smk"


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/run_lock.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/review.smk"
include: "workflow/rules/weights.smk"


report: "workflow/report/front.rst"


include: "workflow/rules/download.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/pretrain.smk"
include: "workflow/rules/retrieve.smk"
include: "workflow/rules/finetune.smk"
include: "workflow/rules/answer.smk"
include: "workflow/rules/items.smk"
include: "workflow/rules/targets.smk"
include: "workflow/rules/own_inputs.smk"
include: "workflow/rules/cvpr2019.smk"
include: "workflow/rules/tmm2020.smk"
include: "workflow/rules/tmm2020_claims.smk"
include: "workflow/rules/tmm2020_figures.smk"
include: "workflow/rules/illustrate.smk"
include: "workflow/rules/schematic.smk"
include: "workflow/rules/papers.smk"
include: "workflow/rules/beyond.smk"
include: "workflow/rules/beyond_features.smk"
include: "workflow/rules/beyond_items.smk"
include: "workflow/rules/beyond_tasks.smk"
include: "workflow/rules/own_videos.smk"
include: "workflow/rules/own_search.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/index.smk"


# Seconds each, and little memory: on a cluster these would only wait in the queue. `localrules:` knows no name of an imported rule.
SHORT_RULES = ["download_source", "index", "initialise", "list_videos", "outline", "summarise"]
SHORT = map(workflow.modifier.avail_rulename, [*render.items(), *SHORT_RULES])
workflow.localrules(*filter(None, SHORT))


rule all:
    default_target: UNCLAIMED
    input:
        *(
            [rules.own_videos.input]
            if OWN_ALONE
            else possible(rules.cvpr2019.input, rules.tmm2020.input, rules.papers.input)
        ),
        rules.index.output,
