"""The clock: what it ends leaves nothing behind."""

import pytest
from flint import ctx

from reports.clock import within
from theory.language.errors import OutOfTime
from theory.proof.arithmetic.enclosures import precision


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
