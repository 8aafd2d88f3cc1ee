#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Generated files of rules, obeyed by python3-oslo.policy and by glimt: the same decisions, or both
refuse them.

    oslo_policy_test.py DECIDE_POLICY [COUNT [SEED]]

oslo.policy only logs that it cannot read a rule, or fails when it is asked; glimt refuses the file.
Left out on purpose, because glimt differs there: kinds that are Python literals other than texts,
whole numbers, True, False and None.
"""
import ast
import json
import logging
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

DATA = pathlib.Path(__file__).parent.parent / "data" / "auth"
sys.path.insert(0, str(DATA))
sys.dont_write_bytecode = True

try:
    import yaml
    from oslo_config import cfg
    from oslo_context import context
    from oslo_policy import _checks, opts, policy
except ImportError:
    print("skipped: python3-oslo.policy is not installed (apt-get install python3-oslo.policy)")
    sys.exit(77)

from choices import Choices  # noqa: E402
import policy_matrix  # noqa: E402

ASKED = ["get_image", "get_images", "modify_image", "publicize_image", "add_image", "get_task",
         "cache_image", "stores_info_detail", "get_metadef_namespaces", "context_is_admin",
         "default", "r0", "r1", "r2", "r3", "r4"]


class Complaints(logging.Handler):
    def __init__(self):
        super().__init__()
        self.seen = []

    def emit(self, record):
        text = record.getMessage()
        if text.startswith(("Failed to understand rule", "No handler for", "IO error")):
            self.seen.append(text)


class Generator(Choices):
    def check(self):
        return self.one(
            "@", "!", "role:admin", "role:member", "role:reader", "role:READER", "role:%(role)s",
            "role:service", "project_id:%(project_id)s", "project_id:%(owner)s", "user_id:u1",
            "user_id:%(user_id)s", "'public':%(visibility)s", "'shared':%(visibility)s",
            '"private":%(visibility)s', "True:%(protected)s", "None:%(owner)s", "0:%(min_ram)s",
            "project_id:%(nothing)s", "rule:r%d" % self.random.randint(0, 4), "rule:default",
            "rule:context_is_admin", "rule:r%d" % self.random.randint(0, 4), "system_scope:all",
            "system:all", "domain_id:d1", "roles:member", "is_admin:True", "is_admin_project:True",
            "service_roles:service", "'p1-public':%(owner)s-%(visibility)s", "tenant:x")

    def broken_check(self):
        return self.one("role", "'a:b'", "1a:x", ":x", "project_id:%(x)", "project_id:%s", "a b:c",
                        "rule:nowhere", "()", "and", "or", "007:x", "@ @")

    def expression(self, depth=0):
        kind = self.random.random()
        if depth > 3 or kind < 0.35:
            return self.broken_check() if self.chance(0.004) else self.check()
        word = self.one("and", "or", "and", "or", "AND", "Or")
        if kind < 0.75:
            return (" %s " % word).join(self.expression(depth + 1)
                                        for _ in range(self.random.randint(2, 3)))
        if kind < 0.88:
            return "(" + self.expression(depth + 1) + self.one(")", " )")
        return self.one("not ", "NOT ") + self.expression(depth + 1)

    def lists(self):
        return [self.one([], "", self.check(), [self.check()], [self.check(), self.check()],
                         [self.check() for _ in range(3)])
                for _ in range(self.random.randint(0, 3))]

    def rule(self):
        kind = self.random.random()
        if kind < 0.05:
            return self.one("", None, [], "@", "!")
        if kind < 0.2:
            return self.lists()
        if kind < 0.205:
            return self.one(True, 7, [[7]], [7], "2001-01-01", {"a": "b"})
        return self.expression()

    def rules(self):
        names = ASKED + ["unheard_of"]
        return {name: self.rule() for name in self.random.sample(names, self.random.randint(0, 8))}

    # A file by hand, in one of the ways people write them.
    def text(self, rules):
        kind = self.one("json", "json", "yaml", "flow", "quoted", "folded")
        if kind == "json":
            return json.dumps(rules, indent=self.one(None, 4, "\t"))
        if kind == "yaml":
            return yaml.safe_dump(rules, width=self.one(40, 200))
        if kind == "flow":
            return yaml.safe_dump(rules, default_flow_style=True, width=60)
        lines = []
        for name, rule in rules.items():
            if kind == "folded" and isinstance(rule, str) and rule.strip() == rule and rule:
                lines += ["%s: %s" % (name, self.one(">", ">-")),
                          "  " + self.one(" ", "\n  ").join(rule.split(" "))]
            else:
                lines += ["# " + name, '"%s": %s' % (name, json.dumps(rule))]
        return "\n".join(lines) + "\n"

    def files(self):
        made = {}
        if self.chance(0.85):
            made[self.one("policy.yaml", "policy.yaml", "policy.json")] = self.text(self.rules())
        for _ in range(self.one(0, 0, 1, 2)):
            made["policy.d/" + self.one("a.yaml", "b.json", "0", ".hidden")] = self.text(
                self.rules())
        if self.chance(0.03):
            made["policy.yaml"] = self.one("a: [", "- a\n", "a: @\n", "a\n", "a: b: c\n", "{")
        return made


def kinds_of(check):
    """Every check in the tree."""
    yield check
    for each in getattr(check, "rules", []):
        yield from kinds_of(each)
    if isinstance(check, _checks.NotCheck):
        yield from kinds_of(check.rule)


def is_sound(check, rules, has_default):
    if isinstance(check, _checks.RuleCheck):
        return check.match in rules or has_default
    if isinstance(check, str):  # a rule that is nothing but a text in quotes
        return False
    if not isinstance(check, (_checks.RoleCheck, _checks.GenericCheck)):
        return True
    if "%" in re.sub(r"%%|%\([^()%]*\)s", "", check.match):
        return False
    if isinstance(check, _checks.GenericCheck):
        try:
            ast.literal_eval(check.kind)
        except ValueError:
            return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", check.kind) is not None
        except SyntaxError:
            return False
    return True


def goes_round(name, rules, default, path=()):
    target = name if name in rules else default
    if target not in rules:
        return False
    if target in path:
        return True
    return any(goes_round(each.match, rules, default, path + (target,))
               for each in kinds_of(rules[target]) if isinstance(each, _checks.RuleCheck))


def by_oslo(case, ours):
    conf = cfg.ConfigOpts()
    conf(["--config-dir", case["folder"]], project="glimt-test", default_config_files=[])
    opts.set_defaults(conf, "policy.yaml")
    for name, value in (("enforce_new_defaults", case["new_defaults"]),
                        ("enforce_scope", case["scope"]),
                        ("policy_default_rule", case["default_rule"])):
        conf.set_override(name, value, "oslo_policy")
    complaints = Complaints()
    logger = logging.getLogger("oslo_policy")
    logger.handlers, logger.propagate = [complaints], False
    try:
        enforcer = policy.Enforcer(conf)
        enforcer.suppress_deprecation_warnings = True
        enforcer.register_defaults(ours)
        enforcer.load_rules()
    except Exception as why:
        return {"refused": repr(why)}
    if complaints.seen:
        return {"refused": complaints.seen[0]}
    rules, default = enforcer.rules, case["default_rule"]
    for name, rule in rules.items():
        for each in kinds_of(rule):
            if not is_sound(each, rules, bool(default)):
                return {"refused": "%s: %s" % (name, each)}
        if goes_round(name, rules, default):
            return {"refused": "%s is in a circle" % name}
    cells = ""
    for rule in case["rules"]:
        for caller in case["callers"]:
            for target in case["targets"]:
                who = context.RequestContext(overwrite=False, **caller)
                cells += "01"[bool(enforcer.enforce(rule, target, who))]
    return {"cells": cells}


def main():
    decide, numbers = sys.argv[1], [int(each) for each in sys.argv[2:]]
    count, seed = (numbers + [300, 1][len(numbers):])[:2]
    warnings.simplefilter("ignore")
    made, ours = Generator(seed), list(policy_matrix.glimt_rules())
    callers, targets = (list(m.values()) for m in (policy_matrix.CALLERS, policy_matrix.TARGETS))
    with tempfile.TemporaryDirectory() as folder:
        cases, paths = [], []
        for i in range(count):
            where = pathlib.Path(folder, str(i))
            (where / "policy.d").mkdir(parents=True)
            for name, text in made.files().items():
                (where / name).write_text(text)
            cases.append({
                "folder": str(where), "new_defaults": made.chance(0.7), "scope": made.chance(0.7),
                "default_rule": made.one("", "", "default", "r0"), "rules": ASKED,
                "callers": made.random.sample(callers, 6),
                "targets": made.random.sample(targets, 5)})
            path = pathlib.Path(folder, "%d.json" % i)
            path.write_text(json.dumps(cases[-1]))
            paths.append(str(path))
        lines = subprocess.run([decide] + paths, check=True, stdout=subprocess.PIPE,
                               text=True).stdout.splitlines()
        assert len(lines) == count
        bad = refused = cells = allowed = 0
        for case, line in zip(cases, lines):
            want, have = by_oslo(case, ours), json.loads(line)
            refused += "refused" in want
            cells += len(want.get("cells", ""))
            allowed += want.get("cells", "").count("1")
            if all((key in want) == (key in have) for key in ("refused", "cells")):
                if want.get("cells") == have.get("cells"):
                    continue
            bad += 1
            if bad <= 5:
                print("oslo  %s\nglimt %s\n%s" % (want, have, {
                    k: v for k, v in case.items() if k not in ("callers", "targets")}))
                for path in sorted(p for p in pathlib.Path(case["folder"]).rglob("*")
                                   if p.is_file()):
                    print("--- %s\n%s" % (path.relative_to(folder), path.read_text()))
    print("seed %d: %d cases, %d refused by both, %d decisions (%d yes) compared: %d cases differ"
          % (seed, count, refused, cells, allowed, bad))
    # A generator that makes nothing of one of these would prove nothing.
    assert refused > count / 20 and cells > count * 100 and cells / 10 < allowed < cells * 0.9
    return 1 if bad else 0


if __name__ == "__main__":
    os.environ.pop("HOME", None)
    sys.exit(main())
