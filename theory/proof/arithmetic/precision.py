"""How many bits are worked with: for a while, for each precision anew, or more and more until a ball is good."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from flint import acb, arb, ctx

LOG2 = math.log(2)
NOT_FINITE = acb(float("nan"), float("nan"))
TOO_LONG = arb(2) ** 100_000  # a whole number
FIRST = 64  # bits that a ball is looked for with at first: whoever else asks for it asks with as many, and what is kept is found
HOPELESS = 3  # precisions at which an integral had no finite ball: it will have none at the next

T = TypeVar("T")


class NotIntegrable(ArithmeticError):
    """An integral without a finite enclosure at this precision."""


class precision:
    """Work at `bits` of precision, and restore the old one on the way out (flint's precision is global).

    No generator: one that is left by the clock's signal would restore it when it is collected, whenever that is. What the
    signal itself leaves behind, whoever set the clock restores.
    """

    def __init__(self, bits: int):
        self.bits = bits

    def __enter__(self) -> None:
        self.before, ctx.prec = ctx.prec, self.bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before


def whole(x: arb) -> int | None:
    """The one whole number in a ball; None where there is none, or several, or it has too many digits to be written."""
    number = x.unique_fmpz() if abs(x) < TOO_LONG else None  # of a larger one FLINT ends the process
    return None if number is None else int(number)


def at_precision(make: Callable[..., T], most: int = 256) -> Callable[..., T]:
    """What is made with balls in it, kept for each precision that it was made at."""
    made = lru_cache(maxsize=most)(lambda bits, *args: make(*args))

    def here(*args: Any) -> T:
        return made(ctx.prec, *args)

    here.cache_clear = made.cache_clear  # pyrefly: ignore[missing-attribute]
    return here


def settled(ball: arb) -> bool:
    """Whether the ball has 32 good bits, relatively, or lies within 2^-64 of 0."""
    return ball.rel_accuracy_bits() > 32 or abs(ball) < arb(2) ** -64


def refine(
    evaluate: Callable[[], arb], good: Callable[[arb], bool] = settled, start: int = FIRST, limit: int = 4096
) -> arb:
    """`evaluate()` at start, 2 start, 4 start, ... bits, until the ball is finite and good; else the tightest one seen.

    A non-finite ball and an ArithmeticError both mean "try more bits". If no precision up to `limit` gives a finite
    ball, or an integral has none at three, the value may not exist: ArithmeticError.
    """
    best, reason, bits, failed = None, None, start, 0
    while bits <= limit and failed < HOPELESS:
        with precision(bits):
            try:
                ball = evaluate()
            except ArithmeticError as error:
                ball, reason = arb.nan(), error
                failed += isinstance(error, NotIntegrable)
            if ball.is_finite():
                if good(ball):
                    return ball
                if best is None or ball.rad() < best.rad():
                    best = ball
        bits *= 2
    if best is None:
        if isinstance(reason, NotIntegrable):  # it says itself what is wrong
            raise reason
        raise ArithmeticError(f"no finite enclosure up to {limit} bits: singular, infinite or undefined") from reason
    return best
