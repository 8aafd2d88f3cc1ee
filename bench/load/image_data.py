#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Uploads and downloads: glimt beside Debian's Glance under uWSGI and beside nginx's sendfile.

    cmake --preset release && cmake --build --preset release --target glimt
    bench/load/image_data.py [--mib 512] [--rounds 3] [--memory-mib 256] [--seconds 10]
    bench/load/image_data.py --quick          # a smoke run; its numbers mean nothing

The servers run all the time and take turns, round by round; printed are the medians: MiB/s of all
streams together, CPU seconds (user and system, of all processes of the server) per GiB, and the
ratio of glimt's to the other's. Uploads go by length and in chunks of 64 KiB, as glanceclient's do;
nginx serves the file that glimt has stored. Then, of glimt alone: the most resident memory during
1, 4 and 64 uploads at once, and the p99 of showing an image, without and with 200 uploads that
trickle one byte per second. Images are kept in $TMPDIR, which wants a file system as in production
(/dev/shm has no sendfile for us) and room for 64 times --memory-mib. uWSGI has the ini of Glance's
guide and 4 processes; glimt has one thread per core. Needs glance-api, uwsgi, uwsgi-plugin-python3,
nginx and wrk (tools/deps --all).
"""
import argparse
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import socket
import tempfile
import threading
import time
import uuid

from beside_glance import PROJECT, ROOT, measure, medians, running_server, servers, serving
from small_requests import NGINX, free_port, wait_for

CHUNK = 64 * 1024
MIB = 1 << 20
TRICKLES = 200
CONCURRENT = (1, 4, 64)
APART = 0.25  # seconds between the uploads of a round: Glance's processes fail on a locked SQLite


@contextlib.contextmanager
def connected(server):
    peer = http.client.HTTPConnection(*server.address)
    with contextlib.closing(peer):
        yield peer


def expect(server, answer, status):
    said = answer.read()
    if answer.status != status:
        raise SystemExit("%s: %d instead of %d:\n%s" % (
            server.home.name, answer.status, status, said.decode(errors="replace")))


def ask(server, method, path, status, document=None):
    with connected(server) as peer:
        peer.request(method, path, json.dumps(document) if document else None,
                     {"X-Auth-Token": PROJECT, "Content-Type": "application/json"})
        expect(server, peer.getresponse(), status)


def created(server, count):
    """Paths of so many new images."""
    identifiers = [str(uuid.uuid4()) for _ in range(count)]
    for one in identifiers:
        ask(server, "POST", "/v2/images", 201,
            {"id": one, "name": "load", "disk_format": "raw", "container_format": "bare"})
    return ["/v2/images/" + one for one in identifiers]


def start_upload(peer, path, framing):
    peer.putrequest("PUT", path + "/file")
    for name, value in {"X-Auth-Token": PROJECT, "Content-Type": "application/octet-stream",
                        **framing}.items():
        peer.putheader(name, value)
    peer.endheaders()


def send_chunked(to, data, size):
    end_of_last = b""
    for at in range(0, size, CHUNK):
        count = min(CHUNK, size - at)
        to.send(b"%s%x\r\n" % (end_of_last, count), socket.MSG_MORE)
        to.sendfile(data, at, count)
        end_of_last = b"\r\n"
    to.sendall(end_of_last + b"0\r\n\r\n")


def upload(server, path, payload, chunked):
    size = payload.stat().st_size
    with connected(server) as peer, open(payload, "rb") as data:
        with contextlib.suppress(ConnectionError):  # refused early: the answer says why
            if chunked:
                start_upload(peer, path, {"Transfer-Encoding": "chunked"})
                send_chunked(peer.sock, data, size)
            else:
                start_upload(peer, path, {"Content-Length": str(size)})
                peer.sock.sendfile(data, 0, size)
        expect(server, peer.getresponse(), 204)


def download(server, path, size):
    """Its bytes are dropped in the kernel."""
    with socket.create_connection(server.address) as peer:
        peer.sendall(("GET %s HTTP/1.1\r\nHost: load\r\nX-Auth-Token: %s\r\nConnection: close"
                      "\r\n\r\n" % (path, PROJECT)).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += peer.recv(4096) or b"HTTP/1.1 cut\r\n\r\n"
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode(errors="replace"))
        left = size - len(head.split(b"\r\n\r\n", 1)[1])
        nowhere = bytearray(MIB)
        while left:
            count = peer.recv_into(nowhere, min(left, MIB), socket.MSG_TRUNC)
            if not count:
                raise SystemExit("a download was cut %d bytes before its end" % left)
            left -= count


def at_once(work, each, apart=0.0):
    """Calls `work` with every item of `each`, side by side; each begins so many seconds later."""
    def begin(numbered):
        time.sleep(numbered[0] * apart)
        work(numbered[1])
    with concurrent.futures.ThreadPoolExecutor(len(each)) as threads:
        list(threads.map(begin, enumerate(each)))


def transfers(server, size, work, each, apart=0.0):
    before, began = server.cpu_seconds(), time.monotonic()
    at_once(work, each, apart)
    took, used = time.monotonic() - began, server.cpu_seconds() - before
    moved = size * len(each)
    return {"MiB/s": moved / MIB / took, "CPU s/GiB": used * (1 << 30) / moved}


def uploads(server, payload, streams, chunked):
    paths = created(server, streams)
    done = transfers(server, payload.stat().st_size,
                     lambda path: upload(server, path, payload, chunked), paths, APART)
    for path in paths:
        ask(server, "DELETE", path, 204)
    return done


def in_turns(options, what, both, work):
    """Rounds of work(server) with each of the two servers of `both`; glimt is the second."""
    rounds = {name: [] for name in both}
    for _ in range(options.rounds):
        for name, server in both.items():
            rounds[name].append(work(server))
    for number in ("MiB/s", "CPU s/GiB"):
        (name, other), (_, glimt) = medians(rounds, number).items()
        print("%-24s | %-9s | %-6s %8.2f | %8.2f | %5.2f" % (
            what, number, name, other, glimt, glimt / max(other, 1e-9)), flush=True)


def compare_uploads(options, both, payload):
    for chunked in (False, True):
        for streams in (1, 4):
            what = "upload, %s, %d" % ("chunked" if chunked else "by length", streams)
            in_turns(options, what, both,
                     lambda server: uploads(server, payload, streams, chunked))


@contextlib.contextmanager
def nginx_beside(glimt, folder):
    """nginx, on the folder glimt keeps its images in."""
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(
        folder=folder, port=port, location="root %s/images; sendfile on;" % glimt.home))
    with open(folder / "nginx.log", "wb") as log:
        nginx = running_server(["nginx", "-c", str(configuration)], ("127.0.0.1", port), folder,
                               {}, log)
    try:
        wait_for(port)
        yield nginx
    finally:
        nginx.end()


def compare_downloads(options, glimt, payload, folder):
    size, path = payload.stat().st_size, created(glimt, 1)[0]
    upload(glimt, path, payload, False)
    with nginx_beside(glimt, folder) as nginx:
        def downloads(server, streams):
            where = path + "/file" if server is glimt else path.replace("/v2/images", "")
            return transfers(server, size, lambda _: download(server, where, size),
                             [None] * streams)
        for streams in (1, 4):
            in_turns(options, "download, %d" % streams, {"nginx": nginx, "glimt": glimt},
                     lambda server: downloads(server, streams))
    ask(glimt, "DELETE", path, 204)


def peak_resident(server, work):
    """The most resident bytes seen while `work` runs."""
    peak, done = [server.resident_bytes()], threading.Event()

    def watch():
        while not done.wait(0.02):
            peak[0] = max(peak[0], server.resident_bytes())
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return peak[0]


def memory(options, glimt, payload):
    print("\nuploads of %d MiB at once | MiB resident" % (payload.stat().st_size // MIB))
    print("%24d | %8.1f" % (0, glimt.resident_bytes() / MIB))
    for streams in CONCURRENT:
        peak = peak_resident(glimt, lambda: uploads(glimt, payload, streams, streams % 2 == 0))
        print("%24d | %8.1f" % (streams, peak / MIB), flush=True)


@contextlib.contextmanager
def trickling(server, paths):
    """An upload to each path that sends one byte per second."""
    with contextlib.ExitStack() as ends:
        peers = []
        for path in paths:
            peers.append(ends.enter_context(connected(server)))
            start_upload(peers[-1], path, {"Content-Length": "1000000"})
        done = threading.Event()

        def trickle():
            while not done.is_set():
                for peer in peers:
                    peer.sock.sendall(b"x")
                done.wait(1)
        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def slow_clients(options, glimt):
    shown = created(glimt, 1)
    paths = created(glimt, TRICKLES)

    def show():
        return measure(glimt, shown, PROJECT, 8, options.seconds)
    alone = show()
    with trickling(glimt, paths):
        beside = show()
    print("\nshow beside %d slow uploads | alone | beside | ratio" % TRICKLES)
    for number in ("requests/s", "p99 ms"):
        print("%27s | %8.2f | %8.2f | %5.2f" % (
            number, alone[number], beside[number], beside[number] / max(alone[number], 1e-9)))


def payload_of(folder, mib):
    path = folder / ("%d MiB" % mib)
    block = os.urandom(MIB)
    with open(path, "wb") as file:
        for number in range(mib):
            file.write(number.to_bytes(8, "big") + block[8:])
    return path


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--glimt", default=str(ROOT / "build/release/src/glimt"))
    arguments.add_argument("--mib", type=int, default=512)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--memory-mib", type=int, default=256)
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--quick", action="store_true")
    options = arguments.parse_args()
    if options.quick:
        options.mib, options.rounds, options.memory_mib, options.seconds = 8, 1, 2, 2
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        payload = payload_of(folder, options.mib)
        database = folder / "database"
        servers.glimt(options.glimt, {}).make_database(database)
        print("what, streams            | number    | other           |    glimt | ratio")
        with serving(options, database, True) as both:
            compare_uploads(options, both, payload)
            compare_downloads(options, both["glimt"], payload, folder)
        with serving(options, database, False) as alone:
            memory(options, alone["glimt"], payload_of(folder, options.memory_mib))
            slow_clients(options, alone["glimt"])


if __name__ == "__main__":
    main()
