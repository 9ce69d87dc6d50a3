"""Functions that have the sign of what they are taken of, and roots; differences of two values of a function that rises."""

from __future__ import annotations

from sympy import Add, Expr, Mul, asinh, atan, erf, expand, sign, sinh, tanh

from .sign import Asked, Certificate, short

ODD = (asinh, atan, erf, sign, sinh, tanh)  # they rise through 0
RISING = (asinh, atan, erf, sinh, tanh)  # exponentials and logarithms are compared through one another
MOST_DEPTH = 2


def certify(asked: Asked, cert: Certificate) -> bool:
    """A multiple of one of them, or of a root, where what is inside has a sign; or of the difference of two."""
    return _alone(asked, cert) or _difference(asked, cert)


def _alone(asked: Asked, cert: Certificate) -> bool:
    c, f = asked.x.as_independent(*asked.x.free_symbols, as_Add=False)
    inside = _inside(f)
    if inside is None or not (c.is_positive or (c.is_negative and isinstance(f, ODD))):
        return False
    return asked.positive(inside if c.is_positive else -inside, cert, asked.strict)


def _inside(f: Expr) -> Expr | None:
    if isinstance(f, ODD):
        return f.args[0]
    if f.is_Pow and f.exp.is_Rational and f.exp.is_positive and not f.exp.is_Integer:
        return f.base
    return None


def _difference(asked: Asked, cert: Certificate) -> bool:
    """A f(u) - A f(v), f rising: the sign of A (u - v)."""
    terms = Add.make_args(asked.x)
    if len(terms) != 2 or asked.depth > MOST_DEPTH:
        return False
    parted = [_of_rising(term) for term in terms]
    if None in parted:
        return False
    (a, (kind, u)), (b, (other, v)) = parted  # pyrefly: ignore[not-iterable]
    if kind != other or expand(a + b) != 0 or u == v:
        return False
    own = Certificate()
    for factor, gap in ((a, u - v), (b, v - u)):
        rises = factor if kind[1] else -factor
        if asked.positive(rises, Certificate()) and asked.positive(gap, own, asked.strict):
            cert.said += own.said
            return cert.say(f"{short(asked.x)}: the function rises, or falls, everywhere")
    return False


def _of_rising(term: Expr) -> tuple[Expr, tuple[tuple[object, bool], Expr]] | None:
    """A product as (the rest, (which function it is and whether it rises, what that is taken of)); None without just one."""
    found = [f for f in Mul.make_args(term) if f.free_symbols and (isinstance(f, RISING) or _is_root(f))]
    if len(found) != 1:
        return None
    (f,) = found
    rest = Mul(*(g for g in Mul.make_args(term) if g is not f))
    kind = (f.exp, bool(f.exp.is_positive)) if f.is_Pow else (f.func, True)
    return rest, (kind, f.base if f.is_Pow else f.args[0])


def _is_root(f: Expr) -> bool:
    """Whether it is a power that is no whole number, of what is not below 0, or above it where it divides."""
    if not f.is_Pow or not f.exp.is_Rational or f.exp.is_Integer:
        return False
    return bool(f.base.is_nonnegative if f.exp.is_positive else f.base.is_positive)
