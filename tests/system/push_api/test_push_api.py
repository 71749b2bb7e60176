#!/usr/bin/env python3
"""/v1/push against a cluster: every example of openapi.json, keys and their rotation, idempotency, limits, faults."""
import base64
import sys
import threading
import time
import urllib.request
import uuid

from goim_client import TcpClient
from runner import run
from push_client import (ALL, API, KEYS, PUBLIC, ROOM_PUSH, SCHEMAS, SPEC, TCP, Client, call, eventually, imctl,
                         in_force, in_force_any, new_key, push, refused, refused_either)


# ---- the document
def every_example_is_accepted_and_answered_as_described():
    replayed = 0
    for path, methods in SPEC["paths"].items():
        post = methods.get("post")
        if post is None:
            continue  # what_became_of_a_push_is_told
        for name, example in post["requestBody"]["content"]["application/json"]["examples"].items():
            status, headers, answer = call(path, example["value"], ALL)
            described = post["responses"][str(status)]
            assert status in (200, 202), (path, name, status, answer)
            schema = described["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
            SCHEMAS[schema].validate(answer)
            assert headers.get("X-Request-Id"), (path, name)
            replayed += 1
    assert replayed >= 5, replayed
    print("     examples replayed=%d" % replayed)


def every_described_refusal_happens():
    """Each code of the examples of refusals is provoked; what only a broken broker shows is in v1_push_without_kafka."""
    users = in_force(new_key("users"))["key"]
    slow = in_force(new_key("rooms", rate=0.01, burst=2))["key"]
    call(body=ROOM_PUSH, key=slow)
    reuse = {"Idempotency-Key": str(uuid.uuid4())}
    call(body=ROOM_PUSH, key=ALL, headers=reuse)
    seen = {
        "invalid_request": refused((400, "invalid_request"), body=push({"room": "live"}), key=ALL)[1],
        "unauthenticated": refused((401, "unauthenticated"), body=ROOM_PUSH)[1],
        "forbidden": refused((403, "forbidden"), body=push({"all": True}), key=users)[1],
        "message_too_large": refused((413, "message_too_large"), "/v1/push/batch",
                                     {"pushes": [push({"users": [1]}, text="x" * 65537)]}, ALL, PUBLIC)[1],
        "unsupported_media_type": refused((415, "unsupported_media_type"), body=b"{}", key=ALL,
                                          headers={"Content-Type": "text/plain"})[1],
        "idempotency_key_reused": refused((422, "idempotency_key_reused"), body=push({"room": "nobody://1"}), key=ALL,
                                          headers=reuse)[1],
        "rate_limited": refused((429, "rate_limited"), body=ROOM_PUSH, key=slow)[1],
    }
    seen["not_found"] = refused((404, "not_found"), "/v1/messages/" + "0" * 26, key=ALL, method="GET")[1]
    for answer in SPEC["components"]["responses"].values():
        for example in answer["content"]["application/problem+json"]["examples"].values():
            code = example["value"]["code"]
            if code in ("unavailable", "idempotency_in_progress", "idempotency_unknown"):
                continue  # the broken broker's, and push_api_test's
            assert seen[code]["title"] == example["value"]["title"], (code, seen[code])
            assert sorted(set(seen[code]) - {"pointer"}) == sorted(set(example["value"]) - {"pointer"}), code


def documents_are_served():
    for path, kind, word in (("/openapi.json", "application/json", '"3.1.0"'), ("/docs", "text/html", "docs/docs.js"),
                             ("/docs/docs.js", "text/javascript", "openapi.json"), ("/docs/docs.css", "text/css", "main")):
        with urllib.request.urlopen(API + path, timeout=10) as reply:
            text = reply.read().decode()
            assert reply.headers["Content-Type"].startswith(kind) and word in text, path
            assert "default-src 'none'" in reply.headers["Content-Security-Policy"], path


# ---- pushes

def each_target_gets_its_body():
    one, two = Client(8201, "v1-one", "v1://room"), Client(8202, "v1-two", "v1://room")
    time.sleep(0.3)
    assert call(body=push({"users": [8201]}, text="h\u00e9"), key=ALL)[0] == 202
    assert one.bodies(1) == ["h\u00e9".encode()]
    assert call(body=push({"keys": ["v1-two"]}, operation=1001, base64=base64.b64encode(b"\x00\xff").decode()), key=ALL)[0] == 202
    assert two.bodies(1) == [b"\x00\xff"]
    assert call(body=push({"room": "v1://room"}, json={"a": [1, 2]}), key=ALL)[0] == 202
    assert one.bodies(1) == two.bodies(1) == [b'{"a":[1,2]}']
    assert call(body=push({"all": True}, text="all"), key=ALL)[0] == 202
    assert one.bodies(1) == two.bodies(1) == [b"all"]


def fate_of(answer, complete=True):
    """What became of a push, as soon as every comet has reported."""
    def asked():
        status, _, fate = call("/v1/messages/" + answer["id"], key=ALL, method="GET")
        assert status == 200, (status, fate)
        SCHEMAS["Fate"].validate(fate)
        return fate if fate["comets"]["reported"] == fate["comets"]["asked"] or not complete else None
    return eventually(asked, "a comet does not report")


def the_answer_counts_its_targets():
    one, two = Client(8211, "v1-count-1", "v1://count"), Client(8211, "v1-count-2")
    # A router that has just begun is unsure of everybody for one lease.
    eventually(lambda: call(body=push({"users": [8213]}), key=ALL)[2]["targets"]["unknown"] == 0, "the router stays unsure", 30)
    rows = [({"users": [8211, 8212, 8213]}, (1, 2, 0), 2), ({"keys": ["v1-count-1", "v1-nobody"]}, (1, 1, 0), 1),
            ({"room": "v1://count"}, (1, 0, 0), None), ({"room": "v1://empty"}, (0, 1, 0), None), ({"all": True}, (1, 0, 0), None)]
    for to, targets, sessions in rows:
        answer = call(body=push(to, operation=1001), key=ALL)[2]
        assert tuple(answer["targets"][name] for name in ("queued", "offline", "unknown")) == targets, (to, answer)
        assert answer.get("sessions") == sessions, (to, answer)
    assert len(one.bodies(4)) == 4 and len(two.bodies(2)) == 2
    once = {"Idempotency-Key": str(uuid.uuid4())}
    first = call(body=push({"users": [8211, 8212]}), key=ALL, headers=once)[2]
    again = call(body=push({"users": [8211, 8212]}), key=ALL, headers=once)[2]
    assert again["targets"] == first["targets"] == {"queued": 1, "offline": 1, "unknown": 0}, (first, again)


def what_became_of_a_push_is_told():
    takes, refuses = Client(8221, "v1-fate-1", "v1://fate"), TcpClient(TCP).auth(mid=8221, key="v1-fate-2", accepts=[7])
    in_room = TcpClient(TCP).auth(mid=8222, key="v1-fate-3", room_id="v1://fate", accepts=[7])
    time.sleep(0.3)
    rows = [({"users": [8221, 8223]}, 1, 1), ({"keys": ["v1-fate-1"]}, 1, 0), ({"room": "v1://fate"}, 2, 0)]
    for to, delivered, unwanted in rows:
        fate = fate_of(call(body=dict(push(to), report=True), key=ALL)[2])
        assert fate["copies"] == {"delivered": delivered, "missed": 0, "dropped": 0, "unwanted": unwanted}, (to, fate)
        assert fate["comets"]["asked"] == 1, (to, fate)
    everybody = fate_of(call(body=dict(push({"all": True}), report=True), key=ALL)[2])
    assert everybody["copies"]["delivered"] >= 1 and everybody["copies"]["unwanted"] >= 2, everybody
    assert len(takes.bodies(4)) == 4 and len(in_room.receive()[3]) > 0 and refuses.silent()
    nobody = fate_of(call(body=dict(push({"users": [8223]}), report=True), key=ALL)[2])
    assert nobody["targets"]["offline"] == 1 and nobody["comets"]["asked"] == 0, nobody


def only_who_asked_is_told():
    plain = call(body=push({"users": [8221]}), key=ALL)[2]
    asked = call(body=dict(push({"users": [8221]}), report=True), key=ALL)[2]
    other = in_force(new_key("users"))["key"]
    refused((404, "not_found"), "/v1/messages/" + plain["id"], key=ALL, method="GET")
    refused((404, "not_found"), "/v1/messages/" + asked["id"], key=other, method="GET")
    refused((401, "unauthenticated"), "/v1/messages/" + asked["id"], method="GET")
    refused((400, "invalid_request"), body=dict(push({"users": [8221]}), report=1), key=ALL)


def a_batch_keeps_its_order():
    client = Client(8203, "v1-batch", "v1://batch")
    time.sleep(0.3)
    texts = ["%03d" % i for i in range(200)]
    status, _, answer = call("/v1/push/batch", {"pushes": [push({"room": "v1://batch"}, text=text) for text in texts]}, ALL)
    assert status == 200 and [result["status"] for result in answer["results"]] == ["accepted"] * 200, answer
    assert len({result["id"] for result in answer["results"]}) == 200
    assert client.bodies(200) == [text.encode() for text in texts]


def a_batch_with_a_fault_pushes_nothing():
    client = Client(8204, "v1-fault", "v1://fault")
    time.sleep(0.3)
    good = push({"room": "v1://fault"})
    _, answer = refused((400, "invalid_request"), "/v1/push/batch", {"pushes": [good, push({"users": [0]})]}, ALL)
    assert answer["pointer"] == "/pushes/1/to/users/0", answer
    assert client.silent()


def the_public_port_serves_it_when_told():
    assert call(body=ROOM_PUSH, key=ALL, base=PUBLIC)[0] == 202


# ---- idempotency

def repeated_calls_push_once():
    client = Client(8205, "v1-once", "v1://once")
    time.sleep(0.3)
    once = {"Idempotency-Key": str(uuid.uuid4())}
    first = call(body=push({"room": "v1://once"}), key=ALL, headers=once)
    again = call(body=push({"room": "v1://once"}), key=ALL, headers=once)
    assert first[0] == again[0] == 202 and first[2] == again[2], (first, again)
    assert first[1].get("Idempotency-Replayed") is None and again[1].get("Idempotency-Replayed") == "true"
    assert client.bodies(1) == [b"x"] and client.silent()


def concurrent_repeats_push_once():
    client = Client(8206, "v1-race", "v1://race")
    time.sleep(0.3)
    once = {"Idempotency-Key": str(uuid.uuid4())}
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(call(body=push({"room": "v1://race"}), key=ALL, headers=once)))
               for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _, _ in answers} <= {202, 409}, answers
    assert len({answer["id"] for status, _, answer in answers if status == 202}) == 1, answers
    assert client.bodies(1) == [b"x"] and client.silent()


