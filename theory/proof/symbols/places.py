"""Places of extrema in symbols: where the slope of a function turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    binomial,
    ceiling,
    exp,
    expand,
    factor,
    factorial,
    fraction,
    log,
    oo,
    sqrt,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.extrema import ArgMax, ArgMin, Root, is_exponential
from . import rational

Holds = Callable[
    [Expr, bool], bool
]  # (c, strict): whether c > 0, or c >= 0, is certified for all values of its symbols
Differs = Callable[[Expr], bool]  # whether x is certified to be other than 0
ENDLESS = (oo, -oo)  # asked by name: of an end such as 1/(1 - p) SymPy does not know that it is finite


def place(e: ArgMin, holds: Holds, differs: Differs) -> Expr:
    """The root of the only factor of the slope without a sign on the range, if it is a k^n - b, or a quadratic that is below
    0 at the start, and rises; else the place. Of quotients of polynomials, exponentials, and logarithms with such a slope.

    All other factors are positive or negative inside, so the function falls up to the root and rises beyond; at an end it
    may have no value, if the root is not there.
    """
    k, low, high = e.limits[0]
    if (at := _of_power(e, holds, differs)) is not None:
        return at
    endless = oo in (high, -low)  # there is nothing in such a range but what is told
    told = endless or e.falling.is_rational_function(k)
    logs = {x: Dummy() for x in e.falling.atoms(log) if x.has(k)}
    plain = e.falling.xreplace(logs)
    of_logs = bool(logs) and plain.is_rational_function(k, *logs.values()) and e.slope.is_rational_function(k)
    if k.is_integer:
        return _of_integers(e, holds) or e
    if not (told or of_logs or _is_smooth(e.falling, k)):
        return e
    there = {k: _between(low, high)}
    below = fraction(together(plain))[1]
    if not differs(below.xreplace(there)):
        return e
    arguments = [x.args[0] for x in logs]
    if not all(holds(x.xreplace(there), True) for x in arguments):
        return e
    line = _factor_that_turns(e.slope, [there], holds)
    if line is None:
        return e
    if not line.is_polynomial(k):
        return _turn_of_exponential(line, e, holds) or e
    for at, rises, beside in _roots(Poly(line, k), low, high):
        asked = [(rises, True)]
        asked += [(c, not _is_finite_at({k: end}, below, arguments, holds, differs)) for c, end in beside]
        if all(holds(c, strict) for c, strict in asked):
            return at
    return e


def _of_power(e: ArgMin, holds: Holds, differs: Differs) -> Expr | None:
    """The place of c B^p with c > 0 and p > 0: that of B, where B is positive; and where B = a k + b is 0, if p is even."""
    k, low, high = e.limits[0]
    c, power = e.function.as_independent(k, as_Add=False)
    base, p = power.as_base_exp()
    given = not isinstance(e, Root) and p != 1 and not p.has(k)
    if not given or not all(holds(x, True) for x in (c, p)):
        return None
    inside = {k: _between(low, high)}
    if not k.is_integer and holds(base.xreplace(inside), True):
        plain = e.func(base, e.limits[0])
        return None if (at := place(plain, holds, differs)) == plain else at
    line = base.as_poly(k) if p.is_even and isinstance(e, ArgMin) and not isinstance(e, ArgMax) else None
    if k.is_integer or line is None or line.degree() != 1:
        return None
    a, b = line.all_coeffs()
    if a.has(k) or b.has(k) or not differs(a):
        return None
    at = factor(-b / a)
    ends = ((at - low, low), (high - at, high))
    return at if all(holds(x, False) for x, end in ends if end not in ENDLESS) else None


def _of_integers(e: ArgMin, holds: Holds) -> Expr | None:
    """The integer from which on the steps of g(k) h(k) rise, g being a quotient of polynomials, h > 0 and h(k + 1)/h(k) too.

    A step has the sign of g(k + 1) h(k + 1)/h(k) - g(k). Where that is a k + b up to what is positive, a > 0, the integer is the
    first one above -b/a; a step of 0, which is a tie, there is none where -b/a is no integer.
    """
    k, low, high = e.limits[0]
    if any(k in x.variables for x in e.function.atoms(ExprWithLimits)):
        return None
    g, grown = S.One, S.One
    for x in Mul.make_args(e.falling):
        if (quotient := _grown(x, k, low, high, holds)) is None:
            g *= x
        else:
            grown *= quotient
    if not g.is_rational_function(k):
        return None
    y = Dummy("k", nonnegative=True)
    upto = [{k: (low + end * y) / (1 + y)} for end in (high, high - 1)]
    below, last = fraction(together(g))[1], {k: high}
    if not any(all(holds(s * below.xreplace(at), True) for at in (upto[0], last)) for s in (1, -1)):
        return None
    line = _factor_that_turns(together(g.xreplace({k: k + 1}) * grown - g), [upto[1], {k: high - 1}], holds)
    if line is None or not line.is_polynomial(k) or Poly(line, k).degree() != 1:
        return None
    a, b = Poly(line, k).all_coeffs()
    if (at := _next_integer(rational.as_product(-b / a))) is None:
        return None
    return at if all(holds(c, strict) for c, strict in ((a, True), (at - low, False), (high - at, False))) else None


def _grown(x: Expr, k: Symbol, low: Expr, high: Expr, holds: Holds) -> Expr | None:
    """h(k + 1)/h(k) of h that is above 0 in a range of integers: a power, a factorial, a binomial coefficient; None of others."""
    if isinstance(x, Pow | exp) and is_exponential(x, k):
        base, power = x.as_base_exp()
        return base ** Poly(power, k).LC() if holds(base, True) else None
    if x in (factorial(k), 1 / factorial(k)) and holds(low, False):
        return (k + 1) ** x.as_base_exp()[1]
    if isinstance(x, binomial) and x.args[1] == k and not x.args[0].has(k) and x.args[0].is_integer:
        n = x.args[0]
        return (n - k) / (k + 1) if holds(low, False) and holds(n - high, False) else None
    return None


def _next_integer(x: Expr) -> Expr | None:
    """The first integer above what is surely none: an integer and a fraction; None of others."""
    terms = Add.make_args(expand(x))
    whole = Add(*(term for term in terms if term.is_integer))
    rest = Add(*(term for term in terms if not term.is_integer))
    return whole + ceiling(rest) if rest.is_Rational and not rest.is_integer else None


def _factor_that_turns(slope: Expr, places: Sequence[Mapping[Expr, Expr]], holds: Holds) -> Expr | None:
    """The only factor of a slope that is not seen to have a sign in the range, at all of its places, times the signs of the
    others."""
    sign, line = 1, None
    for part in Mul.make_args(factor(slope)):
        values = [part.xreplace(there) for there in places]
        if all(holds(value, True) for value in values):
            continue
        if all(holds(-value, True) for value in values):
            sign = -sign
        elif line is None:
            line = part
        else:
            return None
    return None if line is None else sign * line


def _is_finite_at(
    end: Mapping[Expr, Expr], below: Expr, above_0: Iterable[Expr], holds: Holds, differs: Differs
) -> bool:
    """Whether, at the end of a range, what divides is other than 0, and what has a logarithm above it."""
    return differs(below.xreplace(end)) and all(holds(x.xreplace(end), True) for x in above_0)


def _turn_of_exponential(line: Expr, e: ArgMin, holds: Holds) -> Expr | None:
    """The root of a B^(c k + d) + b, which rises in k, is not above 0 at the lower end, and not below at the upper one."""
    k, low, high = e.limits[0]
    found = _exponentials(line, k)
    if len(found) != 1 or low in ENDLESS:
        return None
    (power,) = found
    held = Dummy("power", positive=True)
    p = Poly(line.xreplace({power: held}), held)
    base, exponent = power.as_base_exp()
    if p.degree() != 1 or any(x.has(k) for x in p.all_coeffs()):
        return None
    (a, b), (c, d) = p.all_coeffs(), Poly(exponent, k).all_coeffs()
    rate = c * log(base)
    end = line.xreplace({k: high}) if high is not oo else b if holds(-rate, True) else a
    asked = ((base, True), (a * rate, True), (-line.xreplace({k: low}), False), (end, high is oo))
    if not all(holds(x, strict) for x, strict in asked):
        return None
    return log(factor(-b / a)) / rate - d / c


def _between(low: Expr, high: Expr) -> Expr:
    """A real number between two ends, in a symbol of its own."""
    y = Dummy("k", positive=True)
    if low not in ENDLESS:
        return low + y if high is oo else (low + high * y) / (1 + y)
    return high - y if high not in ENDLESS else Dummy("k", real=True)


def _roots(p: Poly, low: Expr, high: Expr) -> Iterator[tuple[Expr, Expr, list[tuple[Expr, Expr]]]]:
    """(the root of a polynomial in a range, what has to be above 0 for it to be that, for each end that is finite: what has to be
    at least 0 for the root to be on the right side of it, and the end), in one writing or another.

    Of a k^n + b, and of a quadratic: the root at which it rises; nothing of others.
    """
    if p.degree() < 1:  # a parameter of either sign
        return
    a, *middle, b = p.all_coeffs()
    ends = [(side, end) for side, end in ((-1, low), (1, high)) if end not in ENDLESS]
    if p.degree() == 2 and not (low.is_nonnegative and middle == [0]):
        if low in ENDLESS:
            return
        root, beside = sqrt(factor(middle[0] ** 2 - 4 * a * b)), [(side * p.eval(end), end) for side, end in ends]
        yield rational.as_product((root - middle[0]) / (2 * a)), a if high is oo else a**2, beside
        if high is not oo:  # the same where a may be 0
            yield rational.as_product(-2 * b / (root + middle[0])), middle[0], beside
    elif p.degree() == 1:
        at = rational.as_product(-b / a)
        yield at, a, [(side * (end - at), end) for side, end in ends]
    elif low.is_nonnegative and set(p.monoms()) == {(p.degree(),), (0,)}:
        at = (-b / a) ** (S.One / p.degree())
        yield at, a, [(side * (end - at), end) for side, end in ends]


def _is_smooth(f: Expr, k: Symbol) -> bool:
    """Whether it is made of polynomials and exponentials of such."""
    smooth = [e for e in f.atoms(exp) if e.args[0].is_polynomial(k)]
    smooth += [e for e in _exponentials(f, k) if e.as_base_exp()[0].is_positive]
    return f.xreplace(dict.fromkeys(smooth, Dummy())).is_polynomial(k)


def _exponentials(f: Expr, k: Symbol) -> list[Expr]:
    """What is in it of the form B^(c k + d)."""
    return [e for e in f.atoms(Pow, exp) if e.has(k) and is_exponential(e, k)]
