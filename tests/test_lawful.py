"""Steps that draw from what is no law in a state that they get to: nothing is derived from them; from the others, all is."""

import numpy as np
import pytest
from stated import assert_proved, is_proved, stated
from sympy import (
    Eq,
    Ge,
    Integer,
    Lambda,
    Le,
    Lt,
    Mod,
    Piecewise,
    Rational,
    Symbol,
    acos,
    binomial,
    digamma,
    exp,
    factorial,
    gamma,
    log,
    pi,
    sqrt,
    symbols,
    tan,
    zeta,
)

from theory import (
    CLOCK,
    TV,
    Atoms,
    BadInput,
    Balanced,
    Binomial,
    Density,
    E,
    Exponential,
    Finite,
    FixedReal,
    GaussianLoop,
    Growing,
    HittingTime,
    Integers,
    Laplace,
    Loop,
    Mixture,
    Multinomial,
    Noise,
    Normal,
    Points,
    Poisson,
    PooledGaussianLoop,
    Positive,
    Prob,
    RealAndLast,
    Reals,
    Rows,
    SymbolLoop,
    Tilted,
    Uniform,
    Var,
    coordinate,
    counts,
)
from theory.language.errors import CannotTell
from theory.proof import structures
from theory.proof.enclose import value
from theory.proof.existence import Undefined, defined_at, unnormalised
from theory.proof.prepared import prepare
from theory.proof.relations.prove import prove

half, third = Rational(1, 2), Rational(1, 3)
N, Q = Symbol("n", integer=True, positive=True), Symbol("q", positive=True)
X = Symbol("x", real=True)
COIN = Noise("C", Binomial(1, half))


class Counting(Loop):
    """x counts heads, y is what is drawn; classes below say how."""

    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}  # noqa: RUF012


class BelowZero(Counting):
    """A Poisson count whose mean gets to -1."""

    def step(self, s):
        return {"x": Noise("N", Poisson(s["x"])) - 1, "y": 0}


class OfANormal(Counting):
    """A Poisson count whose mean is a normal draw."""

    def step(self, s):
        return {"x": 0, "y": Noise("N", Poisson(Noise("Z", Normal(9, 1))))}


class OfASquare(Counting):
    """The same, squared."""

    def step(self, s):
        return {"x": 0, "y": Noise("N", Poisson(Noise("Z", Normal(9, 1)) ** 2))}


class Remembers(Loop):
    """x is up to 4 after the first fit, while its steps are at most 1 from then on."""

    x = coordinate()
    most = coordinate(positive=True)
    y = coordinate()
    initial = {"x": 0, "most": 4, "y": 0}  # noqa: RUF012

    def step(self, s):
        drawn = Noise("N", Binomial(s["most"], CLOCK / (CLOCK + 1)))
        chance = s["x"] / (s["most"] * CLOCK)
        return {"x": s["x"] + drawn, "most": 1, "y": Noise("B", Binomial(1, chance))}


class HalfAsMany(Counting):
    """x/2 trials, which are none for an odd x."""

    def step(self, s):
        return {"x": s["x"] + COIN, "y": Noise("B", Binomial(s["x"] / 2, half))}


class TwiceAsMany(Counting):
    def step(self, s):
        return {"x": s["x"] + COIN, "y": Noise("B", Binomial(2 * s["x"], half))}


class OfAShare(Counting):
    """As many trials as a share of n counts."""

    n: Integers(1)

    def step(self, s):
        drawn = Noise("S", Binomial(self.n, half)) / self.n
        return {"x": drawn, "y": Noise("B", Binomial(self.n * s["x"], half))}


class OfThree(Counting):
    """Shares of two symbols of three: what one count leaves is the most that the other may be."""

    initial = {"x": third, "y": third}  # noqa: RUF012

    def step(self, s):
        drawn = counts("M", Multinomial(5, (s["x"], s["y"])))
        return {"x": drawn[0] / 5, "y": drawn[1] / 5}


class NoneOfNone(Counting):
    """Of no heads at all 0/0 is the share."""

    def step(self, s):
        a, b = s["x"], s["y"]
        drawn = (Noise(name, Binomial(1, c / (a + b))) for name, c in (("A", a), ("B", b)))
        return {"x": sum(drawn), "y": COIN}

    initial = {"x": 1, "y": 1}  # noqa: RUF012


class Urn(Counting):
    """The sum is never 0, though nothing says so of the two alone."""

    initial = {"x": 1, "y": 1}  # noqa: RUF012

    def step(self, s):
        z = Noise("A", Binomial(1, s["x"] / (s["x"] + s["y"])))
        return {"x": s["x"] + z, "y": s["y"] + 1 - z}


