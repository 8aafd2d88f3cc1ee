#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""glimt beside Debian's Keystone, which tools/deps --all installs.

    keystone_test.py GLIMT RUN_FRONT_END [STORY...]

A story is a function below. All share one Keystone; each has a glimt of its own.
"""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parent))

from cloud import PEOPLE, ROLES, image_service, require, serving, serving_glance  # noqa: E402
from keystone_server import PASSWORD, running_keystone  # noqa: E402
import limits  # noqa: E402
import tls  # noqa: E402
import uwsgi_client  # noqa: E402
import visibility_table  # noqa: E402

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import front_ends  # noqa: E402

GLIMT, RUN_FRONT_END = (os.path.abspath(each) for each in sys.argv[1:3])


def token_of(identity, who):
    return identity.token(who, PEOPLE[who][0])


def status(at, token, **headers):
    return at.ask("GET", "/v2/images", token, **headers).status


def wait_until(truth, what, limit=30):
    end = time.monotonic() + limit
    while not truth():
        require(time.monotonic() < end, "not within", limit, "s:", what)
        time.sleep(0.1)


# --- who may do what ------------------------------------------------------------------------------

def every_visibility_and_operation(identity):
    tokens = {who: token_of(identity, who) for who in PEOPLE}
    tokens["admin"] = identity.token("admin", "admin")
    tokens["cloud"] = identity.token("admin", {"system": {"all": True}})
    with serving(GLIMT, identity) as at:
        visibility_table.check(at, tokens, identity.projects)
    with serving_glance(identity) as at:  # the table is what Glance does
        visibility_table.check(at, tokens, identity.projects)


def the_context_is_the_tokens(identity):
    """Scopes that are none of a project are refused, and the owner is the token's project."""
    with serving(GLIMT, identity) as at:
        made = at.ask("POST", "/v2/images", token_of(identity, "owner"), {"name": "a"})
        require(made.json()["owner"] == identity.projects["p1"], made.body)
        cloud = identity.token("admin", {"system": {"all": True}})
        domain = identity.token("admin", {"domain": {"id": "default"}})
        require(status(at, cloud) == 403, "system", status(at, cloud))
        require(status(at, domain) == 403, "domain", status(at, domain))
        unscoped = identity.token("owner", "unscoped")
        require(status(at, unscoped) == 403, "unscoped", status(at, unscoped))


# --- tokens ---------------------------------------------------------------------------------------

def tokens_that_are_none(identity):
    from cryptography.fernet import Fernet
    good = token_of(identity, "owner")
    foreign = Fernet(Fernet.generate_key()).encrypt(b"x" * 80).decode().rstrip("=")
    with serving(GLIMT, identity) as at:
        require(status(at, good) == 200)
        for bad in (None, "x", "admin", foreign, good[:-1], good + "A", good[::-1], "A" * 10_000,
                    "../../v3/users", "%s?nocatalog" % good, "gAAAA=="):
            refused = at.ask("GET", "/v2/images", bad)
            require(refused.status == 401, bad, refused.status, refused.body)
            require(refused.headers["WWW-Authenticate"] ==
                    'Keystone uri="http://public.example.org/identity"', refused.headers)
        require(status(at, None, X_Storage_Token=good) == 200, "X-Storage-Token")
        require(status(at, "bad", X_Storage_Token=good) == 401, "X-Auth-Token counts first")
        require(good not in at.log() and PASSWORD not in at.log(), "secrets in the log")
        # What needs nobody to say who they are.
        require(at.ask("GET", "/").status == 300 and at.ask("GET", "/healthcheck").status == 200)


def anonymous_readers(identity):
    with serving(GLIMT, identity, default="allow_anonymous_access = true") as at:
        public = at.make_image(identity.token("admin", "admin"), "public")
        private = at.make_image(token_of(identity, "owner"))
        for token in (None, "wrong"):
            require(at.ask("GET", "/v2/images/" + private, token).status == 404)
            refused = at.ask("DELETE", "/v2/images/" + public, token)
            require(refused.status in (403, 404), refused.status, refused.body)
            require(b"Read-only" in at.ask("POST", "/v2/images", token, {"name": "x"}).body)


def revoked_tokens(identity):
    """A token that was revoked is good for as long as it is kept, and no longer."""
    token = token_of(identity, "owner")
    with serving(GLIMT, identity, authtoken="token_cache_time = 3") as at:
        require(status(at, token) == 200)
        identity.ask("DELETE", "/auth/tokens", token=token, X_Subject_Token=token)
        wait_until(lambda: status(at, token) == 401, "the revoked token is refused")
    with serving(GLIMT, identity, authtoken="token_cache_time = -1") as at:
        token = token_of(identity, "owner")
        require(status(at, token) == 200)
        identity.ask("DELETE", "/auth/tokens", token=token, X_Subject_Token=token)
        require(status(at, token) == 401, "nothing is kept")


