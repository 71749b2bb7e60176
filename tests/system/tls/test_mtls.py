"""TLS between the daemons of a running cluster (docs/mtls.md). MTLS_FILES: the authority and the files of the daemons, made by `imctl cert`;
IM_RUN_DIR and IM_BIN name the cluster."""
import contextlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.request
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import cluster  # noqa: E402
from goim_client import TcpClient  # noqa: E402
from runner import run  # noqa: E402
from wait import eventually  # noqa: E402

FILES = os.environ["MTLS_FILES"]
IMCTL = os.path.join(cluster.BIN, "imctl")
ROLES = ("comet", "logic", "router", "job")
SERVERS = ("comet", "logic", "router")
# A method of each server: who may call it, and who may not.
METHODS = {"comet": ("/im.comet.CometAdmin/Trace", "logic", "job"), "logic": ("/im.logic.Logic/Nodes", "comet", "router"),
           "router": ("/im.router.Kv/Get", "logic", "comet")}
DENIED, UNAVAILABLE = "7", None


def text_of(path):
    with open(path, errors="replace") as file:
        return file.read()


def imctl(*words, code=0):
    done = subprocess.run([IMCTL, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def refused(server, reason):
    return cluster.metrics(server + "-1")['im_grpc_tls_refused_total{reason="%s"}' % reason]


def log_of(name):
    return text_of(os.path.join(cluster.RUN, "log", name + ".log"))


def told(server, reason):
    """The lines of the server's log about this reason."""
    return [line for line in log_of(server + "-1").splitlines() if "gRPC over TLS: refused" in line and reason in line]


def call(server, method, *flags, scheme="https"):
    """The gRPC status of a call without a message, by curl; None: there is no connection. With a message curl would still be sending when gRPC
    answers and closes the stream, and forget the answer."""
    url = "%s://127.0.0.1:%d%s" % (scheme, cluster.port(server + "-1", "grpc.port"), method)
    done = subprocess.run(["curl", "-s", "-k", "-m", "20", "-D", "-", "-o", os.devnull, "-H", "content-type: application/grpc", "-H", "te: trailers",
                           "-X", "POST", "-d", "", *flags, url], capture_output=True, text=True, timeout=60)
    found = [line.split(":")[1].strip() for line in done.stdout.splitlines() if line.lower().startswith("grpc-status:")]
    assert found or done.returncode != 92, "the answer is not read whole"
    return found[0] if found else None


def certificate(folder, role, name="x"):
    stem = os.path.join(folder, "%s-%s" % (role, name))
    return ("--http2", "--cert", stem + ".pem", "--key", stem + ".key")


@contextlib.contextmanager
def authority(cluster_name):
    """Another one, which signs a logic, a job, a router and a comet."""
    with tempfile.TemporaryDirectory() as folder:
        imctl("cert", "ca", folder, "--cluster", cluster_name)
        for role in ROLES:
            imctl("cert", "issue", folder, "--role", role, "--id", "x")
        yield folder


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=60)


def signed_by_hand(folder, name, names, *days):
    """A certificate of the cluster's authority that imctl would not make."""
    stem = os.path.join(folder, name)
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", stem + ".key", "-out", stem + ".csr", "-subj", "/CN=x")
    put(stem + ".ext", "subjectAltName=%s\nextendedKeyUsage=clientAuth,serverAuth\nkeyUsage=digitalSignature\n" % names)
    openssl("x509", "-req", "-in", stem + ".csr", "-CA", FILES + "/ca.pem", "-CAkey", FILES + "/ca.key", "-extfile", stem + ".ext", "-out", stem + ".pem", *days)


class Neighbour:
    """A client and the pushes to it: they go on, whatever others try."""

    def __init__(self, mid):
        self.mid, self.count = mid, 0
        self.client = TcpClient(cluster.port("comet-1", "tcp.port"), timeout=30)
        self.client.auth(mid=mid, room_id="live://mtls", platform="t", accepts=[1000])

    def gets_a_push(self):
        self.count += 1
        body = b"push %d" % self.count
        api = "http://127.0.0.1:%d" % cluster.port("logic-1", "http.push_port")
        with urllib.request.urlopen("%s/goim/push/mids?operation=1000&mids=%d" % (api, self.mid), data=body, timeout=20) as reply:
            assert json.load(reply)["code"] == 0
        assert body in self.client.receive()[3], "the push did not come"


def a_push_arrives_over_tls():
    Neighbour(9500).gets_a_push()
    for role in ROLES:
        assert "spiffe://im.test/%s/x" % role in log_of(role + "-1"), role


def each_role_calls_what_is_its_own():
    neighbour = Neighbour(9501)
    for server, (method, may, may_not) in METHODS.items():
        assert call(server, method, *certificate(FILES, may)) not in (DENIED, UNAVAILABLE), (server, may)
        before = refused(server, "method")
        assert call(server, method, *certificate(FILES, may_not)) == DENIED, (server, may_not)
        assert call(server, "/im.comet.Comet/New", *certificate(FILES, may)) == DENIED, "a method without a row"
        assert refused(server, "method") >= before + 2
        assert told(server, '"method"'), server
        neighbour.gets_a_push()


def who_is_not_of_the_cluster_gets_no_connection():
    neighbour = Neighbour(9502)
    with authority("im.test") as other, authority("elsewhere") as elsewhere, tempfile.TemporaryDirectory() as made:
        signed_by_hand(made, "old", "URI:spiffe://im.test/logic/x", "-days", "0")
        signed_by_hand(made, "nobody", "DNS:logic.im.test", "-days", "2")
        signed_by_hand(made, "two", "URI:spiffe://im.test/logic/x,URI:spiffe://im.test/job/x", "-days", "2")
        signed_by_hand(made, "abroad", "URI:spiffe://elsewhere/logic/x", "-days", "2")
        by_hand = lambda name: ("--http2", "--cert", "%s/%s.pem" % (made, name), "--key", "%s/%s.key" % (made, name))  # noqa: E731
        tries = {"unknown_authority": (certificate(other, "logic"), certificate(elsewhere, "logic")), "expired": (by_hand("old"),),
                 "no_certificate": (("--http2",),), "no_role": (by_hand("nobody"), by_hand("two")), "other_cluster": (by_hand("abroad"),)}
        for server in SERVERS:
            for reason, all_flags in tries.items():
                before = refused(server, reason)
                for flags in all_flags:
                            eventually(lambda: call(server, METHODS[server][0], *flags) is UNAVAILABLE, "%s takes %s" % (server, reason), 10)  # noqa: B023
                assert refused(server, reason) >= before + len(all_flags), (server, reason)
                assert told(server, '"%s"' % reason), "not in the log: " + reason
            neighbour.gets_a_push()


def plain_text_and_nonsense_are_no_handshake():
    neighbour = Neighbour(9503)
    for server in SERVERS:
        before = refused(server, "handshake")
        assert call(server, METHODS[server][0], "--http2-prior-knowledge", scheme="http") is UNAVAILABLE
        for hello in (os.urandom(4096), b"\x16\x03\x01\xff\xff" + b"\0" * 4000, b"GET / HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", cluster.port(server + "-1", "grpc.port")), timeout=30) as sock, contextlib.suppress(ConnectionError):
                sock.sendall(hello)
                while sock.recv(4096):
                    pass
        eventually(lambda: refused(server, "handshake") >= before + 3, "the failed handshakes of " + server)  # noqa: B023
        assert 1 <= len(told(server, '"handshake"')) < 4, "told each time"
        neighbour.gets_a_push()


