"""Time limits for analytic work and for users' code: generous ones, so that what is found does not depend on them.

They count the time that this process computes or waits, and not that in which the machine is busy with others, so that a busy
machine changes nothing. Where the system does not tell, what waits has `PATIENCE` times as long on the wall.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType

from flint import ctx

from theory.language.errors import UNDISTURBED, OutOfTime, undisturbed

PATIENCE = 3.0  # seconds on the wall for one of computing, on a busy machine
SOON = 0.01  # seconds after which a block ends whose time was over while one within it ran
AGAIN = 1.0  # seconds after which it is ended again, where something has kept it from ending
WITNESS = 300.0  # seconds for the derivation, and for the balls, of a claim of the suite
CERTIFICATE = 5.0  # seconds for the certificate of a proof
VERIFIED = 30.0  # and for verifying one, on whatever machine
GRACE = 20.0  # seconds of analytic work on a conjecture, beside its own
OF_FILE = 8.0  # seconds of the work of a user's file, beside its own
LAST = 2.0  # seconds after which a process is ended that no exception has ended


def of_conjecture(seconds: float) -> float:
    """The limit for each analytic witness of a user's claim, with `--seconds`."""
    return seconds + GRACE


def of_file(seconds: float) -> float:
    """The limit for loading a user's file, and for building a claim of it, with `--seconds`."""
    return seconds + OF_FILE


class Elapsed:
    """The seconds since it was made, without those in which a process wanted to compute and the machine was busy with others.

    process: whose threads are looked at, now and then: the one that was kept waiting most tells how busy the machine is. Where
    the system does not tell, a third of the seconds on the wall: `PATIENCE` with a busy machine.
    """

    def __init__(self, process: int | str = "self"):
        self.process, self.begun, self.delay = process, time.monotonic(), 0.0
        self.before = _kept_waiting(process)

    @property
    def seconds(self) -> float:
        """The seconds so far; on the wall over `PATIENCE` where the system tells nothing of its threads."""
        wall = time.monotonic() - self.begun
        if not self.before:
            return wall / PATIENCE
        found = (told - self.before.get(thread, 0.0) for thread, told in _kept_waiting(self.process).items())
        self.delay = max(self.delay, *found, 0.0)
        return wall - self.delay


def _kept_waiting(process: int | str) -> dict[str, float]:
    """For how many seconds each thread of a process was ready to compute, and was not let; {} where nobody tells."""
    out, tasks, threads = {}, f"/proc/{process}/task", []
    with suppress(OSError):  # a process that ends while it is looked at
        threads = os.listdir(tasks)
    for thread in threads:
        # a thread that has ended meanwhile
        with suppress(OSError, ValueError, IndexError), open(f"{tasks}/{thread}/schedstat", "rb", buffering=0) as file:
            out[thread] = int(file.read().split()[1]) * 1e-9
    return out


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
        """Whether nothing is left of it."""
        return self.left < 0


CLOCKS = (  # of computing, and on the wall
    ((signal.ITIMER_PROF, signal.SIGPROF), (signal.ITIMER_REAL, signal.SIGALRM)) if hasattr(signal, "setitimer") else ()
)


class within:
    """Raise `OutOfTime` in the block after so many seconds of computing, or of waiting. Without a limit where signals do not
    serve: on another thread than the main one, or another system than POSIX.

    Nothing outlives the block: no timer, and the precision of ball arithmetic is after it what it was before (the signal may
    come while it is being restored).
    """

    inner: within | None = None  # the innermost that has begun: on the main thread alone

    def __init__(self, seconds: float):
        self.seconds = seconds

    @undisturbed
    def __enter__(self) -> None:
        self.serves = threading.current_thread() is threading.main_thread() and bool(CLOCKS)
        if not self.serves:
            return
        if within.inner and within.inner.is_over:  # where this is kept quiet, the timers of that block go on
            raise OutOfTime("the time of the block around it is over")
        self.told, sys.unraisablehook = sys.unraisablehook, self._lost
        self.begun, self.entered = time.process_time(), time.monotonic()
        self.bits, self.elapsed = ctx.prec, Elapsed()
        self.handlers = [signal.signal(number, self._end) for _, number in CLOCKS]
        self.rest = [signal.setitimer(timer, self.seconds, AGAIN) for timer, _ in CLOCKS]
        self.around, within.inner = within.inner, self

    @property
    def left(self) -> list[tuple[float, float]]:
        """What its timers are set to: a block within it has had its share of the time. The system's own count of what is left is
        in steps of some milliseconds, of which many short blocks would each give one back."""
        spent = time.process_time() - self.begun, time.monotonic() - self.entered
        return [(max(self.seconds - x, SOON), AGAIN) for x in spent]

    @property
    def is_over(self) -> bool:
        """Whether the block has had its time, of computing or of waiting."""
        computed, wall = time.process_time() - self.begun, time.monotonic() - self.entered
        return computed > self.seconds or (wall > self.seconds and self.elapsed.seconds > self.seconds)

    @undisturbed
    def __exit__(self, *_) -> None:
        if not self.serves:
            return
        for timer, _ in CLOCKS:
            signal.setitimer(timer, 0)
        for (timer, number), handler, rest in zip(
            CLOCKS, self.handlers, self.around.left if self.around else self.rest, strict=True
        ):
            signal.signal(number, handler)
            signal.setitimer(timer, *rest)
        within.inner = self.around
        ctx.prec = self.bits
        sys.unraisablehook = self.told

    @undisturbed
    def _lost(self, problem: sys.UnraisableHookArgs) -> None:
        """What Python only tells of, as while something is disposed of; the end comes `AGAIN`, and is no error to tell."""
        if not isinstance(problem.exc_value, OutOfTime):
            self.told(problem)

    def _end(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGALRM and self.elapsed.seconds < self.seconds:
            return  # the machine has been busy with others: it comes `AGAIN`
        # an exception while the timers are set or cleared would leave them running, and one while an error is told of would be
        # told of as an error: it comes `AGAIN`, or not at all
        while frame:
            if frame.f_code in UNDISTURBED:
                return
            frame = frame.f_back
        spent = time.process_time() - self.begun
        waited = "" if spent > 0.9 * self.seconds else f", of {self.elapsed.seconds:.0f} s by the clock"
        raise OutOfTime(f"ended after {spent:.0f} s of computing{waited}")


def _begin_anew() -> None:
    within.inner = None  # a process that is forked in a block has none of its timers, and a clock of its own


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)

__all__ = [
    "CERTIFICATE",
    "GRACE",
    "LAST",
    "PATIENCE",
    "VERIFIED",
    "WITNESS",
    "Elapsed",
    "last_resort",
    "of_conjecture",
    "of_file",
    "within",
]
