# SPDX-License-Identifier: Apache-2.0
"""The plots of a report, as SVG by gnuplot."""
import re
import subprocess

import report

TITLES = {
    "upload-cpu": "CPU seconds per GiB of an upload, by streams",
    "upload-rate": "MiB per second of all uploads, by streams",
    "download-cpu": "CPU seconds per GiB of a download, by streams",
    "ratios": "CPU of the other, in multiples of glimt's",
}
COLOURS = {"glance": "#c44e52", "nginx": "#8c8c8c", "glimt openssl": "#dd8452", "glimt": "#4c72b0"}
HEAD = """set terminal svg size 760,380 font "sans-serif,12" background "#ffffff"
set output "%s"
set title "%s"
set grid y
set border 3
set tics nomirror
set style fill solid 0.85
set style data histograms
set style histogram errorbars gap 1 lw 1
set boxwidth 0.9
set key top right outside
set yrange [%s:]
"""
CPU_RATIOS = (("upload http", "CPU s/GiB"), ("download", "CPU s/GiB"), ("show", "CPU us/request"),
              ("list of 25", "CPU us/request"), ("create", "CPU us/request"),
              ("range of 64 KiB", "CPU us/request"))


def write(samples, out):
    """The names of those that could be made, which are in that folder now."""
    made = []
    for name, rows in (
            ("upload-cpu", by_streams(samples, "upload http length", "CPU s/GiB")),
            ("upload-rate", by_streams(samples, "upload http length", "MiB/s")),
            ("download-cpu", by_streams(samples, "download", "CPU s/GiB")),
            ("ratios", ratios(samples))):
        if rows and draw(out / (name + ".svg"), TITLES[name], rows, name == "ratios"):
            made.append(name)
    return made


def by_streams(samples, kind, number):
    """{label: {server: (median, least, most)}}"""
    rows = {}
    for streams in sorted({int(one["trial"].split()[-1]) for one in samples
                           if re.fullmatch(re.escape(kind) + r" \d+", one["trial"])}):
        trial = "%s %d" % (kind, streams)
        found = {name: report.value_of(samples, trial, number, name) for name in COLOURS}
        if kind.startswith("upload"):
            found["glimt openssl"] = report.value_of(samples, "lanes %d" % streams, number,
                                                     "glimt openssl")
        rows[str(streams)] = found
    return rows


def ratios(samples):
    rows = {}
    for trial in dict.fromkeys(one["trial"] for one in samples):
        for begin, number in CPU_RATIOS:
            if trial.startswith(begin) and "beside" not in trial:
                found = {other: report.ratio_of(samples, trial, number, other, "glimt")
                         for other in ("glance", "nginx")}
                label = trial.replace("upload http length", "upload").replace(
                    "upload http chunked", "chunked")
                rows[label] = found
    return rows


def draw(path, title, rows, logarithmic):
    servers = [name for name in COLOURS if any(found.get(name) for found in rows.values())]
    if not servers:
        return False
    lines = [HEAD % (path, title, "*" if logarithmic else "0"), "$rows << END"]
    for label, found in rows.items():
        cells = ["%g %g %g" % found[name] if found.get(name) else "? ? ?" for name in servers]
        lines.append('"%s" %s' % (label, " ".join(cells)))
    lines.append("END\nset datafile missing '?'")
    if logarithmic:
        lines.append("set logscale y\nset xtics rotate by -35\nset arrow from graph 0,first 1 to"
                     " graph 1,first 1 nohead lw 1 dt 2")
    plotted = ['$rows using %d:%d:%d:xtic(1) title "%s" lc rgb "%s"' % (
        3 * at + 2, 3 * at + 3, 3 * at + 4, name, COLOURS[name])
        for at, name in enumerate(servers)]
    lines.append("plot " + ", ".join(plotted) + "\n")
    try:
        return not subprocess.run(["gnuplot"], input="\n".join(lines), text=True).returncode
    except FileNotFoundError:
        print("no plots: gnuplot is not installed (tools/deps --all)")
        return False
