"""What is asked and set before the first job: one run at a time in a study's folder; SLURM, where jobs are submitted to it.

Snakemake's own lock outlives a run that was killed, and then asks for `--unlock`; the profiles switch it off (`nolock`). This lock
knows which process holds it: it is taken over if that process is certainly dead.
"""

from vcop.planning.copied_results import copy_advice, outdated_by_copying
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


def slurm_at_hand():
    """Refuse to submit jobs where there is no SLURM: each would fail with a traceback, and be submitted three times more."""
    if workflow.executor_plugin.name == "slurm" and not shutil.which("sbatch"):
        raise WorkflowError(
            "profiles/slurm: there is no sbatch on PATH: start this on a login node of a SLURM cluster, or without this profile"
        )


def not_by_times_alone():
    """Refuse to make results again, trainings included, that only the times of a copied study make look out of date.

    A result whose own time is that of Snakemake's record was not copied: what it was made from is really newer. Local rules are
    short: what they make is simply made again.
    """
    needed = [] if workflow.touch else workflow.dag.needrun_jobs()
    jobs = [job for job in needed if job.rule.name not in workflow._localrules]
    outdated = [str(path) for job in jobs if workflow.dag.reason(job).updated_input for path in job.output]
    copied = outdated_by_copying(Path.cwd(), outdated, (str(path) for job in workflow.dag.jobs for path in job.output))
    if copied:
        raise WorkflowError(
            f"{copy_advice(copied)}; to make results again all the same, name them after --forcerun; nothing was removed"
        )


def idle_while_jobs_run():
    """Keep Snakemake from looking at all ready jobs many times a second, which took up to half a core.

    With its default limit of 100 job starts a second it repeats its check of the ready jobs every second, and each finished job starts
    one more repeated check (Snakemake 9.27.1). So this limit is removed. Any other limit stays.
    """
    limit = workflow.scheduler.job_rate_limiter
    if limit and (limit.max_jobs, limit.timespan) == (100, 1):
        workflow.scheduler.job_rate_limiter = None


def before_the_first_job():
    """What is done before the first job."""
    slurm_at_hand()
    alone()
    not_by_times_alone()
    keep_frames()
    idle_while_jobs_run()


onstart:
    before_the_first_job()


def guarded(handler):
    """Return a handler that runs ``before_the_first_job`` and then ``handler``."""

    def start(log):
        before_the_first_job()
        handler(log)

    return start


# Snakemake calls the handler of the Snakefile that runs alone: of one that imports these rules, written above the import or below.
if IMPORTED:
    workflow._onstart = guarded(workflow._onstart)
    register = workflow.onstart
    workflow.onstart = lambda handler: register(guarded(handler))


# With conda, environments are made before `onstart`, so the lock is taken here already.
if CONDA and workflow.is_main_process and not workflow.output_settings.dryrun:
    alone()
