"""Tables and figures of the papers, and some beyond them; an item has the name of its rule.

An item with code of its own is a module with TITLE, CAPTION and ``render(heading, inputs, out)``; all others are rows of
``standard``. ``lookup`` finds both by name.
"""
