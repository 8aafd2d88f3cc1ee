# SPDX-License-Identifier: Apache-2.0
"""What the servers are made to do: uploads and downloads whose bytes never enter this process, and
small requests by wrk. All says what the server and what this side of it used."""
import concurrent.futures
import contextlib
import os
import re
import resource
import socket
import struct
import subprocess
import tempfile
import time

from peers import PROJECT

CHUNK = 64 * 1024  # as glanceclient's are
MIB, GIB = 1 << 20, 1 << 30
PATIENCE = struct.pack("ll", 300, 0)  # seconds that a peer may keep us waiting
SCRIPT = """paths = { %s }
ranges = { %s }
at = 0
request = function()
    at = at + 1
    local headers = { ["X-Auth-Token"] = "%s", ["Content-Type"] = "application/json" }
    if #ranges > 0 then headers["Range"] = "bytes=" .. ranges[at %% #ranges + 1] end
    return wrk.format("%s", paths[at %% #paths + 1], headers, %s)
end
"""


class refused(Exception):
    """An answer with another status than that of success; says which."""


class payload:
    """Bytes to upload, as they are and with the framing of chunks: both are sent by the kernel."""

    def __init__(self, folder, mib):
        self.plain, self.framed = folder / "payload", folder / "payload.chunked"
        block = os.urandom(MIB)
        with open(self.plain, "wb") as plain, open(self.framed, "wb") as framed:
            for number in range(mib):
                one = number.to_bytes(8, "big") + block[8:]
                plain.write(one)
                for at in range(0, MIB, CHUNK):
                    framed.write(b"%x\r\n%s\r\n" % (CHUNK, one[at:at + CHUNK]))

    def send(self, to, size, chunked):
        """The first `size` bytes, a multiple of CHUNK."""
        count = size // CHUNK * (len("%x\r\n\r\n" % CHUNK) + CHUNK) if chunked else size
        with open(self.framed if chunked else self.plain, "rb") as data:
            send_file(to, data, count)
        if chunked:
            to.sendall(b"0\r\n\r\n")


def send_file(to, data, count):
    at = 0
    while at < count:
        at += os.sendfile(to.fileno(), data.fileno(), at, count - at)


@contextlib.contextmanager
def connected(address):
    with socket.create_connection(address) as peer:
        for which in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            peer.setsockopt(socket.SOL_SOCKET, which, PATIENCE)
        yield peer


def http_head(method, path, fields):
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: load", "X-Auth-Token: " + PROJECT]
    lines += ["%s: %s" % field for field in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def uwsgi_head(method, path, fields):
    """As nginx sends it to its uwsgi_pass."""
    variables = {"REQUEST_METHOD": method, "PATH_INFO": path, "REQUEST_URI": path,
                 "QUERY_STRING": "", "SCRIPT_NAME": "", "SERVER_PROTOCOL": "HTTP/1.1",
                 "SERVER_NAME": "load", "SERVER_PORT": "80", "HTTP_HOST": "load",
                 "REMOTE_ADDR": "127.0.0.1", "HTTP_X_AUTH_TOKEN": PROJECT}
    for name, value in fields.items():
        name = name.upper().replace("-", "_")
        variables[name if name.startswith("CONTENT_") else "HTTP_" + name] = value
    block = b"".join(struct.pack("<H", len(each)) + each for pair in variables.items()
                     for each in (one.encode() for one in pair))
    return struct.pack("<BHB", 0, len(block), 0) + block


def read_head(peer):
    """(status, its text, how many bytes of the body came with it)"""
    head = b""
    while b"\r\n\r\n" not in head:
        more = peer.recv(4096)
        if not more:
            raise refused("an answer was cut: %r" % head)
        head += more
    return int(head.split()[1]), head, len(head.split(b"\r\n\r\n", 1)[1])


def start_upload(server, place, framing, protocol="http"):
    """A connection on which the body is awaited."""
    fields = {"Content-Type": "application/octet-stream", "Connection": "close", **framing}
    peer = socket.create_connection(
        server.uwsgi_address if protocol == "uwsgi" else server.address)
    peer.sendall((uwsgi_head if protocol == "uwsgi" else http_head)("PUT", place, fields))
    return peer


def upload(server, place, data, size, chunked=False, protocol="http"):
    framing = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(size)}
    with start_upload(server, place, framing, protocol) as peer:
        for which in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            peer.setsockopt(socket.SOL_SOCKET, which, PATIENCE)
        with contextlib.suppress(ConnectionError):  # refused early: the answer says why
            data.send(peer, size, chunked)
        status, said, _ = read_head(peer)
    if status != server.created_status:
        raise refused("%s refused an upload: %r" % (server.home.name, said))


