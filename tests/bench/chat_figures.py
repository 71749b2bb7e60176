#!/usr/bin/env python3
"""Rows of a table (docs/figures.md): `sync.all` for many conversations, and the first screen of a user with many unread messages, each beside
a control on the same connections. Asserts what came, never how long it took. IM_TCP, IM_PUBLIC, IM_BENCH_STORE come from the environment;
IM_BENCH_SHARE makes everything smaller."""
import os
import statistics
import threading
import time
import uuid

from device import Device, person

TCP, STORE = int(os.environ["IM_TCP"]), os.environ["IM_BENCH_STORE"]
SHARE = float(os.environ.get("IM_BENCH_SHARE", "1"))
CONVERSATIONS, BUSY, UNREAD, SCREEN, TIMES, SENDERS = int(1000 * SHARE), int(200 * SHARE), int(10000 * SHARE), 50, 50, 8


def ms(work):
    begin = time.monotonic()
    result = work()
    return 1000 * (time.monotonic() - begin), result


def middle(times):
    return statistics.median(times)


def p95(times):
    return sorted(times)[int(0.95 * (len(times) - 1))]


def row(figure, here, control, ratio):
    print("| %s: %s | %s | %s | %.2f |" % (STORE, figure, here, control, ratio), flush=True)


def in_parallel(items, work):
    """work(sender, item) for each item, over connections of their own."""
    items, lock = list(items), threading.Lock()

    def run(sender):
        while True:
            with lock:
                if not items:
                    return
                item = items.pop()
            work(sender, item)
    senders = [Device(TCP, person()) for _ in range(SENDERS)]
    threads = [threading.Thread(target=run, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for sender in senders:
        sender.close()


def filled(conversations, messages):
    """The login of a user in so many groups, with so many unread messages each; they were offline all the time."""
    reader = Device(TCP, person())
    uid, login = reader.uid, reader.login
    reader.close()

    def fill(sender, number):
        conv = sender.good("group.create", name="g%d" % number, members=[uid])["conv_id"]
        for i in range(messages):
            sender.send("message %d of group %d" % (i, number), key=uuid.uuid4().hex, conv_id=conv)
    in_parallel(range(conversations), fill)
    return login


def whole_list(device):
    answer = device.good("sync.all", marks={})
    assert not answer["has_more"], len(answer["conversations"])
    return answer["conversations"]


def sync_all():
    device, nobody = Device(TCP, filled(CONVERSATIONS, 0)), Device(TCP, person())
    took, empty = [], []
    for _ in range(TIMES):
        once, conversations = ms(lambda: whole_list(device))
        assert len(conversations) == CONVERSATIONS, len(conversations)
        took.append(once)
        empty.append(ms(lambda: whole_list(nobody))[0])
    marks = {str(one["conv_id"]): one["last_seq"] for one in conversations}
    nothing, answer = ms(lambda: device.good("sync.all", marks=marks))
    assert answer["conversations"] == [], answer
    row("`sync.all` for %d conversations, one round trip, median of %d" % (CONVERSATIONS, TIMES), "%.1f ms" % middle(took), "goal: 20 ms",
        middle(took) / 20)
    row("the same, p95, beside a user without conversations", "%.1f ms" % p95(took), "%.1f ms" % p95(empty), p95(took) / p95(empty))
    row("the same with marks: nothing is new", "%.1f ms" % nothing, "without marks: %.1f ms" % middle(took), nothing / middle(took))


def first_screen(token):
    """What a client does that comes online: log in, hello, its list, and the newest messages of the conversation on top."""
    device = Device.with_token(TCP, token)
    conversations = whole_list(device)
    rows = device.good("history", conv_id=conversations[0]["conv_id"], limit=SCREEN)["messages"] if conversations else []
    device.close()
    return conversations, rows


def screens():
    each = UNREAD // BUSY
    busy, calm = Device(TCP, filled(BUSY, each)), Device(TCP, filled(1, 1))
    took, control = [], []
    for _ in range(TIMES):
        once, (conversations, rows) = ms(lambda: first_screen(busy.token))
        # The system message of each group's beginning counts, as any message does.
        assert (len(conversations), sum(one["unread"] for one in conversations)) == (BUSY, BUSY * (each + 1))
        assert len(rows) == min(SCREEN, each + 1), len(rows)
        took.append(once)
        control.append(ms(lambda: first_screen(calm.token))[0])
    row("%d unread in %d conversations, from connect to the first screen, median of %d" % (UNREAD, BUSY, TIMES), "%.1f ms" % middle(took),
        "goal: 100 ms", middle(took) / 100)
    row("the same, beside a user with one conversation", "%.1f ms" % middle(took), "%.1f ms" % middle(control), middle(took) / middle(control))


if __name__ == "__main__":
    sync_all()
    screens()
