#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Image data through real clients and real front ends.

    data_test.py GLIMT RUN_FRONT_END [FRONT_END...]

Debian's curl, python3-openstackclient, python3-glanceclient and python3-openstacksdk each put
images in and get them out again, from glimt itself and through each front end of
docs/operating/front-ends.md; one of several stores is chosen, and a copy deleted. What a front end
makes of an upload is what the table of that page says: the table is read, not repeated here.
RUN_FRONT_END is made by tests/frontends.
"""
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "differential/glance")]

import servers  # noqa: E402
from script import PATCH_V21, PEOPLE  # noqa: E402

import front_ends  # noqa: E402
from clouds import LIMIT, ask, check_range, images, new_cloud, remove_all  # noqa: E402
from tools import become_interactive, failure, require  # noqa: E402
from uploaders import WHO, facts, refused, uploaders  # noqa: E402

PAYLOADS = {"5 MiB": os.urandom(5 << 20), "16 bytes": b"a very small one", "nothing": b""}
STREAMED, STORED, REFUSED = "streamed", "stored first", "refused with 411"
HALF = bytes(512 << 10)  # more than any of them holds back when it streams
OTHERS = 50  # requests


def new_image(at):
    body = json.dumps({"name": "i", "disk_format": "raw", "container_format": "bare"})
    status, _, answer = ask(at.image, "POST", "/v2/images", body, Content_Type="application/json")
    require(status == 201, "create is answered", status, answer)
    return json.loads(answer)["id"]


def show(address, image):
    return json.loads(ask(address, "GET", "/v2/images/" + image)[2])


# --- how an upload arrives ------------------------------------------------------------------------

def status_of(at, image):
    return show(at.glimt, image)["status"]


def begins(at, image, promise):
    """Whether glimt has the first half of an upload. That it comes is waited for; that it does not
    is believed when the front end has answered others for a while."""
    limit, answered = time.monotonic() + LIMIT, 0
    while time.monotonic() < limit and (promise == STREAMED or answered < OTHERS):
        require(ask(at.image, "GET", "/healthcheck")[0] == 200)
        answered += 1
        if status_of(at, image) == "saving":
            return True
    return False


def arrival(at, chunked):
    """What becomes of an upload that pauses halfway, in the table's words."""
    image = new_image(at)
    connection = http.client.HTTPConnection(*at.image, timeout=LIMIT)
    with contextlib.closing(connection):
        connection.putrequest("PUT", "/v2/images/%s/file" % image)
        for name, value in (("X-Auth-Token", PEOPLE[WHO]),
                            ("Content-Type", "application/octet-stream"),
                            ("Transfer-Encoding", "chunked") if chunked else
                            ("Content-Length", str(2 * len(HALF)))):
            connection.putheader(name, value)
        connection.endheaders()
        framed = b"%x\r\n%s\r\n" % (len(HALF), HALF) if chunked else HALF
        with contextlib.suppress(ConnectionError):  # it has answered already
            connection.send(framed)
            came = begins(at, image, at.promise(chunked))
            connection.send(framed + (b"0\r\n\r\n" if chunked else b""))
        status = connection.getresponse().status
    if status != 204:
        return "refused with %d" % status
    require(status_of(at, image) == "active", image, "is not active")
    return STREAMED if came else STORED


def uploads_arrive_as_the_page_says(at, _):
    for chunked in (False, True):
        seen, promise = arrival(at, chunked), at.promise(chunked)
        require(seen == promise, "chunked" if chunked else "with a length", "is", seen, "not",
                promise)
    remove_all(at)


# --- several stores -------------------------------------------------------------------------------

def add_copy(at, image, url):
    body = [{"op": "add", "path": "/locations/-", "value": {"url": url, "metadata": {}}}]
    status, _, answer = ask(at.image, "PATCH", "/v2/images/" + image, json.dumps(body),
                            Content_Type=PATCH_V21)
    require(status == 200, "a location is answered", status, answer)


