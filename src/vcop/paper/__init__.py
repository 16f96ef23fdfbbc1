"""The tables and figures of both papers: one module an item, named as its rule."""
