"""Official lists of a small data set."""

from vcop.datasets.splits import UCF101_LISTS

LINES = {
    "classInd.txt": "1 Jump\r\n2 Run\r\n",
    "trainlist01.txt": "Jump/v_Jump_g01_c01.avi 1\r\n",
    "testlist01.txt": "Run/v_Run_g01_c01.avi\r\n",
}


LISTS = [(f"ucfTrainTestlist/{name}", LINES.get(name, "").encode()) for name in UCF101_LISTS]
