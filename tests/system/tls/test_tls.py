"""comet's TLS listeners on a running cluster (docs/tls.md): certificates exchanged, balancers, cuts, what a scanner finds.
IM_TCPS, IM_WSS, IM_WEBIM: TLS ports of comet-1; IM_COMET_PID, IM_COMET_OPS: its process and ops port; TLS_FILES: its files."""
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request

for folder in ("lib", "webim"):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", folder))
from goim_client import TcpClient, WsClient, connected, packet  # noqa: E402
from pages import WsPage  # noqa: E402
from runner import run  # noqa: E402
from wait import eventually  # noqa: E402

TCPS, WSS, WEBIM = (int(os.environ[name]) for name in ("IM_TCPS", "IM_WSS", "IM_WEBIM"))
FILES, CA = os.environ["TLS_FILES"], os.environ["IM_TLS_CA"]
HERE = os.path.dirname(os.path.abspath(__file__))


def metric(line):
    """The value of the line of comet's metrics that begins so."""
    with urllib.request.urlopen(os.environ["IM_COMET_OPS"] + "/metrics", timeout=10) as reply:
        text = reply.read().decode()
    found = re.search(r"^%s (\S+)$" % re.escape(line), text, re.M)
    return float(found.group(1)) if found else 0.0


def bad_handshakes():
    return metric('im_comet_closed_total{reason="bad_tls"}')


def organisation(port=TCPS):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with ssl.create_default_context(cafile=CA).wrap_socket(plain, server_hostname="im.example") as secure:
            return dict(pair[0] for pair in secure.getpeercert()["subject"])["organizationName"]


def reload():
    os.kill(int(os.environ["IM_COMET_PID"]), signal.SIGHUP)


def certificates_are_exchanged_without_a_dropped_connection():
    clients = [TcpClient(TCPS).auth(mid=9100 + i, room_id="live://tls", platform="t", accepts=[1000]) for i in range(20)]
    pages = [WsClient(WSS).auth(mid=9200 + i, room_id="live://tls", platform="t", accepts=[1000]) for i in range(20)]
    for name in ("second", "third"):
        subprocess.run([os.path.join(HERE, "certificate.sh"), FILES, name], check=True)
        reload()
        eventually(lambda name=name: organisation() == name and organisation(WSS) == name, "the new certificate")
    for client in clients + pages:
        client.send(2)
        assert client.receive()[1] == 3, "an open connection went"


def files_that_do_not_fit_change_nothing():
    before = organisation()
    key = os.path.join(FILES, "key.pem")
    with open(key, "rb") as file:
        good = file.read()
    try:
        with open(key, "wb") as file:
            file.write(b"nonsense")
        reload()
        assert organisation() == before
    finally:
        with open(key, "wb") as file:
            file.write(good)
    subprocess.run([os.path.join(HERE, "certificate.sh"), FILES, "fourth"], check=True)
    reload()
    eventually(lambda: organisation() == "fourth", "the mended certificate")


def memory_of_a_burst_goes_back():
    """Handshakes without a login, so that nothing but TLS passes. Their memory is given back when it is quiet again."""
    def gone():  # a client that closes with a ticket unread resets
        return sum(metric('im_comet_closed_total{reason="%s"}' % reason) for reason in ("peer_closed", "peer_reset"))
    before, ended = metric("im_comet_heap_returns_total"), gone()
    for _ in range(12):
        crowd = [connected("127.0.0.1", TCPS, 20) for _ in range(100)]
        for client in crowd:
            client.close()
    eventually(lambda: gone() >= ended + 1200, "the comet does not see them go")
    eventually(lambda: metric("im_comet_heap_returns_total") > before, "the heap of the burst is kept")


def what_an_idle_connection_costs_is_measured_inside_tls():
    """The command works; figures.md has what it printed."""
    done = subprocess.run([os.environ["IMCTL"], "--json", "bench", "idle", "--tls", "--comet", "127.0.0.1:%d" % TCPS, "--connections", "60", "--warm",
                           "10", "--settle", "1", "--no-control", "--pid", "comet=" + os.environ["IM_COMET_PID"]], capture_output=True,
                          text=True, timeout=120)
    assert done.returncode == 0, done
    figures = json.loads(done.stdout)
    assert figures["connections"] == 60 and figures["ended"] == 0 and "comet user memory" in figures["bytes_per_connection"], figures