class Falls(Counting):
    """x falls below 0 some day; y is drawn from a law of it."""

    initial = {"x": 2, "y": 0}  # noqa: RUF012

    def step(self, s):
        return {"x": s["x"] - COIN, "y": self.drawn(s["x"])}

    def drawn(self, x):
        return sqrt(x) * Noise("Z", Normal(0, 1))


class FallingRange(Falls):
    def drawn(self, x):
        return Noise("U", Uniform(0, x))


class FallingScale(Falls):
    def drawn(self, x):
        return Noise("L", Laplace(0, x))


class GetsToNothing(Counting):
    """A scale that may be 0, but not below."""

    def step(self, s):
        return {"x": Noise("S", Binomial(3, half)), "y": Noise("X", Exponential(s["x"]))}


class NeverNothing(Counting):
    initial = {"x": 1, "y": 0}  # noqa: RUF012

    def step(self, s):
        return {"x": 1 + Noise("S", Binomial(3, half)), "y": Noise("X", Exponential(s["x"]))}


class RootOfTheFit(Counting):
    """The root of what the number of the fit takes below 0."""

    def step(self, s):
        return {"x": 0, "y": s["y"] + sqrt(1 - CLOCK / Integer(11)) * Noise("Z", Normal(0, 1))}


class RandomisedAnswers(Counting):
    """Answers that are reported wrong with probability q, and corrected: the chance of a yes is a share again."""

    q: Reals(0, half)
    wrong = 1

    def step(self, s):
        share = Noise("B", Binomial(3, self.q + (1 - 2 * self.q) * s["x"])) / 3
        return {"x": (share - self.wrong * self.q) / (1 - 2 * self.q), "y": 0}


class CorrectedTwice(RandomisedAnswers):
    """Corrected by twice as much, the chance may be below 0."""

    wrong = 2


NO_LAW = (
    CorrectedTwice(third),
    BelowZero(),
    OfANormal(),
    Remembers(),
    HalfAsMany(),
    NoneOfNone(),
    Falls(),
    FallingRange(),
    FallingScale(),
    GetsToNothing(),
    RootOfTheFit(),
)


@pytest.mark.parametrize("loop", NO_LAW, ids=str)
def test_what_is_no_law_somewhere_is_refused(loop):
    with pytest.raises(CannotTell, match=r"no (law|value|probability|positive scale)|negative mean|wrong order"):
        structures.conditions(loop)


@pytest.mark.parametrize(
    "loop",
    [
        RandomisedAnswers(third),
        OfASquare(),
        TwiceAsMany(),
        OfAShare(N),
        OfThree(),
        Urn(),
        NeverNothing(),
    ],
    ids=str,
)
def test_what_is_one_everywhere_is_seen_to_be(loop):
    assert structures.conditions(loop) == ()


def test_what_a_correction_divides_by_cancels():
    """Whether 1 - 2q is above 0 is not known of q alone."""
    assert all(c.subs(Q, third) > 0 for c in structures.conditions(RandomisedAnswers(Q)))
    with pytest.raises(CannotTell):
        structures.conditions(CorrectedTwice(Q))


class Island(Loop):
    """A share of genes comes from elsewhere: that chances stay below 1 asks for m <= 1, and never for m >= 1 beside it."""

    m: Positive
    p: Positive
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": Noise("B", Binomial(3, (1 - self.m) * now["x"] + self.m * self.p)) / 3}


def test_conditions_do_not_exclude_each_other():
    m, p = symbols("m p", positive=True)
    found = structures.conditions(Island(m, p))
    assert all(c.subs({m: Rational(1, 3), p: Rational(1, 2)}) > 0 for c in found)


@pytest.mark.parametrize(
    ("sides", "proved"),
    [
        (lambda t: (E(BelowZero().x(t)), -t), False),
        (lambda t: (E(FallingRange().y(t + 1)), 1 - t / 4), False),
        (lambda t: (E(Falls().y(t + 1) ** 2), 2 - t / 2), False),
        (lambda t: (E(HalfAsMany().y(t + 1)), t / 8), False),
        (lambda t: (E(TwiceAsMany().y(t + 1)), t / 2), True),
    ],
)
def test_nothing_is_derived_from_what_is_no_law(sides, proved):
    proof = prove(stated(lambda t: Eq(*sides(t)), t=Integers(0)))
    assert proof.proved == proved, proof.reason


class Sized(Counting):
    """Laws of the parameters alone: n - 4 trials, a chance of 2a."""

    n: Reals
    a: Reals

    def step(self, s):
        return {"x": s["x"] + Noise("B", Binomial(self.n - 4, 2 * self.a)), "y": 0}


