# SPDX-License-Identifier: Apache-2.0
"""Locations in JSON-patch, where show_multiple_locations is on (contract 1.11, 1.13)."""
from script import PATCH_V20, STATUS, ask, case, change, create, get, patch, post
from seed import active, identifier, image

SETUP = "locations"
MD5, SHA = "0" * 32, "ab" * 64
SEED = [
    image(4, status="deactivated", disk_format="raw", container_format="bare", size=3,
          locations=["http://localhost/4"]),
    image(5, status="importing"), image(6, status="uploading"), image(7, status="saving"),
    active(10, locations=["http://localhost/a", "http://localhost/b", "http://localhost/c"]),
    active(11, visibility="public", locations=["http://localhost/11"]),
    image(12, locations=["http://localhost/12"], disk_format="raw", container_format="bare"),
]


def place(path="/10", metadata=None, **validation):
    out = {"url": path if ":" in path else "{data}" + path, "metadata": metadata or {}}
    if validation:
        out["validation_data"] = validation
    return out


def ready(**rest):
    return create(disk_format="raw", container_format="bare", **rest)


def fresh(name, *changes):
    return case(name, [ready(), *changes])


def add(where="-", value=None, **rest):
    return change("add", "/locations/" + where, place() if value is None else value, **rest)


def put(*values, **rest):
    return change("replace", "/locations", list(values), **rest)


def remove(where, **rest):
    return change("remove", "/locations/" + where, **rest)


OK = dict(checksum=MD5, os_hash_algo="sha512", os_hash_value=SHA)

CASES = [
    fresh("add to a queued image", add(), get("/v2/images/{image}")),
    fresh("add two", add(show=STATUS), add(value=place("/20"))),
    fresh("add before the first", add(show=STATUS), add("0", place("/20"), show=("locations",))),
    fresh("add before the first, counted from 1", add(show=STATUS),
          add("1", place("/20"), show=("locations",))),
    fresh("add with metadata", add(value=place(metadata={"a": "1", "b": {"c": [1, None]}}))),
    fresh("replace when queued", put(place())),
    fresh("replace by two", put(place(), place("/20"))),
    fresh("replace by the same with other metadata", put(place(), show=STATUS),
          put(place(metadata={"x": "y"}), show=("locations",))),
    fresh("replace by the same in another order", put(place(), place("/20"), show=STATUS),
          put(place("/20"), place(), show=("locations",))),
    fresh("replace by others", put(place(), show=STATUS), put(place("/20"))),
    fresh("replace by more", put(place(), show=STATUS), put(place(), place("/20"))),
    fresh("replace by fewer", put(place(), place("/20"), show=STATUS), put(place())),
    fresh("replace by none", put()), fresh("replace by none when active", add(show=STATUS), put()),
    fresh("add the same twice", add(show=STATUS), add()),
    fresh("replace by the same twice", put(place(), place())),
    fresh("the old media type", patch([{"add": "/locations/-", "value": place()}], kind=PATCH_V20)),
    fresh("the old media type, replace", patch([{"replace": "/locations", "value": [place()]}],
                                               kind=PATCH_V20)),
    fresh("location and name at once", patch([
        {"op": "add", "path": "/locations/-", "value": place()},
        {"op": "replace", "path": "/name", "value": "n"}])),
    fresh("formats after the location", add(show=STATUS), change("replace", "/disk_format", "iso")),
    case("formats with the location", [create(), patch([
        {"op": "replace", "path": "/disk_format", "value": "raw"},
        {"op": "replace", "path": "/container_format", "value": "bare"},
        {"op": "add", "path": "/locations/-", "value": place()}])]),
    case("without formats", [create(), add()]),
    case("without formats, replace", [create(), put(place())]),
    case("without disk_format", [create(container_format="bare"), add()]),
    case("without container_format", [create(disk_format="raw"), add()]),
    case("create with locations", [post({"locations": [place()]})]),
    fresh("property called locations", change("add", "/locations", [place()])),
]

