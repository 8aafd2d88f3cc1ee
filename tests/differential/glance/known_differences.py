# SPDX-License-Identifier: Apache-2.0
"""Where glimt answers otherwise than Debian's glance-api 25.1 on purpose.

A row: corpus file, pattern of case names (fnmatch), steps (from 1; none: all that Glance answered
with the status `of`), what glimt answers instead (a status, or a dict of parts of the answer, of
which only those are compared, or a function of the case's name and Glance's answer that gives such
a dict, or None where both answer the same), and why. docs/compatibility.md tells the users the
same.
"""
import fnmatch
import urllib.parse

WHOLE = "Glance answers the number as it was written, 1.0, once, and 1 from then on"
ROWS = "Glance's text shows Python's form of the rows, identifiers and all"
EVERYBODYS = "Glance lists what is shared with anybody to a caller without a project"
CRASH = "Glance fails with 500 (contract 1.29: answer sanely)"
TEXT = "Glance takes the bytes of a path for Latin-1; glimt for UTF-8"
INSIDE = "Glance sets an attribute of its own object of that name; for glimt it is a property"
NO_ROLES = "Glance's context without a flavour is an admin without the role; in glimt with it"
FROM_OUTSIDE = "glimt drops identity headers that the filters before it do not set"
MARKER = "1.8: as for one that does not exist; Glance tells that it does"
SILENT = "what no policy lets a caller read is not there for it; Glance's words tell that it is"
LINKS = "1.29: first and next keep repeated parameters; Glance keeps the last"
NOT_A_PATH = "the gate refuses the byte before a route is looked for"
RFC_JSON = "Python reads NaN, Infinity and what is nested deeper than 32, which glimt does not"
NOT_YET = "no data can be imported yet"
LENGTHS = "Glance leaves the length to the database: SQLite keeps it, MariaDB fails with 500"
FOUR_BYTES = "Glance does not look for 4-byte characters here: SQLite keeps them, MariaDB fails"
EXISTS = "Glance's answer tells that the namespace exists to who may not see it"
REPEATED = "Glance keeps only the last of a repeated parameter in its links"
ESCAPED = "Location is a URL: glimt escapes in it what has no place in one"
ECHO = "Glance shows a location once as it was sent, and from then on as it is; glimt as it is"
MALFORMED = "glimt refuses such a URL before it asks anybody: Invalid location"
REQUIRED = "Glance forgets which properties of an object the file requires"



def repeated_parameters(case, theirs):
    """A page of the query that the case is named after, with all of it in its links."""
    query = [pair for pair in urllib.parse.parse_qsl(case) if pair[0] != "marker"]
    if len(dict(query)) == len(query) or "first" not in theirs.get("json", {}):
        return None
    page = dict(theirs["json"], first="/v2/images?" + urllib.parse.urlencode(query))
    if "next" in page:
        page["next"] = page["first"] + "&marker=" + page["next"].rpartition("marker=")[2]
    return {"status": 200, "json": page}


def without(theirs, *names):
    """The image without these members."""
    return {"status": 200,
            "json": {name: value for name, value in theirs["json"].items() if name not in names}}


def no_import(_, theirs):
    """The import methods, of which there are none."""
    if "import-methods" not in theirs.get("json", {}):
        return None
    methods = dict(theirs["json"]["import-methods"], value=[])
    return {"status": 200, "json": {"import-methods": methods}}


def spelled_otherwise(_, theirs):
    """The same words with a name in UTF-8."""
    text = theirs.get("text", "")
    if text.isascii():
        return None
    return {"status": theirs["status"], "text": text.encode("latin-1").decode()}


def without_validation_data(_, theirs):
    """What was to be checked is not a part of the location."""
    locations = theirs.get("json", {}).get("locations", [])
    if not any("validation_data" in each or "more" in each for each in locations):
        return None
    kept = [{"url": each["url"], "metadata": each["metadata"]} for each in locations]
    return {"status": 200, "json": dict(theirs["json"], locations=kept)}


def not_there(_, theirs):
    """Other words for an image that is there, but for others."""
    if not theirs.get("text", "").startswith("404 Not Found\n\nThe resource could not be found."):
        return None
    return {"status": 404, "headers": None}


