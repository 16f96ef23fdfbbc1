"""From videos to frame stores: download, check and decode a data set, or make a synthetic one.

What is trained later reads only the frame stores that ``decoding`` writes.
"""
