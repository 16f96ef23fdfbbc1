"""Action recognition (CVPR 2019, 4.2; frozen layers: TMM 2020, Figure 10).

in   weights, results/frames/{dataset}.h5
out  results/finetune/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}/, results/recognition/ the same way,
     -classes.csv and -confusion.csv beside the latter
"""


rule finetune:
    """Learn the actions of one official split from given weights, and test it with ten clips a video."""
    input:
        frames=ancient("results/frames/{dataset}.h5"),
        digest="results/frames/{dataset}.digest",
        start=weights_file,
        network=network_file,
        groups=own_list,
    output:
        weights="results/finetune/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}/model.safetensors",
        history="results/finetune/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}/history.csv",
        validation="results/finetune/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}/validation.txt",
        provenance="results/finetune/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}/provenance.json",
        recognition="results/recognition/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}.csv",
        classes="results/recognition/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}-classes.csv",
        confusion="results/recognition/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}-confusion.csv",
    log:
        "results/logs/finetune/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}.log",
    benchmark:
        "results/benchmarks/finetune/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}.tsv"
    conda:
        "../../envs/train.yaml"
    threads: TRAIN_THREADS
    resources:
        machine=MACHINE,
        study=WRITTEN_FOR,
        gpu=GPU,
        mem_mb=16000,
        runtime=720,
    params:
        options=lambda w: network_flags(STUDY.finetuning(w.dataset, w.network)),
        clips=STUDY.extract.test_clips,
        clip_length=CLIP_LENGTH,
        validation=lambda w: data(w.dataset).validation_videos,
        layer="{layer}",
        labels=100,
    shell:
        "python -m vcop finetune --dataset {wildcards.dataset} --split {wildcards.split} --frames {input.frames} --network {wildcards.network} --clip-length {params.clip_length} --seed {wildcards.seed} --start {input.start} --layer {params.layer} --labels {params.labels} --validation-videos {params.validation} --test-clips {params.clips} --groups {input.groups} {params.options} {resources.machine} {resources.study} --out {output.weights} --recognition {output.recognition} --classes {output.classes} --confusion {output.confusion} > {log} 2>&1"
