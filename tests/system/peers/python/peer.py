"""peer.py call UID | answer: one call of two with aiortc. See ../README.md."""
import asyncio
import json
import os
import sys

from link import Link
from party import Party


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


async def words(party):
    """What the test says on the input."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        if line.strip() == b"hangup":
            await party.hangup()


async def events(link, party):
    while True:
        event = await link.events.get()
        await party.event(event)


async def tell(party):
    while True:
        await asyncio.sleep(0.5)
        say("media", **party.heard.counters)


async def ring(link):
    while True:
        event = await link.events.get()
        if event["cmd"] == "call.incoming":
            return event["call_id"]


async def first_of(party, *tasks):
    """Until the call has ended; what fails in between fails here."""
    running = [asyncio.ensure_future(one) for one in tasks]
    done, _ = await asyncio.wait([party.ended, *running], return_when=asyncio.FIRST_COMPLETED)
    for one in running:
        if one in done:
            one.result()
        one.cancel()
    return await party.ended


async def main():
    link = Link()
    await link.open(int(os.environ["IM_TCP"]), os.environ["IM_TOKEN"], "python peer")
    party = Party(link, say)
    say("ready")
    if sys.argv[1] == "call":
        await party.call(int(sys.argv[2]))
    else:
        await party.answer(await ring(link))
    reason = await first_of(party, words(party), events(link, party), tell(party))
    await party.close()
    link.close()
    say("ended", reason=reason)


asyncio.run(main())
