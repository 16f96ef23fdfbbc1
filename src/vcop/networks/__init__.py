"""The three backbones C3D, R3D and R(2+1)D (CVPR 2019, 3.2) and the heads on top of them (CVPR 2019, 3.3; TMM 2020, IV-D).

``registry.build_backbone`` makes a backbone by its name; ``heads`` holds the order predictor with its shared pair layer.
"""
