"""Whether the videos of a data set are still those of its frame store, and what is kept when they are not."""

import functools

from snakemake.logging import logger
from vcop.datasets.video_review import VideoReview, keep_previous, previous_path, review_videos


@functools.cache
def review(dataset):
    """Whether the videos are those of the frame store. Synthetic ones are known by their table, which is an input.

    Only a run writes what this finds out: no dry run, no question about the study, and no job of a cluster.
    """
    where = questions() if dataset == QUESTIONS else data(dataset)
    if STUDY.synthesise:
        return VideoReview(where.videos)
    runs = workflow.is_main_process and workflow.executor_plugin is not None and not (workflow.dryrun or workflow.touch)
    lists = Path(where.annotations if dataset == QUESTIONS else lists_path(dataset))
    try:
        found = review_videos(dataset, where.videos, lists, FRAMES / f"{dataset}.h5", write=runs)
    except (ValueError, OSError) as problem:
        raise WorkflowError(str(problem))
    for note in found.notes if workflow.is_main_process else []:
        logger.warning(note)
    return found


def keep_frames():
    """Before the first job: of a store that is decoded again the frames are kept. Snakemake removes it, so its videos must be there."""
    for job in [] if workflow.touch else workflow.dag.needrun_jobs():
        store = Path(getattr(job.output, "store", ""))
        if store.suffix != ".h5" or not store.exists():
            continue
        params, away = job.params, review(job.params.dataset).away
        if len(away) > params.allow or not (STUDY.synthesise or Path(params.videos).is_dir()):
            raise WorkflowError(
                f"{store} has to be decoded again, but {len(away) or 'all'} of its videos are not in {params.videos}, "
                f"{params.allow} are allowed: put these videos back, or undo the change that makes decoding necessary (snakemake -n says why); "
                "nothing was removed"
            )
        if workflow.dag.reason(job).forced:
            previous_path(store).unlink(missing_ok=True)
        else:
            keep_previous(store)
