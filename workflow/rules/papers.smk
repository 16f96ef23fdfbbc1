"""Both papers at once: their numbers side by side with ours, and what ours cost.

in   the items' CSVs, the provenance of all trainings, results/benchmarks where it is there
out  results/papers/numbers, costs (.csv, .md, .html)
"""

# The study's task and all that its curriculum starts from.
STARTS = [TASK]
while STARTS[-1] != "random":
    STARTS.append(Task.parse(STARTS[-1]).start)

ANSWERED = [*expand("{network}/{weights}", network=PAPER_NETWORKS, weights=["supervised", THREE]), "question-only"]
RECOGNISED = [*recognised(PAPER_DATASETS, SPLITS, ["random", TASK]), *ACTIONS, *FROZEN]
TRAINED = [
    *beside_weights("provenance.json", [*STARTS[:-1], *PLAIN]),
    *beside_weights("provenance.json", R3D_ONLY, "r3d"),
    *beside_weights("provenance.json", "16-8-4-scratch", "c3d"),
    *(str(Path(p.replace("recognition", "finetune")).with_suffix("") / "provenance.json") for p in RECOGNISED),
    *expand("results/answering/{run}/seed-{seed}/provenance.json", run=ANSWERED, seed=SEEDS),
]
RETRIEVED = [
    *retrieved(PAPER_DATASETS, ["random", TASK]),
    *retrieved("ucf101", PLAIN),
    *CLIPS_UCF101,
    *CLIPS_HMDB51,
    *BY_LAYER,
]
# The CSV of a figure is `ancient`: if only the drawing changes, the figure alone is drawn again. The results behind it are inputs, too.
TABLES = expand("results/cvpr2019/table{n}.csv", n=[1, 2, 3, 4]) + expand("results/tmm2020/table{n}.csv", n=range(1, 7))
FIGURES = ["results/cvpr2019/figure5.csv", *expand("results/tmm2020/figure{n}.csv", n=[6, 7, 10])]


rule papers:
    """What is of both papers."""
    input:
        "results/papers/numbers.html",
        "results/papers/costs.html",


use rule cvpr2019_table1 as papers_numbers with:
    # Every number of both papers beside ours.
    input:
        results=[*TABLES, *(ancient(path) for path in FIGURES), *dict.fromkeys(TRAINED)],
        measured=list(dict.fromkeys([*RETRIEVED, *RECOGNISED])),
        code=drawing("papers_numbers"),
    output:
        "results/papers/numbers.md",
        file=report("results/papers/numbers.csv", **shown("Papers", "Numbers", "side by side with ours", "reuse")),
        page=report("results/papers/numbers.html", **shown("Papers", "Numbers", "side by side with ours")),
    log:
        "results/logs/render/papers_numbers.log",


rule papers_costs:
    """What the numbers took, by stage and by table: hours of all attempts; CPU and memory of the last, where benchmarked."""
    input:
        results=list(dict.fromkeys(TRAINED)),
        # Drawn after the stages whose benchmark files it reads.
        after=list(
            dict.fromkeys(
                [
                    *RETRIEVED,
                    *RECOGNISED,
                    *retrieved(["ucf101-in-hmdb51", "hmdb51-in-ucf101"], [TASK, FOUR], "r3d"),
                    *answered(THREE),
                ]
            )
        ),
        code=drawing("papers_costs"),
    output:
        "results/papers/costs.md",
        file=report("results/papers/costs.csv", **shown("Papers", "Costs", "hours and memory", "reuse")),
        page=report("results/papers/costs.html", **shown("Papers", "Costs", "hours and memory")),
    log:
        "results/logs/render/papers_costs.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        item=lambda wildcards, output: item_of(output.page),
        heading=lambda w, input: heading(input.results),  # a function, or braces in the name would be wildcards
        benchmarks=str(workflow.modifier.modify_path("results/benchmarks")),
    shell:
        "python -m vcop render {params.item} {params.heading} --inputs {input.results} {params.benchmarks} --out {output.page} > {log} 2>&1"