def stores_are_chosen_and_left(at, _):
    """Into one of several stores, out of it while there is a copy elsewhere, and away."""
    require(at.said["store by header"] == at.said["deletes"] == "yes", at.said)
    image = new_image(at)
    path, copy = "/v2/images/" + image, "/v2/stores/cheap/" + image

    def require_status(wanted, *what, **headers):
        status, _, answer = ask(at.image, *what, **headers)
        require(status == wanted, *what, "is answered", status, answer)

    for store, wanted in (("nowhere", 400), ("cheap", 204)):
        require_status(wanted, "PUT", path + "/file", b"0123456789", x_image_meta_store=store,
                       Content_Type="application/octet-stream")
    require(show(at.image, image)["stores"] == "cheap", show(at.image, image))
    require_status(403, "DELETE", copy, X_Auth_Token=PEOPLE["admin"])  # the only one
    with servers.data_server() as elsewhere:
        add_copy(at, image, elsewhere + "/10")
        require_status(204, "DELETE", copy, X_Auth_Token=PEOPLE["admin"])
        require(show(at.image, image)["stores"] == "web", show(at.image, image))
        require(ask(at.image, "GET", path + "/file")[2] == b"x" * 10, "is not that of the copy")
        require_status(204, "DELETE", path)
    require_status(404, "GET", path)


# --- the clients ----------------------------------------------------------------------------------

def check_ranges(at, image, data):
    if not data:
        status = ask(at.image, "GET", "/v2/images/%s/file" % image, Range="bytes=0-0")[0]
        require(status == 416, "a range of nothing is answered", status)
        return
    for part in (slice(0, 1), slice(1, 10), slice(len(data) // 2, None)):
        check_range(at, image, len(data), part.start, data[part])


def round_trip(at, client, data, folder):
    sent, received = folder / "sent", folder / "received"
    sent.write_bytes(data)
    image = client.upload(str(sent))
    require(client.show(image) == facts(
        "active", len(data), hashlib.md5(data).hexdigest(), "sha512",
        hashlib.sha512(data).hexdigest()), client.show(image))
    client.download(image, str(received))
    require(received.read_bytes() == data, "other bytes come back:", received.stat().st_size)
    received.unlink()
    check_ranges(at, image, data)
    client.delete(image)
    require(images(at) == [], "left after delete")


def check_refusal(at, client, data, folder):
    """A front end that cannot pass an upload on says so, the client tells it, and no image claims
    to have data."""
    sent = folder / "sent"
    sent.write_bytes(data)
    try:
        client.upload(str(sent))
    except refused as why:
        require("411" in str(why), why)
    else:
        raise failure("is not refused")
    require(all(image["status"] == "queued" for image in images(at)), images(at))
    remove_all(at)


def clients_get_back_what_they_sent(at, folder):
    require(at.said["downloads, ranges"] == "yes", at.said)
    for client in uploaders(at):
        for name, data in PAYLOADS.items():
            refuses = at.promise(client.sends_chunked(len(data))) == REFUSED
            try:
                (check_refusal if refuses else round_trip)(at, client, data, folder)
            except Exception as why:  # pylint: disable=broad-except
                raise failure("%s, %s: %s: %s" % (client, name, type(why).__name__, why)) from why
            print("    %s, %s: %s" % (client, name, "refused with 411" if refuses else "same"),
                  flush=True)


STORIES = {uploads_arrive_as_the_page_says: "plain", stores_are_chosen_and_left: "stores",
           clients_get_back_what_they_sent: "plain"}


def main():
    become_interactive()
    glimt, runner = servers.glimt(sys.argv[1], {}), sys.argv[2]
    failed = 0
    for name in sys.argv[3:] or front_ends.FRONT_ENDS:
        for story, setup in STORIES.items():
            try:
                with tempfile.TemporaryDirectory() as home, \
                        new_cloud(glimt, runner, name, setup) as at:
                    os.environ["HOME"] = home  # clients keep what they have learnt there
                    story(at, pathlib.Path(home))
                print("%s, %s: done" % (name, story.__name__), flush=True)
            except Exception as why:  # pylint: disable=broad-except
                failed += 1
                print("%s, %s FAILED: %s: %s" % (name, story.__name__, type(why).__name__, why),
                      flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
