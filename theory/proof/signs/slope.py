"""A function of one variable that begins at 0 or above and grows, or falls to a limit of 0 or above, or rises and then falls."""

from __future__ import annotations

from functools import lru_cache

from sympy import (
    AccumBounds,
    Add,
    Dummy,
    Expr,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    asinh,
    atan,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    expand,
    factor_terms,
    log,
    nan,
    oo,
    sinh,
    tanh,
    together,
    zoo,
)

from ...language.lengths import operations
from .sign import Asked, Certificate, short

FUNCTIONS = (exp, log, atan, erf, erfc, asinh)  # smooth where they are real
HYPERBOLIC = (sinh, cosh, tanh)
MOST_STEPS, LONGEST = 6, 80  # of slopes of slopes, and of operations


def certify(asked: Asked, cert: Certificate) -> bool:
    """By the mean value theorem, in a variable of which the sign is known: at one end of its half-line x is not negative, and
    its slope leads away from there."""
    x = asked.x
    if asked.depth >= MOST_STEPS or operations(x) > LONGEST or not x.has(*FUNCTIONS, *HYPERBOLIC):
        return False
    if x.has(*HYPERBOLIC):
        return asked.positive(
            x.replace(lambda e: isinstance(e, HYPERBOLIC), lambda e: e.rewrite(exp)), cert, asked.strict
        )
    begun = [s for s in x.free_symbols if isinstance(s, _Inside)]  # the slope of a slope is one in the same variable
    return any(_along(asked, s, cert) for s in begun or sorted(x.free_symbols, key=str))


class _Inside(Dummy):
    """A variable along which something is differentiated: a real number above 0, whatever the variable of the claim is."""


@lru_cache(maxsize=4096)
def _inside(s: Symbol) -> _Inside:
    return _Inside(s.name, positive=True)


def _along(asked: Asked, s: Symbol, cert: Certificate) -> bool:
    inside = s if isinstance(s, _Inside) else _inside(s)
    x = asked.x.xreplace({s: inside}).replace(log, lambda a: log(a if a.is_positive else together(a)))
    if not s.is_nonnegative or not _is_smooth(x, inside):
        return False
    first, last, slope = _at(x, inside, S.Zero), _at(x, inside, oo), _joined(diff(x, inside))
    for end, rising, where in ((first, slope, "0"), (last, -slope, "oo")):
        # at s = 0 itself it has the value that it starts from, if it has one
        if end is None or (not s.is_positive and first is None):
            continue
        reached = where == "0" and not s.is_positive
        own = Certificate()
        if asked.positive(rising, own, asked.strict and not reached) and asked.positive(
            end, own, asked.strict and reached
        ):
            cert.said += own.said
            return cert.say(f"{short(asked.x)}: by its value at {s} = {where}, and the sign of its slope")
    return first is not None and last is not None and _over_a_top(asked, s, inside, (first, last), slope, cert)


def _joined(x: Expr) -> Expr:
    """A sum with one exponential in each term: what erfc leaves of two places may be the same there."""
    if not x.has(exp) or not x.is_Add:
        return x
    terms = []
    for term in Add.make_args(x):
        growth = Add(*(f.args[0] for f in Mul.make_args(term) if isinstance(f, exp)))
        terms.append(Mul(*(f for f in Mul.make_args(term) if not isinstance(f, exp)), exp(expand(growth))))
    joined = Add(*terms)
    return joined if len(Add.make_args(joined)) < len(x.args) else x


def _over_a_top(
    asked: Asked, s: Symbol, inside: Symbol, ends: tuple[Expr, Expr], slope: Expr, cert: Certificate
) -> bool:
    """Between two ends of 0 or above it rises, and then falls: its slope is a positive number times one that falls for ever."""
    parts = Mul.make_args(factor_terms(slope))
    falling = Mul(*(p for p in parts if p.has(inside) and not p.is_positive))
    own = Certificate()
    if falling == slope or not falling.has(inside):
        return False
    others = Mul(*(p for p in parts if not (p.has(inside) and not p.is_positive)))
    reached = asked.strict and not s.is_positive
    if (
        asked.positive(others, own, True)
        and asked.positive(-diff(falling, inside), own, True)
        and asked.positive(ends[0], own, reached)
        and asked.positive(ends[1], own, False)
    ):
        cert.said += own.said
        return cert.say(f"{short(asked.x)}: it rises and then falls as {s} grows, between ends of 0 or above")
    return False


def _is_smooth(x: Expr, s: Symbol) -> bool:
    """Whether it is differentiable wherever s > 0: built of smooth functions, roots and logarithms of what is positive."""
    if x == s or not x.has(s):
        return True
    if isinstance(x, log):
        known = x.args[0].is_positive
    elif isinstance(x, Pow):
        known = not x.exp.has(s) and (_is_natural(x.exp) or x.base.is_positive)
    else:
        known = isinstance(x, (Add, Mul, *FUNCTIONS))
    return bool(known) and all(_is_smooth(a, s) for a in x.args)


def _is_natural(e: Expr) -> bool:
    return bool(e.is_Integer and e.is_nonnegative)


def _at(x: Expr, s: Symbol, end: Expr) -> Expr | None:
    """The limit of x at an end of the half-line, where putting it in gives it: of smooth functions, with exponents in which s
    is not, what is finite and not of the kind 0/0 is the limit."""
    if end is oo and isinstance(x, Add):
        x = Add(*(S.Zero if _is_swallowed(term, s) else term for term in x.args))
    value = x.subs(s, end)
    if value.has(oo, -oo, zoo, nan, AccumBounds) or any(p.base.is_zero for p in value.atoms(Pow)):
        return None
    return value


def _rises_without_end(x: Expr, s: Symbol) -> bool:
    return x.is_polynomial(s) and Poly(x, s).degree() > 0 and Poly(x, s).LC().is_positive is True


def _is_swallowed(x: Expr, s: Symbol) -> bool:
    """Whether x is a quotient of polynomials times an exponential, or erfc(z) < exp(-z^2), that falls faster than any power."""
    falling = [f for f in Mul.make_args(x) if isinstance(f, exp | erfc) and f.has(s)]
    if any(isinstance(f, erfc) and not _rises_without_end(f.args[0], s) for f in falling):
        return False
    growth = expand(Add(*(f.args[0] if isinstance(f, exp) else -(f.args[0] ** 2) for f in falling)))
    rest = Mul(*(f for f in Mul.make_args(x) if f not in falling))
    return (
        bool(falling)
        and rest.is_rational_function(s)
        and growth.is_polynomial(s)
        and Poly(growth, s).degree() > 0
        and Poly(growth, s).LC().is_negative is True
    )
