"""One module for each table or figure, named as printed; those that need no code of their own are rows of ``standard``.

Each has a TITLE, a CAPTION and ``render(heading, inputs, stem)``. The rule of the same name lists its inputs.
"""
