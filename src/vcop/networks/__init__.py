"""The three backbones C3D, R3D and R(2+1)D (CVPR 2019, 3.2) and the heads on top of them (CVPR 2019, 3.3; TMM 2020, IV-D).

Begin with ``registry.build_backbone``, which builds a backbone by its name, and ``heads.OrderNetwork``, the network that is
pretrained. ``backbone`` holds what the three share, ``c3d`` and ``residual`` their layers; ``attention`` answers questions.
"""
