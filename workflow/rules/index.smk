"""The page that leads to all pages of a study.

in   what `all` makes; the pictures are `ancient`, since only their names are on the page
out  results/index.html; `vcop index` writes it at any other time
"""


rule index:
    """List every page and figure that is there, the claims and the numbers beside the papers' first."""
    input:
        made=lambda w: [local(p if p.endswith(".html") else ancient(p)) for p in made_by_all()],
        code=drawing("contents"),
    output:
        "results/index.html",
    log:
        "results/logs/index.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        folder=lambda wildcards, output: str(Path(output[0]).parent.parent),
        heading=lambda w: heading().replace(f"--task {STUDY.task}", ""),
        besides=pages_besides,
    shell:
        "python -m vcop index {params.folder:q} {params.heading} > {log} 2>&1"
