#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Images over 4 GiB through real clients and real front ends, where a count of 32 bits would wrap.

    large_test.py GLIMT RUN_FRONT_END FRONT_END...

Every client uploads to glimt itself, and curl through the front ends, with the length and, where
the front end takes that, chunked. What comes back is compared, sizes, hashes and ranges are looked
at, and how much memory glimt has needed. Ends with 77 where the disk has no room for three copies.
"""
import functools
import hashlib
import os
import pathlib
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "differential/glance")]

import servers  # noqa: E402

from clouds import check_range, images, new_cloud  # noqa: E402
from tools import become_interactive, require  # noqa: E402
from uploaders import curl, facts, uploaders  # noqa: E402

WRAP = 1 << 32
SIZE = WRAP + 12345
PERIOD = os.urandom(1_000_003)  # no power of two: at a wrapped place there are other bytes
ROOM = 3 * SIZE + (1 << 30)
RESIDENT_MAX = 64 << 20
SANITIZERS = (b"__asan_init", b"__tsan_init", b"__ubsan_handle")


def content(first, count):
    begin = first % len(PERIOD)
    return (PERIOD * (2 + count // len(PERIOD)))[begin:begin + count]


def write_large(path):
    """What an image of it must look like."""
    md5, sha512 = hashlib.md5(), hashlib.sha512()
    with open(path, "wb") as file:
        for first in range(0, SIZE, len(PERIOD)):
            piece = PERIOD[:SIZE - first]
            file.write(piece)
            md5.update(piece)
            sha512.update(piece)
    return facts("active", SIZE, md5.hexdigest(), "sha512", sha512.hexdigest())


def check_received(path, expected):
    require(path.stat().st_size == SIZE, "bytes received:", path.stat().st_size)
    with open(path, "rb") as file:
        received = hashlib.file_digest(file, "sha512").hexdigest()
    require(received == expected.hash_value, "other bytes come back")
    path.unlink()


def round_trip(at, client, sent, expected):
    received = sent.with_name("received")
    image = client.upload(str(sent))
    require(client.show(image) == expected, client.show(image))
    client.download(image, str(received))
    check_received(received, expected)
    for first, count in ((WRAP - 10, 20), (WRAP, 1), (WRAP + 1, SIZE - WRAP - 1)):
        check_range(at, image, SIZE, first, content(first, count))
    client.delete(image)
    require(images(at) == [], "left after delete")


@functools.cache
def sanitized(binary):
    program = pathlib.Path(binary).read_bytes()
    return any(name in program for name in SANITIZERS)


def check_memory(process, binary):
    """A sanitizer's memory is no measure."""
    status = pathlib.Path("/proc/%d/status" % process.pid).read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) << 10
    print("    glimt has needed %.1f MiB at most" % (peak / (1 << 20)), flush=True)
    require(sanitized(binary) or peak < RESIDENT_MAX, "that is too much")


def clients_of(at, name):
    if name == "direct":
        return uploaders(at)
    return [curl(at, chunked) for chunked in (False, True) if "refused" not in at.promise(chunked)]


def large_images_come_back(glimt, runner, name, sent, expected):
    with new_cloud(glimt, runner, name) as at:
        for client in clients_of(at, name):
            began = time.monotonic()
            round_trip(at, client, sent, expected)
            print("    %s: same, %.0f s" % (client, time.monotonic() - began), flush=True)
        check_memory(glimt.process, glimt.binary)


def main():
    become_interactive()
    glimt, runner = servers.glimt(sys.argv[1], {}), sys.argv[2]
    with tempfile.TemporaryDirectory() as home:
        if shutil.disk_usage(home).free < ROOM:
            print("skipped: there are no %.0f GiB free in %s" % (ROOM / (1 << 30), home))
            return 77
        os.environ["HOME"] = home  # clients keep what they have learnt there
        sent = pathlib.Path(home) / "sent"
        expected = write_large(sent)
        for name in sys.argv[3:]:
            large_images_come_back(glimt, runner, name, sent, expected)
            print("%s: done" % name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
