"""Printed names are there for every network and data set that a study can have."""

from vcop.config.names import PAPER_NETWORKS
from vcop.paper.labels import DATASET_LABELS, NETWORK_LABELS
from vcop.paper.measurement.published import cells


def test_every_network_has_a_printed_name():
    assert list(NETWORK_LABELS) == list(PAPER_NETWORKS)
    assert len(set(NETWORK_LABELS.values())) == len(NETWORK_LABELS)


def test_the_papers_print_these_names():
    assert [cell.row for cell in cells("cvpr2019_table1")] == list(NETWORK_LABELS.values())
    assert {cell.column for cell in cells("cvpr2019_table4")} == set(DATASET_LABELS.values())
