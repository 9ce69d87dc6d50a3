"""The largest, or the smallest, draw so far: its law against enumeration and quadrature that know nothing of it."""

from fractions import Fraction
from itertools import product

import mpmath as mp
import pytest
from exact import derived, enclosed, fraction_ball
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from stated import is_proved
from sympy import Eq, Expr, Le, Max, Min, Rational, Symbol, exp, harmonic, pi, sympify

from theory import E, Exponential, Finite, Integers, Logistic, Noise, Normal, Positive, Prob, Probability, Uniform, Var
from theory.language.errors import CannotTell
from theory.language.laws import Multinomial, counts
from theory.language.loops import Loop, coordinate
from theory.proof.methods import moment
from theory.proof.methods.records import record

t = Symbol("t", integer=True, positive=True)


def largest(new, start=0, of=Max) -> Loop:
    """A loop that keeps the largest of its start and of what `new` makes in each fit."""

    class Kept(Loop):
        x = coordinate()

        @property
        def initial(self):
            return {"x": sympify(start)}

        def step(self, state):
            made = new() if isinstance(new(), tuple) else (new(),)
            return {"x": of(state["x"], *made)}

    return Kept()


def die() -> Expr:
    return 1 + Noise("D", Finite((Rational(1, 6), Rational(1, 3), Rational(1, 2))))


def two_dice() -> tuple[Expr, ...]:
    masses = (Rational(1, 6), Rational(1, 3), Rational(1, 2))
    return 1 + Noise("D", Finite(masses)), 1 + Noise("F", Finite(masses))


def enumerated(f, rolls: int, start, of) -> Fraction:
    """The mean of f of the largest, or the smallest, of so many rolls and the start."""
    masses = {1: Fraction(1, 6), 2: Fraction(1, 3), 3: Fraction(1, 2)}
    total = Fraction(0)
    for rolled in product(masses, repeat=rolls):
        chance = Fraction(1)
        for x in rolled:
            chance *= masses[x]
        total += chance * f(of((start, *rolled)))
    return total


@pytest.mark.thin(5)
@pytest.mark.parametrize("of", [Max, Min])
@pytest.mark.parametrize(("new", "many"), [(die, 1), (two_dice, 2)])
@pytest.mark.parametrize("start", [0, 1, 2, 3, 4, Rational(5, 2)])
def test_of_dice(of, new, many, start):
    """Means, powers and events at the numbers that are rolled, in symbols and in balls, in every generation from 0 on."""
    loop, python = largest(new, start, of), {Max: max, Min: min}[of]
    begun = Fraction(int(start.p), int(start.q)) if isinstance(start, Rational) else Fraction(start)
    cases = {E(loop.x(t)): lambda x: x, E(loop.x(t) ** 2): lambda x: x * x}
    cases |= {Prob(loop.x(t) <= 2): lambda x: x <= 2, Prob(loop.x(t) < 2): lambda x: x < 2}
    cases |= {Prob(2 * loop.x(t) - 4 >= 0): lambda x: x >= 2, Prob(loop.x(t) > 2): lambda x: x > 2}
    for m, f in cases.items():
        for k in range(4):
            exact = enumerated(f, many * k, begun, python)
            here = m.xreplace({loop.x(t): loop.x(k)})
            assert enclosed(here).overlaps(fraction_ball(exact)) if here.has(loop.x(k)) else here == Rational(exact)
            if k:
                assert derived(m).subs(t, k) == Rational(exact.numerator, exact.denominator)


LAWS = {
    "uniform": (lambda: 3 * Noise("U", Uniform(-1, 2)) - 1, lambda x: (x + 4) / 9, (-4, 5)),
    "uniform, turned": (lambda: 1 - 2 * Noise("U", Uniform(0, 1)), lambda x: (x + 1) / 2, (-1, 1)),
    "exponential": (lambda: 1 + Noise("X", Exponential(2)), lambda x: 1 - mp.exp(-(x - 1) / 2), (1, 80)),
    "exponential, turned": (lambda: 3 - Noise("X", Exponential(2)), lambda x: mp.exp((x - 3) / 2), (-80, 3)),
    "normal": (lambda: 1 + 2 * Noise("X", Normal(0, 1)), lambda x: mp.ncdf((x - 1) / 2), (-30, 30)),
    "logistic": (lambda: -Noise("X", Logistic(1, 2)), lambda x: 1 / (1 + mp.exp(-(x + 1) / 2)), (-120, 120)),
}


def by_quadrature(cdf, ends, start: float, k: int, fits: int, of) -> mp.mpf:
    """E x^k = a^k + int k x^(k - 1) P(x > y) dy from a, below all there is, to the end."""

    def above(y) -> mp.mpf:
        inside = 0 if y < ends[0] else 1 if y > ends[1] else cdf(y)
        if of is Max:
            return 1 - (inside**fits if y >= start else 0)
        return (1 - inside) ** fits if y < start else mp.mpf(0)

    with mp.workdps(20):
        low, high = min(start, ends[0]), max(start, ends[1])
        places = sorted({low, start, *ends, *(low + (high - low) * mp.mpf(j) / 16 for j in range(17))})
        return mp.mpf(low) ** k + mp.quad(lambda y: k * y ** (k - 1) * above(y), places)


