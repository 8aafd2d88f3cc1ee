# SPDX-License-Identifier: Apache-2.0
"""Tags of images (contract 1.22)."""
from script import PEOPLE, STATUS, ask, case, create, get, share
from seed import active, identifier, image

SETUP = "plain"
SEED = [active(1, visibility="public", owner="p2", tags=["a"]), image(2, status="deactivated"),
        image(3, status="killed", tags=["a"]), image(4, protected=1),
        active(5, owner="p2", visibility="private", tags=["a"])]


def tag(method, name, who="owner", path="/v2/images/{image}", **rest):
    return ask(who, method, path + "/tags/" + name, **rest)


def fresh(name, *steps, **fields):
    return case(name, [create(**fields), *steps])


SEEN = get("/v2/images/{image}", show=("tags",))
CASES = [
    fresh("a life", tag("PUT", "a"), SEEN, tag("PUT", "b"), tag("PUT", "a"), SEEN, tag("DELETE",
        "a"),
          SEEN, tag("DELETE", "a"), tag("PUT", "a"), SEEN),
    fresh("letters count", tag("PUT", "A"), tag("PUT", "a"), SEEN, tag("DELETE", "A"), SEEN),
    fresh("delete what is not there", tag("DELETE", "nope")),
    fresh("delete what is not there, JSON", tag("DELETE", "nope",
                                                headers={"Accept": "application/json"})),
    fresh("methods that are not", tag("GET", "a"), tag("POST", "a"), tag("PATCH", "a"),
          ask("owner", "GET", "/v2/images/{image}/tags"),
          ask("owner", "PUT", "/v2/images/{image}/tags")),
    fresh("with a body", tag("PUT", "a", body={}), tag("DELETE", "a", body={})),
    fresh("with an empty body", tag("PUT", "a", headers={"Content-Length": "0"}), SEEN),
    fresh("protected", tag("PUT", "a"), protected=True),
    fresh("128 tags and one more", tag("PUT", "more"), tag("PUT", "t1"), tag("DELETE", "t2"),
          tag("PUT", "more"), tags=["t%d" % n for n in range(128)]),
    fresh("after the image's deletion", ask("owner", "DELETE", "/v2/images/{image}"),
          tag("PUT", "a"), tag("DELETE", "a")),
    fresh("a member tags", share(), tag("PUT", "a", "stranger"), tag("DELETE", "a", "stranger"),
          tags=["a"]),
    fresh("keeps properties and formats", tag("PUT", "a", show=STATUS), get("/v2/images/{image}"),
          k="v", disk_format="raw", container_format="bare"),
]
for name in ("x" * 255, "x" * 256, "%20", "%20a%20", "a%20b", "a%2fb", "a%252fb", "%F0%9F%98%80",
             "%C3%A9" * 255, "%C3%A9" * 256, "%C3%A9", "%ff", "%00", "a?b=c", "a;b", "a,b", "",
             "a/",
             "a/b", ".", "..", "%2e%2e", "+", "a+b", "%25", "'", '"', "<b>", "{}"):
    CASES.append(fresh("tag %s (%d)" % (name[:30], len(name)), tag("PUT", name), SEEN,
                       tag("DELETE", name)))
for who in PEOPLE:
    CASES += [fresh("put and delete by " + who, tag("PUT", "b", who), tag("DELETE", "a", who),
                    tags=["a"]),
              case("foreign public by " + who, [tag("PUT", "b", who,
                  "/v2/images/" + identifier(1))]),
              case("foreign private by " + who, [
                  tag("DELETE", "a", who, "/v2/images/" + identifier(5)),
                  tag("PUT", "a", who, "/v2/images/" + identifier(5))])]
CASES += [case("seeded %d" % n, [tag("PUT", "a", path="/v2/images/" + identifier(n)),
                                 tag("DELETE", "a", path="/v2/images/" + identifier(n))])
          for n in (2, 3, 4, 99)]
CASES.append(case("no identifier", [tag("PUT", "a", path="/v2/images/nope"),
                                    tag("DELETE", "a", path="/v2/images/nope")]))
