#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What glimt deletes with `delayed_delete`, Debian's glance-scrubber removes: on the same database
and the same folder, made by either.

    scrubber_test.py GLIMT
"""
import contextlib
import pathlib
import sqlite3
import sys
import tempfile
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "glance"))

import servers  # noqa: E402
from one_database_test import ask, failure  # noqa: E402

servers.SETUPS["delayed"] = {"default": "delayed_delete = True"}
SCRUBBER = """
[DEFAULT]
log_file = {folder}/scrubber.log
scrub_time = {scrub_time}
[database]
connection = sqlite:///{database}
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = {images}
"""


def scrub(folder, database, images, *arguments, scrub_time=0):
    config = folder / "glance-scrubber.conf"
    config.write_text(SCRUBBER.format(folder=folder, database=database, images=images,
                                      scrub_time=scrub_time))
    servers.run(["/usr/bin/glance-scrubber", "--config-file", str(config), *arguments])


def row(database, image):
    """The status of an image, whether it is deleted, and the status of its location."""
    with contextlib.closing(sqlite3.connect(database)) as on:
        return on.execute("SELECT i.status, i.deleted, l.status, l.value FROM images i "
                          "JOIN image_locations l ON l.image_id = i.id WHERE i.id = ?",
                          [image]).fetchone()


def require(seen, wanted, what):
    if seen != wanted:
        raise failure("%s: %s, not %s" % (what, seen, wanted))


def deleted_image(address, database):
    """An image that was uploaded and deleted: its identifier, and the file of its data."""
    image = str(uuid.uuid4())
    path = "/v2/images/" + image
    for method, where, body, status in (
            ("POST", "/v2/images", {"id": image, "disk_format": "raw",
                                    "container_format": "bare"}, 201),
            ("PUT", path + "/file", b"0123456789", 204),
            ("DELETE", path, None, 204),
            ("GET", path, None, 404)):
        got, text = ask(address, "owner", method, where, body)
        require(got, status, "%s %s: %s" % (method, where, text))
    found = row(database, image)
    require(found[:3], ("pending_delete", 1, "pending_delete"), "the rows of a deleted image")
    file = pathlib.Path(found[3].removeprefix("file://"))
    require(file.read_bytes(), b"0123456789", "the data of a deleted image")
    return image, file


def story(kinds, maker):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        database = folder / "db"
        kinds[maker].make_database(database)
        with kinds["glimt"].serving_on(database, "delayed") as address, \
                kinds["glance"].serving_on(database, "delayed") as glance:
            image, file = deleted_image(address, database)
            images = file.parent
            scrub(folder, database, images, scrub_time=3600)
            require((row(database, image)[0], file.exists()), ("pending_delete", True),
                    "an image before its time")
            restored, kept = deleted_image(address, database)
            scrub(folder, database, images, "--restore", restored)
            # Active again but without its locations, which it does not restore: Glance says the
            # same of it.
            for path in ("/v2/images/" + restored, "/v2/images/%s/file" % restored):
                require(ask(address, "owner", "GET", path), ask(glance, "owner", "GET", path),
                        "%s, restored" % path)
            scrub(folder, database, images)
            require(row(database, image)[:3], ("deleted", 1, "deleted"), "a scrubbed image")
            require((file.exists(), kept.exists()), (False, True), "the files afterwards")
            require(ask(address, "owner", "GET", "/v2/images/" + image)[0], 404, "a scrubbed image")
            require(ask(address, "owner", "DELETE", "/v2/images/" + restored)[0], 204,
                    "the end of one that was restored")
    print("  deleted, restored and scrubbed on a database of %s" % maker, flush=True)


def main():
    theirs = servers.glance()
    kinds = {"glance": theirs, "glimt": servers.glimt(sys.argv[1], theirs.schema())}
    for maker in kinds:
        story(kinds, maker)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except failure as why:
        sys.exit("FAILED: %s" % why)
