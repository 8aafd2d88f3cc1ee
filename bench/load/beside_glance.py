# SPDX-License-Identifier: Apache-2.0
"""glimt and Debian's Glance under uWSGI, side by side on one database, and what they use."""
import contextlib
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.append(str(ROOT / "tests/differential/glance"))

import servers  # noqa: E402

TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
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
    """One that was started in a session of its own; `home` is its folder."""

    def __init__(self, command, address, home, environment, log):
        self.address = address
        self.home = home
        self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True,
                                        env=dict(os.environ, **environment))

    def fields(self):
        """Those of /proc/PID/stat behind the name, of all processes of its session that live."""
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text().rsplit(") ", 1)[1].split()
                if int(fields[3]) == self.process.pid:
                    yield fields

    def cpu_seconds(self):
        return sum(int(each[11]) + int(each[12]) for each in self.fields()) / TICKS

    def resident_bytes(self):
        return sum(int(each[21]) for each in self.fields()) * PAGE

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@contextlib.contextmanager
def serving(options, database, with_glance):
    """{name: running_server}, on one database, each with an image folder of its own."""
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
            one = running_server(command, address, home, environment, log)
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


def medians(rounds, number):
    """Of the numbers of that name, by server."""
    return {name: statistics.median(one[number] for one in all) for name, all in rounds.items()}


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
            "p99 ms": in_milliseconds(re.search(r"^ +99% +(\S+)", said, re.MULTILINE)[1]),
            "CPU ms/request": used / count * 1000}
