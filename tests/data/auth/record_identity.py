#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records whom Glance's own filters take a caller for, for tests/unit/auth/identity_source_test.cpp.

    /usr/bin/python3 tests/data/auth/record_identity.py     rewrites identity_golden.txt beside it

Runs Debian's glance.api.middleware.context and glance.tests.utils.FakeAuthMiddleware in-process.
The lines of identity_golden.txt, their fields parted by tabs:

    PIPELINE ANONYMOUS header: value...     the filters, and allow_anonymous_access as 0 or 1
    = field=value...                        the context; what is None or empty is left out
    = 401                                   or the status it is answered with
"""
import logging
import pathlib
import warnings

import webob
import webob.exc

from glance.api.middleware import context
from glance.common import config
from glance.tests import utils

HERE = pathlib.Path(__file__).parent

CONFIRMED = {"X-Identity-Status": "Confirmed"}

CASES = [
    ("unauthenticated-context", {}),
    ("unauthenticated-context", {**CONFIRMED, "X-User-Id": "u", "X-Roles": "member"}),
    ("context", {}),
    ("context", {"X-User-Id": "u", "X-Project-Id": "p", "X-Roles": "admin"}),
    ("context", {"X-Identity-Status": "Invalid", "X-User-Id": "u"}),
    ("context", {"X-Identity-Status": "confirmed", "X-User-Id": "u"}),
    ("context", {"X-Identity-Status": "", "X-User-Id": "u"}),
    ("context", CONFIRMED),
    ("context", {"x-identity-status": "Confirmed", "x-user-id": "u", "X-PROJECT-ID": "p"}),
    ("context", {**CONFIRMED, "X-User-Id": "u", "X-Project-Id": "p", "X-Roles": "member,reader"}),
    ("context", {**CONFIRMED, "X-User-Id": "u", "X-User": "v", "X-Tenant-Id": "t"}),
    ("context", {**CONFIRMED, "X-User": "v", "X-Tenant": "t", "X-Role": "member"}),
    ("context", {**CONFIRMED, "X-Project-Id": "p", "X-Tenant-Id": "t", "X-Tenant": "s"}),
    ("context", {**CONFIRMED, "X-Tenant-Id": "t", "X-Tenant": "s"}),
    ("context", {**CONFIRMED, "X-Project-Id": "", "X-Tenant-Id": "t"}),
    ("context", {**CONFIRMED, "X-Roles": " Admin , MEMBER,, reader "}),
    ("context", {**CONFIRMED, "X-Roles": "aDmIn"}),
    ("context", {**CONFIRMED, "X-Roles": "", "X-Role": "admin"}),
    ("context", {**CONFIRMED, "X-Roles": ","}),
    ("context", {**CONFIRMED, "X-Roles": "member", "X-Role": "admin"}),
    ("context", {**CONFIRMED, "X-Roles": "notadmin,administrator"}),
    ("context", {**CONFIRMED, "X-User-Id": "u", "X-Domain-Id": "d", "X-User-Domain-Id": "ud",
                 "X-Project-Domain-Id": "pd", "OpenStack-System-Scope": "all"}),
    ("context", {**CONFIRMED, "X-Roles": "reader", "X-Service-Roles": "Service, admin",
                 "X-Service-User-Id": "su", "X-Service-User-Domain-Id": "sud",
                 "X-Service-Project-Id": "sp", "X-Service-Project-Domain-Id": "spd"}),
    ("context", {**CONFIRMED, "X-Is-Admin-Project": "True"}),
    ("context", {**CONFIRMED, "X-Is-Admin-Project": "false"}),
    ("context", {**CONFIRMED, "X-Is-Admin-Project": "yes"}),
    ("fakeauth context", {}),
    ("fakeauth context", {"X-Auth-Token": ""}),
    ("fakeauth context", {"X-Auth-Token": "user1:tenant1:member"}),
    ("fakeauth context", {"X-Auth-Token": "user1:tenant1:member,Reader"}),
    ("fakeauth context", {"X-Auth-Token": "froggy:fredegar:admin"}),
    ("fakeauth context", {"X-Auth-Token": "u:none:admin"}),
    ("fakeauth context", {"X-Auth-Token": "u:None:member"}),
    ("fakeauth context", {"X-Auth-Token": "u::member"}),
    ("fakeauth context", {"X-Auth-Token": "u:t:"}),
    ("fakeauth context", {"X-Auth-Token": "::"}),
    ("fakeauth context", {"X-Auth-Token": "u:t:member", "X-Roles": "admin", "X-User-Id": "root",
                          "X-Tenant-Id": "other", "X-Identity-Status": "Invalid"}),
    ("fakeauth context", {"X-Storage-Token": "u:t:admin"}),
]

FIELDS = ["user_id", "user_domain_id", "project_id", "project_domain_id", "domain_id",
          "system_scope", "service_user_id", "service_user_domain_id", "service_project_id",
          "service_project_domain_id", "roles", "service_roles", "is_admin", "is_admin_project",
          "read_only"]


def describe(caller):
    for name in FIELDS:
        value = getattr(caller, name)
        if isinstance(value, list):
            if value:
                yield f"{name}={','.join(value)}"
        elif isinstance(value, bool):
            yield f"{name}={int(value)}"
        elif value is not None:
            yield f"{name}={value}"


def answer(pipeline, headers):
    """The fields of the context that the innermost application sees, or the status."""
    seen = []

    @webob.dec.wsgify
    def application(request):
        seen.extend(describe(request.context))
        return webob.Response()

    filters = {"context": context.ContextMiddleware, "fakeauth": utils.FakeAuthMiddleware,
               "unauthenticated-context": context.UnauthenticatedContextMiddleware}
    for name in reversed(pipeline.split()):
        application = filters[name](application)
    status = webob.Request.blank("/", headers=headers).get_response(application).status_int
    return seen if status == 200 else [str(status)]


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    config.parse_args(args=[], default_config_files=[])
    context.CONF.set_override("enforce_new_defaults", True, "oslo_policy")
    lines = []
    for anonymous in (0, 1):
        context.CONF.set_override("allow_anonymous_access", bool(anonymous))
        for pipeline, headers in CASES:
            lines.append([pipeline, str(anonymous)] + [f"{k}: {v}" for k, v in headers.items()])
            lines.append(["="] + answer(pipeline, headers))
    text = "\n".join("\t".join(line) for line in lines) + "\n"
    (HERE / "identity_golden.txt").write_text(text)
    print(f"{len(lines) // 2} requests")


if __name__ == "__main__":
    main()
