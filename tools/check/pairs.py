#!/usr/bin/env python3
"""pairs.py [ROOT]: a .cpp file of the programs has a header of its own name, or it is main. Prints those that have none.

A second .cpp file for one class is how a class outgrows its limit. Those in PIECES are left from before the rule: cut the class, and take
its line out."""
import pathlib
import signal
import sys

PARTS = ("common", "comet", "logic", "router", "job")
PIECES = set("""
common/config/load.cpp common/config/render.cpp
common/http/http_connection_answers.cpp common/http/http_connection_body.cpp common/http/http_connection_end.cpp
common/kafka/consumer_group.cpp common/kafka/producer_client.cpp
comet/connection/connection_arrival.cpp comet/connection/connection_end.cpp comet/connection/connection_tls.cpp
logic/calls/grpc_call_table.cpp logic/chat/conversation_marks.cpp logic/chat/group_entry.cpp logic/chat/sync_all.cpp logic/push_api/push_json.cpp
router/calls/call_members.cpp router/calls/call_ringing.cpp router/calls/call_talk.cpp router/calls/call_timers.cpp
router/sessions/session_logins.cpp router/sessions/session_slots.cpp router/slots/slot_doubt.cpp
router/slots/slot_release.cpp router/slots/slot_time.cpp
""".split())


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = []
    for part in PARTS:
        for path in sorted((root / part).rglob("*.cpp")):
            name = path.relative_to(root).as_posix()
            if path.name != "main.cpp" and not path.with_suffix(".hpp").exists() and name not in PIECES:
                found.append(f"  {name}: no header of its name; a class has one .cpp file (tools/check/pairs.py)")
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads may stop, as `| head` does
    sys.exit(main())
