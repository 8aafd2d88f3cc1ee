# SPDX-License-Identifier: Apache-2.0
"""GET /v2/images (contract 1.8), and who sees which of the images (3.3)."""
from urllib.parse import quote

from script import NAMES, ask, case, get
from seed import active, identifier, image

SETUP = "plain"
EMOJI = "%F0%9F%98%80"

SEED = [
    image(1, name="apple", tags=["red", "fruit"], properties={"os_distro": "debian", "k": "v"},
          min_ram=1, min_disk=5),
    active(2, 10, name="banana", tags=["fruit"], visibility="public", properties={"k": "w"}),
    active(3, 20, name="cherry", tags=["fruit", "red", "Red"], visibility="private", protected=1,
           disk_format="qcow2", min_ram=512),
    active(4, 30, name="date", visibility="community", container_format="ovf"),
    active(5, 30, name=None, disk_format="iso", properties={"k": None, "empty": ""}),
    active(6, 0, name="eq:uals", os_hidden=1),
    image(7, name="comma, the", visibility="private", status="uploading", size=7),
    image(8, name='quo"te', status="importing", disk_format="vmdk", container_format="bare"),
    image(9, name="killed", status="killed"),
    image(10, name="pending", status="pending_delete", size=3),
    image(11, name="gone", status="deleted", deleted=1, deleted_at="2001-02-01 00:00:00.000000"),
    active(12, 40, name="off", tags=["red"]),
    image(13, name="eq:uals", visibility="private"),
    # Of project p2, shared with p1 in every way there is.
    active(20, 50, name="p2 public", owner="p2", visibility="public", tags=["fruit"]),
    active(21, 51, name="p2 private", owner="p2", visibility="private"),
    active(22, 52, name="p2 community", owner="p2", visibility="community"),
    active(23, 53, name="p2 shared, nobody", owner="p2"),
    active(24, 54, name="p2 shared, pending", owner="p2", members=[("p1", "pending")]),
    active(25, 55, name="p2 shared, accepted", owner="p2", members=[("p1", "accepted")]),
    active(26, 56, name="p2 shared, rejected", owner="p2", members=[("p1", "rejected")]),
    active(27, 57, name="p2 private with a member", owner="p2", visibility="private",
           members=[("p1", "accepted")]),
    active(28, 58, name="p2 community with a member", owner="p2", visibility="community",
           members=[("p1", "accepted")]),
    active(29, 59, name="p2 hidden", owner="p2", visibility="public", os_hidden=1),
    active(30, 60, name="nobody's", owner=None),
    active(31, 61, name="nobody's public", owner=None, visibility="public"),
    active(32, 61, name="P1 of capital letters", owner="P1"),
    # Of one second: the identifiers decide.
    image(40, name="twin", created_at="2001-01-01 01:00:00.000000"),
    image(41, name="twin", created_at="2001-01-01 01:00:00.000000", size=1),
    image(42, name="twin", created_at="2001-01-01 01:00:00.000000", size=1),
    # Fractions of a second, as Glance stores them on SQLite.
    image(43, name="half", created_at="2001-01-01 02:00:00.500000",
          updated_at="2001-01-01 02:00:00.500000"),
]


def listed(query, who="owner", show=NAMES, **rest):
    return case("%s%s" % ("" if who == "owner" else who + ": ", query or "everything"),
                [get("/v2/images" + ("?" + query if query else ""), who, show=show, **rest)])


