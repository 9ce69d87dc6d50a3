"""What SymPy works out again and again, and is to remember; in which order it asks for what it does not know; what it stumbles
over.

What is remembered is forgotten with the rest of SymPy's memory, where `evaluate(False)` changes what it would be.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from flint import fmpq
from sympy import QQ, ZZ, Basic, Dummy, Poly, Rational, S, harmonic
from sympy.core import cache, exprtools
from sympy.ntheory import factor_

KEPT = 20_000  # answers to each question, also in a process in which SymPy keeps 1000
_keeping: Any = vars(cache)["__cacheit"](KEPT)  # with what SymPy forgets by itself, and what it cannot hash

# a sum's sign that does not follow from those of its terms: asked for anew for each of positive, negative, not positive and
# not negative, and by every sum above it; a tenth of the time of a derivation
_sign_of_any = exprtools._monotonic_sign


def _sign(x: Basic) -> Basic | None:
    """SymPy's answer. Of a polynomial of one symbol it would factor each derivative and isolate its roots, where mostly the signs
    of the coefficients tell whether there is one above the symbol's least value."""
    if not (x.is_Add and len(x.free_symbols) == 1 and x.is_polynomial()):
        return _sign_of_any(x)
    (s,) = x.free_symbols
    low = exprtools._monotonic_sign(s) if s.is_nonnegative else None
    if low is None:
        return _sign_of_any(x)
    reached, low = low != exprtools._eps, S.Zero if low == exprtools._eps else low
    rises = _one_sign(Poly(x, s).diff(), low, reached)
    if rises is None:
        return _sign_of_any(x)
    first = x.subs(s, low)
    if rises > 0 and first.is_nonnegative:
        return first if first.is_positive else Dummy("nneg", nonnegative=True)
    if rises < 0 and first.is_nonpositive:
        return first if first.is_negative else Dummy("npos", nonpositive=True)
    return None


def _one_sign(f: Poly, low: Basic, reached: bool) -> int | None:
    """1 or -1 where a polynomial has that sign above a number, and at it if it is reached; 0 where it has not one; None where
    that is not seen: by Descartes' rule, else by Sturm's theorem."""
    at = f.shift(low) if low else f
    coefficients = [c for c in at.all_coeffs() if c != 0]
    if not all(c.is_positive or c.is_negative for c in coefficients):
        return None
    changes = sum(a.is_positive != b.is_positive for a, b in pairwise(coefficients))
    if changes % 2 == 1 or not coefficients or (reached and at.nth(0) == 0):
        return 0
    if changes:
        if at.domain not in (ZZ, QQ):
            return None
        if at.terms_gcd()[1].count_roots(0, None):
            return 0
    return 1 if coefficients[0].is_positive else -1


exprtools._monotonic_sign = _keeping(_sign)

# the common factors of terms, in every `together`, `cancel` and `factor_terms`
_common_factors = _keeping(exprtools._gcd_terms)
exprtools._gcd_terms = lambda terms, *how: _common_factors(terms if isinstance(terms, Basic) else tuple(terms), *how)

_equal = Rational.__eq__


def _equal_to(number: Rational, other: Any) -> Any:
    return NotImplemented if isinstance(other, dict) else _equal(number, other)


# no dict is a number: SymPy makes one of its own of it, whatever is in it, with every set of factors that it compares with 1
Rational.__eq__ = _equal_to


def _kept_set(find: Callable[..., set]) -> Callable[..., set]:
    """A question to an expression that is answered by a set: each time by one of its own, which may be changed."""
    kept = _keeping(lambda x, *kinds: frozenset(find(x, *kinds)))
    return lambda x, *kinds: set(kept(x, *kinds)) if x.args else find(x, *kinds)


Basic.free_symbols = property(_kept_set(Basic.free_symbols.fget))
Basic.atoms = _kept_set(Basic.atoms)
Basic.__str__ = _keeping(Basic.__str__)

# FLINT's whole numbers have a logarithm where a float holds them: on the way to 388^(-1/387) there is one of a thousand digits
factor_.math = SimpleNamespace(
    **vars(math) | {"log": lambda n, *base: math.log(int(n), *base), "log2": lambda n: math.log2(int(n))}
)

MOST_TERMS = 100_000  # of a harmonic number that is a fraction: it has that many digits


class _ByHalves:
    """The harmonic numbers of each order, added by halves: SymPy adds term by term, in lowest terms each time, and H(30000)
    takes seven seconds of it."""

    def __contains__(self, m: Any) -> bool:
        return True

    def __getitem__(self, m: Any) -> Callable[[int], Rational]:
        def sum_up_to(n: int) -> Rational | None:
            if n > MOST_TERMS:
                return None  # it stays as it is written: balls know it, and its millions of digits help nobody
            total = _powers(1, n, int(m))
            return Rational(int(total.p), int(total.q))

        return sum_up_to


def _powers(first: int, last: int, m: int) -> fmpq:
    """The sum of 1/k^m from the first k to the last."""
    if last - first < 8:
        return sum((fmpq(1, k**m) for k in range(first, last + 1)), fmpq(0))
    middle = (first + last) // 2
    return _powers(first, middle, m) + _powers(middle + 1, last, m)


harmonic.harmonic_cache = _ByHalves()

# Facts that would tell a sign are asked for in an order of chance, so that what it takes, and what is found where SymPy
# contradicts itself, is another thing in each process. Those that are cheap and tell much come first.
FIRST = (
    *("zero", "extended_real", "real", "finite", "infinite", "complex", "integer", "rational", "even", "odd"),
    *("noninteger", "extended_positive", "extended_negative"),
)
_assumptions: Any = sys.modules["sympy.core.assumptions"]
_PLACES = {fact: i for i, fact in enumerate(FIRST)}
_assumptions.shuffle = lambda facts: facts.sort(key=lambda fact: (_PLACES.get(fact, len(FIRST)), fact))
