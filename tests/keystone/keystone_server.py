# SPDX-License-Identifier: Apache-2.0
"""Debian's Keystone under uWSGI on the loopback, in a folder of its own: SQLite, fernet. Stopped,
held, and started again as a test likes."""
import contextlib
import getpass
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "differential/glance"))

import servers  # noqa: E402

ADMIN_PASSWORD = PASSWORD = "hunter2"
CONFIG = """
[DEFAULT]
log_file = {folder}/keystone.log
insecure_debug = true
[database]
connection = sqlite:///{folder}/keystone.sqlite
[token]
provider = fernet
expiration = {expiration}
[fernet_tokens]
key_repository = {folder}/fernet
[fernet_receipts]
key_repository = {folder}/receipts
[credential]
key_repository = {folder}/credentials
[identity]
password_hash_rounds = 4
[cache]
enabled = false
[oslo_policy]
policy_dirs = {folder}/no_policies
"""


class keystone:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = servers.free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.process = None
        self.configure()
        self.manage("db_sync")
        # Keystone reads on one connection while it writes on another.
        with contextlib.closing(sqlite3.connect(self.folder / "keystone.sqlite")) as database:
            database.execute("PRAGMA journal_mode = WAL")
        self.make_keys()
        self.manage("bootstrap", "--bootstrap-password", ADMIN_PASSWORD,
                    "--bootstrap-region-id", "R", *(
                        word for face in ("public", "internal", "admin")
                        for word in ("--bootstrap-%s-url" % face, self.url + "/v3")))

    def configure(self, expiration=3600):
        (self.folder / "keystone.conf").write_text(
            CONFIG.format(folder=self.folder, expiration=expiration))

    def manage(self, *arguments):
        servers.run(["/usr/bin/keystone-manage", "--config-file",
                     str(self.folder / "keystone.conf"), *arguments])

    def make_keys(self):
        """New ones: no token from before is good any more."""
        as_us = ("--keystone-user", getpass.getuser(), "--keystone-group", getpass.getuser())
        shutil.rmtree(self.folder / "fernet", ignore_errors=True)
        self.manage("fernet_setup", *as_us)
        if not (self.folder / "credentials").exists():
            self.manage("credential_setup", *as_us)

    def start(self):
        with open(self.folder / "uwsgi.log", "ab") as log:
            self.process = subprocess.Popen(
                ["uwsgi", "--plugins", "python3", "--http-socket", "127.0.0.1:%d" % self.port,
                 "--wsgi-file", "/usr/bin/keystone-wsgi-public", "--master", "--processes", "2",
                 "--need-app", "--die-on-term", "--buffer-size", "65535", "--lazy-apps",
                 "--add-header", "Connection: close"],  # it closes, and would not say so
                stdout=log, stderr=log, start_new_session=True,
                env=dict(os.environ, OS_KEYSTONE_CONFIG_DIR=str(self.folder)))
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        end = time.monotonic() + servers.START_LIMIT
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(self.url + "/v3", timeout=10):
                    return
            time.sleep(0.1)
        raise RuntimeError("Keystone did not start:\n"
                           + (self.folder / "uwsgi.log").read_text()[-3000:])

    def stop(self):
        if not self.process:
            return
        os.killpg(self.process.pid, signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def hold(self):
        os.killpg(self.process.pid, signal.SIGSTOP)

    def let_go(self):
        os.killpg(self.process.pid, signal.SIGCONT)

    # --- its API, as far as a test needs it ---

    def ask(self, method, path, document=None, token=None, **headers):
        """The answer as JSON, and its headers."""
        body = json.dumps(document).encode() if document is not None else None
        asked = urllib.request.Request(self.url + "/v3" + path, body, method=method, headers={
            "Content-Type": "application/json", **({"X-Auth-Token": token} if token else {}),
            **{name.replace("_", "-"): value for name, value in headers.items()}})
        with urllib.request.urlopen(asked, timeout=60) as answered:
            text = answered.read()
            return json.loads(text) if text else None, answered.headers

    def token(self, user, scope, password=PASSWORD):
        """A token of that user of the default domain; `scope` is a project's name or a scope, or
        "unscoped"."""
        if isinstance(scope, str) and scope != "unscoped":
            scope = {"project": {"name": scope, "domain": {"id": "default"}}}
        auth = {"identity": {"methods": ["password"], "password": {"user": {
            "name": user, "domain": {"id": "default"}, "password": password}}}, "scope": scope}
        return self.ask("POST", "/auth/tokens", {"auth": auth})[1]["X-Subject-Token"]

    def credential_token(self, identifier, secret):
        auth = {"identity": {"methods": ["application_credential"], "application_credential": {
            "id": identifier, "secret": secret}}}
        return self.ask("POST", "/auth/tokens", {"auth": auth})[1]["X-Subject-Token"]

    def populate(self, people, roles):
        """Makes users of {name: (project, role)}; returns the projects' identifiers."""
        admin = self.token("admin", "admin", ADMIN_PASSWORD)

        def make(kind, document):
            return self.ask("POST", "/%ss" % kind, {kind: document}, admin)[0][kind]["id"]
        known = {one["name"]: one["id"]
                 for one in self.ask("GET", "/roles", token=admin)[0]["roles"]}
        for role in roles:
            if role not in known:
                known[role] = make("role", {"name": role})
        root = self.ask("GET", "/users?name=admin", token=admin)[0]["users"][0]["id"]
        self.ask("PUT", "/domains/default/users/%s/roles/%s" % (root, known["admin"]), token=admin)
        projects, self.users = {}, {}
        for name, (project, role) in people.items():
            if project not in projects:
                projects[project] = make("project", {"name": project, "domain_id": "default"})
            user = self.users[name] = make("user", {
                "name": name, "domain_id": "default", "password": PASSWORD})
            self.ask("PUT", "/projects/%s/users/%s/roles/%s" % (
                projects[project], user, known[role]), token=admin)
        return projects

    def set_image_service(self, url):
        """What the catalog says of it."""
        admin = self.token("admin", "admin", ADMIN_PASSWORD)
        for old in self.ask("GET", "/services?type=image", token=admin)[0]["services"]:
            self.ask("DELETE", "/services/" + old["id"], token=admin)
        service = self.ask("POST", "/services", {"service": {"type": "image", "name": "glance"}},
                           admin)[0]["service"]["id"]
        for face in ("public", "internal", "admin"):
            self.ask("POST", "/endpoints", {"endpoint": {
                "service_id": service, "interface": face, "url": url, "region_id": "R"}}, admin)


@contextlib.contextmanager
def running_keystone(folder):
    one = keystone(folder)
    try:
        one.start()
        yield one
    finally:
        one.stop()
