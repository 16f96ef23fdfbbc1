"""Backbones (CVPR 2019, 3.2, and others) and the heads on top of them (CVPR 2019, 3.3; TMM 2020, IV-D).

Begin with ``registry.build_backbone``, which builds a backbone by its name, and ``heads.OrderNetwork``, the network that is
pretrained. ``backbone`` holds what all share, ``backbones`` has a module for each; ``attention`` answers questions.
"""
