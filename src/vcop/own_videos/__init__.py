"""A study of one's own videos: what a folder holds, the configuration that fits it, and the summary of the results.

How such a study goes: docs/own-videos.md.
"""
