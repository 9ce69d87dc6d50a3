"""One term against another, through their logarithms."""

from __future__ import annotations

from sympy import Add, Expr, Function, Mul, Pow, cancel, exp, expand, expand_log, gamma, log, together

from ...language.lengths import terms_when_expanded
from .sign import Asked, Certificate

MOST_TERMS = 2_000  # of what is multiplied out


def certify(asked: Asked, cert: Certificate) -> bool:
    """x = A - B, both positive, B or A a product of gammas, roots and powers, or an exponential: compare log A and log B."""
    x = asked.x
    if not asked.is_short or x.is_rational_function():
        return False  # the cone knows more of it
    if not all(isinstance(f, gamma | exp) for f in x.atoms(Function)):
        return False  # others are multiplied out for nothing: no logarithm takes them apart
    ways = [expand(x)] if terms_when_expanded(x) <= MOST_TERMS else []
    if not ways or any(p.exp.free_symbols for p in x.atoms(Pow)):
        ways.append(x)  # a power is not split over a sum that is multiplied out
    return any(_compared(asked, y, cert) for y in dict.fromkeys(ways))


def _compared(asked: Asked, x: Expr, cert: Certificate) -> bool:
    positive = asked.positive
    rational, other = [], []
    for term in Add.make_args(x):
        (rational if term.is_rational_function() else other).append(term)
    if len(other) > 2 or (len(other) == 2 and rational):
        alone = [term for term in other if isinstance(term, exp)]
        if len(alone) != 1:
            return False
        other.remove(alone[0])
        other.insert(0, alone[0])
    elif not other:
        return False
    g, r = other[0], Add(*rational, *other[1:])
    if r == 0:
        return False
    own = Certificate()
    if not positive(g, own):
        g, r = r, g  # then -r is what is positive
    small, big = -r, g
    if not (positive(small, own) and positive(big, own)):
        return False
    if positive(_log(big) - _log(small), own, asked.strict):
        cert.said += own.said
        return cert.say("compared through logarithms")
    return False


def _log(x: Expr) -> Expr:
    if x.has(gamma) or any(p.exp.free_symbols for p in x.atoms(Pow)):
        return expand_log(log(x))
    first = Mul.make_args(Add.make_args(x)[0])
    common = Add(*(f.args[0] for f in first if isinstance(f, exp)))  # of a sum of exponentials, one is taken out
    rest = expand(x * exp(-common)).replace(exp, lambda a: exp(cancel(a)))
    return common + log(together(rest))
