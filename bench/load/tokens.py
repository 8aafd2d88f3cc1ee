#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a Keystone token costs: glimt that asks nobody beside glimt with Debian's Keystone.

    cmake --preset release && cmake --build --preset release --target glimt
    bench/load/tokens.py [--seconds 5] [--rounds 5] [--connections 8]
    bench/load/tokens.py --quick            # a smoke run; its numbers mean nothing

Both servers run all the time, on one database of 1,000 images, and are asked in turns with the same
head, round by round: an admin's fernet token, which the one without Keystone does not look at.
Printed are the medians of CPU time (user and system) per request, and the ratio. Then what another
10,000 tokens, which are not of Keystone but of a fake that is faster, add to resident memory. Needs
python3-keystone, uwsgi, uwsgi-plugin-python3 and wrk (tools/deps --all).
"""
import argparse
import contextlib
import http.client
import http.server
import json
import pathlib
import sqlite3
import statistics
import sys
import tempfile

from beside_glance import ROOT, measure, running_server, servers
import images_database

sys.path.append(str(ROOT / "tests/keystone"))

import cloud  # noqa: E402
from keystone_server import ADMIN_PASSWORD, running_keystone  # noqa: E402


@contextlib.contextmanager
def serving(options, database, url, flavor):
    with tempfile.TemporaryDirectory() as name:
        home = pathlib.Path(name)
        config, address = cloud.write_configuration(home, url, flavor, "", "")
        text = pathlib.Path(config).read_text().replace("workers = 2\n", "")
        pathlib.Path(config).write_text(text.replace("%s/db" % home, str(database)))
        with open(home / "log", "wb") as log:
            one = running_server([options.glimt, "serve", "--config-file", config], address, home,
                                 {}, log)
            try:
                servers.wait_until_it_listens(one.process, address, home)
                yield one
            finally:
                one.end()


def compare(options, database, identity):
    identity.populate({"glance": ("service", "service")}, ["service"])
    token = identity.token("admin", "admin", ADMIN_PASSWORD)
    with contextlib.closing(sqlite3.connect(database)) as on:
        shown = [row[0] for row in on.execute(
            "SELECT id FROM images WHERE NOT deleted AND NOT os_hidden AND visibility = 'public'")]
    asked = {"schema": ["/v2/schemas/image"], "show": ["/v2/images/" + one for one in shown],
             "list": ["/v2/images?limit=25"]}
    with serving(options, database, identity, "") as none, \
            serving(options, database, identity, "keystone") as keystone:
        print("%-8s | %12s | %12s | ratio (least to most of a round)" % (
            "request", "no Keystone", "Keystone"))
        for what, paths in asked.items():
            costs = {none: [], keystone: []}
            for server in costs:
                measure(server, paths, token, options.connections, 1)
            for _ in range(options.rounds):
                for server, each in costs.items():
                    each.append(measure(server, paths, token, options.connections,
                                        options.seconds)["CPU ms/request"] * 1000)
            ratios = [with_it / without for without, with_it in zip(*costs.values())]
            print("%-8s | %9.1f us | %9.1f us | %.3f (%.3f to %.3f)" % (
                what, statistics.median(costs[none]), statistics.median(costs[keystone]),
                statistics.median(ratios), min(ratios), max(ratios)), flush=True)


class fake_keystone(http.server.BaseHTTPRequestHandler):
    """Every token is one of a member of some project."""
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # one packet for an answer

    def answer(self, status, document, **headers):
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def token(self, who):
        domain = {"id": "d" * 32, "name": "Default"}
        return {"token": {
            "methods": ["password"], "expires_at": "2099-01-01T00:00:00.000000Z",
            "user": {"id": "%032d" % who, "name": "user%d" % who, "domain": domain},
            "project": {"id": "%032d" % who, "name": "project%d" % who, "domain": domain},
            "roles": [{"id": "r" * 32, "name": name} for name in ("member", "reader")]}}

    def do_GET(self):
        if "/auth/tokens" in self.path:
            return self.answer(200, self.token(int(self.headers["X-Subject-Token"].strip("t"))))
        return self.answer(300, {"versions": {"values": [{"id": "v3.14"}]}})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(201, self.token(0), X_Subject_Token="ours")

    def log_message(self, *_):
        pass


def memory(options, database):
    class identity:
        pass
    with servers.http_server(fake_keystone) as identity.url, \
            serving(options, database, identity, "keystone") as server:
        connection = http.client.HTTPConnection(*server.address)

        def ask(first, count):
            for who in range(first, first + count):
                connection.request("GET", "/v2/schemas/image",
                                   headers={"X-Auth-Token": "t%d" % who + "t" * 160})
                answered = connection.getresponse()
                answered.read()
                if answered.status != 200:
                    raise SystemExit("not 200 but %d" % answered.status)
        ask(0, 500)
        print("\ntokens   | resident")
        print("%8d | %6.1f MiB" % (500, server.resident_bytes() / 2**20))
        for first, count in ((500, 9500), (10_000, 10_000), (20_000, 10_000)):
            ask(first, count)
            print("%8d | %6.1f MiB" % (first + count, server.resident_bytes() / 2**20))
        connection.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--glimt", default=str(ROOT / "build/release/src/glimt"))
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--connections", type=int, default=8)
    arguments.add_argument("--quick", action="store_true")
    options = arguments.parse_args()
    if options.quick:
        options.seconds, options.rounds = 1, 1
    with tempfile.TemporaryDirectory() as folder:
        database = pathlib.Path(folder) / "db"
        servers.glimt(options.glimt, {}).make_database(database)
        images_database.fill(database, 1000)
        home = pathlib.Path(folder) / "keystone"
        home.mkdir()
        with running_keystone(home) as identity:
            compare(options, database, identity)
        memory(options, database)


if __name__ == "__main__":
    main()
