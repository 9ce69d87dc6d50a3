"""A clock that counts work: what a check does in so many seconds is then the same on any machine, however busy."""

import time

from reports import clock, plane, workbench
from simulate.engine import search, witness

TICK = 0.005  # seconds that pass whenever somebody looks at the clock: about what a value of a hunt takes
LOOK = 0.005  # and of computing
SLACK = 20.0  # of computing, times what one look may take: only looks that hang are ended


class Work:
    """Stands for the module `time`."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += TICK
        return self.now

    def __getattr__(self, name):
        return getattr(time, name)


class Span:
    """Stands for `clock.Span`: seconds of computing, so many each time that somebody asks whether it is over."""

    def __init__(self, seconds: float):
        self.left = seconds

    @property
    def is_over(self) -> bool:
        self.left -= LOOK
        return self.left < 0


def count(monkeypatch) -> None:
    """Have checks of this process go by such a clock, and wait for derivations as long as they take."""
    work, begin = Work(), clock.within.__init__
    for module in (workbench, search, witness, plane):
        monkeypatch.setattr(module, "time", work)
    monkeypatch.setattr(clock, "Span", Span)
    monkeypatch.setattr(clock.within, "__init__", lambda self, seconds: begin(self, SLACK * seconds))
    proved = workbench._Check.proved
    monkeypatch.setattr(workbench._Check, "proved", lambda self, patience=0.0: proved(self, 3600.0))
