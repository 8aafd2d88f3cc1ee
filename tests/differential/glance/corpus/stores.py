# SPDX-License-Identifier: Apache-2.0
"""What several stores change for images and discovery (contract 1.5, 1.7, 1.25, 4.6)."""
from script import STATUS, case, change, create, get, post
from seed import active, identifier

SETUP = "stores"
SEED = [active(1, visibility="public", locations=["http://localhost/1"]),
        active(2, locations=["file:///nowhere/2"]), active(3),
        active(4, properties={"stores": "mine"}),
        active(5, locations=["http://localhost/5"], properties={"stores": "mine"})]

CASES = [case("%s by %s" % (what, who), [get("/v2/info/" + what, who)])
         for what in ("stores", "stores/detail") for who in ("admin", "owner", "service")]
CASES += [
    case("create", [post({"name": "n"})]),
    case("create with stores", [post({"stores": "fast"})]),
    case("add stores", [create(), change("add", "/stores", "fast")]),
    case("replace stores", [create(), change("replace", "/stores", "fast")]),
    case("remove stores", [create(), change("remove", "/stores")]),
    case("list", [get("/v2/images?sort=id:asc&owner=p1&name=in:i1,i2,i3,i4,i5")]),
    case("filter by stores", [get("/v2/images?stores=web", show="names")]),
]
for number in range(1, 6):
    CASES.append(case("seeded %d" % number, [get("/v2/images/" + identifier(number)),
                                             get("/v2/images/" + identifier(number), "admin")]))
for store in ("web", "fast", "nope", None):
    metadata = {} if store is None else {"store": store}
    CASES.append(case("location in %s" % store, [
        create(disk_format="raw", container_format="bare"),
        change("add", "/locations/-", {"url": "{data}/10", "metadata": metadata}),
        get("/v2/images/{image}"), change("replace", "/stores", "fast")]))
CASES.append(case("two locations", [
    create(disk_format="raw", container_format="bare"),
    change("replace", "/locations", [{"url": "{data}/10", "metadata": {}},
                                     {"url": "{data}/20", "metadata": {"store": "web"}}],
                                     show=STATUS),
    get("/v2/images/{image}", show=("locations", "direct_url", "stores"))]))