# (file, pattern, status of Glance, status of glimt, reason)
STATUSES = [
    ("images_create", "body is *", 500, 400, CRASH),
    ("images_create", "a request id of 65 letters", 500, 431, CRASH),
    ("images_create", "a token of two parts", 500, 401, CRASH),
    ("images_create", "identity headers from outside", 201, 403, FROM_OUTSIDE),
    ("images_create", "os_hash_*", 201, 403, "1.7: read-only; Glance takes and ignores them"),
    ("images_list", "*", 500, 400, CRASH),
    ("images_list", "marker=*", 403, 400, MARKER),
    ("images_patch", "* extra_properties = 'a'", 500, 403, CRASH),
    ("images_patch", "replace base = 'a'", 500, 409, CRASH),
    ("images_patch", "replace __class__ = 'a'", 500, 409, CRASH),
    ("images_patch", "body*", 500, 400, CRASH),
    ("images_patch", "1 MiB of nested arrays", 500, 400, CRASH),
    ("images_patch", "add stores = 'a'", 200, 403, "1.29: the server writes it"),
    ("images_patch", "add member = 'a'", 200, 403, "1.29: without effect"),
    ("images_patch", "replace member = 'a'", 200, 403, "1.29: without effect"),
    ("images_patch", "replace stores = 'a'", 409, 403, "1.29: the server writes it"),
    ("images_patch", "remove stores", 409, 403, "1.29: the server writes it"),
    ("images_patch", "* extra_properties = {}", 400, 403, "1.29: no property has that name"),
    ("images_patch", "* image_id = 'a'", 404, 403, "1.29: no property has that name"),
    ("images_patch", "remove member", 403, 403, INSIDE),
    ("images_patch", "remove base", 403, 409, INSIDE),
    ("images_patch", "remove __class__", 403, 409, INSIDE),
    ("images_patch", "remove context", 403, 409, INSIDE),
    ("images_patch", "remove repo", 403, 409, INSIDE),
    ("images_patch", "remove delete", 403, 409, INSIDE),
    ("images_patch", "add context = 'a'", 200, 200, INSIDE),
    ("images_patch", "replace context = 'a'", 200, 409, INSIDE),
    ("images_patch", "replace repo = 'a'", 200, 409, INSIDE),
    ("images_patch", "replace delete = 'a'", 200, 409, INSIDE),
    ("images_patch", "add 256 letters = 'a'", 200, 400, LENGTHS),
    ("stores", "replace stores", 409, 403, "1.29: the server writes it"),
    ("stores", "remove stores", 409, 403, "1.29: the server writes it"),
    ("stores", "stores/detail by service", 403, 200, "3.3: newer releases let services"),
    ("stores", "add stores", 200, 403, "1.29: the server writes it"),
    ("images_show", "identifier '%ff'", 500, 400, CRASH),
    ("images_show", "identifier '%00'", 404, 400, NOT_A_PATH),
    ("images_show", "delete nobody's by homeless", 404, 403,
     "Glance's database finds an image without an owner for no caller without a project"),
    ("images_locations", "*", 500, 400, CRASH),
    ("unauthenticated", "create for somebody", 403, 201, NO_ROLES),
    ("unauthenticated", "public", 403, 200, NO_ROLES),
    ("unauthenticated", "namespace*", 403, 201, NO_ROLES),
    ("info", "a body with usage", 500, 400, CRASH),
    ("schemas", "body with task*", 500, 400, CRASH),
    ("anonymous", "create of an array", 500, 400, CRASH),
    ("members", "add: *", 500, 400, CRASH),
    ("property_protections", "owner adds x_blind", 500, 403, CRASH),
    ("property_protections", "owner adds x_blind of an image without", 500, 200, CRASH),
    ("members", "add: number", 200, 400, "1.21: a member is a text"),
    ("members", "add: true", 200, 400, "1.21: a member is a text"),
    ("members", "add: zero", 400, 400, "1.21: a member is a text"),
    ("members", "add: 256 letters", 200, 400, LENGTHS),
    ("metadefs_lists", "*", 500, 400, CRASH),
    ("metadefs_namespaces", "*", 500, 400, CRASH),
    ("metadefs_things", "*", 500, 400, CRASH),
    ("tags", "tag %ff*", 500, 400, CRASH),
    ("tags", "tag %00*", 204, 400, NOT_A_PATH),
]

