# SPDX-License-Identifier: Apache-2.0
"""PATCH /v2/images/{id} in both media types (contract 1.10)."""
from script import PATCH_V20, STATUS, ask, case, change, create, get, patch, share
from seed import active, identifier, image

SETUP = "plain"
EMOJI = "\U0001f600"
LONG = "x" * 256
QUEUED, ACTIVE, FOREIGN = identifier(1), identifier(2), identifier(3)

SEED = [
    image(1, properties={"k": "v", "null": None}, tags=["t"]),
    active(2, visibility="public", properties={"k": "v"}),
    active(3, owner="p2", visibility="private"),
    image(4, status="deactivated", disk_format="raw", container_format="bare"),
    image(5, status="importing"), image(6, status="uploading"), image(7, status="saving"),
    image(8, status="deleted", deleted=1, deleted_at="2001-02-01 00:00:00.000000"),
    image(9, properties={"os_glance_import_task": identifier(900), "os_glance_x": "y"}),
    active(10, locations=["file:///nowhere/10"], disk_format="ami", container_format="ami"),
    image(11, status="killed"), image(12, status="pending_delete"),
    image(13, protected=1), image(14, os_hidden=1),
    active(15, owner="p2", visibility="community"),
    active(16, owner="p2", members=[("p1", "accepted")]),
    active(17, owner=None, visibility="public"),
]


def fresh(name, *changes, **fields):
    """Changes of an image made for them, and how it looks afterwards if one of them was refused."""
    return case(name, [create(**fields), *changes])


def op(name, kind, path, value=None, **rest):
    return fresh(name, change(kind, path, value, **rest), k="v", tags=["t"])


CASES = []

# Every field, replaced with values of every type.
FIELDS = {
    "name": ["n", "", None, 1, "x" * 255, LONG, EMOJI, "\u00e9"],
    "visibility": ["private", "shared", "community", "public", "nope", None, 1],
    "protected": [True, "true", None, 1], "os_hidden": [True, False, "true", None],
    "container_format": ["ovf", None, "nope", 1], "disk_format": ["qcow2", None, "nope", 1],
    "min_ram": [0, 5, -1, 2147483648, "1", None, 1.5], "min_disk": [7, -1, 2147483648, "1", True],
    "owner": ["p1", "p2", None, "", 1, LONG], "tags": [
        ["a", "b"], [], ["a", "a"], "a", None, [1], [LONG], [EMOJI], {}],
    "k": ["w", "", None, 1, True, [], {}, EMOJI, "\u00e9"],
    "kernel_id": [identifier(5), "nope", None],
    # Read-only.
    "created_at": ["2001-01-01T00:00:00Z"], "updated_at": [1], "status": ["active"],
    "checksum": ["a"], "size": [1], "virtual_size": [1], "direct_url": ["a"], "self": ["a"],
    "file": ["a"], "schema": ["a"], "id": [identifier(5), "nope"], "os_hash_algo": ["a"],
    "os_hash_value": ["a"],
    # Reserved and strange.
    "location": ["a"], "deleted": ["a"], "deleted_at": ["a"], "os_glance": ["a"],
    "os_glance_x": ["a"], "stores": ["a"], "member": ["a"], "members": ["a"], "image_id": ["a"],
    "extra_properties": ["a", {}], "properties": ["a"], "locations": [[], "a"], "base": ["a"],
    "nope": ["a"], "OS_GLANCE_x": ["a"], "name ": ["a"], "": ["a"], "size_bytes": ["a"],
    "__class__": ["a"], "context": ["a"], "image": ["a"], "repo": ["a"], "delete": ["a"],
}


def label(value):
    text = repr(value)
    return text if len(text) < 60 else "%s... (%d)" % (text[:12], len(text))


for field, values in FIELDS.items():
    for value in values:
        CASES.append(op("replace %s = %s" % (field, label(value)), "replace", "/" + field, value))
for field in FIELDS:
    CASES.append(op("remove %s" % field, "remove", "/" + field))
