"""``vcop schema``: print the JSON schema of config.yaml (kept at workflow/schemas/config.schema.yaml)."""

import argparse

import yaml

from vcop.config.schema import json_schema
from vcop.config.study import Study

HEAD = """\
# Every key of a study's config.yaml. Made by `python -m vcop schema` from src/vcop/config/options.py; a test holds them in step.
# The defaults are the papers' values.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No flags."""


def schema_text() -> str:
    """The schema as YAML."""

    class Plain(yaml.SafeDumper):
        """Without anchors: a reader should not have to follow them."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    return HEAD + yaml.dump(
        {"$schema": "https://json-schema.org/draft/2020-12/schema"} | json_schema(Study),
        Dumper=Plain,
        sort_keys=False,
        width=120,
    )


def run(arguments: argparse.Namespace) -> None:
    """Print it."""
    print(schema_text(), end="")
