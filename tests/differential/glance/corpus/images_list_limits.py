# SPDX-License-Identifier: Apache-2.0
"""Pages of GET /v2/images with small limit_param_default and api_limit_max (contract 1.8)."""
from script import NAMES, case, get
from seed import identifier, image

SETUP = "limits"
SEED = [image(n) for n in range(1, 9)]

CASES = [case(query or "default", [get("/v2/images?" + query, show=NAMES)]) for query in (
    "", "limit=0", "limit=1", "limit=3", "limit=4", "limit=100", "marker=" + identifier(7),
    "limit=100&marker=" + identifier(4), "marker=" + identifier(3), "marker=" + identifier(2),
    "marker=" + identifier(1), "limit=2&sort=id:asc&marker=" + identifier(6), "name=i1",
    "name=in:i1,i2", "tag=a&limit=1", "name=in:i1,i2&limit=2&x=1&x=2")]
CASES += [case("namespaces: " + (query or "default"), [
    get("/v2/metadefs/namespaces?" + query, show=NAMES)]) for query in ("", "limit=100")]
