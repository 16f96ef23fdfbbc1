"""Every table and figure from the metrics on disk, and no stage: `make figures`.

in   what the items' rules list; an item that lacks any of it (frames, in an unpacked study) stays as it was drawn
out  the items themselves
"""


localrules:
    figures,


rule figures:
    """Draw anew what its metrics or its code have changed; only with --allowed-rules, which keeps every stage from running."""
    input:
        drawable,
