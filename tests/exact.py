"""Values of expressions in moments, from balls and from derivations: for tests that hold other things against them."""

import pickle
from fractions import Fraction
from itertools import accumulate, combinations_with_replacement
from math import factorial, prod

import pytest
from flint import arb
from hypothesis import strategies as st
from sympy import Expr, Rational, Symbol

from simulate.engine.estimate import Histogram
from theory.language.errors import CannotTell
from theory.language.moments import Moment
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.arithmetic.rings import Balls
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.signs import Certificate, positive
from theory.proof.standard import standardise
from theory.proof.symbols.normal_forms import is_zero


def enclosed(x) -> arb:
    """A ball for an expression in moments with numbers for all parameters."""
    standard = standardise(x)
    names = {m: Symbol(f"m{i}") for i, m in enumerate(sorted(standard.atoms(Moment), key=str))}
    return compile_expr(standard.xreplace(names), tuple(names.values()))(Balls, *(value(m).value for m in names))


def certified_sign(x: Expr) -> int:
    """1, -1 or 0, for all values of its symbols. Raises `CannotTell`."""
    if is_zero(x):
        return 0
    for sign in (1, -1):
        if positive(sign * x, Certificate()):
            return sign
    raise CannotTell(f"the sign of {x} is not seen")


def number(x, radius=1e-9) -> float:
    """The value of an expression in moments, from balls."""
    ball = enclosed(x)
    assert float(ball.rad()) < radius * (1 + abs(float(ball.mid())))
    return float(ball.mid())


def about(x, wanted, digits=10):
    assert number(x) == pytest.approx(wanted, rel=10.0**-digits)


def derived(x) -> Expr:
    """The derived form of an expression in moments, in symbols."""
    standard = standardise(x)
    return standard.xreplace({m: moment(m).form for m in standard.atoms(Moment)})


def fraction_ball(x: Fraction) -> arb:
    return arb(x.numerator) / arb(x.denominator)


def bits(sums) -> tuple:
    """All that is kept of a block or a pilot, to the last bit."""
    if isinstance(sums, Histogram):
        return sums.edges.tobytes(), sums.counts.tobytes()
    if hasattr(sums, "tobytes"):
        return (sums.tobytes(),)
    floats = (sums.mean, sums.m2, sums.m3, sums.m4, sums.low, sums.high, sums.shift)
    return (sums.count, *(float(x).hex() for x in floats), sums.top.tobytes())


def rebuilt(loop) -> None:
    """A loop is what its arguments make, and comes back from a pickle; it refuses nothing."""
    assert loop.func(*loop.args) == loop
    assert pickle.loads(pickle.dumps(loop)) == loop
    assert loop.refuses() is None


@st.composite
def laws_of_weights(draw, most):
    """(Increasing positive weights, their probabilities), of two atoms or more, in rational numbers."""
    size = draw(st.integers(2, most))
    masses = draw(st.lists(st.integers(1, 40), min_size=size, max_size=size))
    gaps = draw(st.lists(st.integers(1, 60), min_size=size - 1, max_size=size - 1))
    points = accumulate([draw(st.integers(1, 30)), *gaps])
    return [Rational(x, 7) for x in points], [Rational(m, sum(masses)) for m in masses]


def picked(masses, weights, K):
    """The law of the pick among K draws, every multiset of them written out, in rational numbers."""
    out = [0 * masses[0]] * len(masses)
    for shown in combinations_with_replacement(range(len(masses)), K):
        orders = factorial(K) // prod(factorial(shown.count(i)) for i in set(shown))
        chance = orders * prod(masses[i] for i in shown)
        for i in shown:
            out[i] += chance * weights[i] / sum(weights[j] for j in shown)
    return out
