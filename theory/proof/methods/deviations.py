"""Means of a share in closed form that are no moments: after one fit, and in the limit of Polya's urn.

That a symbol was seen at all; and mean absolute deviations from the mean, in de Moivre's way (Diaconis and Zabell 1991):
(x - mean) f(x) is a difference of neighbours, or a derivative, of a multiple of the law's f, so that its sum from the mean
on is a single term. What is used of f is checked by normal form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sympy import Abs, Dummy, Expr, cancel, gamma, log, oo, sign

from ...language.errors import CannotTell
from ...language.laws import Noise
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment
from .. import structures
from ..structures.counts import refitted
from ..symbols.normal_forms import is_zero
from .method import Derivation, Method
from .pools import urn
from .steps import loop_of, of_one_loop


def closed(x: Expr, loop: Loop) -> tuple[Expr, str] | None:
    """(E x, how) for x the sign of a share, or its distance from its mean; None where no form is known."""
    seen = x.atoms(Observable)
    if not isinstance(x, Abs | sign) or len(seen) != 1 or structures.counted(loop) is None:
        return None
    (o,) = seen
    start = loop.initial.get(o.name)
    if isinstance(x, sign):
        n = _draws(loop, o.name) if o.t == 1 and x.args[0] == o else None
        return (
            None
            if n is None or start is None or start.has(Noise)
            else (1 - (1 - start) ** n, "none of n draws with (1 - p)^n")
        )
    if start is None or start.has(Noise):
        return None
    share = Dummy("share", real=True)
    gap, distance = share - start, x.args[0].xreplace({o: share})  # whatever form the start has, and the claim
    if not is_zero((distance - gap) * (distance + gap)):
        return None
    if o.t is oo and (balls := urn(loop)) is not None and _derivative():
        a, b = balls
        mean = cancel(a / (a + b))
        form = 2 * mean**a * cancel(1 - mean) ** b * gamma(a + b) / (gamma(a) * gamma(b) * (a + b))
        return form, "the limit has the Beta law; (x - mean) f(x) is the derivative of -x (1 - x) f(x)/(a + b)"
    if o.t == 1 and (n := _draws(loop, o.name)) is not None and _difference():
        k = cancel(n * start)
        if k.is_integer and k.is_positive and (n - k).is_positive:
            p, q = cancel(k / n), cancel((n - k) / n)
            ways = gamma(n + 1) / (gamma(k + 2) * gamma(n - k))
            return 2 * (k + 1) / n * ways * p ** (k + 1) * q ** (n - k), "de Moivre's sum, which telescopes"
    return None


def _draws(loop: Loop, name: str) -> Expr | None:
    """n, if the first fit replaces the share by B/n with B ~ Binomial(n, share)."""
    now = loop.symbols()
    after = loop.step_at(now, 1)[name]
    return None if after.has(CLOCK) else refitted(after, now[name])


@cache
def _difference() -> bool:
    """(b - n p) f(b) = b q f(b) - (b + 1) q f(b + 1) for the binomial f; then E (B - n p)^+ = (k + 1) q f(k + 1), k = n p."""
    b, d, u, v = (Dummy(s, positive=True) for s in "bduv")
    n, p, q = b + d, u / (u + v), v / (u + v)

    def f(x: Expr) -> Expr:
        return gamma(n + 1) / (gamma(x + 1) * gamma(n - x + 1)) * p**x * q ** (n - x)

    return is_zero((b - n * p) * f(b) - b * q * f(b) + (b + 1) * q * f(b + 1))


@cache
def _derivative() -> bool:
    """(a - (a + b) x) x^(a-1) (1 - x)^(b-1) is the derivative of x^a (1 - x)^b: its logarithmic one, multiplied out."""
    x, a, b = (Dummy(s, positive=True) for s in "xab")
    slope = (a * log(x) + b * log(1 - x)).diff(x)
    return cancel(slope * x * (1 - x) - (a - (a + b) * x)) == 0


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    found = closed(m.variable, loop_of(m))
    if found is None:
        raise CannotTell(f"no closed form of {m} is known")
    return Derivation(found[0], steps=[f"{m}: {found[1]}"])


def skip(m: Moment) -> str | None:
    if not (isinstance(m, E) and isinstance(m.variable, Abs | sign)):
        return "it is no mean of a distance, or of a sign"
    return of_one_loop(m) or ("it is of no count" if structures.counted(loop_of(m)) is None else None)


METHOD = Method("a sum that telescopes", skip, derive)
