"""From wildcards to the weights that a job reads: the curriculum, hard videos, and a study's own networks and tasks."""

from vcop.config.network_names import own_file
from vcop.pretext.task_names import source_file
from vcop.sampling.tasks import order_task


def network_file(wildcards):
    """The user's own file of a network, which makes its stages run again; none of those of the package. An unknown name ends here."""
    try:
        file = own_file(wildcards.network)
    except ValueError as problem:
        raise WorkflowError(str(problem))
    return named([file]) if file else []


def weights_file(wildcards):
    """Where the weights of a later stage lie: always a file, so that nothing after it branches."""
    return f"results/pretrain/{wildcards.network}/{wildcards.weights}/seed-{wildcards.seed}/model.safetensors"


def question_weights(wildcards):
    """The same, and ``supervised``: random weights that learned UCF101's actions (TMM 2020, IV-D)."""
    if wildcards.weights == "supervised":
        return (
            f"results/finetune/ucf101-1/{wildcards.network}/random/from-conv1/seed-{wildcards.seed}/model.safetensors"
        )
    return weights_file(wildcards)


def layers_kept(wildcards):
    """The layers whose features are kept: the last, and all of them where a table compares them (TMM 2020, Table IV)."""
    asked = f"{wildcards.dataset}/{wildcards.weights}" in STUDY.all_layers
    return " ".join(LAYERS) if asked else "conv5"


def given_weights(wildcards):
    """The file that a study's initial weights are taken from (`start`); none where they are random."""
    return named([STUDY.start.replace("{network}", wildcards.network)]) if STUDY.start else []


def task_source(wildcards):
    """The study's own file of a pretext task; none for the tasks of the package."""
    try:
        own = source_file(wildcards.task)
    except ValueError as problem:
        raise WorkflowError(str(problem))
    return named([own]) if own else []


def start_weights(wildcards):
    """The curriculum (TMM 2020, III-D): a harder task starts from the best weights of the easier one. Other tasks start from random ones."""
    task = order_task(wildcards.task)
    start = task.start if task else "random"
    return f"results/pretrain/{wildcards.network}/{start}/seed-{wildcards.seed}/model.safetensors"


def hard_videos(wildcards):
    """The list that the sample-based curriculum trains on; an empty list for other tasks."""
    task = order_task(wildcards.task)
    if not task or task.variant != "hard":
        return []
    return f"results/mine/{wildcards.network}/{task.plain}/seed-{wildcards.seed}/hard.txt"


# The optimiser's momenta are kept only where the configuration wants `-hard` to go on with them.
CARRIED = STUDY.pretrain.hard_optimiser == "carried"
MOMENTA = ["results/pretrain/{network}/{task}/seed-{seed}/optimiser.pt"] if CARRIED else []


def momenta(wildcards):
    """The optimiser's state that a `-hard` run, or its control, goes on with."""
    task = order_task(wildcards.task)
    goes_on = CARRIED and task and task.goes_on
    return str(Path(start_weights(wildcards)).with_name("optimiser.pt")) if goes_on else []


def hard_flags(files):
    """The flags for what only a run that goes on reads."""
    named = {"videos": files.get("videos"), "momenta": files.get("momenta")}
    return " ".join(f"--{flag} {shlex.quote(str(path))}" for flag, path in named.items() if path)
