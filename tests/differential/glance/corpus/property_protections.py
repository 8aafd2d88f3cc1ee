# SPDX-License-Identifier: Apache-2.0
"""Custom properties that not everybody may make, see, change or remove (contract 3.5)."""
from script import PATCH_V20, create, case, change, get, patch, post
from seed import image, identifier

SETUP = "protected"
NAMES = ["x_secret", "x_shown", "x_grow", "x_blind", "x_service", "x_nobody", "x_my", "x_other",
         "plain", "kernel_id", "a_x_secret"]
VALUES = {"kernel_id": identifier(5)}
WHO = ["admin", "owner", "reader", "stranger", "service"]


def value(name, other="v"):
    return VALUES.get(name, other)


# Images for each test of their own: a change of Glance loses what the caller cannot read.
def full(number, **more):
    return image(number, properties={name: value(name) for name in NAMES}, **more)


SHOWN = identifier(1)
SEED = [full(1, visibility="public")]
CASES = [case("shown to " + who, [get("/v2/images/" + SHOWN, who=who)]) for who in WHO]
CASES += [case("listed to " + who, [get("/v2/images?visibility=public", who=who)]) for who in WHO]

for who in ["admin", "owner"]:
    for name in NAMES:
        CASES.append(case("%s makes an image with %s" % (who, name),
                          [post({"name": "n", name: value(name)}, who=who)]))
    CASES.append(case("%s makes an image with several" % who,
                      [post({"name": "n", "plain": "1", "x_secret": "2", "x_nobody": "3"},
                            who=who)]))

number = 100
for who in ["admin", "owner"]:
    for kind in ["add", "replace", "remove"]:
        for name in NAMES:
            number += 1
            SEED.append(full(number))
            path = "/v2/images/" + identifier(number)
            CASES.append(case("%s %ss %s" % (who, kind, name), [
                change(kind, "/" + name, value(name, "w"), who=who, path=path)]))
            CASES.append(case("%s %ss %s of an image without" % (who, kind, name), [
                create(who=who), change(kind, "/" + name, value(name, "w"), who=who)]))
        number += 1
        SEED.append(full(number))
        one = {kind: "/plain", "value": "w"} if kind != "remove" else {kind: "/plain"}
        CASES.append(case("%s %ss in the older form" % (who, kind), [
            patch([one], who=who, path="/v2/images/" + identifier(number), kind=PATCH_V20)]))
