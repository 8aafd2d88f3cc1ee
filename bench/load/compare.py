#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""glimt beside Debian's Glance under uWSGI and beside nginx: the same work for each, in turns.

    cmake --preset release && cmake --build build/release --target glimt glimt_micro
    bench/load/compare.py --out /tmp/report     # all, about 15 minutes on two cores
    bench/load/compare.py --only upload,lanes --rounds 9
    bench/load/compare.py --quick               # a smoke run; its numbers mean nothing

Every trial is done by each of its servers, round after round; who begins changes with the round.
Printed are the medians and, of the numbers that are compared, how many times the other server's
glimt's is: the median of the rounds, the least and the most. All this and what the client itself
needed goes to results.json in --out; report.py makes the page and the plots from it.

Images are kept in $TMPDIR, which wants a file system as in production and some GiB of room (not
/dev/shm: it has no sendfile for us). Each server has its own database, of 1,000 images. Needs what
tools/deps --all installs.
"""
import argparse
import contextlib
import datetime
import json
import pathlib
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time

from peers import ROOT, arena, servers
from cases import company, footprint, kernels, requests, setting, transfers
import images_database
import report
from rounds import recorder
from traffic import payload

GROUPS = {
    "hashing": kernels.hashing_trials,
    "requests": requests.request_trials,
    "upload": transfers.upload_trials,
    "lanes": transfers.lane_trials,
    "unhashed": transfers.unhashed_trials,
    "download": transfers.download_trials,
    "footprint": footprint.footprint_trials,
    "company": company.company_trials,  # the last: Glance does not survive it
}


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--glimt", default=str(ROOT / "build/release/src/glimt"))
    parser.add_argument("--micro", default=str(ROOT / "build/release/bench/glimt_micro"))
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(GROUPS),
                        metavar="GROUP,...", help="of " + ", ".join(GROUPS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mib", type=int, default=512, help="what a trial's streams upload")
    parser.add_argument("--seconds", type=int, default=2, help="how long small requests are made")
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 4, 8, 16])
    parser.add_argument("--more-streams", type=int, nargs="*", default=[64], help="of downloads")
    parser.add_argument("--slow", type=int, default=1000, help="slow uploads, at most")
    parser.add_argument("--idle", type=int, default=10000, help="idle connections")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args(arguments)
    for unknown in set(options.only) - set(GROUPS):
        parser.error("there is no group %s" % unknown)
    if options.quick:
        options.rounds, options.mib, options.seconds, options.idle = 1, 1, 1, 100
        options.streams, options.more_streams = [1, 4, 8], [64]  # those of which a figure speaks
    return options


def first_line_of(*command):
    with contextlib.suppress(OSError):
        done = subprocess.run(command, capture_output=True, text=True)
        return (done.stdout or done.stderr).splitlines()[0]
    return "not installed"


def machine(options, folder):
    cpu = re.findall(r"^(?:model name|flags)\s*:\s*(.*)$",
                     pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    packages = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}\n",
         "glance-api", "uwsgi", "nginx", "wrk"],
        capture_output=True, text=True).stdout.split("\n")
    return {"cpu": cpu[0], "cores": cpu[0::2].count(cpu[0]),
            "avx512": "avx512f" in cpu[1], "sha_ni": "sha_ni" in cpu[1],
            "kernel": platform.release(),
            "file system": first_line_of("stat", "-f", "-c", "%T", str(folder)),
            "load before": pathlib.Path("/proc/loadavg").read_text().split()[:3],
            "glimt": first_line_of(options.glimt, "--version"),
            "commit": first_line_of("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
            "packages": dict(one.split() for one in packages if " " in one)}


def run(options, folder):
    database = folder / "database"
    servers.glimt(options.glimt, {}).make_database(database)
    images_database.fill(database, 1000)
    results = {"command": sys.argv, "began": datetime.datetime.now().isoformat(" ", "seconds"),
               "machine": machine(options, folder),
               "options": {name: str(value) for name, value in vars(options).items()}}
    records, began = recorder(options.rounds), time.monotonic()
    with arena(options.glimt, folder, database) as place:
        given = setting(place, payload(folder, options.mib), options, records.note)
        for group in [name for name in GROUPS if name in options.only]:
            print("\n%s" % group, flush=True)
            for trial in GROUPS[group](given):
                records.do(group, trial)
    return dict(results, took_s=round(time.monotonic() - began), notes=records.notes,
                samples=records.samples)


def main():
    options = options_of(sys.argv[1:])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="glimt-compare-") as folder:
        results = run(options, pathlib.Path(folder))
    print("\n%d s" % results["took_s"])
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        report.write_page(results, options.out)
        print(options.out / "report.md")


if __name__ == "__main__":
    main()
