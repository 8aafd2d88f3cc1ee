#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How soon glimt answers after its start, and what memory it needs when it has nothing to do.

    cmake --preset release && cmake --build --preset release --target glimt
    bench/load/footprint.py [--connections 10000]

Prints the time from exec to the first answer (median of 9 starts), the resident memory when idle,
then with so many idle keep-alive connections that have each made a request, what one of them costs
in the process (kernel memory of the sockets not counted), and how long SIGTERM takes with all of
them open.
"""
import argparse
import pathlib
import re
import resource
import signal
import socket
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
REQUEST = b"GET /healthcheck HTTP/1.1\r\nHost: localhost\r\n\r\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect(port):
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.0002)


def ask(client):
    client.sendall(REQUEST)
    if not client.recv(4096).startswith(b"HTTP/1.1 200"):
        raise SystemExit("no answer")


def start(options):
    """The running server, its port, and the milliseconds until its first answer."""
    port = free_port()
    began = time.perf_counter()
    server = subprocess.Popen([options.glimt, "serve", f"--loop={options.loop}", "--listen",
                               f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    with connect(port) as client:
        ask(client)
    return server, port, (time.perf_counter() - began) * 1000


def stop(server):
    server.send_signal(signal.SIGTERM)
    server.wait()


def resident_kib(server, what="VmRSS"):
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+)", status)[1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--glimt", default=str(ROOT / "build/release/src/glimt"))
    arguments.add_argument("--loop", default="auto", choices=("auto", "uring", "epoll"))
    arguments.add_argument("--connections", type=int, default=10000)
    options = arguments.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    times = []
    for _ in range(9):
        server, port, took = start(options)
        times.append(took)
        stop(server)
    print(f"start to first answer   {statistics.median(times):8.1f} ms")

    server, port, _ = start(options)
    print(f"resident when idle      {resident_kib(server) / 1024:8.1f} MiB")
    before = resident_kib(server, "RssAnon")
    clients = []
    for _ in range(options.connections):
        clients.append(connect(port))
        ask(clients[-1])
    grown = resident_kib(server, "RssAnon") - before
    print(f"resident with {options.connections} idle {resident_kib(server) / 1024:8.1f} MiB")
    print(f"one idle connection     {grown * 1024 / options.connections:8.0f} bytes")
    began = time.perf_counter()
    stop(server)
    print(f"SIGTERM to exit {server.returncode}       "
          f"{(time.perf_counter() - began) * 1000:8.1f} ms")
    if any(client.recv(1) for client in clients):
        raise SystemExit("a client was sent something at the end")


if __name__ == "__main__":
    main()
