# SPDX-License-Identifier: Apache-2.0
"""Lists of metadata definitions: pages, order and filters (contract 1.27)."""
from script import NAMES, PEOPLE, STATUS, ask, case, get

SETUP = "plain"
ROOT = "/v2/metadefs/namespaces"
SPACES = [("aa", "public", "p1", ["R1", "R2"]), ("bb", "private", "p1", ["R1"]),
          ("cc", "public", "p2", ["R2"]), ("dd", "private", "p2", []), ("ee", "public", "cloud",
              [])]
CASES = [case("namespaces", [ask("admin", "POST", ROOT, {
    "namespace": name, "visibility": visibility, "owner": owner, "display_name": name.upper(),
    "resource_type_associations": [{"name": r, "prefix": "x_"} for r in types]}, show=STATUS)
    for name, visibility, owner, types in SPACES])]
CASES += [case("things of aa", [
    ask("admin", "POST", ROOT + "/aa/objects", {"name": "o%d" % n},
        show=STATUS) for n in range(4)] + [
    ask("admin", "POST", ROOT + "/aa/properties", {"name": "p%d" % n, "type": "string",
        "title": "t"},
        show=STATUS) for n in range(3)] + [
    ask("admin", "POST", ROOT + "/aa/tags/t%d" % n, show=STATUS) for n in range(4)])]

QUERIES = [
    "", "limit=0", "limit=1", "limit=2", "limit=100", "limit=2000", "limit=-1", "limit=a", "limit=",
    "limit=1&limit=2", "limit=1&marker=cc", "marker=aa", "marker=ee", "marker=dd", "marker=nope",
    "marker=", "marker=%F0%9F%98%80",
    "sort_key=namespace", "sort_key=namespace&sort_dir=asc", "sort_key=created_at&sort_dir=asc",
    "sort_key=display_name", "sort_key=owner&sort_dir=asc", "sort_key=id", "sort_key=nope",
    "sort_key=", "sort_dir=asc", "sort_dir=up", "sort_dir=", "sort=namespace:asc",
    "sort_key=namespace&sort_dir=asc&limit=1&marker=aa", "sort_key=namespace&sort_key=owner",
    "visibility=public", "visibility=private", "visibility=nope", "visibility=",
    "visibility=Public",
    "visibility=shared", "resource_types=R1", "resource_types=R1,R2", "resource_types=nope",
    "resource_types=", "resource_types=R1&limit=1", "resource_types=R1&resource_types=R2",
    "resource_types=R1&visibility=public", "resource_types=r1", "namespace=aa", "owner=p1",
    "owner=p2",
    "protected=true", "protected=false", "display_name=AA", "x=1", "=", "%ff=1", "limit=1&x=a%20b",
]
CASES += [case("owner: " + (q or "all"), [get(ROOT + "?" + q, show=NAMES)]) for q in QUERIES]
CASES += [case("admin: " + (q or "all"), [get(ROOT + "?" + q, "admin", show=NAMES)]) for q in (
    "", "visibility=public", "visibility=private", "owner=p1", "limit=2", "marker=dd&limit=2",
    "sort_key=namespace&sort_dir=asc")]
CASES += [case("all by " + who, [get(ROOT, who, show=NAMES)]) for who in PEOPLE]
CASES += [case("in full", [get(ROOT + "?limit=2&sort_key=namespace&sort_dir=asc")])]

for kind in ("objects", "tags", "properties"):
    for q in ("", "limit=0", "limit=1", "limit=2", "limit=100", "limit=-1", "limit=a", "limit=",
              "marker=%s1" % kind[0], "marker=nope", "marker=", "limit=1&marker=%s2" % kind[0],
              "sort_key=name", "sort_key=name&sort_dir=asc", "sort_key=nope", "sort_dir=asc",
              "sort_dir=up", "sort_key=", "visibility=public", "name=%s1" % kind[0], "x=1",
              "resource_type=R1", "resource_type=nope", "limit=2&sort_key=created_at&sort_dir=asc"):
        CASES.append(case("%s: %s" % (kind, q or "all"), [get(ROOT + "/aa/%s?%s" % (kind, q),
                                                              show=NAMES)]))
    CASES += [case("%s of a hidden namespace" % kind, [get(ROOT + "/dd/" + kind)]),
              case("%s of an empty namespace" % kind, [get(ROOT + "/ee/" + kind)]),
              case("%s in full" % kind, [get(ROOT + "/aa/%s%s" % (
                  kind, "" if kind == "properties" else "?limit=2"))])]
CASES += [case("resource types" + q, [get("/v2/metadefs/resource_types" + q,
    show=NAMES)]) for q in (
    "", "?limit=1", "?x=1", "/", "/R1")]
CASES += [case("resource types by " + who, [get("/v2/metadefs/resource_types", who)])
          for who in PEOPLE]
CASES += [case("%s resource types" % m, [ask("admin", m, "/v2/metadefs/resource_types")])
          for m in ("POST", "PUT", "DELETE")]
CASES += [case("a body with resource types", [ask("admin", "GET", "/v2/metadefs/resource_types",
    {})])]
