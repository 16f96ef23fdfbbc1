"""The JSON schema says what the dataclasses say."""

from pathlib import Path

import jsonschema
import pytest

from vcop.commands.schema import schema_text
from vcop.config.data_options import FrameOptions
from vcop.config.schema import json_schema
from vcop.config.study import Study

ROOT = Path(__file__).parents[2]


def test_the_schema_on_disk_is_the_options():
    assert (ROOT / "workflow/schemas/config.schema.yaml").read_text() == schema_text()
    jsonschema.Draft202012Validator.check_schema(json_schema(Study))


def test_a_row_has_type_bounds_default_and_description():
    rows = json_schema(FrameOptions)["properties"]
    assert rows["height"] == {
        "description": "Height of a stored frame in pixels.",
        "type": "integer",
        "minimum": 8,
        "default": 128,
    }
    assert rows["codec"]["enum"] == ["jpeg", "raw"]


def test_an_unknown_key_and_a_missing_one_are_refused():
    check = jsonschema.Draft202012Validator(json_schema(Study))
    with pytest.raises(jsonschema.ValidationError, match="'data' is a required property"):
        check.validate({"study": "x"})
    with pytest.raises(jsonschema.ValidationError, match="'frame' was unexpected"):
        check.validate({"study": "x", "data": {"ucf101": {"videos": "v", "lists": "l"}}, "frame": {}})