class Narrow(Counting):
    """A variance of 1 - a/1000."""

    a: Reals

    def step(self, s):
        return {"x": s["x"] + Noise("Z", Normal(0, 1 - self.a / 1000)), "y": 0}


@pytest.mark.parametrize(
    ("n", "a", "proved"),
    [
        (Integers(4), Reals(0, half), True),
        (Integers(4), Reals(0, half, closed=True), True),
        (Integers(4), Reals(0, Rational(501, 1000)), False),
        (Integers(3), Reals(0, half), False),
        (Reals(4, 9), Reals(0, half), False),
    ],
)
def test_laws_of_the_parameters_are_laws_on_the_whole_domain(n, a, proved):
    claim = stated(lambda n, a, t: Eq(E(Sized(n, a).x(t)), 2 * (n - 4) * a * t), n=n, a=a, t=Integers(0))
    assert prove(claim).proved == proved


@pytest.mark.parametrize(("a", "proved"), [(Integers(0, 1000), True), (Integers(0), False), (Integers(0, 1001), False)])
def test_no_variance_is_below_zero_far_out(a, proved):
    assert prove(stated(lambda a, t: Le(E(Narrow(a).x(t) ** 2), t), a=a, t=Integers(0))).proved == proved


def test_a_chain_has_whole_numbers_of_trials():
    loop = HalfAsMany()
    with pytest.raises(CannotTell):
        value(Prob(HittingTime(lambda s: loop.y(s) >= 1) <= 3))


def test_numbers_of_trials_come_out_of_floats():
    rng = np.random.default_rng(0)
    shares = np.arange(1, 200) * (1 / 49)
    drawn = Binomial.draw(rng, 199, shares * 49, np.ones(199))  # 49 (1/49) is a little below 1
    assert (drawn == np.arange(1, 200)).all()
    for bad in (np.array([0.5, 1.0]), np.array([-1.0, 1.0])):
        with pytest.raises(BadInput, match="whole numbers"):
            Binomial.draw(rng, 2, bad, half)


@pytest.mark.parametrize("law", [Laplace, Exponential, Uniform])
def test_no_draw_is_of_a_negative_scale(law):
    rng = np.random.default_rng(0)
    where = (-1.0,) if law is Exponential else (0.0, -1.0)
    with pytest.raises(BadInput, match="of -1"):
        law.draw(rng, 2, *where)
    assert (law.draw(rng, 2, *(0.0 for _ in where)) == 0).all()  # as what shrinks comes to it in floats


@pytest.mark.parametrize(
    ("law", "mean"),
    [
        (lambda a: Normal(0, 1 - a / 1000), lambda a: 1 - a / 1000),
        (lambda a: Poisson(1000 - a), lambda a: (1000 - a) ** 2 + 1000 - a),
        (lambda a: Binomial(1, a / 1000), lambda a: a / 1000),
    ],
)
def test_draws_in_a_claim_have_laws_on_all_of_its_domain(law, mean):
    """They are none from some a on."""

    def square(a):
        return Eq(E(Noise("X", law(a)) ** 2), mean(a))

    assert not is_proved(square, a=Integers(1))
    assert is_proved(square, a=Integers(1, 900))


@pytest.mark.parametrize(
    ("share", "a", "proved"),
    [
        (lambda a: half + a / (2 * 10**6), Reals(), False),
        (lambda a: half + a / (2 * 10**6), Reals(-(10**6), 10**6), True),
        (lambda a: 4 * a / (1 + a) ** 2, Positive(), True),
        (lambda a: Rational(41, 10) * a / (1 + a) ** 2, Positive(), False),
        (lambda a: exp(-a), Positive(), True),
        (lambda a: 1 - a / 10**9, Integers(1), False),
    ],
)
def test_arguments_of_the_packages_loops_are_of_their_kinds_on_the_whole_domain(share, a, proved):
    claim = stated(lambda n, a, t: Eq(E(SymbolLoop(share(a), n).share(t)), share(a)), n=Integers(1), a=a, t=Integers(0))
    assert prove(claim).proved == proved


@pytest.mark.parametrize(
    ("size", "a", "proved"),
    [
        (lambda a: a + 2, Integers(1), True),
        (lambda a: a / 2 + 2, Integers(1), False),  # no whole number of points
        (lambda a: 10**9 - a, Integers(1), False),
    ],
)
def test_sizes_are_whole_numbers_on_the_whole_domain(size, a, proved):
    claim = stated(lambda a, t: Eq(E(GaussianLoop(size(a)).sigma(t) ** 2), 1), a=a, t=Integers(0))
    assert prove(claim).proved == proved


