"""What several topics share: noising, reverse diffusion with a score that is linear.

Conventions: dX = -X ds + sqrt(2) dB; after the time s a share x = e^(-2 s) of the data's variance is left (the alpha-bar of
denoising diffusion models), X_s = sqrt(x) X_0 + sqrt(1 - x) Z. Reverse time: dY = (Y + 2 score) dtau + sqrt(2) dB.
"""

from __future__ import annotations

from sympy import Add, Expr, Integral, Mul, Rational, Symbol, exp, expand, expand_mul, log, sqrt, sympify

from ..language.laws import Normal
from ..language.policies import Accumulate, Policy
from ..proof.symbols.integrals import closed

half = Rational(1, 2)
x = Symbol("x", positive=True)  # the share of the data's variance that is left: the clock of all that follows
_y = Symbol("y", positive=True)


def noised(v, left=x) -> Expr:
    """The variance of data of variance v once only the share `left` of it is left."""
    return 1 + (v - 1) * left


def no_real_share(policy: Policy, share: Expr) -> str | None:
    """Why a policy has no new real data beside the model's, where a share of them is asked for."""
    if share == 0 or not isinstance(policy, Accumulate):
        return None
    return f"real_share = {share}: all batches so far are kept, and no real data are new; it is for Replace()"


def noised_law(law: Normal, left) -> Normal:
    """Data of a normal law once only the share `left` of their variance is left."""
    return Normal(sqrt(left) * law.mean, noised(law.variance, left))


def generated(score: tuple[Expr, Expr], abar, start: Normal, noise=1) -> Normal:
    """What reverse diffusion from the level abar to the level 1 makes of `start`.

    score: (a, c), functions of x, for the score a y + c.  noise: 1 for the reverse SDE, 0 for the flow of the same law:
    dY = (Y + (1 + noise) score) dtau + sqrt(2 noise) dB, dtau = dx/(2 x). Variation of constants; integrals that have no
    obvious form are left to the witnesses.
    """
    slope, pull = map(sympify, score)
    drift = ((1 + (1 + noise) * slope) / (2 * x)).xreplace({x: _y})
    growth = _exponential(closed(Integral(drift, (_y, x, 1)), lambda c: True))
    mean = growth.xreplace({x: sympify(abar)}) * start.mean + _between(abar, growth * (1 + noise) * pull / (2 * x))
    variance = growth.xreplace({x: sympify(abar)}) ** 2 * start.variance + _between(abar, growth**2 * noise / x)
    return Normal(mean, variance)


def _exponential(total: Expr) -> Expr:
    """exp(total), with powers for the logarithms in it."""
    out = []
    for term in Add.make_args(expand_mul(total)):
        c, rest = term.as_independent(log, as_Add=False)
        out.append(rest.args[0] ** expand(c) if isinstance(rest, log) else exp(term))
    return Mul(*out)


def _between(abar, f: Expr) -> Expr:
    return Integral(f, (x, abar, 1)) if f != 0 else f


def exact_score(law: Normal) -> tuple[Expr, Expr]:
    """Of the noised law, -(y - sqrt(x) mean)/variance."""
    v = noised(law.variance)
    return -1 / v, sqrt(x) * law.mean / v


NOISE = Normal(0, 1)  # what reverse diffusion starts from