# ---- keys

def wrong_keys_are_refused():
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic " + ALL}, {"X-API-Key": ALL[:-1]},
                    {"X-API-Key": ALL + "x"}, {"Authorization": "Bearer " + ALL.upper()}):
        answer, _ = refused((401, "unauthenticated"), body=ROOM_PUSH, headers=headers)
        assert answer.get("WWW-Authenticate", "").startswith("Bearer"), headers
    assert call(body=ROOM_PUSH, headers={"X-API-Key": ALL})[0] == 202


def each_scope_opens_its_targets_only():
    cells = 0
    targets = {"users": [{"users": [1]}, {"keys": ["k"]}], "rooms": [{"room": "a://b"}], "all": [{"all": True}]}
    for scope in targets:
        key = in_force_any(new_key(scope)["key"])
        for needed, tos in targets.items():
            for to in tos:
                status, _, answer = call(body=push(to), key=key)
                assert status == (202 if needed == scope else 403), (scope, to, status, answer)
                cells += 1
    print("     scope x target cells=%d" % cells)


def rotation_has_no_gap_and_revocation_is_quick():
    old = in_force(new_key("rooms"))
    new = new_key("rooms")
    in_force(new)
    assert call(body=ROOM_PUSH, key=old["key"])[0] == 202, "both are good during the change"
    imctl("revoke", old["id"])
    eventually(lambda: call(body=ROOM_PUSH, key=old["key"])[0] == 401, "a revoked key goes on")
    assert call(body=ROOM_PUSH, key=new["key"])[0] == 202
    assert old["id"] not in [key["id"] for key in imctl("list")["keys"]]
    assert "no key" in imctl("revoke", old["id"], code=1)["error"]