def old_versions_are_not_spoken():
    for server in SERVERS:
        assert call(server, METHODS[server][0], *certificate(FILES, METHODS[server][1]), "--tls-max", "1.2", "--tlsv1.2") not in (DENIED, UNAVAILABLE)
        with socket.create_connection(("127.0.0.1", cluster.port(server + "-1", "grpc.port")), timeout=30) as plain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with warnings.catch_warnings(action="ignore"):
                context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            try:
                context.wrap_socket(plain)
                raise AssertionError(server + " speaks TLS 1.1")
            except (ssl.SSLError, OSError):
                pass


def shown_by(server):
    """The certificate that a port shows, in PEM."""
    with socket.create_connection(("127.0.0.1", cluster.port(server + "-1", "grpc.port")), timeout=30) as plain:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        with context.wrap_socket(plain) as secure:
            return ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True))


def hang_up():
    """SIGHUP to all; what each then logs about its certificate."""
    begin = {role: len(log_of(role + "-1")) for role in ROLES}
    for role in ROLES:
        os.kill(cluster.pid(role + "-1"), signal.SIGHUP)
    return {role: eventually(lambda: [line for line in log_of(role + "-1")[begin[role]:].splitlines() if "grpc_tls.certificate" in line],  # noqa: B023
                             role + " says nothing about its certificate")[0] for role in ROLES}