def expired_tokens(identity):
    """A service may go on for a user whose token has expired meanwhile; nobody else may."""
    identity.stop()
    identity.configure(expiration=8)
    identity.start()
    token = token_of(identity, "owner")
    try:
        with serving(GLIMT, identity) as at:  # its own tokens end all the time, too
            require(status(at, token) == 200, "until it expires")
            wait_until(lambda: status(at, token) == 401, "the expired token is refused")
            nova, stranger = token_of(identity, "nova"), token_of(identity, "stranger")
            require(status(at, token, X_Service_Token=nova) == 200, "for a service")
            require(status(at, token, X_Service_Token=stranger) == 401, "not for a user")
            require(status(at, token, X_Service_Token="none") == 401, "not for nobody")
            require(status(at, token) == 401, "and still not without")
    finally:
        identity.stop()
        identity.configure()
        identity.start()


def service_tokens(identity):
    owner, nova = token_of(identity, "owner"), token_of(identity, "nova")
    stranger = token_of(identity, "stranger")
    with serving(GLIMT, identity) as at:
        require(status(at, owner, X_Service_Token=nova) == 200)
        require(status(at, owner, X_Service_Token=stranger) == 200)  # delayed: it is not counted
        require(status(at, None, X_Service_Token=nova) == 401, "a service alone is nobody")
    paste = "delay_auth_decision = false"
    with serving(GLIMT, identity, authtoken=paste, flavor="strict", pipelines=STRICT) as at:
        require(status(at, owner) == 200 and status(at, None) == 401)
        require(status(at, owner, X_Service_Token=nova) == 200)
        require(status(at, owner, X_Service_Token=stranger) == 401)
        require(status(at, owner, X_Service_Token="none") == 401)


STRICT = """
[pipeline:glance-api-strict]
pipeline = authtoken context rootapp
[app:rootapp]
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
"""


def identity_headers_of_clients(identity):
    """Whatever a client says of itself, in either spelling, over HTTP, as uwsgi variables and
    through every front end."""
    claims = {"X-Identity-Status": "Confirmed", "X-Service-Identity-Status": "Confirmed",
              "X-Roles": "admin,member", "X-Role": "admin", "X-User-Id": "root", "X-User": "root",
              "X-User-Name": "root", "X-User-Domain-Id": "default",
              "X-Project-Id": identity.projects["p1"], "X-Tenant-Id": identity.projects["p1"],
              "X-Project-Name": "p1", "X-Project-Domain-Id": "default",
              "X-Tenant": identity.projects["p1"], "X-Tenant-Name": "p1",
              "X-Is-Admin-Project": "True", "X-Domain-Id": "default", "X-Domain-Name": "Default",
              "OpenStack-System-Scope": "all", "X-Service-Roles": "service",
              "X-Service-User-Id": "glance", "X-Service-Project-Id": "service",
              "X-Service-Catalog": "[]"}
    spelled = [claims, {name.replace("-", "_"): value for name, value in claims.items()},
               {name.lower(): value for name, value in claims.items()}]
    owner, passer = token_of(identity, "owner"), token_of(identity, "passer")
    with serving(GLIMT, identity) as at:
        private = at.make_image(owner)

        def check(ask, what):
            for each in spelled:
                fields = {"raw_headers": each}
                require(ask("GET", "/v2/images", None, **fields).status == 401, what, each)
                require(ask("GET", "/v2/images", "bad", **fields).status == 401, what, each)
                seen = ask("GET", "/v2/images/" + private, passer, **fields)
                require(seen.status == 404, what, each, seen.status)
                require(ask("POST", "/v2/images", passer, {}, **fields).status == 403, what, each)
                seen = ask("GET", "/v2/images/" + private, owner, **fields)
                require(seen.status == 200, what, each, seen.status)
                made = ask("POST", "/v2/images", token_of(identity, "stranger"), {}, **fields)
                require(made.status == 201 and made.json()["owner"] == identity.projects["p2"],
                        what, each, made.body)

        check(at.ask, "HTTP")
        check(uwsgi_client.asking(at.address), "uwsgi")
        for how in front_ends.FRONT_ENDS.values():
            with front_ends.serving(RUN_FRONT_END, how, at.address) as address:
                check(image_service(address, at.folder, at.process).ask, how.title)


# --- Keystone's own life --------------------------------------------------------------------------

def keystone_stopped_and_started(identity):
    known, new = token_of(identity, "owner"), token_of(identity, "stranger")
    with serving(GLIMT, identity, authtoken="http_request_max_retries = 1") as at:
        require(status(at, known) == 200)
        identity.stop()
        try:
            refused = at.ask("GET", "/v2/images", new, timeout=20)
            require(refused.status == 503, refused.status, refused.body)
            require(status(at, known) == 200, "a known token")
            require(status(at, None) == 401 and at.ask("GET", "/healthcheck").status == 200)
        finally:
            identity.start()
        require(status(at, new) == 200 and status(at, known) == 200, "after its return")
        require("answers again" in at.log(), at.log())


