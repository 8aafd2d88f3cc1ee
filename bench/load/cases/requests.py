# SPDX-License-Identifier: Apache-2.0
"""Small requests, as wrk makes them."""
import json

from cases import trial
from cases.transfers import stored
from peers import PROJECT
from traffic import MIB, measure, on_a_core_of_its_own

LIST = "/v2/images?limit=25"
NEW = "'%s'" % json.dumps({"name": "load", "disk_format": "raw", "container_format": "bare"})


def file_with(given, path, name):
    """nginx has glimt's answer to that path as a file, whose path is returned."""
    kept = given.arena.server("nginx").home / "data" / name
    if not kept.exists():
        kept.write_bytes(given.arena.server("glimt").ask("GET", path, 200))
    return "/" + name


def asked(given, path_of, **how):
    how = dict(seconds=given.options.seconds, **how)

    def work(name):
        server = given.arena.server(name)
        return measure(server, path_of(name), PROJECT, **how)
    return work


def show_paths(given, name):
    paths = ["/v2/images/" + one for one in given.shown()]
    return [file_with(given, paths[-1], "show")] if name == "nginx" else paths


def asked_of_one_core(given, connections):
    ask = asked(given, lambda _: ["/healthcheck"], connections=connections)

    def work(name):
        with on_a_core_of_its_own(given.arena.server(name)):
            return ask(name)
    return work


def request_trials(given):
    everyone = ("glance", "nginx", "glimt")
    yield trial("healthcheck", everyone, asked(given, lambda _: ["/healthcheck"]))
    for connections in (64, 512):
        yield trial("healthcheck of one core, %d" % connections, ("nginx", "glimt epoll", "glimt"),
                    asked_of_one_core(given, connections))
    yield trial("show", everyone, asked(given, lambda name: show_paths(given, name)))
    yield trial("list of 25", everyone, asked(
        given, lambda name: [file_with(given, LIST, "list") if name == "nginx" else LIST]))
    size = min(64, given.options.mib) * MIB
    yield trial("range of 64 KiB", everyone, asked(
        given, lambda name: [stored(given, given.arena.server(name), size)],
        ranges=given.ranges(size)))
    # One connection: two of Glance's processes fail on a locked SQLite.
    yield trial("create", ("glance", "glimt"), asked(
        given, lambda _: ["/v2/images"], connections=1, method="POST", body=NEW))
