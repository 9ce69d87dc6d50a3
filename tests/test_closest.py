"""Places where a relation may fail off all lines along one variable: in a dent, on a diagonal, at one integer of many."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from itertools import chain

import pytest
from stated import stated
from sympy import And, Eq, Ge, Gt, KroneckerDelta, Le, Lt, Max, Rational, cos, exp, floor, log, pi, sin

from simulate.engine.search import look_in_balls
from theory import E, GaussianLoop, Integers, Points, Positive, Probability, Reals, Simplex
from theory.discrete import SymbolLoop
from theory.language.claims import Point
from theory.language.errors import CannotTell
from theory.language.loops import Loop, coordinate
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.crossings import crossings
from theory.proof.enclose import at_point
from theory.proof.existence import Undefined
from theory.proof.reach import planned
from theory.proof.relations.closest import closest
from theory.proof.relations.turns import looked_at, turning, turning_together, turns

N, T, POS, PROB = Integers(2), Integers(0), Positive(), Probability()
FINE = Rational(1, 10**8)


def variance(p, n, t):
    s = SymbolLoop(p, n).share(t)
    return E(s * (1 - s))


FALSE = {
    "at whole points of a hyperbola": stated(lambda n, m: Gt((n**2 - 7 * m**2 - 1) ** 2, 0), n=N, m=N),
    "at one product": stated(lambda n, m: Gt((n * m - 1073) ** 2, 0), n=N, m=N),
    "for one ratio of two sizes": stated(lambda n, m: Ge((m / (n + m) - Rational(30, 71)) ** 2, FINE), n=N, m=N),
    "for harmonic triples": stated(
        lambda n, m, k: Gt((E(GaussianLoop(n).mu(1) ** 2) + 1 / m - 1 / k) ** 2, 0), n=N, m=N, k=N
    ),
    "about one exponential": stated(lambda a, b: Ge((exp(a) - b) ** 2, FINE), a=Reals(0, 3), b=POS),
    "about one logarithm": stated(lambda a: Ge((log(a) - 5) ** 2, FINE**2), a=POS),
    "at one integer of a cosine": stated(lambda t: Le(cos(t), 1 - FINE + KroneckerDelta(t, 0)), t=T),
    "of an equality": stated(
        lambda t: Eq(E(GaussianLoop(3).sigma(t) ** 2), 1 + Max(0, cos(t) - 1 + FINE)), t=Integers(1)
    ),
    "at multiples of 997": stated(
        lambda n: Lt(E(GaussianLoop(n).mu(1) ** 2), 1 / n + (n / 997 - floor(n / 997)) / n**2), n=N
    ),
    "in a valley": stated(
        lambda a, b: Gt((1 - a) ** 2 + 100 * (b - a**2) ** 2, Rational(1, 10**6)), a=Reals(-5, 5), b=Reals(-5, 5)
    ),
    "beside moments": stated(
        lambda p, n, t: Gt((variance(p, n, t) - Rational(1, 7)) ** 2, FINE), p=PROB, n=N, t=T
    ),
    "on the border of a condition": stated(
        lambda n, m: Le(n / (n - 2 * m + Rational(1, 9)), Rational(89, 100) * n), n=N, m=N,
        where=lambda n, m: And(n > 2 * m, m > 40),
    ),
    "in the middle of a simplex": stated(
        lambda p: Ge(sum(x**2 for x in p), Rational(1, 3) + FINE), p=Simplex(3), where=lambda p: p[0] < p[1] + 1
    ),
    "in four dimensions": stated(
        lambda a, b, c, d: Gt((a - b) ** 2 + (b - c) ** 2 + (c - d) ** 2 + (d - Rational(2, 7)) ** 2, Rational(1, 10**5)),
        a=Reals(-1, 1), b=Reals(-1, 1), c=Reals(-1, 1), d=Reals(-1, 1),
    ),
    "in one case": stated(lambda K, x: Ge((x - exp(1)) ** 2 + (8 - K), FINE), K=Points(2, 8), x=Reals(0, 10)),
}  # fmt: skip

TRUE = {
    "no square is 6 modulo 7": stated(lambda n, m: Gt((n**2 - 7 * m**2 + 1) ** 2, 0), n=N, m=N),
    "attained on a curve": stated(lambda a, b: Ge((exp(a) - b) ** 2, 0), a=Reals(0, 3), b=POS),
    "periodic": stated(lambda t: Eq(E(GaussianLoop(3).sigma(t) ** 2), 1 + sin(pi * t) ** 2), t=T),
    "attained on a border": stated(
        lambda n, m: Le(n / (n - 2 * m + Rational(1, 9)), Rational(9, 10) * n), n=N, m=N, where=lambda n, m: n > 2 * m
    ),
    "attained in the middle": stated(lambda p: Ge(sum(x**2 for x in p), Rational(1, 3)), p=Simplex(3)),
    "of a mean and its square": stated(lambda p, n, t: Le(variance(p, n, t), Rational(1, 4)), p=PROB, n=N, t=T),
}  # fmt: skip


def places(c):
    """What a hunt looks at where the sides come closest, and where something turns, beside the first points of every case."""
    first = {p.values.get("K"): p.values for p in reversed(planned(c, 8, 4))}
    for values in first.values():
        yield from chain.from_iterable(closest(c, values))
        yield from turning_together(c, values)
        for name in c.symbols:
            yield from ({**values, name: x} for x in turns(c, values, name))


def violated(c) -> list:
    found = []
    for values in places(c):
        with suppress(CannotTell, ArithmeticError):
            found += [values] if c.admits(values) and look_in_balls(c, values).violation > 0 else []
    return found


@pytest.mark.thin(2)
@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_in_a_dent_is_looked_at(name):
    assert violated(FALSE[name])


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_not_violated_there(name):
    assert not violated(TRUE[name])


def test_a_function_that_is_not_rational_is_seen_to_change_its_sign():
    c = stated(lambda a: Ge(exp(a), 7), a=POS)
    (a,) = c.symbols.values()
    ((low, high),) = crossings(exp(a) - 7, a, looked_at(POS), Fraction(1, 10**8))
    assert low < log(7) < high
    assert not crossings(exp(a) + 7, a, looked_at(POS), Fraction(1, 10**6))
    turn = crossings((a - 3) * exp(-a), a, looked_at(POS), Fraction(1, 10**6))  # it is 0 at 3 and turns at 4
    assert [round(float(low)) for low, _ in turn] == [3, 4]
    assert not crossings(0 * a + 0, a, looked_at(POS), Fraction(1, 10**6))


def test_two_integers_at_which_a_generation_is_negative_are_met():
    c = stated(
        lambda n, m: Le(E(GaussianLoop(3).sigma((n * m - 221) ** 2 - 1)), 1), n=Integers(9, 30), m=Integers(9, 30)
    )
    assert any({values["n"], values["m"]} == {13, 17} for values in turning(c, {"n": 20, "m": 20}))


class Thirds(Loop):
    """x falls by a third in every generation, from 1: it is 0 after three."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": 1}

    def step(self, now):
        return {"x": now["x"] - Rational(1, 3)}


@pytest.mark.parametrize(
    "relation",
    [
        lambda t: Gt(E(Thirds().x(t) ** 2 + 1 / Thirds().x(t)), -3),
        lambda t: Gt(1 / E(Thirds().x(t)), -5),
        lambda t: Gt(1 / E(Thirds().x(t)) ** 2, -3),
    ],
)
def test_a_mean_that_is_0_and_divides_leaves_a_side_without_a_value(relation):
    c = stated(relation, t=T)
    with pytest.raises(Undefined, match="restrict the domain"):
        look_in_balls(c, {"t": 3})
    found = at_point(c, Point(9, {"t": 3}, "hunted"), 0.01)
    assert found.verdict == Verdict.UNDECIDED
    assert "has no value at t = 3" in found.note
    assert look_in_balls(c, {"t": 4}).violation < 0
