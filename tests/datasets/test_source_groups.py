import pytest

from vcop.datasets.source_groups import source_group


@pytest.mark.parametrize(
    ("video", "group"),
    [
        ("ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi", "ApplyEyeMakeup/v_ApplyEyeMakeup_g08"),
        ("HandstandPushups/v_HandStandPushups_g01_c04.avi", "HandstandPushups/v_HandStandPushups_g01"),
        ("brush_hair/April_09_brush_hair_u_nm_np1_ba_goo_0.avi", "brush_hair/April_09_brush_hair"),
        ("sword/Return_of_the_King_4_sword_f_cm_np1_ri_med_3.avi", "sword/Return_of_the_King_4_sword"),
        ("turn/take03_turn_f_cm_np1_fr_med_2.avi", "turn/take03_turn"),
        ("class0/v0.avi", "class0/v0.avi"),
        ("v_q1W6rKbPDVg", "v_q1W6rKbPDVg"),
        ("Archery/v_Archery_g01_c04", "Archery/v_Archery_g01"),
        ("my.film.1", "my.film.1"),
    ],
)
def test_groups_are_read_from_names(video, group):
    assert source_group(video) == group
