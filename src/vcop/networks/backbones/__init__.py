"""The backbones, one module each, named as in paths: a function ``build`` returns the network for a width multiplier.

The three of the papers are ``c3d``, ``r3d`` and ``r21d`` (CVPR 2019, 3.2). ``toy`` in docs/backbones.md shows how to write another one; the
others here are those of torchvision, by torchvision's names, whose weights files they read.
"""
