# SPDX-License-Identifier: Apache-2.0
"""The front ends of docs/operating/front-ends.md, and what the table of that page says of each."""
import contextlib
import dataclasses
import pathlib
import subprocess

from tools import failure, require

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/operating/front-ends.md"


@dataclasses.dataclass
class front_end:
    title: str  # its row of the table
    arrangement: str = ""  # as tests/frontends calls it; none: clients talk to glimt itself
    without: tuple = ()  # lines of its recipe that are left out


def buffered(protocol):
    return ("%s_request_buffering off;" % protocol, "%s_buffering off;" % protocol)


FRONT_ENDS = {
    "direct": front_end("none"),
    "nginx_http": front_end("nginx `proxy_pass`", "nginx_http"),
    "nginx_http_buffered": front_end("nginx `proxy_pass`, buffering", "nginx_http",
                                     buffered("proxy")),
    "nginx_uwsgi": front_end("nginx `uwsgi_pass`", "nginx_uwsgi"),
    "nginx_uwsgi_buffered": front_end("nginx `uwsgi_pass`, buffering", "nginx_uwsgi",
                                      buffered("uwsgi")),
    "apache_http": front_end("Apache `mod_proxy_http`", "apache_http"),
    "apache_uwsgi": front_end("Apache `mod_proxy_uwsgi`", "apache_uwsgi"),
    "haproxy": front_end("HAProxy", "haproxy"),
}


def table():
    """The page's table: title of a row -> column -> cell, without emphasis."""
    text = PAGE.read_text().replace("**", "")
    lines = text[text.index("| front end |"):].split("\n\n")[0].splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    said = {row[0]: dict(zip(head, row)) for row in rows}
    titles = [each.title for each in FRONT_ENDS.values()]
    require(sorted(said) == sorted(titles), PAGE, "has rows", sorted(said), "not", sorted(titles))
    return said


@contextlib.contextmanager
def serving(runner, how, glimt):
    """Runs it before the glimt at (host, port): its own (host, port). `runner` is the path of
    tests/frontends' run_front_end."""
    if not how.arrangement:
        yield glimt
        return
    with subprocess.Popen([runner, how.arrangement, "%s:%d" % glimt, *how.without], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        url = process.stdout.readline().strip()
        if not url.startswith("http://"):
            raise failure(url + process.communicate()[0])
        host, port = url.removeprefix("http://").split(":")
        try:
            yield host, int(port)
        except Exception:
            print("%s says: %s" % (how.arrangement, process.communicate()[0][-3000:]))
            raise
        said = process.communicate()[0]
    require(process.returncode == 0, how.arrangement, "ended badly:", said)
