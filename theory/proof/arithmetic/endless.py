"""Sums of endlessly many terms, as balls: the first ones are added up, and what is left is enclosed.

What is left, from k = N on, is bounded by what the terms do far out (`far.py`), where every hypothesis is checked: by a geometric
series, or by a power of k, whose sum is Hurwitz' zeta function. If that is not accurate enough, and the terms are analytic in
the discs |z - x| <= w x around all x >= N, with |f| <= C x^p there, then by Cauchy's estimate |f^(n)(x)| <= n! C x^(p - n)/w^n,
and

    sum f = int_N^oo f + f(N)/2 - sum_(j <= m) B_2j/(2j)! f^(2j - 1)(N) + R,  |R| <= (pi^2/3)/(2 pi)^(2m) int_N^oo |f^(2m)|,
    sum (-1)^(k - N) f = sum_(j < m) E_j(0)/(2 j!) f^(j)(N) + R,              |R| <= (pi^2/4)/pi^m int_N^oo |f^(m)|,

the formulas of Euler and Maclaurin, and of Boole. A sum that is not seen to converge has no ball.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

from flint import acb, arb, arb_series, ctx, fmpq

from ...language.errors import CannotTell
from .far import Far, Growth
from .integration import petras
from .near import Near
from .orders import Scale, Term
from .precision import LOG2, NOT_FINITE, NotIntegrable, precision, whole
from .rings import Balls, ComplexBalls, Series

MOST_ADDED = 20_000  # terms
MOST_LOOKS = 20_000  # at an integrand, at all of its pieces together
WIDTHS = (0.5, 0.25, 0.125, 0.0625)  # of the discs
FARTHEST = 10**7  # a start that is tried
MOST_DERIVATIVES = 400
MOST_SPAN = 300  # of an integral over log x
MOST_TRIES = 2  # of a formula for smooth terms

Summand = Callable[[Any, Any], Any]


def endless(f: Summand, low: int) -> arb:
    """A ball for the sum of f(R, k) over the integers k >= low; `f` is a compiled function over rings. Raises `CannotTell`."""
    bits = ctx.prec
    with precision(bits + 20):
        try:
            rest, start = _seen(f, low)
        except CannotTell:
            if (ball := _smoothly(f, low, bits)) is None:  # what turns may converge, though not absolutely
                raise
            return ball
        quick = all(t.scale.s < 0 or t.scale.c < 0 for t in rest.terms)
        ball, good = _added(f, low, start, bits, MOST_ADDED if quick else MOST_ADDED // 8)
        if not good:
            if (better := _smoothly(f, low, bits)) is not None:
                return better
            if {t.scale.turns for t in rest.terms} == {True, False}:
                return sum((endless(_every_second(f, j), 0) for j in (low, low + 1)), arb(0))
            if bits > 160:
                raise NotIntegrable("an endless sum: more bits do not help")
            ball = _added(f, low, start, bits, MOST_ADDED // 4)[0]
        if not ball.is_finite():
            raise CannotTell(f"an endless sum needs more than {MOST_ADDED} terms")
        return ball


def asked(f: Summand, ring: Any, k: Any) -> Any:
    """f(ring, k). Raises `CannotTell` for what the ring does not have."""
    try:
        return f(ring, k)
    except AttributeError as problem:
        if problem.obj is not ring:
            raise
        raise CannotTell(f"what {problem.name} does far out is not known") from problem


def _growth(f: Summand, far: Far) -> Growth:
    return far.of(asked(f, far, far.variable))


def _seen(f: Summand, low: int) -> tuple[Growth, int]:
    """The terms from some start on, and the start, from where the sum is seen to converge."""
    start, reason = max(low, 4), ""
    while start <= max(FARTHEST, 8 * low):
        try:
            rest = _growth(f, Far(arb(start)))
            _tail(rest, start)
            return rest, start
        except CannotTell as error:
            reason = str(error)
        start *= 4
    raise CannotTell(f"an endless sum is not seen to converge: {reason}")


def _every_second(f: Summand, first: int) -> Summand:
    return lambda R, k: f(R, R.integer(2) * k + R.integer(first))


def endless_product(f: Summand, low: int) -> arb:
    """A ball for the product of f(R, k) over the integers k >= low: of the first factors, and exp of a sum of logarithms."""

    def log(ring: Any, k: Any) -> Any:
        return ring.log(f(ring, k))

    _, start = _seen(log, low)
    if start - low > MOST_ADDED:
        raise CannotTell(f"an endless product needs more than {MOST_ADDED} factors")
    first = math.prod((f(Balls, arb(k)) for k in range(low, start)), start=arb(1))
    return first * endless(log, start).exp()


# ---- terms that are added up ----------------------------------------------------------------------------------------


def _first(f: Summand, low: int, end: int) -> arb:
    """The terms below `end`."""
    total = sum((f(Balls, arb(k)) for k in range(low, end)), arb(0))
    if not total.is_finite():
        raise ArithmeticError(f"a term of an endless sum, between {low} and {end}, is no number")
    return total


def _added(f: Summand, low: int, start: int, bits: int, most: int) -> tuple[arb, bool]:
    """The terms below some k >= start, and a ball for the others; and whether three quarters of so many bits are right. For
    four times as many terms, again and again, while that is not so."""
    total, done, size, best = arb(0), low, start, arb.nan()
    while size - low <= most:
        total += _first(f, done, size)
        done = size
        tail = _tail(_growth(f, Far(arb(size))), size)
        ball = total + tail
        best = ball if not best.is_finite() or ball.rad() < best.rad() else best
        if tail.rad() <= abs(ball).lower() * arb(2) ** (-3 * bits // 4):
            return ball, True
        size += 3 * max(size - low, 8)
    return best, False


def _tail(rest: Growth, start: int) -> arb:
    """A ball for the sum of the terms from `start` on."""
    return sum((_tail_of(t, arb(start)) for t in rest.terms), arb(0))


def _tail_of(t: Term, n: arb) -> arb:
    d = t.scale
    if d.s < 0 or (d.s == 0 and d.c < 0):
        total = _geometric(d, n)
    elif d.s == 0 and d.c == 0:
        total = _powers(d, n)
    else:
        raise CannotTell("its terms are not seen to fall")
    return t.box.real * (arb(0, total.abs_upper()) if d.turns else total)


def _geometric(d: Scale, n: arb) -> arb:
    """A ball for the sum of k^(s k) e^(c k) k^p (log k)^q from n on: a term is at most `ratio` times the one before it.

    (k + 1)^(s (k + 1)) <= (n + 1)^s k^(s k) for s <= 0.
    """
    log = n.log()
    grows = (1 + 1 / n) ** d.p.max(arb(0)) * ((n + 1).log() / log) ** d.q.max(arb(0))
    ratio = (d.s * (n + 1).log() + d.c).exp() * grows
    if not ratio < 1:
        raise CannotTell("the ratio of neighbouring terms is not seen to be below 1")
    first = (d.s * n * log + d.c * n + d.p * log).exp() * log**d.q
    return arb(0).union((first / (1 - ratio)).upper())


def _powers(d: Scale, n: arb) -> arb:
    """A ball for the sum of k^p (log k)^q from n on: Hurwitz' zeta function, and log k <= k^e/(e exp(1))."""
    spare = -1 - d.p
    if not spare > 0:
        raise CannotTell(f"its terms fall like k^({d.p.str(5, radius=False)}), which is not fast enough")
    if d.q == 0:
        return (-d.p).zeta(n)
    if d.q < 0:
        return arb(0).union(((-d.p).zeta(n) * n.log() ** d.q).upper())
    e = spare / 2 / d.q
    return arb(0).union(((1 + spare / 2).zeta(n) / (e * arb(1).exp()) ** d.q).upper())


