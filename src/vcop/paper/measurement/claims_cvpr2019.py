"""What CVPR 2019 claims in its text, claim by claim; and the paths of results that claims of both papers name."""

from vcop.config.names import PAPER_DATASETS, PAPER_NETWORKS
from vcop.paper.measurement.claims import Claim

EACH, BOTH = {"network": PAPER_NETWORKS}, {"dataset": PAPER_DATASETS, "network": PAPER_NETWORKS}
RETRIEVAL, RECOGNITION = "retrieval/{dataset}/{network}/%s/conv5", "recognition/{dataset}/{network}/%s/from-conv1"

CVPR2019 = [
    Claim(
        says="Trained networks order three clips better than chance.",
        words="Considering that the accuracy of random guessing for the task is 16.7%, the framework indeed learns",
        section="C 4, Table 1",
        pairs=[("order/{network}/16-8-3", "order/{network}/chance")],
        over=EACH,
    ),
    Claim(
        says="Trained weights retrieve clips better than random ones for k of 5 and more.",
        words="perform better than random initialized ones […] especially when k becomes larger […] for k=1 […] do not show "
        "noticeable improvement",
        section="C 4.1, Tables 2, 3",
        pairs=[(RETRIEVAL % "16-8-3", RETRIEVAL % "random")],
        over=BOTH,
        ks=(5, 10, 20, 50),
    ),
    Claim(
        says="Trained weights retrieve videos better than random ones for all k.",
        words="the accuracy of all trained 3D CNNs are higher for all k consistently in both datasets",
        section="C 4.1, Figure 5",
        pairs=[(RETRIEVAL % "16-8-3", RETRIEVAL % "random")],
        over=BOTH,
        level="video",
    ),
    Claim(
        says="C3D and R3D retrieve videos better than R(2+1)D, on the mean over data sets and k.",
        words="R3D and C3D networks are slightly better than R(2+1)D network",
        section="C 4.1, Figure 5",
        pairs=[(RETRIEVAL % "16-8-3", "retrieval/{dataset}/r21d/16-8-3/conv5")],
        over={"dataset": PAPER_DATASETS, "network": ("c3d", "r3d")},
        averaged=("dataset", "k"),
        level="video",
    ),
    Claim(
        says="Fine-tuning recognises actions better from 16-8-3 than from random weights.",
        words="4.0% and 5.2% improvements on UCF101 and HMDB51 […] R(2+1)D network gets 16.2% and 8.9% promotions […] the same "
        "improvements gained by all fine-tuned networks",
        section="C 4.2, Table 4",
        pairs=[(RECOGNITION % "16-8-3", RECOGNITION % "random")],
        over=BOTH,
    ),
    Claim(
        says="From random weights C3D recognises actions better than R3D and R(2+1)D.",
        words="R3D and R(2+1)D networks gain lower accuracy if only trained from scratch on both datasets",
        section="C 4.2, T IV-C",
        pairs=[("recognition/{dataset}/c3d/random/from-conv1", RECOGNITION % "random")],
        over={"dataset": PAPER_DATASETS, "network": ("r3d", "r21d")},
    ),
    Claim(
        says="From 16-8-3 R3D and R(2+1)D recognise actions better than C3D.",
        words="with the initialization from our self-supervised training, the R3D and R(2+1)D networks achieve even better accuracies "
        "than the C3D network",
        section="C 4.2, T IV-C",
        pairs=[(RECOGNITION % "16-8-3", "recognition/{dataset}/c3d/16-8-3/from-conv1")],
        over={"dataset": PAPER_DATASETS, "network": ("r3d", "r21d")},
    ),
]
