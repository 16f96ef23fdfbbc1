"""Numbers that the papers print, by the setting they belong to, and the error of their differences."""

import math

import pytest

from vcop.paper.measurement.job_lineage import NUMBERS
from vcop.paper.measurement.printed import TASK, Printed, _key, printed_difference, printed_number
from vcop.paper.measurement.published import cells


@pytest.mark.parametrize(
    ("setting", "measure", "number"),
    [
        ("order/c3d/16-8-3", "order", 68.5),
        ("order/r3d/16-16-3-long", "order", 29.2),
        ("retrieval/ucf101/c3d/16-8-3/conv5", "top 1", 12.5),
        ("retrieval/hmdb51/r21d/16-8-5/conv5", "top 50", 69.7),
        ("retrieval/ucf101/r3d/16-8-3/conv2", "top 5", 34.9),
        ("recognition/ucf101/r3d/16-8-3/from-conv1", "recognition", 64.9),
        ("recognition/hmdb51/r3d/16-8-3-hard/from-conv1", "recognition", 31.4),
        ("recognition/ucf101/r3d/16-8-3/from-conv2", "recognition", 66.0),
        ("answers/c3d/supervised", "all questions", 29.0),
        ("retrieval/ucf101/c3d/16-8-3/conv5", "video, top 1", None),
        ("order/c3d/16-8-4-scratch", "order", None),
        ("answers/question-only", "all questions", None),
    ],
)
def test_numbers_are_found_by_setting(setting, measure, number):
    found = printed_number(setting, measure)
    assert (found and found.value) == number


def test_where_both_papers_print_a_number_they_agree():
    found = {}
    for item in NUMBERS:
        for cell in cells(item, TASK):
            if cell.published is not None and _key(cell):
                found.setdefault(_key(cell), set()).add(cell.published)
    assert len(found) > 200
    assert {key: values for key, values in found.items() if len(values) > 1} == {}


def test_the_error_of_a_difference_is_that_of_two_samples():
    """C3D on UCF101, 65.6 against 61.6: 4.0 points; R3D's 64.9 is 0.7 below."""
    c3d, random, r3d = (
        printed_number(f"recognition/ucf101/{where}/from-conv1", "recognition")
        for where in ("c3d/16-8-3", "c3d/random", "r3d/16-8-3")
    )
    gain, loss = printed_difference(c3d, random), printed_difference(r3d, c3d)
    assert gain.error == pytest.approx(1.959964 * math.sqrt(c3d.error**2 + random.error**2))
    assert 1 < gain.error < 3
    assert (gain.difference, gain.beyond_error) == (4.0, True)
    assert (loss.difference, loss.beyond_error) == (-0.7, False)
    assert Printed(69.6, 69.6, 0.0).difference == 0
