import shutil

import h5py
from helpers import vcop


def test_a_whole_store(store_path, capsys):
    assert vcop("check", store_path) == 0
    assert "80 videos" in capsys.readouterr().out


def test_a_damaged_frame_is_named(store_path, tmp_path, capsys):
    path = shutil.copy(store_path, tmp_path)
    with h5py.File(path, "r+") as h5:
        h5["bytes"][1000] ^= 1
    assert vcop("check", path) == 1
    out, err = capsys.readouterr()
    assert "of Bounce/v_Bounce_g01_c01.avi is damaged" in out
    assert "1 damaged frames" in err
