# SPDX-License-Identifier: Apache-2.0
"""Trials in turns, round after round."""
import time

from peers import missing
import report
from traffic import own_cpu_seconds


class recorder:
    """Does trials and keeps every sample."""

    def __init__(self, rounds):
        self.rounds, self.samples, self.notes = rounds, [], []

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)
            print("  (%s)" % text, flush=True)

    def sample(self, group, trial, name, number):
        began, own = time.monotonic(), own_cpu_seconds()
        try:
            numbers = trial.work(name)
        except missing as why:
            return self.note("%s: %s" % (name, why))
        took = time.monotonic() - began
        self.samples.append({"group": group, "trial": trial.name, "server": name, "round": number,
                             "took s": took, "client CPU s": own_cpu_seconds() - own,
                             "numbers": numbers})

    def do(self, group, trial):
        """Who begins changes with the round."""
        for number in range(1 if trial.once else self.rounds):
            turn = number % len(trial.servers)
            for name in trial.servers[turn:] + trial.servers[:turn]:
                self.sample(group, trial, name, number)
        for line in report.lines_of(self.samples, trial.name):
            print(line, flush=True)
