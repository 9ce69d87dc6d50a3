"""The clock: what it ends leaves nothing behind."""

import os
import signal
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import pytest
from flint import ctx
from stated import stated
from sympy import Ge, Le, Rational

from reports import check, clock
from reports.apart import Apart, Job
from reports.clock import Elapsed, within
from reports.witnesses import HUNT
from reports.workbench import Course
from theory import Binomial, Integers, Loop, Noise, Positive, coordinate
from theory.language.errors import OutOfTime
from theory.proof.arithmetic.precision import precision
from theory.proof.structures.values import finite


def busy():
    with within(0.005):
        while True:
            with precision(64), precision(128):
                pass


def test_what_the_clock_ends_leaves_the_precision_as_it_was():
    """Wherever its signal comes: in these blocks it mostly comes while a precision is set or restored."""
    before = ctx.prec
    for _ in range(40):
        with pytest.raises(OutOfTime):
            busy()
        assert ctx.prec == before


def test_what_the_clock_ends_leaves_no_timer():
    """Both timers come at about the same time here, and often while the block is being entered or left."""
    for seconds in [1e-6 * k for k in range(1, 400)]:
        with suppress(OutOfTime), within(seconds):
            sum(range(200))
        assert signal.getitimer(signal.ITIMER_PROF) == signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGPROF) == signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def nested():
    with within(0.05):
        for _ in range(10**9):
            with suppress(OutOfTime), within(1e-5):
                pass
            sum(range(200_000))  # longer than the system's clock of computing takes for a step


def test_a_block_within_another_leaves_the_outer_one_running():
    with pytest.raises(OutOfTime):
        nested()


def crowded(begun: list[int]) -> None:
    with within(0.05):
        while len(begun) < 1000:
            with suppress(OutOfTime), within(10.0):
                begun.append(sum(range(500_000)))  # more than the system's clock of computing takes for a step


def test_what_blocks_within_another_take_is_of_its_time():
    """The outer block ends about when its own time is over, however much of it the inner ones have had."""
    begun: list[int] = []
    with pytest.raises(OutOfTime):
        crowded(begun)
    assert len(begun) < 500


def test_a_process_that_is_forked_in_a_block_has_none_of_its_timers():
    with within(100.0):
        if not (child := os.fork()):
            with within(100.0):
                pass
            os._exit(int(signal.getitimer(signal.ITIMER_PROF) != (0.0, 0.0)))
        assert os.waitpid(child, 0)[1] == 0


def test_what_waits_is_ended_as_what_computes(monkeypatch):
    """Whatever patience there is with a busy machine: this one is not kept from computing."""
    monkeypatch.setattr(clock, "PATIENCE", 1e6)
    if not clock._kept_waiting("self"):
        pytest.skip("this system does not tell how long a thread was kept waiting")
    with pytest.raises(OutOfTime, match="of computing, of "), within(0.1):
        time.sleep(9999)


@pytest.mark.parametrize(
    ("before", "now", "seconds"),
    [
        ({"1": 2.0}, {"1": 2.0}, 9.0),  # it slept
        ({"1": 2.0}, {"1": 7.0}, 4.0),  # others were let
        ({"1": 2.0}, {"1": 2.0, "2": 6.0}, 3.0),  # the main thread waits for another one, which was not let
        ({}, {}, 3.0),  # nobody tells
    ],
)
def test_the_time_of_others_does_not_count(before, now, seconds, monkeypatch):
    told, walls = iter([before, now]), iter([10.0, 19.0])
    monkeypatch.setattr(clock, "_kept_waiting", lambda process: next(told, now))
    monkeypatch.setattr(clock.time, "monotonic", lambda: next(walls))
    assert Elapsed().seconds == seconds


def test_what_a_thread_was_kept_from_is_not_forgotten_when_it_ends(monkeypatch):
    told = iter([{"1": 0.0}, {"1": 0.0, "2": 4.0}, {"1": 0.0}])
    walls = iter([0.0, 5.0, 6.0])
    monkeypatch.setattr(clock, "_kept_waiting", lambda process: next(told))
    monkeypatch.setattr(clock.time, "monotonic", lambda: next(walls))
    elapsed = Elapsed()
    assert (elapsed.seconds, elapsed.seconds) == (1.0, 2.0)


def test_a_process_may_end_while_it_is_looked_at(monkeypatch):
    def gone(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(clock.os, "listdir", gone)
    assert clock._kept_waiting(1) == {}


def test_the_clock_ends_nothing_while_an_error_is_told_of():
    """Python would tell of the end as of another error, with a traceback."""
    block, told = within(100), []

    def tell(problem):
        block._end(signal.SIGPROF, sys._getframe())
        told.append(problem)

    with block:
        block.told, before = tell, block.told
        block._lost(SimpleNamespace(exc_value=ValueError()))
        block.told = before
        with pytest.raises(OutOfTime):
            block._end(signal.SIGPROF, sys._getframe())
    assert len(told) == 1


class Sharpened(Loop):
    """Two probabilities to a power, in which nothing is random."""

    T: Positive
    p = coordinate(positive=True)
    q = coordinate(positive=True)
    initial = property(lambda self: {"p": Rational(2, 3), "q": Rational(1, 3)})

    def step(self, now):
        p, q = (now[name] ** (1 / self.T) for name in "pq")
        return {"p": p / (p + q), "q": q / (p + q)}


class Flag(Loop):
    """What is 0 or 1, and a power of it."""

    p = coordinate()
    initial = property(lambda self: {"p": 1})

    def step(self, now):
        return {"p": Noise("B", Binomial(1, now["p"] / 2)) ** 10**7}


def test_powers_that_no_clock_would_end_are_not_written():
    """(2/3)^(16 million) is written in minutes, within one operation: a check of 5 seconds took 80."""
    assert finite(Sharpened(Rational(1, 16367616))) == {}
    assert finite(Flag()) == {"p": (0, 1)}
    before = time.monotonic()
    (found,) = check([stated(lambda t, T: Le(Sharpened(T).q(t), Sharpened(T).p(t)), t=Integers(0), T=Positive())], 2)
    assert time.monotonic() - before < 30
    assert found.verdict in ("undecided", "supported", "proved")
    (found,) = check([stated(lambda t, T: Ge(Sharpened(T).q(t), Sharpened(T).p(t)), t=Integers(0), T=Positive())], 2)
    assert found.verdict == "refuted"


def test_what_a_process_took_that_was_ended_is_told():
    apart = Apart(Job("check", "claims.py", None, 1.0, {}))
    apart.process = SimpleNamespace(pid=os.getpid())
    apart._hear({"part": HUNT, "claim": "slow"})
    apart.since["slow"] -= 40
    apart._ended(-9, True)
    assert 40 <= apart.progress.spent["slow"] < 50
    claim = stated(lambda n: Le(n, n + 1), n=Integers(1))
    (found,) = check([claim], 2, course=Course(spent=apart.progress.spent["slow"]))
    assert 40 <= found.seconds < 60
