"""One run at a time in a study's folder.

Snakemake's own lock outlives a run that was killed, and then asks for `--unlock`; the profiles switch it off (`nolock`). This lock
knows which process holds it: it is taken over if that process is certainly dead.
"""

from vcop.runtime.file_lease import Lease

RUN = Lease(Path.cwd() / ".snakemake/run.lock")


def alone():
    """Refuse to run beside another run of this study; dry runs, jobs and questions about the study never ask."""
    try:
        refused = RUN.take("snakemake", wait=False)
    except OSError as problem:
        raise WorkflowError(str(problem))
    if refused:
        raise WorkflowError(f"Another run works on this study: {refused}")


onstart:
    alone()


# With conda, environments are made before `onstart`, so the lock is taken here already.
if CONDA and workflow.is_main_process and not workflow.output_settings.dryrun:
    alone()
