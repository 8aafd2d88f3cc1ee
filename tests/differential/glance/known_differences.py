# SPDX-License-Identifier: Apache-2.0
"""Where glimt answers otherwise than Debian's glance-api 25.1 on purpose.

A row: corpus file, pattern of case names (fnmatch), the step (from 1; 0: every one), what glimt
answers (these parts of the answer are compared instead), and why. docs/compatibility.md tells the
users the same.
"""
import fnmatch

ROWS = [
]


def of(file, case, number):
    for name, pattern, step, glimt, reason in ROWS:
        if name == file and step in (0, number) and fnmatch.fnmatchcase(case, pattern):
            return {"glimt": glimt, "reason": reason}
    return None
