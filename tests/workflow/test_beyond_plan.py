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
    items = {"beyond_curriculum", "beyond_probe", "beyond_labels", "beyond_audit"}
    assert items < set(planned)
    assert not ({"probe", "finetune_few", "audit"} | items) & set(study.planned())


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
