# SPDX-License-Identifier: Apache-2.0
"""Objects, properties, tags and resource types of a namespace (contract 1.27)."""
from script import PEOPLE, STATUS, ask, case, get

SETUP = "plain"
ROOT = "/v2/metadefs/namespaces"
LONG, EMOJI = "x" * 81, "\U0001f600"
PROPERTY = {"type": "string", "title": "T"}
# Each kind: its path, and a body that makes one.
KINDS = {"objects": lambda name: {"name": name}, "properties": lambda name: dict(PROPERTY,
    name=name)}
count = 0


def space(**fields):
    """A namespace of its own for a case; what follows says {at}."""
    global count
    count += 1
    name = "s%d" % count
    return name, ask("admin", "POST", ROOT, dict({"namespace": name, "visibility": "public",
                                                   "owner": "p1"}, **fields), show=STATUS)


def within(title, make, **fields):
    """A case in a fresh namespace; `make` gets a function that asks below it."""
    name, first = space(**fields)

    def below(method, path, body=None, who="admin", **rest):
        return ask(who, method, "%s/%s/%s" % (ROOT, name, path), body, **rest)
    CASES.append(case(title, [first, *make(below)]))


CASES = []
for kind, body_of in KINDS.items():
    one = kind + "/a"
    within(kind + ": a life", lambda b: [
        b("POST", kind, body_of("a")), b("GET", one), b("POST", kind, body_of("a")),
        b("PUT", one, dict(body_of("b"), description="D")), b("GET", one), b("GET", kind + "/b"),
        b("GET", kind), b("DELETE", kind + "/b"), b("GET", kind + "/b"), b("DELETE", kind + "/b"),
        b("PUT", one, body_of("a")), b("GET", kind)])
    within(kind + ": all deleted", lambda b: [
        b("POST", kind, body_of("a"), show=STATUS), b("POST", kind, body_of("b"), show=STATUS),
        b("DELETE", kind), b("GET", kind), b("DELETE", kind)])
    within(kind + ": renamed to one that is there", lambda b: [
        b("POST", kind, body_of("a"), show=STATUS), b("POST", kind, body_of("b"), show=STATUS),
        b("PUT", one, body_of("b"))])
    within(kind + ": methods", lambda b: [b(m, kind) for m in ("PUT", "PATCH")] + [
        b(m, one) for m in ("POST", "PATCH", "HEAD")])
    within(kind + ": bodies that may not be", lambda b: [
        b("GET", kind, {}), b("DELETE", kind, {}), b("GET", one, {}), b("DELETE", one, {})])
    for title, body in {"nothing": None, "half": "{", "an array": [], "null": "null", "{}": {},
                        "no name": PROPERTY, "name alone": {"name": "n"}}.items():
        within("%s: body %s" % (kind, title), lambda b: [
            b("POST", kind, body_of("a"), show=STATUS), b("POST", kind, body), b("PUT", one, body)])
    for name in ("x" * 80, LONG, "", None, 1, EMOJI, "\u00e9", "a b", "a/b", " "):
        within("%s: name %s (%d)" % (kind, repr(name)[:20], len(repr(name))), lambda b: [
            b("POST", kind, dict(body_of("a"), name=name)),
            b("POST", kind, body_of("a"), show=STATUS),
            b("PUT", one, dict(body_of("a"), name=name))])
    for path in ("nope", "%20", "%F0%9F%98%80", "a%2fb", "%ff", "A", "", "a/"):
        within("%s: path %s" % (kind, path), lambda b: [
            b("POST", kind, body_of("a"), show=STATUS), b("GET", kind + "/" + path),
            b("PUT", kind + "/" + path, body_of("a")), b("DELETE", kind + "/" + path)])
    for who in PEOPLE:
        within("%s: by %s" % (kind, who), lambda b: [
            b("POST", kind, body_of("a"), show=STATUS), b("GET", one, who=who),
            b("POST", kind, body_of("b"), who), b("PUT", one, body_of("a"), who),
            b("DELETE", one, None, who), b("DELETE", kind, None, who)])
        within("%s: of a private namespace by %s" % (kind, who), lambda b: [
            b("POST", kind, body_of("a"), show=STATUS), b("GET", one, who=who),
            b("POST", kind, body_of("b"), who), b("DELETE", one, None, who)], visibility="private")

