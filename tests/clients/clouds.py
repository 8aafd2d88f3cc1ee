# SPDX-License-Identifier: Apache-2.0
"""A glimt, a front end before it and an identity service that knows where that is: what clients
need to put images in and get them out."""
import contextlib
import dataclasses
import http.client
import json

from script import PEOPLE

import front_ends
from identity import identity_server
from tools import require
from uploaders import WHO

LIMIT = 60  # seconds


@dataclasses.dataclass
class cloud:
    image: tuple  # host, port of the front end
    glimt: tuple  # of glimt itself
    identity: str  # URL
    said: dict  # the front end's row of the page

    def promise(self, chunked):
        return self.said["chunked uploads" if chunked else "uploads"]


@contextlib.contextmanager
def new_cloud(glimt, runner, name, setup="plain"):
    """With the front end of that name. `glimt` is a servers.glimt, `setup` one of servers.SETUPS,
    `runner` as front_ends has it."""
    how = front_ends.FRONT_ENDS[name]
    with glimt.serving(setup, []) as itself, \
            front_ends.serving(runner, how, itself) as image, identity_server(image) as url:
        yield cloud(image, itself, url, front_ends.table()[how.title])


def ask(address, method, path, body=None, **headers):
    """One request over a connection of its own: status, headers, body."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=LIMIT)) as connection:
        connection.request(method, path, body, {"X-Auth-Token": PEOPLE[WHO], **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def images(at):
    return json.loads(ask(at.glimt, "GET", "/v2/images")[2])["images"]


def remove_all(at):
    for image in images(at):
        status = ask(at.glimt, "DELETE", "/v2/images/" + image["id"])[0]
        require(status == 204, "delete is answered", status)


def check_range(at, image, size, first, part):
    """That the bytes from `first` of an image of `size` are `part`."""
    last = first + len(part) - 1
    status, headers, body = ask(at.image, "GET", "/v2/images/%s/file" % image,
                                Range="bytes=%d-%d" % (first, last))
    require(status == 206 and body == part, first, last, status, len(body))
    require(headers["Content-Range"] == "bytes %d-%d/%d" % (first, last, size), headers)
