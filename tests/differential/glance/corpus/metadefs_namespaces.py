# SPDX-License-Identifier: Apache-2.0
"""Namespaces of metadata definitions (contract 1.27, 3.3)."""
from script import NAMES, PEOPLE, STATUS, ask, case, get

SETUP = "plain"
ROOT = "/v2/metadefs/namespaces"
LONG, EMOJI = "x" * 81, "\U0001f600"


def post(body, who="admin", **rest):
    return ask(who, "POST", ROOT, body, **rest)


def make(name, **fields):
    return post(dict({"namespace": name}, **fields), show=STATUS)


FULL = {
    "namespace": "full", "display_name": "Full", "description": "All of it", "visibility": "public",
    "protected": False, "owner": "p1",
    "resource_type_associations": [
        {"name": "OS::Glance::Image", "prefix": "hw_", "properties_target": "image"},
        {"name": "OS::Nova::Flavor"}],
    "properties": {
        "p1": {"type": "integer", "title": "P1", "minimum": 1, "maximum": 5, "default": 2},
        "p2": {"type": "string", "title": "P2", "description": "d", "enum": ["a", "b"],
               "operators": ["<in>", "="], "readonly": True, "pattern": "^a", "minLength": 1,
               "maxLength": 2},
        "p3": {"type": "array", "title": "P3", "items": {"type": "string", "enum": ["x"]},
               "uniqueItems": True, "minItems": 1, "maxItems": 2, "additionalItems": False},
        "p4": {"type": "boolean", "title": "P4", "default": False}},
    "objects": [{"name": "o1", "description": "O", "required": ["op"], "properties": {
        "op": {"type": "number", "title": "OP", "minimum": 0, "maximum": 9}}},
        {"name": "o2", "properties": {}}],
    "tags": [{"name": "t1"}, {"name": "t2"}],
}
AT = ROOT + "/full"
CASES = [
    case("everything at once", [post(FULL), get(AT, "admin"), get(AT, "stranger"), get(
        AT + "?resource_type=OS::Glance::Image", "stranger"), get(
        AT + "?resource_type=OS::Nova::Flavor"), get(AT + "?resource_type=nope")]),
    case("queries of one", [get(AT + q) for q in (
        "?resource_type=", "?x=1", "?limit=1", "?resource_type=a&x=1",
        "?resource_type=a&resource_type=b")]),
    case("the same again", [post(FULL), post({"namespace": "full"}, "owner")]),
    case("the same again, JSON", [post(FULL, headers={"Accept": "application/json"})]),
    case("least", [post({"namespace": "least"}), get(ROOT + "/least"), get(ROOT + "/least",
        "admin")]),
    case("its location", [post({"namespace": "located"}, headers={"Host": "h.example:1"},
                               show="headers")]),
    case("replaced", [
        make("before", display_name="D", description="E", visibility="public", protected=True,
             owner="p9", tags=[{"name": "t"}]),
        ask("admin", "PUT", ROOT + "/before", {"namespace": "before"}), get(ROOT + "/before",
            "admin"),
        ask("admin", "PUT", ROOT + "/before", {"namespace": "after", "visibility": "public",
                                               "description": "F", "owner": "p1", "properties": {
                                                   "p": {"type": "string", "title": "P"}}}),
        get(ROOT + "/before", "admin"), get(ROOT + "/after")]),
    case("renamed to one that is there", [
        make("one"), make("two"), ask("admin", "PUT", ROOT + "/one", {"namespace": "two"})]),
    case("deleted", [make("gone", tags=[{"name": "t"}]), ask("admin", "DELETE", ROOT + "/gone"),
                     get(ROOT + "/gone", "admin"), ask("admin", "DELETE", ROOT + "/gone"),
                     ask("admin", "PUT", ROOT + "/gone", {"namespace": "gone"})]),
    case("protected", [
        make("kept", protected=True, visibility="public"), ask("admin", "DELETE", ROOT + "/kept"),
        ask("admin", "DELETE", ROOT + "/kept/objects"), ask("admin", "DELETE",
            ROOT + "/kept/properties"),
        ask("admin", "DELETE", ROOT + "/kept/tags"),
        ask("admin", "POST", ROOT + "/kept/tags/a"),
        ask("admin", "POST", ROOT + "/kept/objects", {"name": "o"}),
        ask("admin", "POST", ROOT + "/kept/properties", {
            "name": "p", "type": "string", "title": "t"}),
        ask("admin", "POST", ROOT + "/kept/resource_types", {"name": "R"}),
        ask("admin", "DELETE", ROOT + "/kept/tags/a"), ask("admin", "DELETE",
            ROOT + "/kept/objects/o"),
        ask("admin", "DELETE", ROOT + "/kept/properties/p"),
        ask("admin", "DELETE", ROOT + "/kept/resource_types/R"),
        ask("admin", "PUT", ROOT + "/kept", {"namespace": "kept"}),
        ask("admin", "DELETE", ROOT + "/kept")]),
    case("methods", [ask("admin", m, ROOT) for m in ("PUT", "DELETE", "PATCH", "HEAD")] + [
        ask("admin", m, AT) for m in ("POST", "PATCH", "HEAD")]),
    case("bodies that may not be", [ask("admin", "GET", ROOT, {}), ask("admin", "GET", AT, {}),
                                    ask("admin", "DELETE", ROOT + "/nope", {})]),
]

