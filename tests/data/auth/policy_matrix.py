# SPDX-License-Identifier: Apache-2.0
"""Callers, targets and glimt's own default rules, for what compares us with oslo.policy."""
import pathlib

from oslo_policy import policy

HERE = pathlib.Path(__file__).parent

CALLERS = {
    "nobody": {},
    "admin": {"user_id": "u0", "project_id": "p0", "roles": ["admin", "member", "reader"]},
    "bare admin": {"user_id": "u0", "project_id": "p0", "roles": ["admin"]},
    "Admin in capitals": {"user_id": "u0", "project_id": "p0", "roles": ["ADMIN"]},
    "system admin": {"user_id": "u0", "system_scope": "all", "roles": ["admin"]},
    "domain admin": {"user_id": "u0", "domain_id": "d1", "roles": ["admin"]},
    "member": {"user_id": "u1", "project_id": "p1", "roles": ["member", "reader"],
               "user_domain_id": "d1", "project_domain_id": "d2"},
    "bare member": {"user_id": "u1", "project_id": "p1", "roles": ["member"]},
    "reader": {"user_id": "u2", "project_id": "p1", "roles": ["reader"]},
    "other member": {"user_id": "u3", "project_id": "p2", "roles": ["member", "reader"]},
    "other reader": {"user_id": "u4", "project_id": "p2", "roles": ["reader"]},
    "no project": {"user_id": "u5", "roles": ["member", "reader"]},
    "project None": {"user_id": "u5", "project_id": "None", "roles": ["member", "reader"]},
    "system reader": {"user_id": "u6", "system_scope": "all", "roles": ["reader"]},
    "project and domain": {"user_id": "u1", "project_id": "p1", "domain_id": "d1",
                           "roles": ["member", "reader"]},
    "empty scopes": {"user_id": "u1", "project_id": "p1", "domain_id": "", "system_scope": "",
                     "roles": ["member", "reader"]},
    "service": {"user_id": "u7", "project_id": "p7", "roles": ["service"]},
    "odd role": {"user_id": "u1", "project_id": "p1", "roles": ["compute:admin", ""]},
    "on behalf": {"user_id": "u1", "project_id": "p1", "roles": ["reader"],
                  "service_user_id": "s1", "service_project_id": "sp", "is_admin_project": False,
                  "service_roles": ["service", "admin"]},
}


def image(owner, visibility, member=None, **more):
    return {"project_id": owner, "owner": owner, "visibility": visibility, "member_id": member,
            "member": member, **more}


TARGETS = {
    "nothing": {},
    "p1": {"project_id": "p1"},
    "no project": {"project_id": None},
    "private of p1": image("p1", "private", user_id="u1"),
    "shared of p1": image("p1", "shared", id="i", min_ram=0, size=None, protected=True),
    "shared of p1 with p2": image("p1", "shared", "p2", role="Member", percent="a%b"),
    "community of p1": image("p1", "community"),
    "public of p1": image("p1", "public"),
    "private of nobody": image(None, "private"),
    "shared of nobody with p1": image(None, "shared", "p1"),
    "created for another": {"project_id": "p1", "owner": "p2", "visibility": "private"},
    "namespace of p2": {"project_id": "p2", "visibility": "public"},
}


def glimt_rules():
    for line in (HERE / "policy_rules.txt").read_text().splitlines():
        name, scope, rule, old = line.split("\t")
        more = {}
        if scope == "project":
            more["scope_types"] = ["project"]
        if old != "-":
            more["deprecated_rule"] = policy.DeprecatedRule(
                name=name, check_str=old, deprecated_reason="it has", deprecated_since="1")
        yield policy.RuleDefault(name, rule, **more)
