"""What a cluster would be asked for, without a cluster (tests/cluster has one)."""

import re

import pytest
import yte
from support.helpers import ROOT

from vcop.commands.render import items


def asked(study, *words):
    """Rule to the resources of one of its jobs."""
    said = study.snakemake("--dry-run", *words)
    found = {}
    for job in re.split(r"^\[.*\]$", said.stdout + said.stderr, flags=re.MULTILINE):
        if named := re.search(r"^rule (\w+):", job, re.MULTILINE):
            told = re.search(r"^    resources: (.*)$", job, re.MULTILINE)
            found[named[1]] = dict(re.findall(r"(\w+)=(.*?)(?:, (?=\w+=)|$)", told[1] if told else ""))
    return found


def told(study, line):
    """What a line of Python prints after the rules were read."""
    snakefile = study.folder / "asking.smk"
    snakefile.write_text(f'include: "{study.code}/Snakefile"\n{line}\n')
    return study.snakemake("--dry-run", "--snakefile", str(snakefile)).stdout


def with_gpu(found):
    return {rule for rule, resources in found.items() if int(resources.get("gpu", 0))}


def profile(**site):
    """profiles/slurm, its head changed by somebody."""
    text = (ROOT / "profiles/slurm/config.yaml").read_text()
    for name, value in site.items():
        assert f'{name} = ""' in text
        text = text.replace(f'{name} = ""', f'{name} = "{value}"')
    return yte.process_yaml(text, require_use_yte=True)


def test_rules_that_ask_for_a_gpu_are_those_of_the_profile_and_the_rest_ask_for_none(study, own):
    """A GPU's partition and model must reach no other job: SLURM would give a GPU to it."""
    found = asked(study, "all", "beyond") | asked(own)
    assert with_gpu(found) == set(profile(gpu_partition="x")["set-resources"])
    for rule in with_gpu(found):
        assert found[rule]["gpu"] == "1"


def test_without_gpus_none_is_asked_for(study):
    study.configure(machine={"device": "cpu", "gpus": 2})
    found = asked(study, "all", "beyond")
    assert "pretrain" in found
    assert not with_gpu(found)


def test_what_takes_seconds_stays_on_the_login_node_and_the_rest_says_how_much_it_needs(study):
    stay = {*items(), "index", "initialise", "list_videos", "outline", "download_source", "summarise"}
    assert f"stay: {' '.join(sorted(stay))}\n" in told(study, 'print("stay:", *sorted(workflow._localrules))')
    gathers = {"all", "cvpr2019", "tmm2020", "papers", "beyond"}
    for rule, resources in asked(study, "all", "beyond").items():
        if rule not in {*stay, *gathers}:
            assert int(resources["mem_mb"]) >= 2000, rule
            assert int(resources["runtime"]) >= 10, rule
        if rule in stay:
            assert int(resources.get("mem_mb", 0)) <= 2000, rule
            assert int(resources.get("runtime", 0)) <= 10, rule


def test_several_nodes(study):
    study.configure(machine={"nodes": 2, "gpus": 4, "workers": 3})
    said = study.snakemake("--dry-run", "--printshellcmds", "results/recognition/ucf101-1/r3d/16-8-3/from-conv1/seed-0.csv")
    text = said.stdout + said.stderr
    assert re.search(r" srun --nodes=2 --ntasks-per-node=1 .*python -m vcop pretrain .* --gpus 4 --nodes 2 ", text)
    assert re.search(r" python -m vcop finetune .* --gpus 1 --nodes 1 ", text)
    resources = asked(study, "results/order/r3d/16-8-3/seed-0.csv")["pretrain"]
    assert {"gpu": "8", "nodes": "2", "tasks": "2", "slurm_extra": "--gpus-per-node=4"}.items() <= resources.items()


def test_the_profile_names_what_the_site_says():
    plain, named = profile(), profile(cpu_partition="c", gpu_partition="g", account="a", gpu_model="m")
    assert "set-resources" not in plain
    assert set(plain["default-resources"]) == {"mem_mb", "runtime"}
    assert named["default-resources"]["slurm_partition"] == "c"
    assert named["default-resources"]["slurm_account"] == "a"
    assert named["set-resources"]["pretrain"] == {"slurm_partition": "g", "gpu_model": "m"}
    assert plain["slurm-requeue"] is True
    assert plain["retries"] == 3


@pytest.mark.parametrize("path", sorted((ROOT / "workflow/rules").glob("*.smk")), ids=lambda path: path.stem)
def test_every_rule_is_a_single_command(path):
    """`exec` stands before it (common.smk), so a second one would never run."""
    for command in re.findall(r'^    shell:\n        "(.*)"$', path.read_text(), re.MULTILINE):
        assert re.match(r"(\{resources\.launch\})?python -m vcop \w+ ", command)
        assert not re.search(r"[;|\n]|&&", command), command
    assert path.read_text().count("    shell:\n") == len(
        re.findall(r'^    shell:\n        ".*"$', path.read_text(), re.MULTILINE)
    )
