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
    yield trial("show beside 8 uploads", ("nginx", "glimt"),
                beside(given, shows, eight_uploads, "p99 ms", "requests/s"))
    yield trial("single shows beside 8 uploads", ("nginx", "glimt"),
                beside(given, single_shows, eight_uploads, "p50 ms", "p99 ms"))
    yield trial("show beside %d slow" % given.options.slow, ("glimt",),
                beside(given, shows, slow_uploads, "p99 ms", "requests/s"))
    yield trial("4 uploads beside %d slow" % given.options.slow, ("glimt",),
                uploads_beside_slow(given))
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
def eight_uploads(given, server):
    """Each followed by another, until the end of the block."""
    streams, done, failures = 8, threading.Event(), []
    size = sized(given.options.mib, streams, min(32, given.options.mib))

    def stream():
        while not done.is_set():
            places = server.new_places(1)
            upload(server, places[0], given.data, size)
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


@contextlib.contextmanager
def slow_uploads(given, server):
    """None of them may be cut before the end of the block."""
    places = server.new_places(given.options.slow)
    with trickle(server) as slow:
        for place in places:
            slow.add(place)
        yield
        cut = len(places) - slow.held()
    if cut:
        raise SystemExit("%d of %d slow uploads were cut" % (cut, len(places)))


def beside(given, asked, company, *names):
    """Those numbers of what is asked alone, and beside what the block of `company` does."""
    def work(name):
        server = given.arena.server(name)
        ask = asked(given, server, name)
        alone = ask()
        with company(given, server):
            return pairs(alone, ask(), *names)
    return work


def shows(given, server, name):
    """As many as it answers."""
    paths = show_paths(given, name)
    return lambda: measure(server, paths, seconds=given.options.seconds)


def single_shows(given, server, name):
    """One at a time, with pauses: fewer than the server could answer."""
    path = show_paths(given, name)[-1]

    def show():
        with probe(server, path) as asking:
            time.sleep(given.options.seconds)
        return asking.numbers()
    return show


def uploads_beside_slow(given):
    """Memory is that of all."""
    fast = uploads(given, 4)

    def work(name):
        server = given.arena.server(name)
        alone = fast(name)
        with most_resident(server) as memory, slow_uploads(given, server):
            beside = fast(name)
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