for field, value in [
        ("name", "n"), ("tags", ["a"]), ("protected", True), ("min_ram", 5), ("visibility",
            "private"),
        ("owner", "p1"), ("owner", "p2"), ("k", "w"), ("new", "x"), ("new", ""), ("new", None),
        ("new", 1), ("status", "active"), ("os_glance_x", "a"), ("deleted", "a"), ("stores", "a"),
        ("member", "a"), ("members", "a"), ("image_id", "a"), ("extra_properties", "a"),
        ("extra_properties", {}), ("locations", []), ("kernel_id", None), ("x" * 255, "a"), (LONG,
            "a"),
        ("a" + EMOJI, "a"), ("\u00e9", "a"), ("new", "x" * 65536), ("disk_format", "raw"),
        ("container_format", "bare"), ("id", identifier(5)), ("context", "a"), ("locations", "a"),
        ("os_hidden", True), ("checksum", None), ("new", EMOJI), ("direct_url", "a")]:
    CASES.append(op("add %s = %s" % (field if len(field) < 60 else "%d letters" % len(field),
                                     label(value)), "add", "/" + field, value))

# Paths.
for path in ("", "/", "//", "///", "name", "/name/", "//name", "/name/first", "/k/0", "/tags/-",
             "/tags/0", "/a~1b", "/a~0b", "/a~01b", "/a~", "/a~2", "/~", "/~~", "/ name", "/name ",
             "/ ", "/a b", "/a/ /b", "/locations", "/locations/-", "/locations/0",
             "/locations/0/url", "/locations/", "/stores/0", " /name", "/a\u0000", "/%6eame",
             "/os_glance~1x", "/~1name", "/\u00e9"):
    for kind in ("add", "replace", "remove"):
        CASES.append(op("%s at %r" % (kind, path), kind, path, "a"))

# Shapes of the body, in both media types.
SHAPES = {
    "nothing": None, "an empty text": "", "half": "[", "an object": {}, "an operation": {
        "op": "add", "path": "/a", "value": "b"}, "null": "null", "a number": "1",
        "a string": '"a"',
    "an empty array": [], "an array of null": [None], "an array of numbers": [1],
    "an array of texts": ["add"], "an array of arrays": [[]], "an empty operation": [{}],
    "no op": [{"path": "/a", "value": "b"}], "no path": [{"op": "add", "value": "b"}],
    "no value": [{"op": "add", "path": "/a"}], "replace without value": [
        {"op": "replace", "path": "/name"}],
    "remove with a value": [{"op": "remove", "path": "/k", "value": 1}],
    "op test": [{"op": "test", "path": "/k", "value": "v"}],
    "op move": [{"op": "move", "from": "/k", "path": "/l"}],
    "op copy": [{"op": "copy", "from": "/k", "path": "/l"}],
    "op ADD": [{"op": "ADD", "path": "/a", "value": "b"}],
    "op null": [{"op": None, "path": "/a", "value": "b"}],
    "op 1": [{"op": 1, "path": "/a", "value": "b"}], "op list": [
        {"op": [], "path": "/a", "value": "b"}],
    "path null": [{"op": "add", "path": None, "value": "b"}],
    "path 1": [{"op": "add", "path": 1, "value": "b"}],
    "path list": [{"op": "add", "path": ["a"], "value": "b"}],
    "another member": [{"op": "add", "path": "/a", "value": "b", "comment": "c"}],
    "the old form": [{"add": "/a", "value": "b"}],
    "old replace": [{"replace": "/name", "value": "b"}], "old remove": [{"remove": "/k"}],
    "old remove with a value": [{"remove": "/k", "value": 1}], "old without value": [{"add": "/a"}],
    "old with two": [{"add": "/a", "remove": "/k", "value": "b"}],
    "old with an unknown": [{"test": "/k", "value": "v"}],
    "old add of what is there": [{"add": "/k", "value": "w"}],
    "old add of a base field": [{"add": "/name", "value": "w"}],
    "old add of tags": [{"add": "/tags", "value": ["w"]}],
    "old replace of what is not": [{"replace": "/nope", "value": "w"}],
    "old remove of what is not": [{"remove": "/nope"}],
    "old remove of a base field": [{"remove": "/name"}],
    "old path null": [{"add": None, "value": "b"}], "old path without slash": [
        {"add": "a", "value": "b"}],
    "old read-only": [{"replace": "/status", "value": "active"}],
    "old and new form": [{"op": "add", "path": "/a", "add": "/b", "value": "c"}],
}
for name, body in SHAPES.items():
    CASES.append(fresh("body: " + name, patch(body), k="v"))
    CASES.append(fresh("body 2.0: " + name, patch(body, kind=PATCH_V20), k="v"))