# ---- terms that are smooth ------------------------------------------------------------------------------------------


def _smoothly(f: Summand, low: int, bits: int) -> arb | None:
    """By Euler and Maclaurin, or Boole; None where f is not seen to be analytic, or where that is not accurate enough."""
    tries = 0
    for width in WIDTHS:
        start = max(low, math.ceil((bits + 40) * LOG2 / (2 * math.pi * width) * 1.2))
        while start - low <= MOST_ADDED // 4 and tries < MOST_TRIES:
            if (rest := _bounded(f, start, width)) is not None:
                tries += 1
                try:
                    ball = (_boole if rest.terms[0].scale.turns else _euler)(f, low, start, rest, bits)
                    if ball is not None:
                        return ball
                except CannotTell:
                    pass
            start *= 2
    return None


def _bounded(f: Summand, start: int, width: float) -> Growth | None:
    """The terms in the discs, where they are seen to be small enough there."""
    for fine in (False, True):
        with suppress(CannotTell):
            if _settles(rest := _growth(f, Far(arb(start), width, fine))):
                return rest
    return None


def _settles(rest: Growth) -> bool:
    """Whether all terms turn, and fall; or none does, and they have a sum."""
    turns = {t.scale.turns for t in rest.terms}
    most = 0 if turns == {True} else -1
    return len(turns) == 1 and all(
        t.scale.s == 0 and (t.scale.c < 0 or (t.scale.c == 0 and t.scale.p < most)) for t in rest.terms
    )


