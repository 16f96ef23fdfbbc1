"""Snakemake's own work while jobs run."""

WEIGHTS = [f"results/pretrain/{network}/random/seed-0/model.safetensors" for network in ("c3d", "r3d", "r21d")]


def test_it_looks_for_a_job_to_start_only_when_one_has_ended(study):
    said = study.snakemake("--cores", "1", "--verbose", "--", *WEIGHTS)
    looks = (said.stdout + said.stderr).count("Ready jobs: ")
    assert 1 <= looks <= len(WEIGHTS) + 1, looks
