import csv

from support.helpers import vcop


def test_a_row_for_each_descriptor_and_chance(store_path, capsys):
    assert vcop("baselines", "--frames", store_path) == 0
    rows = {r["description"]: r for r in csv.DictReader(capsys.readouterr().out.splitlines())}
    assert set(rows) == {"colour histogram", "single frame", "motion energy", "chance"}
    assert float(rows["chance"]["accuracy"]) == 10
    assert float(rows["motion energy"]["low"]) > 20