# Fields of objects.
for title, more in {
        "description": {"description": "D"}, "description null": {"description": None},
        "description 1": {"description": 1}, "long description": {"description": "x" * 70000},
        "4-byte description": {"description": EMOJI},
        "required": {"required": ["p"]}, "required twice": {"required": ["p", "p"]},
        "required a text": {"required": "p"}, "required with a comma": {"required": ["a,b"]},
        "required empty": {"required": []}, "required null": {"required": None},
        "properties": {"properties": {"p": PROPERTY, "a": dict(PROPERTY, minimum=1)}},
        "properties empty": {"properties": {}}, "properties null": {"properties": None},
        "properties an array": {"properties": []}, "property empty": {"properties": {"p": {}}},
        "property strange": {"properties": {"p": dict(PROPERTY, nope=1)}},
        "property with name": {"properties": {"p": dict(PROPERTY, name="q")}},
        "property required": {"properties": {"p": dict(PROPERTY, required=True)}},
        "unknown": {"nope": 1}, "read-only": {"created_at": "a"}, "self": {"self": "a"}}.items():
    within("objects: " + title, lambda b: [
        b("POST", "objects", dict({"name": "a"}, **more)), b("GET", "objects/a"),
        b("PUT", "objects/a", dict({"name": "a"}, **more))])

# Fields of properties: all types, and what does not fit.
VALUES = {
    "type": ["array", "boolean", "integer", "number", "object", "string", "null", "nope", None, 1,
             ["string"]],
    "title": ["", None, 1, "x" * 300, EMOJI], "description": ["", None, 1, EMOJI],
    "operators": [[], ["<or>"], [1], "a", None], "default": [None, 1, "a", [], {}, True],
    "readonly": [True, False, "true", None], "minimum": [1, 1.5, -1, "1", None],
    "maximum": [1, 1e308, "1"], "enum": [[], ["a"], [1, None, {}], "a"], "pattern": ["^a$", "[", 1,
        None],
    "minLength": [0, 1, -1, 1.5, "1"], "maxLength": [0, -1, 10 ** 20], "confidential": [True, "a"],
    "items": [{}, {"type": "string"}, {"type": "nope"}, {"enum": ["a"]}, {"nope": 1}, []],
    "uniqueItems": [True, "a"], "minItems": [0, -1], "maxItems": [0, -1, "1"],
    "additionalItems": [True, False, {}, "a"], "required": [True, ["a"], "a"], "nope": [1],
    "created_at": ["a"], "format": ["a"], "self": ["a"], "schema": ["a"],
    "additionalProperties": [True],
}
for field, values in VALUES.items():
    for value in values:
        within("properties: %s = %s" % (field, repr(value)[:20]), lambda b: [
            b("POST", "properties", dict(PROPERTY, name="a", **{field: value})
              if field not in PROPERTY else dict(PROPERTY, name="a") | {field: value})])
within("properties: every field", lambda b: [b("POST", "properties", {
    "additionalItems": True, "maxItems": 2, "minItems": 1, "uniqueItems": True, "items": {
        "enum": ["a"], "type": "string"}, "maxLength": 9, "minLength": 1, "pattern": "a",
        "enum": ["a"],
    "maximum": 2, "minimum": 1, "readonly": False, "default": "a", "operators": ["="],
    "description": "d", "title": "t", "type": "string", "name": "a", "required": ["x"]}),
    b("GET", "properties/a"), b("GET", "properties")])
within("properties: queries", lambda b: [
    b("POST", "properties", dict(PROPERTY, name="a"), show=STATUS),
    b("POST", "resource_types", {"name": "R", "prefix": "x_"}, show=STATUS),
    b("POST", "resource_types", {"name": "S"}, show=STATUS)] + [
    b("GET", "properties/" + path) for path in (
        "a?resource_type=R", "x_a?resource_type=R", "x_a", "a?resource_type=S",
        "a?resource_type=nope",
        "a?resource_type=", "a?x=1", "x_a?resource_type=S", "y_a?resource_type=R")])

# Tags.
within("tags: a life", lambda b: [
    b("POST", "tags/a"), b("GET", "tags/a"), b("POST", "tags/a"), b("POST", "tags/A"), b("GET",
        "tags"),
    b("PUT", "tags/a", {"name": "b"}), b("GET", "tags/a"), b("GET", "tags/b"), b("DELETE",
        "tags/b"),
    b("DELETE", "tags/b"), b("PUT", "tags/b", {"name": "c"}), b("DELETE", "tags"), b("GET", "tags"),
    b("DELETE", "tags")])