def _derivative(rest: Growth, n: int) -> arb:
    """A bound on 1/n! times the integral of |f^(n)| from the start on, by that on |f| in the discs: sum C |z|^p."""
    far, total = rest.far, arb(0)
    w, start = arb(far.width), far.start
    for t in rest.terms:
        d, size = t.scale, t.box.abs_upper()
        p = d.p
        if d.q > 0:  # |log z| <= log |z| + angle <= |z|^e exp(e angle - 1)/e
            e = arb(1) / 4 / d.q
            p, size = p + arb(1) / 4, size * ((e * far.angle - 1).exp() / e) ** d.q
        elif d.q < 0:
            size = size * far.least.log() ** d.q
        size = size * (d.c * far.least).exp() * ((1 - w) ** p).max((1 + w) ** p)
        if not n - p - 1 > 0:
            raise CannotTell("no derivative falls so fast")
        total += size * (start ** (p + 1)) * (w * start) ** -n / (n - p - 1)
    return total.upper()


def _order(rest: Growth, goal: arb, unit: arb, factor: arb) -> tuple[int, arb] | None:
    """The smallest even n, and the bound factor n!/unit^n int |f^(n)|/n! that reaches the goal."""
    factorial, best = arb(1), None
    for n in range(2, MOST_DERIVATIVES, 2):
        factorial = factorial * (n - 1) * n
        if n < 4:
            continue
        bound = factor * factorial / unit**n * _derivative(rest, n)
        if bound < goal:
            return n, bound.upper()
        if best is not None and bound > best:  # from here on it rises
            return None
        best = bound
    return None


def _taylor(f: Summand, start: int, order: int) -> list[arb]:
    """f^(j)(start)/j! for j < order."""
    before, ctx.cap = ctx.cap, order + 2
    try:
        series = asked(f, Series(), arb_series([start, 1]))
        found = series.coeffs() if isinstance(series, arb_series) else [series]
    finally:
        ctx.cap = before
    if isinstance(series, arb_series) and series.prec < order:
        raise CannotTell("too few derivatives")
    found = [arb(x) for x in found[:order]] + [arb(0)] * (order - len(found))
    if not all(x.is_finite() for x in found):
        raise CannotTell("a derivative is no number")
    return found


def _euler(f: Summand, low: int, start: int, rest: Growth, bits: int) -> arb | None:
    """Euler and Maclaurin's formula."""
    whole = _first(f, low, start) + _integral(f, start, bits)
    goal = abs(whole).upper() * arb(2) ** -bits
    if (found := _order(rest, goal, 2 * arb.pi(), arb.pi() ** 2 / 3)) is None:
        return None
    order, missed = found
    a = _taylor(f, start, order)
    ends = sum((arb(fmpq.bernoulli(j)) / j * a[j - 1] for j in range(2, order + 1, 2)), arb(0))
    return whole + a[0] / 2 - ends + arb(0, missed)


