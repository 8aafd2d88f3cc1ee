# SPDX-License-Identifier: Apache-2.0
"""Fills an SQLite database that has Glance's tables with images as a cloud of some size has them:
of 100 projects, 2 % public, 3 % community, 60 % shared (each twentieth with a member), the rest
private; a tenth deleted; each with four properties, a tag, and a location when it is active. What
is made depends on nothing but the number."""
import contextlib
import datetime
import random
import sqlite3
import uuid

PROJECTS = ["project-%02d" % n for n in range(100)]
FORMATS = ["qcow2", "raw", "iso", "vmdk"]
FIRST = datetime.datetime(2020, 1, 1)
STEP = datetime.timedelta(seconds=97)


def time_of(number):
    return (FIRST + number * STEP).strftime("%Y-%m-%d %H:%M:%S.%f")


def visibility_of(share):
    for limit, visibility in ((0.02, "public"), (0.05, "community"), (0.65, "shared")):
        if share < limit:
            return visibility
    return "private"


def image_row(rng, number):
    deleted = rng.random() < 0.1
    status = "deleted" if deleted else rng.choice(["active"] * 9 + ["queued"])
    made = time_of(number)
    return {"id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "name": "%s-%05d" % (rng.choice(["ubuntu", "debian", "backup", "snap"]), number),
            "size": rng.randrange(2**20, 2**36) if status == "active" else None,
            "virtual_size": None, "status": status,
            "visibility": visibility_of(rng.random()), "owner": rng.choice(PROJECTS),
            "disk_format": rng.choice(FORMATS), "container_format": "bare",
            "checksum": "%032x" % rng.getrandbits(128) if status == "active" else None,
            "os_hash_algo": "sha512", "os_hash_value": "%0128x" % rng.getrandbits(512),
            "min_disk": 0, "min_ram": 0, "protected": 0, "os_hidden": int(rng.random() < 0.01),
            "created_at": made, "updated_at": made, "deleted_at": made if deleted else None,
            "deleted": int(deleted)}


def children(rng, image):
    """(table, row) of one image."""
    common = {"image_id": image["id"], "created_at": image["created_at"],
              "updated_at": image["updated_at"], "deleted_at": image["deleted_at"],
              "deleted": image["deleted"]}
    for name, value in (("hw_disk_bus", "virtio"), ("os_distro", image["name"].split("-")[0]),
                        ("architecture", "x86_64"), ("build", str(rng.randrange(1000)))):
        yield "image_properties", dict(common, name=name, value=value)
    yield "image_tags", dict(common, value=rng.choice(["stable", "testing", "nightly"]))
    if image["status"] == "active":
        yield "image_locations", dict(common, value="file:///images/" + image["id"],
                                      meta_data='{"store": "fast"}', status="active")
    if image["visibility"] == "shared" and rng.random() < 0.05:
        yield "image_members", dict(common, member=rng.choice(PROJECTS), can_share=0,
                                    status=rng.choice(["accepted", "accepted", "pending"]))


def insert(database, table, rows):
    if rows:
        database.executemany("INSERT INTO %s (%s) VALUES (%s)" % (
            table, ",".join(rows[0]), ",".join(":" + name for name in rows[0])), rows)


def fill(path, count):
    rng = random.Random(count)
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = OFF")
    with database:
        for begin in range(0, count, 5000):
            tables = {}
            for number in range(begin, min(begin + 5000, count)):
                image = image_row(rng, number)
                tables.setdefault("images", []).append(image)
                for table, row in children(rng, image):
                    tables.setdefault(table, []).append(row)
            for table, rows in tables.items():
                insert(database, table, rows)
    database.close()


def seen_by_all(path):
    """Identifiers of images that everybody sees, from old to new."""
    with contextlib.closing(sqlite3.connect(path)) as on:
        return [row[0] for row in on.execute(
            "SELECT id FROM images WHERE NOT deleted AND NOT os_hidden AND visibility = 'public'"
            " ORDER BY created_at")]
