"""The clock: what it ends leaves nothing behind."""

import signal
from contextlib import suppress

import pytest
from flint import ctx

from reports.clock import within
from theory.language.errors import OutOfTime
from theory.proof.arithmetic.precision import precision


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
            sum(range(10000))


def test_a_block_within_another_leaves_the_outer_one_running():
    with pytest.raises(OutOfTime):
        nested()