# Media types.
for kind in (None, "application/json", "application/json-patch+json", "text/plain", "nope", "",
             "application/openstack-images-v2.2-json-patch",
             "application/openstack-images-v2.1-json-patch; charset=utf-8",
             "APPLICATION/openstack-images-v2.1-json-patch", "application/openstack-images"):
    CASES.append(fresh("media type %s" % kind, patch(
        [], kind=None, headers={} if kind is None else {"Content-Type": kind})))
CASES += [
    fresh("media type wrong, as JSON", patch([], kind="a/b",
        headers={"Accept": "application/json"})),
    fresh("media type wrong, as HTML", patch([], kind="a/b", headers={"Accept": "*/*"})),
    fresh("chunked", patch([{"op": "add", "path": "/a", "value": "b"}], chunked=True)),
    fresh("1 MiB of nested arrays", patch("[" * 524288 + "]" * 524288)),
    fresh("an array of 1,000 operations", patch(
        [{"op": "replace", "path": "/name", "value": "n"}] * 1000, show=STATUS)),
    fresh("1,000 properties", patch(
        [{"op": "add", "path": "/p%d" % n, "value": "v"} for n in range(1000)])),
]

# Several operations are one change.
CASES += [
    fresh("several", patch([
        {"op": "replace", "path": "/name", "value": "n"}, {"op": "add", "path": "/a", "value": "1"},
        {"op": "remove", "path": "/k"}, {"op": "add", "path": "/k", "value": "2"},
        {"op": "replace", "path": "/tags", "value": ["z", "y"]}]), k="v"),
    fresh("the second fails: nothing is kept", patch([
        {"op": "add", "path": "/a", "value": "1"}, {"op": "replace", "path": "/b", "value": "2"}]),
        get("/v2/images/{image}", show=("a", "name"))),
    fresh("the second is malformed: nothing is kept", patch([
        {"op": "add", "path": "/a", "value": "1"}, {"op": "nope"}]),
        get("/v2/images/{image}", show=("a", "name"))),
    fresh("add, replace and remove of one", patch([
        {"op": "add", "path": "/a", "value": "1"}, {"op": "replace", "path": "/a", "value": "2"},
        {"op": "remove", "path": "/a"}])),
    fresh("removed and added again", change("remove", "/k", show=STATUS), change("add", "/k", "2"),
          get("/v2/images/{image}"), k="1", l="2"),
    fresh("properties keep their order", change("add", "/a", "1", show=STATUS),
          change("add", "/b", "2"), get("/v2/images/{image}"), z="0"),
    fresh("tags keep their order", change("replace", "/tags", ["c", "a", "b"]),
          get("/v2/images/{image}", show=("tags",)), tags=["b", "a"]),
    fresh("remove what is not there", change("remove", "/nope")),
    fresh("remove, then replace", patch([{"op": "remove", "path": "/k"}, {
        "op": "replace", "path": "/k", "value": "w"}]), k="v"),
    fresh("an order of faults: schema before a missing one", patch([
        {"op": "replace", "path": "/nope", "value": "a"},
        {"op": "replace", "path": "/name", "value": 1}])),
    fresh("shown with its time of change", change("replace", "/name", "n"),
          get("/v2/images/{image}")),
]


