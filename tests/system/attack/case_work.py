"""Packets that cost their receiver much (issue 17: 7, 8)."""
from goim_client import packet
from neighbours import login


def long_lists_of_ops_are_paid_for():
    """Four connections that take lists of 2,000 ones out of a large set filled two cores."""
    attackers = [login(mid=0, key="o-%d" % i) for i in range(4)]
    unsub = packet(16, 3, b",".join([b"1"] * 2000))
    for client in attackers:
        for first in range(10000, 14000, 500):
            client.send(14, b",".join(b"%d" % op for op in range(first, first + 500)), seq=2)
            assert client.receive()[1] == 15
        try:
            for _ in range(1000):
                client.raw(unsub)
        except ConnectionError:
            pass
        assert client.closed_within(30), "1,000 lists of 4 kB are within the limits of a connection"


def rooms_that_change_all_the_time():
    """20 clients that move from room to room; every room lingers."""
    crowd = [login(mid=0, key="m-%d" % i) for i in range(20)]
    for turn in range(100):
        for i, client in enumerate(crowd):
            client.send(12, b"moving://%d-%d" % (i, turn), seq=turn)
        for client in crowd:
            assert client.receive()[1:3] == (13, turn)
    for client in crowd:
        client.close()


CASES = [long_lists_of_ops_are_paid_for, rooms_that_change_all_the_time]
