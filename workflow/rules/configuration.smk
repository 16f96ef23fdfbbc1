"""What a study's files of configuration have to be as texts, told before Snakemake reads them by itself.

in   config.yaml of the study, or what `--configfile` names; `--config`
"""

import sys
from pathlib import Path

SOURCE = Path(workflow.basedir) / "src"
sys.path.insert(0, str(SOURCE))

from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config
from vcop.config.yaml_reader import read_command_line, read_yaml

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

# Of `--config 'pretrain={epochs: 2}'` Snakemake makes the text "2". `configfile:` puts these values over those of the files.
COMMAND_LINE = workflow.config_settings.config_args or []
try:
    update_config(workflow.config_settings.overwrite_config, read_command_line(COMMAND_LINE))
except ValueError as problem:
    raise WorkflowError(str(problem))
