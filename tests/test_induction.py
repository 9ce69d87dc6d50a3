"""Induction with the claimed right side: what it proves, and what comes close and is false."""

import pytest
from stated import assert_proved, is_proved
from sympy import And, Eq, Ge, Gt, Integer, Le, Lt, Product, Rational, S, Sum, Symbol, exp, gamma, harmonic, log

from theory import CLOCK, ChiSquare, Cov, E, Var
from theory.language.domains import Integers, Positive, Probability, Reals
from theory.language.laws import Binomial, Noise, Normal
from theory.language.loops import Loop, coordinate

j = Symbol("j", integer=True)


class Halving(Loop):
    """x -> x/(1 + x), from a."""

    a: Positive
    x = coordinate(positive=True)

    @property
    def initial(self):
        return {"x": self.a}

    def step(self, now):
        return {"x": now["x"] / (1 + now["x"])}


class Averaged(Loop):
    """The mean of all data, a share alpha of which is real, with unit noise."""

    alpha: Probability
    v = coordinate()
    initial = {"v": Integer(1)}  # noqa: RUF012

    def step(self, now):
        t = CLOCK + 1
        return {"v": (1 - (1 - self.alpha) / t) * now["v"] + Noise("Z", Normal(0, 1)) / t}


class Driven(Loop):
    """A variance that grows with itself, each time by less."""

    n: Integers(1)
    v2: Reals(-1, 1)
    d = coordinate()
    initial = {"d": Integer(0)}  # noqa: RUF012

    def step(self, now):
        return {"d": now["d"] + (1 + self.v2 * now["d"]) / (self.n * CLOCK**2)}


class Diluted(Loop):
    """A share of a pool that grows by g: the step divides by another coordinate, of which the claim says nothing."""

    g: Positive
    r = coordinate()
    size = coordinate()
    initial = {"r": Integer(1), "size": Integer(1)}  # noqa: RUF012

    def step(self, now):
        size = now["size"] + self.g
        return {"r": now["r"] * now["size"] / size, "size": size}


class RunningMean(Loop):
    """The mean of t draws: the first of them leaves nothing of the start."""

    r: Reals
    v = coordinate()
    initial = {"v": Integer(0)}  # noqa: RUF012

    def step(self, now):
        return {"v": now["v"] + (self.r + Noise("Z", Normal(0, 1)) - now["v"]) / CLOCK}


class Pair(Loop):
    """Two sequences that need each other."""

    a = coordinate(positive=True)
    b = coordinate(positive=True)
    initial = {"a": Integer(1), "b": Integer(2)}  # noqa: RUF012

    def step(self, now):
        return {"a": now["a"] * now["b"] / (now["a"] + now["b"]), "b": 2 * now["b"]}


class Walk(Loop):
    """Steps of variance 1/t^2."""

    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / CLOCK}


class Squared(Loop):
    """x -> x^2/2, from a number below 2: it falls, by more and more."""

    x = coordinate(positive=True)
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] ** 2 / 2}


class WithPole(Loop):
    """x -> 1/(1 - x): increasing on either side of its pole, across which it falls."""

    x = coordinate()
    initial = {"x": Rational(9, 10)}  # noqa: RUF012

    def step(self, now):
        return {"x": 1 / (1 - now["x"])}


class Below(Loop):
    """x -> x^2: increasing where x is positive."""

    x = coordinate(positive=True)
    initial = {"x": Rational(1, 2)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] ** 2}


class Counting(Loop):
    """The number of the generation, and 1."""

    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + 1}


def second(alpha, t):
    r = gamma(t + 1 + alpha) / gamma(t + 2)
    return r**2 * Sum((gamma(j) / gamma(j + alpha)) ** 2, (j, 1, t + 1))


POSITIVE, SHARE = Positive(), Probability()


class Unbiased(Averaged):
    """The same from a random start: of mean 0 in every generation."""

    initial = {"v": Noise("U", Normal(0, 1))}  # noqa: RUF012


class Grown(Loop):
    """The mean of all draws so far, exponential ones with that mean."""

    theta = coordinate(positive=True)
    initial = {"theta": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"theta": now["theta"] + now["theta"] * (Noise("Q", ChiSquare(2)) / 2 - 1) / CLOCK}


def spread(a, t):
    return (gamma(t + 1 + a) / gamma(t + 2)) ** 2 * Sum((gamma(j) / gamma(j + a)) ** 2, (j, 1, t + 1))


