#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Showing and listing images: glimt beside Debian's Glance under uWSGI, on the same images.

    cmake --preset release && cmake --build --preset release --target glimt
    bench/load/metadata.py [--images 1000 100000] [--seconds 5] [--rounds 3] [--connections 8]
    bench/load/metadata.py --quick          # a smoke run; its numbers mean nothing
    bench/load/metadata.py --pages          # only the table of pages, of glimt alone
    bench/load/metadata.py --seed FILE      # only makes a database, of the last of --images

Both servers run all the time, each on a copy of the same database, and are asked in turns, round by
round; printed are the medians: requests per second and p99 as wrk sees them, CPU time (user and
system) of all processes of the server per request, and how many times Glance's glimt's is. uWSGI
has the ini of Glance's guide and 4 processes; glimt has one thread per core. A second table has
what pages of every kind cost glimt on the smaller and on the larger database. Needs glance-api,
uwsgi, uwsgi-plugin-python3 and wrk (tools/deps --all).
"""
import argparse
import contextlib
import pathlib
import sys
import tempfile

from cases import trial
import images_database
from peers import ADMIN, PROJECT, ROOT, arena, servers
from rounds import recorder
from traffic import measure

PAGE = "/v2/images?limit=25"


def new_database(options, path, count):
    print("%d images ..." % count, file=sys.stderr, flush=True)
    servers.glimt(options.glimt, {}).make_database(path)
    images_database.fill(path, count)


@contextlib.contextmanager
def serving(options, database, *names):
    """An arena in which servers of those names run, and are warm."""
    with tempfile.TemporaryDirectory() as folder, \
            arena(options.glimt, pathlib.Path(folder), database) as place:
        for name in names:
            measure(place.server(name), ["/v2/schemas/image"], ADMIN)
        yield place


def compare(options, database, count):
    shown = ["/v2/images/" + one for one in images_database.seen_by_all(database)[-1000:]]
    records, names = recorder(options.rounds), ("glance", "glimt")
    with serving(options, database, *names) as place:
        for what, paths, token in (("show of %d", shown, PROJECT), ("list of %d", [PAGE], PROJECT),
                                   ("list of %d, admin", [PAGE], ADMIN)):
            records.do("metadata", trial(what % count, names, lambda name: measure(
                place.server(name), paths, token, options.connections, options.seconds)))


def pages(identifiers):
    """What a page may be asked for, as whom."""
    known = {"middle": identifiers[len(identifiers) // 2], "newest": identifiers[-1]}
    for who, token in (("project", PROJECT), ("admin", ADMIN)):
        for query in ("", "marker={newest}", "marker={middle}", "visibility=public",
                      "visibility=private", "visibility=all", "tag=stable", "status=active",
                      "sort=updated_at:desc", "sort=name:asc", "sort=size:desc",
                      "sort=name:asc&marker={middle}", "name=debian-00077", "os_distro=debian",
                      "owner=project-08"):
            yield "%-7s %s" % (who, query), PAGE + "&" + query.format(**known), token


def page_costs(options, database):
    with serving(options, database, "glimt") as place:
        server = place.server("glimt")
        return {what: measure(server, [path], token, 1, options.seconds)["CPU us/request"]
                for what, path, token in pages(images_database.seen_by_all(database))}


def compare_pages(options, databases):
    costs = {count: page_costs(options, path) for count, path in databases.items()}
    small, large = min(costs), max(costs)
    print("\nCPU us per page of glimt\n%-38s | %10d | %10d | growth" % ("page", small, large))
    for what, cost in costs[small].items():
        print("%-38s | %10.1f | %10.1f | %6.1f" % (
            what, cost, costs[large][what], costs[large][what] / max(cost, 1e-9)))


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--glimt", default=str(ROOT / "build/release/src/glimt"))
    arguments.add_argument("--images", type=int, nargs="+", default=[1000, 100000])
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--connections", type=int, default=8)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--pages", action="store_true")
    arguments.add_argument("--seed", type=pathlib.Path, metavar="FILE")
    options = arguments.parse_args()
    if options.quick:
        options.images, options.seconds, options.rounds = [1000, 5000], 1, 1
    if options.seed:
        return new_database(options, options.seed, options.images[-1])
    with tempfile.TemporaryDirectory() as folder:
        databases = {count: pathlib.Path(folder) / str(count) for count in options.images}
        for count, path in databases.items():
            new_database(options, path, count)
        if not options.pages:
            for count, path in databases.items():
                compare(options, path, count)
        if len(databases) > 1:
            compare_pages(options, databases)


if __name__ == "__main__":
    main()
