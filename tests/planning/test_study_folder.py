import re

import pytest

from vcop.planning.study_folder import require_study, study_in_folder


def test_a_folder_without_a_configuration_is_no_study(tmp_path):
    for read in (require_study, study_in_folder):
        with pytest.raises(ValueError, match=f"^{re.escape(str(tmp_path))}: not a study: no config.yaml in it$"):
            read(tmp_path)
    (tmp_path / "config.yaml").write_text("study: s\ndata: {ucf101: {videos: v, lists: l}}\n")
    require_study(tmp_path)
    assert study_in_folder(tmp_path).study == "s"


def test_a_configuration_that_is_not_valid_is_named(tmp_path):
    (tmp_path / "config.yaml").write_text("study: s\ndata: {}\n")
    require_study(tmp_path)
    with pytest.raises(ValueError, match="config.yaml: data: "):
        study_in_folder(tmp_path)
