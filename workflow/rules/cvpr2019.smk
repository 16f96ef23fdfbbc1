"""The tables and figures of the CVPR 2019 paper: the inputs of an item *are* its experiment.

out  results/cvpr2019/table1..4 (.csv, .md, .html, .tex), figure1..6 (.png, .pdf, .svg; figure5.csv)
"""


rule cvpr2019:
    """Every table and figure of the CVPR 2019 paper."""
    input:
        expand("results/cvpr2019/table{n}.html", n=[1, 2, 3, 4]),
        expand("results/cvpr2019/figure{n}.png", n=[1, 2, 3, 4, 5, 6]),


rule cvpr2019_table1:
    """Table 1: clip order prediction on UCF101, three networks."""
    input:
        results=expand("results/order/{network}/{task}/seed-{seed}.csv", network=PAPER_NETWORKS, task=TASK, seed=SEEDS),
        code=drawing("cvpr2019_table1"),
    output:
        multiext("results/cvpr2019/table1", ".md", ".tex"),
        file=report("results/cvpr2019/table1.csv", **shown("CVPR 2019", "Table 1", "clip order prediction", "reuse")),
        page=report("results/cvpr2019/table1.html", **shown("CVPR 2019", "Table 1", "clip order prediction")),
    log:
        "results/logs/render/cvpr2019_table1.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        item=lambda wildcards, output: item_of(output.page),
        heading=lambda w, input: heading(input.results),  # a function, or braces in the name would be wildcards
    shell:
        "python -m vcop render {params.item} {params.heading} --inputs {input.results} --out {output.page} > {log} 2>&1"


use rule cvpr2019_table1 as cvpr2019_table2 with:
    # Table 2: clip retrieval on UCF101, random and trained weights.
    input:
        results=retrieved("ucf101", ["random", TASK]),
        code=drawing("cvpr2019_table2"),
    output:
        multiext("results/cvpr2019/table2", ".md", ".tex"),
        file=report("results/cvpr2019/table2.csv", **shown("CVPR 2019", "Table 2", "clip retrieval, UCF101", "reuse")),
        page=report("results/cvpr2019/table2.html", **shown("CVPR 2019", "Table 2", "clip retrieval, UCF101")),
    log:
        "results/logs/render/cvpr2019_table2.log",


use rule cvpr2019_table1 as cvpr2019_table3 with:
    # Table 3: clip retrieval on HMDB51, random and trained weights.
    input:
        results=retrieved("hmdb51", ["random", TASK]),
        code=drawing("cvpr2019_table3"),
    output:
        multiext("results/cvpr2019/table3", ".md", ".tex"),
        file=report("results/cvpr2019/table3.csv", **shown("CVPR 2019", "Table 3", "clip retrieval, HMDB51", "reuse")),
        page=report("results/cvpr2019/table3.html", **shown("CVPR 2019", "Table 3", "clip retrieval, HMDB51")),
    log:
        "results/logs/render/cvpr2019_table3.log",


use rule cvpr2019_table1 as cvpr2019_table4 with:
    # Table 4: action recognition on both data sets, three splits averaged, random and trained weights.
    input:
        results=recognised(PAPER_DATASETS, SPLITS, ["random", TASK]),
        code=drawing("cvpr2019_table4"),
    output:
        multiext("results/cvpr2019/table4", ".md", ".tex"),
        file=report("results/cvpr2019/table4.csv", **shown("CVPR 2019", "Table 4", "action recognition", "reuse")),
        page=report("results/cvpr2019/table4.html", **shown("CVPR 2019", "Table 4", "action recognition")),
    log:
        "results/logs/render/cvpr2019_table4.log",


use rule cvpr2019_table1 as cvpr2019_figure4 with:
    # Figure 4: videos retrieved on UCF101 by three trained networks.
    input:
        results=[*stores("ucf101"), *retrieved("ucf101", TASK)],
        digests="results/frames/ucf101.digest",
        code=drawing("cvpr2019_figure4"),
    output:
        "results/cvpr2019/figure4.svg",
        file=report("results/cvpr2019/figure4.pdf", **shown("CVPR 2019", "Figure 4", "retrieved videos", "reuse")),
        page=report("results/cvpr2019/figure4.png", **shown("CVPR 2019", "Figure 4", "retrieved videos")),
    log:
        "results/logs/render/cvpr2019_figure4.log",


use rule cvpr2019_table1 as cvpr2019_figure5 with:
    # Figure 5: video retrieval on both data sets, random and trained weights.
    input:
        results=retrieved(PAPER_DATASETS, ["random", TASK]),
        code=drawing("cvpr2019_figure5"),
    output:
        multiext("results/cvpr2019/figure5", ".svg", ".csv"),
        file=report("results/cvpr2019/figure5.pdf", **shown("CVPR 2019", "Figure 5", "video retrieval", "reuse")),
        page=report("results/cvpr2019/figure5.png", **shown("CVPR 2019", "Figure 5", "video retrieval")),
    log:
        "results/logs/render/cvpr2019_figure5.log",


use rule cvpr2019_table1 as cvpr2019_figure6 with:
    # Figure 6: videos retrieved across the two data sets by R3D.
    input:
        results=[*stores("ucf101", "hmdb51"), *retrieved(["ucf101-in-hmdb51", "hmdb51-in-ucf101"], TASK, "r3d")],
        digests=expand("results/frames/{dataset}.digest", dataset=PAPER_DATASETS),
        code=drawing("cvpr2019_figure6"),
    output:
        "results/cvpr2019/figure6.svg",
        file=report(
            "results/cvpr2019/figure6.pdf", **shown("CVPR 2019", "Figure 6", "retrieval across data sets", "reuse")
        ),
        page=report("results/cvpr2019/figure6.png", **shown("CVPR 2019", "Figure 6", "retrieval across data sets")),
    log:
        "results/logs/render/cvpr2019_figure6.log",
