"""Jobs as Snakemake plans them, made by hand."""

from vcop.planning.snakemake_jobs import Job


def job(name, needs=(), gpus=1, **wildcards):
    return Job(name, wildcards, tuple(needs), (name,), gpus)


def pretrain(network, task, *inputs):
    wildcards = {"network": network, "task": task, "seed": "0"}
    return Job("pretrain", wildcards, inputs, (f"results/pretrain/{network}/{task}/seed-0/model.safetensors",), 1)


def finetune(network, split="1", layer="conv1", **more):
    return Job("finetune", {"dataset": "ucf101", "split": split, "network": network, "layer": layer} | more, (), ("x",), 1)


def decode(dataset="ucf101"):
    return Job("decode", {"dataset": dataset}, (), (f"results/frames/{dataset}.h5",), 0)


def extract(weights, dataset="ucf101", network="r3d"):
    wildcards = {"dataset": dataset, "network": network, "weights": weights}
    return Job("extract", wildcards, (), (f"results/features/{weights}.h5",), 1)
