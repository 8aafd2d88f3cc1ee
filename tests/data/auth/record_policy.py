#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what oslo.policy decides, for tests/unit/auth/policy_test.cpp.

    /usr/bin/python3 tests/data/auth/record_policy.py       rewrites policy_golden.txt beside it

Reads policy_rules.txt (name, scope, rule, deprecated rule; the test holds it against
src/auth/policy_defaults.hpp) and asks Debian's oslo.policy for every rule, caller and target. Also
asks Glance's own rules, where it has them, and names each cell in which they differ.

The lines of policy_golden.txt, their fields parted by tabs:

    caller NAME field=value...      target NAME attribute=value... (without '=': None)
    new RULE cells, old RULE cells  with and without enforce_new_defaults; one letter for each
                                    target of the first caller, then of the second, ...: 1 is yes
    text RULE_TEXT cells            a rule of no action
    broken RULE_TEXT                one oslo.policy cannot read, or fails to evaluate
"""
import logging
import sys
import warnings

from oslo_config import cfg
from oslo_context import context
from oslo_policy import _parser
from oslo_policy import opts
from oslo_policy import policy

from glance import policies

from policy_matrix import CALLERS, HERE, TARGETS, glimt_rules

TEXTS = [
    "@", "!", "not @", "NOT !", "not not @", "@ and !", "@ or !", "! or @ and !", "@ or @ and !",
    "! and ! or @", "(@ or @) and !", "((@))", "( @ )", "not ! and not !", "not (@ and !)",
    "not @ or @", "@ or not @", "@ And @ oR !", "! or (! or (! or @)) and @", "@ and @ and @ or !",
    "! or ! or ! and @ or @ and @", "@ or ! and ! and !", "(@ and !) or (@ and @)",
    "\t@\n and\r\n@ ", "role:member", "role:MEMBER", "role:%(role)s", "role:%(nothing)s", "role:",
    "role:compute:admin", "not role:admin", "rule:context_is_admin", "rule:nowhere",
    "not rule:nowhere", "user_id:%(user_id)s", "user_id:u1", "user_id:%(nothing)s",
    "not user_id:%(nothing)s", "project_id:%(project_id)s", "project_id:%(owner)s", "project_id:p1",
    "project_id:p%(min_ram)s", "project_id:None", "tenant:%(owner)s", "is_admin:True",
    "is_admin_project:True", "is_admin_project:False", "roles:member", "roles:Member", "roles:",
    "service_roles:service", "service_user_id:s1", "service_project_id:%(project_id)s",
    "system_scope:all", "system:all", "system:", "not system:all", "domain_id:d1", "domain_id:",
    "user_domain_id:d1",
    "project_domain_id:%(nothing)s", "'public':%(visibility)s", '"public":%(visibility)s',
    "'':%(visibility)s", "'shared':shared", "'p1-public':%(owner)s-%(visibility)s",
    "'p1p1':%(owner)s%(project_id)s", "'100%':100%%", "'a%b':%(percent)s", "True:%(protected)s",
    "None:%(owner)s", "0:%(min_ram)s", "-1:-1", "None:%(size)s", "'None':%(size)s",
    "user.name:x", "auth-kind:x", "(role:member and project_id:%(project_id)s) or role:reader",
    "role:member and (project_id:%(project_id)s or not 'public':%(visibility)s)",
]

BROKEN = [
    " ", "and", "or", "not", "(", ")", "()", "@ @", "@ and", "and @", "@ or", "(@", "@)", "@ not @",
    "@ and or @", "'shared of p1':shared", "role", "'a'", "'a:b'", "'a':'b'", "'a", "a b:c", "1a:x", "'a'b:x", ":x",
    "not(@)", "project_id:%(x)", "project_id:%(visibility)d", "project_id:%", "007:x",
]


def caller_of(fields):
    return context.RequestContext(overwrite=False, **fields)


class oracle:
    def __init__(self, rules, new_defaults):
        conf = cfg.ConfigOpts()
        conf([])
        opts._register(conf)
        conf.set_override("enforce_new_defaults", new_defaults, "oslo_policy")
        conf.set_override("enforce_scope", True, "oslo_policy")
        self.enforcer = policy.Enforcer(conf, policy_file="no-such-policy.yaml")
        self.enforcer.suppress_deprecation_warnings = True
        self.enforcer.suppress_default_change_warnings = True
        self.enforcer.register_defaults(rules)

    def cells(self, rule):
        return "".join("01"[bool(self.enforcer.enforce(rule, target, caller_of(caller)))]
                       for caller in CALLERS.values() for target in TARGETS.values())


def escaped(text):
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def shown(value):
    return ",".join(value) if isinstance(value, list) else str(value)


def fails(text, asked):
    check = _parser.parse_rule(text)
    if str(check) == "!":
        return True
    try:
        for caller in CALLERS.values():
            for target in TARGETS.values():
                asked.enforcer.enforce(check, target, caller_of(caller))
    except Exception:
        return True
    return isinstance(check, str)


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    lines = []
    for name, fields in CALLERS.items():
        lines.append(["caller", name] + [f"{k}={shown(v)}" for k, v in fields.items()])
    for name, fields in TARGETS.items():
        lines.append(["target", name]
                     + [k if v is None else f"{k}={v}" for k, v in fields.items()])
    glances = {rule.name for rule in policies.list_rules()}
    for word, new_defaults in (("new", True), ("old", False)):
        asked = oracle(list(glimt_rules()), new_defaults)
        glance = oracle(policies.list_rules(), new_defaults)
        for rule in glimt_rules():
            cells = asked.cells(rule.name)
            lines.append([word, rule.name, cells])
            if rule.name in glances and glance.cells(rule.name) != cells:
                print(f"{word} {rule.name}: Debian's Glance decides differently", file=sys.stderr)
    asked = oracle(list(glimt_rules()), True)
    for text in TEXTS:
        asked.enforcer.load_rules()
        lines.append(["text", escaped(text), asked.cells(_parser.parse_rule(text))])
    for text in BROKEN:
        assert fails(text, asked), text
        lines.append(["broken", escaped(text)])
    out = "\n".join("\t".join(line) for line in lines) + "\n"
    (HERE / "policy_golden.txt").write_text(out)
    cells = sum(len(line[2]) for line in lines if line[0] in ("new", "old", "text"))
    print(f"{len(lines)} lines, {cells} cells")


if __name__ == "__main__":
    main()
