"""A page of the room demo (docs/room-demo.md)."""
from pages import PORTS, TURNS, WsPage


class Demo(WsPage):
    def __init__(self, port=None):
        self.open(port or PORTS[next(TURNS) % len(PORTS)])
        self.say(cmd="login", **{"for": "rooms"})
        self.id = self.event("connect")["id"]

    def emit(self, event, **payload):
        self.say(cmd="room", event=event, **payload)

    def event(self, name, seconds=30):
        return self.expect(lambda said: said.get("event") == name, seconds)

    def join(self, room, **more):
        self.emit("createAndJoinRoom", room=room, **more)
        return self.event("created")

    def heard_before_fence(self):
        """All that came up to the answer to a question that is asked now."""
        self.say(cmd="nothing")
        return self.until(lambda said: said.get("cmd") == "error")[:-1]
