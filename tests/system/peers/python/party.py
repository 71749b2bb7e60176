"""A party of a call of two, as docs/calls.md says it: descriptions, candidates, reports, and the end."""
import asyncio
import re
import uuid

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from link import Refused
from media import Green, Heard, Tone

STATE = {"mic": True, "cam": True, "screen": False, "hold": False}


class Party:
    def __init__(self, link, say):
        self.link, self.say = link, say
        self.told, self.early = set(), []
        self.cseq, self.neg, self.theirs, self.peer = 0, 0, 0, None
        self.heard = Heard()
        self.ended = asyncio.get_running_loop().create_future()
        self.tasks = []

    async def call(self, uid):
        answer = await self.link.ask("call.invite", client_call_id=uuid.uuid4().hex, callee=[uid], kind="video", caps=["vp8"])
        self.enter(answer)

    async def answer(self, call_id):
        await self.link.ask("call.ringing", call_id=call_id)
        answer = await self.link.ask("call.accept", call_id=call_id, caps=["vp8"], media=STATE)
        self.enter(answer)
        self.peer = answer["peer_party"]
        await self.ask("call.media", state=STATE)

    def enter(self, answer):
        self.ids = {"call_id": answer["call_id"], "party_id": answer["party_id"]}
        servers = [RTCIceServer(**{k: one[k] for k in ("urls", "username", "credential") if k in one}) for one in answer["ice"]["iceServers"]]
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self.pc.on("track", lambda track: self.tasks.append(asyncio.ensure_future(self.heard.take(track))))
        self.pc.on("connectionstatechange", self.changed)
        self.tasks.append(asyncio.create_task(self.report_on()))

    async def ask(self, cmd, **fields):
        self.cseq += 1
        return await self.link.ask(cmd, cseq=self.cseq, **self.ids, **fields)

    async def event(self, event):
        """Events come at least once; one that has a number counts once."""
        if event.get("call_id") != self.ids["call_id"] or event.get("to_party", self.ids["party_id"]) != self.ids["party_id"]:
            return
        if event.get("eseq") in self.told:
            return
        if "eseq" in event:
            self.told.add(event["eseq"])
        taker = {"call.accepted": self.accepted, "call.sdp": self.described, "call.ice": self.candidates, "call.ended": self.over}.get(event["cmd"])
        if taker:
            await taker(event)

    async def accepted(self, event):
        self.peer = event["peer_party"]
        await self.ask("call.media", state=STATE)
        if event["role"] == "caller":
            self.show({"audio", "video"})
            await self.pc.setLocalDescription(await self.pc.createOffer())
            self.neg += 1
            await self.describe(self.neg)

    def show(self, kinds):
        """Adds what this side sends, once each. An answer has room for what was offered and no more."""
        sent = {sender.track.kind for sender in self.pc.getSenders() if sender.track}
        for track in (Tone, Green):
            if track.kind in kinds - sent:
                self.pc.addTrack(track())

    async def describe(self, neg):
        """Its candidates are in the description: aiortc gathers before it shows one."""
        local = self.pc.localDescription
        tracks = [{"mid": one.mid, "source": "mic" if one.kind == "audio" else "cam"} for one in self.pc.getTransceivers()]
        to = {"to_party": self.peer, "pc": "p2p", "neg": neg}
        await self.ask("call.sdp", description={"type": local.type, "sdp": local.sdp}, tracks=tracks, **to)
        await self.ask("call.ice", ufrag=ufrag_of(local.sdp), candidates=[], end=True, **to)

    async def described(self, event):
        offer = event["description"]["type"] == "offer"
        if event["neg"] <= self.theirs if offer else event["neg"] != self.neg:
            return
        await self.pc.setRemoteDescription(RTCSessionDescription(**event["description"]))
        early, self.early = self.early, []
        for one in early:
            await self.candidates(one)
        if not offer:
            return
        self.theirs = event["neg"]
        self.show({one.kind for one in self.pc.getTransceivers()})
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        await self.describe(self.theirs)

    async def candidates(self, event):
        remote = self.pc.remoteDescription
        if not remote or ufrag_of(remote.sdp) != event["ufrag"]:
            self.early.append(event)
            return
        for one in event["candidates"]:
            candidate = candidate_from_sdp(one["candidate"].removeprefix("candidate:"))
            candidate.sdpMid, candidate.sdpMLineIndex = one["mid"], one["mline"]
            await self.pc.addIceCandidate(candidate)

    async def changed(self):
        if self.pc.connectionState == "connected":
            self.say("connected")
        await self.report()

    async def report(self):
        if self.ended.done() or not self.peer:
            return
        try:
            await self.ask("call.report", pc_state=self.pc.connectionState, inbound_ok=self.heard.counters["audio_frames"] > 0)
        except Refused as refused:
            if refused.code not in (4404, 4410):  # it has ended meanwhile
                raise

    async def report_on(self):
        while True:
            await asyncio.sleep(10)
            await self.report()

    async def hangup(self):
        await self.ask("call.hangup", reason="hangup")

    async def over(self, event):
        if not self.ended.done():
            self.ended.set_result(event["reason"])

    async def close(self):
        for task in self.tasks:
            task.cancel()
        await self.pc.close()


def ufrag_of(sdp):
    found = re.search(r"^a=ice-ufrag:(\S+)", sdp, re.M)
    return found.group(1) if found else ""
