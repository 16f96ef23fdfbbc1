"""From frame stores to batches: which frames of which video, loaded by worker processes, cropped on the device.

A sample is a function of (seed, epoch, video) alone, so the number of workers changes no result.
"""
