# SPDX-License-Identifier: Apache-2.0
"""As much of Keystone as clients need to find glimt: whoever logs in as one of script.PEOPLE gets
that person's token for Glance's fakeauth pipeline, and a project is called like its identifier."""
import contextlib
import http.server
import json
import re

import servers
from script import PEOPLE

DOMAIN = {"id": "default", "name": "Default"}


def project(identifier):
    return {"id": identifier, "name": identifier, "domain_id": "default", "enabled": True}


def service(kind, url):
    return {"type": kind, "name": kind, "id": kind, "endpoints": [
        {"id": kind + face, "interface": face, "region": "R", "region_id": "R", "url": url}
        for face in ("public", "internal", "admin")]}


class identity(http.server.BaseHTTPRequestHandler):
    """The server's `image_url` is where glimt is."""

    def answer(self, status, document, **headers):
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def url(self):
        return "http://127.0.0.1:%d/v3" % self.server.server_port

    def do_GET(self):
        found = re.match(r"/v3/projects(?:/|\?.*name=)([^&/]+)", self.path)
        if self.path.rstrip("/") == "/v3":
            self.answer(200, {"version": {"id": "v3.14", "status": "stable", "links": [
                {"rel": "self", "href": self.url() + "/"}]}})
        elif found and "?" in self.path:
            self.answer(200, {"projects": [project(found[1])], "links": {}})
        elif found:
            self.answer(200, {"project": project(found[1])})
        else:
            self.answer(404, {"error": {"code": 404, "message": self.path, "title": "Not Found"}})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        token = PEOPLE[asked["auth"]["identity"]["password"]["user"]["name"]]
        user, of, roles = token.split(":")
        self.answer(201, {"token": {
            "methods": ["password"], "issued_at": "2026-01-01T00:00:00.000000Z",
            "expires_at": "2099-01-01T00:00:00.000000Z", "audit_ids": ["a"],
            "user": {"id": user, "name": user, "domain": DOMAIN},
            "project": {"id": of, "name": of, "domain": DOMAIN},
            "roles": [{"id": role, "name": role} for role in roles.split(",")],
            "catalog": [service("identity", self.url()), service("image", self.server.image_url)],
        }}, X_Subject_Token=token)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def identity_server(image_address):
    """Its URL."""
    with servers.http_server(identity, image_url="http://%s:%d" % image_address) as url:
        yield url + "/v3"
