# SPDX-License-Identifier: Apache-2.0
"""Locations on this machine, where the filter of web-download has its defaults (CVE-2026-71198)."""
from script import case, change, create

SETUP = "filtered"
CASES = [case(url, [create(disk_format="raw", container_format="bare"),
                    change("add", "/locations/-", {"url": url, "metadata": {}})]) for url in (
    "{data}/10", "http://127.0.0.1/10", "http://localhost/10", "http://127.0.0.1:1/10",
    "http://2130706433/10", "http://0x7f000001/10", "http://[::1]/10", "http://[::ffff:127.0.0.1]/",
    "http://0.0.0.0/10", "https://127.0.0.1/", "http://127.1/",
    "HTTP://127.0.0.1/10", "ftp://127.0.0.1/10")]
