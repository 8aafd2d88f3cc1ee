# SPDX-License-Identifier: Apache-2.0
"""What is compared. A group is a function that takes a `setting` and yields trials; a new case is a
trial there, and its number appears in every report. Groups run in this order."""
import dataclasses
import random
import typing

import images_database


@dataclasses.dataclass(frozen=True)
class trial:
    """The same work for several servers, in turns. `work` takes a server and returns {number:
    value}; it may raise peers.missing. Less is better, unless the number ends with "/s"."""
    name: str
    servers: tuple
    work: typing.Callable
    once: bool = False  # rather than in every round


@dataclasses.dataclass
class setting:
    """What the groups are given: the servers, the bytes to upload, and how much of everything."""
    arena: object
    data: object
    options: object
    note: typing.Callable  # of a text for the report

    def shown(self):
        """Identifiers of images that everybody sees, from old to new."""
        return images_database.seen_by_all(self.arena.database)

    def ranges(self, size, count=64, length=64 * 1024):
        """Of so many bytes, the same ones every time."""
        dice = random.Random(count)
        return ["%d-%d" % (at, at + length - 1)
                for at in (dice.randrange(size - length) for _ in range(count))]