def put(path, text):
    """In place of what is there, as one step."""
    with open(path + ".new", "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    os.rename(path + ".new", path)


def files_that_do_not_fit_change_nothing():
    key = os.path.join(FILES, "comet-x.key")
    good, before = text_of(key), shown_by("comet")
    put(key, text_of(os.path.join(FILES, "job-x.key")))
    try:
        lines = hang_up()
        assert "not accepted" in lines["comet"] and "not the key of the certificate" in lines["comet"], lines
        assert shown_by("comet") == before
    finally:
        put(key, good)
    Neighbour(9504).gets_a_push()


def a_new_authority_beside_the_old_one_then_alone():
    """As docs/mtls.md says: both authorities everywhere, then the new certificates, then the new authority alone."""
    neighbour = Neighbour(9505)
    with authority("im.test") as fresh:
        ca, new_ca = os.path.join(FILES, "ca.pem"), text_of(os.path.join(fresh, "ca.pem"))
        steps = [lambda: put(ca, text_of(ca) + new_ca),
                 lambda: [put(os.path.join(FILES, role + "-x" + end), text_of(os.path.join(fresh, role + "-x" + end))) for role in ROLES for end in (".key", ".pem")],
                 lambda: put(ca, new_ca)]
        old = (text_of(os.path.join(FILES, "logic-x.pem")), text_of(os.path.join(FILES, "logic-x.key")))
        for step in steps:
            step()
            for role, line in hang_up().items():
                assert "not accepted" not in line and "not read again" not in line, (role, line)
            neighbour.gets_a_push()
        for server in SERVERS:
            want = text_of(os.path.join(FILES, server + "-x.pem"))
            eventually(lambda: shown_by(server).split() == want.split(), server + " shows its old certificate")  # noqa: B023
        # New connections, both ways, with what is new: a second job and a second comet; and the old certificate is not taken.
        for kind in ("job", "comet"):
            cluster.im("add", kind)
        neighbour.gets_a_push()
        with tempfile.TemporaryDirectory() as stale:
            put(os.path.join(stale, "logic-x.pem"), old[0])
            put(os.path.join(stale, "logic-x.key"), old[1])
            assert call("router", METHODS["router"][0], *certificate(stale, "logic")) is UNAVAILABLE
        assert call("router", METHODS["router"][0], *certificate(FILES, "logic")) not in (DENIED, UNAVAILABLE)
        neighbour.gets_a_push()


def check(daemon, *flags):
    done = subprocess.run([os.path.join(cluster.BIN, daemon), "--check", *flags], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


def the_check_says_what_is_missing():
    for daemon in SERVERS:
        code, text = check(daemon, "--grpc.bind=0.0.0.0")
        assert code == 3 and "grpc_tls.certificate" in text and "grpc_tls.plain_text" in text, (daemon, text)
        assert check(daemon, "--grpc.bind=0.0.0.0", "--grpc_tls.plain_text=true")[0] == 0, daemon
    code, text = check("logic", "--push_api.grpc_bind=0.0.0.0", "--push_api.grpc_port=3125")
    assert code == 3 and "push_api.grpc_bind" in text, text
    flags = {name: "--grpc_tls.%s=%s" % (name, os.path.join(FILES, "job-x" + end)) for name, end in (("certificate", ".pem"), ("key", ".key"))}
    code, text = check("job", *flags.values())
    assert code == 3 and "grpc_tls.ca: is empty" in text, text
    ca = "--grpc_tls.ca=" + os.path.join(FILES, "ca.pem")
    assert check("job", *flags.values(), ca)[0] == 0
    code, text = check("router", *flags.values(), ca)
    assert code == 3 and 'is not of the role "router"' in text, text
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(FILES, "job-x.key"), folder)
        os.chmod(os.path.join(folder, "job-x.key"), 0o644)
        code, text = check("job", flags["certificate"], "--grpc_tls.key=" + os.path.join(folder, "job-x.key"), ca)
        assert code == 3 and "chmod 600" in text, text


def imctl_overwrites_nothing():
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "certs")
        imctl("cert", "ca", folder)
        assert "is there already" in imctl("cert", "ca", folder, code=1)
        words = ("cert", "issue", folder, "--role", "comet", "--id", "c1", "--host", "10.0.0.5", "--host", "c1.example")
        text = imctl(*words)
        assert "[grpc_tls]" in text and 'key = "%s/comet-c1.key"' % folder in text, text
        before = text_of(os.path.join(folder, "comet-c1.key"))
        assert "is there already" in imctl(*words, code=1)
        assert text_of(os.path.join(folder, "comet-c1.key")) == before
        imctl(*words, "--out", os.path.join(top, "next"))
        for key in ("certs/ca.key", "certs/comet-c1.key", "next/comet-c1.key"):
            assert os.stat(os.path.join(top, key)).st_mode & 0o777 == 0o600, key
        assert "cert ca" in imctl("cert", "issue", top, "--role", "job", "--id", "j", code=1)
        imctl("cert", "issue", folder, "--role", "king", "--id", "k", code=2)
        imctl("cert", "issue", folder, "--role", "job", "--id", "../k", code=2)


run("mtls", (a_push_arrives_over_tls, each_role_calls_what_is_its_own, who_is_not_of_the_cluster_gets_no_connection,
             plain_text_and_nonsense_are_no_handshake, old_versions_are_not_spoken, files_that_do_not_fit_change_nothing,
             the_check_says_what_is_missing, imctl_overwrites_nothing, a_new_authority_beside_the_old_one_then_alone))