def excess(t):
    return E((Grown().theta(t) - 1) ** 2)


def shared(s, t):
    return Cov(Grown().theta(s), Grown().theta(s + t))


TWO = {"s": Integers(0), "t": Integers(0)}
TRUE = {
    "a share of a pool that grows": (
        lambda g, t: Eq(Diluted(g).r(t), 1 / (1 + g * t)),
        {"g": POSITIVE, "t": Integers(0)},
    ),
    "a running mean": (lambda r, t: Eq(Var(RunningMean(r).v(t)), 1 / t), {"r": Reals(), "t": Integers(1)}),
    "a variance": (lambda a, t: Eq(Var(Unbiased(a).v(t)), spread(a, t)), {"a": Probability(), "t": Integers(0)}),
    "equal products": (lambda s, t: Eq(shared(s, t), Var(Grown().theta(s))), TWO),
    "a rational step": (lambda a, t: Eq(Halving(a).x(t), a / (1 + a * t)), {"a": POSITIVE, "t": Integers(0)}),
    "from a later generation on": (
        lambda a, t: Eq(Halving(a).x(t), a / (1 + a * t)),
        {"a": POSITIVE, "t": Integers(3)},
    ),
    "a sum of gammas": (
        lambda alpha, t: Eq(E(Averaged(alpha).v(t) ** 2), second(alpha, t)),
        {"alpha": SHARE, "t": Integers(0)},
    ),
    "a product": (
        lambda n, v, t: Eq(v * Driven(n, v).d(t), Product(1 + v / (n * j**2), (j, 1, t)) - 1),
        {"n": Integers(2), "v": Reals(-1, 1), "t": Integers(0)},
    ),
    "a harmonic number": (lambda t: Eq(E(Walk().x(t) ** 2), harmonic(t, 2)), {"t": Integers(0)}),
    "a fourth moment": (
        lambda t: Eq(E(Walk().x(t) ** 4), 3 * Sum(j**-2, (j, 1, t)) ** 2),
        {"t": Integers(0)},
    ),
    "two sequences": (
        lambda t: And(Eq(Pair().a(t), 1 / (2 - Rational(1, 2) ** t)), Eq(Pair().b(t), 2 * 2**t)),
        {"t": Integers(0)},
    ),
    "a bound": (lambda a, t: Le(Halving(a).x(t), 1 / t), {"a": POSITIVE, "t": Integers(1)}),
    "a strict bound": (lambda a, t: Lt(Halving(a).x(t), 1 / t), {"a": POSITIVE, "t": Integers(1)}),
    "a sum from below": (lambda t: Ge(excess(t), Sum(j**-2, (j, 1, t))), {"t": Integers(0)}),
    "a sum from 0 on": (lambda t: Ge(excess(t), Sum((j + 1) ** -2, (j, 0, t - 1))), {"t": Integers(0)}),
    "a bound of a square": (lambda t: Le(Squared().x(t), Rational(1, 2) ** t), {"t": Integers(0)}),
}

