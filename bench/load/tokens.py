#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a Keystone token costs: glimt that asks nobody beside glimt with Debian's Keystone.

    cmake --preset release && cmake --build --preset release --target glimt
    bench/load/tokens.py [--seconds 5] [--rounds 5] [--connections 8]
    bench/load/tokens.py --quick            # a smoke run; its numbers mean nothing

Both servers run all the time, each on a copy of a database of 1,000 images, and are asked in turns
with the same head, round by round: an admin's fernet token, which the one without Keystone does not
look at. Printed are the medians of what wrk sees and of CPU time (user and system) per request, and
the ratio. Then what another 10,000 tokens, which are not of Keystone but of a fake that is faster,
add to resident memory. Needs python3-keystone, uwsgi, uwsgi-plugin-python3 and wrk (tools/deps
--all).
"""
import argparse
import contextlib
import http.client
import http.server
import json
import pathlib
import shutil
import sys
import tempfile

from cases import trial
import images_database
from peers import ROOT, arena, running_server, servers
from rounds import recorder
from traffic import MIB, measure

sys.path.append(str(ROOT / "tests/keystone"))

import cloud  # noqa: E402
from keystone_server import ADMIN_PASSWORD, running_keystone  # noqa: E402

FLAVORS = {"no Keystone": "", "Keystone": "keystone"}


class glimts(arena):
    """Those of FLAVORS; `identity` has the `url` of what they take for Keystone."""

    def __init__(self, glimt, folder, database, identity):
        super().__init__(glimt, folder, database)
        self.identity = identity

    def start(self, name):
        home = self.home(name)
        shutil.copyfile(self.database, home / "db")
        config, address = cloud.write_configuration(home, self.identity, FLAVORS[name], "", "")
        path = pathlib.Path(config)
        path.write_text(path.read_text().replace("workers = 2\n", ""))
        return running_server([self.glimt, "serve", "--config-file", config], address, home, {})


def compare(options, place):
    place.identity.populate({"glance": ("service", "service")}, ["service"])
    token = place.identity.token("admin", "admin", ADMIN_PASSWORD)
    shown = images_database.seen_by_all(place.database)
    records = recorder(options.rounds)
    for what, paths in (("schema", ["/v2/schemas/image"]),
                        ("show", ["/v2/images/" + one for one in shown]),
                        ("list", ["/v2/images?limit=25"])):
        def ask(name, seconds=options.seconds):
            return measure(place.server(name), paths, token, options.connections, seconds)
        for name in FLAVORS:
            ask(name, 1)
        records.do("tokens", trial(what, tuple(FLAVORS), ask))


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


def memory(server):
    connection = http.client.HTTPConnection(*server.address)

    def ask(first, count):
        for who in range(first, first + count):
            connection.request("GET", "/v2/schemas/image",
                               headers={"X-Auth-Token": "t%d" % who + "t" * 160})
            answered = connection.getresponse()
            answered.read()
            if answered.status != 200:
                raise SystemExit("not 200 but %d" % answered.status)
    print("\ntokens   | resident")
    with contextlib.closing(connection):
        for first, count in ((0, 500), (500, 9500), (10_000, 10_000), (20_000, 10_000)):
            ask(first, count)
            print("%8d | %6.1f MiB" % (first + count, server.resident_bytes() / MIB), flush=True)


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
    class faked:
        pass
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        database, home = folder / "database", folder / "keystone"
        servers.glimt(options.glimt, {}).make_database(database)
        images_database.fill(database, 1000)
        home.mkdir()
        with running_keystone(home) as identity, \
                glimts(options.glimt, folder, database, identity) as place:
            compare(options, place)
        with servers.http_server(fake_keystone) as faked.url, \
                glimts(options.glimt, folder, database, faked) as place:
            memory(place.server("Keystone"))


if __name__ == "__main__":
    main()
