"""Many large things where batches go over a wire that refuses messages above 4 MiB (issue 17: 3)."""
import json

from goim_client import packet
from neighbours import API, eventually, http, login, push, restart_router


def large_platforms_and_a_restarted_router_lose_no_push():
    """1,200 of them kept a restarted router incomplete until they left."""
    crowd = [login(mid=20000 + i, key="p-%d" % i, platform="p" * 3900, accepts=[1000]) for i in range(1200)]
    restart_router()
    for i in (0, 599, 1199):
        push("/goim/push/mids?operation=1000&mids=%d" % (20000 + i), b"crowd %d" % i)
        assert crowd[i].receive()[3] == b"crowd %d" % i
    for client in crowd:
        client.close()


def long_rooms_by_the_thousand_are_counted():
    """2,000 clients that go through 5 rooms of 512 bytes each: 5 MB of names to tell the router, and more of them in the list of the
    fullest than fit into a message."""
    crowd = [login(mid=0, key="r-%d" % i) for i in range(2000)]
    for turn in range(5):
        for i, client in enumerate(crowd):
            client.raw(packet(12, 2 + turn, ("long://%d-%d-" % (turn, i)).encode().ljust(512, b"r")))
    for client in crowd:
        for turn in range(5):
            assert client.receive()[1:3] == (13, 2 + turn)

    def top():
        return json.loads(http(API + "/goim/online/top?type=long&limit=100000")[1])
    eventually(lambda: top()["message"].startswith("cut: ") and 1900 < len(top()["data"]) < 2000, "the list is not cut, or not told as cut")
    for client in crowd:
        client.close()


CASES = [large_platforms_and_a_restarted_router_lose_no_push, long_rooms_by_the_thousand_are_counted]