QUERIES = [
    "", "limit=0", "limit=1", "limit=2", "limit=25", "limit=1000", "limit=5000", "limit=-1",
    "limit=a", "limit=", "limit=1.5", "limit=%201", "limit=+1", "limit=1_0", "limit=1&limit=2",
    "limit=99999999999999999999",
    # Pages.
    "limit=2&marker=" + identifier(42), "marker=" + identifier(1), "marker=" + identifier(11),
    "marker=" + identifier(21), "marker=" + identifier(99), "marker=nope", "marker=",
    "marker=" + EMOJI, "marker=" + identifier(29), "limit=3&sort=name:asc&marker=" + identifier(5),
    "limit=3&sort_key=size&marker=" + identifier(41), "name=apple&marker=" + identifier(4),
    "limit=3&sort=size:asc,name:desc&marker=" + identifier(42),
    "limit=2&name=twin&sort_key=name&sort_dir=asc&marker=" + identifier(41),
    "marker=%s&marker=%s" % (identifier(1), identifier(4)), "limit=2&name=in:apple,date",
    "limit=1&name=apple", "limit=1&marker=" + identifier(2) + "&name=apple",
    "limit=1&x=a%20b%26c%3D%C3%A9",
    # Order.
    "sort=name", "sort=name:asc", "sort=name:desc", "sort=name:up", "sort=nope", "sort=",
    "sort=name:", "sort=:asc", "sort=name:asc,", "sort=name:asc:desc", "sort=%20name%20:%20asc",
    "sort=size:asc,name:asc", "sort=status,name:asc", "sort=container_format:asc,id:asc",
    "sort=disk_format,id", "sort=id:asc", "sort=created_at:asc", "sort=updated_at:asc",
    "sort=created_at", "sort=name&sort_key=name", "sort=name&sort_dir=asc",
    "sort=name:asc&sort=size", "sort=name,name", "sort=NAME", "sort=owner", "sort=min_ram",
    "sort_key=name", "sort_key=name&sort_dir=asc", "sort_dir=asc", "sort_dir=up", "sort_dir=",
    "sort_key=", "sort_key=nope", "sort_key=k", "sort_key=name&sort_key=size&sort_dir=asc",
    "sort_key=size&sort_key=name&sort_dir=asc&sort_dir=desc",
    "sort_key=name&sort_dir=asc&sort_dir=desc", "sort_dir=asc&sort_dir=desc",
    "sort_key=size&sort_key=name&sort_dir=asc&sort_dir=asc&sort_dir=asc", "sort_dir=ASC",
    "sort_key=created_at&sort_dir=asc&limit=4",
    # Visibility and members.
    "visibility=public", "visibility=private", "visibility=shared", "visibility=community",
    "visibility=all", "visibility=nope", "visibility=", "visibility=Public",
    "visibility=public&visibility=private", "visibility=in:public,private",
    "member_status=pending", "member_status=accepted", "member_status=rejected",
    "member_status=all", "member_status=nope", "member_status=",
    "visibility=shared&member_status=pending", "visibility=shared&member_status=all",
    "visibility=all&member_status=all", "visibility=private&member_status=all",
    "is_public=true", "is_public=none",
    # Filters with values of their own.
    "owner=p1", "owner=p2", "owner=p9", "owner=", "owner=P1", "owner=eq:p1",
    "owner=p2&visibility=shared", "owner=p2&visibility=community", "owner=p2&member_status=all",
    "os_hidden=true", "os_hidden=false", "os_hidden=True", "os_hidden=1", "os_hidden=",
    "os_hidden=x",
    "os_hidden=true&visibility=public",
    "protected=true", "protected=false", "protected=True", "protected=1", "protected=",
    "protected=x",
    "tag=red", "tag=Red", "tag=red&tag=fruit", "tag=nope", "tag=", "tag=%20red%20", "tag=" + EMOJI,
    "tag=red&limit=1", "tag=red&tag=fruit&limit=1", "tags=red", "tag=in:red,fruit",
    # Filters with operators.
    "name=apple", "name=Apple", "name=eq:apple", "name=in:apple,banana", "name=in:apple",
    "name=in:", "name=neq:apple", "name=like:a", "name=eq:eq:uals", "name=eq:uals", "name=",
    "name=in:%22comma,%20the%22,apple", "name=comma,%20the", "name=in:%22comma",
    "name=in:comma%22,%20the%22", "name=quo%22te", "name=eq:quo%22te", "name=in:a,,b",
    "name=in:apple,%20banana", "name=:apple", "name=a:b", "name=" + EMOJI, "name=%C3%A9",
    "name=apple&name=date", "name=app%25", "name=null", "name=None", "name=eq:", "name=%00",
    "name=in:%22apple%22%22date%22", "name=in:%22apple%22,%22date%22", "name=IN:apple",
    "id=" + identifier(1), "id=in:%s,%s" % (identifier(1), identifier(3)), "id=nope",
    "id=eq:" + identifier(4), "id=in:" + identifier(21),
    "status=queued", "status=in:queued,killed", "status=eq:active", "status=nope", "status=deleted",
    "status=pending_delete", "status=gt:queued", "status=",
    "container_format=bare", "container_format=in:bare,ovf", "container_format=nope",
    "container_format=x:y", "disk_format=raw", "disk_format=in:iso,qcow2", "disk_format=neq:raw",
    "disk_format=",
    # Times.
    "created_at=gt:2001-01-01T00:00:05Z&limit=9", "created_at=gte:2001-01-01T02:00:00Z",
    "created_at=lt:2001-01-01T00:00:02Z", "created_at=lte:2001-01-01T00:00:02Z",
    "created_at=eq:2001-01-01T00:00:02Z", "created_at=2001-01-01T00:00:02Z",
    "created_at=neq:2001-01-01T00:00:02Z&limit=2", "created_at=in:2001-01-01T00:00:02Z",
    "created_at=2001-01-01%2000:00:02", "created_at=2001-01-01", "created_at=lt:2001-01-01",
    "created_at=lt:2001-01-01T00:00:02", "created_at=lt:2001-01-01T00:00:02%2B00:00",
    "created_at=lt:2001-01-01T01:00:02%2B01:00", "created_at=lt:20010101T000002Z",
    "created_at=gt:2001-01-01T02:00:00.4Z", "created_at=gt:2001-01-01T02:00:00Z",
    "created_at=gt:nope", "created_at=nope", "created_at=", "created_at=gt:", "created_at=gt",
    "created_at=foo:2001-01-01T00:00:02Z", "created_at=gt:2001-13-01T00:00:00Z",
    "created_at=gt:2001-01-01T00:00:02Z&created_at=lt:2001-01-01T00:00:04Z",
    "created_at=eq:2001-01-01T02:00:00Z", "created_at=gt:9999-12-31T23:59:59Z",
    "updated_at=gt:2001-01-01T00:00:05Z&limit=2", "updated_at=lt:2001-01-01T00:00:02Z",
    "updated_at=nope",
    # Columns.
    "size_min=30", "size_max=10", "size_min=10&size_max=20", "size_min=a", "size_min=",
    "size_min=-1&limit=2", "size_min=1.5", "size_min=1_0&limit=2", "size_min=99999999999999999999",
    "min_ram_min=1", "min_ram_max=1&limit=2", "min_disk_min=5", "virtual_size_min=30&limit=2",
    "name_min=a", "foo_min=3", "foo_max=3", "created_at_min=1", "_min=1", "k_max=a", "status_max=1",
    "size=10", "size=a", "size=in:10", "min_ram=512", "min_disk=5", "virtual_size=20", "min_ram=a",
    "checksum=" + "%032x" % 2, "checksum=nope", "os_hash_algo=sha512&limit=2", "os_hash_algo=md5",
    "os_hash_value=" + "%0128x" % 3, "deleted=true", "deleted=1&limit=2", "deleted=x&limit=2",
    "deleted_at=x", "locations=x", "properties=x", "members=x", "metadata=x",
    "changes-since=2001-01-01", "changes-since=",
    # Custom properties.
    "k=v", "k=w", "k=V", "k=eq:v", "k=in:v,w", "k=", "k=nope", "empty=", "os_distro=debian",
    "k=v&os_distro=debian", "k=v&k=w", "k=v&name=apple", "k=" + EMOJI, EMOJI + "=a", "=a", "=",
    "nope=1", "k", "k=v&tag=red", "marker2=1", "property-k=v", "architecture=x", "schema=a",
    "self=a", "stores=fast", "a.b=c", "os_glance_x=y", "%C3%A9=a", "page_size=1", "k=x%00y",
    # Queries that are none.
    "&", "&&limit=1", "limit=1;name=apple", "limit=1#x", "%zz=1", "name=%ff", "name=%zz",
    "x" * 300 + "=1&limit=1", "k=" + "x" * 5000,
]
CASES = [listed(q) for q in QUERIES]

