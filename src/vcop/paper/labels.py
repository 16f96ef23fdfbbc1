"""Names of networks and data sets as the papers print them, in the papers' order."""

from __future__ import annotations

NETWORK_LABELS = {"c3d": "C3D", "r3d": "R3D", "r21d": "R(2+1)D"}
DATASET_LABELS = {"ucf101": "UCF101", "hmdb51": "HMDB51"}
