"""Schedule of jobs on some GPUs: what waits for what, the longest chain, and the hours until all are done."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import TopologicalSorter

from vcop.planning.snakemake_jobs import Job


def dependencies(jobs: Sequence[Job]) -> list[list[int]]:
    """Return for each job the indices of the jobs whose files it reads, in ascending order."""
    makers = {path: index for index, job in enumerate(jobs) for path in job.outputs}
    return [sorted({makers[path] for path in job.inputs if path in makers} - {index}) for index, job in enumerate(jobs)]


def longest_chain(jobs: Sequence[Job], hours: Sequence[float]) -> list[int]:
    """Return the indices of the jobs that take longest one after the other, first to last; jobs of no hours are left out."""
    remaining = remaining_hours(jobs, hours)
    dependents: list[list[int]] = [[] for _ in jobs]
    for index, needed in enumerate(dependencies(jobs)):
        for other in needed:
            dependents[other].append(index)
    path = [max(range(len(jobs)), key=remaining.__getitem__)] if jobs else []
    while path and dependents[path[-1]]:
        path.append(max(dependents[path[-1]], key=remaining.__getitem__))
    return [index for index in path if hours[index]]


def remaining_hours(jobs: Sequence[Job], hours: Sequence[float]) -> list[float]:
    """Return for each job the hours from its start to the end of the longest chain that starts with it."""
    needed = dependencies(jobs)
    remaining = list(hours)
    for index in reversed(list(TopologicalSorter(dict(enumerate(needed))).static_order())):
        for other in needed[index]:
            remaining[other] = max(remaining[other], hours[other] + remaining[index])
    return remaining


def makespan(jobs: Sequence[Job], hours: Sequence[float], gpus: int) -> float:
    """Return the hours until all jobs are done on ``gpus`` GPUs.

    Of the jobs that can start, the one with the longest chain behind it starts first (list scheduling). A job that asks for
    more GPUs than there are takes all of them; a job without a GPU starts at once.
    """
    needed, remaining = [set(indices) for indices in dependencies(jobs)], remaining_hours(jobs, hours)
    done: set[int] = set()
    running: dict[int, float] = {}  # index of a job > the hour at which it ends
    free, now = gpus, 0.0
    waiting = sorted(range(len(jobs)), key=lambda index: -remaining[index])
    while waiting or running:
        for index in [index for index in waiting if needed[index] <= done]:
            wanted = min(jobs[index].gpus, gpus)
            if wanted <= free:
                free -= wanted
                running[index] = now + hours[index]
                waiting.remove(index)
        now = min(running.values())
        for index in [index for index, end in running.items() if end <= now]:
            free += min(jobs[index].gpus, gpus)
            del running[index]
            done.add(index)
    return now
