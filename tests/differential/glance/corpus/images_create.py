# SPDX-License-Identifier: Apache-2.0
"""POST /v2/images (contract 1.3, 1.5 to 1.7)."""
from script import STATUS, ask, case, get, post
from seed import active, identifier, image

SETUP = "plain"
SEED = [image(1), image(2, deleted=1, status="deleted", deleted_at="2001-01-02 00:00:00.000000"),
        active(3, visibility="public")]

LONG = "x" * 256
EMOJI = "\U0001f600"


def one(name, body, who="owner", show="full", **rest):
    return case(name, [post(body, who, show=show, **rest)])


# The value of one field, of every type and beyond its limits.
FIELDS = {
    "name": ["n", "", None, 1, True, [], {}, "x" * 255, LONG, "\u00e9\u4e2d", EMOJI, "a\u0000b",
             " padded ", "a\nb"],
    "id": [identifier(0xAB), "AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE", "nope", "", None, 7,
           identifier(0x10) + "0", "00000000000040008000000000000020", identifier(1),
           identifier(2)],
    "visibility": ["private", "shared", "community", "public", "all", "Private", "", None, 1],
    "protected": [True, False, "true", "false", 1, 0, None],
    "os_hidden": [True, "true", None, 0],
    "container_format": ["bare", "ovf", "docker", "compressed", None, "", "Bare", "nope", 1, []],
    "disk_format": ["raw", "qcow2", "ploop", None, "", "RAW", "gpt", "luks", 1, {}],
    "min_ram": [0, 1, 2147483647, 2147483648, -1, 1.5, 1.0, "1", None, True, 10 ** 30],
    "min_disk": [0, 2147483647, 2147483648, -1, 0.5, "0", None, False],
    "owner": ["p1", "p2", None, "", 1, LONG],
    "tags": [[], ["a"], ["b", "a"], ["a", "a"], ["", " "], ["x" * 255], [LONG], [1], [None],
             ["a", 1], "a", {"a": 1}, None, [EMOJI], ["\u00e9", "A", "a"], [["a"]]],
    "custom": ["", "v", None, 1, 1.5, True, [], {}, "x" * 3000, EMOJI, "\u00e9", "a\nb\"c\\"],
    # Entries of schema-image.json.
    "kernel_id": [identifier(9), None, "", "nope", 1],
    "architecture": ["x86_64", None, 1],
    "cinder_encryption_key_deletion_policy": ["do_not_delete", "nope", None],
    # What only the server writes.
    "status": ["queued", "active", 1], "size": [1, None, "1"], "virtual_size": [1],
    "checksum": ["a", "x" * 33], "created_at": ["2001-01-01T00:00:00Z", 1],
    "updated_at": ["2001-01-01T00:00:00Z"], "os_hash_algo": ["sha512"], "os_hash_value": ["ab"],
    "direct_url": ["a", 1], "self": ["a"], "file": ["a"], "schema": ["a"], "stores": ["a", 1],
    "locations": [[], [{"url": "{data}/10", "metadata": {}}], "a", [{}]],
    # Reserved, and what looks like it.
    "location": ["a"], "deleted": ["a", False], "deleted_at": ["a"], "os_glance_x": ["a"],
    "os_glance": ["a"], "os_glanc": ["a"], "OS_GLANCE_x": ["a"], "member": ["a"], "members": ["a"],
    "image_id": ["a"], "extra_properties": ["a"], "properties": ["a"], "tag": ["a"],
    "is_public": ["a"], "store": ["a"], "": ["a"], " ": ["a"], "a/b": ["a"], "~": ["a"],
    "\u00e9": ["a"], "a\u0000": ["a"],
}


def label(value):
    text = repr(value)
    return text if len(text) < 60 else "%s... (%d)" % (text[:12], len(text))


CASES = [one("%s = %s" % (field or "the empty name", label(value)), {field: value})
         for field, values in FIELDS.items() for value in values]

CASES += [
    case("every writable field at once", [post({
        "name": "all", "id": identifier(0x77), "visibility": "private", "protected": True,
        "os_hidden": True, "container_format": "bare", "disk_format": "qcow2", "min_ram": 5,
        "min_disk": 6, "owner": "p1", "tags": ["t2", "t1"], "z_last": "1", "a_first": "2",
        "description": "d", "os_distro": "debian"})]),
    one("no field", {}),
    one("properties around base fields keep their order", {"b": "1", "name": "n", "a": "2"}),
    case("shown as it was answered", [
        post({"name": "n", "b": "1", "a": "", "tags": ["y", "x"]}, keep={"image": "id"}),
        get("/v2/images/{image}")]),
    case("the same identifier again", [
        post({"id": identifier(0x55)}, show=STATUS), post({"id": identifier(0x55)}),
        post({"id": identifier(0x55)}, "stranger")]),
    case("an identifier that was deleted", [
        post({"id": identifier(0x56)}, show=STATUS),
        ask("owner", "DELETE", "/v2/images/" + identifier(0x56), show=STATUS),
        post({"id": identifier(0x56)})]),
    case("an identifier in other letters", [
        post({"id": "00000000-ABCD-4000-8000-000000000001"}, show=STATUS),
        get("/v2/images/00000000-ABCD-4000-8000-000000000001"),
        get("/v2/images/00000000-abcd-4000-8000-000000000001"),
        post({"id": "00000000-abcd-4000-8000-000000000001"}, show=STATUS)]),
    one("custom name of 255 letters", {"x" * 255: "a"}, show=STATUS),
    one("custom name of 256 letters", {"x" * 256: "a"}),
    one("custom name of 128 two-byte letters", {"\u00e9" * 128: "a"}, show=STATUS),
    one("custom name beyond the BMP", {"a" + EMOJI: "a"}),
    one("value of 65536 bytes", {"a": "x" * 65536}, show=STATUS),
    one("a duplicate member", '{"name": "a", "name": "b"}', show=("name",)),
    one("two faults: read-only before schema", {"self": 1, "name": 1}),
    one("two faults: schema before reserved", {"deleted": "a", "name": 1}),
    one("two faults: schema before policy", {"owner": "p2", "min_ram": "x"}),
    one("two faults: reserved before policy", {"owner": "p2", "deleted": "a"}),
    one("two faults: policy before domain", {"owner": "p2", "min_ram": -1}),
    one("two faults: long custom name and reserved", {LONG: "a", "deleted": "a"}),
    one("two faults: reserved and long custom name", {"deleted": "a", LONG: "a"}),
]

