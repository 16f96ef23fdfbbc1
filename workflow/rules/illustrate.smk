"""What Figures 2 and 3 of both papers (schematic.smk) are drawn from: a tuple on its way through a network, and the networks' modules.

in   results/frames/ucf101.h5, the weights of a pretraining
out  results/illustrate/{network}/{task}/seed-{seed}.json: a tuple of a test video with the probabilities of its orders
     results/outline.json: the layers of the three networks
"""


rule illustrate:
    """One shuffled tuple of a test video through a pretrained network, with the probabilities of all orders."""
    input:
        frames=ancient("results/frames/ucf101.h5"),
        digest="results/frames/ucf101.digest",
        weights="results/pretrain/{network}/{task}/seed-{seed}/model.safetensors",
        network=network_file,
        code=code_files([SOURCE / "vcop" / "pretext" / "illustration.py"]),
    output:
        "results/illustrate/{network}/{task}/seed-{seed}.json",
    log:
        "results/logs/illustrate/{network}/{task}/seed-{seed}.log",
    conda:
        "../../envs/train.yaml"
    threads: STUDY.compute.torch_threads
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        options=lambda w: network_flags(STUDY.pretraining(w.task)),
    shell:
        "python -m vcop illustrate --frames {input.frames} --network {wildcards.network} --task {wildcards.task} --weights {input.weights} {params.options} --device cpu --out {output} > {log} 2>&1"


rule outline:
    """What the three networks are made of, read out of the built modules: a changed module changes Figure 3."""
    input:
        code=code_files(sorted((SOURCE / "vcop" / "networks").rglob("*.py"))),
    output:
        "results/outline.json",
    log:
        "results/logs/outline.log",
    conda:
        "../../envs/train.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        options=flags(STUDY.network, STUDY.input),
        clip_length=CLIP_LENGTH,
    shell:
        "python -m vcop outline {params.options} --clip-length {params.clip_length} --out {output} > {log} 2>&1"
