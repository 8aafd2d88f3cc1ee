# SPDX-License-Identifier: Apache-2.0
"""Who sees and may change what, for every visibility and operation: one table, of Glance's default
policies (contract 3.3). The images belong to project p1."""
from cloud import require

# Each of them has a token of Keystone; "nobody" has none.
CALLERS = ("admin", "owner", "watcher", "stranger", "passer", "partner", "bystander", "cloud",
           "nobody")

# Of an image, by visibility. "accepted" is shared with partner's project, which has accepted it.
#                admin owner watcher stranger passer partner bystander cloud nobody
EXPECTED = """
private   list       yes  yes    yes     no       no     no      no       403   401
private   show       200  200    200     404      404    404     404      403   401
private   download   200  200    200     404      404    404     404      403   401
private   rename     200  200    403     404      404    404     404      403   401
private   tag        204  204    403     404      404    404     404      403   401
private   members    403  403    403     404      404    404     404      403   401
private   share      403  403    403     404      404    404     404      403   401
private   publish    200  403    403     404      404    404     404      403   401
private   upload     409  409    403     404      404    404     404      403   401
private   deactivate 204  403    403     404      404    404     404      403   401
private   delete     204  204    403     404      404    404     404      403   401
"""


def operations(image):
    at = "/v2/images/" + image
    return {"show": ("GET", at, {}), "download": ("GET", at + "/file", {}),
            "rename": ("PATCH", at, {"document": [
                {"op": "replace", "path": "/name", "value": "new"}]}),
            "tag": ("PUT", at + "/tags/x", {}),
            "members": ("GET", at + "/members", {}),
            "share": ("POST", at + "/members", {"document": {"member": "p9"}}),
            "publish": ("PATCH", at, {"document": [
                {"op": "replace", "path": "/visibility", "value": "public"}]}),
            "upload": ("PUT", at + "/file", {"body": b"other"}),
            "deactivate": ("POST", at + "/actions/deactivate", {}),
            "delete": ("DELETE", at, {})}


def make(at, tokens, projects, visibility):
    maker = tokens["admin" if visibility == "public" else "owner"]
    kind = "shared" if visibility == "accepted" else visibility
    more = {"owner": projects["p1"]} if visibility == "public" else {}
    image = at.make_image(maker, kind, **more)
    if visibility == "accepted":
        path = "/v2/images/%s/members" % image
        made = at.ask("POST", path, tokens["owner"], {"member": projects["p3"]})
        require(made.status == 200, made.status, made.body)
        made = at.ask("PUT", path + "/" + projects["p3"], tokens["partner"],
                      {"status": "accepted"})
        require(made.status == 200, made.status, made.body)
    return image


def lists(at, token, image):
    """Whether the caller's plain list has it, or the status that it has instead of a list."""
    got = at.ask("GET", "/v2/images?limit=1000", token)
    if got.status != 200:
        return str(got.status)
    return "yes" if image in [one["id"] for one in got.json()["images"]] else "no"


def found(at, tokens, projects):
    """{(visibility, operation): what each caller gets}, each on an image of its own if it may
    change it."""
    rows = {}
    for visibility in ("private", "shared", "accepted", "community", "public"):
        for who in CALLERS:
            token = tokens.get(who)
            image = make(at, tokens, projects, visibility)
            cells = {"list": lists(at, token, image)}
            for name, (method, path, more) in operations(image).items():
                if name in ("publish", "upload", "deactivate", "delete"):
                    method, path, more = operations(
                        make(at, tokens, projects, visibility))[name]
                cells[name] = str(at.ask(method, path, token, **more).status)
            for name, cell in cells.items():
                rows.setdefault((visibility, name), []).append(cell)
    return rows


def check(at, tokens, projects):
    expected = {tuple(words[:2]): words[2:] for words in map(str.split, EXPECTED.splitlines())
                if words}
    rows = found(at, tokens, projects)
    wrong = [" ".join(key + tuple(cells)) + "   # not " + " ".join(expected.get(key, ["?"]))
             for key, cells in rows.items() if cells != expected.get(key)]
    require(not wrong, "\n" + "\n".join(wrong))
    require(set(expected) == set(rows), "rows without a check", set(expected) - set(rows))
