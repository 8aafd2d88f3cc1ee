# SPDX-License-Identifier: Apache-2.0
"""Clients that put image data in and get it out again, each in its own words and all in the same
way:

    upload(file)           makes an image of a file: its identifier; `refused` when that fails
    show(image)            its `facts`
    download(image, file)
    delete(image)

`sends_chunked(size)` says how a file of that size is sent. All act as the owner of script.PEOPLE.
"""
import dataclasses
import json
import subprocess

import openstack as sdk
from script import PEOPLE

from tools import failure, fields_of, glance, openstack

WHO = "owner"
PIECE = 64 << 10
STALLED = ["--speed-limit", "1", "--speed-time", "600"]  # curl: nothing goes on for so many seconds


class refused(Exception):
    """Holds what the client had to say."""


@dataclasses.dataclass
class facts:
    status: str
    size: int
    checksum: str
    algorithm: str
    hash_value: str


def facts_of(document):
    return facts(document["status"], int(document["size"]), document["checksum"],
                 document["os_hash_algo"], document["os_hash_value"])


class curl:
    """From standard input curl uploads chunked. (With the header that says so it does, too; but
    then version 7.88 never ends a body of nothing.)"""

    def __init__(self, at, chunked):
        self.url = "http://%s:%d/v2/images" % at.image
        self.chunked = chunked

    def __str__(self):
        return "curl, chunked" if self.chunked else "curl"

    def sends_chunked(self, size):
        return self.chunked

    def run(self, *arguments, stdin=subprocess.DEVNULL):
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--fail-with-body", *STALLED,
             "--header", "X-Auth-Token: " + PEOPLE[WHO], *arguments], capture_output=True,
            text=True, stdin=stdin)
        if done.returncode:
            raise refused(done.stderr + done.stdout)
        return done.stdout

    def upload(self, file):
        image = json.loads(self.run(
            "--header", "Content-Type: application/json", "--data",
            json.dumps({"name": "i", "disk_format": "raw", "container_format": "bare"}),
            self.url))["id"]
        with open(file, "rb") as data:
            self.run("--header", "Content-Type: application/octet-stream", "--upload-file",
                     "-" if self.chunked else file, "%s/%s/file" % (self.url, image), stdin=data)
        return image

    def show(self, image):
        return facts_of(json.loads(self.run("%s/%s" % (self.url, image))))

    def download(self, image, file):
        self.run("--output", file, "%s/%s/file" % (self.url, image))

    def delete(self, image):
        self.run("--request", "DELETE", "%s/%s" % (self.url, image))


class shell:
    """What the two shells have in common."""

    def upload(self, file):
        try:
            return self.create(file)
        except failure as why:
            raise refused(str(why)) from why


class openstack_shell(shell):
    def __init__(self, at):
        self.do = openstack(at.identity, WHO)

    def __str__(self):
        return "openstack"

    def sends_chunked(self, size):
        return size == 0  # python-requests takes nothing for a length it does not know

    def create(self, file):
        return self.do("image create i --disk-format raw --container-format bare --file %s -f json"
                       % file)["id"]

    def show(self, image):
        shown = self.do("image show %s -f json" % image)
        return facts_of({**shown, **shown["properties"]})

    def download(self, image, file):
        self.do("image save %s --file %s" % (image, file))

    def delete(self, image):
        self.do("image delete " + image)


class glance_shell(shell):
    def __init__(self, at):
        self.do = glance(at.identity, WHO)

    def __str__(self):
        return "glance"

    def sends_chunked(self, size):
        return True

    def create(self, file):
        return fields_of(self.do("image-create --name i --disk-format raw --container-format bare"
                                 " --file " + file))["id"]

    def show(self, image):
        return facts_of(fields_of(self.do("image-show --max-column-width 200 " + image)))

    def download(self, image, file):
        self.do("image-download %s --file %s" % (image, file))

    def delete(self, image):
        self.do("image-delete " + image)


class openstacksdk:
    """With the name of a file, or with its pieces one after the other."""

    def __init__(self, at, pieces):
        self.images = sdk.connect(
            auth_type="admin_token", load_yaml_config=False, load_envvars=False,
            auth={"endpoint": "http://%s:%d/v2" % at.image, "token": PEOPLE[WHO]}).image
        self.pieces = pieces

    def __str__(self):
        return "openstacksdk, in pieces" if self.pieces else "openstacksdk"

    def sends_chunked(self, size):
        return self.pieces or size == 0

    def upload(self, file):
        with open(file, "rb") as data:
            what = {"data": iter(lambda: data.read(PIECE), b"")} if self.pieces else \
                {"filename": file}
            try:
                return self.images.create_image("i", disk_format="raw", container_format="bare",
                                                allow_duplicates=True, **what).id
            except sdk.exceptions.SDKException as why:
                raise refused(str(why)) from why

    def show(self, image):
        shown = self.images.get_image(image)
        return facts(shown.status, shown.size, shown.checksum, shown.hash_algo, shown.hash_value)

    def download(self, image, file):
        self.images.download_image(image, stream=True, output=file)

    def delete(self, image):
        self.images.delete_image(image, ignore_missing=False)


def uploaders(at):
    return [curl(at, False), curl(at, True), openstacksdk(at, False), openstacksdk(at, True),
            openstack_shell(at), glance_shell(at)]