def at(name, number, body, who="owner", **rest):
    return case(name, [patch(body, who, "/v2/images/" + identifier(number), **rest)])


def rename(name="n"):
    return [{"op": "replace", "path": "/name", "value": name}]


# Images in every status.
for number, status in ((2, "active"), (4, "deactivated"), (5, "importing"), (6, "uploading"),
                       (7, "saving"), (8, "deleted"), (11, "killed"), (12, "pending_delete")):
    CASES.append(at("rename when " + status, number, rename()))
    for field, value in (("disk_format", "iso"), ("container_format", "ova")):
        CASES.append(at("%s when %s" % (field, status), number, [
            {"op": "replace", "path": "/" + field, "value": value}]))
CASES += [
    at("add disk_format when active", 2, [{"op": "add", "path": "/disk_format", "value": "iso"}]),
    at("the same disk_format when active", 2, [
        {"op": "replace", "path": "/disk_format", "value": "raw"}]),
    at("rename when protected", 13, rename()), at("rename when hidden", 14, rename()),
    at("unhide", 14, [{"op": "replace", "path": "/os_hidden", "value": False}]),
    at("unprotect", 13, [{"op": "replace", "path": "/protected", "value": False}]),
    at("rename under an import lock", 9, rename()),
    at("remove an import lock", 9, [{"op": "remove", "path": "/os_glance_import_task"}]),
    at("replace a null property", 1, [{"op": "replace", "path": "/null", "value": "x"}]),
    at("rename keeps a null property", 1, rename()),
    at("malformed identifier", 999, rename()),
    case("no identifier", [patch(rename(), path="/v2/images/nope")]),
    case("wrong case of identifier", [patch(rename(),
        path="/v2/images/" + "00000000-0000-4000-8000-"
                                            "00000000000G")]),
]

# Who may change what.
for who in ("admin", "colleague", "reader", "stranger", "third", "roleless", "service", "homeless",
            "anonymous"):
    for number, what in ((1, "shared"), (2, "public"), (3, "foreign private"),
                         (15, "foreign community"), (16, "foreign shared"), (17,
                             "nobody's public")):
        CASES.append(at("%s image by %s" % (what, who), number, rename(), who,
                        show=("name", "owner")))
        CASES.append(at("empty patch of %s image by %s" % (what, who), number, [], who,
                        show=("name", "owner")))
CASES += [
    fresh("owner by admin", change("replace", "/owner", "p2", who="admin")),
    fresh("null owner by admin", change("replace", "/owner", None, who="admin")),
    fresh("owner away and name by admin", patch([
        {"op": "replace", "path": "/owner", "value": "p2"}, *rename()], "admin")),
    fresh("public by admin", change("replace", "/visibility", "public", who="admin")),
    fresh("community by reader", change("replace", "/visibility", "community", who="reader")),
    fresh("private hides members", share(), change("replace", "/visibility", "private",
        show=STATUS),
          get("/v2/images/{image}", "stranger"), get("/v2/images/{image}/members"),
          change("replace", "/visibility", "shared", show=STATUS),
          get("/v2/images/{image}/members", show="names")),
    fresh("public and back by its owner", change("replace", "/visibility", "public", who="admin",
                                                 show=STATUS),
          change("replace", "/visibility", "private", show=("visibility",))),
    fresh("public stays public", change("replace", "/visibility", "public", who="admin",
        show=STATUS),
          change("replace", "/visibility", "public", show=("visibility",))),
    fresh("read-only by admin", change("replace", "/status", "active", who="admin")),
    fresh("body missing before the image is looked at", patch(None, "third")),
    fresh("method POST", ask("owner", "POST", "/v2/images/{image}", {})),
    fresh("method PUT", ask("owner", "PUT", "/v2/images/{image}", {})),
    fresh("method HEAD", ask("owner", "HEAD", "/v2/images/{image}", show="headers")),
]
