"""Folders of training runs made by hand, as a training leaves them."""

import json
import os
import platform
import time
from base64 import urlsafe_b64encode

HEADER = "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds,clips_per_second\n"
ROWS = "1,2.0,0.2,1.9,0.25,0.1,60.0,200.0\n2,1.5,0.4,1.2,0.5,0.1,60.0,210.0\n3,1.0,0.6,1.3,0.75,0.1,60.0,220.0\n"
R3D, TUNED = "pretrain/r3d/16-8-3/seed-0", "finetune/ucf101-1/r3d/16-8-3/from-conv1/seed-0"


def progress(**changes):
    at = {"name": "r3d 16-8-3", "epoch": 3, "epochs": 34, "step": 12, "steps": 58, "loss": 1.25, "accuracy": 0.4}
    speed = {"clips_per_second": 230.1, "seconds_left": 93.0}
    here = {"host": platform.node(), "pid": os.getpid(), "updated": time.time(), "stopped": None}
    return at | speed | here | changes


def make_run(study, name, **files):
    folder = study / "results" / name
    folder.mkdir(parents=True)
    for file, content in files.items():
        path = folder / {"progress": "progress.json", "history": "history.csv", "weights": "model.safetensors"}.get(file, file)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def write_record(study, path, endtime):
    """Snakemake's record of a file of a short name."""
    record = study / ".snakemake/metadata" / urlsafe_b64encode(path.encode()).decode()
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps({"rule": "extract", "endtime": endtime}))
