"""Fetching the data sets: addresses and digests, resumable transfers, safe unpacking, the official layout.

Nothing is taken whose digest differs from the known one.
"""
