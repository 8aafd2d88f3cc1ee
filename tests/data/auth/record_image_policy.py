#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what Glance's API lets callers do to images, for tests/unit/auth/image_policy_test.cpp.

    /usr/bin/python3 tests/data/auth/record_image_policy.py     rewrites image_policy_golden.txt

Asks Debian's glance.api.v2.policy in-process: with its new rules and enforce_secure_rbac, and with
its old ones and its check of owners. The lines of image_policy_golden.txt, parted by tabs:

    caller NAME field=value...      as in policy_golden.txt
    image NAME owner visibility     owner "-": none
    new RULE cells, old RULE cells  one letter for each image of the first caller, then of the
                                    second, ...: o is allowed, f forbidden, n not found
"""
import logging
import pathlib
import warnings

import webob.exc

from glance.api import policy
from glance.api.v2 import policy as api_policy
from glance.common import config
from glance import context
from glance import domain

from record_policy import CALLERS
from record_policy import shown

HERE = pathlib.Path(__file__).parent
CONF = context.CONF

IMAGES = [(owner, visibility) for owner in ("p1", None)
          for visibility in ("private", "shared", "community", "public")]

IMAGE_RULES = {
    "get_image": "get_image", "modify_image": "modify_image", "delete_image": "delete_image",
    "upload_image": "upload_image", "download_image": "download_image",
    "deactivate": "deactivate_image", "reactivate": "reactivate_image", "copy_image": "copy_image",
    "get_image_location": "get_image_location", "set_image_location": "update_locations",
    "delete_image_location": "delete_locations",
}
MEMBER_RULES = ["get_members", "get_member", "add_member", "delete_member", "modify_member"]


def image_of(owner, visibility, caller):
    # glance/db/__init__.py: who finds another's shared image does so as its member.
    member = caller.owner if visibility == "shared" and caller.owner != owner else None
    return domain.Image("an-id", "active", None, None, owner=owner, visibility=visibility,
                        member=member)


def outcome(ask):
    try:
        ask()
    except webob.exc.HTTPNotFound:
        return "n"
    except (webob.exc.HTTPForbidden, policy.exception.Forbidden):
        return "f"
    return "o"


def cells(rule, enforcer):
    for fields in CALLERS.values():
        caller = context.RequestContext(policy_enforcer=enforcer, overwrite=False, **fields)
        for owner, visibility in IMAGES:
            image = image_of(owner, visibility, caller)
            if rule in IMAGE_RULES:
                asked = api_policy.ImageAPIPolicy(caller, image, enforcer)
                yield outcome(getattr(asked, IMAGE_RULES[rule]))
            else:
                asked = api_policy.MemberAPIPolicy(caller, image, enforcer=enforcer)
                yield outcome(getattr(asked, rule))


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    config.parse_args(args=[], default_config_files=[])
    lines = []
    for name, fields in CALLERS.items():
        lines.append(["caller", name] + [f"{k}={shown(v)}" for k, v in fields.items()])
    for owner, visibility in IMAGES:
        lines.append(["image", f"{visibility} of {owner}", owner or "-", visibility])
    for word, new in (("new", True), ("old", False)):
        CONF.set_override("enforce_new_defaults", new, "oslo_policy")
        CONF.set_override("enforce_scope", True, "oslo_policy")
        CONF.set_override("enforce_secure_rbac", new)
        enforcer = policy.Enforcer(suppress_deprecation_warnings=True)
        for rule in list(IMAGE_RULES) + MEMBER_RULES:
            lines.append([word, rule, "".join(cells(rule, enforcer))])
    out = "\n".join("\t".join(line) for line in lines) + "\n"
    (HERE / "image_policy_golden.txt").write_text(out)
    print(f"{sum(len(line[2]) for line in lines if line[0] in ('new', 'old'))} cells")


if __name__ == "__main__":
    main()