def plain_clients_at_a_tls_port_are_dropped_and_counted():
    before = bad_handshakes()
    for port in (TCPS, WSS, WEBIM):
        for hello in (packet(7, 1, b"{}"), b"GET /sub HTTP/1.1\r\nHost: x\r\n\r\n", os.urandom(4096), b"\x16\x03\x01\xff\xff" + b"\0" * 4000):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
                sock.sendall(hello)
                try:
                    while sock.recv(4096):
                        pass
                except ConnectionError:
                    pass
    eventually(lambda: bad_handshakes() >= before + 9, "the failed handshakes in the metrics")
    TcpClient(TCPS).auth(mid=1, room_id="", platform="t", accepts=[1000]).close()


def cuts_in_a_handshake_leave_nothing_behind():
    open_before = metric("im_comet_connections")
    context = ssl.create_default_context(cafile=CA)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname="im.example")
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    hello = outgoing.read()
    for size in range(1, len(hello), 7):
        with socket.create_connection(("127.0.0.1", TCPS), timeout=10) as sock:
            sock.sendall(hello[:size])
    eventually(lambda: metric("im_comet_connections") <= open_before, "the half handshakes to be gone")


def a_balancer_says_whose_handshake_follows():
    # A client of 127.0.0.99 (client.proxy_from): the header first, then TLS, in one segment.
    with socket.create_connection(("127.0.0.1", TCPS), timeout=10, source_address=("127.0.0.99", 0)) as plain:
        plain.sendall(b"PROXY TCP4 203.0.113.7 127.0.0.1 5000 3104\r\n")
        with ssl.create_default_context(cafile=CA).wrap_socket(plain, server_hostname="im.example") as secure:
            secure.sendall(packet(7, 1, json.dumps({"mid": 9300, "room_id": "", "platform": "t", "accepts": [1000]}).encode()))
            assert secure.recv(16)[8:12] == b"\0\0\0\x08"
    # Without the header there is no handshake.
    with socket.create_connection(("127.0.0.1", TCPS), timeout=10, source_address=("127.0.0.99", 0)) as plain:
        try:
            ssl.create_default_context(cafile=CA).wrap_socket(plain, server_hostname="im.example")
            raise AssertionError("a handshake without the PROXY header was taken")
        except (ssl.SSLError, OSError):
            pass


def the_old_page_speaks_inside_tls():
    ann, bob = WsPage(WEBIM), WsPage(WEBIM)
    ann.line("inside tls")
    bob.expect(lambda said: said.get("data") == "inside tls")
    for page in (ann, bob):
        page.leave()


def large_pushes_arrive_whole():
    client = TcpClient(TCPS).auth(mid=9400, room_id="live://tls-large", platform="t", accepts=[1000])
    body = os.urandom(30000).hex().encode()
    for _ in range(20):
        request = urllib.request.Request(os.environ["IM_API"] + "/goim/push/mids?operation=1000&mids=9400", data=body)
        with urllib.request.urlopen(request, timeout=10) as reply:
            assert json.load(reply)["code"] == 0
    got = b""
    while len(got) < 20 * (16 + len(body)):
        got += client.receive()[3] + b"\0" * 16
    assert got.count(body) == 20


def a_scanner_finds_nothing_above_low():
    out = os.path.join(FILES, "testssl-%d.json")
    for port in (WSS, TCPS) if os.environ.get("FULL") else (WSS,):
        report = out % port
        if os.path.exists(report):
            os.remove(report)
        subprocess.run(["testssl", "--quiet", "--warnings", "off", "--color", "0", "--ip", "127.0.0.1", "--add-ca", CA, "--nodns", "none", "-p", "-P", "-S", "-s", "-f", "-U",
                        "--jsonfile", report, "im.example:%d" % port],
                       stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, timeout=400, check=False)
        with open(report) as file:
            findings = json.load(file)
        assert len(findings) > 40, "testssl.sh did not get far: %d findings" % len(findings)
        grave = ["%(id)s: %(finding)s (%(severity)s)" % one for one in findings if one["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL")]
        # What a root of our own and a certificate without a revocation address must be told of.
        ours = re.compile(r"^(cert_(revocation|crlDistributionPoints|ocspURL|caIssuers)|DNS_CAArecord|OCSP_stapling)")
        grave = [line for line in grave if not ours.match(line)]
        print("   port %d: %d findings, above LOW: %s" % (port, len(findings), "; ".join(grave) or "none"))
        assert not grave, grave


run("tls", (certificates_are_exchanged_without_a_dropped_connection, files_that_do_not_fit_change_nothing, memory_of_a_burst_goes_back,
            plain_clients_at_a_tls_port_are_dropped_and_counted, cuts_in_a_handshake_leave_nothing_behind,
            a_balancer_says_whose_handshake_follows, the_old_page_speaks_inside_tls, large_pushes_arrive_whole,
            a_scanner_finds_nothing_above_low))
