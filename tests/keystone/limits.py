# SPDX-License-Identifier: Apache-2.0
"""Unified limits: what operators set in Keystone, and what then becomes of images."""
import contextlib

from cloud import require
from keystone_server import ADMIN_PASSWORD

CONFIG = """
[oslo_limit]
auth_url = {url}
auth_type = password
username = admin
password = {password}
user_domain_name = Default
system_scope = all
endpoint_id = {endpoint}
region_name = R
interface = public
"""
REGISTERED = {"image_size_total": 1, "image_stage_total": 1000, "image_count_total": 2,
              "image_count_uploading": 10}


class limited_service:
    """An image service in Keystone that has limits, as long as it is there."""

    def __init__(self, identity):
        self.identity = identity
        self.admin = identity.token("admin", {"system": {"all": True}}, ADMIN_PASSWORD)
        self.service = self.ask("POST", "/services", {"service": {
            "type": "image-limits", "name": "limited"}})["service"]["id"]
        self.endpoint = self.ask("POST", "/endpoints", {"endpoint": {
            "service_id": self.service, "interface": "public", "url": "http://limits.example",
            "region_id": "R"}})["endpoint"]["id"]

    def ask(self, method, path, document=None):
        return self.identity.ask(method, path, document, self.admin)[0]

    def register(self):
        self.ask("POST", "/registered_limits", {"registered_limits": [
            {"service_id": self.service, "region_id": "R", "resource_name": name,
             "default_limit": limit} for name, limit in REGISTERED.items()]})

    def override(self, project, name, limit):
        made = self.ask("POST", "/limits", {"limits": [
            {"service_id": self.service, "region_id": "R", "resource_name": name,
             "project_id": project, "resource_limit": limit}]})
        return made["limits"][0]["id"]

    def remove(self):
        for kind in ("limits", "registered_limits"):
            for each in self.ask("GET", "/%s?service_id=%s" % (kind, self.service))[kind]:
                self.ask("DELETE", "/%s/%s" % (kind, each["id"]))
        self.ask("DELETE", "/services/" + self.service)

    def configuration(self):
        return CONFIG.format(url=self.identity.url, password=ADMIN_PASSWORD,
                             endpoint=self.endpoint)


@contextlib.contextmanager
def limited(identity):
    service = limited_service(identity)
    try:
        yield service
    finally:
        service.remove()


def create(at, token):
    return at.ask("POST", "/v2/images", token, {
        "name": "one", "disk_format": "raw", "container_format": "bare"})


def put(at, token, made, data):
    return at.ask("PUT", made.json()["file"], token, body=data)


def check(at, limits, token, project):
    """What glimt and Glance both do."""
    refused = create(at, token)
    require(refused.status == 413, "nothing is registered", refused.status, refused.body)
    limits.register()
    first, second = create(at, token), create(at, token)
    require((first.status, second.status) == (201, 201), first.body, second.body)
    refused = create(at, token)
    require(refused.status == 413, refused.status)
    require(b"Project %s is over a limit for [Resource image_count_total is over limit of 2 due "
            b"to current usage 2 and delta 1]" % project.encode() in refused.body, refused.body)
    own = limits.override(project, "image_count_total", 3)
    require(create(at, token).status == 201, "the project's own limit")
    limits.ask("DELETE", "/limits/" + own)
    require(put(at, token, first, b"x" * (2 << 20)).status == 204, "below the limit")
    refused = put(at, token, second, b"x")
    require(refused.status == 413 and b"image_size_total is over limit of 1 due to current usage "
            b"2 and delta 0" in refused.body, refused.status, refused.body)
    require(at.ask("GET", "/v2/images/" + second.json()["id"], token).json()["status"] == "queued")
    limits.override(project, "image_size_total", 100)
    uploading = limits.override(project, "image_count_uploading", 0)
    refused = put(at, token, second, b"x")
    require(refused.status == 413 and b"image_count_uploading is over limit of 0 due to current "
            b"usage 1 and delta 0" in refused.body, refused.status, refused.body)
    limits.ask("DELETE", "/limits/" + uploading)
    usage = at.ask("GET", "/v2/info/usage", token).json()["usage"]
    require(usage == {"image_size_total": {"usage": 2, "limit": 100},
                      "image_stage_total": {"usage": 0, "limit": 1000},
                      "image_count_total": {"usage": 3, "limit": 2},
                      "image_count_uploading": {"usage": 0, "limit": 10}}, usage)