@pytest.mark.thin(13)  # of either side, every law and every place some
@pytest.mark.parametrize("of", [Max, Min])
@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("place", ["below", "low end", "inside", "high end", "above"])
def test_of_draws_with_a_density(of, name, place):
    """Means and squares in balls and, where there is a form of them, in symbols, wherever the start is."""
    new, cdf, ends = LAWS[name]
    inside, above = 2 if ends[0] > 0 else 0, 9 if name == "normal" else 90
    start = {"below": -5, "low end": ends[0], "inside": inside, "high end": ends[1], "above": above}[place]
    loop = largest(new, start, of)
    for k, fits in ((1, 0), (1, 1), (2, 1), (1, 3), (3, 2)):
        try:
            ball = enclosed(E(loop.x(fits) ** k))
        except CannotTell:
            assert place in ("above", "high end") if of is Max else place in ("below", "low end")
            continue
        exact = by_quadrature(cdf, ends, start, k, fits, of)
        assert abs(float(ball) - exact) <= 1e-9 * max(1, abs(exact))
        if fits:
            try:
                form = derived(E(loop.x(t) ** k)).subs(t, fits)
            except CannotTell:
                continue
            assert abs(mp.mpf(str(form.evalf(25))) - exact) <= 1e-12 * max(1, abs(exact))


@given(st.integers(1, 40), st.integers(1, 4))
def test_moments_of_the_longest_of_exponential_times(fits, k):
    """E X_(n)^k = int k x^(k - 1) (1 - (1 - e^-x)^n) dx = k! sum_j C(n, j) (-1)^(j + 1) / j^k."""
    loop = largest(lambda: Noise("X", Exponential(1)))
    exact = mp.factorial(k) * mp.fsum(
        (-1) ** (j + 1) * mp.binomial(fits, j) / mp.mpf(j) ** k for j in range(1, fits + 1)
    )
    with mp.workdps(60):
        exact = mp.factorial(k) * mp.fsum(
            (-1) ** (j + 1) * mp.binomial(fits, j) / mp.mpf(j) ** k for j in range(1, fits + 1)
        )
        form = derived(E(loop.x(t) ** k)).subs(t, fits)
        assert abs(mp.mpf(str(form.evalf(30))) - exact) <= 1e-20 * exact


a, n = Symbol("a", positive=True), Symbol("n", integer=True, nonnegative=True)
BEST = largest(lambda: Noise("U", Uniform(0, 1)))
LONGEST = largest(lambda: Noise("X", Exponential(1)))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (lambda t: Eq(E(BEST.x(t)), t / (t + 1)), lambda t: Eq(E(BEST.x(t)), t / (t + 2))),
        (lambda t: Eq(Var(BEST.x(t)), t / (t + 1) ** 2 / (t + 2)), lambda t: Eq(Var(BEST.x(t)), t / (t + 2) ** 3)),
        (lambda t: Eq(E(LONGEST.x(t)), harmonic(t)), lambda t: Eq(E(LONGEST.x(t)), harmonic(t + 1))),
        (lambda t: Le(Var(LONGEST.x(t)), pi**2 / 6), lambda t: Le(Var(LONGEST.x(t)), Rational(3, 2))),
    ],
)
def test_claims_are_decided(right, wrong):
    assert is_proved(right, t=Integers(0))
    assert not is_proved(wrong, t=Integers(0))


def test_claims_on_events_are_decided():
    assert is_proved(lambda t, a: Eq(Prob(BEST.x(t) <= a), a**t), t=Integers(0), a=Probability())
    assert not is_proved(lambda t, a: Eq(Prob(BEST.x(t) <= a), a ** (t + 1)), t=Integers(0), a=Probability())
    assert is_proved(lambda t, a: Eq(Prob(LONGEST.x(t) < a), (1 - exp(-a)) ** t), t=Integers(0), a=Positive())
    assert is_proved(lambda t, a: Le(Prob(BEST.x(t) >= a), t * (1 - a)), t=Integers(0), a=Probability())


def test_what_it_is_not():
    """What moves otherwise, or is of two generations, is left to others."""
    moved = largest(lambda: Noise("U", Uniform(0, 1)))
    for m in (E(moved.x(2) * moved.x(3)), E(largest(lambda: Noise("X", Normal(0, 1))).x(t))):
        with pytest.raises(CannotTell):
            moment(m)


def test_counts_of_one_draw_are_not_independent():
    """Of three tosses one count or the other is above 1: P(both <= 1) is 0, and not a product."""
    loop = largest(lambda: tuple(counts("Y", Multinomial(3, (Rational(1, 2), Rational(1, 2))))))
    assert record(loop, "x") is None
    assert not is_proved(lambda t: Eq(Prob(loop.x(t) <= 1), Rational(1, 4) ** t), t=Integers(1))


def test_before_the_first_fit_it_is_the_start():
    """With a start below all draws no form holds at 0, too."""
    loop = largest(lambda: 1 + Noise("U", Uniform(0, 1)))
    with pytest.raises(CannotTell):
        moment(E(loop.x(n)))
    assert derived(E(loop.x(t))).subs(t, 1) == Rational(3, 2)
    assert enclosed(E(loop.x(0))) == arb(0)
