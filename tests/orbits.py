"""Loops without chance, for tests: numbers that are moved from where they start."""

from theory.language.domains import Positive
from theory.language.loops import Loop, coordinate


class FromStart(Loop):
    """Base of loops with one coordinate, which begins at their parameter `start`."""

    @property
    def initial(self):
        return {self.state[0]: self.start}


class Kalman(FromStart):
    """The variance of an error, process noise q, measurement noise r."""

    q: Positive
    r: Positive
    start: Positive

    P = coordinate()

    def step(self, now):
        return {"P": (now["P"] + self.q) * self.r / (now["P"] + self.q + self.r)}
