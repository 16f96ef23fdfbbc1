"""The package that the rules call, and what a study's files of configuration have to be as texts.

in   config.yaml of the study, or what `--configfile` names; `--config`

Another Snakefile may import these rules (docs/module.md): so paths start at this file, not at the Snakefile that runs.
"""

import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config

VERSION = "0.10.0"  # of the package that these rules call
IMPORTED = not workflow.modifier.is_main_snakefile()
UNCLAIMED = workflow.default_target is None  # a Snakefile that imports the rules may have a first rule of its own
SOURCE = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1] / "src"
FETCHED = not (SOURCE / "vcop").is_dir()  # as by github(...): the rules alone, for a package that is installed
if not FETCHED:
    sys.path.insert(0, str(SOURCE))
try:
    import vcop

    PACKAGE = Path(vcop.__file__).parent
except (ModuleNotFoundError, TypeError):  # TypeError: a folder of that name, which is no package
    raise WorkflowError(
        f"The package vcop is missing: these rules were fetched without it; install vcop {VERSION} beside Snakemake, or take the "
        "Snakefile of a clone: see docs/module.md"
    )
if not FETCHED and not PACKAGE.samefile(SOURCE / "vcop"):
    raise WorkflowError(
        f"The rules are those of {SOURCE.parent}, but the package vcop was imported from {PACKAGE} before"
    )
if vcop.__version__ != VERSION:
    raise WorkflowError(
        f"The rules belong to vcop {VERSION}, the package in {PACKAGE} is vcop {vcop.__version__}: use one version"
    )
SOURCE = PACKAGE.parent if FETCHED else SOURCE

from vcop.config.yaml_reader import read_command_line, read_yaml

# Snakemake formats the paths of environments and of inputs, which are this folder's: it takes what stands between braces for a variable.
# PYTHONPATH ends at a colon: jobs would run another vcop that is installed.
if set("{}:") & set(str(SOURCE)):
    raise WorkflowError(
        f"{SOURCE.parent}: Snakemake cannot use a workflow with braces or colons in its path: rename or move this folder, or make a "
        "link to it (ln -s) and run `snakemake --snakefile LINK/Snakefile --directory STUDY`"
    )

# A Snakefile that imports the rules with `config:` has read its files itself.
GIVEN = workflow.modifier.skip_configfile
CONFIGURATION = f"config of the module {__name__}" if GIVEN else "config.yaml"
if not GIVEN:
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
    if COMMAND_LINE:
        CONFIGURATION += " with --config"
