#!/usr/bin/python3
"""Asks a real Glance what src/image/ has to answer, and writes it beside this file.

    apt-get install glance-api python3-glance     (a policy-rc.d keeps the service from starting)
    /usr/bin/python3 tests/data/image/record.py   (about a minute; 127.0.0.1:19293 and 19294)

answers.json  POST and PATCH of images by Debian's glance-api 25.1 (eventlet, SQLite, file store,
              identity headers believed); ids and times are replaced by "<id>" and "<time>".
schemas.json  every schema of /v2/schemas, without and with the schema-image.json Debian ships.
json.json     values and how Python writes them, with and without ensure_ascii.
"""
import http.server
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
PORT = 19293
DATA_PORT = 19294
SHIPPED = pathlib.Path("/usr/share/glance-common/schema-image.json").read_text()

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
stores = file,http
default_store = file
filesystem_store_datadir = {folder}/images
[import_filtering_opts]
allowed_hosts = [127.0.0.1]
allowed_ports = [19294]
[paste_deploy]
config_file = {folder}/paste.ini
flavor = keystone
"""

PASTE = """
[composite:glance-api-keystone]
paste.composite_factory = glance.api:root_app_factory
/: api-keystone
[pipeline:api-keystone]
pipeline = versionnegotiation context rootapp
[composite:rootapp]
paste.composite_factory = glance.api:root_app_factory
/: apiversions
/v2: apiv2app
[app:apiversions]
paste.app_factory = glance.api.versions:create_resource
[app:apiv2app]
paste.app_factory = glance.api.v2.router:API.factory
[filter:versionnegotiation]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory
[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
"""

SETUPS = {
    "plain": {},
    "custom": {"schema": SHIPPED},
    "few": {"default": "image_property_quota = 2\nimage_tag_quota = 2\nimage_location_quota = 2"},
    "strict": {"default": "allow_additional_image_properties = False", "schema": SHIPPED},
    "locations": {"default": "show_multiple_locations = True\nshow_image_direct_url = True\n"
                             "image_location_quota = 3"},
}

ID = "12345678-1234-1234-1234-123456789abc"
LONG = "x" * 255


def creations():
    """(setup, admin, body)"""
    for body in ("", "{", "[]", "5", '"x"', "null", "{}", '{"name": null}', '{"name": ""}',
                 '{"name": 5}', '{"name": true}', '{"name": ["x"]}', '{"name": {"a": null}}',
                 '{"name": 1.5}', '{"name": -0.0}', '{"name": 1e30}',
                 json.dumps({"name": LONG}), json.dumps({"name": LONG + "x"}),
                 json.dumps({"name": "\u00e9" * 255}, ensure_ascii=False),
                 json.dumps({"name": "\u00e9" * 256}, ensure_ascii=False),
                 '{"name": "\U0001f600"}', '{"hw_x": "\U0001f600"}', '{"hw_\U0001f600": "x"}',
                 '{"tags": ["\U0001f600"]}', '{"owner": "\U0001f600"}', '{"a-b c9d": "\U0001f600"}',
                 '{"name": "it\'s"}', '{"name": "\\"it\'s\\" \\n\\u0001\\u007f"}',
                 '{"name": 1, "name": "x"}',
                 '{"visibility": "private"}', '{"visibility": "community"}',
                 '{"visibility": "public"}', '{"visibility": "nope"}', '{"visibility": null}',
                 '{"visibility": 5}', '{"protected": true}', '{"protected": 1}',
                 '{"protected": "true"}', '{"protected": null}', '{"os_hidden": true}',
                 '{"os_hidden": 0}', '{"disk_format": "raw", "container_format": "bare"}',
                 '{"disk_format": null}', '{"disk_format": "nope"}', '{"disk_format": ""}',
                 '{"disk_format": 5}', '{"container_format": "nope"}', '{"min_ram": 2147483647}',
                 '{"min_ram": 2147483648}', '{"min_ram": -1}', '{"min_disk": -1}',
                 '{"min_disk": 2147483648}', '{"min_ram": "5"}', '{"min_ram": 5.5}',
                 '{"min_ram": true}', '{"min_ram": null}', '{"min_ram": -5, "min_disk": -6}',
                 '{"min_ram": 2147483648, "min_disk": 2147483648}',
                 '{"tags": []}', '{"tags": ["a"]}', '{"tags": ["a", "a"]}', '{"tags": [5]}',
                 '{"tags": "x"}', '{"tags": null}', '{"tags": [null]}', '{"tags": ["a", 5, []]}',
                 json.dumps({"tags": [LONG]}), json.dumps({"tags": [LONG + "x"]}),
                 '{"hw_x": "1"}', '{"hw_x": 1}', '{"hw_x": null}', '{"hw_x": ["a"]}',
                 '{"hw_x": ""}', '{"": "x"}', '{"b": "1", "a": "2"}',
                 '{"hw_x": true, "name": 5}', '{"hw_x": 5, "hw_y": 6}', '{"tags": [5], "hw_x": 5}',
                 json.dumps({LONG: "x"}), json.dumps({LONG + "x": "x"}),
                 json.dumps({"\u00e9" * 255: "x"}),
                 '{"direct_url": "x"}', '{"self": "x"}', '{"file": 5}', '{"schema": "x"}',
                 '{"stores": "x"}', '{"self": "x", "direct_url": "y"}', '{"name": 5, "self": "x"}',
                 '{"status": "queued"}', '{"status": "nope"}', '{"size": 5}', '{"size": null}',
                 '{"size": "5"}', '{"virtual_size": 5}', '{"checksum": "x"}', '{"checksum": null}',
                 json.dumps({"checksum": "x" * 33}), '{"created_at": "x"}', '{"updated_at": "x"}',
                 '{"size": 5, "status": "queued", "updated_at": "x"}',
                 '{"os_hash_algo": "sha512"}', '{"os_hash_value": "x"}', '{"os_hash_algo": null}',
                 '{"locations": []}', '{"locations": [{"url": "x", "metadata": {}}]}',
                 '{"locations": [{"url": "x"}]}', '{"locations": [{}]}', '{"locations": [5]}',
                 '{"location": "x"}', '{"deleted": "x"}', '{"deleted_at": "x"}',
                 '{"deleted": false}', '{"os_glance_x": "x"}', '{"os_glance": "x"}',
                 '{"os_glancex": "y"}', '{"image_id": "x"}', '{"member": "x"}',
                 '{"extra_properties": "x"}', '{"delete": "x"}', '{"links": "x"}',
                 json.dumps({"id": ID}), json.dumps({"id": ID.upper()}), '{"id": "x"}',
                 '{"id": null}', '{"id": 5}', json.dumps({"id": ID + "\n"}),
                 '{"owner": "p1"}', '{"owner": null}', '{"owner": 5}',
                 json.dumps({"owner": LONG + "x"}),
                 '{"name": "x", "disk_format": "raw", "container_format": "bare", "min_ram": 4, '
                 '"min_disk": 5, "tags": ["b"], "hw_x": "1", "protected": false, '
                 '"visibility": "private", "os_hidden": true}',
                 '{"location": "x", "' + LONG + 'x": "y"}',
                 '{"' + LONG + 'x": "y", "deleted": "x"}',
                 '{"min_ram": -1, "status": "queued"}', '{"min_ram": -1, "locations": []}',
                 '{"status": "queued", "locations": []}'):
        yield "plain", True, body
    for body in ('{"kernel_id": "x"}', '{"kernel_id": null}', json.dumps({"kernel_id": ID}),
                 '{"architecture": 5}', '{"architecture": "x86_64"}', '{"description": null}',
                 '{"cinder_encryption_key_deletion_policy": "x"}',
                 '{"cinder_encryption_key_deletion_policy": "do_not_delete", "hw_x": 5}'):
        yield "custom", True, body
        yield "strict", True, body
    for body in ('{"hw_x": "1"}', '{"hw_x": 5, "hw_y": "1"}', '{"name": 5, "hw_x": "1"}',
                 '{"os_glance_x": "1"}'):
        yield "strict", True, body
    for body in ('{"a": "1", "b": "2"}', '{"a": "1", "b": "2", "c": "3"}', '{"tags": ["a", "b"]}',
                 '{"tags": ["a", "b", "c"]}', '{"tags": ["a", "a", "b"]}',
                 '{"tags": ["a", "a", "a"]}', '{"tags": ["a", "b", "c"], "status": "queued"}',
                 '{"a": "1", "b": "2", "c": "3", "min_ram": -1}',
                 '{"a": "1", "b": "2", "c": "3", "min_ram": 2147483648}',
                 '{"a": "1", "b": "2", "c": "\U0001f600"}',
                 '{"name": "\U0001f600", "min_ram": 2147483648}'):
        yield "few", True, body


V1 = "application/openstack-images-v2.1-json-patch"
V0 = "application/openstack-images-v2.0-json-patch"


def add(path, value):
    return {"op": "add", "path": path, "value": value}


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


def remove(path):
    return {"op": "remove", "path": path}


def place(url, **metadata):
    return {"url": url, "metadata": metadata}


def patches():
    """(setup, admin, state, media, body): `state` is what the image is made of before."""
    start = {"name": "n", "hw_x": "1", "hw_y": "2", "tags": ["t"], "disk_format": "raw",
             "container_format": "bare"}
    def ask(operations, setup="plain", admin=True, state=start, active=False, media=V1):
        body = operations if isinstance(operations, str) else json.dumps(operations)
        return setup, admin, dict(state), active, media, body
    for body in ("", "{", "{}", "5", "[]", "[5]", "[[]]", "[null]", "[{}]"):
        yield ask(body)
        yield ask(body, media=V0)
    for media in ("", "application/json", V1 + "; charset=utf-8", V1.upper(), "text/plain",
                  "application/openstack-images-v2.2-json-patch"):
        yield ask([], media=media)
    for one in ({"op": "add"}, {"op": "add", "path": "/a"}, {"path": "/a", "value": "x"},
                {"op": "move", "path": "/a"}, {"op": None, "path": "/a"},
                {"op": "", "path": "/a"}, {"op": "add", "value": "x"},
                {"op": "replace", "path": "/name"}, {"op": "remove", "path": "/hw_x", "value": 5},
                {"op": "add", "path": "/name", "value": "x", "junk": 1},
                {"op": "test", "path": "/name", "value": "n"}):
        yield ask([one])
    for one in ({"add": "/a"}, {"add": "/a", "value": "x"}, {"add": "/name", "value": "x"},
                {"add": "/hw_x", "value": "x"}, {"replace": "/hw_x", "value": "x"},
                {"replace": "/a", "value": "x"}, {"remove": "/hw_x"}, {"remove": "/a"},
                {"remove": "/name"}, {"add": "/a", "remove": "/b"}, {"value": "x"},
                {"op": "add", "path": "/a", "value": "x"}, {"add": "/tags", "value": ["x"]},
                {"add": "/min_ram", "value": 4}, {"replace": "/min_ram", "value": 4},
                {"add": "/owner", "value": "x"}, {"add": "/locations/-", "value": place("x")}):
        yield ask([one], media=V0)
    for path in ("", "a", "/", "//", "//a", "///a", "/a/", "/a//b", "/a/ /b", "/ a", "/a ", "/ ",
                 "/a/b", "/tags/-", "/tags/0", "/a~0b", "/a~1b", "/a~01b", "/a~", "/a~2", "/~",
                 "/name/x", "/locations", "/locations/0", "/locations/0/1", "/\u00e9", "/a\nb",
                 "/a%20b", "/ /", "/\U0001f600", "/" + LONG, "/" + LONG + "x"):
        yield ask([add(path, "x")])
        yield ask([replace(path, "x")])
        yield ask([remove(path)])
    for name in ("created_at", "updated_at", "status", "checksum", "size", "virtual_size",
                 "direct_url", "self", "file", "schema", "id", "os_hash_algo", "os_hash_value",
                 "location", "deleted", "deleted_at", "os_glance_x", "os_glance", "name",
                 "visibility", "protected", "os_hidden", "disk_format", "container_format",
                 "min_ram", "min_disk", "owner", "tags", "hw_x", "nope", "kernel_id", "stores",
                 "member", "extra_properties", "image_id", "delete"):
        yield ask([remove("/" + name)])
        yield ask([add("/" + name, "x")])
        yield ask([replace("/" + name, "x")])
    values = {"name": [None, "", 5, LONG, LONG + "x", "\U0001f600"],
              "visibility": ["private", "community", "public", "shared", "nope", None],
              "protected": [True, False, 1, None], "os_hidden": [True, None],
              "disk_format": ["qcow2", None, "nope"], "container_format": ["ovf", None, "nope"],
              "min_ram": [0, 5, -1, 2147483647, 2147483648, "5", None, True, 5.5],
              "min_disk": [5, -1, 2147483648],
              "owner": ["p2", None, 5, LONG + "x", ""],
              "tags": [[], ["a", "b"], ["a", "a"], [5], "x", None, [LONG + "x"]],
              "hw_x": ["2", "", None, 5, ["x"], "\U0001f600"], "hw_z": ["2", None, 5],
              "hw_x9y-z": ["\U0001f600"]}
    for name, several in values.items():
        for value in several:
            yield ask([add("/" + name, value)])
            yield ask([replace("/" + name, value)])
    for name in ("disk_format", "container_format"):
        yield ask([replace("/" + name, "qcow2" if name == "disk_format" else "ovf")], active=True)
        yield ask([add("/" + name, "raw" if name == "disk_format" else "bare")], active=True)
    for operations in ([replace("/owner", "p2")], [replace("/owner", "p1")],
                       [replace("/name", "x")], [replace("/visibility", "private")]):
        yield ask(operations, admin=False)
    yield ask([add("/a", "1"), add("/a", "2"), remove("/a")])
    yield ask([add("/a", "1"), replace("/a", "2")])
    yield ask([add("/a", "1"), replace("/b", "2")])
    yield ask([remove("/hw_x"), add("/hw_x", "9")])
    yield ask([remove("/hw_x"), remove("/hw_x")])
    yield ask([replace("/name", "x"), {"op": "bad"}])
    yield ask([replace("/nope", "x"), replace("/status", "x")])
    yield ask([replace("/nope", "x"), replace("/min_ram", -1)])
    yield ask([replace("/min_ram", 2147483648), replace("/nope", "x")])
    for value in (None, ID, "x"):
        yield ask([add("/kernel_id", value)], setup="custom")
    yield ask([add("/hw_z", "x")], setup="strict", state={})
    yield ask([add("/architecture", "x")], setup="strict", state={})
    few = {"a": "1", "b": "2", "tags": ["a", "b"]}
    for operations in ([add("/c", "3")], [add("/c", "3"), remove("/c")], [remove("/a")],
                       [remove("/a"), add("/c", "3")], [replace("/a", "5")],
                       [replace("/tags", ["a", "b", "c"])], [add("/tags", ["x", "y"])],
                       [add("/c", "3"), replace("/min_ram", 2147483648)],
                       [add("/c", "3"), replace("/name", "\U0001f600")],
                       [replace("/tags", ["a", "b", "c"]), replace("/nope", "x")]):
        yield ask(operations, setup="few", state=few)
    yield from location_patches(ask)


def location_patches(ask):
    url = f"http://127.0.0.1:{DATA_PORT}/"
    formats = {"disk_format": "raw", "container_format": "bare"}
    md5, sha = "0" * 32, "a" * 128

    def valid(at, **data):
        return {**place(at), "validation_data": data}
    one, two = place(url + "1"), place(url + "2", a="b")
    for admin in (True, False):
        for operations in ([add("/locations/-", one)], [replace("/locations", [one])],
                           [replace("/locations", [])], [remove("/locations/0")]):
            yield ask(operations, state=formats, admin=admin)
    several = (
        [add("/locations/-", one)], [add("/locations/0", one)], [add("/locations/7", one)],
        [add("/locations/x", one)], [add("/locations/-1", one)], [add("/locations/-", {})],
        [add("/locations/-", 5)], [add("/locations/-", place("x" * 256))],
        [add("/locations/-", {"url": url})], [add("/locations/-", one), add("/locations/-", two)],
        [add("/locations/-", one), add("/locations/0", two)],
        [add("/locations/-", one), add("/locations/-", one)],
        [add("/locations/-", one), add("/locations/-", two), remove("/locations/0")],
        [add("/locations/-", one), add("/locations/-", two), remove("/locations/2")],
        [add("/locations/-", one), add("/locations/-", two), remove("/locations/-")],
        [add("/locations/-", one), remove("/locations/0")],
        [add("/locations/-", one), replace("/locations", [place(url + "1", x="y")])],
        [add("/locations/-", one), replace("/locations", [two])],
        [add("/locations/-", one), replace("/locations", [])],
        [replace("/locations", [])], [replace("/locations", [one])],
        [replace("/locations", [one, two])], [replace("/locations", [one, one])],
        [replace("/locations", [one, two, place(url + "3"), place(url + "4")])],
        [add("/locations/-", place(url + str(n))) for n in range(4)],
        [remove("/locations/0")], [add("/locations", [one])], [remove("/locations")],
        [add("/locations/-", {**one, "junk": 1})],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value=sha))],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value=sha, checksum=md5))],
        [add("/locations/-", valid(url, os_hash_algo="sha256", os_hash_value=sha))],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value="ab"))],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value="zz"))],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value=sha,
                                   checksum="z" * 32))],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value=sha,
                                   checksum="ab"))],
        [add("/locations/-", valid(url, checksum=md5))],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value=sha, junk="x"))],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value="a b" + sha))],
        [replace("/locations", [valid(url, os_hash_algo="sha512", os_hash_value=sha),
                                valid(url + "2", os_hash_algo="sha512", os_hash_value="b" * 128)])],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value=sha)),
         add("/locations/-", valid(url + "2", os_hash_algo="sha512", os_hash_value=sha))],
        [add("/locations/-", valid(url, os_hash_algo="sha512", os_hash_value=sha)),
         add("/locations/-", valid(url + "2", os_hash_algo="sha512", os_hash_value="b" * 128))],
        [add("/locations/-", one),
         add("/locations/-", valid(url + "2", os_hash_algo="sha512", os_hash_value=sha))],
    )
    for operations in several:
        yield ask(operations, setup="locations", state=formats)
    for operations in ([add("/locations/-", one)], [replace("/locations", [one])]):
        yield ask(operations, setup="locations", state={})
        yield ask(operations, setup="locations", state={"disk_format": "raw"})


class Data(http.server.BaseHTTPRequestHandler):
    """The http store asks how large a location is."""
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.send_header("Content-Type", "application/octet-stream")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"data")
    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def send(method, path, admin, media, body):
    headers = {"X-Identity-Status": "Confirmed", "X-User-Id": "u1", "X-Project-Id": "p1",
               "X-Roles": "admin,member,reader" if admin else "member,reader",
               "Content-Type": media}
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", method=method,
                                     headers=headers, data=body or None)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, dict(answer.headers), answer.read().decode()


def normal(text, image_id):
    """Without what changes, and without all but the first line of jsonschema."""
    text = text.partition("  Failed validating")[0]
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", text)
    return text.replace(image_id, "<id>") if image_id else text


def id_of(text):
    return json.loads(text)["id"] if text.startswith("{") else ""


def ask_creation(setup, admin, body):
    status, _, text = send("POST", "/v2/images", admin, "application/json", body.encode())
    given = id_of(text) if status == 201 else ""
    return {"setup": setup, "admin": admin, "body": body, "status": status,
            "text": normal(text, given)}


def ask_patch(setup, admin, state, active, media, body):
    status, _, text = send("POST", "/v2/images", False, "application/json",
                           json.dumps(state).encode())
    assert status == 201, text
    image_id = id_of(text)
    if active:
        status, _, _ = send("PUT", f"/v2/images/{image_id}/file", True,
                            "application/octet-stream", b"data")
        assert status == 204
    status, _, text = send("PATCH", f"/v2/images/{image_id}", admin, media, body.encode())
    return {"setup": setup, "admin": admin, "state": state, "active": active, "media": media,
            "body": body, "status": status, "text": normal(text, image_id)}


def start(setup, folder):
    pathlib.Path(folder, "paste.ini").write_text(PASTE)
    pathlib.Path(folder, "schema-image.json").write_text(SETUPS[setup].get("schema", "{}"))
    config = pathlib.Path(folder, "glance-api.conf")
    config.write_text(CONFIG.format(folder=folder, port=PORT,
                                    default=SETUPS[setup].get("default", "")))
    os.mkdir(os.path.join(folder, "images"))
    subprocess.run(["glance-manage", "--config-file", str(config), "db_sync"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(["glance-api", "--config-file", str(config)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                return server
        time.sleep(0.1)
    server.kill()
    raise SystemExit(f"{setup}: Glance does not start")


def record_answers():
    created, patched = list(creations()), list(patches())
    answers = {"post": [None] * len(created), "patch": [None] * len(patched)}
    for setup in SETUPS:
        with tempfile.TemporaryDirectory() as folder:
            server = start(setup, folder)
            try:
                for at, case in enumerate(created):
                    if case[0] == setup:
                        answers["post"][at] = ask_creation(*case)
                for at, case in enumerate(patched):
                    if case[0] == setup:
                        answers["patch"][at] = ask_patch(*case)
            finally:
                server.send_signal(signal.SIGKILL)
                server.wait()
    return answers


def record_schemas():
    from glance.common import config as _
    from glance.api.v2 import schemas
    from oslo_config import cfg
    cfg.CONF([], project="glance", default_config_files=[], default_config_dirs=[])
    names = ("image", "images", "member", "members", "task", "tasks", "metadef_namespace",
             "metadef_namespaces", "metadef_resource_type", "metadef_resource_types",
             "metadef_property", "metadef_properties", "metadef_object", "metadef_objects",
             "metadef_tag", "metadef_tags")
    for custom in (False, True):
        controller = schemas.Controller(json.loads(SHIPPED) if custom else {})
        for name in names if not custom else names[:2]:
            yield {"schema": name.replace("_", "s/", 1), "custom": custom,
                   "text": json.dumps(getattr(controller, name)(None))}


def record_json():
    floats = [0.0, -0.0, 1.0, 1.5, 0.1, 1e15, 1e16, 1.5e16, 123456789012345680.0, 1e22, 1e-4, 1e-5,
              1.234e-7, 5e-324, 1.7976931348623157e308, 100000.0, 3.141592653589793, -2.5e-10]
    values = [None, True, False, 0, -1, 2**63 - 1, -2**63, 2**64 - 1, "", "abc", "\u00e9\u20ac",
              "\U0001f600", "".join(map(chr, range(32))), "\"\\/\x7f\u2028", [], {}, [[]], [{}],
              [1, "a", None], {"a": 1, "b": [True]}, {"\u00e9": "\"", "": {}}, *floats]
    return [{"value": value, "raw": json.dumps(value, ensure_ascii=False),
             "ascii": json.dumps(value)} for value in values]


def write(name, rows):
    text = json.dumps(rows, ensure_ascii=False, indent=0)
    (HERE / name).write_text(text + "\n")


if __name__ == "__main__":
    data = http.server.ThreadingHTTPServer(("127.0.0.1", DATA_PORT), Data)
    threading.Thread(target=data.serve_forever, daemon=True).start()
    write("json.json", record_json())
    write("schemas.json", list(record_schemas()))
    write("answers.json", record_answers())
