"""The number of the fit: in a step, and in what is asked of a parameter in each of them."""

from __future__ import annotations

from sympy import Symbol


class Clock(Symbol):
    """The number of the fit: a kind of its own, since a variable of a claim may have any name."""


CLOCK = Clock("generation", integer=True, positive=True)  # in a step: the number of the fit, 1 for the first
FIT = Symbol("fit", integer=True, positive=True)  # any of them
IN_EVERY_FIT = {CLOCK: FIT}

__all__ = ["CLOCK", "FIT", "IN_EVERY_FIT", "Clock"]
