"""SPEC section 1's table, computed by the verb from the built networks."""

from support.helpers import vcop

TABLE = """\
network,backbone,classes101,classes51,order2,order3,order4,order5,gmac
c3d,27661440,27713253,27687603,28187266,28195462,28259992,28800760,38.497
r3d,14361792,14413605,14387955,14887618,14895814,14960344,15501112,19.887
r21d,14365303,14417116,14391466,14891129,14899325,14963855,15504623,21.362
"""


def test_the_table_of_sizes(capsys):
    assert vcop("sizes") == 0
    assert capsys.readouterr().out == TABLE
