# SPDX-License-Identifier: Apache-2.0
"""Hashing alone, one core: what bench/micro has of it."""
import json
import subprocess

from cases import trial
from peers import ROOT, missing

STREAMS = (1, 2, 4, 8)
NAMES = {"openssl": "openssl_digests", "avx2": "woven_digests/avx2",
         "avx512": "woven_digests/avx512"}


def hashing_trials(given):
    def hashing(streams):
        def work(name):
            return {"GB/s": bytes_per_second(given.options.micro, NAMES[name], streams) / 1e9}
        return work
    for streams in STREAMS:
        yield trial("hashing %d" % streams, tuple(NAMES), hashing(streams))


def bytes_per_second(binary, name, streams):
    if not (ROOT / binary).exists():
        raise missing("there is no %s (target glimt_micro)" % binary)
    done = subprocess.run(
        [binary, "--benchmark_filter=^%s/streams:%d$" % (name, streams),
         "--benchmark_min_time=0.2", "--benchmark_format=json"],
        capture_output=True, text=True, check=True, cwd=ROOT)
    run = json.loads(done.stdout)["benchmarks"][0]
    if run.get("error_occurred"):
        raise missing(run["error_message"])
    return run["bytes_per_second"]
