"""What TMM 2020 claims in its text about order prediction (IV-A) and retrieval (IV-B), claim by claim."""

from vcop.config.names import PAPER_DATASETS
from vcop.paper.measurement.claims import ALIKE, MOST, Claim
from vcop.paper.measurement.claims_cvpr2019 import BOTH, EACH, RETRIEVAL

TASKS = ("16-8-3", "16-8-4", "16-8-5", "16-16-3", "16-16-4", "16-16-5")
ALIKE_POINTS = 2.0  # what counts as "no change" and "the same": a test list of 1,500 to 3,800 videos cannot show less
FOUR_OVER_THREE, FIVE_OVER_FOUR = (
    (RETRIEVAL % more, RETRIEVAL % less) for more, less in (("16-8-4", "16-8-3"), ("16-8-5", "16-8-4"))
)
R3D_RETRIEVAL = "retrieval/{dataset}/r3d/%s/conv5"

ORDER = [
    Claim(
        says="Trained networks order clips better than chance at every interval and tuple length.",
        words="Considering that the accuracies of random guessing for these tasks are 16.7%, 4.2% and 0.8% […] the framework indeed learns",
        section="T IV-A, Table I",
        pairs=[("order/{network}/{task}", "order/{network}/chance")],
        over=EACH | {"task": TASKS},
    ),
    Claim(
        says="The task-based curriculum orders four clips better than training from scratch, C3D.",
        words="Even if the maximum is achieved after 200 epochs, it cannot compete with the minimum of C3D (task-based)",
        section="T IV-A, Figure 4",
        pairs=[("order/c3d/16-8-4", "order/c3d/16-8-4-scratch")],
        controls=[("order/c3d/16-8-4", "order/c3d/16-8-4-direct")],
        clips_alone=True,
    ),
    Claim(
        says="The sample-based curriculum orders clips better, R3D.",
        words="Obviously, the accuracy has been improved further",
        section="T IV-A, Table I",
        pairs=[("order/r3d/16-8-3-hard", "order/r3d/16-8-3")],
        controls=[("order/r3d/16-8-3-hard", "order/r3d/16-8-3-more")],
    ),
    Claim(
        says="Order accuracy falls as tuples grow, at an interval of 8.",
        words="when tl increases, the accuracy decreases for all of the three models",
        section="T IV-A, Table I",
        pairs=[("order/{network}/16-8-3", "order/{network}/16-8-4"), ("order/{network}/16-8-4", "order/{network}/16-8-5")],
        over=EACH,
    ),
    Claim(
        says="At an interval of 16 four clips are ordered better than three by C3D and R(2+1)D, and worse by R3D.",
        words="though the task complexity grows from tl = 3 to 4, the order accuracy is also improved apparently […] under the same "
        "situation, the accuracy decreases for R3D",
        section="T IV-A, Table I",
        pairs=[
            ("order/c3d/16-16-4", "order/c3d/16-16-3"),
            ("order/r21d/16-16-4", "order/r21d/16-16-3"),
            ("order/r3d/16-16-3", "order/r3d/16-16-4"),
        ],
    ),
    Claim(
        says="Twice the epochs order clips better at an interval of 16, R3D.",
        words="if trained with another 300 epochs, its accuracy can raise to 29.2%",
        section="T IV-A",
        pairs=[("order/r3d/16-16-3-long", "order/r3d/16-16-3")],
        more_work=True,
    ),
]
RETRIEVED = [
    Claim(
        says="Trained weights retrieve clips better than random ones, at every tuple length and for all k.",
        words="3D CNNs trained under the proposed self-supervised method outperform the randomly initialized counterparts […] particularly "
        "when k increases",
        section="T IV-B, Tables II, III",
        pairs=[(RETRIEVAL % "{task}", RETRIEVAL % "random")],
        over=BOTH | {"task": ("16-8-3", "16-8-4", "16-8-5")},
    ),
    Claim(
        says="Longer tuples retrieve clips better, most of the time.",
        words="the performance improves when tl becomes larger most of the time",
        section="T IV-B, Tables II, III",
        pairs=[FOUR_OVER_THREE, FIVE_OVER_FOUR],
        over=BOTH,
        rule=MOST,
    ),
    Claim(
        says="The last step alone, from 16-8-4 to 16-8-5, retrieves clips better, most of the time.",
        words="the performance improves when tl becomes larger most of the time",
        section="T IV-B, Tables II, III",
        pairs=[FIVE_OVER_FOUR],
        over=BOTH,
        rule=MOST,
    ),
    Claim(
        says="The sample-based curriculum retrieves clips better, R3D.",
        words="the valid improvement of feature representative capability of R3D trained by the sample-based curriculum",
        section="T IV-B, Tables II, III",
        pairs=[(R3D_RETRIEVAL % "16-8-3-hard", R3D_RETRIEVAL % "16-8-3")],
        controls=[(R3D_RETRIEVAL % "16-8-3-hard", R3D_RETRIEVAL % "16-8-3-more")],
        over={"dataset": PAPER_DATASETS},
    ),
    Claim(
        says="At an interval of 16 C3D retrieves clips better than at 8, and R3D worse.",
        words="when it = 16, no matter how many clips are taken for each tuple, the retrieval accuracy of C3D is improved to some extent, "
        "while that of R3D is decreased",
        section="T IV-B, Figure 6",
        pairs=[
            ("retrieval/ucf101/c3d/16-16-{tl}/conv5", "retrieval/ucf101/c3d/16-8-{tl}/conv5"),
            ("retrieval/ucf101/r3d/16-8-{tl}/conv5", "retrieval/ucf101/r3d/16-16-{tl}/conv5"),
        ],
        over={"tl": ("3", "4", "5")},
        ks=(1, 5, 10),
    ),
    Claim(
        says="R(2+1)D retrieves clips alike at both intervals, within 2 points.",
        words="there is no obvious change in R (2+1)D",
        section="T IV-B, Figure 6",
        pairs=[("retrieval/ucf101/r21d/16-16-{tl}/conv5", "retrieval/ucf101/r21d/16-8-{tl}/conv5")],
        over={"tl": ("3", "4", "5")},
        ks=(1, 5, 10),
        rule=ALIKE,
        margin=ALIKE_POINTS,
    ),
    Claim(
        says="16-8-4 retrieves videos better than random weights for all k.",
        words="we can find consistent improvements for all kinds of 3D CNNs in both datasets",
        section="T IV-B, Figure 7",
        pairs=[(RETRIEVAL % "16-8-4", RETRIEVAL % "random")],
        over=BOTH,
        level="video",
    ),
    Claim(
        says="Middle layers retrieve best: the better of layers 2 and 3 beats layers 1, 4 and 5.",
        words="when k = 1, 5, 10, 20, 50, all highest accuracies […] appear in the layer 2 or 3",
        section="T IV-B, Table IV",
        pairs=[("retrieval/ucf101/{network}/16-8-3/conv2|conv3", "retrieval/ucf101/{network}/16-8-3/{layer}")],
        over=EACH | {"layer": ("conv1", "conv4", "conv5")},
    ),
]
