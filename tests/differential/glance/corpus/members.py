# SPDX-License-Identifier: Apache-2.0
"""Members of images (contract 1.21, 3.3)."""
from script import PEOPLE, STATUS, ask, case, change, create, get, share
from seed import active, identifier

SETUP = "plain"
OF = "/v2/images/{image}/members"
SEED = [active(n, visibility=v, members=[("p2", "accepted"), ("p3", "pending")])
        for n, v in enumerate(("private", "shared", "community", "public"), 1)]
SEED += [active(9, owner=None, members=[("p2", "pending")])]


def fresh(name, *steps, **fields):
    return case(name, [create(**fields), *steps])


def add(body, who="owner", **rest):
    return ask(who, "POST", OF, body, **rest)


def put(body, who="stranger", member="p2", **rest):
    return ask(who, "PUT", OF + "/" + member, body, **rest)


CASES = [
    fresh("a life", add({"member": "p2"}), get(OF), get(OF + "/p2"), get(OF, "stranger"),
          put({"status": "accepted"}), get(OF + "/p2", "stranger"), put({"status": "rejected"}),
          put({"status": "pending"}), ask("owner", "DELETE", OF + "/p2"), get(OF),
          get(OF + "/p2"), get(OF, "stranger")),
    fresh("removed and added again", add({"member": "p2"}, show=STATUS),
          put({"status": "accepted"}, show=STATUS), ask("owner", "DELETE", OF + "/p2"),
          add({"member": "p2"}), ask("owner", "DELETE", OF + "/p2"), add({"member": "p2"}),
          get(OF)),
    fresh("twice", share(), add({"member": "p2"})),
    fresh("twice as JSON", share(), add({"member": "p2"}, headers={"Accept": "application/json"})),
    fresh("three, in order", share("p3"), share("p2"), share("p4"), get(OF), get(OF, "stranger"),
          get(OF, "third"), get(OF + "/p3", "stranger"), get(OF + "/p2", "stranger")),
    fresh("the owner itself", add({"member": "p1"}), get("/v2/images/{image}", show=("id",))),
    fresh("no members", get(OF), get(OF, "admin"), get(OF, "stranger")),
    fresh("member sees the image", share(), get("/v2/images/{image}", "stranger"),
          get("/v2/images?id={image}", "stranger", show="names"), put({"status": "accepted"}),
          get("/v2/images?id={image}", "stranger", show="names"),
          ask("owner", "DELETE", OF + "/p2", show=STATUS),
          get("/v2/images/{image}", "stranger")),
    fresh("member may not change the image", share(), change("replace", "/name", "n",
        who="stranger"),
          ask("stranger", "DELETE", "/v2/images/{image}"),
          ask("stranger", "PUT", "/v2/images/{image}/tags/a")),
    fresh("member of a deleted image", share(), ask("owner", "DELETE", "/v2/images/{image}"),
          get(OF), get(OF + "/p2", "stranger"), add({"member": "p3"})),
    fresh("methods that are not", ask("owner", "PUT", OF, {}), ask("owner", "DELETE", OF),
          ask("owner", "POST", OF + "/p2", {}), ask("owner", "PATCH", OF + "/p2", {})),
    fresh("bodies that may not be", share(), ask("owner", "GET", OF, {}),
          ask("owner", "GET", OF + "/p2", {}), ask("owner", "DELETE", OF + "/p2", {})),
]

BODIES = {
    "no body": None, "an empty body": "", "half": "{", "null": "null", "a text": '"p2"',
    "an array": [],
    "an array of one": ["p2"], "nothing": {}, "null member": {"member": None},
    "empty member": {"member": ""}, "white member": {"member": " "}, "number": {"member": 1},
    "true": {"member": True}, "list": {"member": ["p2"]}, "object": {"member": {"a": 1}},
    "zero": {"member": 0}, "255 letters": {"member": "x" * 255},
    "256 letters": {"member": "x" * 256},
    "4-byte letters": {"member": "\U0001f600"}, "other letters": {"member": "\u00e9"},
    "slash": {"member": "a/b"}, "more": {"member": "p2", "status": "accepted"},
    "tenant": {"tenant": "p2"}, "member_id": {"member_id": "p2"},
    "two": '{"member":"p2","member":"p3"}',
}
CASES += [fresh("add: " + name, add(body)) for name, body in BODIES.items()]
STATUSES = {
    "no body": None, "an empty body": "", "half": "[", "null": "null", "an array": [],
    "a text": '"a"',
    "nothing": {}, "null status": {"status": None}, "empty": {"status": ""},
    "nope": {"status": "nope"},
    "capitals": {"status": "Accepted"}, "number": {"status": 1}, "list": {"status": ["accepted"]},
    "all": {"status": "all"}, "the same": {"status": "pending"},
    "more": {"status": "accepted", "member": "p3"}, "4-byte": {"status": "\U0001f600"},
}
CASES += [fresh("status: " + name, share(), put(body)) for name, body in STATUSES.items()]

for visibility in ("private", "community", "public"):
    who = "admin" if visibility == "public" else "owner"
    CASES.append(case("operations on a %s image" % visibility, [
        create(who, visibility=visibility), add({"member": "p2"}, who), get(OF, who),
        get(OF + "/p2", who), put({"status": "accepted"}), put({"status": "accepted"}, who),
        ask(who, "DELETE", OF + "/p2")]))
for who in PEOPLE:
    CASES += [
        fresh("add by " + who, add({"member": "p4"}, who)),
        fresh("list by " + who, share("p2"), share("p3"), get(OF, who)),
        fresh("show by " + who, share(), get(OF + "/p2", who)),
        fresh("update by " + who, share(), put({"status": "accepted"}, who)),
        fresh("delete by " + who, share(), ask(who, "DELETE", OF + "/p2")),
    ]
    for number, what in enumerate(("private", "shared", "community", "public"), 1):
        CASES += [case("seeded %s: %s by %s" % (what, action, who), [
            ask(who, method, "/v2/images/%s/members%s" % (identifier(number), path), body)])
            for action, method, path, body in (
                ("list", "GET", "", None), ("show", "GET", "/p2", None),
                ("update", "PUT", "/p2", {"status": "accepted"}))]
for path in ("nope", identifier(999), "%20"):
    CASES += [case("%s%s of image %s" % (method, tail, path), [
        ask("owner", method, "/v2/images/%s/members%s" % (path, tail), body)])
        for method, tail, body in (("GET", "", None), ("POST", "", {"member": "p2"}),
                                   ("GET", "/p2", None), ("PUT", "/p2", {"status": "accepted"}),
                                   ("DELETE", "/p2", None))]
for member in ("nope", "P2", "%20", "%F0%9F%98%80", "a%2fb", "x" * 300, "p2/", ""):
    CASES.append(fresh("member %r" % member[:20], share(), get(OF + "/" + member),
                       put({"status": "accepted"}, member=member), put(
                           {"status": "accepted"}, "admin", member),
                       ask("owner", "DELETE", OF + "/" + member)))
CASES += [
    case("nobody's image", [
        get("/v2/images/%s/members" % identifier(9), who) for who in ("owner", "stranger",
            "admin")]),
    fresh("protected", add({"member": "p2"}), protected=True),
]
