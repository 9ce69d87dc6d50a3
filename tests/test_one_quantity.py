"""Differences in one quantity that is written in several ways, and products against their limits."""

from stated import assert_proved, is_proved, stated
from sympy import Eq, Ge, Gt, Le, Lt, Product, Rational, Symbol, atan, erf, erfc, exp, pi, sin, sinh, sqrt, tanh

from theory.language.domains import Integers, Positive, Reals
from theory.language.laws import Noise, Normal
from theory.language.loops import Loop, coordinate
from theory.language.moments import TV, E, Prob, Var
from theory.proof.relations.learned import Learned
from theory.proof.relations.one_quantity import named

k = Symbol("k", integer=True, positive=True)
TWO = {"v": Positive(), "w": Positive()}
STEPS = {"a": Reals(0, 1), "t": Integers(0)}


class Refitted(Loop):
    """A mean refitted on n fresh real points and m of its own."""

    n: Integers(1)
    m: Integers(1)
    mu = coordinate()
    initial = property(lambda self: {"mu": 0})

    def step(self, now):
        real, own = Noise("Z", Normal(0, 1)), Noise("Y", Normal(0, 1))
        n, m = self.n, self.m
        return {"mu": (sqrt(n) * real + m * (now["mu"] + own / sqrt(m))) / (n + m)}


def test_a_root_beside_a_function_of_it():
    assert_proved(lambda v, w: Le(atan(sqrt(v + w) / 2), sqrt(v + w) / 2), **TWO)
    assert not is_proved(lambda v, w: Le(atan(sqrt(v + w) / 2), sqrt(v + w) * Rational(49, 100)), **TWO)
    assert_proved(lambda v, w: Gt(exp(-(v + w)), erfc(sqrt(v + w)) / 2), **TWO)
    assert not is_proved(lambda v, w: Ge(exp(-2 * (v + w)), erfc(sqrt(v + w))), **TWO)
    root = lambda a, t: sqrt((1 - a ** (2 * t)) / (1 - a**2))  # noqa: E731
    assert_proved(lambda a, t: Le(erf(root(a, t)), 2 * root(a, t) / sqrt(pi)), **STEPS)
    assert not is_proved(lambda a, t: Lt(erf(root(a, t)), 2 * root(a, t) / sqrt(pi)), **STEPS)  # both are 0 at t = 0
    assert not is_proved(lambda a, t: Le(erf(root(a, t)), root(a, t)), **STEPS)


def test_a_sign_that_turns_is_no_power():
    """Its square is that of the quantity."""
    turning = {"v": Positive(), "w": Positive(), "n": Integers(0)}
    assert not is_proved(lambda v, w, n: Le(tanh(sqrt(v + w)), (-1) ** n * sqrt(v + w)), **turning)
    assert not is_proved(
        lambda v, w, n: Le(atan(sqrt(v + w)), (v - w) ** 2 * sqrt(v + w) / (v - w) ** 2 - 1), **turning
    )


def test_a_loop_near_the_truth():
    """The arguments come out of the derivation multiplied out, and the claim's do not."""
    here = {"n": Integers(1), "m": Integers(1), "t": Integers(0)}
    later = here | {"t": Integers(1)}
    far = lambda loop, t: E(TV(Normal(loop.mu(t), 1), Normal(0, 1)))  # noqa: E731
    assert_proved(lambda n, m, t: Le(far(Refitted(n, m), t), sqrt(Var(Refitted(n, m).mu(t))) / pi), **here)
    assert not is_proved(lambda n, m, t: Le(far(Refitted(n, m), t), sqrt(Var(Refitted(n, m).mu(t))) / 4), **here)
    tail = lambda loop, t, c: Le(Prob(loop.mu(t) >= 1), exp(-c / (2 * Var(loop.mu(t)))))  # noqa: E731
    assert_proved(lambda n, m, t: tail(Refitted(n, m), t, 1), **later)
    assert not is_proved(lambda n, m, t: tail(Refitted(n, m), t, 3), **later)


def test_a_product_against_its_limit():
    falling = lambda n, t: Product(1 - 1 / (n * k**2), (k, 1, t))  # noqa: E731
    rising = lambda n, t: Product(1 + 1 / (n * k**2), (k, 1, t))  # noqa: E731
    here = {"n": Integers(2), "t": Integers(0)}
    assert_proved(lambda n, t: Ge(falling(n, t), 1 - pi**2 / (6 * n)), **here)
    assert_proved(lambda n, t: Gt(falling(n, t), sin(pi / sqrt(n)) * sqrt(n) / pi), **here)
    assert_proved(lambda n, t: Lt(rising(n, t), sinh(pi / sqrt(n)) * sqrt(n) / pi), **here)
    assert not is_proved(lambda n, t: Ge(falling(n, t), 1 - pi**2 / (7 * n)), **here)
    assert not is_proved(lambda n, t: Le(falling(n, t), sin(pi / sqrt(n)) * sqrt(n) / pi), **here)
    assert not is_proved(lambda n, t: Le(rising(n, t), 1 + 1 / n), **here)


def test_a_product_whose_factors_change_sign_is_not_said_to_fall():
    """1 - a/k^2 with a from 4 to 5: below 0 at k = 1 and k = 2, so that the product is above its limit and below."""
    wide = {"a": Reals(4, 5), "t": Integers(0)}
    limit = lambda a: sin(pi * sqrt(a)) / (pi * sqrt(a))  # noqa: E731
    assert not is_proved(lambda a, t: Ge(Product(1 - a / k**2, (k, 1, t)), limit(a)), **wide)


def test_only_equal_in_the_end_is_no_refutation():
    assert_proved(lambda t: Gt(Product(1 - 1 / (4 * k**2), (k, 1, t)), 2 / pi), t=Integers(0))
    assert not is_proved(lambda t: Eq(Product(1 - 1 / (4 * k**2), (k, 1, t)), 2 / pi), t=Integers(0))


def test_what_is_no_power_of_the_quantity_is_not_taken_for_one():
    domains = {"v": Positive(), "w": Positive(), "n": Integers(0)}
    claim = stated(lambda v, w, n: Le(v, w + n), **domains)
    known = Learned(claim, {})
    v, w, n = (known.charted(claim.symbols[name]) for name in ("v", "w", "n"))
    root = sqrt(v + w)
    assert named(known, root / 2 - atan(root)) is not None
    assert named(known, (-1) ** n * root - atan(root)) is None  # of the same square
    assert named(known, sqrt(v) * root - atan(root)) is None
    assert named(known, (v + w) ** 2 - atan(root)) is None
