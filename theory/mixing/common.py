"""What the topics share: names, the bound's shape, loops."""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Expr, Poly, Rational, Symbol

from ..gaussian.policies import PooledGaussianLoop
from ..stability.gaussian import retrained_mean

FU = "Fu et al. 2402.11778"
ANY = "recursion of total variation for any mixing scheme"
RECURSION = f"{FU} ({ANY}, as commonly quoted)"
half = Rational(1, 2)
m_ = Symbol("m", positive=True)  # synthetic points, among the reals
whole = Symbol("m", integer=True, positive=True)  # and as they are


def quoted(scheme: str) -> str:
    """The source of what the paper has for a scheme."""
    return f"{FU} (corollary, {scheme}, as commonly quoted)"


def under(scheme: str = "") -> str:
    """The source of a learner under what the paper has for a scheme, or for any."""
    return f"derived: a learner under {FU} ({f'corollary, {scheme}' if scheme else ANY})"


def geometric(b, t: int) -> Expr:
    """1 + b + ... + b^t."""
    return Add(*(b**k for k in range(int(t) + 1)))


@lru_cache(maxsize=256)
def threshold(a, t: int) -> Expr:
    """b at the top of U_t: the root in (0, 1) of (t + 1) b^t = (1 - a) (1 + b + ... + b^t)."""
    b = Symbol("b")
    roots = Poly((t + 1) * b**t - (1 - a) * geometric(b, t), b).real_roots()
    return next(r for r in roots if 0 < r < 1)


def place(n, b) -> Expr:
    """m where the synthetic share is b."""
    return n * b / (1 - b)


def all_real(n, m) -> PooledGaussianLoop:
    """The first model is fitted to N real points, as the bound supposes."""
    return retrained_mean(n, m, start="full")
