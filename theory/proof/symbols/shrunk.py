"""The law of a product of uniform draws from 0 on: of what is left after several random cuts.

-log U is exponential, so that of k draws from (0, 1) the product is at most s with probability s (1 + L + ... + L^(k-1)/(k-1)!),
L = -log s, for 0 < s < 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, Mul, factorial, log

from ...language.laws import Noise, Uniform
from ...language.signs import Inequality

MOST_DRAWS = 12


def probability(event: Inequality, draws: Sequence[Noise]) -> tuple[Expr, list[Expr]] | None:
    """That a multiple of the draws' product, or of one positive power of all, is on one side of a number.

    With what has to be positive for the form; None for any other event.
    """
    free = all(isinstance(z.law, Uniform) and not z.law.atoms(Noise) for z in draws)
    free = free and all(z.law.args[0].is_zero and z.law.args[1].is_positive for z in draws)
    number, moving = (event.gts - event.lts).as_independent(*draws, as_Add=True)
    c, product = moving.as_independent(*draws, as_Add=False)
    factors = dict(f.as_base_exp() for f in Mul.make_args(product))
    if not free or len(draws) > MOST_DRAWS or set(factors) != set(draws) or len(set(factors.values())) != 1:
        return None
    power = next(iter(factors.values()))
    if not power.is_positive or not (c.is_positive or c.is_negative):
        return None
    share = -number / c  # the event is c*(product - share) > 0
    top = Mul(*(z.law.args[1] for z in draws))
    rate = -log(share) / power + log(top)
    form = share ** (1 / power) / top * Add(*(rate**j / factorial(j) for j in range(len(draws))))
    return (1 - form if c.is_positive else form), [share, top**power - share]


__all__ = ["probability"]
