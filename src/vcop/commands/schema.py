"""``vcop schema``: print the JSON schema of config.yaml (kept at workflow/schemas/config.schema.yaml)."""

import argparse

import yaml

from vcop.config.schema import json_schema
from vcop.config.study import Study

HEAD = """\
# Every key of a study's config.yaml. Made by `python -m vcop schema` from src/vcop/config; a test holds them in step.
# The defaults are the papers' values.
"""
DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


class _PlainDumper(yaml.SafeDumper):
    """YAML writer without anchors and aliases, which a reader would have to follow."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add no flags."""


def schema_text() -> str:
    """Return the schema as YAML, with a comment that says how it is made."""
    return HEAD + yaml.dump(DIALECT | json_schema(Study), Dumper=_PlainDumper, sort_keys=False, width=120)


def run(arguments: argparse.Namespace) -> None:
    """Print the schema."""
    print(schema_text(), end="")
