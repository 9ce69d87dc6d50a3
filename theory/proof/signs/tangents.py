"""Logarithms against a tangent: log(u) >= 1 - 1/u, and so log(1/u) <= 1/u - 1, as of a relative entropy."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Dummy, Expr, Mul, S, expand, expand_log, log, together
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..symbols.stand_ins import stand_in
from .looks import negative_somewhere
from .sign import Asked, Certificate, short

MOST_LOGS, MOST_STEPS = 4, 1  # different coefficients; of how many ways it is a part


def certify(asked: Asked, cert: Certificate) -> bool:
    """x = sum c log(u) + a rest, c > 0: logarithms with one coefficient, or with one and its negative, make one of a quotient, so
    that the tangent is drawn where all of it is 1."""
    x = asked.x
    if asked.strict or asked.depth > MOST_STEPS or not asked.is_short or not x.has(log):
        return False
    x = expand_log(x)
    return any(_certified(asked, y, cert) for y in (x, *_counted_on(x)))


def _counted_on(x: Expr) -> Iterator[Expr]:
    """The same of n = k + 1, k a number 0, 1, ... with log(k + 1) in it: n is positive, and the coefficients of logarithms are
    shorter with it."""
    bound = {v for b in x.atoms(ExprWithLimits) for v in b.variables}
    for u in sorted({f.args[0] for f in x.atoms(log)}, key=str):
        c, k = u.as_coeff_Add()
        if c.is_positive and k.is_Symbol and k.is_nonnegative and k not in bound:
            yield x.xreplace({k: stand_in(u, "n", positive=True) - c})


def _certified(asked: Asked, x: Expr, cert: Certificate) -> bool:
    sums: dict[Expr, list[Expr]] = {}
    names = {f: Dummy("log", real=True) for f in sorted(x.atoms(log), key=str)}
    if any(f.free_symbols - x.free_symbols for f in names):  # of what a sum runs over
        return False
    named = x.xreplace(names)
    for f, name in names.items():
        slope = named.diff(name)  # only this is multiplied out: of the rest there may be a hundred thousand terms
        if slope.has(*names.values()):
            return False
        for c in Add.make_args(expand(slope)):
            key = c if not c.could_extract_minus_sign() else -c
            sums.setdefault(key, []).append(f.args[0] ** (1 if key == c else -1))
        if len(sums) > MOST_LOGS + 1:  # that of what is 0 among them
            return False
    sums.pop(S.Zero, None)
    rest: Expr = named.xreplace(dict.fromkeys(names.values(), S.Zero))
    alone = rest.is_zero and len(sums) == 1  # log(u), which has the sign of u - 1: nothing is won
    if alone or len(sums) > MOST_LOGS:
        return False
    if negative_somewhere(rest + Add(*(c * (1 - 1 / Mul(*factors)) for c, factors in sums.items()))):
        return False
    own = Certificate()
    for c, factors in sums.items():
        u = together(Mul(*factors))
        if not (asked.positive(u, own) and asked.positive(c, own)):
            return False
        rest += c * (1 - 1 / u)
    if not asked.positive(together(rest), own, False):
        return False
    cert.said += own.said
    return cert.say(f"{short(x)}: log(u) is at least 1 - 1/u")
