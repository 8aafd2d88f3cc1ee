# SPDX-License-Identifier: Apache-2.0
"""What a folder of definition files becomes (contract 1.27): LOAD is loaded before the cases."""
from script import ask, case, get

SETUP = "plain"
LOAD = "tests/data/differential/metadefs"
ROOT = "/v2/metadefs/namespaces"
CASES = [
    case("namespaces", [get(ROOT + "?sort_key=namespace&sort_dir=asc")]),
    case("resource types", [get("/v2/metadefs/resource_types")]),
]
for name in ("Test::Full", "Test::Least", "Test::Hidden"):
    CASES.append(case(name, [get(ROOT + "/" + name, who) for who in ("owner", "admin")] + [
        get("%s/%s/%s" % (ROOT, name, kind), "admin") for kind in (
            "objects", "properties", "tags", "resource_types")]))
CASES.append(case("protected ones stay", [
    ask("admin", "DELETE", ROOT + "/Test::Full"), ask("admin", "DELETE", ROOT + "/Test::Least")]))
