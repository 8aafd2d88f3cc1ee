#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Showing and listing images: glimt beside Debian's Glance under uWSGI, on the same SQLite file.

    cmake --preset release && cmake --build --preset release --target glimt
    bench/load/metadata.py [--images 1000 100000] [--seconds 5] [--rounds 3] [--connections 8]
    bench/load/metadata.py --quick          # a smoke run; its numbers mean nothing
    bench/load/metadata.py --pages          # only the table of pages, of glimt alone
    bench/load/metadata.py --seed FILE      # only makes a database, of the last of --images

Both servers run all the time and are asked in turns, round by round; printed are the medians:
requests per second and p99 as wrk sees them, CPU time (user and system) of all processes of the
server per request, and how many times less glimt needs. uWSGI has the ini of Glance's guide and 4
processes; glimt has one thread per core. A second table has what pages of every kind cost glimt on
the smaller and on the larger file. Needs glance-api, uwsgi, uwsgi-plugin-python3 and wrk
(tools/deps --all).
"""
import argparse
import contextlib
import pathlib
import sqlite3
import sys
import tempfile

from beside_glance import ADMIN, PROJECT, ROOT, measure, medians, servers, serving
import images_database


def new_database(options, path, count):
    print("%d images ..." % count, file=sys.stderr, flush=True)
    servers.glimt(options.glimt, {}).make_database(path)
    images_database.fill(path, count)


def seen_by_all(database):
    """Identifiers of images that everybody sees, from old to new."""
    with contextlib.closing(sqlite3.connect(database)) as on:
        return [row[0] for row in on.execute(
            "SELECT id FROM images WHERE NOT deleted AND NOT os_hidden AND visibility = 'public'"
            " ORDER BY created_at")]


def compare(options, database, count):
    identifiers = seen_by_all(database)
    asked = {"show": (["/v2/images/" + one for one in identifiers[-1000:]], PROJECT),
             "list, a project": (["/v2/images?limit=25"], PROJECT),
             "list, an admin": (["/v2/images?limit=25"], ADMIN)}
    with serving(options, database, True) as both:
        for what, (paths, token) in asked.items():
            rounds = {name: [] for name in both}
            for _ in range(options.rounds):
                for name, server in both.items():
                    rounds[name].append(measure(server, paths, token, options.connections,
                                                options.seconds))
            for number in rounds["glimt"][0]:
                found = medians(rounds, number)
                glance, glimt = found["glance"], found["glimt"]
                ratio = (glimt / max(glance, 1e-9) if number == "requests/s"
                         else glance / max(glimt, 1e-9))
                print("%8d | %-15s | %-14s | %10.3f | %10.3f | %7.1f" % (
                    count, what, number, glance, glimt, ratio), flush=True)


def pages(identifiers):
    """What a page may be asked for, as whom."""
    middle, newest = identifiers[len(identifiers) // 2], identifiers[-1]
    for who, token in (("project", PROJECT), ("admin", ADMIN)):
        for query in ("", "marker=" + newest, "marker=" + middle, "visibility=public",
                      "visibility=private", "visibility=all", "tag=stable", "status=active",
                      "sort=updated_at:desc", "sort=name:asc", "sort=size:desc",
                      "sort=name:asc&marker=" + middle, "name=debian-00077", "os_distro=debian",
                      "owner=project-08"):
            shown = query.replace(newest, "newest").replace(middle, "middle")
            yield "%-7s %s" % (who, shown), "/v2/images?limit=25&" + query, token


def page_costs(options, database):
    with serving(options, database, False) as alone:
        return {what: measure(alone["glimt"], [path], token, 1, options.seconds)["CPU ms/request"]
                for what, path, token in pages(seen_by_all(database))}


def compare_pages(options, databases):
    costs = {count: page_costs(options, path) for count, path in databases.items()}
    small, large = min(costs), max(costs)
    print("\nCPU ms per page of glimt\n%-38s | %10d | %10d | growth" % ("page", small, large))
    for what, cost in costs[small].items():
        print("%-38s | %10.3f | %10.3f | %6.1f" % (
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
        options.images, options.seconds, options.rounds = [1000, 5000], 2, 1
    if options.seed:
        return new_database(options, options.seed, options.images[-1])
    with tempfile.TemporaryDirectory() as folder:
        databases = {count: pathlib.Path(folder) / str(count) for count in options.images}
        for count, path in databases.items():
            new_database(options, path, count)
        if not options.pages:
            print("  images | what            | number         |     Glance |      glimt | times")
            for count, path in databases.items():
                compare(options, path, count)
        if len(databases) > 1:
            compare_pages(options, databases)


if __name__ == "__main__":
    main()