for who in ("admin", "colleague", "reader", "stranger", "third", "roleless", "service", "homeless",
            "anonymous"):
    for query in ("", "visibility=public", "visibility=private", "visibility=shared",
                  "visibility=community", "visibility=all", "member_status=all", "owner=p2",
                  "os_hidden=true", "status=deleted"):
        CASES.append(listed(query + ("&" if query else "") + "limit=100", who))

CASES += [
    case("a page in full", [get("/v2/images?limit=3&sort=name:asc")]),
    case("null and empty properties in full", [get("/v2/images?id=" + identifier(5))]),
    case("an empty page in full", [get("/v2/images?name=nope")]),
    case("identifier in full", [get("/v2/images?id=" + identifier(1))]),
    case("every page of two", [get("/v2/images?limit=20&sort=id:asc", show=NAMES), get(
        "/v2/images?limit=20&sort=id:asc&marker=" + identifier(42), show=NAMES)]),
    case("a body is sent along", [ask("owner", "GET", "/v2/images", {}, show="status")]),
    case("a query as JSON", [get("/v2/images?" + quote('{"name": "apple"}'), show=NAMES)]),
    case("with version 2.2 in the path", [get("/v2.2/images?limit=1", show=NAMES)]),
    case("trailing slash", [get("/v2/images/?limit=1")]),
    case("form parameters in the body", [ask(
        "owner", "GET", "/v2/images?limit=1", "name=apple", show=NAMES,
        headers={"Content-Type": "application/x-www-form-urlencoded"})]),
]
