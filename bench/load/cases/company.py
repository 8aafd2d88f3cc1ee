# SPDX-License-Identifier: Apache-2.0
"""What one kind of request does to another: the numbers of one beside nothing, and beside it."""
import contextlib
import os
import threading
import time

from cases import trial
from cases.requests import show_paths
from cases.transfers import sized, stored, uploads
from slow_clients import most_resident, probe, trickle, uploads_held
from traffic import MIB, download, measure, upload


def company_trials(given):
    yield trial("show beside a cold download", ("nginx", "glimt"), beside_download(given))
    yield trial("show beside 8 uploads", ("glimt",), beside_uploads(given, 8))
    yield trial("single shows beside 8 uploads", ("glimt",), now_and_then(given, 8))
    yield trial("4 uploads beside %d slow" % given.options.slow, ("glimt",), beside_slow(given))
    yield trial("slow uploads held", ("glance", "nginx", "glimt"), held(given), once=True)


def pairs(alone, beside, *names):
    """The numbers of those names of both, and how many times the first the second is."""
    told = {}
    for name in names:
        told.update({name + ", alone": alone[name], name + ", beside": beside[name],
                     name + ", beside/alone": beside[name] / alone[name]})
    return told


def beside_download(given):
    """Of a file that is in the cache, and of the same when it is not."""
    def probed(server, path, place, size, cold):
        with probe(server, path) as asking:
            end = time.monotonic() + given.options.seconds / 2
            while time.monotonic() < end:
                if cold:
                    forget_pages(server.file_of(place))
                download(server, place, size)
        return asking.numbers()

    def work(name):
        server, size = given.arena.server(name), given.options.mib * MIB
        place, path = stored(given, server, size), show_paths(given, name)[0]
        with open(server.file_of(place), "rb") as file:
            os.fsync(file.fileno())  # only what is on the disk can be forgotten
        return {kind + " " + number: value for kind in ("warm", "cold") for number, value in
                probed(server, path, place, size, kind == "cold").items()}
    return work


def forget_pages(path):
    """Those that the kernel's cache has of it."""
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextlib.contextmanager
def uploading(given, server, streams):
    """So many uploads, each followed by another, until the end of the block."""
    size, done, failures = sized(given.options.mib, streams, 32), threading.Event(), []

    def stream():
        while not done.is_set():
            places = server.new_places(1)
            upload(server, places[0], given.data, min(size, given.options.mib * MIB))
            server.forget(places)

    def watched():
        try:
            stream()
        except Exception as why:
            failures.append(why)
    threads = [threading.Thread(target=watched) for _ in range(streams)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


def beside_uploads(given, streams):
    def work(name):
        server, paths = given.arena.server(name), show_paths(given, name)

        def show():
            return measure(server, paths, seconds=given.options.seconds)
        alone = show()
        with uploading(given, server, streams):
            beside = show()
        return pairs(alone, beside, "p99 ms", "requests/s")
    return work


def now_and_then(given, streams):
    """The same with fewer requests than the server could answer: one at a time, with pauses."""
    def work(name):
        server, path = given.arena.server(name), show_paths(given, name)[-1]

        def show():
            with probe(server, path) as asking:
                time.sleep(given.options.seconds)
            return asking.numbers()
        alone = show()
        with uploading(given, server, streams):
            beside = show()
        return pairs(alone, beside, "p50 ms", "p99 ms")
    return work


def beside_slow(given):
    """The slow ones begin before; memory is that of all."""
    fast = uploads(given, 4)

    def work(name):
        server = given.arena.server(name)
        alone = fast(name)
        places = server.new_places(given.options.slow)
        with trickle(server) as slow, most_resident(server) as memory:
            for place in places:
                slow.add(place)
            beside = fast(name)
            held = slow.held()
        if held < len(places):
            raise SystemExit("%d of %d slow uploads were cut" % (len(places) - held, len(places)))
        return {"MiB resident": memory.bytes / MIB, **pairs(alone, beside, "MiB/s")}
    return work


def held(given):
    def work(name):
        server = given.arena.server(name)
        path = "/healthcheck" if name == "nginx" else show_paths(given, name)[0]
        try:
            return {"uploads": uploads_held(server, path, given.options.slow)}
        finally:
            if name == "glance":
                # Its processes wait for what does not come any more.
                given.arena.end_one(name, patience=1)
    return work
