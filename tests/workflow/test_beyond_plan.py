"""What `beyond` runs besides the papers' experiments, without running anything."""

import re


def commands(said, verb):
    return [line for line in (said.stdout + said.stderr).splitlines() if f"vcop {verb} " in line]


def test_beyond_has_its_own_target(study):
    """Three networks: two data sets by four weights; four shares of the labels and all, by two weights; one task."""
    study.configure(curriculum_seeds=[0])
    planned = study.planned("beyond")
    counts = {"probe": 24, "extract": 24, "finetune_few": 24, "finetune": 6, "audit": 3}
    assert counts == {rule: planned.get(rule) for rule in counts}
    items = {"beyond_curriculum", "beyond_probe", "beyond_labels", "beyond_audit", "beyond_retrieval", "beyond_sampling"}
    assert items < set(planned)
    assert not ({"probe", "finetune_few", "audit"} | items) & set(study.planned())


def test_tasks_and_backbones_have_targets_of_their_own(study):
    """Of each task and of random weights: features, neighbours, probe, and both fine-tunings; an audit of each task."""
    study.configure(tasks=["16-8-3", "still-16-8-3", "arrow-16"], task_networks=["r3d", "c3d"], seeds=[1])
    planned = study.planned("beyond_tasks")
    counts = {
        "initialise": 2,
        "pretrain": 6,
        "audit": 6,
        "extract": 8,
        "retrieve": 8,
        "probe": 8,
        "finetune": 8,
        "finetune_few": 8,
    }
    assert counts == {rule: planned.get(rule) for rule in counts}
    study.configure(tasks=["16-8-3", "still-16-8-3"], task_epochs={"still-16-8-3": 7}, backbones=["c3d", "r21d"])
    said = study.snakemake("--dry-run", "--printshellcmds", "beyond_tasks")
    epochs = [re.search(r"--task (\S+) .* --epochs (\d+) ", line).groups() for line in commands(said, "pretrain")]
    assert ("still-16-8-3", "7") in epochs
    planned = study.planned("beyond_backbones")
    assert {rule: planned.get(rule) for rule in ("pretrain", "audit", "probe")} == {"pretrain": 2, "audit": None, "probe": 4}
    study.configure(task="16-8-4", backbones=["r21d"])  # the work behind a curriculum is that of all its steps
    said = study.snakemake("--dry-run", "--printshellcmds", "beyond_backbones")
    (drawn,) = commands(said, "render beyond_backbones")
    assert "results/pretrain/r21d/16-8-3/seed-0/history.csv" in drawn
    assert not {"beyond_tasks", "beyond_backbones"} & {*study.planned(), *study.planned("beyond")}


def test_settings_reach_the_commands(study):
    study.configure(label_shares=[1, 30], probe={"neighbours": [3], "learning_rates": [2]}, seeds=[4])
    said = study.snakemake("--dry-run", "--printshellcmds", "beyond_labels", "beyond_probe", "beyond_audit")
    tuned = commands(said, "finetune")
    assert sorted(re.findall(r"--layer conv1 --labels (\d+)", " ".join(tuned))) == sorted(["1", "30", "100"] * 6)
    for line in tuned:
        percent = re.search(r"--labels (\d+)", line)[1]
        place = "from-conv1" if percent == "100" else f"labels-{percent}"
        assert re.search(rf"--out results/finetune/ucf101-1/\S+/{place}/seed-4/model.safetensors", line)
        assert re.search(rf"--confusion results/recognition/ucf101-1/\S+/{place}/seed-4-confusion.csv", line)
    probes = commands(said, "probe")
    assert len(probes) == 24
    assert all("--learning-rates 2.0 --weight-decays" in p and "--neighbours 3 --epochs" in p for p in probes)
    # The validation list of each data set is the one that fine-tuning has.
    assert {re.search(r"--validation-videos (\d+)", line)[1] for line in (*tuned, *probes)} == {"12"}
    audits = commands(said, "audit")
    assert len(audits) == 3
    assert all("--seed" not in line and "--epochs 1 " in line and "--audit-revision 1" in line for line in audits)
