# SPDX-License-Identifier: Apache-2.0
"""GET and DELETE of /v2/images/{id} (contract 1.9, 1.12), by everybody, of every image."""
from script import PEOPLE, STATUS, ask, case, create, get, share
from seed import active, identifier, image

SETUP = "plain"
STATUSES = ("queued", "saving", "active", "killed", "uploading", "importing", "pending_delete",
            "deactivated")
OWNERS = ("private", "shared", "community", "public")

SEED = [image(n, status=status, size=5) for n, status in enumerate(STATUSES, 1)]
SEED += [active(20 + n, visibility=v, owner="p2") for n, v in enumerate(OWNERS)]
SEED += [active(30 + n, visibility=v, owner="p2", members=[("p1", "pending"), ("p3", "accepted")])
         for n, v in enumerate(OWNERS)]
SEED += [
    active(40, owner=None), active(41, owner="p2", members=[("p1", "rejected")]),
    image(42, status="deleted", deleted=1, deleted_at="2001-02-01 00:00:00.000000"),
    active(43, properties={"b": "1", "a": None, "\u00e9": "\u4e2d", "q": "\"\\\n\u0001\u007f"},
           tags=["z", "\u00e9", "a"], name="\u4e2d\u6587 \"x\"",
           locations=["file:///nowhere/43", "http://localhost/43"]),
    active(44, 2 ** 40, min_ram=2147483647, min_disk=2147483647, os_hidden=1, protected=1),
    image(45, created_at="2001-01-01 00:00:00.999999", updated_at="2001-01-01 23:59:59.999999"),
    image(46, properties={"os_glance_stage_host": "http://a", "os_glance_hash_op_host": "http://a",
                          "os_glance_import_task": "t", "os_glance_failed_import": "",
                          "os_glance_importing_to_stores": "fast"}),
    image(47, properties={"name": "shadow", "status": "shadow", "stores": "a", "direct_url": "a",
                          "locations": "a", "owner": "p9"}),
    active(48, owner="p2", members=[("P1", "accepted")]),
]


def all_of(number):
    return "/v2/images/" + identifier(number)


CASES = [case("status " + status, [get(all_of(n))]) for n, status in enumerate(STATUSES, 1)]
CASES += [case("seeded %d" % n, [get(all_of(n))]) for n in range(42, 49)]
for who in PEOPLE:
    for number, what in [(20 + n, "foreign " + v) for n, v in enumerate(OWNERS)] + [
            (30 + n, "with members " + v) for n, v in enumerate(OWNERS)] + [
            (40, "nobody's"), (41, "rejected"), (1, "own queued"), (8, "deactivated")]:
        CASES.append(case("%s by %s" % (what, who), [get(all_of(number), who, show=("id",))]))

CASES += [case("identifier %r" % path, [get("/v2/images/" + path)]) for path in (
    "nope", identifier(999), "%20", identifier(1).upper() + "x", identifier(1) + "/", "..",
    "%2e%2e",
    "a%2fb", "%F0%9F%98%80", "%00", "%ff", "x" * 300, identifier(1) + "?x=1", identifier(1)[:-1],
    "00000000-0000-4000-8000-00000000002B", "//" + identifier(1), "'")]
CASES += [
    case("with a body", [ask("owner", "GET", all_of(1), {})]),
    case("with an empty chunked body", [ask("owner", "GET", all_of(1), "", chunked=True)]),
    case("error as JSON", [get("/v2/images/<nope>&", headers={"Accept": "application/json"})]),
    case("error as HTML", [get("/v2/images/<nope>&", headers={"Accept": "text/html"})]),
    case("method OPTIONS", [ask("owner", "OPTIONS", all_of(1), show="headers")]),
    case("method POST", [ask("owner", "POST", all_of(1))]),
    case("unknown resource below", [get(all_of(1) + "/nope")]),
]

# DELETE.
for who in PEOPLE:
    CASES.append(case("delete by " + who, [create(), ask(who, "DELETE", "/v2/images/{image}")]))
    for number, what in ((20, "foreign private"), (22, "foreign community"), (23, "foreign public"),
                         (31, "shared with us"), (40, "nobody's")):
        if who != "admin" and not (who in ("stranger",)):
            CASES.append(case("delete %s by %s" % (what, who), [ask(who, "DELETE",
                all_of(number))]))
CASES += [
    case("delete and look", [
        create(k="v"), ask("owner", "DELETE", "/v2/images/{image}"), get("/v2/images/{image}"),
        get("/v2/images/{image}", "admin"), ask("owner", "DELETE", "/v2/images/{image}"),
        ask("admin", "DELETE", "/v2/images/{image}")]),
    case("delete protected", [create(protected=True), ask("owner", "DELETE", "/v2/images/{image}"),
                              ask("admin", "DELETE", "/v2/images/{image}"),
                              ask("third", "DELETE", "/v2/images/{image}")]),
    case("delete protected and public by a stranger", [
        create("admin", visibility="public", protected=True),
        ask("owner", "DELETE", "/v2/images/{image}")]),
    case("delete shared by its member", [create(), share("p2"),
                                         ask("stranger", "DELETE", "/v2/images/{image}")]),
    case("delete with a body", [create(), ask("owner", "DELETE", "/v2/images/{image}", {})]),
    case("delete unknown", [ask("owner", "DELETE", "/v2/images/nope")]),
    case("delete unknown, JSON", [ask("owner", "DELETE", "/v2/images/nope",
                                      headers={"Accept": "application/json"})]),
    case("delete with locations that are not there", [ask("owner", "DELETE", all_of(43))]),
    case("delete hidden and protected", [ask("owner", "DELETE", all_of(44))]),
    case("delete with a stage host", [ask("owner", "DELETE", all_of(45), show=STATUS)]),
]
for number, status in enumerate(STATUSES, 1):
    CASES.append(case("delete when " + status, [
        ask("owner", "DELETE", all_of(number)), get(all_of(number), show=STATUS)]))
