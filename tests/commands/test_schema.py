import yaml
from support.helpers import ROOT, vcop


def test_the_schema_on_disk_is_what_is_printed(capsys):
    assert vcop("schema") == 0
    printed = capsys.readouterr().out
    assert printed == (ROOT / "workflow/schemas/config.schema.yaml").read_text()
    assert "&id" not in printed and "*id" not in printed, "no anchors, which a reader would have to follow"
    assert yaml.safe_load(printed)["type"] == "object"
