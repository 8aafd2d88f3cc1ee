#!/usr/bin/python3
"""Asks a real Glance, and webob, what src/api/ has to answer, and writes it beside this file.

    apt-get install glance-api python3-glance     (a policy-rc.d keeps the service from starting)
    /usr/bin/python3 tests/data/api/record.py     (about a minute; listens on 127.0.0.1:19292)

glance.json   Debian's glance-api 25.1 (eventlet, SQLite, file store), with the paste file of release
              33 (the health check is an application beside the pipeline), and with release 33's list
              of versions put in place of its own.
webob.json    error bodies and Accept headers, by webob 1.8 itself.
"""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
PORT = 19292

PASTE = """
[composite:glance-api]
paste.composite_factory = glance.api:root_app_factory
/: api
/healthcheck: healthcheck
[composite:glance-api-keystone]
paste.composite_factory = glance.api:root_app_factory
/: api-keystone
/healthcheck: healthcheck
[pipeline:api]
pipeline = cors http_proxy_to_wsgi versionnegotiation osprofiler unauthenticated-context rootapp
[pipeline:api-keystone]
pipeline = cors http_proxy_to_wsgi versionnegotiation osprofiler context rootapp
[app:healthcheck]
paste.app_factory = oslo_middleware:Healthcheck.app_factory
backends = disable_by_file
disable_by_file_path = {folder}/disable
"""

CONFIG = """
[DEFAULT]
bind_host = 127.0.0.1
bind_port = {port}
workers = 0
log_file = {folder}/log
node_staging_uri = file://{folder}/staging
{default}
[database]
connection = sqlite:///{folder}/db
[glance_store]
{store}
[paste_deploy]
config_file = {folder}/paste.ini
flavor = {flavor}
[oslo_middleware]
enable_proxy_headers_parsing = {proxied}
[fast]
filesystem_store_datadir = {folder}/fast
"""

# What differs in release 33: which versions there are (contract 1.2).
LAUNCHER = """
import json, sys
from oslo_config import cfg
from glance.api import versions
from glance.api.middleware import version_negotiation as negotiation
CONF = cfg.CONF
index = versions.Controller.index
def index_33(self, req, explicit=False):
    response = index(self, req, explicit)
    links = json.loads(response.body)["versions"][0]["links"]
    cache = [18, 17, 16, 15, 14] if CONF.image_cache_dir else [15]
    store = [13, 12, 11, 10, 9, 8] if CONF.enabled_backends else [9]
    minors = cache + store + ([] if CONF.image_cache_dir else [17]) + [7, 6, 5, 4, 3, 2, 1, 0]
    current = 18 if CONF.image_cache_dir else 17
    listed = [{"id": "v2.%d" % n, "status": "CURRENT" if n == current else "SUPPORTED",
               "links": links} for n in minors]
    response.body = json.dumps({"versions": listed}).encode()
    return response
versions.Controller.index = index_33
allowed = negotiation.VersionNegotiationFilter._get_allowed_versions
def allowed_33(self):
    more = {"v2.17": 2}
    if CONF.image_cache_dir:
        more["v2.18"] = 2
    return dict(allowed(self), **more)
negotiation.VersionNegotiationFilter._get_allowed_versions = allowed_33
sys.argv[0] = "glance-api"
from glance.cmd.api import main
main()
"""

# What glimt's test sets of each: see tests/unit/api/glance_test.cpp.
SETUPS = {
    "plain": {},
    "cache": {"default": "image_cache_dir = {folder}/cache"},
    "stores": {"default": "enabled_backends = fast:file", "store": "default_backend = fast"},
    "both": {"default": "enabled_backends = fast:file\nimage_cache_dir = {folder}/cache",
             "store": "default_backend = fast"},
    "endpoint": {"default": "public_endpoint = https://cloud.example/image/"},
    "proxied": {"proxied": "true"},
    "disabled": {},
    # Without authtoken: the client says itself that it is confirmed.
    "keystone": {"flavor": "keystone"},
}

ACCEPTS = [None, "text/plain", "text/html", "application/json", "*/*", "text/*",
           "application/json;q=0.5, text/html;q=0.4", "bad", ""]


