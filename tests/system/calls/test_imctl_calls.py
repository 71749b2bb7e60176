#!/usr/bin/env python3
"""`imctl call-test` and `imctl bench calls` (docs/calls.md, "Trying it") against two comets. A cluster with accounts and a store. IMCTL,
IM_TCP, IM_TCP2, IM_PUBLIC, IM_STORE_FILE, IM_OPS (of all daemons) come from the environment; IM_BENCH_CALLS is
the number of calls."""
import json
import os
import signal
import subprocess

from peer import Device, log_of, person
from runner import run
from wait import until_it_passes

COMETS = ["127.0.0.1:" + os.environ["IM_TCP"], "127.0.0.1:" + os.environ["IM_TCP2"]]
CALLS = int(os.environ.get("IM_BENCH_CALLS", "200"))
RATE, BEGIN, SECONDS = (500, 50, 60) if CALLS > 1000 else (100, 25, 5)


def imctl(*args, code=0, seconds=60):
    """stdout, or stderr when another code than 0 is expected."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("IM_")}
    environment["IM_SERVER"] = os.environ["IM_PUBLIC"]
    done = subprocess.run([os.environ["IMCTL"], *args], capture_output=True, timeout=seconds, env=environment, text=True)
    assert done.returncode == code, (args, done.returncode, done.stdout, done.stderr)
    return done.stderr if code else done.stdout


def a_call_from_comet_to_comet():
    found = json.loads(imctl("--json", "call-test", "--comets", ",".join(COMETS), "--candidates", "20"))
    assert found["ok"] and found["media"] is False, found
    assert found["path"] == {"caller_comet": COMETS[0], "callee_comet": COMETS[1]}, found
    assert found["candidates"] == {"sent": 40, "relayed": 40, "repeated": found["candidates"]["repeated"], "lost": 0}, found
    setup = found["setup_ms"]
    assert 0 < setup["ring"] < setup["accept"] < setup["descriptions"] < setup["up"], found
    assert 0 < found["relay_ms"]["p50"] <= found["relay_ms"]["p99"] <= found["relay_ms"]["max"], found
    assert found["ice_urls"] == 2, found


def for_people_and_with_tokens_of_ones_own():
    ann, bob = Device(int(os.environ["IM_TCP"]), person()), Device(int(os.environ["IM_TCP2"]), person())
    ann.close(), bob.close()
    text = imctl("call-test", "--comets", COMETS[1], "--candidates", "1", "--caller", ann.token, "--callee", bob.token)
    assert "caller %d at comet %s, callee %d at comet %s" % (ann.uid, COMETS[1], bob.uid, COMETS[1]) in text, text
    assert "of 2 candidates" in text and "no media" in text, text


def twice_with_the_same_users():
    ann, bob = Device(int(os.environ["IM_TCP"]), person()), Device(int(os.environ["IM_TCP2"]), person())
    ann.close(), bob.close()
    for _ in range(2):
        imctl("call-test", "--comets", ",".join(COMETS), "--candidates", "1", "--caller", ann.token, "--callee", bob.token)


def a_run_that_does_not_come_to_its_end_hangs_up():
    ann, bob = Device(int(os.environ["IM_TCP"]), person()), Device(int(os.environ["IM_TCP2"]), person())
    ann.close(), bob.close()
    tokens = ["--caller", ann.token, "--callee", bob.token]
    endless = ["call-test", "--comets", ",".join(COMETS), *tokens, "--candidates", "10000"]
    text = imctl(*endless, "--timeout", "1", code=1)
    assert "not done within 1 s" in text, text
    again = ["call-test", "--comets", ",".join(COMETS), "--candidates", "1", *tokens]
    until_it_passes(lambda: imctl(*again))  # the server may be about to take the hang-up; nobody would answer for a minute
    tablet = Device(int(os.environ["IM_TCP2"]), bob.login)  # of the same user: a second login of one device would replace the first
    begun = subprocess.Popen([os.environ["IMCTL"], *endless, "--server", os.environ["IM_PUBLIC"]], stderr=subprocess.PIPE, text=True)
    tablet.event("call.incoming")
    begun.send_signal(signal.SIGINT)
    assert "stopped" in begun.communicate(timeout=60)[1] and begun.returncode == 130
    until_it_passes(lambda: imctl(*again))


def operators_see_what_became_of_each_party():
    """From the store: nothing but what the two reported and what the server saw."""
    dsn = ["--dsn", "sqlite:" + os.environ["IM_STORE_FILE"]]
    ann, bob = Device(int(os.environ["IM_TCP"]), person(), "ann's phone"), Device(int(os.environ["IM_TCP2"]), person(), "bob's phone")
    call = ann.invite(bob.uid, kind="video")["call_id"]
    bob.event("call.incoming", call_id=call)
    bob.accept(call)
    ann.event("call.accepted")
    for ufrag in ("4ZcD", "4ZcD", "Gx1a"):
        ann.good("call.sdp", to_party="p2", description={"type": "offer", "sdp": "v=0\r\na=ice-ufrag:%s\r\n" % ufrag}, **ann.party())
    for device, path, loss in ((ann, "relay", 12), (bob, "host", 0)):
        device.good("call.report", pc_state="connected", inbound_ok=True, path=path, loss=loss, **device.party())
    ann.good("call.report", pc_state="connected", inbound_ok=True, path="relay", loss=3, **ann.party())
    end = ann.good("call.hangup", **ann.party())
    assert [row["talk_ms"] for row in log_of(bob, ann.uid)] == [end["talk_ms"]]
    [row] = json.loads(imctl("--json", "calls", *dsn, "--uid", str(bob.uid)))
    assert (row["call_id"], row["kind"], row["caller"], row["outcome"]) == (call, "2", str(ann.uid), "answered"), row
    assert row["talk_ms"] == str(end["talk_ms"]) and row["reason"] == "hangup", (row, end)
    parties = json.loads(imctl("--json", "calls", *dsn, call))
    assert [(one["uid"], one["device"], one["path"], one["restarts"], one["worst_loss"]) for one in parties] == [
        (str(ann.uid), "ann's phone", "relay", "1", "12"), (str(bob.uid), "bob's phone", "host", "0", "0")], parties
    assert len({one["comet"] for one in parties} - {"0"}) == 2 and all(int(one["setup_ms"]) > 0 for one in parties), parties
    assert "SETUP" in imctl("calls", *dsn, call) and "video" in imctl("calls", *dsn, "--uid", str(ann.uid))
    assert imctl("calls", *dsn, "c0", code=1) == ""
    assert "CALL, or --uid" in imctl("calls", *dsn, code=2)


def what_goes_wrong_is_named():
    ann, bob = Device(int(os.environ["IM_TCP"]), person()), Device(int(os.environ["IM_TCP2"]), person())
    tokens = ["--caller", ann.token, "--callee", bob.token]
    eve = Device(int(os.environ["IM_TCP2"]), person())
    eve.invite(bob.uid)
    text = imctl("call-test", "--comets", COMETS[0], *tokens, code=1)
    assert "call.invite of the caller was refused: 4486" in text, text
    eve.good("call.cancel", **eve.party())  # nothing of it is left when the next case looks
    nobody = "127.0.0.1:1"
    text = imctl("call-test", "--comets", "%s,%s" % (COMETS[0], nobody), *tokens, code=4)
    assert "cannot reach the comet at 127.0.0.1:1: connection refused; --comets names one" in text, text
    assert "--caller and --callee go together" in imctl("call-test", "--caller", ann.token, code=2)
    assert "--comets" in imctl("call-test", "--comets", "nowhere", code=2)
    assert "more than the control's" in imctl("bench", "calls", "--calls", "8", code=2)


def many_calls_at_once():
    """Nothing lost, refused or left over; figures are printed, not asserted."""
    found = json.loads(imctl(
        "--json", "bench", "calls", "--comets", ",".join(COMETS), "--ops", os.environ["IM_OPS"], "--calls", str(CALLS), "--rate", str(RATE),
        "--begin-rate", str(BEGIN), "--seconds", str(SECONDS), "--control-seconds", "5", "--within", "65", seconds=3000))
    print(json.dumps(found, indent=1))
    assert (found["up"], found["ended"], found["failed"]) == (CALLS, CALLS, 0), found
    candidates = found["candidates"]
    assert candidates["sent"] == candidates["relayed"] > 0 and candidates["lost"] == candidates["refused"] == 0, found
    assert found["control_relay_ms"]["n"] > 0 and found["relay_ms"]["n"] > 0, found
    assert found["bytes_per_call"]["router"] > 0, found
    assert found["left"] == 0, found


CASES = [a_call_from_comet_to_comet, for_people_and_with_tokens_of_ones_own, twice_with_the_same_users,
         a_run_that_does_not_come_to_its_end_hangs_up, operators_see_what_became_of_each_party, what_goes_wrong_is_named, many_calls_at_once]

if __name__ == "__main__":
    run("imctl-calls", CASES)
