#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One database file, changed in turn by Glance's own database layer and by glimt's catalog: after
every change both see the same images.

    catalog_test.py CATALOG_SHELL [COUNT [SEED]]

Once on a file that glimt made, once on one that glance-manage made.
"""
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import uuid
import warnings

warnings.simplefilter("ignore")
try:
    from glance.db.sqlalchemy import api
    from glance import context
    from oslo_config import cfg
    from oslo_db import options
except ImportError:
    print("skipped: python3-glance is not installed (apt-get install python3-glance)")
    sys.exit(77)

logging.disable(logging.WARNING)

ADMIN = context.RequestContext(is_admin=True, policy_enforcer=object())
SCALARS = ("id name status visibility protected os_hidden owner disk_format container_format"
           " min_ram min_disk size virtual_size checksum os_hash_algo os_hash_value").split()
PROJECTS = ["p1", "p2", "projekt \u00e4"]
NAMES = ["", "plain", "it's \"quoted\"", "\u00e4\u20ac", "a" * 255, None]


class glimt:
    """The catalog, through catalog_shell."""

    def __init__(self, shell, path):
        self.shell, self.path = shell, path

    def __call__(self, *operations, flags=()):
        done = subprocess.run([self.shell, self.path, *flags], input=json.dumps(operations),
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)

    def view(self):
        return {one["id"]: one for one in self(dict(do="list"))[0]}

    def insert(self, id, values):
        self(dict(do="insert", id=id, **{"with": values}))

    def save(self, id, values):
        self(dict(do="save", id=id, **{"with": values}))

    def remove(self, id):
        self(dict(do="remove", id=id))

    def member(self, id, member, status):
        if status is None:
            self(dict(do="remove_member", id=id, member=member))
        elif not self(dict(do="update_member", id=id, member=member, status=status))[0]:
            self(dict(do="add_member", id=id, member=member, status=status))


class glance:
    """The same through glance.db.sqlalchemy, in the calls that glance.db makes of it."""

    def view(self):
        images = api.image_get_all(ADMIN, filters={"visibility": "all", "deleted": False},
                                   return_tag=True, limit=1000)
        return {one["id"]: self.shown(one) for one in images}

    @staticmethod
    def shown(one):
        image = {key: one[key] for key in SCALARS}
        for key in ("created_at", "updated_at"):
            image[key] = one[key].strftime("%Y-%m-%d %H:%M:%S.%f")
        image["properties"] = {p["name"]: p["value"] for p in one["properties"]
                               if not p["deleted"]}
        image["tags"] = one["tags"]
        image["locations"] = one["locations"]
        image["members"] = {m["member"]: m["status"]
                            for m in api.image_member_find(ADMIN, image_id=one["id"])}
        return image

    @staticmethod
    def values(values):
        values = dict(values)
        tags = values.pop("tags", None)
        if "locations" in values:
            values["locations"] = [dict(one, status="active") for one in values["locations"]]
        return values, tags

    def insert(self, id, values):
        values, tags = self.values(values)
        api.image_create(ADMIN, dict(dict(id=id, status="queued", min_ram=0, min_disk=0), **values))
        if tags is not None:
            api.image_tag_set_all(ADMIN, id, tags)

    def save(self, id, values):
        status = api.image_get(ADMIN, id)["status"]
        values, tags = self.values(values)
        api.image_update(ADMIN, id, values, purge_props="properties" in values, from_state=status)
        if tags is not None:
            api.image_tag_set_all(ADMIN, id, tags)

    def remove(self, id):
        api.image_update(ADMIN, id, dict(status="deleted"))
        api.image_destroy(ADMIN, id)

    def member(self, id, member, status):
        found = api.image_member_find(ADMIN, image_id=id, member=member, include_deleted=True)
        values = dict(image_id=id, member=member, status=status)
        if status is None:
            if found and not found[0]["deleted"]:
                api.image_member_delete(ADMIN, found[0]["id"])
        elif found:
            api.image_member_update(ADMIN, found[0]["id"], values)
        else:
            api.image_member_create(ADMIN, values)


def properties(rng):
    return {name: rng.choice(["1", "", "\u00e4 ", None])
            for name in rng.sample(["kernel_id", "os_distro", "x y", "\u00e4"], rng.randrange(4))}


def change(rng, image=None):
    values = {"name": rng.choice(NAMES), "properties": properties(rng),
              "tags": rng.sample(["a", "b", "\u00e4", "A"], rng.randrange(4))}
    if image is None or rng.random() < 0.3:
        values["visibility"] = rng.choice(["public", "private", "shared", "community"])
        values["owner"] = rng.choice(PROJECTS)
        values["protected"] = rng.random() < 0.5
        values["os_hidden"] = rng.random() < 0.5
    if image and rng.random() < 0.5:
        old = [dict(id=one["id"], url=one["url"], metadata={"store": rng.choice("ab")})
               for one in image["locations"] if rng.random() < 0.7]
        new = [dict(url="file:///%d" % rng.randrange(10**6), metadata={"n": [1, 2.5, None]})]
        values.update(status="active", size=rng.randrange(2**40), checksum="c" * 32,
                      locations=old + new, disk_format="raw")
    return values


def same(mine, theirs):
    """Equal but for the order of what the tables do not order."""
    def plain(view):
        return {id: {key: sorted(value, key=str) if key == "tags" else
                     sorted(value, key=lambda one: one["id"]) if key == "locations" else
                     bool(value) if key in ("protected", "os_hidden") else value
                     for key, value in one.items() if key != "container_format"}
                for id, one in view.items()}
    mine, theirs = plain(mine), plain(theirs)
    if mine == theirs:
        return True
    for id in mine.keys() | theirs.keys():
        if mine.get(id) != theirs.get(id):
            print("glimt: %s\nGlance: %s" % (mine.get(id), theirs.get(id)))
    return False


def exercise(rng, sides, count):
    mine, theirs = sides
    for step in range(count):
        who = rng.choice(sides)
        images = theirs.view()
        if not images or rng.random() < 0.3:
            what = ("insert", str(uuid.UUID(int=rng.getrandbits(128))), change(rng))
        else:
            id = rng.choice(sorted(images))
            what = rng.choice([("save", id, change(rng, images[id])), ("remove", id),
                               ("member", id, rng.choice(PROJECTS),
                                rng.choice(["pending", "accepted", "rejected", None])),
                               ("save", id, change(rng, images[id]))])
        getattr(who, what[0])(*what[1:])
        if not same(mine.view(), theirs.view()):
            sys.exit("step %d: after %s by %s" % (step, what, type(who).__name__))


def main():
    shell = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 25
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    options.set_defaults(cfg.CONF)
    cfg.CONF([], project="glance", default_config_files=[], default_config_dirs=[])
    for maker in ("glimt", "glance-manage"):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "glance.sqlite")
            url = "sqlite:///" + path
            mine = glimt(shell, path)
            if maker == "glimt":
                mine(flags=["--create"])
            else:
                config = os.path.join(directory, "glance.conf")
                with open(config, "w", encoding="utf-8") as out:
                    out.write("[database]\nconnection = %s\n" % url)
                subprocess.run(["glance-manage", "--config-file", config, "db_sync"],
                               capture_output=True, check=True)
            cfg.CONF.set_override("connection", url, group="database")
            api.clear_db_env()
            exercise(random.Random(seed), (mine, glance()), count)
            print("%d changes on a database of %s: the same images" % (count, maker))


if __name__ == "__main__":
    main()
