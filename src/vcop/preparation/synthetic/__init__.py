"""Synthetic videos for the embedded study: moving shapes in the layouts of UCF101, HMDB51 and ActivityNet-QA.

The class of a video is its motion; everything else about it is drawn at random.
"""
