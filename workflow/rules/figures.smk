"""Every table and figure from the metrics on disk, and no stage: `make figures`.

in   what the items' rules list; an item that lacks any of it (frames, in an unpacked study) stays as it was drawn
out  the items themselves
"""


rule figures:
    """Draw the items again whose results or code have changed; needs --allowed-rules, which keeps all stages from running."""
    input:
        drawable,