def a_broken_file_keeps_the_keys():
    with open(KEYS) as file:
        good = file.read()
    assert ALL not in good and ALL.split("_")[2] not in good, "the secret stands in the file"
    try:
        with open(KEYS, "w") as file:
            file.write("{")
        time.sleep(1)
        assert call(body=ROOM_PUSH, key=ALL)[0] == 202
    finally:
        with open(KEYS, "w") as file:
            file.write(good)


def limits_are_per_key():
    key = in_force_any(new_key("rooms", rate=0.01, burst=5)["key"])
    statuses = [call(body=ROOM_PUSH, key=key)[0] for _ in range(8)]
    assert statuses.count(202) == 5 and statuses[5:] == [429] * 3, statuses
    headers, _ = refused((429, "rate_limited"), body=ROOM_PUSH, key=key)
    assert int(headers["Retry-After"]) >= 1
    assert call(body=ROOM_PUSH, key=ALL)[0] == 202, "another key suffers"


# ---- faults

def hostile_bodies_are_refused():
    deep = b'{"to":{"room":"a://b"},"operation":1,"json":' + b"[" * 40 + b"]" * 40 + b"}"
    twice = b'{"to":{"room":"a://b"},"operation":1,"text":"a","text":"b"}'
    for body in (b"", b"{", b"[]", b"null", deep, twice, b'{"to":{"room":"a://b"},"operation":1,"text":"\xff"}', b"x" * 60000):
        refused((400, "invalid_request"), body=body, key=ALL)
    refused((400, "invalid_request"), body=ROOM_PUSH, key=ALL, headers={"Idempotency-Key": "a b"})
    refused((400, "invalid_request"), body=ROOM_PUSH, key=ALL, headers={"Idempotency-Key": "x" * 201})