# Who may.
for who in ("admin", "colleague", "reader", "stranger", "service", "roleless", "anonymous"):
    CASES += [fresh("add by " + who, add(who=who)), fresh("replace by " + who, put(place(),
        who=who)),
              case("remove by " + who, [
                  ready(), put(place(), place("/20"), show=STATUS), remove("0", who=who)]),
              case("shown to " + who, [get("/v2/images/" + identifier(11), who)]),
              case("deactivated shown to " + who, [get("/v2/images/" + identifier(4), who)]),
              case("add to a public one by " + who, [
                  add(who=who, path="/v2/images/" + identifier(11))])
              ] if who != "admin" else [
        fresh("add by admin", add(who="admin")),
        case("deactivated shown to admin", [get("/v2/images/" + identifier(4), "admin")])]

# Positions.
for where in ("0", "1", "2", "3", "-", "-1", "a", "01", "1.0", "+1", "99999999999999999999", " 1",
              "\u0661", ""):
    CASES.append(fresh("add at %r" % where, add(show=STATUS), add(where, place("/20"))))
    CASES.append(fresh("remove at %r" % where, put(place(), place("/20"), show=STATUS),
                       remove(where, who="admin")))
CASES += [
    fresh("remove the last", add(show=STATUS), remove("0", who="admin")),
    fresh("remove of a queued image", remove("0", who="admin")),
    fresh("remove and add", put(place(), place("/20"), show=STATUS), patch([
        {"op": "remove", "path": "/locations/0"},
        {"op": "add", "path": "/locations/-", "value": place("/30")}], "admin")),
    fresh("the second operation fails", patch([
        {"op": "add", "path": "/locations/-", "value": place()},
        {"op": "replace", "path": "/nope", "value": "n"}]), get("/v2/images/{image}")),
    case("three of the seed", [get("/v2/images/" + identifier(10))]),
    case("remove one of three", [remove("1", who="admin", path="/v2/images/" + identifier(10))]),
    case("queued with a location", [get("/v2/images/" + identifier(12))]),
    case("list", [get("/v2/images?id=" + identifier(11))]),
    case("list deactivated", [get("/v2/images?id=" + identifier(4))]),
]

# What a location may be.
VALUES = {
    "null": None, "a text": "{data}/10", "a number": 1, "an array": [], "empty": {},
    "no metadata": {"url": "{data}/10"}, "no url": {"metadata": {}},
    "metadata null": {"url": "{data}/10", "metadata": None},
    "metadata a text": {"url": "{data}/10", "metadata": "a"},
    "metadata an array": {"url": "{data}/10", "metadata": []},
    "url null": {"url": None, "metadata": {}}, "url empty": {"url": "", "metadata": {}},
    "url a number": {"url": 1, "metadata": {}}, "url of 256 letters": place("/10/" + "x" * 252),
    "url of 300 letters": place("http://127.0.0.1/" + "x" * 300),
    "another member": dict(place(), more="a"), "with status": dict(place(), status="active"),
    "with id": dict(place(), id=1), "metadata with store": place(metadata={"store": "fast"}),
    "metadata with backend": place(metadata={"backend": "file"}),
    "metadata with 4-byte letters": place(metadata={"a": "\U0001f600"}),
    "metadata of odd kinds": place(metadata={"n": 1, "f": 1.5, "b": True, "z": None}),
    "nothing there": place("/nope"), "no bytes there": place("/0"),
    "nobody listens": place("http://127.0.0.1:1/10"), "no host": place("http:///10"),
    "no scheme": place("127.0.0.1/x:y"), "unknown scheme": place("gopher://localhost/a"),
    "file": place("file:///etc/passwd"), "filesystem": place("filesystem:///etc/passwd"),
    "FILE": place("FILE:///etc/passwd"), "swift+config": place("swift+config://ref/c/o"),
    "swift": place("swift://h/c/o"), "rbd": place("rbd://a/b/c/d"), "cinder": place("cinder://a"),
    "s3": place("s3://k:s@h/b/o"), "https": place("https://127.0.0.1:1/a"),
    "white space": place("http://127.0.0.1:1/a b"), "user in it": place("http://u:p@127.0.0.1:1/a"),
    "a bad port": place("http://127.0.0.1:port/a"), "4-byte letters": place("/10/\U0001f600"),
    "a fragment": place("/10/a#b"), "a query": place("/10/a?b=c"),
}
for name, value in VALUES.items():
    CASES.append(fresh("location: " + name, change("add", "/locations/-", value)))
