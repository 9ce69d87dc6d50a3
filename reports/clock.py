"""Time limits for analytic work and for users' code: generous ones, so that what is found does not depend on them.

They count the time that this process computes, so that a busy machine changes nothing; only what waits and does not compute
is ended by the clock on the wall, after `PATIENCE` times as long.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from contextlib import suppress
from types import FrameType

from flint import ctx

from theory.language.errors import OutOfTime

PATIENCE = 3.0  # seconds on the wall for one of computing
AGAIN = 1.0  # seconds after which it is ended again, where something has kept it from ending
WITNESS = 300.0  # seconds for the derivation, and for the balls, of a claim of the suite
GRACE = 20.0  # seconds of analytic work on a conjecture, beside its own


def of_conjecture(seconds: float) -> float:
    """The limit for loading a file, for building a claim, and for each of its analytic witnesses, with `--seconds`."""
    return seconds + GRACE


def last_resort(seconds: float = math.inf) -> None:
    """The system ends this process (SIGXCPU) after so many more seconds of computing: for what no exception ends, such as a
    number with as many digits as there are atoms. For processes of our own only."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = math.ceil(time.process_time() + seconds) if seconds < math.inf else hard
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


class Span:
    """So many seconds of computing of this process, from now on, or `PATIENCE` times as many on the wall."""

    def __init__(self, seconds: float):
        self.computed, self.end = time.process_time() + seconds, time.monotonic() + PATIENCE * seconds

    @property
    def left(self) -> float:
        """Seconds of computing that are left; below 0 when it is over."""
        return min(self.computed - time.process_time(), (self.end - time.monotonic()) / PATIENCE)

    @property
    def is_over(self) -> bool:
        return self.left < 0


class within:
    """Raise `OutOfTime` in the block after so many seconds of computing. Without a limit where signals do not serve: on
    another thread than the main one, or another system than POSIX.

    Nothing outlives the block: no timer, and the precision of ball arithmetic is after it what it was before (the signal may
    come while it is being restored).
    """

    def __init__(self, seconds: float):
        self.seconds = seconds

    def __enter__(self) -> None:
        self.serves = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
        if not self.serves:
            return
        self.begun, self.bits = time.process_time(), ctx.prec
        self.clocks = ((signal.ITIMER_PROF, signal.SIGPROF, 1), (signal.ITIMER_REAL, signal.SIGALRM, PATIENCE))
        self.handlers = [signal.signal(number, self._end) for _, number, _ in self.clocks]
        self.outer = [signal.setitimer(timer, times * self.seconds, AGAIN) for timer, _, times in self.clocks]

    def __exit__(self, *_) -> None:
        if not self.serves:
            return
        for timer, _, _ in self.clocks:
            signal.setitimer(timer, 0)
        for (timer, number, _), handler, rest in zip(self.clocks, self.handlers, self.outer, strict=True):
            signal.signal(number, handler)
            signal.setitimer(timer, *rest)
        ctx.prec = self.bits

    def _end(self, _, frame: FrameType | None) -> None:
        # an exception while the timers are set or cleared would leave them running: it comes `AGAIN`, or not at all
        while frame:
            if frame.f_code in (within.__enter__.__code__, within.__exit__.__code__):
                return
            frame = frame.f_back
        spent = time.process_time() - self.begun
        waited = "" if spent > 0.9 * self.seconds else f", of {PATIENCE * self.seconds:.0f} s by the clock"
        raise OutOfTime(f"ended after {spent:.0f} s of computing{waited}")


__all__ = ["GRACE", "PATIENCE", "WITNESS", "last_resort", "of_conjecture", "within"]
