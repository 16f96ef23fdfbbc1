"""Which frames make a clip, which clips make a tuple (CVPR 2019, 3.1), and how every random draw is seeded.

Begin with ``tasks``: the geometry of a tuple and the labels of orders. ``clips`` draws tuples, clips and crops. All of it is
arithmetic on numbers of frames: no file is read, and no large library is imported.
"""
