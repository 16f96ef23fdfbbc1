"""Embeddings of any videos, without a study: computed from video files, kept in common formats, and searched.

The network and what enters it come from a weights file. Rules: docs/embed.md.
"""
