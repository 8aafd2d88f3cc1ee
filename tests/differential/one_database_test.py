#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Debian's glance-api and glimt on one database file: what one has made, the other shows, changes,
shares and deletes, while both run and when they take turns.

    one_database_test.py GLIMT

On a file that glance-manage made and on one that glimt made. After every step of a story both show
the same to everybody, and whoever told which part of it, the rows it leaves behind are the same.
"""
import concurrent.futures
import http.client
import json
import pathlib
import re
import sqlite3
import sys
import tempfile
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "glance"))

import servers  # noqa: E402
from answers import with_sorted_tags  # noqa: E402
from script import PATCH_V21, PEOPLE  # noqa: E402

IMAGE = "/v2/images/{id}"
MADE = {"name": "a \u00e4 \"b\"", "disk_format": "raw", "container_format": "bare", "min_ram": 3,
        "tags": ["one", "\u00e4", "two"], "hw_x": "1", "empty": "", "os_distro": "\u20ac",
        "description": "text\nof lines"}

# who, method, path, body, status. {id} is the image's.
TELL = [
    ("owner", "POST", "/v2/images", dict(MADE, id="{id}"), 201),
    ("owner", "POST", "/v2/images", dict(MADE, id="{id}"), 409),
    ("owner", "PATCH", IMAGE, [{"op": "replace", "path": "/name", "value": "b"},
                               {"op": "add", "path": "/new", "value": "n"},
                               {"op": "remove", "path": "/hw_x"},
                               {"op": "replace", "path": "/tags", "value": ["two", "three"]}], 200),
    ("owner", "PATCH", IMAGE, [{"op": "add", "path": "/hw_x", "value": "again"},
                               {"op": "replace", "path": "/min_disk", "value": 2147483647}], 200),
    ("owner", "PUT", IMAGE + "/tags/four", None, 204),
    ("owner", "PUT", IMAGE + "/tags/four", None, 204),
    ("owner", "DELETE", IMAGE + "/tags/three", None, 204),
    ("owner", "PUT", IMAGE + "/tags/three", None, 204),
    ("owner", "POST", IMAGE + "/members", {"member": "p2"}, 200),
    ("owner", "POST", IMAGE + "/members", {"member": "p2"}, 409),
    ("owner", "POST", IMAGE + "/members", {"member": "p3"}, 200),
    ("stranger", "PUT", IMAGE + "/members/p2", {"status": "accepted"}, 200),
    ("third", "PUT", IMAGE + "/members/p3", {"status": "rejected"}, 200),
    ("owner", "DELETE", IMAGE + "/members/p3", None, 204),
    ("third", "GET", IMAGE, None, 404),
    ("owner", "POST", IMAGE + "/members", {"member": "p3"}, 200),
    ("owner", "PUT", IMAGE + "/file", b"0123456789", 204),
    ("admin", "POST", IMAGE + "/actions/deactivate", None, 204),
    ("owner", "PATCH", IMAGE, [{"op": "replace", "path": "/description", "value": "off"}], 200),
    ("admin", "POST", IMAGE + "/actions/reactivate", None, 204),
    ("owner", "PATCH", IMAGE, [{"op": "replace", "path": "/visibility", "value": "community"}],
     200),
    ("admin", "PATCH", IMAGE, [{"op": "replace", "path": "/visibility", "value": "public"},
                               {"op": "replace", "path": "/os_hidden", "value": True},
                               {"op": "replace", "path": "/protected", "value": True}], 200),
    ("owner", "DELETE", IMAGE, None, 403),
    ("admin", "PATCH", IMAGE, [{"op": "replace", "path": "/visibility", "value": "shared"},
                               {"op": "replace", "path": "/os_hidden", "value": False},
                               {"op": "replace", "path": "/protected", "value": False}], 200),
    ("admin", "PATCH", IMAGE, [{"op": "replace", "path": "/owner", "value": "p2"}], 200),
    ("stranger", "PATCH", IMAGE, [{"op": "remove", "path": "/empty"}], 200),
    ("owner", "DELETE", IMAGE, None, 404),
]
END = ("stranger", "DELETE", IMAGE, None, 204)

TABLES = {"images": "id", "image_properties": "image_id", "image_tags": "image_id",
          "image_members": "image_id", "image_locations": "image_id"}
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


class failure(Exception):
    pass


def ask(address, who, method, path, body=None):
    """The status and what the body says."""
    headers = {"X-Auth-Token": PEOPLE[who]}
    if isinstance(body, bytes):
        headers["Content-Type"] = "application/octet-stream"
    elif body is not None:
        headers["Content-Type"] = PATCH_V21 if method == "PATCH" else "application/json"
        body = json.dumps(body).encode()
    connection = http.client.HTTPConnection(*address, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    return answer.status, text


def filled(value, identifier):
    if isinstance(value, str):
        return value.replace("{id}", identifier)
    if isinstance(value, dict):
        return {key: filled(each, identifier) for key, each in value.items()}
    return value


def view(address, identifier):
    """What a server shows of an image to everybody, member by member in its order."""
    image = "/v2/images/" + identifier
    looks = [(who, path) for who in ("owner", "stranger", "third", "admin", "outside_reader")
             for path in (image, image + "/members")]
    looks += [(who, "/v2/images?limit=1000&visibility=all&id=in:%s%s" % (identifier, more))
              for who in ("owner", "stranger", "admin")
              for more in ("", "&os_hidden=true", "&tag=two", "&member_status=all")]
    seen = {}
    for who, path in looks:
        status, text = ask(address, who, "GET", path)
        # Words of refusals are compared by tools/differential.
        shown = json.dumps(with_sorted_tags(json.loads(text))) if status == 200 else ""
        seen[who + " " + path] = (status, shown)
    return seen


def require_same_view(addresses, identifier, after):
    theirs, ours = (view(addresses[name], identifier) for name in ("glance", "glimt"))
    for what, shown in theirs.items():
        if ours[what] != shown:
            raise failure("after %s: %s\n  glance %s\n  glimt  %s" % (
                after, what, shown, ours[what]))


def rows(database, identifier):
    """What the database holds of an image: its columns, with times as far as their form."""
    found = []
    with sqlite3.connect("file:%s?mode=ro" % database, uri=True) as on:
        on.row_factory = sqlite3.Row
        for table, key in TABLES.items():
            for row in on.execute("SELECT * FROM %s WHERE %s = ?" % (table, key), [identifier]):
                columns = {name: row[name] for name in row.keys()
                           if name != "id" and name != "image_id"}
                # Of a row that lives again Glance leaves the time at which it was deleted.
                if not row["deleted"]:
                    del columns["deleted_at"]
                found.append((table, {name: "{time}" if isinstance(value, str) and
                                      TIME.fullmatch(value) else value
                                      for name, value in columns.items()}))
    on.close()
    for table, columns in found:
        if table == "image_locations":
            columns["value"] = re.sub(r"^file://.*/", "file://", columns["value"]).replace(
                identifier, "{id}")
    return sorted(found, key=lambda one: json.dumps(one, sort_keys=True))


def tell(step, address, identifier):
    who, method, path, body, status = step
    got, text = ask(address, who, method, filled(path, identifier), filled(body, identifier))
    if got != status:
        raise failure("%s %s by %s on port %d: %d instead of %d: %s" % (
            method, path, who, address[1], got, status, text))


# Who tells the steps of a story, and who its end.
TELLERS = {
    "glance alone": (lambda n: "glance", "glance"),
    "glimt alone": (lambda n: "glimt", "glimt"),
    "glance first": (lambda n: ("glance", "glimt")[n % 2], "glance"),
    "glimt first": (lambda n: ("glimt", "glance")[n % 2], "glimt"),
}


def both_at_once(addresses, database):
    """Each story with every pair of tellers; all of them leave the same rows."""
    left = {}
    for number, (name, (turn, last)) in enumerate(TELLERS.items()):
        identifier = str(uuid.UUID(int=number + 1))
        for n, step in enumerate(TELL):
            who = turn(n)
            tell(step, addresses[who], identifier)
            require_same_view(addresses, identifier, "%s: %s by %s" % (name, step, who))
        left[name] = rows(database, identifier)
        tell(END, addresses[last], identifier)
        require_same_view(addresses, identifier, name + ": the end")
        left[name + ", deleted"] = rows(database, identifier)
    for name, found in left.items():
        expected = left["glance alone, deleted" if "deleted" in name else "glance alone"]
        if found != expected:
            raise failure("the rows of '%s':\n%s\nof 'glance alone':\n%s" % (
                name, difference(found, expected), difference(expected, found)))
    print("  4 stories of %d steps: the same answers and rows" % len(TELL))


def difference(these, those):
    return "\n".join("  %s" % (row,) for row in these if row not in those)


def a_queued_one_ends(addresses, database):
    """An image without data, made by one and deleted by the other: the same rows as the other way
    round."""
    left = []
    for maker, other in (("glance", "glimt"), ("glimt", "glance")):
        identifier = str(uuid.uuid4())
        tell(TELL[0], addresses[maker], identifier)
        tell(TELL[8], addresses[other], identifier)
        tell(("owner", "DELETE", IMAGE, None, 204), addresses[other], identifier)
        require_same_view(addresses, identifier, "deleted by " + other)
        tell(TELL[1], addresses[maker], identifier)  # the identifier stays taken
        left.append(rows(database, identifier))
    if left[0] != left[1]:
        raise failure("rows of deleted images:\n%s\n%s" % (
            difference(left[0], left[1]), difference(left[1], left[0])))
    print("  deleted by the other: the same rows")


def live(address, identifier, ends):
    for step in TELL[:9] + ([("owner", "DELETE", IMAGE, None, 204)] if ends else []):
        tell(step, address, identifier)


def crowd(addresses, count=12):
    """Both write at once, each its own images, and see the same afterwards. A write of Glance that
    meets another one fails with 500, because it has read before and so cannot wait; one of glimt
    never does."""
    identifiers = {name: [str(uuid.uuid4()) for _ in range(count)] for name in addresses}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        lives = {name: [pool.submit(live, addresses[name], one, n % 2)
                        for n, one in enumerate(identifiers[name])] for name in addresses}
    refused = sum(life.exception() is not None for life in lives["glance"])
    for life in lives["glimt"]:
        life.result()
    for identifier in identifiers["glance"] + identifiers["glimt"]:
        require_same_view(addresses, identifier, "a crowd")
    print("  %d images made by both at once; Glance failed at %d of its own" % (
        2 * count, refused))


def in_turns(kinds, maker):
    """One server at a time: the first half of a story by one, the second by the other."""
    for first, second in (("glance", "glimt"), ("glimt", "glance")):
        with tempfile.TemporaryDirectory() as folder:
            database = pathlib.Path(folder) / "db"
            kinds[maker].make_database(database)
            identifier = str(uuid.uuid4())
            for name, half in ((first, TELL[:12]), (second, TELL[12:])):
                with kinds[name].serving_on(database) as address:
                    for step in half:
                        tell(step, address, identifier)
                    shown = {name: view(address, identifier)}
            with kinds[first].serving_on(database) as address:
                shown[first] = view(address, identifier)
                if shown[first] != shown[second]:
                    raise failure("in turns: %s" % shown)
                tell(END, address, identifier)
    print("  in turns: the same answers")


def main():
    theirs = servers.glance()
    kinds = {"glance": theirs, "glimt": servers.glimt(sys.argv[1], theirs.schema())}
    for maker in kinds:
        print("a database of %s" % maker, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            database = pathlib.Path(folder) / "db"
            kinds[maker].make_database(database)
            with kinds["glance"].serving_on(database) as glance, \
                    kinds["glimt"].serving_on(database) as glimt:
                addresses = {"glance": glance, "glimt": glimt}
                both_at_once(addresses, database)
                a_queued_one_ends(addresses, database)
                crowd(addresses)
        in_turns(kinds, maker)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except failure as why:
        sys.exit("FAILED: %s" % why)
