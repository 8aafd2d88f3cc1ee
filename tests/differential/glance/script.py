# SPDX-License-Identifier: Apache-2.0
"""The words a corpus is written in: cases made of requests.

A corpus file names its server (`SETUP`, a key of servers.SETUPS), may name rows its database begins
with (`SEED`, see seed.py), and fills `CASES` with case(). Each file gets a fresh server; its cases
run in order and see what earlier ones left behind.

`{name}` in a path, header or body stands for a value kept from an earlier answer of the same case,
or for `{data}`, the address of the harness's own HTTP server. Identifiers that begin with eight
zeros are literal; all others, times and addresses are replaced in the answers.
"""
import dataclasses
import json
import typing

# Tokens of glance.tests.utils:FakeAuthMiddleware: user, project, roles.
PEOPLE = {
    "admin": "root:cloud:admin,member,reader",
    "owner": "alice:p1:member,reader",
    "colleague": "carol:p1:member,reader",
    "reader": "rita:p1:reader",
    "stranger": "bob:p2:member,reader",
    "third": "dave:p3:member,reader",
    "outside_reader": "erin:p2:reader",
    "roleless": "frank:p1:guest",
    "service": "nova:service:service",
    "homeless": "gus:none:member,reader",
    "anonymous": None,
}

PATCH_V21 = "application/openstack-images-v2.1-json-patch"
PATCH_V20 = "application/openstack-images-v2.0-json-patch"

# What of an answer is recorded: all of it; status and headers; the status; only the names of the
# listed things. A tuple of keys: only those of the object.
FULL, HEADERS, STATUS, NAMES = "full", "headers", "status", "names"
STATE = ("status", "visibility", "locations")


@dataclasses.dataclass
class step:
    who: str
    method: str
    path: str
    body: typing.Any = None  # a dict or list is sent as JSON, text as it is
    headers: dict = dataclasses.field(default_factory=dict)
    keep: dict = dataclasses.field(default_factory=dict)  # variable: key of the answered object
    show: typing.Any = FULL
    chunked: bool = False

    def payload(self):
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, ensure_ascii=False).encode()


@dataclasses.dataclass
class case:
    name: str
    steps: list


def ask(who, method, path, body=None, **rest):
    return step(who, method, path, body, **rest)


def get(path, who="owner", **rest):
    return step(who, "GET", path, **rest)


def create(who="owner", keep="image", show=STATUS, **fields):
    """An image, for others to look at: its id is kept, of the answer only the status is."""
    fields.setdefault("name", "x")
    return step(who, "POST", "/v2/images", fields, keep={keep: "id"}, show=show)


def post(body, who="owner", path="/v2/images", **rest):
    return step(who, "POST", path, body, **rest)


def patch(body, who="owner", path="/v2/images/{image}", kind=PATCH_V21, **rest):
    headers = dict({"Content-Type": kind} if kind else {}, **rest.pop("headers", {}))
    return step(who, "PATCH", path, body, headers=headers, **rest)


def change(op, pointer, value=None, **rest):
    """One operation of the 2.1 form as a patch of its own."""
    one = {"op": op, "path": pointer}
    if op != "remove":
        one["value"] = value
    return patch([one], **rest)


def share(member="p2", who="owner", **rest):
    rest.setdefault("show", STATUS)
    return step(who, "POST", "/v2/images/{image}/members", {"member": member}, **rest)
