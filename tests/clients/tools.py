# SPDX-License-Identifier: Apache-2.0
"""The shells of Debian's `openstack` and `glance`, and how to read what they print."""
import json
import os
import pty
import shlex
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")

from glanceclient import shell as glance_shell  # noqa: E402
from openstackclient import shell as openstack_shell  # noqa: E402

from script import PEOPLE  # noqa: E402


class failure(Exception):
    pass


def require(truth, *what):
    if not truth:
        raise failure(" ".join(str(each) for each in what))


def become_interactive():
    """Gives this process a terminal: without one `openstack image create` takes standard input for
    the data of the image."""
    _, terminal = pty.openpty()
    os.dup2(terminal, 0)
    sys.stdin = open(0, encoding="utf-8", closefd=False)


def in_child(main, arguments, outputs):
    """Runs a shell as a process of its own, which has what it imports already: they keep what they
    have found out, such as who they are."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 70
    try:
        for number, file in enumerate(outputs, 1):
            os.dup2(file.fileno(), number)
        sys.argv = arguments
        status = main() or 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException as why:  # pylint: disable=broad-except
        print("%s: %s" % (type(why).__name__, why), file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


class program:
    """A shell with the options that say where to and as whom. Called with a command line it returns
    what the command printed, as JSON if it is; with `fails` it returns what it complained."""

    def __init__(self, name, main, options):
        self.name, self.main, self.options = name, main, options

    def __call__(self, line, fails=False):
        sys.stdout.flush()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            status = in_child(self.main, [self.name, *self.options, *shlex.split(line)], (out, err))
            out.seek(0)
            err.seek(0)
            printed, complained = out.read(), err.read()
        require((status != 0) == fails, line, "ended with", status, printed, complained)
        if fails:
            return complained
        try:
            return json.loads(printed)
        except ValueError:
            return printed


def login(url, who):
    return ["--os-auth-url", url, "--os-username", who, "--os-password", "any",
            "--os-project-name", PEOPLE[who].split(":")[1],
            "--os-user-domain-id", "default", "--os-project-domain-id", "default"]


def openstack(url, who):
    """`openstack`, logged in at the identity service with that URL."""
    return program("openstack", openstack_shell.main,
                   ["--os-identity-api-version", "3", *login(url, who)])


def openstack_without_identity(address):
    return program("openstack", openstack_shell.main, [
        "--os-auth-type", "none", "--os-endpoint", "http://%s:%d" % address])


def glance(url, who):
    """`glance`, logged in at the identity service with that URL. (Without one, version 4.1 breaks
    on the image schema it has saved, also on Glance's.)"""
    return program("glance", glance_shell.main, login(url, who))


def rows_of(table):
    """The rows of a table that a program drew, as dicts."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row)) for row in cells[1:]]


def fields_of(table):
    """A table of two columns as one dict."""
    return {row["Property"]: row["Value"] for row in rows_of(table)}
