"""Tails of binomial laws whose numbers of trials differ by a number, as do the thresholds: one tail, and single probabilities.

P(n + 1, k) = P(n, k) + p f(n, k - 1) and P(n, k) = P(n, k + 1) + f(n, k), with P(n, k) the probability of k successes or more
in n trials, and f(n, k) that of k. So is told what two more votes add to a majority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Dummy, Expr, Ge, Gt, Le, Lt, S, binomial, combsimp, expand, factor, sympify, together

from ...language.laws import Binomial, Noise
from ...language.moments import Prob
from ...language.order import in_order
from .learned import Learned

Prove = Callable[[Learned, str, Expr, Expr], None]  # raises `CannotTell`
Tail = tuple[Expr, Expr, Expr]  # trials, probability, threshold

MOST_APART = 8  # trials, and thresholds


def by_single_probabilities(known: Learned, op: str, a: Expr, b: Expr, prove: Prove) -> bool:
    """Prove a op b where tails cancel, but for single probabilities, which are multiples of one of them."""
    gap = sympify(a) - sympify(b)
    probabilities = in_order(gap.atoms(Prob))
    tails = [tail for m in probabilities if (tail := _tail(m)) is not None]
    if len(tails) < max(len(probabilities), 2):
        return False
    n, p, k = tails[0][1]
    base, single = Dummy("P", real=True), Dummy("f", real=True)
    put = {}
    for m, (sign, tail) in zip(probabilities, tails, strict=True):
        counts = list(_counts(tail, (n, p, k)) or ()) if expand(tail[1] - p) == 0 else None
        if counts is None or not all(_is_count(known, *count) for _, *count in [(1, n, k), *counts]):
            return False
        here = base + single * sum((c * _over(count, (n, k), p) for c, *count in counts), S.Zero)
        put[m] = here if sign > 0 else 1 - here
    gap = gap.xreplace(put)
    if not gap.is_polynomial(base, single) or expand(gap.diff(base)) != 0 or gap.diff(single).has(single):
        return False
    rest = gap.xreplace({base: S.Zero, single: S.Zero})
    left = factor(together(gap.diff(single))) * p**k * (1 - p) ** (n - k)
    if rest != 0 or op == "==":  # else how many ways there are, at least 1, says nothing of the sign
        left *= binomial(n, k)
    with known.proof.attempt():
        known.proof.steps.append("the tails differ by single probabilities, trial by trial")
        prove(known, op, left + rest, S.Zero)
        return True
    return False


def _tail(m: Prob) -> tuple[int, Tail] | None:
    """(1, (n, p, k)) of the event that a binomial draw is k or more, with -1 of its complement; None of others."""
    event = m.variable
    if m.given is not None or not isinstance(event, Gt | Ge | Lt | Le):
        return None
    draw, level = (event.gts, event.lts) if isinstance(event.gts, Noise) else (event.lts, event.gts)
    if not isinstance(draw, Noise) or not isinstance(draw.law, Binomial) or level.has(Noise) or not level.is_integer:
        return None
    if draw.law.has(Noise):
        return None
    above, strict = draw == event.gts, isinstance(event, Gt | Lt)
    threshold = level + int(strict) if above else level + int(not strict)
    return (1 if above else -1), (draw.law.n, draw.law.p, threshold)


def _counts(tail: Tail, base: Tail) -> Iterator[tuple[Expr, Expr, Expr]] | None:
    """P(tail) - P(base) as (c, n, k), of which c f(n, k) is the sum; None where the two are too far apart."""
    (n, p, k), (trials, _, threshold) = base, tail
    more, higher = expand(trials - n), expand(threshold - k)
    if not all(d.is_Integer and abs(d) <= MOST_APART for d in (more, higher)):
        return None
    return _between(n, p, k, int(more), int(higher))


def _between(n: Expr, p: Expr, k: Expr, more: int, higher: int) -> Iterator[tuple[Expr, Expr, Expr]]:
    yield from ((p, n + i, k - 1) for i in range(more))
    yield from ((-p, n + i, k - 1) for i in range(more, 0))
    yield from ((-S.One, n + more, k + i) for i in range(higher))
    yield from ((S.One, n + more, k + i) for i in range(higher, 0))


def _is_count(known: Learned, n: Expr, k: Expr) -> bool:
    return all(known.implies(known.charted(x), strict=False) for x in (k, n - k))


def _over(count: list[Expr], base: tuple[Expr, Expr], p: Expr) -> Expr:
    """f(n, k) over that of the base, which is not 0 inside of 0 < p < 1; on both sides of that both are polynomials."""
    (n, k), (trials, successes) = count, base
    return (
        combsimp(binomial(n, k) / binomial(trials, successes))
        * p ** expand(k - successes)
        * (1 - p) ** expand(n - k - trials + successes)
    )
