"""The clock: what it ends leaves nothing behind."""

from contextlib import suppress

import pytest
from flint import ctx

from reports.clock import within
from theory.language.errors import OutOfTime
from theory.proof.arithmetic.enclosures import precision


def test_what_the_clock_ends_leaves_the_precision_as_it_was():
    """Wherever its signal comes: in these blocks it mostly comes while a precision is set or restored."""
    before = ctx.prec
    for _ in range(40):
        with pytest.raises(OutOfTime), within(0.005):
            while True:
                with precision(64), precision(128), suppress(ZeroDivisionError):
                    pass
        assert ctx.prec == before
