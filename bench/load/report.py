#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The page and the plots of a run of compare.py, and that part of docs/performance.md.

    bench/load/report.py RESULTS.json [...] --out DIR     # DIR/report.md and DIR/*.svg
    bench/load/report.py RESULTS.json [...] --docs        # docs/performance.md, docs/performance/

Of several files each trial is taken from the last that has it.
"""
import argparse
import json
import pathlib
import statistics

import figures
import plots

ROOT = pathlib.Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- begin: bench/load/report.py -->\n", "<!-- end: bench/load/report.py -->\n"
WRK_BUSY = 0.85  # of its one core: then it asks no faster, whoever answers
NOT_COMPARED = ("client", "probes", "uploads done again")
OURS = ("glimt", "glimt none", "glimt sha256", "avx512", "avx2")


def of_trial(samples, trial):
    """{server: {number: {round: value}}}"""
    found = {}
    for one in samples:
        if one["trial"] == trial:
            numbers = dict(one["numbers"])
            for number, value in numbers.items():
                found.setdefault(one["server"], {}).setdefault(number, {})[one["round"]] = value
    return found


def ratio_of(samples, trial, number, ours, other):
    """(median, least, most) of the rounds: how many times the other's number ours is. None when
    there are no rounds of both."""
    found = of_trial(samples, trial)
    mine, theirs = (found.get(name, {}).get(number, {}) for name in (ours, other))
    ratios = [mine[at] / theirs[at] for at in mine if theirs.get(at)]
    return (statistics.median(ratios), min(ratios), max(ratios)) if ratios else None


def value_of(samples, trial, number, server):
    """(median, least, most) of the rounds, or None."""
    values = list(of_trial(samples, trial).get(server, {}).get(number, {}).values())
    return (statistics.median(values), min(values), max(values)) if values else None


def shown(value):
    return "%.3g" % value if value < 1000 else "%.0f" % value


def spread(found):
    if found[1] == found[2]:
        return shown(found[0])
    return "%s (%s to %s)" % tuple(shown(each) for each in found)


def rows_of(samples, trial):
    """(number, {server: median}, {other: spread of the ratio of the last server to it}); the last
    server is the one that is compared with the others."""
    found = of_trial(samples, trial)
    names = sorted(found, key=lambda name: (name in OURS, -OURS.index(name) if name in OURS else 0))
    if not names:
        return
    ours = names[-1]
    busy = [value_of(samples, trial, "client cores", name) for name in names]
    for number in found[ours]:
        by_wrk = number == "requests/s" and any(one and one[0] > WRK_BUSY for one in busy)
        medians = {name: value_of(samples, trial, number, name)[0]
                   for name in names if number in found[name]}
        ratios = {}
        for other in names[:-1]:
            ratio = ratio_of(samples, trial, number, ours, other)
            if ratio and not number.startswith(NOT_COMPARED):
                ratios[other] = "wrk's limit" if by_wrk else spread(ratio)
        yield number, medians, ratios


def lines_of(samples, trial):
    """For the terminal."""
    for number, medians, ratios in rows_of(samples, trial):
        yield "%-26s %-28s %s%s" % (
            trial, number, "  ".join("%s %s" % (name, shown(value))
                                     for name, value in medians.items()),
            "".join("  [/%s %s]" % each for each in ratios.items()))


def trials_of(samples):
    """{group: [trial]} in the order they were done."""
    groups = {}
    for one in samples:
        trials = groups.setdefault(one["group"], [])
        if one["trial"] not in trials:
            trials.append(one["trial"])
    return groups


def measured_table(samples, trials):
    yield "| | | medians | ratio of the last (least to most of a round) |"
    yield "|---|---|---|---|"
    for trial in trials:
        for number, medians, ratios in rows_of(samples, trial):
            yield "| %s | %s | %s | %s |" % (
                trial, number,
                ", ".join("%s %s" % (name, shown(value)) for name, value in medians.items()),
                ", ".join("/%s %s" % each for each in ratios.items()))


def asked_table(samples):
    yield "| asked | reached | | what limits it |"
    yield "|---|---|---|---|"
    for figure in figures.ALL:
        found = (ratio_of(samples, figure.trial, figure.number, figure.server, figure.other)
                 if figure.other else value_of(samples, figure.trial, figure.number, figure.server))
        met = "" if not found else "yes" if figure.is_met(found[0]) else "**no**"
        yield "| %s | %s | %s | %s |" % (
            figure.asked, spread(found) if found else "not measured", met, figure.limit)


def where_lines(results):
    machine = results["machine"]
    yield "On %s: %s cores of %s (AVX-512: %s, SHA-NI: %s), kernel %s, %s; load before %s." % (
        results["began"][:10], machine["cores"], machine["cpu"],
        *("yes" if machine[each] else "no" for each in ("avx512", "sha_ni")), machine["kernel"],
        machine["file system"], " ".join(machine["load before"]))
    yield "%s at %s; %s. It took %d s." % (
        machine["glimt"], machine["commit"],
        ", ".join("%s %s" % each for each in machine["packages"].items()), results["took_s"])
    options = results["options"]
    yield "`bench/load/compare.py --rounds %s --mib %s --seconds %s`" % (
        options["rounds"], options["mib"], options["seconds"])
    for note in results["notes"]:
        yield "Left out: %s." % note


def page(results, folder):
    """Lines of Markdown whose plots are in that folder, relative to the page."""
    samples = results["samples"]
    for line in where_lines(results):
        yield from (line, "")
    yield from asked_table(samples)
    yield ""
    for name, title in plots.TITLES.items():
        if name in results["plots"]:
            yield from ("![%s](%s%s.svg)" % (title, folder, name), "")
    for group, trials in trials_of(samples).items():
        yield from ("### %s" % group, "")
        yield from measured_table(samples, trials)
        yield ""


def write_page(results, out):
    results["plots"] = plots.write(results["samples"], out)
    (out / "report.md").write_text("# glimt, Glance and nginx\n\n"
                                   + "\n".join(page(results, "")).rstrip() + "\n")


def write_docs(results):
    path, folder = ROOT / "docs/performance.md", ROOT / "docs/performance"
    folder.mkdir(exist_ok=True)
    results["plots"] = plots.write(results["samples"], folder)
    before, rest = path.read_text().split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(before + BEGIN + "\n".join(page(results, "performance/")) + END + after)


def merged(paths):
    """The last run, with the trials of the others that it lacks."""
    runs = [json.loads(path.read_text()) for path in paths]
    samples, seen = [], set()
    for one in reversed(runs):
        samples += [each for each in one["samples"] if each["trial"] not in seen]
        seen = {each["trial"] for each in samples}
    return dict(runs[-1], samples=samples)


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("results", type=pathlib.Path, nargs="+")
    to = arguments.add_mutually_exclusive_group(required=True)
    to.add_argument("--out", type=pathlib.Path)
    to.add_argument("--docs", action="store_true")
    options = arguments.parse_args()
    results = merged(options.results)
    if options.docs:
        return write_docs(results)
    options.out.mkdir(parents=True, exist_ok=True)
    write_page(results, options.out)


if __name__ == "__main__":
    main()
