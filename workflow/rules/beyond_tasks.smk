"""Pretext tasks and backbones beside each other, all measured alike. Not part of `all`: `snakemake --cores all beyond_tasks`.

in   of every task and network: order predictions, history and provenance of the pretraining, audit; and of these weights and of random
     ones: retrieval, probe, recognition with a tenth of the labels and with all
out  results/beyond/tasks (.png, .pdf, .svg, .csv, .html, .md), tasks-audit.csv, tasks-claims (.html, .md, .csv)
     results/beyond/backbones (.png, .pdf, .svg, .csv, .html, .md)

The tasks are `tasks` of config.yaml, their networks `task_networks`; `backbones` are compared by the study's own task.
"""


use rule cvpr2019_table1 as beyond_tasks with:
    # Clip order prediction beside other pretext tasks, and audits of all of them.
    input:
        results=[
            *asked(STUDY.tasks, STUDY.task_networks),
            *transferred(["random", *STUDY.tasks], STUDY.task_networks),
            *expand(
                "results/audit/{network}/{task}/seed-{seed}.csv",
                network=STUDY.task_networks,
                task=STUDY.tasks,
                seed=SEEDS,
            ),
        ],
        code=drawing("beyond_tasks"),
    output:
        multiext("results/beyond/tasks", ".svg", ".pdf", ".png", ".md"),
        multiext("results/beyond/tasks-claims", ".csv", ".md"),
        "results/beyond/tasks-audit.csv",
        claims=report("results/beyond/tasks-claims.html", **shown("Beyond", "Task claims", "tasks claim by claim")),
        file=report("results/beyond/tasks.csv", **shown("Beyond", "Tasks", "pretext tasks compared", "reuse")),
        page=report("results/beyond/tasks.html", **shown("Beyond", "Tasks", "pretext tasks compared")),
    log:
        "results/logs/render/beyond_tasks.log",


use rule cvpr2019_table1 as beyond_backbones with:
    # Backbones, random and pretrained by the study's task.
    input:
        results=[*asked(TASK, STUDY.backbones), *transferred(["random", TASK], STUDY.backbones)],
        code=drawing("beyond_backbones"),
    output:
        multiext("results/beyond/backbones", ".svg", ".pdf", ".png", ".md"),
        file=report("results/beyond/backbones.csv", **shown("Beyond", "Backbones", "networks compared", "reuse")),
        page=report("results/beyond/backbones.html", **shown("Beyond", "Backbones", "networks compared")),
    log:
        "results/logs/render/beyond_backbones.log",
