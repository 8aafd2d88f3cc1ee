# SPDX-License-Identifier: Apache-2.0
"""Where allow_anonymous_access lets callers without a token read (contract 1.3, 3.2)."""
from script import ask, case, get, patch
from seed import active, identifier

SETUP = "anonymous"
SEED = [active(n, visibility=v, tags=["a"], members=[("p2", "pending")])
        for n, v in enumerate(("private", "shared", "community", "public"), 1)]
SEED += [active(5, owner=None, visibility="private"), active(6, owner=None, visibility="public")]
PUBLIC = "/v2/images/" + identifier(4)
SPACE = "/v2/metadefs/namespaces"


def anyone(method, path, body=None, **rest):
    return case("%s %s%s" % (method, path, "" if body is None else " with a body"),
                [ask("anonymous", method, path, body, **rest)])


CASES = [anyone("GET", "/v2/images/" + identifier(n)) for n in range(1, 7)]
CASES += [
    anyone("GET", "/v2/images"), anyone("GET", "/v2/images?visibility=all", show="names"),
    anyone("POST", "/v2/images", {"name": "a"}), case("create that is wrong", [ask("anonymous",
        "POST", "/v2/images", {"name": 1})]),
    case("create of an array", [ask("anonymous", "POST", "/v2/images", [])]), anyone("DELETE",
        PUBLIC),
    anyone("DELETE", "/v2/images/" + identifier(6)), anyone("DELETE", "/v2/images/nope"),
    anyone("PUT", PUBLIC + "/tags/b"), anyone("DELETE", PUBLIC + "/tags/a"),
    anyone("GET", PUBLIC + "/members"), anyone("GET", PUBLIC + "/members/p2"),
    anyone("POST", PUBLIC + "/members", {"member": "p3"}),
    anyone("PUT", PUBLIC + "/members/p2", {"status": "accepted"}),
    anyone("DELETE", PUBLIC + "/members/p2"), anyone("POST", PUBLIC + "/actions/deactivate"),
    anyone("POST", PUBLIC + "/actions/reactivate"), anyone("GET", "/v2/schemas/image",
        show="headers"),
    anyone("GET", "/v2/info/import"), anyone("GET", "/v2/info/stores"),
    anyone("GET", "/v2/info/stores/detail"), anyone("GET", "/v2/info/usage"),
    anyone("GET", SPACE), anyone("POST", SPACE, {"namespace": "a"}), anyone("GET", SPACE + "/a"),
    anyone("DELETE", SPACE + "/a"), anyone("GET", "/v2/metadefs/resource_types"),
    anyone("POST", SPACE + "/a/tags/b"), anyone("PUT", SPACE + "/a", {"namespace": "b"}),
    case("patch", [patch([{"op": "replace", "path": "/name", "value": "n"}], "anonymous", PUBLIC)]),
    case("empty patch", [patch([], "anonymous", PUBLIC)]),
    case("patch of nobody's image", [patch([{"op": "add", "path": "/a", "value": "n"}], "anonymous",
                                           "/v2/images/" + identifier(6))]),
    case("with a token", [get(PUBLIC, "owner", show=("id",)), get(PUBLIC, "stranger", show=("id",
        ))]),
]
