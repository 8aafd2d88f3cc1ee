# SPDX-License-Identifier: Apache-2.0
"""A cloud of one real Keystone and glimt, and those who live in it."""
import contextlib
import http.client
import json

import pathlib
import tempfile

from keystone_server import PASSWORD, keystone  # noqa: F401 (sets the path of servers)

import servers

# Name: project, role. Keystone lets a member do what a reader may.
PEOPLE = {"owner": ("p1", "member"), "watcher": ("p1", "reader"),
          "stranger": ("p2", "member"), "passer": ("p2", "reader"),
          "partner": ("p3", "member"), "bystander": ("p4", "odd"),
          "nova": ("service", "service"), "glance": ("service", "service"),
          "stray": ("p4", "member")}
ROLES = ("service", "odd")

CONFIG = """
[DEFAULT]
bind_host = 127.0.0.1
bind_port = {port}
log_file = {folder}/log
workers = 2
node_staging_uri = file://{folder}/staging
enforce_secure_rbac = True
{default}
[database]
connection = sqlite:///{folder}/db
[glance_store]
filesystem_store_datadir = {folder}/images
[oslo_policy]
enforce_new_defaults = True
enforce_scope = True
policy_dirs = {folder}/policy.d
[paste_deploy]
flavor = {flavor}
[keystone_authtoken]
www_authenticate_uri = http://public.example.org/identity
auth_url = {keystone}
auth_type = password
username = glance
password = {password}
user_domain_name = Default
project_name = service
project_domain_name = Default
{authtoken}
"""

GLANCE_PIPELINE = """
[composite:glance-api-keystone]
paste.composite_factory = glance.api:root_app_factory
/: api-keystone
/healthcheck: healthcheck
[pipeline:api-keystone]
pipeline = cors http_proxy_to_wsgi versionnegotiation authtoken context rootapp
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
delay_auth_decision = true
"""


class answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class image_service:
    """A glimt that runs, and its clients."""

    def __init__(self, address, folder, process):
        self.address, self.folder, self.process = address, folder, process

    def ask(self, method, path, token=None, document=None, timeout=60, body=None,
            raw_headers=None, **headers):
        fields = dict(raw_headers or {})
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        if token:
            fields["X-Auth-Token"] = token
        if document is not None:
            body = json.dumps(document).encode()
            fields.setdefault("Content-Type",
                              "application/openstack-images-v2.1-json-patch"
                              if method == "PATCH" else "application/json")
        elif body is not None:
            fields["Content-Type"] = "application/octet-stream"
        connection = http.client.HTTPConnection(*self.address, timeout=timeout)
        try:
            connection.request(method, path, body, fields)
            got = connection.getresponse()
            return answer(got.status, got.headers, got.read())
        finally:
            connection.close()

    def log(self):
        return (self.folder / "log").read_text()

    def make_image(self, token, visibility="private", data=b"data", **properties):
        made = self.ask("POST", "/v2/images", token, {
            "name": visibility, "visibility": visibility, "disk_format": "raw",
            "container_format": "bare", **properties})
        assert made.status == 201, (made.status, made.body)
        identifier = made.json()["id"]
        if data is not None:
            sent = self.ask("PUT", "/v2/images/%s/file" % identifier, token, body=data)
            assert sent.status == 204, (sent.status, sent.body)
        return identifier


def write_configuration(folder, identity, flavor, default, authtoken):
    """Its path, and the address it names."""
    port, config = servers.free_port(), folder / "glance-api.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, flavor=flavor, default=default,
                                    authtoken=authtoken, keystone=identity.url,
                                    password=PASSWORD))
    for name in ("images", "staging", "policy.d"):
        (folder / name).mkdir()
    return str(config), ("127.0.0.1", port)


@contextlib.contextmanager
def serving(binary, identity, flavor="keystone", default="", authtoken="", pipelines=""):
    """A glimt on a new database that asks that Keystone."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        config, address = write_configuration(folder, identity, flavor, default, authtoken)
        if pipelines:
            (folder / "glance-api-paste.ini").write_text(pipelines)
        servers.run([binary, "db", "sync", "--config-file", config])
        command = [binary, "serve", "--config-file", config]
        with servers.running(command, address, folder) as process:
            yield image_service(address, folder, process)
        if process.end != 0:
            raise RuntimeError("glimt ended with %s:\n%s\n%s" % (
                process.end, (folder / "stderr").read_text(errors="replace")[-4000:],
                (folder / "log").read_text()[-2000:]))


@contextlib.contextmanager
def serving_glance(identity, default="", authtoken=""):
    """Debian's Glance, with the same configuration."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        config, address = write_configuration(folder, identity, "keystone", default, authtoken)
        pipelines = servers.PASTE + GLANCE_PIPELINE
        for path in ("glance-api-paste.ini", "paste.ini"):
            (folder / path).write_text(pipelines)
        (folder / "policy.yaml").write_text("{}\n")
        servers.run(["/usr/bin/glance-manage", "--config-file", config, "db_sync"])
        with servers.running(["/usr/bin/glance-api", "--config-file", config], address,
                             folder) as process:
            yield image_service(address, folder, process)


def require(truth, *what):
    if not truth:
        raise AssertionError(" ".join(str(each) for each in what))