def _boole(f: Summand, low: int, start: int, rest: Growth, bits: int) -> arb | None:
    """Boole's formula; E_j(0) = -2 (2^(j + 1) - 1) B_(j + 1)/(j + 1)."""
    first = _first(f, low, start)
    a = _taylor(f, start, 1)
    goal = abs(first + a[0] / 2).upper() * arb(2) ** -bits
    if (found := _order(rest, goal, arb.pi(), arb.pi() ** 2 / 4)) is None:
        return None
    order, missed = found
    a = _taylor(f, start, order)
    euler = [-2 * (2 ** (j + 1) - 1) * fmpq.bernoulli(j + 1) / (j + 1) for j in range(order)]
    euler[0] = fmpq(1)
    return first + sum((arb(e) * x for e, x in zip(euler, a, strict=True)), arb(0)) / 2 + arb(0, missed)


class _Along(ComplexBalls):
    """Complex balls for the continuation of a function from large real numbers: a power of what is not positive has none."""

    def power(self, x, y):
        if acb(x).real > 0:
            return super().power(x, y)
        exponent = acb(y)
        k = whole(exponent.real) if exponent.is_exact() and exponent.imag == 0 else None
        if k is not None and exponent.real == arb(k):
            return self.whole_power(x, k)
        if acb(x).is_exact():
            raise CannotTell("a power of a negative number is not real")
        return NOT_FINITE

    def gamma(self, x):
        return _number(x).gamma()

    def loggamma(self, x):
        return _number(x).lgamma()


def _number(x: Any) -> acb:
    if not isinstance(x, arb) and not x.is_exact():
        raise CannotTell("a gamma function on a box is too wide: in a quotient they cancel")
    return acb(x)


def _integral(f: Summand, start: int, bits: int) -> arb:
    """The integral of f from `start` on: in w = log(x/start) as far as is needed, piece by piece, and a bound beyond."""
    n, span = arb(start), 1
    while True:
        heights = [abs(f(Balls, x) * x) for x in (n * arb(j).exp() for j in range(span + 1))]
        goal = max((h.upper() for h in heights if h.is_finite()), default=arb(0)) * arb(2) ** -bits
        end = (n * arb(span).exp()).mid()
        with suppress(CannotTell):
            beyond = _beyond(_growth(f, Far(end)), end)
            if beyond.rad() <= goal or span >= MOST_SPAN:
                break
        if span >= MOST_SPAN:
            raise CannotTell("an integral without a bound")
        span = span + 1 + span // 2

    def along(w: acb, analytic: bool) -> acb:
        x = n * w.exp()
        return x * asked(f, _Along(analytic), x)

    def scaled(w: acb, analytic: bool) -> acb:
        x = n * w.exp()
        try:
            near = Near(x, analytic)
            return x * near.value(asked(f, near, near.variable))
        except CannotTell:
            return NOT_FINITE

    ends = [acb(j) for j in range(span)] + [acb((end / n).log())]
    try:
        return _pieces(along, ends, goal, MOST_LOOKS) + beyond
    except CannotTell:
        if bits > 128:
            raise NotIntegrable("gamma functions along a line: more bits take too long") from None
        return _pieces(scaled, ends, goal, MOST_LOOKS // 20) + beyond


def _pieces(f: Callable[[acb, bool], acb], ends: list[acb], goal: arb, most: int) -> arb:
    share = max(most // len(ends), 20)
    total = sum((petras(f, a, b, None, goal, most=share) for a, b in pairwise(ends)), acb(0))
    if not total.is_finite():
        raise CannotTell("an integral without a ball")
    return total.real


def _beyond(rest: Growth, end: arb) -> arb:
    """A ball for the integral of the terms from `end` on."""
    total, log = arb(0), end.log()
    for t in rest.terms:
        d = t.scale
        if d.turns or not d.s.is_zero():
            raise CannotTell("terms that are not smooth")
        if d.c < 0:
            rate = -d.c - (d.p + d.q.max(arb(0)) / log).max(arb(0)) / end
            if not rate > 0:
                raise CannotTell("too near")
            size = (d.c * end + d.p * log).exp() * log**d.q / rate
        elif not d.c.is_zero():
            raise CannotTell("terms that do not fall")
        else:
            spare = -1 - d.p - (d.q.max(arb(0)) / log)
            if not spare > 0:
                raise CannotTell("terms that fall too slowly")
            size = (d.p * log).exp() * end * log**d.q / spare
        total += t.box.real * (size if d.c == 0 and d.q == 0 else arb(0).union(size.upper()))
    return total