def test_what_a_policy_is_given_is_of_its_kind_on_the_whole_domain():
    def decays(m):
        loop = PooledGaussianLoop(10, FixedReal(m - 3), known_variance=True)
        return Eq(E(loop.mu(1)), 0)

    assert is_proved(decays, m=Integers(3))
    assert not is_proved(decays, m=Integers(2))


def test_a_mixture_is_of_two_laws():
    with pytest.raises(BadInput, match=r"expected Mixture\(w, P, Q\)"):
        Mixture((half, Normal(0, 1)), (half, Normal(1, 1)))


def barely(q):
    """A number that is above 1 next to q = 1 only."""
    return q + Rational(1, 10**12)


SLIGHTLY = [
    lambda p: E(SymbolLoop(p, 10).share(3)),
    lambda p: E(Noise("B", Binomial(3, p))) * exp(-p),
    lambda p: TV(Finite((p, 1 - p)), Finite((half, half))) * exp(-p),
    lambda p: RealAndLast(p).bound([1, 1, 1]),
    lambda p: Balanced(p).bound([1, 1, 1]) * exp(-p),
    lambda p: Rows(((1,), (p, 1 - p))).bound([1, 1]) * exp(-p),
]


@pytest.mark.parametrize("place", range(len(SLIGHTLY)))
def test_balls_cover_no_domain_on_which_a_law_is_none(place):
    side = SLIGHTLY[place]

    assert_proved(lambda q: Lt(side(q), 5), q=Reals(0, 1))
    assert "unless the domain is restricted" in prove(stated(lambda q: Lt(side(barely(q)), 5), q=Reals(0, 1))).reason


@pytest.mark.parametrize(
    ("size", "whole"),
    [
        (N * CLOCK, True),
        (N * CLOCK * (CLOCK + 1) / 2, True),
        (CLOCK * (CLOCK**2 + 5) / 6, True),
        (N * CLOCK / 2, False),
        (CLOCK * (CLOCK**2 + 3) / 6, False),
        (CLOCK + binomial(CLOCK - 1, 200) / 2, False),
    ],
    ids=str,
)
def test_sizes_of_all_fits_are_whole_numbers(size, whole):
    loop = PooledGaussianLoop(9, Growing(size), known_variance=True)
    c = stated(lambda n, t: Le(E(loop.mu(t) ** 2), 10**9 + t), n=Integers(1), t=Points(1, 2))
    found = prove(c)

    assert found.proved if whole else "is not seen to be a whole number of draws" in found.reason


def test_a_claims_function_is_not_run_again_for_what_it_has_asked():
    """It may be a stranger's, and do anything: one that forks would double the processes each time."""
    runs = []

    def relation(r):
        runs.append(r)
        return Le(RealAndLast(r).bound((1, 1, 1)), 4)

    c = stated(relation, r=Reals(0, 1))
    c.relation()
    before = len(runs)
    assert {str(x) for x, _, _ in c.demands({})} == {"r", "1 - r"}
    assert c.demands({}) == c.demands({})
    assert len(runs) == before


# ---- laws that are stated ----------------------------------------------------------------------------------------------


NEGATIVE = "a weight that is negative where something is drawn"


@pytest.mark.parametrize(
    ("law", "problem"),
    [
        (Density(Lambda(X, -log(2)), 0, 3, 1), "probabilities have the sum 1"),
        (Tilted(Uniform(-1, 2), Lambda(X, X)), NEGATIVE),
        (Tilted(Atoms((-1, 1, 3), (half, third, Rational(1, 6))), Lambda(X, X)), NEGATIVE),
        (Tilted(Normal(0, 1), Lambda(X, X**2 - 1)), "a negative weight at"),
        (Tilted(Normal(0, 1), Lambda(X, exp(X**2))), "grows too fast"),
    ],
    ids=str,
)
def test_stated_laws_that_are_none_are_refused(law, problem):
    assert problem in (law.refuses() or "")


def test_a_density_of_which_the_integral_is_not_one_decides_nothing():
    double = stated(lambda a: Eq(E(a * Noise("U", Density(Lambda(X, log(2)), 0, 1))), a), a=Positive())
    with pytest.raises(Undefined, match=r"the integral of .* is 2.0000, and not 1"):
        defined_at(prepare(double).parts[0], {"a": Integer(2)})
    assert unnormalised(Density(Lambda(X, -(X**2) / 2 - log(2 * pi) / 2))) is None


