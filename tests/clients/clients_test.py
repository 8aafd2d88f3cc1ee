#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Real clients against glimt: Debian's python3-openstackclient, python3-glanceclient and
python3-openstacksdk.

    clients_test.py GLIMT [STORY...]

A story is a function below. Each gets the `cloud` it plays in: a glimt with an empty database and
Glance's fakeauth pipeline, an identity service that hands out tokens for it, and a second glimt
where everybody is an admin.
"""
import contextlib
import dataclasses
import json
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "differential/glance")]

import openstack as sdk  # noqa: E402
from glanceclient import Client, exc  # noqa: E402
from keystoneauth1 import session, token_endpoint  # noqa: E402

import servers  # noqa: E402
from script import PEOPLE  # noqa: E402
from identity import identity_server  # noqa: E402
from tools import (  # noqa: E402
    become_interactive, failure, fields_of, glance, openstack, openstack_without_identity, require,
    rows_of)


@dataclasses.dataclass
class cloud:
    image: tuple  # host, port
    identity: str  # URL
    open_image: tuple  # without an identity service

    def openstack(self, *people):
        return [openstack(self.identity, who) for who in people]

    def glance(self, who):
        return glance(self.identity, who)


def names(images):
    return sorted(image["Name"] for image in images)


# --- openstack ------------------------------------------------------------------------------------

def openstack_images(at):
    by_owner, by_other = at.openstack("owner", "stranger")
    made = by_owner("image create one --disk-format qcow2 --container-format bare --min-ram 1"
                    " --min-disk 2 --property hw_x=1 --property os_distro=debian --tag a --tag b"
                    " --private -f json")
    require(made["visibility"] == "private" and made["owner"] == "p1", made)
    require(made["disk_format"] == "qcow2" and made["min_ram"] == 1 and made["min_disk"] == 2, made)
    require(sorted(made["tags"]) == ["a", "b"] and made["status"] == "queued", made)
    require(made["properties"]["hw_x"] == "1", made)
    shown = by_owner("image show one -f json")
    require({k: shown[k] for k in shown if k != "tags"} ==
            {k: made[k] for k in made if k != "tags"}, shown, made)
    by_other("image show " + made["id"], fails=True)

    by_owner("image set one --name uno --min-ram 3 --property hw_y=2 --tag c --hidden")
    by_owner("image unset %s --tag a --property hw_x" % made["id"])
    shown = by_owner("image show %s -f json" % made["id"])
    require(shown["name"] == "uno" and shown["min_ram"] == 3, shown)
    require(shown["properties"]["os_hidden"], shown)
    require(sorted(shown["tags"]) == ["b", "c"] and shown["properties"]["hw_y"] == "2", shown)
    require("hw_x" not in shown["properties"], shown)
    require(names(by_owner("image list --hidden -f json")) == ["uno"])
    require(names(by_owner("image list -f json")) == [])
    by_owner("image unset uno --property hw_x", fails=True)

    by_owner("image set %s --protected --unhidden" % made["id"])
    require("protected" in by_owner("image delete uno", fails=True))
    by_owner("image set uno --unprotected")
    by_owner("image delete uno")
    by_owner("image show " + made["id"], fails=True)


def openstack_lists(at):
    by_owner, by_admin = at.openstack("owner", "admin")
    for n in range(30):
        by_owner("image create i%02d --tag t%d --property parity=%s --%s" % (
            n, n % 3, "odd" if n % 2 else "even", "private" if n < 15 else "community"))
    by_admin("image create seen --public")
    all_names = ["i%02d" % n for n in range(30)]
    require(names(by_owner("image list -f json")) == sorted(all_names + ["seen"]))  # two pages
    for line, expected in {
            "--private": all_names[:15], "--community": all_names[15:], "--public": ["seen"],
            "--shared": [], "--all": all_names + ["seen"], "--tag t1": all_names[1::3],
            "--property parity=odd": all_names[1::2], "--name i07": ["i07"],
            "--status active": [], "--long --limit 2": ["i29", "seen"]}.items():  # the newest
        got = names(by_owner("image list %s -f json" % line))
        require(got == sorted(expected), line, got)
    marker = by_owner("image show i05 -f json")["id"]
    page = by_owner("image list --limit 2 --marker %s -f json" % marker)
    require(names(page) == ["i03", "i04"], page)


def openstack_sharing(at):
    by_owner, by_other, by_admin = at.openstack("owner", "stranger", "admin")
    image = by_owner("image create shared --shared -f json")["id"]
    by_other("image show " + image, fails=True)
    by_owner("image add project %s p2" % image)
    members = by_owner("image member list %s -f json" % image)
    require([(m["Member ID"], m["Status"]) for m in members] == [("p2", "pending")], members)
    require(names(by_other("image list -f json")) == [])
    require(by_other("image show %s -f json" % image)["name"] == "shared")
    for answer, listed in (("accept", ["shared"]), ("reject", []), ("pending", [])):
        by_other("image set %s --%s" % (image, answer))
        require(names(by_other("image list --shared -f json")) == listed, answer)
    by_owner("image remove project %s p2" % image)
    by_other("image show " + image, fails=True)
    require(by_owner("image member list %s -f json" % image) == [])
    by_admin("image set %s --public" % image)
    require(by_other("image show %s -f json" % image)["visibility"] == "public")


def openstack_activation(at):
    """A queued image cannot be deactivated; the client keeps that to itself."""
    by_admin, = at.openstack("admin")
    image = by_admin("image create x -f json")["id"]
    for word in ("deactivate", "activate"):
        by_admin("image set %s --%s" % (image, word))
        require(by_admin("image show %s -f json" % image)["status"] == "queued", word)


def openstack_without_keystone(at):
    by_anybody = openstack_without_identity(at.open_image)
    made = by_anybody("image create y --public --tag a -f json")
    require(made["visibility"] == "public" and made.get("owner") is None, made)
    require(names(by_anybody("image list -f json")) == ["y"])
    by_anybody("image set y --name z")
    by_anybody("image delete z")
    require(names(by_anybody("image list -f json")) == [])


# --- glance ---------------------------------------------------------------------------------------

def glance_images(at):
    do = at.glance("admin")
    made = fields_of(do("image-create --name one --disk-format raw --container-format bare"
                        " --property hw_x=1 --tags a --visibility shared --min-ram 4"))
    image = made["id"]
    require(made["hw_x"] == "1" and made["tags"] == '["a"]' and made["min_ram"] == "4", made)
    require([row["Name"] for row in rows_of(do("image-list"))] == ["one"])
    require(rows_of(do("image-list --property-filter hw_x=2 --limit 3 --sort name:asc")) == [])
    require(rows_of(do("image-list --tag a --visibility shared --include-stores"))[0]["ID"] ==
            image)
    changed = fields_of(do("image-update %s --name two --property hw_y=2 --remove-property hw_x"
                           " --hidden true" % image))
    require(changed["name"] == "two" and changed["hw_y"] == "2" and "hw_x" not in changed, changed)
    require(changed["os_hidden"] == "True", changed)
    do("image-tag-update %s new" % image)
    do("image-tag-delete %s a" % image)
    require(fields_of(do("image-show " + image))["tags"] == '["new"]')
    do("image-deactivate " + image, fails=True)
    do("image-reactivate " + image, fails=True)
    member = rows_of(do("member-create %s p2" % image))[0]
    require(member["Status"] == "pending", member)
    require(rows_of(do("member-update %s p2 accepted" % image))[0]["Status"] == "accepted")
    require(rows_of(do("member-list --image-id " + image))[0]["Member ID"] == "p2")
    do("member-get %s p2" % image)
    do("member-delete %s p2" % image)
    do("image-delete " + image)
    do("image-show " + image, fails=True)


def glance_discovery(at):
    do = at.glance("admin")
    for model, word in (("image", "visibility"), ("images", "images"), ("member", "member_id"),
                        ("task", "message"), ("metadefs/namespace", "display_name"),
                        ("metadefs/property", "operators")):
        require(word in do("explain " + model), model)
    require("import-methods" in do("import-info"), do("import-info"))
    do("usage")
    require("Multi Backend support is not enabled" in do("stores-info", fails=True),
            do("stores-info", fails=True))


def glance_metadefs(at):
    do = at.glance("admin")
    do("md-namespace-create N1 --display-name 'First one' --description d --visibility public"
       " --protected False")
    require(rows_of(do("md-namespace-list"))[0]["namespace"] == "N1")
    do("md-namespace-update N1 --display-name other --visibility private")
    shown = fields_of(do("md-namespace-show N1"))
    require(shown["display_name"] == "other" and shown["visibility"] == "private", shown)
    do("md-resource-type-associate N1 --name OS::Glance::Image --prefix hw_")
    require("OS::Glance::Image" in do("md-resource-type-list"))
    require("hw_" in do("md-namespace-resource-type-list N1"))
    do("md-property-create N1 --name p1 --title P --schema"
       " '{\"type\": \"integer\", \"minimum\": 1}'")
    do("md-property-update N1 p1 --title Q --schema '{\"type\": \"integer\", \"maximum\": 9}'")
    require(fields_of(do("md-property-show N1 p1"))["maximum"] == "9")
    require(rows_of(do("md-property-list N1"))[0]["name"] == "p1")
    do("md-object-create N1 --name o1 --schema"
       " '{\"properties\": {\"x\": {\"title\": \"X\", \"type\": \"string\"}}}'")
    do("md-object-update N1 o1 --schema '{\"description\": \"d\", \"properties\": {\"y\":"
       " {\"title\": \"Y\", \"type\": \"string\"}}}'")
    require("Y" in do("md-object-property-show N1 o1 y"))
    require(rows_of(do("md-object-list N1"))[0]["name"] == "o1")
    do("md-tag-create N1 --name t1")
    do("md-tag-update N1 t1 --name t2")
    do("md-tag-create-multiple N1 --names a,b")
    require(sorted(row["name"] for row in rows_of(do("md-tag-list N1"))) == ["a", "b"])
    do("md-tag-show N1 a")
    do("md-tag-delete N1 a")
    do("md-namespace-tags-delete N1")
    do("md-object-delete N1 o1")
    do("md-property-delete N1 p1")
    do("md-resource-type-deassociate N1 OS::Glance::Image")
    do("md-namespace-delete N1")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"namespace": "N2", "visibility": "public", "objects": [{"name": "o"}],
                   "tags": [{"name": "t"}]}, file)
        file.flush()
        do("md-namespace-import --file " + file.name)
    require("o" in do("md-object-list N2") and "t" in do("md-tag-list N2"))


def glanceclient_projects(at):
    """The library, for two projects."""
    def client(who):
        auth = token_endpoint.Token("http://%s:%d" % at.image, PEOPLE[who])
        return Client("2", session=session.Session(auth=auth))

    owner, other = client("owner"), client("stranger")
    image = owner.images.create(name="n", visibility="shared", k="v", tags=["a"])
    require(image.owner == "p1" and image.k == "v", image)
    try:
        other.images.get(image.id)
        raise failure("a foreign image is shown")
    except exc.HTTPNotFound:
        pass
    owner.image_members.create(image.id, "p2")
    other.image_members.update(image.id, "p2", "accepted")
    require([one.id for one in other.images.list()] == [image.id])
    require([m.status for m in owner.image_members.list(image.id)] == ["accepted"])
    try:
        other.images.update(image.id, name="mine")
        raise failure("a member changes the image")
    except exc.HTTPForbidden:
        pass
    require(owner.images.update(image.id, remove_props=["k"], name="m", new="x").new == "x")
    require([one.id for one in owner.images.list(limit=1, page_size=1, filters={"new": "x"})] ==
            [image.id])
    owner.images.delete(image.id)
    require(list(other.images.list()) == [])


# --- openstacksdk ---------------------------------------------------------------------------------

def connection(address, who):
    return sdk.connect(auth_type="admin_token", load_yaml_config=False, load_envvars=False,
                       auth={"endpoint": "http://%s:%d/v2" % address, "token": PEOPLE[who]})


def sdk_images(at):
    owner, other, admin = (connection(at.image, who).image
                           for who in ("owner", "stranger", "admin"))
    image = owner.create_image(name="one", disk_format="raw", container_format="bare",
                               visibility="shared", tags=["a"], hw_x="1", allow_duplicates=True)
    require(image.status == "queued" and image.properties["hw_x"] == "1", image)
    require(image.owner_id == "p1" and image.min_ram == 0 and image.is_protected is False, image)
    require([one.id for one in owner.images(name="one")] == [image.id])
    image = owner.update_image(image.id, name="two", hw_x="2", hw_y="3", min_disk=5)
    require(image.name == "two" and image.min_disk == 5, image)
    require(owner.get_image(image.id).properties["hw_y"] == "3")
    require(owner.find_image("two").id == image.id)
    owner.add_tag(image, "new")
    owner.remove_tag(image, "a")
    require(owner.get_image(image.id).tags == ["new"])
    owner.add_member(image, member_id="p2")
    require([m.status for m in owner.members(image)] == ["pending"])
    other.update_member("p2", image, status="accepted")
    require([one.id for one in other.images(visibility="shared")] == [image.id])
    require(other.get_member("p2", image).status == "accepted")
    owner.remove_member("p2", image)
    try:
        other.get_image(image.id)
        raise failure("a foreign image is shown")
    except sdk.exceptions.ResourceNotFound:
        pass
    admin.deactivate_image(image)  # says nothing of the refusal
    require(admin.get_image(image.id).status == "queued")
    owner.delete_image(image.id)
    require(list(owner.images()) == [])


def sdk_pages_and_discovery(at):
    owner = connection(at.image, "owner").image
    made = [owner.create_image(name="n%02d" % n, allow_duplicates=True).id for n in range(30)]
    require([one.id for one in owner.images(sort="name:asc")] == made)
    require([one.id for one in owner.images(limit=7, sort="name:asc")] == made)
    require("visibility" in owner.get_image_schema().properties)
    require("member_id" in owner.get_member_schema().properties)
    require("images" in owner.get_images_schema().properties)
    require(owner.get_task_schema().properties and owner.get_tasks_schema().properties)


STORIES = [openstack_images, openstack_lists, openstack_sharing, openstack_activation,
           openstack_without_keystone, glance_images, glance_discovery, glance_metadefs,
           glanceclient_projects, sdk_images, sdk_pages_and_discovery]


@contextlib.contextmanager
def new_cloud(glimt):
    with glimt.serving("plain", []) as image, glimt.serving("open", []) as open_image, \
            identity_server(image) as url:
        yield cloud(image, url, open_image)


def main():
    become_interactive()
    glimt = servers.glimt(sys.argv[1], {})
    wanted, failed = sys.argv[2:], 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home  # clients keep what they have learnt there
        for story in STORIES:
            if wanted and story.__name__ not in wanted:
                continue
            try:
                with new_cloud(glimt) as at:
                    story(at)
                print("%s: done" % story.__name__, flush=True)
            except Exception as why:  # pylint: disable=broad-except
                failed += 1
                print("%s FAILED: %s: %s" % (story.__name__, type(why).__name__, why), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
