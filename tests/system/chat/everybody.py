"""People of the rights matrices, each behind every door. IM_TCP, IM_WS, IM_PUBLIC come from the environment."""
import os

from device import Device, person, public
from doors import Http
from goim_client import WsClient

TCP, WS = int(os.environ["IM_TCP"]), int(os.environ["IM_WS"])


class Person:
    def __init__(self):
        login = person()
        tcp = Device(TCP, login)
        self.uid, self.main = tcp.uid, tcp
        self.doors = {"tcp": tcp, "websocket": Device(WS, login, WsClient), "http": Http(public(), tcp.token)}

    def read(self):
        """Takes what has come, or the connections would be closed as slow ones; a second hello changes nothing."""
        for name, door in self.doors.items():
            assert name == "http" or door.ask("hello", device="matrix")["code"] == 4409


class Guest(Person):
    """Has one device, and so one connection."""

    def __init__(self):
        tcp = Device(TCP, "", session=Http(public()).ask("account.guest", name="Visitor"))
        self.uid, self.main = tcp.uid, tcp
        self.doors = {"tcp": tcp, "http": Http(public(), tcp.token)}


def code_of(answer):
    return 0 if answer["ok"] else answer["code"]
