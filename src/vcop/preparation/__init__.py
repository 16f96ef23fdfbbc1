"""Preparation of data sets: download, check and decode them, or make synthetic ones.

Training and evaluation read nothing but the frame stores that ``decoding`` writes.
"""
