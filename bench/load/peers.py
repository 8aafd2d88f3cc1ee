# SPDX-License-Identifier: Apache-2.0
"""The servers that are compared: glimt, Debian's Glance under uWSGI, and nginx; what they use."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.append(str(ROOT / "tests/differential/glance"))

import servers  # noqa: E402

PAGE = os.sysconf("SC_PAGE_SIZE")
PROJECT, ADMIN = "alice:project-07:member,reader", "root:cloud:admin,member,reader"
# That of Glance's HTTPD guide, which has http-socket; the other socket is one nginx would ask.
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
socket = %s:%d
wsgi-file = /usr/bin/glance-wsgi-api
"""
PROCESSES = 4
# One worker per core, as glimt has a thread; files go there and are sent from there.
NGINX = """{user}
daemon off; worker_processes auto; worker_rlimit_nofile 65536; pid {folder}/nginx.pid;
error_log {folder}/nginx.err;
events {{ worker_connections 16384; }}
http {{
    access_log off; keepalive_requests 1000000000; default_type application/octet-stream;
    sendfile on; client_max_body_size 0; client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port} backlog=4096; root {folder}/data; dav_methods PUT DELETE;
        location = /healthcheck {{ return 200 "OK"; }}
    }}
}}
"""


class running_server:
    """One that was started in a session of its own; `home` is its folder. It keeps images."""
    created_status = 204  # of an upload

    def __init__(self, command, address, home, environment, uwsgi_address=None):
        self.address, self.uwsgi_address = address, uwsgi_address or address
        self.home = home
        with open(home / "stderr", "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home,
                                            start_new_session=True,
                                            env=dict(os.environ, **environment))

    def processes(self):
        """Those of its session that live, as (identifier, fields of /proc/PID/stat)."""
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text().rsplit(") ", 1)[1].split()
                if int(fields[3]) == self.process.pid:
                    yield int(path.parent.name), fields

    def threads(self):
        for identifier, _ in self.processes():
            yield from (int(each) for each in os.listdir("/proc/%d/task" % identifier))

    def cpu_seconds(self):
        """User and system time, to the nanosecond: the clock of a process is CPUCLOCK_SCHED."""
        return sum(time.clock_gettime((~identifier << 3) | 2) for identifier, _ in self.processes())

    def resident_bytes(self):
        return sum(int(fields[21]) for _, fields in self.processes()) * PAGE

    def proportional_bytes(self):
        """What its processes share is counted once."""
        return 1024 * sum(
            int(re.search(r"^Pss:\s+(\d+)",
                          pathlib.Path("/proc/%d/smaps_rollup" % identifier).read_text(), re.M)[1])
            for identifier, _ in self.processes())

    def end(self, patience=20):
        """After so many seconds its session is killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            for identifier, _ in list(self.processes()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(identifier, signal.SIGKILL)
            self.process.wait()

    def ask(self, method, path, status, document=None):
        """The body of its answer."""
        peer = http.client.HTTPConnection(*self.address, timeout=120)
        with contextlib.closing(peer):
            peer.request(method, path, json.dumps(document) if document else None,
                         {"X-Auth-Token": PROJECT, "Content-Type": "application/json"})
            answer = peer.getresponse()
            said = answer.read()
        if answer.status != status:
            raise SystemExit("%s: %s %s: %d instead of %d:\n%s" % (
                self.home.name, method, path, answer.status, status,
                said.decode(errors="replace")))
        return said

    def new_places(self, count):
        """Paths to upload to and to download from."""
        identifiers = [str(uuid.uuid4()) for _ in range(count)]
        for one in identifiers:
            self.ask("POST", "/v2/images", 201, {"id": one, "name": "load", "disk_format": "raw",
                                                 "container_format": "bare"})
        return ["/v2/images/%s/file" % one for one in identifiers]

    def forget(self, places):
        for place in places:
            self.ask("DELETE", place.removesuffix("/file"), 204)

    def file_of(self, place):
        """Where the bytes of an image are."""
        return self.home / "images" / place.split("/")[3]


class file_server(running_server):
    """nginx: it keeps files and knows no images."""
    created_status = 201

    def new_places(self, count):
        return ["/%s" % uuid.uuid4() for _ in range(count)]

    def forget(self, places):
        for place in places:
            (self.home / "data" / place[1:]).unlink(missing_ok=True)

    def file_of(self, place):
        return self.home / "data" / place[1:]


def start_glimt(binary, home, database, environment, *arguments):
    config, address = servers.write_configuration(home, "plain", database, {})
    return running_server([binary, "serve", "--config-file", str(config), *arguments], address,
                          home, environment)


def start_glance(home, database):
    config, address = servers.write_configuration(home, "plain", database, {})
    pipelines = servers.PASTE.replace(
        "glance.tests.utils:FakeAuthMiddleware.factory", "fake_tokens:factory")
    # The WSGI application wants one of this name, and reads that of its configuration.
    for path in ("glance-api-paste.ini", "paste.ini"):
        (home / path).write_text(pipelines)
    uwsgi_address = ("127.0.0.1", servers.free_port())
    (home / "uwsgi.ini").write_text(GUIDE % (address + uwsgi_address))
    return running_server(["uwsgi", "--ini", str(home / "uwsgi.ini")], address, home,
                          {"OS_GLANCE_CONFIG_DIR": str(home),
                           "PYTHONPATH": str(ROOT / "bench/load")}, uwsgi_address)


def start_nginx(home):
    (home / "data").mkdir()
    port = servers.free_port()
    (home / "nginx.conf").write_text(NGINX.format(
        folder=home, port=port, user="" if os.getuid() else "user root;"))
    return file_server(["nginx", "-c", str(home / "nginx.conf")], ("127.0.0.1", port), home, {})


def wait_until_ready(server, is_glance):
    servers.wait_until_it_listens(server.process, server.address, server.home)
    end = time.monotonic() + 300
    # uWSGI listens before its processes have loaded Glance.
    while is_glance and (server.home / "stderr").read_text().count("WSGI app 0") < PROCESSES:
        if time.monotonic() > end:
            raise SystemExit("uWSGI's processes did not get ready:\n"
                             + (server.home / "stderr").read_text()[-3000:])
        time.sleep(0.1)


class missing(Exception):
    """A server that is not to be had here; says why."""


class arena:
    """All servers of one run, on one file system; each has images of its own, and is started when
    it is first asked for. The images of `database` are those of each. All end with the block."""
    ENVIRONMENTS = {"glimt": {}, "glimt openssl": {"GLIMT_DIGEST_KERNELS": "openssl"},
                    "glimt sha256": {"GLIMT_BENCHMARK_DIGESTS": "sha256"},
                    "glimt none": {"GLIMT_BENCHMARK_DIGESTS": "none"}}
    ARGUMENTS = {"glimt epoll": ["--loop=epoll"]}

    def __init__(self, glimt, folder, database):
        self.glimt, self.folder, self.database = glimt, folder, database
        self.started = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for name in list(self.started):
            self.end_one(name)

    def home(self, name):
        home = self.folder / ("%s %d" % (name, time.monotonic_ns())).replace(" ", "-")
        home.mkdir()
        return home

    def start(self, name):
        """A new one. It may not listen yet; whoever starts it ends it."""
        home = self.home(name)
        if name == "nginx":
            return start_nginx(home)
        database = home / "database"
        shutil.copyfile(self.database, database)
        if name == "glance":
            return start_glance(home, database)
        return start_glimt(self.glimt, home, database, self.ENVIRONMENTS.get(name, {}),
                           *self.ARGUMENTS.get(name, []))

    def server(self, name):
        """Throws `missing`."""
        if name not in self.started:
            self.started[name] = self.start(name)
            wait_until_ready(self.started[name], name == "glance")
        if isinstance(self.started[name], str):
            raise missing(self.started[name])
        return self.started[name]

    def without(self, name, why):
        """From now on that server is missing."""
        self.end_one(name)
        self.started[name] = why
        raise missing(why)

    def end_one(self, name, patience=20):
        server = self.started.pop(name, None)
        if isinstance(server, running_server):
            server.end(patience)
            shutil.rmtree(server.home)