def download(server, place, size):
    """Its bytes are dropped in the kernel."""
    with connected(server.address) as peer:
        peer.sendall(http_head("GET", place, {"Connection": "close"}))
        status, said, came = read_head(peer)
        if status != 200:
            raise refused("%s refused a download: %r" % (server.home.name, said))
        left, nowhere = size - came, bytearray(MIB)
        while left:
            count = peer.recv_into(nowhere, min(left, MIB), socket.MSG_TRUNC)
            if not count:
                raise refused("a download was cut %d bytes before its end" % left)
            left -= count


def at_once(work, each, apart=0.0):
    """Calls `work` with every item of `each`, side by side; each begins so many seconds later."""
    def begin(numbered):
        time.sleep(numbered[0] * apart)
        work(numbered[1])
    with concurrent.futures.ThreadPoolExecutor(len(each)) as threads:
        list(threads.map(begin, enumerate(each)))


def own_cpu_seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def used_by(server, work):
    """(seconds it took, CPU seconds of the server, CPU seconds of this side)"""
    cpu, own, began = server.cpu_seconds(), own_cpu_seconds(), time.monotonic()
    work()
    return time.monotonic() - began, server.cpu_seconds() - cpu, own_cpu_seconds() - own


def transfers(server, moved, work):
    """`work` moves so many bytes."""
    took, used, own = used_by(server, work)
    return {"MiB/s": moved / MIB / took, "CPU s/GiB": used * GIB / moved,
            "client CPU s/GiB": own * GIB / moved, "client cores": own / took}


@contextlib.contextmanager
def on_a_core_of_its_own(server):
    """The server has the first of our cores for as long as the block runs, this side the last."""
    cores = sorted(os.sched_getaffinity(0))
    before = {thread: os.sched_getaffinity(thread) for thread in (0, *server.threads())}
    for thread in before:
        os.sched_setaffinity(thread, {cores[0] if thread else cores[-1]})
    try:
        yield
    finally:
        for thread, its_cores in before.items():
            with contextlib.suppress(ProcessLookupError):  # one that has ended since
                os.sched_setaffinity(thread, its_cores)


def in_milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def measure(server, paths, token=PROJECT, connections=8, seconds=2, method="GET", ranges=(),
            body="nil"):
    """Asks for the paths in turn, and as often as it can. `body` is an expression of Lua."""
    def quoted(all):
        return ", ".join('"%s"' % one for one in all)
    said = []

    def run():
        said.append(subprocess.run(
            ["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, "--latency", "--timeout",
             "60s", "-s", script.name, "http://%s:%d" % server.address],
            capture_output=True, text=True, check=True).stdout)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (quoted(paths), quoted(ranges), token, method, body))
        script.flush()
        took, used, own = used_by(server, run)
    if "Non-2xx" in said[0]:
        raise SystemExit("%s did not always answer 2xx:\n%s" % (server.home.name, said[0]))
    count = int(re.search(r"(\d+) requests in", said[0])[1])
    if not count:  # Glance may need longer for one page of many images
        if seconds > 120:
            raise SystemExit("nothing was answered in %d s" % seconds)
        return measure(server, paths, token, connections, 4 * seconds, method, ranges, body)
    return {"requests/s": float(re.search(r"Requests/sec:\s+([\d.]+)", said[0])[1]),
            "p99 ms": in_milliseconds(re.search(r"^ +99% +(\S+)", said[0], re.MULTILINE)[1]),
            "CPU us/request": used / count * 1e6, "client CPU us/request": own / count * 1e6,
            "client cores": own / took}