def test_a_weight_has_to_be_seen_before_anything_is_proved():
    def mean(weight, law, value, **domain):
        return is_proved(lambda a: Eq(E(Noise("T", Tilted(law, Lambda(X, weight(a))))), value(a)), **domain)

    atoms = Atoms((-1, 1), (half, half))
    assert mean(lambda a: 1 + a * X, atoms, lambda a: a, a=Reals(0, 1))
    assert not mean(lambda a: 1 + 2 * a * X, atoms, lambda a: 2 * a, a=Reals(0, 1))
    assert mean(lambda a: 1 + 2 * a * X, atoms, lambda a: 2 * a, a=Reals(0, half))
    assert mean(lambda a: exp(a * X**2), Normal(0, 1), lambda a: 0, a=Reals(0, third))
    assert not mean(lambda a: exp(a * X**2), Normal(0, 1), lambda a: 0, a=Reals(0, 1))


# ---- steps without a value in some fit ------------------------------------------------------------------------------


def stepping(step, **start):
    """A loop of a user's from its start and its step."""
    names = {name: coordinate() for name in start}
    body = {"initial": dict(start), "step": lambda self, now: step(now), "__module__": __name__}
    return type("Stepping", (Loop,), names | body)()


DRAWN = Noise("Z", Normal(0, 1))


@pytest.mark.parametrize(
    "lost",
    [
        1 / (CLOCK - 2),
        1 / Mod(CLOCK, 3),
        gamma(CLOCK - 3),
        digamma(CLOCK - 2),
        factorial(CLOCK - 3),
        zeta(CLOCK),
        tan(pi / CLOCK),
        acos(CLOCK - 1),
        Piecewise((1 / (CLOCK - 2), CLOCK > 1), (0, True)),
        Piecewise((1, CLOCK > 1)),
    ],
    ids=str,
)
def test_a_step_that_has_no_value_in_some_fit_has_no_moments(lost):
    """Each has one in most fits, and multiplies a draw of mean 0: the mean was proved to be 0."""
    loop = stepping(lambda now: {"x": now["x"] / 2 + lost * DRAWN}, x=0)
    assert not is_proved(lambda t: Eq(E(loop.x(t)), 0), t=Integers(0))


@pytest.mark.parametrize(
    "kept",
    [
        1 / CLOCK,
        gamma(CLOCK),
        factorial(CLOCK - 1),
        zeta(CLOCK + 1),
        Piecewise((1 / (CLOCK - 2), CLOCK > 2), (0, True)),
        Piecewise((0, Eq(CLOCK, 2)), (1 / (CLOCK - 2), True)),
        Piecewise((1, CLOCK > 1), (0, True)),
    ],
    ids=str,
)
def test_a_step_that_has_a_value_in_every_fit(kept):
    loop = stepping(lambda now: {"x": now["x"] / 2 + kept * DRAWN}, x=0)
    assert is_proved(lambda t: Eq(E(loop.x(t)), 0), t=Integers(0))


LATE = Integers(6)
GONE = {
    "a pole": lambda now: 1 / now["x"] ** 2,
    "a root": lambda now: sqrt(now["x"]),
    "a law": lambda now: Noise("N", Normal(0, now["x"])) ** 2,
    "no case": lambda now: Piecewise((1, now["x"] > 0)),
}
SAID = {
    "a difference": lambda loop, t: Eq(loop.y(t + 1) - loop.y(t) / 2, GONE["a pole"]({"x": 2 - t})),
    "a sign": lambda loop, t: Eq(Prob(loop.y(t) >= -1), 1),
    "Markov": lambda loop, t: Le(Prob(loop.y(t) >= 4), E(loop.y(t) ** 2) / 16),
    "variance": lambda loop, t: Ge(Var(loop.y(t)), 0),
    "events": lambda loop, t: Le(Prob(loop.y(t) >= 4), Prob(loop.y(t) >= 3)),
    "complement": lambda loop, t: Eq(Prob(loop.y(t) >= 4) + Prob(loop.y(t) < 4), 1),
}


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("gone", GONE)
def test_nothing_is_proved_of_states_that_are_not_there(gone, said):
    """x is 2, 1, 0, -1: from generation 3 on there is no y, whatever holds of every number, or of every event."""
    loop = stepping(lambda now: {"x": now["x"] - 1, "y": now["y"] / 2 + GONE[gone](now)}, x=2, y=1)
    assert not is_proved(lambda t: SAID[said](loop, t), t=LATE)


def test_the_same_of_states_that_are():
    loop = stepping(lambda now: {"x": now["x"] + 1, "y": now["y"] / 2 + 1 / now["x"] ** 2}, x=2, y=1)
    for said in ("a sign", "Markov", "variance", "events", "complement"):
        assert is_proved(lambda t, said=said: SAID[said](loop, t), t=LATE)
