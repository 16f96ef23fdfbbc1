"""The tables and figures of the CVPR 2019 paper: the inputs of an item *are* its experiment.

out  results/cvpr2019/table1..4 (.csv, .md, .html), figure4..6 (.png, .pdf; figure5.csv)
"""


localrules:
    cvpr2019,
    cvpr2019_table1,
    cvpr2019_table2,
    cvpr2019_table3,
    cvpr2019_table4,
    cvpr2019_figure4,
    cvpr2019_figure5,
    cvpr2019_figure6,


rule cvpr2019:
    """Every table and figure of the CVPR 2019 paper."""
    input:
        expand("results/cvpr2019/table{n}.html", n=[1, 2, 3, 4]),
        expand("results/cvpr2019/figure{n}.png", n=[4, 5, 6]),


rule cvpr2019_table1:
    """Table 1: clip order prediction on UCF101, three networks."""
    input:
        results=expand(
            "results/order/{network}/{task}/seed-{seed}.csv",
            network=NETWORKS,
            task=TASK,
            seed=SEEDS,
        ),
        code=drawing("cvpr2019_table1"),
    output:
        multiext("results/cvpr2019/table1", ".csv", ".md"),
        page=report(
            "results/cvpr2019/table1.html",
            caption="../report/cvpr2019_table1.rst",
            category="CVPR 2019",
            labels={"item": "Table 1", "shows": "clip order prediction"},
        ),
    log:
        "results/logs/render/cvpr2019_table1.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        out=subpath(output.page, strip_suffix=".html"),
        heading=HEADING,
    shell:
        "python -m vcop render cvpr2019_table1 {params.heading} --inputs {input.results} --out {params.out} > {log} 2>&1"


rule cvpr2019_table2:
    """Table 2: clip retrieval on UCF101, random and trained weights."""
    input:
        results=expand(
            "results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
            dataset="ucf101",
            network=NETWORKS,
            weights=["random", TASK],
            seed=SEEDS,
        ),
        code=drawing("cvpr2019_table2"),
    output:
        multiext("results/cvpr2019/table2", ".csv", ".md"),
        page=report(
            "results/cvpr2019/table2.html",
            caption="../report/cvpr2019_table2.rst",
            category="CVPR 2019",
            labels={"item": "Table 2", "shows": "clip retrieval, UCF101"},
        ),
    log:
        "results/logs/render/cvpr2019_table2.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        out=subpath(output.page, strip_suffix=".html"),
        heading=HEADING,
    shell:
        "python -m vcop render cvpr2019_table2 {params.heading} --inputs {input.results} --out {params.out} > {log} 2>&1"


rule cvpr2019_table3:
    """Table 3: clip retrieval on HMDB51, random and trained weights."""
    input:
        results=expand(
            "results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
            dataset="hmdb51",
            network=NETWORKS,
            weights=["random", TASK],
            seed=SEEDS,
        ),
        code=drawing("cvpr2019_table3"),
    output:
        multiext("results/cvpr2019/table3", ".csv", ".md"),
        page=report(
            "results/cvpr2019/table3.html",
            caption="../report/cvpr2019_table3.rst",
            category="CVPR 2019",
            labels={"item": "Table 3", "shows": "clip retrieval, HMDB51"},
        ),
    log:
        "results/logs/render/cvpr2019_table3.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        out=subpath(output.page, strip_suffix=".html"),
        heading=HEADING,
    shell:
        "python -m vcop render cvpr2019_table3 {params.heading} --inputs {input.results} --out {params.out} > {log} 2>&1"


rule cvpr2019_table4:
    """Table 4: action recognition on both data sets, three splits averaged, random and trained weights."""
    input:
        results=expand(
            "results/recognition/{dataset}-{split}/{network}/{weights}/from-conv1/seed-{seed}.csv",
            dataset=["ucf101", "hmdb51"],
            split=SPLITS,
            network=NETWORKS,
            weights=["random", TASK],
            seed=SEEDS,
        ),
        code=drawing("cvpr2019_table4"),
    output:
        multiext("results/cvpr2019/table4", ".csv", ".md"),
        page=report(
            "results/cvpr2019/table4.html",
            caption="../report/cvpr2019_table4.rst",
            category="CVPR 2019",
            labels={"item": "Table 4", "shows": "action recognition"},
        ),
    log:
        "results/logs/render/cvpr2019_table4.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        out=subpath(output.page, strip_suffix=".html"),
        heading=HEADING,
    shell:
        "python -m vcop render cvpr2019_table4 {params.heading} --inputs {input.results} --out {params.out} > {log} 2>&1"


rule cvpr2019_figure4:
    """Figure 4: videos retrieved on UCF101 by three trained networks."""
    input:
        results=[
            "results/frames/ucf101.h5",
            *expand(
                "results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
                dataset="ucf101",
                network=NETWORKS,
                weights=TASK,
                seed=SEEDS,
            ),
        ],
        code=drawing("cvpr2019_figure4"),
    output:
        "results/cvpr2019/figure4.pdf",
        page=report(
            "results/cvpr2019/figure4.png",
            caption="../report/cvpr2019_figure4.rst",
            category="CVPR 2019",
            labels={"item": "Figure 4", "shows": "retrieved videos"},
        ),
    log:
        "results/logs/render/cvpr2019_figure4.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        out=subpath(output.page, strip_suffix=".png"),
        heading=HEADING,
    shell:
        "python -m vcop render cvpr2019_figure4 {params.heading} --inputs {input.results} --out {params.out} > {log} 2>&1"


rule cvpr2019_figure5:
    """Figure 5: video retrieval on both data sets, random and trained weights."""
    input:
        results=expand(
            "results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
            dataset=["ucf101", "hmdb51"],
            network=NETWORKS,
            weights=["random", TASK],
            seed=SEEDS,
        ),
        code=drawing("cvpr2019_figure5"),
    output:
        multiext("results/cvpr2019/figure5", ".pdf", ".csv"),
        page=report(
            "results/cvpr2019/figure5.png",
            caption="../report/cvpr2019_figure5.rst",
            category="CVPR 2019",
            labels={"item": "Figure 5", "shows": "video retrieval"},
        ),
    log:
        "results/logs/render/cvpr2019_figure5.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        out=subpath(output.page, strip_suffix=".png"),
        heading=HEADING,
    shell:
        "python -m vcop render cvpr2019_figure5 {params.heading} --inputs {input.results} --out {params.out} > {log} 2>&1"


rule cvpr2019_figure6:
    """Figure 6: videos retrieved across the two data sets by R3D."""
    input:
        results=[
            "results/frames/ucf101.h5",
            "results/frames/hmdb51.h5",
            *expand(
                "results/retrieval/{pair}/r3d/{weights}/conv5-seed-{seed}.csv",
                pair=["ucf101-in-hmdb51", "hmdb51-in-ucf101"],
                weights=TASK,
                seed=SEEDS,
            ),
        ],
        code=drawing("cvpr2019_figure6"),
    output:
        "results/cvpr2019/figure6.pdf",
        page=report(
            "results/cvpr2019/figure6.png",
            caption="../report/cvpr2019_figure6.rst",
            category="CVPR 2019",
            labels={"item": "Figure 6", "shows": "retrieval across data sets"},
        ),
    log:
        "results/logs/render/cvpr2019_figure6.log",
    conda:
        "../../envs/paper.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        out=subpath(output.page, strip_suffix=".png"),
        heading=HEADING,
    shell:
        "python -m vcop render cvpr2019_figure6 {params.heading} --inputs {input.results} --out {params.out} > {log} 2>&1"
