#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every case of bench/load/compare.py yields numbers, and report.py makes a page of them that lacks
no figure and no plot. What the numbers are is not looked at. No server outlives the run.

    load_test.py GLIMT [GLIMT_MICRO]
"""
import contextlib
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

LOAD = pathlib.Path(__file__).resolve().parents[2] / "bench/load"
sys.dont_write_bytecode = True
sys.path.insert(0, str(LOAD))

import compare  # noqa: E402
import figures  # noqa: E402
import plots  # noqa: E402

# Not every CPU has these instructions, nor every build these settings.
OPTIONAL = {"avx2", "avx512", "glimt sha256", "glimt none"}


class failure(Exception):
    pass


def require(truth, *what):
    if not truth:
        raise failure(" ".join(str(each) for each in what))


def run(folder, script, *arguments):
    """With its temporary files in that folder."""
    done = subprocess.run([sys.executable, str(LOAD / script), *map(str, arguments)],
                          env=dict(os.environ, TMPDIR=str(folder)))
    require(done.returncode == 0, script, "ended with", done.returncode)


def check_nothing_runs_in(folder):
    """Every server's working directory is a folder of its own in there."""
    for path in pathlib.Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            require(not os.readlink(path).startswith("%s/" % folder), "still runs:",
                    (path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode())


def left_out(results, optional):
    """Names of servers that had no part in it, which the notes give a reason for."""
    names = {note.split(":")[0] for note in results["notes"]}
    require(names <= optional, "left out:", results["notes"])
    return names


def check_numbers(results, groups):
    samples = results["samples"]
    require({one["group"] for one in samples} == groups, "groups without a sample:",
            groups - {one["group"] for one in samples})
    for one in samples:
        numbers = one["numbers"].values()
        require(numbers and all(map(math.isfinite, numbers)), "no numbers:", one)


def check_page(folder, absent):
    lines = (folder / "report.md").read_text().splitlines()
    for figure in figures.ALL:
        rows = [line for line in lines if line.startswith("| %s | " % figure.asked)]
        require(len(rows) == 1, len(rows), "rows of the figure", figure.asked)
        require(("not measured" in rows[0]) == bool({figure.server, figure.other} & absent),
                rows[0])
    for name in plots.TITLES:
        require(any("(%s.svg)" % name in line for line in lines), "no plot", name)
        require("</svg>" in (folder / (name + ".svg")).read_text(), "half a plot:", name)


def main():
    glimt, micro = sys.argv[1], sys.argv[2:]
    groups, optional = set(compare.GROUPS), OPTIONAL
    if not micro:  # a build without GLIMT_BENCH
        groups, optional = groups - {"hashing"}, optional | {"openssl"}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run(folder, "compare.py", "--quick", "--glimt", glimt, "--out", folder / "run",
            "--micro", *(micro or ["none"]))
        check_nothing_runs_in(folder)
        run(folder, "report.py", folder / "run/results.json", "--out", folder / "page")
        results = json.loads((folder / "run/results.json").read_text())
        check_numbers(results, groups)
        check_page(folder / "page", left_out(results, optional))


if __name__ == "__main__":
    main()
