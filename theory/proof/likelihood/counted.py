"""The sum of |F - G| over the whole numbers, in balls: term by term, until log p - log q has one sign, or little is left."""

from __future__ import annotations

from flint import arb
from sympy import Expr, S, exp, log

from ...language.errors import CannotTell
from ...language.laws import Law, Mixture
from ..arithmetic.densities import expected, listed
from ..arithmetic.far import Far
from ..arithmetic.quadrature import Values, evaluate
from .halves import X, up_to
from .outwards import log_of_sum, sign_far_out

MOST_ADDED = 20_000  # numbers


def over_numbers(data: Law, model: Law, values: Values, bits: int) -> arb:
    """The sum of |F - G|, term by term until log p - log q has one sign, or what is left is small."""
    p, q = (_Counted(law, values) for law in (data, model))
    low = min(p.low, q.low)
    rest = [law.mean - low for law in (p, q)]  # the sums of 1 - F and 1 - G from here on
    goal, total, D, above = arb(2) ** -(bits + 4), arb(0), arb(0), [arb(1), arb(1)]
    checked = low + 4
    for k in range(low, low + MOST_ADDED):
        masses = [law.mass(k) for law in (p, q)]
        D += masses[0] - masses[1]
        above = [a - m for a, m in zip(above, masses, strict=True)]
        rest = [r - a for r, a in zip(rest, above, strict=True)]
        total += abs(D)
        if k < checked:
            continue
        checked += max(4, (checked - low) // 4)
        if (rest[0] + rest[1]).upper() < goal:
            return total + up_to((rest[0] + rest[1]).upper())
        if _is_settled(p, q, k + 1, values):
            return total + abs(rest[1] - rest[0])
    raise CannotTell(f"more than {MOST_ADDED} numbers matter for the distance of {data} from {model}")


class _Counted:
    """A law on whole numbers: `mass` of each; `logarithm` of its probabilities, in X, if there is no last one."""

    def __init__(self, law: Law, values: Values):
        self.values = values
        self.mean = expected((X,), X, law, values)[0]
        self.parts = [(evaluate(w, values), *_numbers(part, values)) for w, part in _components(law, S.One)]
        self.low = min(min(atoms) if atoms else low for _, atoms, low, _ in self.parts)
        self.last = max((max(atoms) for _, atoms, _, _ in self.parts if atoms), default=self.low)
        logs = [
            log(w) + f for (w, _), (*_, f) in zip(_components(law, S.One), self.parts, strict=True) if f is not None
        ]
        self.logarithms = log_of_sum(logs, X) if logs else ()

    def mass(self, k: int) -> arb:
        total = arb(0)
        for w, atoms, low, f in self.parts:
            if f is None:
                total += w * atoms.get(k, arb(0))
            elif k >= low:
                total += w * evaluate(exp(f), {**self.values, X: arb(k)})
        return total


def _components(law: Law, weight: Expr) -> list[tuple[Expr, Law]]:
    if not isinstance(law, Mixture):
        return [(weight, law)]
    return [found for w, part in law.parts for found in _components(part, weight * w)]


def _numbers(law: Law, values: Values) -> tuple[dict[int, arb], int, Expr | None]:
    """(probabilities of a finite law, the least number, the logarithm of the probability of an endless one)."""
    if (atoms := listed(law, values)) is not None:
        if not all(v.is_integer() for v, _ in atoms):
            raise CannotTell(f"{law} is not on whole numbers")
        masses: dict[int, arb] = {}
        for v, p in atoms:
            masses[int(float(v))] = masses.get(int(float(v)), arb(0)) + p
        return masses, min(masses), None
    if law.grid is None or not law.support[0].is_Integer:
        raise CannotTell(f"no distance between {law} and a law on whole numbers")
    return {}, int(law.support[0]), law.log_mass(X)


def _is_settled(p: _Counted, q: _Counted, k: int, values: Values) -> bool:
    """Whether p - q has one sign from k on."""
    if k <= max(p.last, q.last):
        return False
    if not (p.logarithms and q.logarithms):
        return True
    try:
        far = Far(arb(k))
    except CannotTell:
        return False
    return any(sign_far_out(far, f - g, X, values) for f in p.logarithms for g in q.logarithms)


__all__ = ["over_numbers"]