# Who may create what (contract 3.3).
for who in ("admin", "colleague", "reader", "roleless", "service", "homeless", "anonymous"):
    CASES.append(one("by " + who, {"name": "n"}, who))
for who in ("admin", "reader", "service"):
    for visibility in ("private", "shared", "community", "public"):
        CASES.append(one("%s by %s" % (visibility, who), {"visibility": visibility}, who))
CASES += [
    one("foreign owner by admin", {"owner": "p9"}, "admin"),
    one("null owner by admin", {"owner": None}, "admin"),
    one("owner of other letters", {"owner": "P1"}),
    one("foreign owner by reader", {"owner": "p2"}, "reader"),
    one("locations by admin", {"locations": []}, "admin"),
    one("status by admin", {"status": "queued"}, "admin"),
    one("reserved by admin", {"os_glance_x": "a"}, "admin"),
]

# Bodies that are no image.
BODIES = {
    "an array": "[]", "an array of an image": '[{"name": "a"}]', "a string": '"a"',
    "a number": "1", "null": "null", "true": "true", "nothing": "", "white space": " ",
    "half an object": '{"name": "a"', "more after the object": '{"name": "a"} x',
    "a trailing comma": '{"name": "a",}', "single quotes": "{'name': 'a'}",
    "a comment": '{} // no', "NaN": '{"min_ram": NaN}', "Infinity": '{"min_ram": Infinity}',
    "a control character in a string": '{"name": "a\nb"}', "a byte order mark": "\ufeff{}",
    "bytes that are not UTF-8": b'{"name": "\xff"}', "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a lone surrogate": '{"name": "\\ud800"}', "a pair of surrogates": '{"name": "\\ud83d\\ude00"}',
    "an escaped null": '{"name": "\\u0000"}', "a huge number": '{"min_ram": 1e400}',
    "an exponent": '{"min_ram": 1e2}', "a leading zero": '{"min_ram": 01}',
    "nested too deep": "[" * 100000,
    "a custom value nested deep": '{"a": ' + "[" * 200 + "]" * 200 + "}",
}
CASES += [one("body is " + name, body) for name, body in BODIES.items()]
CASES += [
    one("body is 1 MiB of nested arrays", "[" * 524288 + "]" * 524288),
    one("body is 1 MiB of an array", "[" + "1," * 524287 + "1]"),
    one("body has 10,000 properties", {"p%05d" % n: "v" for n in range(10000)}),
    one("body has 10,000 tags", {"tags": ["t%05d" % n for n in range(10000)]}),
    one("body has a name of 1 MiB", {"name": "x" * 1048576}),
    one("no body at all", None),
    one("chunked", {"name": "c"}, chunked=True, show=STATUS),
    one("chunked and broken", "{", chunked=True),
    one("as text/plain", {"name": "c"}, headers={"Content-Type": "text/plain"}, show=STATUS),
    one("without a content type", {"name": "c"}, headers={"Content-Type": ""}, show=STATUS),
    one("as an image patch", {"name": "c"}, show=STATUS, headers={
        "Content-Type": "application/openstack-images-v2.1-json-patch"}),
]

# Errors in other forms, and the address of what was made.
for accept in ("application/json", "text/html", "*/*", "image/png"):
    CASES.append(one("error for " + accept, {"self": "<a href=\"x\">&"},
                     headers={"Accept": accept}))
    CASES.append(one("schema error for " + accept, {"name": 1}, headers={"Accept": accept}))
CASES += [
    one("location follows Host", {}, show="headers", headers={"Host": "images.example:99"}),
    one("a request id is taken over", {}, show="headers",
        headers={"X-Openstack-Request-Id": "req-00000000-0000-4000-8000-000000000042"}),
    one("a request id gets its prefix", {}, show="headers",
        headers={"X-Openstack-Request-Id": "abc"}),
    one("a request id of 65 letters", {}, headers={"X-Openstack-Request-Id": "x" * 65}),
    one("identity headers from outside", {"owner": "p9"}, headers={
        "X-Roles": "admin", "X-Tenant-Id": "p9", "X_Roles": "admin", "X-Project-Id": "p9"}),
    one("a token of two parts", {}, headers={"X-Auth-Token": "a:b"}),
    one("a token with a role list of mixed case", {}, show=STATUS,
        headers={"X-Auth-Token": "a:p1:MEMBER,Reader"}),
    case("method PUT", [ask("owner", "PUT", "/v2/images", {})]),
    case("method DELETE", [ask("owner", "DELETE", "/v2/images")]),
    case("method HEAD", [ask("owner", "HEAD", "/v2/images", show="headers")]),
    case("trailing slash", [post({}, path="/v2/images/")]),
]
