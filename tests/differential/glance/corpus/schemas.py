# SPDX-License-Identifier: Apache-2.0
"""The sixteen JSON schemas (contract 1.28)."""
from script import ask, case, get

SETUP = "plain"
PLAIN = ["image", "images", "member", "members", "task", "tasks"]
METADEFS = ["namespace", "namespaces", "resource_type", "resource_types", "property", "properties",
            "object", "objects", "tag", "tags"]
NAMES = PLAIN + ["metadefs/" + name for name in METADEFS]

CASES = [case("GET /v2/schemas/" + name, [get("/v2/schemas/" + name)]) for name in NAMES]
CASES += [case("body with " + name, [ask("owner", "GET", "/v2/schemas/" + name, {})])
          for name in ("image", "member", "task", "tasks", "metadefs/tag")]
CASES += [
    case("without a token", [get("/v2/schemas/image", "anonymous")]),
    case("reader", [get("/v2/schemas/member", "reader")]),
    case("unknown", [get("/v2/schemas/nope")]),
    case("unknown metadef", [get("/v2/schemas/metadefs/nope")]),
    case("the list of them", [get("/v2/schemas")]),
    case("trailing slash", [get("/v2/schemas/image/")]),
    case("POST", [ask("owner", "POST", "/v2/schemas/image", {})]),
    case("DELETE of a metadef", [ask("owner", "DELETE", "/v2/schemas/metadefs/object")]),
]