# Fields.
FIELDS = {
    "namespace": ["x" * 80, LONG, "", None, 1, True, [], EMOJI, "\u00e9", "a b", "a/b", " ", "a?b",
        "A::B"],
    "display_name": ["", None, 1, "x" * 80, LONG, EMOJI],
    "description": ["", None, 1, "x" * 500, "x" * 501, EMOJI],
    "visibility": ["public", "private", "shared", "", None, 1],
    "protected": [True, "true", None, 1], "owner": ["p9", "", None, 1, "x" * 255, "x" * 256],
    "created_at": ["2001-01-01T00:00:00Z"], "updated_at": ["a"], "self": ["a"], "schema": ["a"],
    "nope": ["a"], "id": [1],
    "resource_type_associations": [
        [], [{}], [{"name": "a"}], [{"name": "a"}, {"name": "a"}], [{"name": LONG}], [{"name": 1}],
        [{"name": "b", "prefix": LONG}], [{"name": "c", "nope": "a"}], "a", None, {}, [1],
        [{"name": "d", "prefix": None}], [{"name": ""}], [{"prefix": "a"}]],
    "properties": [{}, [], None, {"p": {}}, {"p": {"type": "string"}}, {"p": {"title": "a"}},
                   {"p": {"type": "nope", "title": "a"}}, {LONG: {"type": "string", "title": "a"}},
                   {"p": {"type": "string", "title": "a", "nope": 1}}, {"p": 1},
                   {"p": {"type": "string", "title": "a", "name": "q"}},
                   {"": {"type": "string", "title": "a"}}],
    "objects": [[], {}, None, [{}], [{"name": "o"}], [{"name": "o"}, {"name": "o"}],
        [{"name": LONG}],
                [{"name": "o", "nope": 1}], [1], [{"name": "o", "required": ["p"]}],
                [{"name": "o", "properties": {"p": {}}}], [{"name": "o", "required": "p"}],
                [{"name": "o", "properties": {"p": {"type": "string", "title": "t"}}}]],
    "tags": [[], {}, None, [{}], ["t"], [{"name": "t"}, {"name": "t"}], [{"name": LONG}],
        [{"name": 1}],
             [{"name": "t", "nope": 1}], [{"name": "T"}, {"name": "t"}], [{"name": ""}]],
}
count = 0
for field, values in FIELDS.items():
    for value in values:
        count += 1
        base = {} if field == "namespace" else {"namespace": "n%d" % count}
        text = repr(value)
        CASES.append(case("%s = %s" % (field, text if len(text) < 60 else "%s... (%d)" % (
            text[:12], len(text))), [post(dict(base, **{field: value}))]))
for field, value in (("display_name", "D"), ("description", None), ("visibility", "nope"),
                     ("visibility", None), ("protected", True), ("owner", "p9"), ("owner", ""),
                     ("namespace", LONG), ("namespace", None), ("namespace", EMOJI), ("nope", 1),
                     ("tags", [{"name": "t"}]), ("created_at", "a"), ("self", "a")):
    CASES.append(case("put %s = %s" % (field, str(value)[:20]), [
        make("put"), ask("admin", "PUT", ROOT + "/put", dict({"namespace": "put"},
            **{field: value}))]))
for name, body in {"nothing": None, "half": "{", "an array": [], "null": "null", "an object": {},
                   "a text": '"a"', "no namespace": {"display_name": "a"}}.items():
    CASES.append(case("body: " + name, [post(body), ask("admin", "PUT", AT, body)]))

# Who may.
CASES.append(case("for the matrix", [
    make("open", visibility="public", owner="p1"), make("closed", owner="p1"),
    make("foreign open", visibility="public", owner="p2"), make("foreign", owner="p2")]))
for who in PEOPLE:
    CASES.append(case("create by " + who, [post({"namespace": "by " + who}, who)]))
    for name in ("open", "closed", "foreign%20open", "foreign"):
        CASES.append(case("%s by %s" % (name, who), [
            get(ROOT + "/" + name, who, show=("namespace",)),
            *([] if who == "admin" else [
                ask(who, "PUT", ROOT + "/" + name, {"namespace": "stolen"}),
                ask(who, "DELETE", ROOT + "/" + name)]),
            get(ROOT + "/" + name + "/tags", who), get(ROOT + "/" + name + "/objects", who),
            get(ROOT + "/" + name + "/properties", who),
            get(ROOT + "/" + name + "/resource_types", who)]))
for path in ("nope", "%20", "%F0%9F%98%80", "a%2fb", "%ff", "x" * 100, "FULL", "full/", ""):
    CASES.append(case("name %s" % path[:20], [
        get(ROOT + "/" + path, "admin"), ask("admin", "DELETE", ROOT + "/" + path),
        ask("admin", "PUT", ROOT + "/" + path, {"namespace": "new"})]))
CASES += [case("%s below a namespace that is not" % kind, [
    get(ROOT + "/nope/" + kind, "admin"), ask("admin", "DELETE", ROOT + "/nope/" + kind),
    ask("admin", "POST", ROOT + "/nope/" + kind, {
        "name": "a", "type": "string", "title": "a",
        "tags": []} if kind == "tags" else {"name": "a"})])
    for kind in ("objects", "properties", "tags", "resource_types")]