def requests():
    """(setup, method, target, headers, body)"""
    def ask(setup, method, target, *headers, body=""):
        return setup, method, target, headers, body
    for setup in ("plain", "cache", "stores", "both", "endpoint"):
        yield ask(setup, "GET", "/")
        yield ask(setup, "GET", "/versions")
        for minor in range(20):
            yield ask(setup, "GET", f"/v2.{minor}/nope")
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"):
        for target in ("/", "/versions", "/healthcheck", "/nope", "/v2", "/v2/", "/v2/nope",
                       "/v2/schemas/image/x"):
            yield ask("plain", method, target)
        yield ask("disabled", method, "/healthcheck")
    for target in ("//", "/versions/", "/versions/x", "//versions", "/versionsx", "/%76ersions",
                   "/healthcheck/", "/healthcheck/x", "//healthcheck", "/healthcheckx",
                   "/healthcheck?detailed=true", "/v1", "/v1/images", "/v3", "/V2/nope", "/v2.",
                   "/v2.00/nope", "/v2.07/nope", "/v2.7x/nope", "/v2.17", "/v2.17/", "/v2?x=1",
                   "//v2/nope", "/v2//nope", "/v2//", "/v2/images/", "/v2/images//", "/v2/a%2Fb",
                   "/v2/images/a%2Fb", "/v2/images/x/tags/a%2Fb", "/v2/nope?x=1", "/?x=1"):
        yield ask("plain", "GET", target)
    known = ("/v2/images", "/v2//images", "/v2///images", "/v2/images/x", "/v2/images/%20",
             "/v2/images/a.b", "/v2/images/x/import", "/v2/images/x/actions/deactivate",
             "/v2/images/x/actions/nope", "/v2/images/x/file", "/v2/images/x/stage",
             "/v2/images/x/tags/y", "/v2/images/x/members", "/v2/images/x/members/y",
             "/v2/images/x/tasks", "/v2/stores/x/y", "/v2/tasks", "/v2/tasks/x", "/v2/info/import",
             "/v2/info/stores", "/v2/info/stores/detail", "/v2/info/usage", "/v2/cache",
             "/v2/cache/x", "/v2/schemas/image", "/v2/schemas//image", "/v2/schemas/metadefs/tags",
             "/v2/metadefs/resource_types", "/v2/metadefs/namespaces", "/v2/metadefs/namespaces/x",
             "/v2/metadefs/namespaces/x/resource_types",
             "/v2/metadefs/namespaces/x/resource_types/y", "/v2/metadefs/namespaces/x/properties",
             "/v2/metadefs/namespaces/x/properties/y", "/v2/metadefs/namespaces/x/objects",
             "/v2/metadefs/namespaces/x/objects/y", "/v2/metadefs/namespaces/x/tags",
             "/v2/metadefs/namespaces/x/tags/y")
    for target in known:
        for method in ("HEAD", "OPTIONS", "FOO"):
            yield ask("plain", method, target)
    for accept in ACCEPTS:
        headers = [] if accept is None else [("Accept", accept)]
        for setup in ("plain", "disabled"):
            yield ask(setup, "GET", "/healthcheck", *headers)
        for method, target in (("GET", "/v2/nope"), ("FOO", "/v2/images"), ("FOO", "/v2/nope"),
                               ("GET", "/")):
            yield ask("plain", method, target, *headers)
    yield ask("plain", "F<&'O", "/v2/nope", ("Accept", "text/html"))
    yield ask("plain", "GET", "/v2/nope", ("Accept", "text/html;q=0"),
              ("Accept", "application/json;q=0.3"))
    vendor = "application/vnd.openstack.images-"
    for target in ("/", "/nope", "/images", "/v2/images", "/versions", "/healthcheck"):
        for version in ("v2", "v2.9", "v2.99", "v2.9, text/html", "v2.9;q=0.1"):
            yield ask("plain", "FOO", target, ("Accept", vendor + version))
    for host in ("h.example", "h.example:80", "h.example:443", "h.example:8080", "[::1]:80",
                 "[::1]"):
        yield ask("plain", "GET", "/", ("Host", host))
    for headers in (
            [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "a.example"),
             ("X-Forwarded-Prefix", "/image")],
            [("X-Forwarded-Proto", "https"), ("Host", "h.example:443")],
            [("Forwarded", "for=1.2.3.4;proto=https;host=f.example, for=2;host=g"),
             ("X-Forwarded-Host", "a.example"), ("X-Forwarded-Prefix", "/image/")],
            [("Forwarded", "For = 1 ; Host = f.example ;PROTO=https")],
            [("Forwarded", "for=1.2.3.4"), ("X-Forwarded-Proto", "https")],
            [("X-Forwarded-Prefix", "/a b")]):
        for setup in ("plain", "proxied"):
            yield ask(setup, "GET", "/", *headers)
            # Glance does not escape a Location, and leaves "//" in it: not to be copied.
            if not any(name == "X-Forwarded-Prefix" and value != "/image"
                       for name, value in headers):
                yield ask(setup, "GET", "/v2", *headers)
    for given in ("abc", "req-abc", "x" * 64, "Req-abc", ""):
        yield ask("plain", "GET", "/v2/nope", ("X-Openstack-Request-Id", given))
        yield ask("keystone", "GET", "/v2/nope", ("X-Openstack-Request-Id", given),
                  ("X-Identity-Status", "Confirmed"))
    yield ask("plain", "GET", "/v2/nope", ("X-Openstack-Request-Id", "x" * 65))
    yield ask("keystone", "GET", "/", ("X-Openstack-Request-Id", "abc"))


