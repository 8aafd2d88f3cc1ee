# SPDX-License-Identifier: Apache-2.0
"""Clients that take their time, and what others notice of them."""
import contextlib
import http.client
import socket
import threading
import time

from peers import PROJECT
from traffic import connected, http_head, read_head, refused, start_upload

ENOUGH = 2  # seconds after which a request is not served any more


class in_background:
    """run() on a thread of its own for as long as the block runs; it heeds `done`."""

    def __init__(self):
        self.done, self.thread = threading.Event(), threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


class trickle(in_background):
    """Uploads that send one byte per second until the end of the block."""

    def __init__(self, server):
        super().__init__()
        self.server, self.peers, self.lock = server, [], threading.Lock()

    def add(self, place):
        peer = start_upload(self.server, place, {"Content-Length": "1000000"})
        peer.setblocking(False)
        with self.lock:
            self.peers.append(peer)

    def run(self):
        while not self.done.wait(1):
            with self.lock:
                for peer in self.peers:
                    with contextlib.suppress(OSError):  # one of Glance's waits in the backlog
                        peer.send(b"x")

    def held(self):
        """How many have neither been answered nor cut."""
        count = 0
        for peer in self.peers:
            try:
                peer.recv(1)
            except BlockingIOError:
                count += 1
            except OSError:
                pass
        return count

    def __exit__(self, *which):
        super().__exit__(*which)
        for peer in self.peers:
            peer.close()


def is_served(server, path):
    peer = http.client.HTTPConnection(*server.address, timeout=ENOUGH)
    with contextlib.closing(peer), contextlib.suppress(OSError, http.client.HTTPException):
        peer.request("GET", path, headers={"X-Auth-Token": PROJECT})
        return peer.getresponse().status == 200
    return False


def uploads_held(server, path, most):
    """How many slow uploads at once still leave the path to be asked for: the last number of 1, 2,
    3, ... 8, 16, ... `most` beside which it was served."""
    steps = [n for n in (1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128, 256, 512) if n < most] + [most]
    served = 0
    with trickle(server) as slow:
        for step in steps:
            for place in server.new_places(step - len(slow.peers)):
                slow.add(place)
            time.sleep(0.1)
            if not is_served(server, path) or slow.held() < step:
                break
            served = step
    return served


class probe(in_background):
    """Asks for a path on some connections in turn, so that every shard is asked, for as long as the
    block runs; then `times` is how many milliseconds each answer took."""

    def __init__(self, server, path, connections=8, pause=0.001):
        super().__init__()
        self.server, self.path, self.connections = server, path, connections
        self.pause, self.times, self.failure = pause, [], None

    def run(self):
        with contextlib.ExitStack() as ends:
            peers = [ends.enter_context(connected(self.server.address))
                     for _ in range(self.connections)]
            for peer in peers:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            at = 0
            while not self.done.wait(self.pause):
                began = time.perf_counter()
                try:
                    self.ask(peers[at % len(peers)])
                except Exception as why:
                    self.failure = why
                    return
                self.times.append((time.perf_counter() - began) * 1000)
                at += 1

    def ask(self, peer):
        peer.sendall(http_head("GET", self.path, {}))
        status, head, came = read_head(peer)
        if status != 200:
            raise refused("a probe: %r" % head)
        length = int(head.lower().split(b"content-length:")[1].split()[0])
        while came < length:
            came += len(peer.recv(65536)) or length

    def __exit__(self, *which):
        super().__exit__(*which)
        if self.failure:
            raise self.failure

    def numbers(self):
        ordered = sorted(self.times)
        return {"p50 ms": ordered[len(ordered) // 2],
                "p99 ms": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
                "max ms": ordered[-1], "probes": len(ordered)}


class most_resident(in_background):
    """The most resident bytes of a server that were seen in the block, as `bytes`."""

    def __init__(self, server):
        super().__init__()
        self.server, self.bytes = server, server.resident_bytes()

    def run(self):
        while not self.done.wait(0.02):
            self.bytes = max(self.bytes, self.server.resident_bytes())