FALSE = {
    "a share of a pool that grows faster": (
        lambda g, t: Eq(Diluted(g).r(t), 1 / (1 + g) ** t),
        {"g": POSITIVE, "t": Integers(0)},
    ),
    "a running mean with a start": (
        lambda r, t: Eq(Var(RunningMean(r).v(t)), (1 + r**2) / t),
        {"r": Reals(), "t": Integers(1)},
    ),
    "a variance a little larger": (
        lambda a, t: Eq(Var(Unbiased(a).v(t)), spread(a, t) * Rational(1001, 1000)),
        {"a": Probability(), "t": Integers(0)},
    ),
    "a variance one later": (
        lambda a, t: Eq(Var(Unbiased(a).v(t)), spread(a, t + 1)),
        {"a": Probability(), "t": Integers(0)},
    ),
    "products to another end": (lambda s, t: Eq(shared(s, t), Var(Grown().theta(t))), TWO),
    "products one longer": (lambda s, t: Eq(shared(s, t), Var(Grown().theta(s + 1))), TWO),
    "another start": (lambda a, t: Eq(Halving(a).x(t), a / (1 + a * (t + 1))), {"a": POSITIVE, "t": Integers(0)}),
    "another rate": (
        lambda a, t: Eq(Halving(a).x(t), a / (1 + a * t * Rational(1001, 1000))),
        {"a": POSITIVE, "t": Integers(0)},
    ),
    "one term more": (
        lambda alpha, t: Eq(E(Averaged(alpha).v(t) ** 2), second(alpha, t + 1)),
        {"alpha": SHARE, "t": Integers(0)},
    ),
    "a product that begins late": (
        lambda n, v, t: Eq(v * Driven(n, v).d(t), Product(1 + v / (n * j**2), (j, 2, t + 1)) - 1),
        {"n": Integers(2), "v": Reals(-1, 1), "t": Integers(0)},
    ),
    "a product that begins at 2": (
        lambda n, v, t: Eq(v * Driven(n, v).d(t), Product(1 + v / (n * j**2), (j, 2, t)) - 1),
        {"n": Integers(2), "v": Reals(-1, 1), "t": Integers(1)},
    ),
    "another harmonic number": (lambda t: Eq(E(Walk().x(t) ** 2), harmonic(t + 1, 2) - 1), {"t": Integers(0)}),
    "a constant that is off": (
        lambda t: Eq(E(Walk().x(t) ** 2), harmonic(t, 2) + Rational(1, 10**9)),
        {"t": Integers(0)},
    ),
    "one sequence of two": (
        lambda t: And(Eq(Pair().a(t), 1 / (2 - Rational(1, 2) ** t)), Eq(Pair().b(t), 2 * 2**t + Rational(1, 10**6))),
        {"t": Integers(0)},
    ),
    "a bound that is reached": (lambda a, t: Lt(Halving(a).x(t), 1 / (t + 1 / a)), {"a": POSITIVE, "t": Integers(1)}),
    "a bound that is passed": (
        lambda a, t: Le(Halving(a).x(t), 1 / (t + Rational(1, 100))),
        {"a": POSITIVE, "t": Integers(1)},
    ),
    "a bound across a pole": (lambda t: Le(WithPole().x(t), 2), {"t": Integers(0)}),
    "a bound below what the step is for": (lambda t: Ge(Below().x(t), 12 * t - 3), {"t": Integers(0)}),
    "a product of a negative number and others": (
        lambda t: Ge(Counting().x(t), t + 2 - Product(2 * j + 1, (j, -1, t - 2)) + Product(2 * j + 1, (j, -1, 0)) - 1),
        {"t": Integers(2)},
    ),
    "a sum from below, strictly": (lambda t: Gt(excess(t), Sum(j**-2, (j, 1, t))), {"t": Integers(0)}),
    "a sum from below, a little larger": (
        lambda t: Ge(excess(t), Rational(1001, 1000) * Sum(j**-2, (j, 1, t))),
        {"t": Integers(0)},
    ),
    "a sum from below, one term more": (lambda t: Ge(excess(t), Sum(j**-2, (j, 1, t + 1))), {"t": Integers(0)}),
    "a sum from above": (lambda t: Le(excess(t), Sum(j**-2, (j, 1, t))), {"t": Integers(0)}),
    "a sum of negative terms": (lambda t: Ge(Counting().x(t), t + 1 - Sum(j, (j, -5, t - 5))), {"t": Integers(0)}),
    "a bound from the wrong side": (lambda a, t: Ge(Halving(a).x(t), 1 / t), {"a": POSITIVE, "t": Integers(1)}),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_one_step_from_the_claim_leads_to(name):
    relation, domains = TRUE[name]
    found = assert_proved(relation, **domains)
    assert found.steps


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name):
    relation, domains = FALSE[name]
    assert not is_proved(relation, **domains)


class Fed(Loop):
    """x -> xy/(1 + x), where y stays what it was."""

    c: Positive
    x = coordinate(positive=True)
    y = coordinate(positive=True)

    @property
    def initial(self):
        return {"x": Integer(1), "y": self.c}

    def step(self, now):
        return {"x": now["x"] * now["y"] / (1 + now["x"]), "y": now["y"]}


@pytest.mark.parametrize(("c", "proved"), [(Rational(1, 4), True), (Integer(1), False)])
def test_what_is_claimed_of_one_loop_is_no_hypothesis_about_another(c, proved):
    """With c = 1 it is false: x(1) = 1/2."""
    quarter = Rational(1, 4)

    def relation(t):
        return And(Eq(Fed(quarter).y(t), quarter), Le(Fed(c).x(t), quarter**t))

    assert is_proved(relation, t=Integers(0)) is proved


def no_collision(bound):
    """None of n draws from V symbols is equal to another, with n <= V."""
    n, V = Integers(1), Integers(1)
    return is_proved(
        lambda n, V: Le(Product(1 - j / V, (j, 0, n - 1)), bound(n, V)), where=lambda n, V: n <= V, n=n, V=V
    )


