# SPDX-License-Identifier: Apache-2.0
"""Who sees and may change what, for every visibility and operation: one table, of Glance's default
policies (contract 3.3). The images belong to project p1."""
from cloud import require

# Each of them has a token of Keystone; "nobody" has none.
CALLERS = ("admin", "owner", "watcher", "stranger", "passer", "partner", "bystander", "cloud",
           "nobody")

# Of an image, by visibility: whether the plain list has it, and the status of everything else.
# "accepted" is shared with partner's project, which has accepted it. A reader may not download, and
# "cloud", an admin of the whole cloud, has no project to do anything in.
#                   admin    owner    watcher  stranger passer   partner  bystande cloud    nobody
EXPECTED = """
private   list       yes      yes      yes      no       no       no       403      403      401
private   show       200      200      200      404      404      404      404      404      401
private   download   200      200      403      404      404      404      404      404      401
private   rename     200      200      403      404      404      404      404      404      401
private   tag        204      204      403      404      404      404      404      404      401
private   members    403      403      403      404      404      404      404      403      401
private   share      403      403      403      404      404      404      404      403      401
private   publish    200      403      403      404      404      404      404      403      401
private   upload     409      409      403      404      404      404      404      404      401
private   deactivate 204      204      403      404      404      404      404      404      401
private   delete     204      204      403      404      404      404      404      404      401
shared    list       yes      yes      yes      no       no       no       403      403      401
shared    show       200      200      200      404      404      404      404      404      401
shared    download   200      200      403      404      404      404      404      404      401
shared    rename     200      200      403      404      404      404      404      404      401
shared    tag        204      204      403      404      404      404      404      404      401
shared    members    200      200      200      404      404      404      404      404      401
shared    share      200      200      403      404      404      404      404      404      401
shared    publish    200      403      403      404      404      404      404      403      401
shared    upload     409      409      403      404      404      404      404      404      401
shared    deactivate 204      204      403      404      404      404      404      404      401
shared    delete     204      204      403      404      404      404      404      404      401
accepted  list       yes      yes      yes      no       no       yes      403      403      401
accepted  show       200      200      200      404      404      200      404      404      401
accepted  download   200      200      403      404      404      200      404      404      401
accepted  rename     200      200      403      404      404      403      404      404      401
accepted  tag        204      204      403      404      404      403      404      404      401
accepted  members    200      200      200      404      404      200      404      404      401
accepted  share      200      200      403      404      404      403      404      404      401
accepted  publish    200      403      403      404      404      403      404      403      401
accepted  upload     409      409      403      404      404      403      404      404      401
accepted  deactivate 204      204      403      404      404      403      404      404      401
accepted  delete     204      204      403      404      404      403      404      404      401
community list       no       yes      yes      no       no       no       403      403      401
community show       200      200      200      200      200      200      404      404      401
community download   200      200      403      200      403      200      404      404      401
community rename     200      200      403      403      403      403      404      404      401
community tag        204      204      403      403      403      403      404      404      401
community members    403      403      403      403      403      403      403      403      401
community share      403      403      403      403      403      403      403      403      401
community publish    200      403      403      403      403      403      403      403      401
community upload     409      409      403      403      403      403      404      404      401
community deactivate 204      204      403      403      403      403      404      404      401
community delete     204      204      403      403      403      403      404      404      401
public    list       yes      yes      yes      yes      yes      yes      403      403      401
public    show       200      200      200      200      200      200      404      404      401
public    download   200      200      403      200      403      200      404      404      401
public    rename     200      200      403      403      403      403      404      404      401
public    tag        204      204      403      403      403      403      404      404      401
public    members    403      403      403      403      403      403      403      403      401
public    share      403      403      403      403      403      403      403      403      401
public    publish    200      403      403      403      403      403      403      403      401
public    upload     409      409      403      403      403      403      404      404      401
public    deactivate 204      204      403      403      403      403      404      404      401
public    delete     204      204      403      403      403      403      404      404      401
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
    expected = {tuple(words[:2]): words[2:]
                for words in map(str.split, EXPECTED.strip().splitlines())}
    rows = found(at, tokens, projects)
    wrong = [" ".join(key + tuple(cells)) + "   # not " + " ".join(expected.get(key, ["?"]))
             for key, cells in rows.items() if cells != expected.get(key)]
    require(not wrong, "\n" + "\n".join(wrong))
    require(set(expected) == set(rows), "rows without a check", set(expected) - set(rows))
