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
import os
import pathlib
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "bench/load"), str(ROOT / "tests/differential/glance")]

import images_database  # noqa: E402
import servers  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
PROJECT, ADMIN = "alice:project-07:member,reader", "root:cloud:admin,member,reader"
GUIDE = """[uwsgi]
socket-timeout = 10
http-auto-chunked = true
http-chunked-input = true
http-raw-body = true
chmod-socket = 666
lazy-apps = true
add-header = Connection: close
buffer-size = 65535
thunder-lock = true
plugins = python3
enable-threads = true
exit-on-reload = true
die-on-term = true
master = true
processes = 4
http-socket = %s:%d
wsgi-file = /usr/bin/glance-wsgi-api
"""
# One of these for each request, in turn.
SCRIPT = """paths = { %s }
at = 0
request = function()
    at = at %% #paths + 1
    return wrk.format("GET", paths[at])
end
"""


class running_server:
    def __init__(self, command, address, environment, log):
        self.address = address
        self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True,
                                        env=dict(os.environ, **environment))

    def cpu_seconds(self):
        """Of all processes of its session that live."""
        total = 0
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text().rsplit(") ", 1)[1].split()
                if int(fields[3]) == self.process.pid:
                    total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@contextlib.contextmanager
def serving(options, database, with_glance):
    """{name: running_server}, on one database."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ends:
        started = {}
        load = str(ROOT / "bench/load")
        for name in (["glance"] if with_glance else []) + ["glimt"]:
            home = pathlib.Path(folder) / name
            home.mkdir()
            config, address = servers.write_configuration(home, "plain", database, {})
            if name == "glimt":
                command = [options.glimt, "serve", "--config-file", str(config)]
            else:
                pipelines = servers.PASTE.replace(
                    "glance.tests.utils:FakeAuthMiddleware.factory", "fake_tokens:factory")
                # The WSGI application wants one of this name, and reads that of its configuration.
                for path in ("glance-api-paste.ini", "paste.ini"):
                    (home / path).write_text(pipelines)
                ini = home / "uwsgi.ini"
                ini.write_text(GUIDE % address)
                command = ["uwsgi", "--ini", str(ini)]
            environment = {"OS_GLANCE_CONFIG_DIR": str(home), "PYTHONPATH": load}
            log = ends.enter_context(open(home / "log", "wb"))
            one = running_server(command, address, environment, log)
            ends.callback(one.end)
            servers.wait_until_it_listens(one.process, address, home)
            started[name] = one
        if with_glance:
            wait_for_workers(pathlib.Path(folder) / "glance/log")
        for one in started.values():
            measure(one, ["/v2/schemas/image"], ADMIN, 8, 2)
        yield started


def wait_for_workers(log, limit=300):
    """uWSGI listens before its processes have loaded Glance."""
    end = time.monotonic() + limit
    while log.read_text().count("WSGI app 0") < 4:
        if time.monotonic() > end:
            raise SystemExit("uWSGI's processes did not get ready:\n" + log.read_text()[-3000:])
        time.sleep(0.1)


def in_milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def measure(server, paths, token, connections, seconds):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % ", ".join('"%s"' % path for path in paths))
        script.flush()
        before = server.cpu_seconds()
        said = subprocess.run(
            ["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, "--latency", "--timeout", "60s",
             "-H", "X-Auth-Token: " + token, "-s", script.name, "http://%s:%d" % server.address],
            capture_output=True, text=True, check=True).stdout
        used = server.cpu_seconds() - before
    if "Non-2xx" in said:
        raise SystemExit("not all answers were 200:\n" + said)
    count = int(re.search(r"(\d+) requests in", said)[1])
    if not count:  # Glance may need longer for one page of many images
        if seconds > 120:
            raise SystemExit("nothing was answered in %d s" % seconds)
        return measure(server, paths, token, connections, 4 * seconds)
    return {"requests/s": float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
            "p99 ms": in_milliseconds(re.search(r"99%\s+(\S+)", said)[1]),
            "CPU ms/request": used / count * 1000}


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
                glance, glimt = (statistics.median(one[number] for one in rounds[name])
                                 for name in ("glance", "glimt"))
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