def keystone_with_new_keys(identity):
    """No token from before is good any more, ours neither: we log in again."""
    old = token_of(identity, "owner")
    with serving(GLIMT, identity, authtoken="token_cache_time = -1") as at:
        require(status(at, old) == 200)
        identity.stop()
        identity.make_keys()
        identity.start()
        require(status(at, old) == 401, "of the old keys")
        require(status(at, token_of(identity, "owner")) == 200, "of the new ones")


def keystone_held(identity):
    """It takes connections and says nothing (SIGSTOP): nothing else waits."""
    known, new = token_of(identity, "owner"), token_of(identity, "stranger")
    with serving(GLIMT, identity, authtoken="http_connect_timeout = 5\n"
                                            "http_request_max_retries = 0") as at:
        require(status(at, known) == 200)
        identity.hold()
        try:
            waiting = []
            threads = [threading.Thread(target=lambda: waiting.append(status(at, new)))
                       for _ in range(20)]
            began = time.monotonic()
            for each in threads:
                each.start()
            while any(each.is_alive() for each in threads):
                require(status(at, known) == 200, "a known token meanwhile")
            took = time.monotonic() - began
        finally:
            identity.let_go()
        require(waiting == [503] * 20, waiting)
        require(4 < took < 30, "took", took)
        wait_until(lambda: status(at, new) == 200, "it answers again", 120)

    with serving(GLIMT, identity) as at:  # who waits is answered when it goes on
        require(status(at, known) == 200)
        identity.hold()
        answered = []
        thread = threading.Thread(target=lambda: answered.append(status(at, new)))
        thread.start()
        time.sleep(1)
        require(not answered, answered)
        identity.let_go()
        thread.join(30)
        require(answered == [200], answered)


def glimt_ends_while_keystone_is_held(identity):
    """A request that waits for Keystone does not keep a server that is to end beyond its grace."""
    with contextlib.ExitStack() as ends:
        at = ends.enter_context(serving(GLIMT, identity, authtoken="http_connect_timeout = 60",
                                        default="[glimt]\ndrain_grace = 1"))
        identity.hold()
        ends.callback(identity.let_go)

        def ask():
            with contextlib.suppress(Exception):  # it is cut
                status(at, "gAAAAnew")
        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(1)
        began = time.monotonic()
        at.process.terminate()
        at.process.wait(20)
        require(time.monotonic() - began < 10, "took", time.monotonic() - began)
        thread.join(10)


# --- ways of logging in ---------------------------------------------------------------------------

def application_credentials(identity):
    """glimt's own, and those of users, with rules of what they may be used for."""
    glance = token_of(identity, "glance")

    def make(who, token, **more):
        return identity.ask("POST", "/users/%s/application_credentials" % identity.users[who], {
            "application_credential": {"name": "c%f" % time.time(), **more}},
            token)[0]["application_credential"]
    ours = make("glance", glance)
    with serving(GLIMT, identity, authtoken="""
auth_section = who_we_are
[who_we_are]
auth_type = v3applicationcredential
auth_url = %s/v3
application_credential_id = %s
application_credential_secret = %s""" % (identity.url, ours["id"], ours["secret"])) as at:
        require(status(at, token_of(identity, "owner")) == 200)

    owner = token_of(identity, "owner")
    free = make("owner", owner)
    bound = make("owner", owner, access_rules=[
        {"service": "image", "method": "GET", "path": "/v2/images"}])
    free, bound = (identity.credential_token(one["id"], one["secret"]) for one in (free, bound))
    with serving(GLIMT, identity) as at:
        require(status(at, free) == 200)
        require(status(at, bound) == 401, "we do not know what service we are")
    with serving(GLIMT, identity, authtoken="service_type = image") as at:
        identity.set_image_service("http://%s:%d" % at.address)
        require(status(at, bound) == 200, "what it is for", status(at, bound))
        require(at.ask("POST", "/v2/images", bound, {"name": "x"}).status == 401)
        require(at.ask("GET", "/v2/schemas/image", bound).status == 401)
        require(at.ask("GET", "/v2/schemas/image", free).status == 200)


CLOUDS = """
clouds:
  %(who)s:
    auth:
      auth_url: %(url)s
      username: %(who)s
      password: %(password)s
      project_name: %(project)s
      user_domain_name: Default
      project_domain_name: Default
    region_name: R
    identity_api_version: 3
"""


