"""What a study's files of configuration have to be as texts, told before Snakemake reads them by itself.

in   config.yaml of the study, or what `--configfile` names
"""

import sys
from pathlib import Path

SOURCE = Path(workflow.basedir) / "src"
sys.path.insert(0, str(SOURCE))

from snakemake.exceptions import WorkflowError
from vcop.config.yaml_reader import read_yaml

# Snakemake formats the paths of environments and of inputs, which are this folder's: it takes what stands between braces for a variable.
if "{" in str(SOURCE) or "}" in str(SOURCE):
    raise WorkflowError(
        f"{workflow.basedir}: Snakemake cannot use a workflow with braces in its path: rename or move this folder"
    )

for path in dict.fromkeys([Path("config.yaml"), *map(Path, workflow.overwrite_configfiles)]):
    try:
        if path.exists():
            read_yaml(path)
    except (ValueError, OSError) as problem:
        raise WorkflowError(str(problem))