for name in ("null", "a text", "empty", "no metadata", "file", "nobody listens", "no bytes there",
             "nothing there", "unknown scheme"):
    CASES.append(fresh("locations: " + name, change("replace", "/locations", [VALUES[name]])))
CASES += [fresh("locations: %r" % (value,), change("replace", "/locations", value))
          for value in (None, "a", {}, 1, place())]

# Validation data.
CHECKS = {
    "all": OK, "hash only": dict(os_hash_algo="sha512", os_hash_value=SHA),
    "checksum only": dict(checksum=MD5), "algorithm only": dict(os_hash_algo="sha512"),
    "value only": dict(os_hash_value=SHA), "another member": dict(OK, more="a"),
    "short checksum": dict(OK, checksum="0" * 31), "long checksum": dict(OK, checksum="0" * 33),
    "checksum of other letters": dict(OK, checksum="z" * 32),
    "checksum of capitals": dict(OK, checksum="AB" * 16), "checksum null": dict(OK, checksum=None),
    "another algorithm": dict(OK, os_hash_algo="sha256", os_hash_value="ab" * 32),
    "unknown algorithm": dict(OK, os_hash_algo="nope"), "algorithm null": dict(OK,
        os_hash_algo=None),
    "short value": dict(OK, os_hash_value="ab"), "odd value": dict(OK, os_hash_value="abc"),
    "value of other letters": dict(OK, os_hash_value="z" * 128),
    "value of 129 letters": dict(OK, os_hash_value="a" * 129),
    "value null": dict(OK, os_hash_value=None), "checksum a number": dict(OK, checksum=1),
}
for name, data in CHECKS.items():
    CASES.append(fresh("validation: " + name, add(value=place(**data))))
CASES += [
    fresh("validation: empty", add(value=dict(place(), validation_data={}))),
    fresh("validation: null", add(value=dict(place(), validation_data=None))),
    fresh("validation: a text", add(value=dict(place(), validation_data="a"))),
    fresh("validation: in replace", put(place(**OK))),
    fresh("validation: in the second of two", put(place(), place("/20", **OK))),
    fresh("validation: the same in both", put(place(**OK), place("/20", **OK))),
    fresh("validation: others in both", put(place(**OK), place("/20", **dict(OK,
        checksum="1" * 32)))),
    fresh("validation: the same again", add(value=place(**OK), show=STATUS),
          add(value=place("/20", **OK))),
    fresh("validation: others later", add(value=place(**OK), show=STATUS),
          add(value=place("/20", **dict(OK, checksum="1" * 32)))),
    fresh("validation: new when active", add(show=STATUS), add(value=place("/20", **OK))),
]

# Images in other states.
for number in (4, 5, 6, 7):
    path = "/v2/images/" + identifier(number)
    CASES += [case("add to %d" % number, [add(path=path)]),
              case("replace of %d" % number, [put(place(), path=path)]),
              case("remove of %d" % number, [remove("0", who="admin", path=path)])]
CASES += [
    case("replace of a queued one that has one", [put(place(),
        path="/v2/images/" + identifier(12))]),
    case("add to a queued one that has one", [add(path="/v2/images/" + identifier(12))]),
    fresh("deactivate, reactivate and add", add(show=STATUS), ask(
        "owner", "POST", "/v2/images/{image}/actions/deactivate", show=STATUS),
        get("/v2/images/{image}"), get("/v2/images/{image}", "admin"), add(value=place("/20")), ask(
        "owner", "POST", "/v2/images/{image}/actions/reactivate", show=STATUS),
        add(value=place("/20"), show=("status", "locations"))),
    fresh("delete with http locations", add(show=STATUS), ask("owner", "DELETE",
        "/v2/images/{image}"),
          get("/v2/images/{image}")),
    case("a size that is known", [get("/v2/images?size_min=1&limit=100&sort=id:asc&owner=p2")]),
]
