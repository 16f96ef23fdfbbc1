"""Small graphs of jobs whose schedules can be drawn by hand."""

from support.planned_jobs import job

from vcop.planning import schedule


def test_a_job_depends_on_those_whose_files_it_reads():
    """A file that no job makes is there already; a job does not wait for itself."""
    jobs = [job("c", ["a", "b", "lists"]), job("b", "b"), job("a")]
    assert schedule.dependencies(jobs) == [[1, 2], [], []]
    assert schedule.remaining_hours(jobs, [4.0, 2.0, 1.0]) == [4.0, 6.0, 5.0]


def test_the_longest_chain_and_the_hours_on_several_gpus():
    """a, then b and c side by side, then d; e alone."""
    jobs = [job("d", "bc"), job("a"), job("b", "a"), job("c", "a"), job("e")]
    hours = [1.0, 2.0, 3.0, 5.0, 4.0]
    assert [jobs[index].rule for index in schedule.longest_chain(jobs, hours)] == ["a", "c", "d"]
    assert schedule.makespan(jobs, hours, 1) == sum(hours)
    assert schedule.makespan(jobs, hours, 2) == 8.0  # a 0-2, e 0-4, c 2-7, b 4-7, d 7-8
    assert schedule.makespan(jobs, [*hours[:4], 7.0], 2) == 11.0  # a 0-2, e 0-7, c 2-7, b 7-10, d 10-11


def test_a_job_of_several_gpus_waits_for_them_and_takes_what_there_is():
    jobs = [job("a", gpus=2), job("b"), job("c", gpus=0)]
    assert schedule.makespan(jobs, [1.0, 2.0, 9.0], 2) == 9.0
    assert schedule.makespan(jobs, [1.0, 2.0, 0.0], 2) == 3.0
    assert schedule.makespan(jobs, [1.0, 2.0, 0.0], 1) == 3.0
    assert schedule.makespan([], [], 1) == 0.0
