"""A clock that counts work: what a check does in so many seconds is then the same on any machine, however busy."""

import time

from reports import plane, workbench
from simulate.engine import search, witness

TICK = 0.005  # seconds that pass whenever somebody looks at the clock: about what a value of a hunt takes


class Work:
    """Stands for the module `time`."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += TICK
        return self.now

    def __getattr__(self, name):
        return getattr(time, name)


def count(monkeypatch) -> None:
    """Have checks of this process go by such a clock, and wait for derivations as long as they take."""
    clock = Work()
    for module in (workbench, search, witness, plane):
        monkeypatch.setattr(module, "time", clock)
    proved = workbench._Check.proved
    monkeypatch.setattr(workbench._Check, "proved", lambda self, patience=0.0: proved(self, 3600.0))
