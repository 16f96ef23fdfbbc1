"""Which frames make a clip, and which clips make a tuple (CVPR 2019, 3.1); how every draw is seeded.

Pure arithmetic on counts: no file is read and nothing heavy is imported.
"""
