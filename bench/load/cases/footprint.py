# SPDX-License-Identifier: Apache-2.0
"""What a server costs that does little: its start, its memory, connections that wait, its end."""
import contextlib
import http.client
import shutil
import time

from cases import trial
from cases.transfers import uploads
from slow_clients import most_resident
from traffic import MIB, connected, http_head, read_head


def footprint_trials(given):
    yield trial("start", ("glance", "nginx", "glimt"), starting(given))
    yield trial("memory", ("glance", "nginx", "glimt"), memory(given), once=True)
    yield trial("%d idle connections" % given.options.idle, ("nginx", "glimt epoll", "glimt"),
                idle(given), once=True)


def starting(given):
    """From the start of the process to its first answer, and the memory it has then."""
    def work(name):
        began = time.perf_counter()
        server = given.arena.start(name)
        try:
            first_answer(server)
            took = time.perf_counter() - began
            return {"ms to the first answer": took * 1000,
                    "MiB after a start": server.proportional_bytes() / MIB}
        finally:
            server.end()
            shutil.rmtree(server.home)
    return work


def first_answer(server, limit=120):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        peer = http.client.HTTPConnection(*server.address, timeout=limit)
        with contextlib.closing(peer), contextlib.suppress(ConnectionError):
            peer.request("GET", "/healthcheck")
            if peer.getresponse().status == 200:
                return
        time.sleep(0.0005)
    raise SystemExit("%s did not answer" % server.home.name)


def memory(given):
    """When nothing is asked, and the most while uploads are under way."""
    def work(name):
        server = given.arena.server(name)
        told = {"MiB idle": server.proportional_bytes() / MIB}
        for streams in (1, 16) if name == "glance" else (1, 16, 64):
            with most_resident(server) as seen:
                uploads(given, streams, streams == 1)(name)
            told["MiB resident, %d uploads" % streams] = seen.bytes / MIB
        return told
    return work


def idle(given):
    """Connections that have each made a request. In a server of its own, which then ends."""
    def work(name):
        server = given.arena.start(name)
        try:
            first_answer(server)
            before = server.proportional_bytes()
            with contextlib.ExitStack() as ends:
                peers = []
                for _ in range(given.options.idle):
                    peers.append(ends.enter_context(connected(server.address)))
                    peers[-1].sendall(http_head("GET", "/healthcheck", {}))
                    read_head(peers[-1])
                grown = server.proportional_bytes() - before
                began = time.perf_counter()
                server.end()
                took = time.perf_counter() - began
            return {"bytes for each": grown / given.options.idle, "ms to end": took * 1000}
        finally:
            if server.process.poll() is None:
                server.end()
            shutil.rmtree(server.home)
    return work