# (file, pattern, step or 0 for all, what glimt answers, reason)
ANSWERS = [
    ("schemas", "GET /v2/schemas/task", 1, {"status": 200}, "1.28: location_import is newer"),
    ("schemas", "GET /v2/schemas/tasks", 1, {"status": 200}, "1.28: location_import is newer"),
    ("images_create", "min_ram = 1.0", 1, {"status": 201}, WHOLE),
    ("images_create", "body is an exponent", 1, {"status": 201}, WHOLE),
    ("images_locations", "replace by others", 3, {"status": 400}, ROWS),
    ("images_locations", "replace by more", 3, {"status": 400}, ROWS),
    ("images_locations", "replace by fewer", 3, {"status": 400}, ROWS),
    ("images_locations", "replace of a queued one that has one", 1, {"status": 400}, ROWS),
    ("images_locations", "* at '\u0661'", 3, {"status": 400}, "Glance takes digits of any script"),
    *[("images_list", "homeless: " + query + "limit=100", 1, {"status": 200}, EVERYBODYS)
      for query in ("", "visibility=shared&", "visibility=all&", "member_status=all&",
                    "owner=p2&")],
    ("images_locations_filtered", "*", 2, {"status": 400},
     "Glance asks the address for its size before it filters it; glimt filters first"),
    ("images_create", "body is NaN", 1, {"status": 400}, RFC_JSON),
    ("images_create", "body is Infinity", 1, {"status": 400}, RFC_JSON),
    ("images_create", "body is a custom value nested deep", 1, {"status": 400}, RFC_JSON),
    ("images_create", "body is a huge number", 1, {"status": 400},
     "Glance takes 1e400 for infinity, which its schema refuses"),
    ("images_list", "*&*=*", 1, repeated_parameters, LINKS),
    ("images_list_limits", "*&*=*", 1, repeated_parameters, LINKS),
    ("images_list", "limit=1#x", 1, {"status": 400}, NOT_A_PATH),
    ("images_patch", "remove extra_properties", 2, {"status": 403},
     "1.29: no property has that name"),
    ("images_patch", "remove image_id", 2, {"status": 403}, "1.29: no property has that name"),
    ("images_locations", "* shown to roleless", 0, not_there, SILENT),
    ("property_protections", "shown to service", 0, not_there, SILENT),
    ("property_rules", "shown to roleless", 0, not_there, SILENT),
    *[("images_locations", "shown to " + who, 0, not_there, SILENT)
      for who in ("roleless", "service")],
    ("images_locations", "validation: *", 0, without_validation_data, ECHO),
    ("images_locations", "location: another member", 2, without_validation_data, ECHO),
    ("images_locations", "location: with id", 2, {"status": 200}, ECHO),
    ("images_locations", "add at '99999999999999999999'", 3, {"status": 200},
     "a position beyond the end is the end; Glance fails with 500"),
    ("images_locations", "location: FILE", 2, {"status": 400}, MALFORMED),
    ("images_locations", "location: no host", 2, {"status": 400}, MALFORMED),
    ("images_locations", "location: white space", 2, {"status": 400}, MALFORMED),
    ("images_locations", "location: user in it", 2, {"status": 400}, MALFORMED),
    ("images_locations", "location: a bad port", 2, {"status": 400}, MALFORMED),
    ("stores", "location in *", 4, {"status": 403}, "1.29: the server writes it"),
    *[(file, "* by " + who, 0, not_there, SILENT)
      for file in ("images_show", "images_patch", "images_locations")
      for who in ("roleless", "service")],
    ("anonymous", "GET /v2/images/*", 1, not_there, SILENT),
    ("anonymous", "GET /v2/info/import", 1, no_import, NOT_YET),
    ("info", "*import*", 1, no_import, NOT_YET),
    ("images_show", "seeded 46", 1, lambda _, theirs: without(theirs, "os_glance_hash_op_host"),
     "1.5: hidden since release 32"),
    ("images_show", "seeded 47", 1, lambda _, theirs: without(theirs, "direct_url", "locations"),
     "a property of an attribute's name is not shown: no API makes one"),
    ("images_show", "identifier '%F0%9F%98%80'", 1, {"status": 404}, TEXT),
    ("members", "member '%F0%9F%98%80'", 0, spelled_otherwise, TEXT),
    ("tags", "tag %C3%A9 (6)", 3, {"json": {"tags": ["\u00e9"]}}, TEXT),
    ("tags", "tag %C3%A9*(1530)", 2, {"status": 204}, TEXT),
    ("tags", "tag %C3%A9*(1530)", 3, {"json": {"tags": ["\u00e9" * 255]}}, TEXT),
    ("tags", "tag %C3%A9*(1530)", 4, {"status": 204}, TEXT),
    ("tags", "tag %F0%9F%98%80*", 2, {"status": 400}, TEXT),
    ("tags", "tag %F0%9F%98%80*", 3, {"json": {"tags": []}}, TEXT),
    ("tags", "tag %F0%9F%98%80*", 4, {"status": 404}, TEXT),
    ("tags", "tag %00*", 3, {"json": {"tags": []}}, NOT_A_PATH),
]

