# SPDX-License-Identifier: Apache-2.0
"""Small quotas: two members, two properties, two tags, one location (contract 1.7, 1.10, 1.21)."""
from script import STATUS, ask, case, change, create, get, patch, post, share
from seed import identifier, image

SETUP = "quotas"
SEED = [image(1, properties={"a": "1", "b": "2", "c": "3"}, tags=["a", "b", "c"],
              members=[("p2", "accepted"), ("p3", "accepted"), ("p4", "accepted")]),
        image(2, properties={"os_glance_a": "1", "os_glance_b": "2", "c": "3"})]
FULL = "/v2/images/" + identifier(1)


def tag(method, name, path="/v2/images/{image}", **rest):
    return ask("owner", method, path + "/tags/" + name, **rest)


CASES = [
    case("two properties", [post({"a": "1", "b": "2"}, show=STATUS)]),
    case("three properties", [post({"a": "1", "b": "2", "c": "3"})]),
    case("three properties by admin", [post({"a": "1", "b": "2", "c": "3"}, "admin")]),
    case("two tags", [post({"tags": ["a", "b"]}, show=STATUS)]),
    case("three tags", [post({"tags": ["a", "b", "c"]})]),
    case("three tags, two alike", [post({"tags": ["a", "b", "a"]})]),
    case("three of both", [post({"tags": ["a", "b", "c"], "a": "1", "b": "2", "c": "3"})]),
    case("too many and foreign owner", [post({"tags": ["a", "b", "c"], "owner": "p2"})]),
    case("too many as JSON", [post({"tags": ["a", "b", "c"]},
        headers={"Accept": "application/json"})]),
    case("too many as HTML", [post({"tags": ["a", "b", "c"]}, headers={"Accept": "*/*"})]),
    case("patch to three properties", [create(a="1", b="2"), change("add", "/c", "3")]),
    case("patch to three properties by admin", [
        create(a="1", b="2"), change("add", "/c", "3", who="admin")]),
    case("patch replaces at the limit", [create(a="1", b="2"), change("replace", "/b", "3")]),
    case("patch adds and removes", [create(a="1", b="2"), patch([
        {"op": "add", "path": "/c", "value": "3"}, {"op": "remove", "path": "/a"}])]),
    case("patch removes and adds", [create(a="1", b="2"), patch([
        {"op": "remove", "path": "/a"}, {"op": "add", "path": "/c", "value": "3"}])]),
    case("patch to three tags", [create(), change("replace", "/tags", ["a", "b", "c"])]),
    case("patch to two tags", [create(), change("replace", "/tags", ["a", "b"])]),
    case("third tag", [create(tags=["a", "b"]), tag("PUT", "c"), tag("PUT", "a"),
                       tag("DELETE", "a"), tag("PUT", "c")]),
    case("over the limits: rename", [change("replace", "/name", "n", path=FULL)]),
    case("over the limits: replace a property", [change("replace", "/a", "9", path=FULL)]),
    case("over the limits: remove a property", [change("remove", "/c", path=FULL)]),
    case("over the limits: fewer tags, still too many", [
        change("replace", "/tags", ["a", "b", "d"], path=FULL)]),
    case("over the limits: a tag that is there", [tag("PUT", "a", FULL)]),
    case("over the limits: delete a tag", [tag("DELETE", "c", FULL)]),
    case("over the limits: another member", [ask("owner", "POST", FULL + "/members",
                                                 {"member": "p5"})]),
    case("over the limits: a member changes", [ask(
        "stranger", "PUT", FULL + "/members/p2", {"status": "rejected"})]),
    case("over the limits: show", [get(FULL)]),
    case("os_glance properties do not count", [
        change("add", "/d", "4", path="/v2/images/" + identifier(2))]),
    case("third member", [create(), share("p2"), share("p3"), share("p4", show="full"),
                          ask("owner", "DELETE", "/v2/images/{image}/members/p2"),
                          share("p4", show="full"), share("p4", show="full")]),
    case("third member by admin", [create(), share("p2"), share("p3"),
                                   share("p4", who="admin", show="full")]),
    case("second location", [
        create(disk_format="raw", container_format="bare"),
        change("add", "/locations/-", {"url": "{data}/10", "metadata": {}}, show=STATUS),
        change("add", "/locations/-", {"url": "{data}/20", "metadata": {}})]),
    case("two locations at once", [
        create(disk_format="raw", container_format="bare"),
        change("replace", "/locations", [{"url": "{data}/10", "metadata": {}},
                                         {"url": "{data}/20", "metadata": {}}])]),
]