def other_methods_are_refused():
    for method in ("GET", "PUT", "DELETE"):
        headers, _ = refused((405, "method_not_allowed"), body=None, method=method)
        assert headers["Allow"] == "POST"
    for method in ("POST", "PUT", "DELETE"):
        headers, _ = refused((405, "method_not_allowed"), "/v1/messages/" + "0" * 26, body=None, key=ALL, method=method)
        assert headers["Allow"] == "GET"


def identifiers_come_back():
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    _, headers, _ = call(body=ROOM_PUSH, key=ALL, headers={"X-Request-Id": "abc-1", "traceparent": trace})
    assert headers["X-Request-Id"] == "abc-1" and headers["traceparent"] == trace
    _, answer = refused((401, "unauthenticated"), body=ROOM_PUSH, headers={"X-Request-Id": "abc-2"})
    assert answer["request_id"] == "abc-2"
    _, headers, _ = call(body=ROOM_PUSH, key=ALL, headers={"X-Request-Id": "bad id"})
    assert headers["X-Request-Id"] != "bad id"


CASES = [every_example_is_accepted_and_answered_as_described, every_described_refusal_happens, documents_are_served, each_target_gets_its_body, the_answer_counts_its_targets,
         what_became_of_a_push_is_told, only_who_asked_is_told, a_batch_keeps_its_order, a_batch_with_a_fault_pushes_nothing, the_public_port_serves_it_when_told,
         repeated_calls_push_once, concurrent_repeats_push_once, wrong_keys_are_refused, each_scope_opens_its_targets_only, rotation_has_no_gap_and_revocation_is_quick,
         a_broken_file_keeps_the_keys, limits_are_per_key, hostile_bodies_are_refused, other_methods_are_refused, identifiers_come_back]


def without_kafka():
    """Run after the broker was killed."""
    listener = Client(8290, "v1-down", "v1://down")
    headers, answer = refused_either(body=push({"room": "v1://down"}), key=ALL, headers={"Idempotency-Key": "down-1"})
    assert int(headers["Retry-After"]) >= 1, headers
    assert call("/v1/push", push({"room": "empty://room"}), ALL)[0] == 202, "nobody there, nothing to accept"
    again = call(body=push({"room": "v1://down"}), key=ALL, headers={"Idempotency-Key": "down-1"})
    assert again[0] == 503 and "Idempotency-Replayed" not in again[1], "a failure is remembered"
    assert listener.silent()


if "--without-kafka" in sys.argv:
    run("push-api-without-kafka", [without_kafka])
run("push-api", CASES)
