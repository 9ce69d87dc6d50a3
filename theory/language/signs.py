"""Signs that follow from the form of an expression, wherever it is a real number.

SymPy's assumptions know less: a root is a number only where what is under it is not negative, so that sqrt(q/(n - 1)) has its
sign whatever is known of n.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import product
from math import prod

from sympy import Abs, Add, Dummy, Expr, Ge, Gt, Le, Lt, Mul, Poly, Pow, fraction, hessian, together

from . import remembered  # noqa: F401  before a sign is asked for
from .expansion import multiplied_out
from .laws import Noise

Inequality = Ge | Gt | Le | Lt


@lru_cache(maxsize=4096)
def is_positive(x: Expr) -> bool:
    """Whether x > 0 almost surely, wherever it is a real number."""
    return _positive_by_its_parts(x) or bool(x.is_positive) or _is_positive_sum(x)


def _positive_by_its_parts(x: Expr) -> bool:
    # before SymPy is asked, who works out all that there is to be known of a long sum
    match x:
        case Mul():
            return all(map(is_positive, x.args))
        case Pow():
            if is_positive(x.base):
                return True
            return _is_even(x.exp) and (x.exp.is_negative is True or is_nonzero(x.base))
        case Abs():
            return is_nonzero(x.args[0])
        case Add():
            return all(map(is_nonnegative, x.args)) and any(is_positive(y) or is_nonzero(y) for y in x.args)
    return False


def _is_positive_sum(x: Expr) -> bool:
    return isinstance(x, Add) and (_joined(x, is_positive) or _is_variance(x))


@lru_cache(maxsize=4096)
def is_nonnegative(x: Expr) -> bool:
    """Whether x >= 0 almost surely, wherever it is a real number."""
    return _nonnegative_by_its_parts(x) or bool(x.is_nonnegative) or is_positive(x) or _is_nonnegative_sum(x)


def _nonnegative_by_its_parts(x: Expr) -> bool:
    match x:
        case Mul() | Add():
            return all(map(is_nonnegative, x.args))
        case Pow():
            return _is_even(x.exp) or is_nonnegative(x.base)
        case Abs():
            return True
    return False


def _is_nonnegative_sum(x: Expr) -> bool:
    return isinstance(x, Add) and (_joined(x, is_nonnegative) or _is_sum_of_squares(x))


def _is_sum_of_squares(x: Add) -> bool:
    """Whether x is a quadratic form in real numbers, with rational coefficients, that is never negative."""
    for term in x.args:  # which is not written as a polynomial: its numbers may be long
        c, rest = term.as_coeff_Mul()
        factors = rest.as_powers_dict()
        if not (c.is_Rational and sum(factors.values()) == 2 and all(s.is_Symbol and s.is_real for s in factors)):
            return False
    names = sorted(x.free_symbols, key=str)
    return bool(hessian(x, names).is_positive_semidefinite)


def _is_even(exponent: Expr) -> bool:
    """Whether a power with it is never negative: an even number, or a root of even order."""
    return bool(exponent.is_Rational and (exponent.q % 2 == 0 or exponent.p % 2 == 0))


def is_nonzero(x: Expr) -> bool:
    """Whether x is not 0 almost surely, wherever it is a real number."""
    if x.is_nonzero or is_positive(x):
        return True
    if isinstance(x, Mul):
        return all(map(is_nonzero, x.args))
    return is_nonzero(x.base) if isinstance(x, Pow) else _is_moved_by_noise(x)


def _is_moved_by_noise(x: Expr) -> bool:
    """Whether x is a polynomial, not 0, in draws from laws that have a density: its zeros have no probability."""
    draws = [z for z in sorted(x.atoms(Noise), key=str) if z.law.has_a_density and not z.law.atoms(Noise)]
    if not draws or not x.is_polynomial(*draws):
        return False
    return any(c.is_nonzero for m, c in Poly(x, *draws).terms() if any(m))


def _is_variance(x: Expr) -> bool:
    """Whether x is E Y^2 - (E Y)^2 for a draw Y from a law that has a density."""
    for m in x.atoms(Expr):
        if not getattr(m, "is_mean", False):
            continue
        y, mean = m.args[0], m.func
        if isinstance(y, Noise) and y.law.has_a_density and x == mean(y**2) - mean(y) ** 2:
            return True
    return False


def _joined(x: Expr, has_sign: Callable[[Expr], bool]) -> bool:
    """A sum over one denominator, whole positive numbers written as 1 + k: 1 - m/(n + m) is n/(n + m)."""
    terms, below = _over_one_denominator(x)
    above = all(map(is_nonnegative, terms)) and (has_sign is is_nonnegative or any(map(is_positive, terms)))
    return bool(terms) and above and all(map(is_nonnegative, below))


@lru_cache(maxsize=4096)  # of what is not positive it is asked, too, whether it is not negative
def _over_one_denominator(x: Expr) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """The terms of numerator and denominator, each multiplied out; none where they are not new."""
    whole = {s: 1 + Dummy(integer=True, nonnegative=True) for s in x.free_symbols if s.is_integer and s.is_positive}
    if not whole and all(p.base.is_number or not p.exp.could_extract_minus_sign() for p in x.atoms(Pow)):
        return (), ()  # over the same denominator, a number, nothing is new
    top, bottom = map(multiplied_out, fraction(together(x.xreplace(whole))))
    return Add.make_args(top), Add.make_args(bottom)


__all__ = ["is_nonnegative", "is_nonzero", "is_positive"]


MOST_VALUES = 500  # of a polynomial, by which it is seen to have whole ones only


@lru_cache(maxsize=4096)
def is_whole(x: Expr) -> bool:
    """Whether x is a whole number: by its parts, or as a polynomial in whole numbers.

    A polynomial of degree d has whole values everywhere if it has them at d + 1 numbers in a row.
    """
    if x.is_integer:
        return True
    symbols = sorted(x.free_symbols, key=str)
    if not symbols or not all(s.is_integer for s in symbols) or not x.is_polynomial(*symbols):
        return False
    p = Poly(x, *symbols)
    if not p.domain.is_QQ or prod(d + 1 for d in p.degree_list()) > MOST_VALUES:
        return False
    return all(p(*at).is_Integer for at in product(*(range(d + 1) for d in p.degree_list())))