# Metadata definitions.
UNSHOWN = "404 Not Found\n\nMetadata definition namespace=%s was not found.\n\n   "
BELOW = "404 Not Found\n\nNamespace nope not found\n\n   "
ANSWERS += [
    ("metadefs_lists", "owner: marker=dd", 1, {"status": 404, "text": UNSHOWN % "dd"}, EXISTS),
    ("metadefs_lists", "owner: marker=", 1, {"status": 404, "text": UNSHOWN % ""},
     "Glance looks for an identifier then"),
    *[("metadefs_lists", "owner: " + query, 1, {"status": 200}, REPEATED) for query in (
        "limit=1&limit=2", "sort_key=namespace&sort_key=owner",
        "resource_types=R1&resource_types=R2")],
    ("metadefs_namespaces", "least", 2, {"text": UNSHOWN % "least"}, EXISTS),
    *[("metadefs_namespaces", "foreign by " + who, 1, {"text": UNSHOWN % "foreign"}, EXISTS)
      for who in ("owner", "colleague", "reader", "third", "roleless", "service", "homeless")],
    *[("metadefs_namespaces", "closed by " + who, 1, {"text": UNSHOWN % "closed"}, EXISTS)
      for who in ("stranger", "third", "outside_reader", "service", "homeless")],
    ("metadefs_loaded", "Test::Least", 1, {"text": UNSHOWN % "Test::Least"}, EXISTS),
    ("metadefs_loaded", "Test::Hidden", 1, {"text": UNSHOWN % "Test::Hidden"}, EXISTS),
    *[("metadefs_namespaces", "objects below a namespace that is not", step, {"text": BELOW},
       EXISTS) for step in (1, 3)],
    *[("metadefs_loaded", "Test::Full", step, {"status": 200}, REQUIRED) for step in (1, 2, 3)],
    *[("metadefs_namespaces", case, 1,
       {"headers": {"location": "{host}/v2/metadefs/namespaces/" + escaped}}, ESCAPED)
      for case, escaped in (("namespace = '\u00e9'", "%C3%A9"), ("namespace = 'a b'", "a%20b"),
                            ("namespace = ' '", "%20"), ("namespace = 'a[?]b'", "a%3Fb"),
                            ("create by admin", "by%20admin"))],
    *[("metadefs_namespaces", case, 1, {"status": 400}, LENGTHS) for case in (
        "resource_type_associations = *(95)", "resource_type_associations = *(110)",
        "properties = *(119)", "objects = *(95)", "tags = *(95)")],
    ("metadefs_things", "tags: body long", 3, {"status": 400}, LENGTHS),
    ("metadefs_things", "tags: body long", 4, {"json": {"tags": [{"name": "old"}]}}, LENGTHS),
    ("metadefs_things", "tags: body 4-byte", 3, {"status": 400}, FOUR_BYTES),
    ("metadefs_things", "tags: body 4-byte", 4, {"json": {"tags": [{"name": "old"}]}}, FOUR_BYTES),
    ("metadefs_things", "types: body 4-byte*", 2, {"status": 400}, FOUR_BYTES),
    ("metadefs_namespaces", "name %F0%9F%98%80", 0, {"status": 404}, TEXT),
    ("metadefs_things", "tags: path %F0%9F%98%80*", 2, {"status": 400}, TEXT),
    *[("metadefs_things", "*: path %F0%9F%98%80*", step, {"status": 404}, TEXT)
      for step in (3, 4, 5)],
    *[("metadefs_things", "tags: path %C3%A9*", step,
       {"json": {"name": "\u00e9", "created_at": "{time}", "updated_at": "{time}"}}, TEXT)
      for step in (2, 3)],
    ("unauthenticated", "namespace with an owner", 2, {"status": 200}, NO_ROLES),
]


def rows():
    """What names each row: file, pattern and the status or the step."""
    return [row[:3] for row in STATUSES + ANSWERS]


def of(file, case, number, theirs):
    """What glimt answers to that step instead, why, and which row says so; None where it answers as
    Glance does."""
    for name, pattern, step, answer, reason in ANSWERS:
        if name != file or step not in (0, number) or not fnmatch.fnmatchcase(case, pattern):
            continue
        wanted = answer(case, theirs) if callable(answer) else answer
        if wanted is not None:
            return {"glimt": wanted, "reason": reason, "row": (name, pattern, step)}
    for name, pattern, status, answer, reason in STATUSES:
        # A success that differs is the last answer of its case, not that of what prepares it.
        if (name == file and status == theirs.get("status") and fnmatch.fnmatchcase(case, pattern)
                and (status >= 300 or number > 1 or file == "images_create")):
            return {"glimt": {"status": answer}, "reason": reason, "row": (name, pattern, status)}
    return None