def openstack_client(identity):
    """python3-openstackclient with an ordinary clouds.yaml, which finds glimt in the catalog."""
    with serving(GLIMT, identity) as at, tempfile.TemporaryDirectory() as home:
        identity.set_image_service("http://%s:%d" % at.address)
        data = pathlib.Path(home) / "data"
        data.write_bytes(b"of an image" * 1000)

        def openstack(who, *words, fails=False):
            (pathlib.Path(home) / "clouds.yaml").write_text(CLOUDS % {
                "who": who, "url": identity.url, "password": PASSWORD,
                "project": PEOPLE[who][0]})
            done = subprocess.run(
                ["/usr/bin/openstack", "--os-cloud", who, "image", *words], cwd=home, timeout=120,
                env=dict(os.environ, HOME=home), capture_output=True, text=True, check=False,
                stdin=subprocess.DEVNULL)
            require((done.returncode != 0) == fails, words, done.stdout, done.stderr)
            return json.loads(done.stdout) if "json" in words else done.stdout + done.stderr
        openstack("owner", "create", "one", "--file", str(data), "--disk-format", "raw",
                  "--shared")
        made = openstack("owner", "show", "one", "-f", "json")
        require(made["status"] == "active" and made["owner"] == identity.projects["p1"], made)
        openstack("owner", "save", "one", "--file", home + "/back")
        require((pathlib.Path(home) / "back").read_bytes() == data.read_bytes(), "other bytes")
        require([one["Name"] for one in openstack("watcher", "list", "-f", "json")] == ["one"])
        require(openstack("stranger", "list", "-f", "json") == [], "a stranger sees it")
        require("403" in openstack("watcher", "set", "one", "--name", "two", fails=True))
        openstack("owner", "add", "project", "one", identity.projects["p3"])
        openstack("partner", "set", made["id"], "--accept")
        require([one["Name"] for one in openstack("partner", "list", "-f", "json")] == ["one"])
        openstack("owner", "delete", "one")


def keystone_over_tls(identity):
    """With the authority we are told of; another one is none, and a client's certificate where
    Keystone wants one."""
    token = token_of(identity, "owner")
    with tls.in_front_of(identity) as front:
        for trusted in ("cafile = " + front.authority, "insecure = True"):
            with serving(GLIMT, front, authtoken=trusted) as at:
                require(status(at, token) == 200, trusted, at.log())
                require(status(at, "bad") == 401, trusted)
        with serving(GLIMT, front, authtoken="http_request_max_retries = 0\ncafile = "
                     + front.stranger) as at:
            refused = at.ask("GET", "/v2/images", token)
            require(refused.status == 503, refused.status, refused.body)
            require("certificate" in at.log() and PASSWORD not in at.log(), at.log())
    with tls.in_front_of(identity, wants_certificate=True) as front:
        trusted = "cafile = %s\nhttp_request_max_retries = 0\n" % front.authority
        with serving(GLIMT, front, authtoken=trusted) as at:
            require(status(at, token) == 503, "without a certificate", at.log())
        ours = "certfile = %s\nkeyfile = %s" % front.client
        with serving(GLIMT, front, authtoken=trusted + ours) as at:
            require(status(at, token) == 200, "with a certificate", at.log())


def flavors(identity):
    token = token_of(identity, "owner")
    for flavor in ("keystone+caching", "keystone+cachemanagement"):
        with serving(GLIMT, identity, flavor=flavor) as at:
            require(status(at, token) == 200 and status(at, None) == 401, flavor)
    for flavor in ("", "caching", "cachemanagement"):
        with serving(GLIMT, identity, flavor=flavor) as at:
            require(status(at, None) == 200, flavor)


def limits_that_operators_set(identity):
    for start in (lambda *how: serving(GLIMT, *how[:1], default=how[1], authtoken=how[2]),
                  serving_glance):
        with limits.limited(identity) as service, start(
                identity, "use_keystone_limits = True", service.configuration()) as at:
            limits.check(at, service, token_of(identity, "stray"), identity.projects["p4"])


STORIES = [every_visibility_and_operation, the_context_is_the_tokens, tokens_that_are_none,
           anonymous_readers, revoked_tokens, service_tokens, identity_headers_of_clients,
           application_credentials, openstack_client, flavors, keystone_over_tls,
           keystone_stopped_and_started, keystone_held, glimt_ends_while_keystone_is_held,
           keystone_with_new_keys, limits_that_operators_set, expired_tokens]


def main():
    wanted, failed = sys.argv[3:], 0
    with tempfile.TemporaryDirectory() as folder, running_keystone(folder) as identity:
        identity.projects = identity.populate(PEOPLE, ROLES)
        for story in STORIES:
            if wanted and story.__name__ not in wanted:
                continue
            began = time.monotonic()
            try:
                story(identity)
                print("%s: done in %.0f s" % (story.__name__, time.monotonic() - began), flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print("%s FAILED:\n%s" % (story.__name__, traceback.format_exc()), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
