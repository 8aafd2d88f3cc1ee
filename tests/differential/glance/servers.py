# SPDX-License-Identifier: Apache-2.0
"""Starts Debian's glance-api, or glimt, in a folder of its own: one configuration for both."""
import contextlib
import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

START_LIMIT = 120  # seconds; a crowded machine is slow
PYTHON = "/usr/bin/python3"  # the one that has glance

# Glance's own paste file with the filter its functional tests take tokens with, and the health
# check as in release 33.
PASTE = """
[composite:glance-api]
paste.composite_factory = glance.api:root_app_factory
/: api
/healthcheck: healthcheck
[composite:glance-api-fakeauth]
paste.composite_factory = glance.api:root_app_factory
/: api-fakeauth
/healthcheck: healthcheck
[pipeline:api]
pipeline = cors http_proxy_to_wsgi versionnegotiation osprofiler unauthenticated-context rootapp
[pipeline:api-fakeauth]
pipeline = cors http_proxy_to_wsgi versionnegotiation osprofiler fakeauth context rootapp
[composite:rootapp]
paste.composite_factory = glance.api:root_app_factory
/: apiversions
/v2: apiv2app
[app:apiversions]
paste.app_factory = glance.api.versions:create_resource
[app:apiv2app]
paste.app_factory = glance.api.v2.router:API.factory
[app:healthcheck]
paste.app_factory = oslo_middleware:Healthcheck.app_factory
[filter:versionnegotiation]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory
[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
[filter:unauthenticated-context]
paste.filter_factory = glance.api.middleware.context:UnauthenticatedContextMiddleware.factory
[filter:fakeauth]
paste.filter_factory = glance.tests.utils:FakeAuthMiddleware.factory
[filter:osprofiler]
paste.filter_factory = osprofiler.web:WsgiMiddleware.factory
[filter:cors]
paste.filter_factory = oslo_middleware.cors:filter_factory
oslo_config_project = glance
oslo_config_program = glance-api
[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory
"""

# The policies are those that are the defaults since 2025, if nothing else is said.
CONFIG = """
[DEFAULT]
bind_host = 127.0.0.1
bind_port = {port}
workers = 0
log_file = {folder}/log
node_staging_uri = file://{folder}/staging
enforce_secure_rbac = {new_policies}
{default}
[database]
connection = sqlite:///{database}
[oslo_policy]
enforce_new_defaults = {new_policies}
enforce_scope = {new_policies}
policy_dirs = {folder}/policy.d
[glance_store]
{store}
[paste_deploy]
config_file = {folder}/paste.ini
flavor = {flavor}
[import_filtering_opts]
{filter}
[fast]
filesystem_store_datadir = {folder}/fast
[cheap]
filesystem_store_datadir = {folder}/cheap
store_description = slow but cheap
"""

# As Debian's security updates have it, http locations go through the filter of web-download: by
# default it refuses this machine and every port but 80 and 443.
OPEN_FILTER = "allowed_hosts = [127.0.0.1,localhost]\nallowed_ports = []"
ONE_STORE = "stores = file,http\ndefault_store = file\nfilesystem_store_datadir = {folder}/images"
VISIBLE = "show_multiple_locations = True\nshow_image_direct_url = True"

# Who may do what with custom properties (contract 3.5), by roles and by rules.
PROTECTED = """
[^x_secret]
create = admin
read = admin
update = admin
delete = admin
[^x_shown]
create = admin
read = @
update = admin
delete = admin
[^x_grow]
create = member
read = member, Admin
update = !
delete = admin
[^x_blind]
create = member
read = admin
update = admin
delete = admin
[^x_service]
create = service
read = service,member
update = service
delete = service
[^x_nobody]
create =
read = !
update =
delete = !
[^x_.*y$]
create = @
read = @
update = @
delete = !
[^x_]
create = reader
read = reader
update = reader
delete = reader
[^[^x]]
create = @
read = @
update = @
delete = @
"""
PROTECTED_BY_RULES = """
[^x_secret]
create = admins
read = admins
update = admins
delete = admins
[^x_mine]
create = alice
read = @
update = alice
delete = !
[.*]
create = anybody
read = anybody
update = anybody
delete = members
"""
RULES = """
"admins": "role:admin"
"alice": "user_id:alice or rule:admins"
"members": [["role:member"], ["role:admin"]]
"anybody": ""
"publicize_image": "rule:alice"
"get_images": "not role:guest"
"modify_image": >
  (role:member and project_id:%(project_id)s and not 'locked':%(x_lock)s) or role:admin
"deactivate": "!"
"download_image": "@"
"delete_image": "role:reader"
"""

# What each kind of server adds to [DEFAULT], its stores, the flavour of its pipeline, and other
# files of its folder.
SETUPS = {
    "plain": {},
    "locations": {"default": VISIBLE},
    "quotas": {"default": VISIBLE + "\nimage_member_quota = 2\nimage_property_quota = 2\n"
                          "image_tag_quota = 2\nimage_location_quota = 1"},
    "filtered": {"default": VISIBLE, "filter": ""},
    "limits": {"default": "limit_param_default = 2\napi_limit_max = 3"},
    "anonymous": {"default": "allow_anonymous_access = True"},
    "stores": {"default": VISIBLE + "\nenabled_backends = fast:file, cheap:file, web:http",
               "store": "default_backend = fast"},
    "protected": {"default": "property_protection_file = protections.conf",
                  "protections": PROTECTED},
    "protected_by_rules": {"default": "property_protection_file = protections.conf\n"
                                      "property_protection_rule_format = policies",
                           "protections": PROTECTED_BY_RULES, "rules": RULES},
    "open": {"flavor": ""},  # everybody is an admin
    # With the new policies Glance 25.1 lets nobody do anything there: its context has no roles.
    "unauthenticated": {"flavor": "", "new_policies": "False"},
}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def write_configuration(folder, setup, database, custom_schema):
    """The path of a configuration file for a server on a port of its own, and its address."""
    wanted, port = SETUPS[setup], free_port()
    values = {"folder": folder, "port": port, "database": database,
              "flavor": wanted.get("flavor", "fakeauth"),
              "default": wanted.get("default", ""),
              "new_policies": wanted.get("new_policies", "True"),
              "filter": wanted.get("filter", OPEN_FILTER),
              "store": wanted.get("store", ONE_STORE).format(folder=folder)}
    for name in ("staging", "images", "fast", "cheap", "policy.d"):
        (folder / name).mkdir()
    (folder / "paste.ini").write_text(PASTE)
    (folder / "schema-image.json").write_text(json.dumps(custom_schema))
    (folder / "policy.yaml").write_text(wanted.get("rules", "{}\n"))
    (folder / "protections.conf").write_text(wanted.get("protections", ""))
    path = folder / "glance-api.conf"
    path.write_text(CONFIG.format(**values))
    return path, ("127.0.0.1", port)