def send(method, target, headers, body):
    if not any(name == "Host" for name, _ in headers):
        headers = [("Host", "glance.example:9292"), *headers]
    lines = [f"{method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in headers),
             "Connection: close", "", body]
    with socket.create_connection(("127.0.0.1", PORT), timeout=10) as peer:
        peer.sendall("\r\n".join(lines).encode())
        answer = b"".join(iter(lambda: peer.recv(65536), b""))
    head, _, text = answer.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    fields = dict((n.lower(), v) for n, v in (field.split(": ", 1) for field in fields))
    for name in ("date", "connection"):
        fields.pop(name, None)
    if re.fullmatch(r"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
                    fields.get("x-openstack-request-id", "")):
        fields["x-openstack-request-id"] = "req-<uuid>"
    return int(status.split(" ")[1]), fields, text.decode("utf-8")


def start(setup, folder):
    pathlib.Path(folder, "paste.ini").write_text(
        PASTE.format(folder=folder) +
        pathlib.Path("/etc/glance/glance-api-paste.ini").read_text().partition(
            "[composite:rootapp]")[1] +
        re.sub(r"\[filter:healthcheck\][^\[]*", "", pathlib.Path(
            "/etc/glance/glance-api-paste.ini").read_text().partition("[composite:rootapp]")[2]))
    values = {"default": "", "store": "stores = file\ndefault_store = file", "flavor": "",
              "proxied": "false", **SETUPS[setup]}
    values["default"] = values["default"].format(folder=folder)
    config = pathlib.Path(folder, "glance-api.conf")
    config.write_text(CONFIG.format(folder=folder, port=PORT, **values))
    if setup == "disabled":
        pathlib.Path(folder, "disable").touch()
    server = subprocess.Popen([sys.executable, "-c", LAUNCHER, "--config-file", str(config)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                return server
        time.sleep(0.1)
    server.kill()
    raise SystemExit(f"{setup}: Glance does not start")


def record_glance():
    rows = list(requests())
    answers = [None] * len(rows)
    for setup in SETUPS:
        with tempfile.TemporaryDirectory() as folder:
            server = start(setup, folder)
            for at, (of, method, target, headers, body) in enumerate(rows):
                if of == setup:
                    status, fields, text = send(method, target, headers, body)
                    answers[at] = {"setup": of, "method": method, "target": target,
                                   "headers": headers, "status": status, "answer": fields,
                                   "text": text}
            server.send_signal(signal.SIGKILL)
            server.wait()
    return answers


REASONS = {400: "invalid", 401: "unauthorized", 403: "forbidden", 404: "not_found",
           405: "bad_method", 409: "conflict", 410: "gone", 413: "too_large", 415: "unsupported",
           416: "bad_range", 431: "headers_too_large", 500: "internal", 501: "not_implemented",
           503: "unavailable"}

TEXTS = ["", "Plain.", "a <b>&amp; \"quoted\" 'single' > end", "two\nlines\r\nand <br> a < break",
         "<!-- gone --> <BR/>x<br", "caf\u00e9 \u2603 \U0001f600 \t\x7f", "100% $detail ${status}"]


def record_errors():
    import webob.exc
    for status in REASONS:
        for how in ("text_only", "sentence_first"):
            for text in TEXTS:
                for accept in (None, "text/html", "application/json"):
                    arguments = {"explanation" if how == "text_only" else "detail": text or None}
                    if status in (405, 415, 501):
                        arguments = {"detail": text or None}
                    if not text:
                        arguments = {}
                    error = webob.exc.status_map[status](**{k: v for k, v in arguments.items()
                                                            if k == "detail"})
                    if "explanation" in arguments:
                        error.explanation = arguments["explanation"]
                    environ = {"REQUEST_METHOD": "M<x", "PATH_INFO": "/", "SERVER_NAME": "x",
                               "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
                    if accept:
                        environ["HTTP_ACCEPT"] = accept
                    typed = len(text) % 2 == 0
                    if typed:
                        environ["CONTENT_TYPE"] = "text/x&y"
                    got = []
                    body = b"".join(error(environ, lambda s, h, e=None: got.extend([s, dict(h)])))
                    yield {"status": status, "reason": REASONS[status], "layout": how,
                           "detail": text, "accept": accept or "", "has_type": typed,
                           "type": got[1]["Content-Type"], "text": body.decode()}


def record_accepts():
    from webob.acceptparse import create_accept_header
    offers = ["text/html", "application/json"]
    pieces = ["text/html", "application/json", "*/*", "text/*", "application/*", "image/png",
              "TEXT/HTML", "*/html", "text/html;level=1", "*/*;a=b", 'text/html;a="x,y;q=0"']
    weights = ["", ";q=0", ";q=0.5", "; Q=0.501", " ;q=1.000", ";q=1.", ";q=0.", ";q=0.5;e",
               ";q=0.5;e=1"]
    headers = [p + w for p in pieces for w in weights]
    headers += [f"{a}{x},{b}{y}" for a in pieces[:7] for b in pieces[:7] if a != b
                for x in ("", ";q=0.3", ";q=0") for y in ("", ";q=0.6")]
    headers += ["", ",", ",,", ", text/html", ",text/html", "text/html,", "text/html, ",
                "text/html ,, application/json", "text/html , , application/json", "text", "/",
                "text/", "/html", "text/html;", "text/html;a", "text/html;a=", "text/html;=b",
                "text/html;q", "text/html;q=", "text/html;q=2", "text/html;q=1.1",
                "text/html;q=0.1234", "text/html;q=.5", "text/html;q=-1", "text/html;q=0.5 ;x=",
                "text/html;q=0.5;q=0.1", "text/html application/json", "text /html", "text/html; a=b",
                "text/html;a =b", 'text/html;a="', 'text/html;a="\\""', 'text/html;a="\\',
                "text/html;a=\"\t\"", "text/(html", "text/html\tx", "a/b;c=d;q=0.2,*/*;q=0.1",
                "text/html;level=1;q=0.9, text/html;q=0.1, application/json;q=0.2",
                "text/html,text/html;q=0", "text/html;q=0,text/html", "*", "*;q=0.5"]
    for header in dict.fromkeys(headers):
        found = create_accept_header(header).acceptable_offers(offers)
        yield {"accept": header, "offer": offers.index(found[0][0]) if found else -1}


def write(name, value):
    text = json.dumps(value, indent=0, ensure_ascii=True)
    (HERE / name).write_text(text + "\n")


if __name__ == "__main__":
    os.environ["PYTHONWARNINGS"] = "ignore"
    write("webob.json", {"errors": list(record_errors()), "accepts": list(record_accepts())})
    write("glance.json", record_glance())
