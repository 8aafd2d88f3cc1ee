#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The disks of disks.py, good and hostile ones, uploaded to the real binary: as what they are, as
raw, and as something else. What is refused leaves nothing, and the next upload succeeds.

    uploads_test.py GLIMT
"""
import contextlib
import http.client
import itertools
import json
import pathlib
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "glance"))

import servers  # noqa: E402
from disks import UNSAFE, make_disks  # noqa: E402
from script import PEOPLE  # noqa: E402

if not shutil.which("qemu-img"):
    print("skipped: qemu-img is not installed (apt-get install qemu-utils)")
    sys.exit(77)

DISK_FORMATS = "raw qcow2 vhd vhdx vmdk vdi iso luks ami".split()
WITH_LUKS = "disk_formats = " + ",".join(DISK_FORMATS)
NOT_INSPECTED = ("ami",)  # formats that no reader knows: what is not recognised may be that
servers.SETUPS["inspected"] = {"default": servers.VISIBLE + "\n" + WITH_LUKS}
servers.SETUPS["lenient"] = {
    "default": servers.VISIBLE + "\n" + WITH_LUKS,
    "filter": "[image_format]\nrequire_image_format_match = False\n"
              "gpt_safety_checks_nonfatal = mbr"}
LIMIT = 60  # seconds
CLEAN = {"status": "queued", "size": None, "virtual_size": None, "checksum": None,
         "os_hash_value": None, "locations": []}


class failure(Exception):
    pass


def require(truth, *what):
    if not truth:
        raise failure(" ".join(str(each) for each in what))


class uploader:
    """Of one server, whose store is a folder."""

    def __init__(self, address, store):
        self.address, self.store = address, store
        self.chunked = itertools.cycle((False, True))

    def ask(self, method, path, body=None, kind="application/json"):
        """Status and body."""
        headers = {"X-Auth-Token": PEOPLE["owner"], "Content-Type": kind}
        connection = http.client.HTTPConnection(*self.address, timeout=LIMIT)
        with contextlib.closing(connection):
            with contextlib.suppress(ConnectionError):  # it may answer before it has all
                connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def create(self, disk_format, container_format="bare"):
        status, body = self.ask("POST", "/v2/images", json.dumps(
            {"disk_format": disk_format, "container_format": container_format}))
        require(status == 201, "create is answered", status, body)
        return "/v2/images/" + json.loads(body)["id"]

    def put(self, image, data):
        """By turns with the length and chunked."""
        body = iter([data]) if next(self.chunked) else data
        return self.ask("PUT", image + "/file", body, "application/octet-stream")

    def show(self, image):
        return json.loads(self.ask("GET", image)[1])

    def files(self):
        return list(self.store.iterdir())

    def check_stored(self, image, data, virtual_size):
        shown = self.show(image)
        require(shown["status"] == "active" and shown["size"] == len(data), shown)
        require(shown["virtual_size"] == virtual_size, shown["virtual_size"], "not", virtual_size)
        require(self.ask("GET", image + "/file") == (200, data), "other bytes come back")

    def check_clean(self, image):
        shown = self.show(image)
        require({name: shown[name] for name in CLEAN} == CLEAN, "is not clean:", shown)
        require(self.ask("GET", image + "/file")[0] == 204, "has data")
        require(self.files() == [], "left in the store:", self.files())

    def remove(self, image):
        require(self.ask("DELETE", image)[0] == 204, "is not deleted")
        require(self.files() == [], "left in the store:", self.files())

    def check_refused(self, image, data, text):
        status, body = self.put(image, data)
        require(status == 415, "is answered", status, body, "not", text)
        require(text in body.decode(), body, "does not say", text)
        self.check_clean(image)

    def check_taken(self, image, data, virtual_size):
        status, body = self.put(image, data)
        require(status == 204, "is answered", status, body)
        self.check_stored(image, data, virtual_size)
        self.remove(image)


def refusal(disk, disk_format):
    """What Glance says of such an image; None: nothing."""
    if disk.format is None:
        return "Multiple formats detected: " + disk.found.replace("+", ",")
    unknown = disk.format == "raw" and disk_format in NOT_INSPECTED
    if disk_format not in (disk.format, "raw") and not unknown:
        return "Image disk_format %s does not match stream data %s" % (disk_format, disk.format)
    return disk.refusal


def virtual_size(disk, disk_format):
    if disk_format == "raw":
        return disk.path.stat().st_size
    return (disk.virtual_size() or None) if disk_format == disk.format else None


def good_one(made, disk_format):
    return made["raw" if disk_format in NOT_INSPECTED else disk_format]


def every_disk_is_taken_or_refused(at, made):
    """Every one with a few formats, so that in all each format is wrong for several."""
    others = itertools.cycle(DISK_FORMATS)
    refused = taken = 0
    for name, disk in made.items():
        data = disk.path.read_bytes()
        tried = {disk.format, "raw", "ami", next(others), next(others)}.intersection(DISK_FORMATS)
        for disk_format in sorted(tried):
            image, why = at.create(disk_format), refusal(disk, disk_format)
            try:
                if why:
                    at.check_refused(image, data, why)
                    refused += 1
                    disk_then = good_one(made, disk_format)
                    at.check_taken(image, disk_then.path.read_bytes(),
                                   virtual_size(disk_then, disk_format))
                else:
                    at.check_taken(image, data, virtual_size(disk, disk_format))
                    taken += 1
            except Exception as error:
                raise failure("%s as %s: %s" % (name, disk_format, error)) from error
    print("%d uploads of %d disks were refused, %d taken" % (refused, len(made), taken))


def what_is_no_disk_is_not_looked_at(at, made):
    """The data of other containers are not the disk itself."""
    at.check_taken(at.create("vmdk", "ova"), made["qcow2-backing"].path.read_bytes(), None)


def a_lenient_server_still_refuses_what_is_unsafe(at, made):
    data = {name: made[name].path.read_bytes() for name in ("qcow2", "qcow2-backing", "gpt-extra")}
    at.check_taken(at.create("vmdk"), data["qcow2"], None)
    at.check_taken(at.create("raw"), data["gpt-extra"], len(data["gpt-extra"]))
    for disk_format in ("vmdk", "qcow2", "raw"):
        image = at.create(disk_format)
        at.check_refused(image, data["qcow2-backing"], UNSAFE)
        at.remove(image)


STORIES = {
    "inspected": (every_disk_is_taken_or_refused, what_is_no_disk_is_not_looked_at),
    "lenient": (a_lenient_server_still_refuses_what_is_unsafe,),
}


def main():
    glimt = servers.glimt(sys.argv[1], {})
    with tempfile.TemporaryDirectory(prefix="glimt-uploads-") as folder:
        made = make_disks(pathlib.Path(folder))
        for setup, stories in STORIES.items():
            with glimt.serving(setup, []) as address:
                for story in stories:
                    story(uploader(address, glimt.folder / "images"), made)
                    print("%s: done" % story.__name__)


if __name__ == "__main__":
    main()
