#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Small keep-alive requests on one core: glimt beside nginx answering the same by `return 200`.

    cmake --preset release && cmake --build --preset release --target glimt
    bench/load/small_requests.py [--seconds 3] [--rounds 5] [--connections 64 512] [--real-time]

Both servers have one worker on core 0, wrk (one thread) has core 1; they take turns within one run,
so that what else the machine does hits both. Printed are the requests per second, the CPU time of
the server per request (user and system, from /proc/PID/stat) and wrk's p99, each as the median of
the rounds, and glimt's ratio to nginx. --real-time gives all of them real-time priority (root):
for rates on a busy machine, not for latencies, which the kernel's throttling of real-time tasks
spoils. Needs nginx and wrk (tools/deps --all).
"""
import argparse
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid;
error_log {folder}/nginx.err;
events {{ worker_connections 8192; }}
http {{
    access_log off; keepalive_requests 1000000000; default_type text/plain;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port}; location / {{ {location} }} }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(500):
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"nobody listens on port {port}")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def start_servers(options, folder, prefix):
    ports = {"nginx": free_port(), "glimt": free_port()}
    pathlib.Path(folder, "nginx.conf").write_text(NGINX.format(
        folder=folder, port=ports["nginx"], location='return 200 "OK";'))
    pathlib.Path(folder, "glimt.conf").write_text("[DEFAULT]\nworkers = 1\n")
    commands = {
        "nginx": ["nginx", "-c", f"{folder}/nginx.conf"],
        "glimt": [options.glimt, "serve", "--config-file", f"{folder}/glimt.conf",
                  f"--loop={options.loop}", "--listen", f"127.0.0.1:{ports['glimt']}"],
    }
    servers = {}
    for name, command in commands.items():
        servers[name] = subprocess.Popen([*prefix, "taskset", "-c", "0", *command],
                                         stderr=subprocess.DEVNULL)
        wait_for(ports[name])
    return servers, ports


def in_milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def measure(server, port, connections, options, prefix):
    before = cpu_seconds(server.pid)
    said = subprocess.run(
        [*prefix, "taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{options.seconds}",
         "--latency", f"http://127.0.0.1:{port}/healthcheck"],
        capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(server.pid) - before
    count = int(re.search(r"(\d+) requests in", said)[1])
    if re.search(r"Non-2xx|Socket errors", said):
        raise SystemExit(f"port {port} failed:\n{said}")
    return {
        "requests/s": float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        "CPU us/request": used / count * 1e6,
        "p99 ms": in_milliseconds(re.search(r"^ +99% +(\S+)", said, re.MULTILINE)[1]),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--glimt", default=str(ROOT / "build/release/src/glimt"))
    arguments.add_argument("--loop", default="auto", choices=("auto", "uring", "epoll"))
    arguments.add_argument("--seconds", type=int, default=3)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--connections", type=int, nargs="+", default=[64, 512])
    arguments.add_argument("--real-time", action="store_true")
    options = arguments.parse_args()
    prefix = ["chrt", "-r", "10"] if options.real_time else []

    with tempfile.TemporaryDirectory() as folder:
        servers, ports = start_servers(options, folder, prefix)
        try:
            for connections in options.connections:
                rounds = {name: [] for name in servers}
                for _ in range(options.rounds):
                    for name, server in servers.items():
                        rounds[name].append(
                            measure(server, ports[name], connections, options, prefix))
                print(f"{connections} connections, median of {options.rounds} rounds")
                for what in rounds["nginx"][0]:
                    nginx, glimt = (statistics.median(each[what] for each in rounds[name])
                                    for name in ("nginx", "glimt"))
                    print(f"  {what:15} nginx {nginx:10.2f}   glimt {glimt:10.2f}"
                          f"   glimt/nginx {glimt / nginx:.2f}", flush=True)
        finally:
            for server in servers.values():
                server.send_signal(signal.SIGTERM)
                server.wait()


if __name__ == "__main__":
    main()
