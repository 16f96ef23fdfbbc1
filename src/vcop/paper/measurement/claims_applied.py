"""What TMM 2020 claims in its text about recognition (IV-C) and questions (IV-D), and controls of our own, claim by claim."""

from vcop.config.names import PAPER_DATASETS
from vcop.paper.measurement.claims import ALIKE, MOST, Claim
from vcop.paper.measurement.claims_cvpr2019 import BOTH, EACH, RECOGNITION
from vcop.paper.measurement.claims_tmm2020 import ALIKE_POINTS, R3D_RETRIEVAL

BEST = "16-8-4|16-8-5|16-8-3"  # of split 1, as the first one is
R3D_RECOGNITION = "recognition/{dataset}/r3d/%s/from-conv1"

APPLIED = [
    Claim(
        says="Fine-tuning recognises actions better from the best of 16-8-3, 16-8-4 and 16-8-5 than from random weights.",
        words="achieve a 5.3% and 8.7% improvement on UCF101 and HMDB51 […] R(2+1)D network […] achieves an improvement of 18.3% and 15.3%",
        section="T IV-C, Table V",
        pairs=[(RECOGNITION % BEST, RECOGNITION % "random")],
        over=BOTH,
    ),
    Claim(
        says="Fine-tuning recognises actions better from 16-8-4 and 16-8-5 than from 16-8-3.",
        words="both task-based and sample-based curriculum learning strategies improves the accuracy of action recognition",
        section="T IV-C, Table V",
        pairs=[(RECOGNITION % "16-8-4", RECOGNITION % "16-8-3"), (RECOGNITION % "16-8-5", RECOGNITION % "16-8-3")],
        over=BOTH,
    ),
    Claim(
        says="Fine-tuning recognises actions better from the sample-based curriculum than from 16-8-3, R3D.",
        words="R3D (16-8-3)* […] also obtains certain improvement on both datasets",
        section="T IV-C, Table V",
        pairs=[(R3D_RECOGNITION % "16-8-3-hard", R3D_RECOGNITION % "16-8-3")],
        over={"dataset": PAPER_DATASETS},
    ),
    Claim(
        says="The mean of three splits is that of split 1, within 2 points.",
        words="the average classification accuracy over 3 splits is approximately the same as that of split 1",
        section="T IV-C",
        pairs=[
            (
                f"recognition/{{dataset}}/{{network}}/{weights}/from-conv1",
                f"recognition/{{dataset}}-1/{{network}}/{weights}/from-conv1",
            )
            for weights in ("random", "16-8-3")
        ],
        over=BOTH,
        rule=ALIKE,
        margin=ALIKE_POINTS,
    ),
    Claim(
        says="Freezing conv1 alone is best when fine-tuning, R3D.",
        words="freezing the Conv1 layer only outperforms other variants, including the fine-tuning of the entire R3D network",
        section="T IV-C, Figure 10",
        pairs=[("recognition/ucf101/r3d/16-8-3/from-conv2", "recognition/ucf101/r3d/16-8-3/from-{layer}")],
        over={"layer": ("conv1", "conv3", "conv4", "conv5")},
    ),
    Claim(
        says="Features of 16-8-3 answer questions better than supervised ones.",
        words="the optimal results are obtained from the feature extractor that is pre-trained directly with the task of video clip",
        section="T IV-D, Table VI",
        pairs=[("answers/{network}/16-8-3", "answers/{network}/supervised")],
        over=EACH,
    ),
]
CONTROLS = [
    Claim(
        says="At equal work four clips retrieve better than three, most of the time, R3D.",
        section="our control of T IV-B",
        pairs=[(R3D_RETRIEVAL % "16-8-4", R3D_RETRIEVAL % "16-8-3-more")],
        over={"dataset": PAPER_DATASETS},
        rule=MOST,
    ),
    Claim(
        says="Features of 16-8-3 answer questions better than the question alone does.",
        section="our control of T IV-D",
        pairs=[("answers/{network}/16-8-3", "answers/question-only")],
        over=EACH,
    ),
]
