# SPDX-License-Identifier: Apache-2.0
"""What generators of inputs are made of: the same seed makes the same choices."""
import random


class Choices:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, of):
        return self.random.random() < of