def test_products_are_bounded_factor_by_factor():
    """A product has no closed form: the bound takes in one factor more."""
    assert no_collision(lambda n, V: exp(-n * (n - 1) / (2 * V)))
    assert not no_collision(lambda n, V: exp(-(n**2) / (2 * V)))
    assert not no_collision(lambda n, V: exp(-n * (n - 1) / V))
    below = Product(1 - 1 / (j + 1) ** 2, (j, 1, Symbol("n", integer=True, positive=True)))
    assert is_proved(lambda n: Ge(below.xreplace({next(iter(below.free_symbols)): n}), Rational(1, 2)), n=Integers(1))


def test_products_are_bounded_from_below():
    """A product of what is above 1 grows, one of what is below 1 does not."""
    share, rounds = {"r": Probability()}, {"n": Integers(1)}
    assert is_proved(lambda r, n: Ge(Product(1 + r**j, (j, 1, n)), 1), **share, **rounds)
    assert is_proved(lambda r, n: Le(Product(1 - r**j, (j, 1, n)), 1), **share, **rounds)
    assert not is_proved(lambda r, n: Ge(Product(1 - r**j, (j, 1, n)), 1), **share, **rounds)
    assert not is_proved(lambda r, n: Le(Product(1 + r**j, (j, 1, n)), 1), **share, **rounds)


def test_a_product_is_not_bounded_where_the_side_condition_begins_later():
    """With n >= V smaller n say nothing: the first factor is not the first that counts."""
    found = is_proved(
        lambda n, V: Le(Product(1 - j / V, (j, 0, n - 1)), exp(-n * (n - 1) / (2 * V))),
        where=lambda n, V: n >= V,
        n=Integers(1),
        V=Integers(1),
    )
    assert not found


class Tossed(Loop):
    """The state is multiplied by a or by b, as a coin falls."""

    p: Reals
    a: Positive
    b: Positive
    x = coordinate(positive=True)

    @property
    def initial(self):
        return {"x": Integer(1)}

    def step(self, now):
        coin = Noise("K", Binomial(1, self.p))
        return {"x": now["x"] * (coin * self.a + (1 - coin) * self.b)}


def test_logarithms_of_what_a_coin_chooses():
    """log(K a + (1 - K) b) is log a or log b."""
    numbers = {"p": Probability(), "a": Positive(), "b": Positive(), "t": Integers(0)}

    def mean(p, a, b, t):
        return Eq(E(log(Tossed(p, a, b).x(t))), t * (p * log(a) + (1 - p) * log(b)))

    def wrong(p, a, b, t):
        return Eq(E(log(Tossed(p, a, b).x(t))), t * log(p * a + (1 - p) * b))

    assert is_proved(mean, **numbers)
    assert not is_proved(wrong, **numbers)


class Adopted(Loop):
    """Who has not adopted does so with probability p + q times the share that has."""

    p: Probability
    q: Probability
    a = coordinate()
    initial = {"a": Integer(0)}  # noqa: RUF012

    def step(self, now):
        return {"a": now["a"] + (self.p + self.q * now["a"]) * (1 - now["a"])}


def test_a_bound_from_the_other_side():
    """1 - x <= b is a bound of x from below: the step takes it on where it increases."""
    numbers = {"p": Probability(), "q": Probability(), "t": Integers(0), "where": lambda p, q: p + q < 1}
    assert_proved(lambda p, q, t: Le(1 - Adopted(p, q).a(t), (1 - p) ** t), **numbers)
    assert_proved(lambda p, q, t: Ge(2 * Adopted(p, q).a(t), 2 - 2 * (1 - p) ** t), **numbers)
    assert not is_proved(lambda p, q, t: Ge(1 - Adopted(p, q).a(t), (1 - p) ** t), **numbers)
    assert not is_proved(lambda p, q, t: Lt(1 - Adopted(p, q).a(t), (1 - p) ** t), **numbers)  # equal at t = 0
    assert not is_proved(lambda p, q, t: Le(1 - Adopted(p, q).a(t), (1 - p - q) ** t), **numbers)


class Marked(Loop):
    """The odds of green words are multiplied by w, but for the share lam of the text."""

    g0: Probability
    lam: Probability
    w: Positive
    g = coordinate()

    @property
    def initial(self):
        return {"g": self.g0}

    def step(self, now):
        marked = self.w * now["g"] / (1 + (self.w - 1) * now["g"])
        return {"g": self.lam * self.g0 + (1 - self.lam) * marked}


