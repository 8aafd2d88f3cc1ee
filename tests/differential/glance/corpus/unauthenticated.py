# SPDX-License-Identifier: Apache-2.0
"""Without a flavour everybody is an admin without a project (contract 3.2)."""
from script import STATUS, ask, case, change, create, get, share
from seed import active, identifier

SETUP = "unauthenticated"
SEED = [active(n, visibility=v) for n, v in enumerate(("private", "shared", "community", "public"),
    1)]
WHO = "anonymous"
CASES = [
    case("create", [create(WHO, show="full")]),
    case("create for somebody", [create(WHO, show="full", owner="p9", visibility="public")]),
    case("a token is not looked at", [create("reader", show="full")]),
    case("identity headers are not looked at", [create(WHO, show="full"), get(
        "/v2/images/{image}", WHO, headers={"X-Tenant-Id": "p9", "X-Identity-Status": "Invalid"})]),
    case("list", [get("/v2/images?sort=name:asc&id=in:" + ",".join(
        identifier(n) for n in range(1, 5)), WHO, show="names")]),
    case("list all", [get("/v2/images?visibility=all&name=i3", WHO, show="names")]),
    case("show a private one", [get("/v2/images/" + identifier(1), WHO)]),
    case("owner", [create(WHO), change("replace", "/owner", "p9", who=WHO)]),
    case("members", [create(WHO), share("p2", WHO, show="full"), get(
        "/v2/images/{image}/members", WHO), ask(WHO, "PUT", "/v2/images/{image}/members/p2",
                                                {"status": "accepted"})]),
    case("public", [create(WHO), change("replace", "/visibility", "public", who=WHO)]),
    case("deactivate", [ask(WHO, "POST", "/v2/images/%s/actions/deactivate" % identifier(1)),
                        ask(WHO, "POST", "/v2/images/%s/actions/reactivate" % identifier(1))]),
    case("namespace", [ask(WHO, "POST", "/v2/metadefs/namespaces", {"namespace": "n"})]),
    case("namespace with an owner", [ask(WHO, "POST", "/v2/metadefs/namespaces", {
        "namespace": "m", "owner": "p1"}), get("/v2/metadefs/namespaces", WHO)]),
    case("stores in detail", [get("/v2/info/stores/detail", WHO)]),
    case("delete", [create(WHO), ask(WHO, "DELETE", "/v2/images/{image}", show=STATUS)]),
]
