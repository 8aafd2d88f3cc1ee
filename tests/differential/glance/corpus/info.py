# SPDX-License-Identifier: Apache-2.0
"""Discovery with one store (contract 1.25) and paths that are none (1.1)."""
from script import PEOPLE, ask, case, get

SETUP = "plain"
WHAT = ("import", "stores", "stores/detail", "usage")
CASES = []
for what in WHAT:
    path = "/v2/info/" + what
    CASES += [case("%s by %s" % (what, who), [get(path, who)]) for who in PEOPLE]
    CASES += [case("%s %s" % (method, what), [ask("owner", method, path)])
              for method in ("POST", "PUT", "DELETE", "PATCH", "HEAD")]
    CASES += [case("a body with %s" % what, [ask("owner", "GET", path, {})]),
              case("a query with %s" % what, [get(path + "?x=1")]),
              case("a slash behind %s" % what, [get(path + "/")])]
CASES += [case(path, [get(path)]) for path in (
    "/v2/info", "/v2/info/nope", "/v2/info/stores/fast", "/v2", "/v2/", "/v2/nope", "/v2/metadefs",
    "/v2/metadefs/nope", "/v2/images/a/b/c/d")]
