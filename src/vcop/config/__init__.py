"""config.yaml: every option once, with its documentation and bounds, and the checks of a whole study.

One dataclass field is one key, one command-line flag and one row of the schema. It imports nothing heavy: Snakemake reads it in
every job.
"""
