# SPDX-License-Identifier: Apache-2.0
"""Uploads and downloads of many bytes."""
import hashlib
import json

from cases import trial
from traffic import MIB, at_once, download, refused, transfers, upload

# Glance's processes fail on a locked SQLite when two write at once: what it refuses is done again,
# at its cost, and its uploads begin so many seconds apart.
ATTEMPTS = 20
APART = 0.25


def sized(mib, streams, least):
    """How many bytes each of so many streams has, to move so many MiB together."""
    return max(mib // streams, least) * MIB


def uploads(given, streams, chunked=False, protocol="http"):
    size = sized(given.options.mib, streams, min(32, given.options.mib))

    def work(name):
        server, again = given.arena.server(name), []
        places = server.new_places(streams)

        def insist(place):
            for _ in range(ATTEMPTS if name == "glance" else 0):
                try:
                    return upload(server, place, given.data, size, chunked, protocol)
                except refused:
                    place = server.new_places(1)[0]
                    again.append(place)
            return upload(server, place, given.data, size, chunked, protocol)
        warm(given, size * streams)
        numbers = transfers(server, size * streams, lambda: at_once(
            insist, places, APART / max(1, streams / 4) if name == "glance" else 0))
        server.forget(places + again)
        return dict(numbers, **{"uploads done again": len(again)})
    return work


def warm(given, size):
    """A virtual machine gives memory that is free for a while back to its host; the next to fill
    pages of the cache would pay for all of them."""
    path = given.arena.folder / "warm"
    block = bytes(4 * MIB)
    with open(path, "wb", buffering=0) as file:
        for _ in range(size // len(block)):
            file.write(block)
    path.unlink()


def upload_trials(given):
    for protocol in ("http", "uwsgi"):
        for framing in ("length", "chunked"):
            for streams in given.options.streams:
                servers = ("glance", "nginx", "glimt") if protocol == "http" else (
                    "glance", "glimt")
                yield trial("upload %s %s %d" % (protocol, framing, streams), servers,
                            uploads(given, streams, framing == "chunked", protocol))


def lane_trials(given):
    """Hashing in lanes beside OpenSSL's, in the same server."""
    for streams in given.options.streams:
        yield trial("lanes %d" % streams, ("glimt openssl", "glimt"), uploads(given, streams))


def unhashed_trials(given):
    """Settings that only a build with GLIMT_BENCHMARKS has, beside nginx, which hashes nothing."""
    def checked(streams):
        work = uploads(given, streams)

        def run(name):
            if name != "nginx":
                check_knows(given.arena, name)
            return work(name)
        return run
    for streams in given.options.streams[:2]:
        yield trial("unhashed %d" % streams, ("nginx", "glimt sha256", "glimt none"),
                    checked(streams))


def check_knows(arena, name):
    """Whether that glimt leaves MD5 out, as its environment asks it to."""
    server = arena.server(name)
    if getattr(server, "knows", False):
        return
    place, byte = server.new_places(1)[0], one_byte()
    upload(server, place, byte, 1)
    image = json.loads(server.ask("GET", place.removesuffix("/file"), 200))
    server.forget([place])
    if image["checksum"] == hashlib.md5(b"x").hexdigest():
        arena.without(name, "this build has no GLIMT_BENCHMARK_DIGESTS (CMake's GLIMT_BENCHMARKS)")
    server.knows = True


class one_byte:
    def send(self, to, *_):
        to.sendall(b"x")


def download_trials(given):
    def downloads(streams):
        size = sized(given.options.mib, max(1, streams // 4), min(32, given.options.mib))
        each = max(1, 4 // streams)  # one stream downloads as much as four

        def work(name):
            server = given.arena.server(name)
            place = stored(given, server, size)

            def stream(_):
                for _ in range(each):
                    download(server, place, size)
            return transfers(server, size * streams * each,
                             lambda: at_once(stream, range(streams)))
        return work
    for streams in given.options.streams + given.options.more_streams:
        yield trial("download %d" % streams, ("glance", "nginx", "glimt"), downloads(streams))


def stored(given, server, size):
    """Where the server has an image of that size, from the first time on."""
    if not hasattr(server, "stored"):
        server.stored = {}
    if size not in server.stored:
        server.stored[size] = server.new_places(1)[0]
        upload(server, server.stored[size], given.data, size)
    return server.stored[size]
