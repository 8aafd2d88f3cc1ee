# SPDX-License-Identifier: Apache-2.0
"""What glimt is to reach, and where it is measured: a line here is a row of the report. `limit`
says what stands in the way of more, from a profile."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class figure:
    asked: str
    trial: str
    number: str
    server: str = "glimt"
    other: str = ""  # what it is divided by; none: the number itself counts
    at_least: float = 0
    at_most: float = float("inf")
    limit: str = ""

    def is_met(self, value):
        return self.at_least <= value <= self.at_most


def hashing(streams, kernels, at_least, limit):
    return figure("%d streams hashed on one core by %s, of OpenSSL's bytes per second: ≥ %g"
                  % (streams, kernels.upper().replace("AVX512", "AVX-512"), at_least),
                  "hashing %d" % streams, "GB/s", kernels, "openssl", at_least=at_least,
                  limit=limit)


def upload_cpu(streams, of_openssl, of_glance, limit):
    for other, trial, at_most in (("glimt openssl", "lanes %d", of_openssl),
                                  ("glance", "upload http length %d", of_glance)):
        yield figure("upload, %d streams, CPU per GiB of %s's: ≤ %g" % (streams, other, at_most),
                     trial % streams, "CPU s/GiB", other=other, at_most=at_most, limit=limit)


SERIAL = "one stream's MD5: each of its steps waits for the one before"
VECTORS = "SHA-512's rotations: two vector instructions of a cycle can do them"
CROWD = ("client, server and uploads have more to do than two cores can: as much is left without"
         " any hashing, which yields; nginx's static answer beside uploads to nginx fares worse")
LANES = "hashing: without rotations in vectors the lanes of a core have 2.5 of OpenSSL's pace"
WAKING = "waking the clients: a quarter of the samples, where a wake-up is an exit to the host"

ALL = [
    hashing(1, "avx512", 1.5, SERIAL),
    hashing(2, "avx512", 2.2, SERIAL),
    hashing(4, "avx512", 4.5, VECTORS),
    hashing(8, "avx512", 5.5, VECTORS),
    hashing(4, "avx2", 2, "SHA-512 without rotations of 64 bits: three instructions for each"),
    *upload_cpu(1, 0.75, 0.5, SERIAL),
    *upload_cpu(4, 0.40, 0.3, LANES),
    *upload_cpu(8, 0.32, 0.22, LANES),
    figure("upload, 4 streams, throughput of Glance's: ≥ 4", "upload http length 4", "MiB/s",
           other="glance", at_least=4, limit=LANES),
    figure("upload, 4 streams, throughput of nginx's DAV PUT, which hashes nothing: ≥ 1",
           "upload http length 4", "MiB/s", other="nginx", at_least=1, limit=LANES),
    figure("upload, SHA-256 alone, CPU per GiB of nginx's DAV PUT: ≤ 1.6", "unhashed 1",
           "CPU s/GiB", "glimt sha256", "nginx", at_most=1.6),
    figure("upload, no hashes, CPU per GiB of nginx's DAV PUT: ≤ 1.1", "unhashed 1", "CPU s/GiB",
           "glimt none", "nginx", at_most=1.1),
    *(figure("download, %d streams, CPU per GiB of nginx's sendfile: ≤ 1.05" % streams,
             "download %d" % streams, "CPU s/GiB", other="nginx", at_most=1.05,
             limit=WAKING)
      for streams in (1, 8, 64)),
    figure("a cold file delays no other request by more than 5 ms (the longest show)",
           "show beside a cold download", "cold max ms", at_most=5,
           limit="the host: nginx's longest is in the table, of the same minutes"),
    figure("show, CPU per request of nginx's static answer: ≤ 2", "show", "CPU us/request",
           other="nginx", at_most=2,
           limit="the kernel's network, as nginx's is; our own part is 69 thousand instructions"),
    figure("list of 25, CPU per request of nginx's static answer: ≤ 10", "list of 25",
           "CPU us/request", other="nginx", at_most=10,
           limit="rows become images and those JSON: 0.6 of 0.7 million instructions; SQLite's page"
           " of 25 had been 1.5 million more"),
    figure("show's p99 while 8 uploads hash, of without: ≤ 2", "show beside 8 uploads",
           "p99 ms, beside/alone", at_most=2, limit=CROWD),
    figure("the same of shows that come one at a time: ≤ 2", "single shows beside 8 uploads",
           "p99 ms, beside/alone", at_most=2, limit=CROWD),
    figure("1,000 slow uploads: resident memory < 128 MiB", "4 uploads beside 1000 slow",
           "MiB resident", at_most=128),
    figure("4 fast uploads beside them, of their throughput alone: ≥ 0.9",
           "4 uploads beside 1000 slow", "MiB/s, beside/alone", at_least=0.9),
]
