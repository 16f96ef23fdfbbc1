"""A table of confidences by hand, and its hard videos."""

import pytest

TABLE = """\
video,epoch,probability,right
Jump/easy.avi,8,0.81,1
Jump/easy.avi,9,0.99,1
Jump/once wrong.avi,8,0.95,1
Jump/once wrong.avi,9,0.4,0
Run/once unsure.avi,8,0.8,1
Run/once unsure.avi,9,0.97,1
Run/surer.avi,8,0.9,1
Run/surer.avi,9,0.91,1
Run/never.avi,8,0.1,0
Run/never.avi,9,0.2,0
"""
HARD = ["Jump/once wrong.avi", "Run/never.avi", "Run/once unsure.avi"]


@pytest.fixture
def confidence(tmp_path):
    path = tmp_path / "confidence.csv"
    path.write_text(TABLE)
    return path