within("tags: many at once", lambda b: [
    b("POST", "tags", {"tags": [{"name": "b"}, {"name": "a"}]}), b("GET", "tags"),
    b("POST", "tags", {"tags": [{"name": "c"}]}), b("GET", "tags"),
    b("POST", "tags", {"tags": [{"name": "d"}]}, headers={"X-Openstack-Append": "True"}), b("GET",
        "tags"),
    b("POST", "tags", {"tags": [{"name": "d"}]}, headers={"X-Openstack-Append": "True"}),
    b("POST", "tags", {"tags": [{"name": "e"}]}, headers={"X-Openstack-Append": "nope"}),
    b("GET", "tags"), b("POST", "tags", {"tags": [{"name": "f"}]}, headers={
        "X-Openstack-Append": "False"}), b("GET", "tags"), b("POST", "tags", {"tags": []}),
    b("GET", "tags")])
for title, body in {
        "nothing": None, "half": "{", "an array": [], "null": "null", "{}": {},
        "tags null": {"tags": None},
        "tags a text": {"tags": "a"}, "texts": {"tags": ["a"]}, "numbers": {"tags": [1]},
        "{} within": {"tags": [{}]}, "twice": {"tags": [{"name": "a"}, {"name": "a"}]},
        "letters": {"tags": [{"name": "a"}, {"name": "A"}]}, "long": {"tags": [{"name": LONG}]},
        "null name": {"tags": [{"name": None}]}, "more": {"tags": [{"name": "a", "nope": 1}]},
        "4-byte": {"tags": [{"name": EMOJI}]}, "more outside": {"tags": [{"name": "a"}], "nope": 1},
        "read-only": {"tags": [{"name": "a", "created_at": "b"}]},
        "name alone": {"name": "a"}}.items():
    within("tags: body " + title, lambda b: [
        b("POST", "tags/old", show=STATUS), b("POST", "tags", body), b("GET", "tags")])
for title, body in {"nothing": None, "{}": {}, "an array": [], "long": {"name": LONG},
    "1": {"name": 1},
                    "taken": {"name": "b"}, "same": {"name": "a"}, "more": {"name": "a", "nope": 1},
                    "4-byte": {"name": EMOJI}, "read-only": {"name": "c",
                        "created_at": "a"}}.items():
    within("tags: put " + title, lambda b: [
        b("POST", "tags/a", show=STATUS), b("POST", "tags/b", show=STATUS), b("PUT", "tags/a",
            body)])
for path in ("x" * 80, LONG, "%20", "%F0%9F%98%80", "a%2fb", "%ff", "%C3%A9", "", "a/"):
    within("tags: path " + path[:20] + str(len(path)), lambda b: [
        b("POST", "tags/" + path), b("GET", "tags/" + path), b("DELETE", "tags/" + path)])
within("tags: a body that may not be", lambda b: [b("POST", "tags/a", {}), b("GET", "tags", {}),
                                                  b("DELETE", "tags", {})])
within("tags: methods", lambda b: [b("PUT", "tags"), b("PATCH", "tags"), b("PATCH", "tags/a")])
for who in PEOPLE:
    within("tags: by " + who, lambda b: [
        b("POST", "tags/a", show=STATUS), b("GET", "tags/a", who=who), b("POST", "tags/b", who=who),
        b("POST", "tags", {"tags": []}, who), b("PUT", "tags/a", {"name": "c"}, who),
        b("DELETE", "tags/a", who=who), b("DELETE", "tags", who=who)])

# Associations with resource types.
within("types: a life", lambda b: [
    b("POST", "resource_types", {"name": "R::S", "prefix": "x_", "properties_target": "image"}),
    b("GET", "resource_types"), b("POST", "resource_types", {"name": "R::S"}),
    b("DELETE", "resource_types/R::S"), b("DELETE", "resource_types/R::S"), b("GET",
        "resource_types")])
for title, body in {
        "nothing": None, "{}": {}, "an array": [], "long": {"name": LONG}, "1": {"name": 1},
        "long prefix": {"name": "a", "prefix": LONG}, "long target": {"name": "a",
            "properties_target": LONG},
        "null prefix": {"name": "a", "prefix": None}, "more": {"name": "a", "nope": 1},
        "4-byte": {"name": EMOJI}, "empty": {"name": ""}, "slash": {"name": "a/b"},
        "read-only": {"name": "a", "created_at": "a"}, "4-byte prefix": {"name": "a",
            "prefix": EMOJI}
        }.items():
    within("types: body " + title, lambda b: [b("POST", "resource_types", body)])
within("types: methods", lambda b: [b("PUT", "resource_types"), b("DELETE", "resource_types"),
                                    b("GET", "resource_types/R"), b("GET", "resource_types", {}),
                                    b("DELETE", "resource_types/R", {})])
for who in PEOPLE:
    within("types: by " + who, lambda b: [
        b("POST", "resource_types", {"name": "R"}, show=STATUS), b("GET", "resource_types",
            who=who),
        b("POST", "resource_types", {"name": "T"}, who), b("DELETE", "resource_types/R", who=who)])
