# SPDX-License-Identifier: Apache-2.0
"""Deactivate and reactivate (contract 1.23)."""
from script import PEOPLE, ask, case, get
from seed import active, identifier, image

SETUP = "plain"
STATUSES = ("queued", "saving", "killed", "uploading", "importing", "pending_delete")
SEED = [image(n, status=status) for n, status in enumerate(STATUSES, 1)]
SEED += [active(10), active(11, protected=1), image(12, status="deactivated")]
SEED += [active(20 + n, visibility="public") for n in range(len(PEOPLE))]
SEED += [image(40 + n, status="deactivated", visibility="public") for n in range(len(PEOPLE))]
SEED += [active(60 + n, owner="p2", visibility="private") for n in range(len(PEOPLE))]
SEED += [active(80, owner="p2", members=[("p1", "accepted")])]


def act(action, number, who="owner", method="POST", **rest):
    return ask(who, method, "/v2/images/%s/actions/%s" % (identifier(number), action), **rest)


def seen(number, who="owner"):
    return get("/v2/images/" + identifier(number), who, show=("status", "checksum", "size"))


CASES = [
    case("a life", [act("deactivate", 10), seen(10), act("deactivate", 10), act("reactivate", 10),
                    seen(10), act("reactivate", 10)]),
    case("protected", [act("deactivate", 11), seen(11)]),
    case("body", [act("deactivate", 10, body={}), act("reactivate", 10, body={})]),
    case("methods", [act("deactivate", 10, method=m) for m in ("GET", "PUT", "DELETE", "PATCH")]),
    case("unknown action", [act("nope", 10), ask("owner", "POST", "/v2/images/%s/actions" %
                                                 identifier(10))]),
    case("unknown image", [act("deactivate", 999), act("reactivate", 999),
                           ask("owner", "POST", "/v2/images/nope/actions/deactivate")]),
    case("by a member", [act("deactivate", 80), act("reactivate", 80), seen(80)]),
]
for number, status in enumerate(STATUSES, 1):
    CASES.append(case("when " + status, [act("deactivate", number), act("reactivate", number),
                                         seen(number)]))
for number, who in enumerate(PEOPLE):
    CASES += [case("deactivate by " + who, [act("deactivate", 20 + number, who)]),
              case("reactivate by " + who, [act("reactivate", 40 + number, who)]),
              case("a foreign private one by " + who, [act("deactivate", 60 + number, who)])]