def test_the_laws_of_a_loop_on_the_domain_of_the_claim():
    """That 1 + (w - 1) g is never 0 is seen where w is above 1, as the claim says."""
    numbers = {"g0": Probability(), "lam": Probability(), "w": Reals(1, 100), "t": Integers(0)}
    assert_proved(lambda g0, lam, w, t: Le(Marked(g0, lam, w).g(t), 1 - lam * (1 - g0)), **numbers)
    assert not is_proved(lambda g0, lam, w, t: Le(Marked(g0, lam, w).g(t), 1 - lam), **numbers)
    below = numbers | {"w": Reals(Rational(1, 2), 100)}
    assert_proved(lambda g0, lam, w, t: Ge(Marked(g0, lam, w).g(t), g0), **numbers)
    assert not is_proved(lambda g0, lam, w, t: Ge(Marked(g0, lam, w).g(t), g0), **below)


class Crowded(Loop):
    """What grows by r, less what there is no room for: a step that rises and falls."""

    r: Reals(0, 4)
    x0: Probability()
    x = coordinate()
    initial = property(lambda self: {"x": self.x0})

    def step(self, now):
        return {"x": self.r * now["x"] * (1 - now["x"])}


class Damped(Loop):
    """x^2 is taken off: from 2 it jumps below."""

    x0: Reals(0, 2)
    x = coordinate()
    initial = property(lambda self: {"x": self.x0})

    def step(self, now):
        return {"x": now["x"] - now["x"] ** 2}


def test_a_step_that_rises_and_falls_is_looked_at_wherever_the_claim_lets_it_begin():
    dying = {"r": Probability(), "x0": Probability(), "t": Integers(0)}
    growing = dying | {"r": Reals(1, 4)}
    for domains in (dying, growing):
        assert_proved(lambda r, x0, t: Le(Crowded(r, x0).x(t), r**t * x0), **domains)
        assert not is_proved(lambda r, x0, t: Le(Crowded(r, x0).x(t), r**t * x0 / 2), **domains)
        assert not is_proved(lambda r, x0, t: Lt(Crowded(r, x0).x(t), r**t * x0), **domains)  # equal at first
    assert_proved(lambda r, x0, t: Lt(Crowded(r, x0).x(t), r**t * x0), **dying | {"t": Integers(1)})
    assert not is_proved(
        lambda r, x0, t: Ge(Crowded(r, x0).x(t), (r * (1 - x0)) ** t * x0), **growing
    )  # false at r = 3
    assert not is_proved(lambda r, x0, t: Le(Crowded(r, x0).x(t), x0), **growing)


def test_a_lower_end_that_is_left_is_no_end():
    """x0 = 3/2 leads to -3/4, and from there down without end."""
    assert not is_proved(lambda x0, t: Ge(Damped(x0).x(t), 0), x0=Reals(0, 2), t=Integers(0))
    assert_proved(lambda x0, t: Le(Damped(x0).x(t), x0), x0=Reals(0, 2), t=Integers(0))
    assert not is_proved(lambda x0, t: Le(Damped(x0).x(t), x0 - x0**2), x0=Reals(0, 2), t=Integers(0))


class Denoised(Loop):
    """v -> v^2/(1 + v), from 1."""

    v = coordinate()
    initial = {"v": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"v": now["v"] ** 2 / (1 + now["v"])}


@pytest.mark.parametrize(
    ("bound", "holds"),
    [
        (lambda t: Le(Denoised().v(t), Rational(1, 2) ** (2 ** (t - 1))), True),
        (lambda t: Le(Denoised().v(t), 2 ** (-(2**t) / S(2))), True),
        (lambda t: Le(Denoised().v(t), Rational(1, 3) ** (2 ** (t - 1))), False),
        (lambda t: Le(Denoised().v(t), Rational(1, 2) ** (2**t)), False),
        (lambda t: Le(Denoised().v(t), Rational(1, 2) ** (3 ** (t - 1))), False),
        (lambda t: Ge(Denoised().v(t), Rational(1, 2) ** (2 ** (t - 1))), False),
    ],
)
def test_a_power_of_a_number_to_a_power(bound, holds):
    """Doubly exponential bounds: (1/2)^(2^t) squared is (1/2)^(2^(t + 1))."""
    assert is_proved(bound, t=Integers(1)) == holds