def fill_database(path, seed):
    """Puts the rows of a corpus file (see seed.py) into the database both servers know."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        for table, row in seed:
            database.execute("INSERT INTO %s (%s) VALUES (%s)" % (
                table, ",".join(row), ",".join("?" * len(row))), list(row.values()))


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("%s: %s" % (command, done.stderr[-2000:]))


def wait_until_it_listens(process, address, folder):
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
            return
        time.sleep(0.05)
    log = folder / "log"
    raise RuntimeError("the server did not start:\n" + (log.read_text() if log.exists() else ""))


@contextlib.contextmanager
def configuration_of_database(path):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as config:
        config.write("[database]\nconnection = sqlite:///%s\n" % path)
        config.flush()
        yield config.name


def end_of(process):
    process.terminate()
    try:
        return process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return "none within 20 s"


@contextlib.contextmanager
def running(command, address, folder):
    """The process, until the end of the block; then `process.end` is its exit status."""
    with open(folder / "stderr", "wb") as errors:
        # Glance keeps tags in a set: the seed makes its order the same every time.
        process = subprocess.Popen(command, stdout=errors, stderr=errors, cwd=folder,
                                   env=dict(os.environ, PYTHONHASHSEED="0"))
    try:
        wait_until_it_listens(process, address, folder)
        yield process
    finally:
        process.end = end_of(process)


class server:
    """A kind of server. Every one that is started has a folder of its own.

    `process` and `folder` are those of the one that was started last."""

    @contextlib.contextmanager
    def serving(self, setup, seed, metadefs=None):
        """On a new database with these rows, and the definitions of a folder: its address."""
        with tempfile.TemporaryDirectory() as name:
            database = pathlib.Path(name) / "db"
            self.make_database(database)
            fill_database(database, seed)
            if metadefs:
                self.load_definitions(database, metadefs)
            with self.serving_on(database, setup) as address:
                yield address

    @contextlib.contextmanager
    def serving_on(self, database, setup="plain"):
        """On a database that is there: its address."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            config, address = write_configuration(folder, setup, database, self.schema())
            with running(self.command(config), address, folder) as process:
                self.process, self.folder = process, folder
                yield address
            self.check_end(process, folder)

    def check_end(self, process, folder):
        pass


class glance(server):
    """Debian's glance-api. The migrations run once; every database is a copy of the result."""

    def __init__(self):
        self.kept = tempfile.TemporaryDirectory()
        self.empty = pathlib.Path(self.kept.name) / "db"
        self.ask_manager(self.empty, "db_sync")

    @staticmethod
    def ask_manager(database, *arguments):
        with configuration_of_database(database) as config:
            run(["/usr/bin/glance-manage", "--config-file", config, *arguments])

    def schema(self):
        return json.loads(re.sub(r"(?m)^\s*//.*$", "",
                                 pathlib.Path("/etc/glance/schema-image.json").read_text()))

    def make_database(self, path):
        shutil.copyfile(self.empty, path)

    def load_definitions(self, database, folder):
        self.ask_manager(database, "db_load_metadefs", folder)

    def command(self, config):
        return ["/usr/bin/glance-api", "--config-file", config]


class glimt(server):
    """The binary under test; it makes its own databases."""

    def __init__(self, binary, custom_schema):
        self.binary = os.path.abspath(binary)
        self.custom_schema = custom_schema

    def schema(self):
        return self.custom_schema

    def make_database(self, path):
        with configuration_of_database(path) as config:
            run([self.binary, "db", "sync", "--config-file", config])

    def load_definitions(self, database, folder):
        with configuration_of_database(database) as config:
            run([self.binary, "db", "load-metadefs", "--config-file", config, folder])

    def command(self, config):
        return [self.binary, "serve", "--config-file", config]

    def check_end(self, process, folder):
        """A sanitizer's report is an end with another status."""
        if process.end != 0:
            raise RuntimeError("glimt ended with %s:\n%s" % (
                process.end, (folder / "stderr").read_text(errors="replace")[-4000:]))


class bytes_for_locations(http.server.BaseHTTPRequestHandler):
    """What http locations point to: /<n>, or /<n>/<anything>, is n bytes; the rest is 404."""

    def do_GET(self):
        found = re.match(r"/(\d+)(/|$)", self.path)
        count = int(found[1]) if found else 0
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(count))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"x" * count)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def http_server(handler, **attributes):
    """A server of this process, with these attributes: its URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    for name, value in attributes.items():
        setattr(server, name, value)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "http://127.0.0.1:%d" % server.server_port
    finally:
        server.shutdown()
        server.server_close()


def data_server():
    return http_server(bytes_for_locations)
