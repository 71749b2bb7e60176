"""ns_door.py NAMESPACE PORT...: 127.0.0.1:PORT in a network namespace leads to 127.0.0.1:PORT here. Prints "open" when it does.

Signalling goes through it and media does not: what becomes of the namespace's links touches calls only.
"""
import asyncio
import ctypes
import socket
import sys

CLONE_NEWNET = 0x40000000


def enter(path):
    with open(path) as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns " + path)


def listeners(namespace, ports):
    """Sockets stay in the namespace in which they were made."""
    with open("/proc/self/ns/net") as home:
        enter("/run/netns/" + namespace)
        made = [socket.create_server(("127.0.0.1", port)) for port in ports]
        enter("/proc/self/fd/%d" % home.fileno())
    return made


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def door(port):
    async def through(reader, writer):
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))

    return through


async def main(namespace, ports):
    for one, port in zip(listeners(namespace, ports), ports):
        await asyncio.start_server(door(port), sock=one)
    print("open", flush=True)
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], [int(port) for port in sys.argv[2:]]))
