# SPDX-License-Identifier: Apache-2.0
"""An operator's own rules, for images and for custom properties (contract 3.3, 3.5)."""
from script import STATUS, ask, case, change, create, get, post
from seed import active, identifier, image

SETUP = "protected_by_rules"
NAMES = ["x_secret", "x_mine", "plain"]
SHOWN = identifier(1)
LOCKED = identifier(3)

SEED = [image(1, visibility="public", properties=dict.fromkeys(NAMES, "v")),
        active(2, visibility="public"), image(3, properties={"x_lock": "locked"}),
        image(4, properties={"x_lock": "open"})]

WHO = ["admin", "owner", "colleague", "reader", "stranger", "roleless"]
CASES = [case("shown to " + who, [get("/v2/images/" + SHOWN, who=who)]) for who in WHO]
CASES += [case("listed to " + who, [get("/v2/images", who=who, show=STATUS)]) for who in WHO]
for who in ["admin", "owner", "colleague"]:
    for name in NAMES:
        CASES.append(case("%s makes an image with %s" % (who, name),
                          [post({"name": "n", name: "v"}, who=who)]))
        CASES.append(case("%s adds, replaces and removes %s" % (who, name), [
            create(who=who), change("add", "/" + name, "1", who=who),
            change("replace", "/" + name, "2", who=who), change("remove", "/" + name, who=who)]))
    CASES.append(case(who + " publishes an image", [
        create(who=who), change("replace", "/visibility", "public", who=who)]))
    CASES.append(case(who + " renames a locked image", [
        change("replace", "/name", "n", who=who, path="/v2/images/" + LOCKED)]))
    CASES.append(case(who + " renames an open image", [
        change("replace", "/name", "n", who=who, path="/v2/images/" + identifier(4))]))
    CASES.append(case(who + " deactivates an image", [
        ask(who, "POST", "/v2/images/" + identifier(2) + "/actions/deactivate")]))
CASES.append(case("readers delete images", [
    create(), ask("reader", "DELETE", "/v2/images/{image}")]))
