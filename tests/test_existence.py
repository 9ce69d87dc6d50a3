"""Existence, strict relations, bound variables and limits (rules 29, 31, 32): nothing false supported, nothing true refuted."""

import pytest
from stated import is_proved, stated
from sympy import (
    Abs,
    And,
    Eq,
    Ge,
    Gt,
    Integer,
    Integral,
    Le,
    Lt,
    Max,
    Mod,
    Product,
    Rational,
    Sum,
    Symbol,
    cos,
    cosh,
    exp,
    floor,
    log,
    oo,
    polygamma,
    sign,
    sqrt,
    sympify,
)

from simulate.engine.blocks import Runner
from simulate.engine.witness import Witness
from theory import (
    KL,
    BadInput,
    CategoricalLoop,
    Cauchy,
    ChiSquare,
    Cov,
    E,
    Exponential,
    FallsThenRises,
    GaussianLoop,
    Integers,
    Laplace,
    Loop,
    Noise,
    Normal,
    PathMax,
    Points,
    Positive,
    Prob,
    Probability,
    Reals,
    RetrainedScaleLoop,
    RisesThenFalls,
    StudentT,
    Tends,
    Uniform,
    Var,
    c4,
)
from theory.language.fields import Nonnegative
from theory.language.loops import coordinate
from theory.language.summaries import summarise
from theory.language.verdicts import LIMIT, Verdict
from theory.proof.enclose import enclose, moments, value
from theory.proof.existence import NO_MEAN, Undefined, reason
from theory.proof.prepared import prepare
from theory.proof.rare import may_hide
from theory.proof.relations.prove import prove
from theory.proof.symbols.single import exponential

P, S, R, U = Verdict.PROVED, Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED
LEFT_OUT = Verdict.LEFT_OUT
half, third = Rational(1, 2), Rational(1, 3)
i = Symbol("i", integer=True)
k = Symbol("k", integer=True, nonnegative=True)
j = Symbol("j", integer=True, positive=True)
x = Symbol("x", real=True)
y = Symbol("y", positive=True)
N, T = Integers(2, 9), Integers(0)


def analysed(c):
    """(what the derivation says, what the balls say, together)."""
    proof = prove(c)
    derived = P if proof.proved else R if proof.refuted else U
    return derived, summarise("", None, enclose(c, c.points()))


def neither(relation, **domains):
    """Neither proved nor supported."""
    derived, balls = analysed(stated(relation, **domains))
    assert derived != P
    assert balls.verdict in (R, U)
    return balls


def refuted(relation, **domains):
    balls = neither(relation, **domains)
    assert balls.verdict == R
    return balls


def holds(relation, **domains):
    derived, balls = analysed(stated(relation, **domains))
    assert derived != R
    assert balls.verdict != R
    assert derived == P or balls.verdict in (P, S)


# ---- strict relations (rule 31) -------------------------------------------------------------------------------------


def drifted(p, n, t):
    return E(CategoricalLoop((p, 1 - p), n).share(0, t))


STRICT = {
    "the limit of a share": (lambda p: Gt(drifted(p, 3, oo), p), {"p": Points(third, half)}),
    "the same, below": (lambda p: Lt(drifted(p, 3, oo), p), {"p": Points(third, half)}),
    "a share": (lambda p, t: Gt(drifted(p, 4, t), p), {"p": Probability(), "t": T}),
    "a limit of squares": (lambda p: Lt(E(CategoricalLoop((p, 1 - p), 3).share(0, oo) ** 2), p), {"p": Points(third)}),
    "a martingale": (lambda n, t: Lt(E(GaussianLoop(n).sigma(t) ** 2), 1), {"n": N, "t": T}),
    "at t = 0 only": (lambda n, t: Lt(E(GaussianLoop(n).sigma(t)), 1), {"n": N, "t": T}),
    "two forms of a variance": (lambda n: Gt(Var(GaussianLoop(n).sigma(1) ** 2), 2 / (n - 1)), {"n": Integers(3, 6)}),
    "digamma": (lambda n: Gt(polygamma(0, n + 1) - polygamma(0, n), 1 / n), {"n": Integers(2)}),
    "a square at 0": (lambda a: Gt(a**2, 0), {"a": Reals(-1, 1)}),
    "one part of two": (
        lambda n: And(Le(E(GaussianLoop(n).sigma(1)), 1), Lt(E(GaussianLoop(n).sigma(0)), 1)),
        {"n": N},
    ),
    "a constant mean of squares": (
        lambda n: RisesThenFalls(E(GaussianLoop(n).sigma(i) ** 2), (i, 0, 10), peak=5),
        {"n": Integers(2, 5)},
    ),
    "a mean of 0": (lambda n: FallsThenRises(E(GaussianLoop(n).mu(i)), (i, 0, 10), peak=5), {"n": Integers(2, 5)}),
    "a number": (lambda a: RisesThenFalls(a, (x, 0, 10), peak=5), {"a": Positive()}),
    "a number in disguise": (
        lambda a: RisesThenFalls((a + x) ** 2 - a**2 - 2 * a * x - x**2 + a, (x, 0, 3), peak=1),
        {"a": Positive()},
    ),
    "flat on one side": (lambda a: RisesThenFalls(-(Max(x - 1, 0) ** 3), (x, 0, 2), peak=1), {"a": Positive()}),
    "a turn out of reach": (lambda a: RisesThenFalls(x, (x, 0, 5), peak=7), {"a": Positive()}),
}


@pytest.mark.parametrize("case", STRICT.values(), ids=STRICT)
def test_equal_sides_are_not_apart(case):
    relation, domains = case
    neither(relation, **domains)


@pytest.mark.parametrize("name", ["a martingale", "a share", "two forms of a variance", "a constant mean of squares"])
def test_what_is_proved_equal_is_refuted(name):
    relation, domains = STRICT[name]
    refuted(relation, **domains)


def test_strict_relations_that_hold():
    holds(lambda n, t: Lt(E(GaussianLoop(n).sigma(t)), 1), n=N, t=Integers(1, 10))
    holds(lambda n: Gt(Var(GaussianLoop(n).sigma(1) ** 2), 2 / n), n=N)
    holds(lambda t: Lt(E(CategoricalLoop((half, half), 4).share(0, t) ** 2), half), t=Integers(0, 5))
    holds(lambda a: RisesThenFalls(x / (x + a) ** 2, (x, 0, oo), peak=a), a=Positive())
    holds(lambda a: RisesThenFalls(4 * x - a * x**2, (x, -5, 5), peak=2 / a), a=Points(1, 2))


def test_a_shape_among_negative_numbers():
    """|x| is not x there: 4x - x|x| falls up to -2."""
    refuted(lambda a: RisesThenFalls(4 * x - x * Abs(x), (x, -5, 5), peak=2), a=Positive())


def test_simulation_does_not_support_a_strict_relation_between_equals():
    c = stated(lambda n: Lt(Prob(GaussianLoop(n).mu(1) >= 0), half), n=Points(3))
    with Runner(0, 1) as runner:
        witness = Witness(runner, 1.0, 0.1)
        (found,) = witness.run(witness.plans([(c, c.points())]))
    assert found.verdict == U
    assert "apart" in found.note


# ---- existence (rule 29) --------------------------------------------------------------------------------------------


class Ratio(Loop):
    """y is divided by a chi-square variable in each step, and x is a centred multiple of the y before."""

    n: float
    x, y = coordinate(), coordinate(positive=True)
    initial = property(lambda self: {"x": Integer(0), "y": Integer(1)})

    def step(self, state):
        return {"x": state["y"] * Noise("Z", Normal(0, 1)), "y": state["y"] / Noise("Q", ChiSquare(self.n))}


class Heavy(Loop):
    """Student's t is added in each step."""

    n: float
    x = coordinate()
    initial = property(lambda self: {"x": Integer(0)})

    def step(self, state):
        return {"x": state["x"] / 2 + Noise("S", StudentT(self.n))}


def inverse(n, t=1):
    return E(GaussianLoop(n).sigma(t) ** -2)


BROKEN = {
    "a square over a variance": lambda n: Le(E(GaussianLoop(n).mu(1) ** 2 / GaussianLoop(n).sigma(1) ** 2), 10**6),
    "strictly": lambda n: Lt(E(GaussianLoop(n).sigma(2) ** -3), 10**9),
    "a variance": lambda n: Le(Var(GaussianLoop(n).sigma(1) ** -1), 10**6),
    "a logarithm of it": lambda n: Le(log(inverse(n)), 50),
    "the larger of two": lambda n: Le(Max(inverse(n), 1), 10**6),
    "from the other side": lambda n: Ge(-inverse(n), -(10**6)),
    "a divergence": lambda n: Le(E(KL(GaussianLoop(n).truth, GaussianLoop(n).model(1))), 10**6),
    "a form for larger n": lambda n: Eq(inverse(n, 3), ((n - 1) / (n - 3)) ** 3),
    "a user's loop": lambda n: Le(E(Ratio(n - 1).y(1)), 10**6),
    "Student's t": lambda n: Le(E(Heavy(n).x(1) ** 2), 10**6),
    "below infinity": lambda n: Lt(inverse(n), oo),
    "the exponential of a square": lambda n: Le(E(exp(GaussianLoop(n).mu(1) ** 2)), 10**12),
    "of a square that is never small": lambda n: Lt(E(exp(3 * GaussianLoop(n).mu(1) ** 2 / 2)), 10**12),
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("relation", BROKEN.values(), ids=BROKEN)
def test_an_infinite_mean_breaks_a_bound(relation):
    found = refuted(relation, n=Integers(2, 20))
    wrong = [f for f in found.findings if f.verdict == R]
    assert all("infinite" in f.note for f in wrong)
    assert all(f.point["n"] in ("2", "3") for f in wrong)


NUMBERS = {
    "Cauchy": E(Abs(Noise("X", Cauchy(0, 1)))),
    "Student's t": E(Noise("X", StudentT(2)) ** 2),
    "one over a normal": E(1 / Noise("X", Normal(0, 1)) ** 2),
    "one over an exponential": E(1 / Noise("X", Exponential(1))),
    "one over a uniform": E(1 / Noise("X", Uniform(0, 1))),
    "the exponential of a cube": E(exp(Noise("X", Normal(0, 1)) ** 3 / 100 - 5 * Noise("X", Normal(0, 1)) ** 2)),
    "of minus a cube": E(exp(-(Noise("X", Normal(0, 1)) ** 3))),
    "of an exponential": E(exp(exp(Noise("X", Normal(0, 1)) / 9))),
    "of Student's t": E(exp(Noise("X", StudentT(9)) / 9)),
    "of the size of Cauchy's": E(exp(Abs(Noise("X", Cauchy(0, 1))) / 9)),
    "of the square of a chi-square": 2 * E(exp(Noise("X", ChiSquare(3)) ** 2 / 9)),
}
FINITE = {
    "of minus a square of a chi-square": (E(exp(-(Noise("X", ChiSquare(2)) ** 2))), 1),
    "of minus the size of Student's t": (E(exp(-Abs(Noise("X", StudentT(3))))), 1),
    "of a cube that is bounded": (E(exp(Noise("X", Uniform(0, 1)) ** 3)), 3),
    "of a square that is small enough": (E(exp(GaussianLoop(3).mu(1) ** 2)), 2),
}


@pytest.mark.parametrize(("m", "most"), FINITE.values(), ids=FINITE)
def test_what_falls_faster_is_finite(m, most):
    assert prove(stated(lambda a: Le(m, most), a=Points(1))).proved or value(m).value < most


@pytest.mark.parametrize("m", NUMBERS.values(), ids=NUMBERS)
def test_an_infinite_mean_under_a_law(m):
    refuted(lambda a: Le(m, 10**6), a=Points(1))


MEANINGLESS = {
    "twice itself": lambda n: Eq(inverse(n), 2 * inverse(n)),
    "one over it": lambda n: Eq(1 / inverse(n), 0),
    "it declines": lambda n: Le(exp(-inverse(n)), half),
    "later and earlier": lambda n: Ge(inverse(n, 2), inverse(n)),
    "a ratio": lambda n: Le(inverse(n) / inverse(n, 2), 1),
    "a difference": lambda n: Eq(inverse(n) - E(2 * GaussianLoop(n).sigma(1) ** -2), -oo),
    "odd": lambda n: Eq(E(GaussianLoop(n).mu(1) / GaussianLoop(n).sigma(1) ** 2), 0),
    "a covariance": lambda n: Eq(Cov(GaussianLoop(n).mu(1), GaussianLoop(n).sigma(1) ** -2), 0),
    "a covariance that is not what it would be": lambda n: Eq(
        Cov(GaussianLoop(n).mu(1), GaussianLoop(n).sigma(1) ** -2), 1
    ),
    "a covariance with what is certain": lambda n: Eq(Cov(GaussianLoop(n).sigma(1) ** -2, 3), 1),
    "a mean of 0 times infinity": lambda n: Eq(E(Ratio(n - 1).x(2)), 0),
    "Cauchy": lambda n: Eq(E(Noise("X", Cauchy(0, 1))), 0),
    "at least a number": lambda n: Ge(inverse(n), 1),
}


@pytest.mark.parametrize("relation", MEANINGLESS.values(), ids=MEANINGLESS)
def test_what_has_no_value_is_not_decided(relation):
    derived, balls = analysed(stated(relation, n=Points(2, 3)))
    assert derived == U
    assert {f.verdict for f in balls.findings} == {U}
    assert all("restrict the domain" in f.note for f in balls.findings)
    assert balls.verdict == U


def test_points_without_a_mean_are_not_passed_over():
    for relation in (MEANINGLESS["a mean of 0 times infinity"], MEANINGLESS["at least a number"]):
        derived, balls = analysed(stated(relation, n=Integers(2, 9)))
        assert derived == U
        assert balls.verdict == U


def test_infinity_as_a_side():
    holds(lambda n, t: Eq(inverse(n, t), oo), n=Points(2, 3), t=Integers(1))
    holds(lambda n, t: Lt(E(GaussianLoop(n).sigma(t)), oo), n=Integers(2), t=Integers(1))
    holds(lambda a: Eq(E(1 / Noise("X", Uniform(0, 1))), oo), a=Points(1))
    refuted(lambda n: Ge(E(GaussianLoop(n).sigma(1)), oo), n=Integers(2))
    refuted(lambda n: Eq(inverse(n), oo), n=Points(2, 3, 4))
    refuted(lambda n: Eq(E(GaussianLoop(n).sigma(1)), oo), n=Points(2, 3))


def test_moments_that_exist():
    holds(lambda n: Eq(inverse(n) * (n - 3), n - 1), n=Integers(4, 20))
    holds(lambda n: Eq(E(Ratio(n).x(2)), 0), n=Integers(3, 6))
    holds(lambda n, t: Eq(E(Ratio(n).y(t)), (n - 2) ** -t), n=Integers(3, 6), t=Integers(0, 4))
    holds(lambda n: Le(Prob(GaussianLoop(n).sigma(1) ** -2 >= 4), 1), n=Points(2, 3))


def test_no_degrees_of_freedom():
    """A chi-square variable with none is 0."""
    holds(lambda n, v: Eq(E(RetrainedScaleLoop(n, 0, v).v(1)), v), n=Integers(1, 5), v=Positive())
    refuted(lambda n, v: Eq(E(RetrainedScaleLoop(n, 0, v).v(1)), oo), n=Integers(1, 5), v=Positive())
    holds(lambda n, m, v: Eq(E(RetrainedScaleLoop(n, m, v).v(2)), v), n=Integers(1, 5), m=Integers(0, 3), v=Positive())


def test_simulation_leaves_no_infinite_mean_out():
    """No sample shows it, and no point without a mean is passed over."""
    c = stated(lambda n: Le(E(GaussianLoop(n).mu(1) ** 2 / GaussianLoop(n).sigma(1) ** 2), 10**6), n=Points(3, 12))
    with Runner(0, 1) as runner:
        witness = Witness(runner, 1.0, 0.1)
        found = witness.run(witness.plans([(c, c.points())]))
    first = next(f for f in found if f.point == {"n": "3"})
    assert first.verdict == U
    assert "infinite at n = 3: restrict the domain" in first.note
    assert summarise("", None, found).verdict == U


def test_simulation_draws_nothing_where_a_heavy_tail_has_no_mean():
    """Of Student's t with two degrees of freedom a sample has a mean square, whatever it says."""
    c = stated(lambda n: Le(E(Heavy(n).x(1) ** 2), 10**6), n=Points(2))
    with Runner(0, 1) as runner:
        (plan,) = Witness(runner, 1.0, 0.1).plans([(c, c.points())])
    assert "is infinite" in plan.reason


@pytest.mark.parametrize(
    ("law", "power", "infinite"),
    [
        (Cauchy(0, 1), 1, True),
        (Cauchy(0, 1), half, False),
        (StudentT(3), 3, True),
        (StudentT(3), 2, False),
        (Normal(0, 1), -1, True),
        (Normal(0, 1), -half, False),
        (Normal(0, 1), 20, False),
        (ChiSquare(4), -2, True),
        (ChiSquare(4), -1, False),
        (Exponential(1), -1, True),
        (Uniform(1, 2), -5, False),
        (Uniform(-1, 2), -1, True),
    ],
)
def test_powers_without_a_mean(law, power, infinite):
    assert law.diverges(sympify(power)) is infinite


# ---- bound variables ------------------------------------------------------------------------------------------------

DECLARED = {
    "not negative, from -1": lambda n: Eq(Sum(Abs(k), (k, -1, n)), n * (n + 1) / 2 - 1),
    "positive, from 0": lambda n: Eq(Sum(sign(j), (j, 0, n)), n + 1),
    "positive, along a product": lambda n: Eq(Product(1 + sign(j), (j, 0, n)), 2 ** (n + 1)),
    "positive, in an integral": lambda n: Eq(Integral(n * Abs(y), (y, -1, 1)), n - 1),
    "even": lambda n: Eq(Sum((-1) ** Symbol("e", even=True), (Symbol("e", even=True), 0, n)), n + 1),
    "an integer, in an integral": lambda n: Eq(Integral(sign(j) * n, (j, 0, 1)), n),
    "in an inner sum": lambda n: Eq(Sum(i * Sum(Abs(k), (k, -1, i)), (i, 0, n)), 7),
    "above a variable": lambda n: Eq(Sum(Abs(k), (k, 5 - n, n)), 7),
    "in a shape": lambda n: RisesThenFalls(-Abs(y) * n, (y, -5, 5), peak=-5),
    "in a shape of integers": lambda n: RisesThenFalls(-sign(j) * j * n, (j, 0, 6), peak=0),
}


@pytest.mark.parametrize("relation", DECLARED.values(), ids=DECLARED)
def test_a_variable_that_is_not_what_it_was_declared(relation):
    with pytest.raises(BadInput, match="is declared"):
        prove(stated(relation, n=N))


BACKWARDS = {
    "ones": lambda t: Eq(Sum(1, (i, 1, t - 1)), t - 1),
    "twos": lambda t: Eq(Product(2, (i, 1, t - 1)), 2 ** (t - 1)),
    "from t to 1": lambda t: Eq(Sum(1, (i, t, 1)), 2 - t),
    "geometric": lambda t: Eq(Sum(half**i, (i, 0, t - 2)), 2 - 2 * half ** (t - 1)),
    "a telescope": lambda t: Eq(Product((i + 1) / i, (i, 1, t - 1)), t),
    "means": lambda t: Eq(Sum(E(GaussianLoop(5).sigma(k)), (k, 0, t - 2)), (1 - c4(5) ** (t - 1)) / (1 - c4(5))),
    "a half range": lambda t: Eq(Sum(1, (i, 1, t / 2)), t / 2),
    "an inner sum": lambda t: Eq(Sum(Sum(1, (i, j, 1)), (j, 1, t + 1)), 1 + 0 * t),
    "a maximum": lambda t: Ge(Prob(PathMax(GaussianLoop(3).sigma(k), (k, 2, t)) >= half), 0),
}


@pytest.mark.parametrize("relation", BACKWARDS.values(), ids=BACKWARDS)
def test_a_range_that_runs_backwards(relation):
    found = neither(relation, t=Integers(0))
    assert found.verdict == U
    notes = [f.note for f in found.findings if f.verdict == U]
    assert any("backwards" in note or "no range" in note for note in notes)


def test_ranges_that_run_forwards():
    holds(lambda t: Eq(Sum(i, (i, 1, t)), t * (t + 1) / 2), t=T)
    holds(lambda t: Eq(Sum(i, (i, 1, t - 1)), t * (t - 1) / 2), t=Integers(1))
    holds(lambda t: Eq(Sum(E(GaussianLoop(5).sigma(k)), (k, 0, t - 1)), (1 - c4(5) ** t) / (1 - c4(5))), t=T)
    holds(lambda n: Eq(Sum(Abs(i), (i, -n, n)), n * (n + 1)), n=N)
    holds(lambda n: Eq(Sum(k, (k, 0, n)), n * (n + 1) / 2), n=N)
    holds(lambda n: Eq(Integral(n * x**2, (x, 1, 0)), -n / 3), n=N)


def test_names_that_are_taken():
    """A bound variable called like a parameter, or like the variable of its chart, is another one."""
    n_, other = Symbol("n_", integer=True, nonnegative=True), Symbol("n", integer=True)
    holds(lambda n: Eq(Sum(n * n_, (n_, 0, 3)), 6 * n), n=N)
    refuted(lambda n: Eq(Sum(n * n_, (n_, 0, 3)), 6 * n + 6), n=N)
    holds(lambda n: Eq(Sum(other, (other, 1, n)), n * (n + 1) / 2), n=N)
    refuted(lambda n: Eq(Sum(other, (other, 1, n)), n * n), n=N)


# ---- limits (rule 32) -----------------------------------------------------------------------------------------------


def nearing(t):
    return Rational(5, 7) + 1 / t


WIDE = {
    "one": (lambda t: Tends(nearing(t), (t, 1, oo), Rational(9, 10), rate=2), {"t": Integers(1)}),
    "to one": (lambda t: Tends(nearing(t), (t, 1, oo), 1, rate=1 + 1 / t), {"t": Integers(1)}),
    "too wide where it ends": (lambda t: Tends(nearing(t), (t, 1, oo), 1, rate=1000 / t), {"t": Integers(1, 300)}),
    "value by value": (lambda t: Tends(1 / t, (t, 1, oo), half, rate=100 / t), {"t": Integers(1, 50)}),
    "at every second value": (lambda t: Tends(1 / t, (t, 1, oo), half, rate=1 + (-1) ** t), {"t": Integers(1)}),
    "an odd and an even one": (
        lambda t: Tends(1 / t, (t, 1, oo), half, rate=2 * Mod(t, 2) + 1 / t),
        {"t": Integers(1)},
    ),
    "a step": (lambda t: Tends(1 / t, (t, 1, oo), half, rate=1 + floor(1 / t)), {"t": Integers(1)}),
    "a wave": (lambda t: Tends(1 / t, (t, 1, oo), half, rate=2 + cos(t)), {"t": Integers(1)}),
    "for small a only": (
        lambda t, a: Tends(1 / t, (t, 1, oo), 5, rate=6 + 6 * a**t),
        {"t": Integers(1), "a": Positive()},
    ),
    "slower than any power": (
        lambda n: Tends(E(GaussianLoop(n).sigma(1)), (n, 2, oo), Rational(9, 10), rate=50 / log(n + 1)),
        {"n": Integers(2)},
    ),
    "a moment": (
        lambda t: Tends(E(GaussianLoop(5).sigma(t)), (t, 1, oo), half, rate=E(GaussianLoop(5).sigma(t) ** 2)),
        {"t": Integers(1)},
    ),
    "negative": (lambda n: Tends(E(GaussianLoop(n).sigma(1)), (n, 2, oo), 1, rate=-1 / n), {"n": Integers(2)}),
}


@pytest.mark.parametrize("case", WIDE.values(), ids=WIDE)
def test_a_rate_that_tells_no_limit(case):
    relation, domains = case
    neither(relation, **domains)


@pytest.mark.parametrize("limit", [Rational(7, 10), Rational(9, 10), Integer(1)])
@pytest.mark.parametrize("rate", [lambda t: 10_000 / t, lambda t: 3 / sqrt(t)], ids=["wide", "slow"])
def test_a_false_limit_is_refuted_far_out(limit, rate):
    """The points go on outward until the rate is small beside the limit."""
    refuted(lambda t: Tends(nearing(t), (t, 1, oo), limit, rate=rate(t)), t=Integers(1))
    holds(lambda t: Tends(nearing(t), (t, 1, oo), Rational(5, 7), rate=rate(t)), t=Integers(1))


class Exponentiated(Loop):
    """x grows by a factor of e^(a V) in every fit, of mean 1/(1 - a), and infinite from a = 1 on; w stays 0."""

    a: Positive
    x, w = coordinate(), coordinate()

    @property
    def initial(self):
        return {"x": Integer(1), "w": Integer(0)}

    def step(self, state):
        v = Noise("V", self.law)
        return {"x": state["x"] * exp(self.a * v), "w": state["w"] * exp(self.a * v)}

    law = Exponential(1)


class OfChiSquare(Exponentiated):
    law = ChiSquare(2)


class OfLaplace(Exponentiated):
    law = Laplace(0, 1)


@pytest.mark.parametrize(("kind", "end"), [(Exponentiated, 1), (OfChiSquare, half), (OfLaplace, 1)])
def test_an_infinite_exponential_moment_is_no_point_left_out(kind, end):
    for a in (end, 2 * end):
        for name in ("x", "w"):  # of the second, 0 for ever, the mean is 0: no more is said than that nobody knows
            with pytest.raises(Undefined, match="infinite"):
                value(E(getattr(kind(sympify(a)), name)(2)))
        assert value(E(kind(sympify(a)).x(0))).value == 1
    c = stated(lambda a, t: Le(E(kind(a).x(t)), 10**12), a=Reals(0, 2 * end), t=Integers(0, 4))
    assert summarise("", None, enclose(c, c.points())).verdict == U


def test_an_exponential_moment_of_rate_0():
    for law, mean in ((Uniform(0, 2), 1), (Exponential(3), 3), (Laplace(5, 1), 5)):
        assert exponential(law, Integer(0), Integer(0)) == (1, 1)
        assert exponential(law, Integer(1), Integer(0)) == (mean, 1)


def test_a_false_limit_along_real_numbers():
    refuted(lambda y: Tends(1 / y, (y, 1, oo), Rational(3, 10), rate=40 / y), y=Reals(1, oo))
    holds(lambda y: Tends(2 + 1 / y, (y, 1, oo), 2, rate=40 / y), y=Reals(1, oo))


def test_limits_that_hold():
    holds(lambda n: Tends(E(GaussianLoop(n).sigma(1)), (n, 2, oo), 1, rate=1 / n), n=Integers(2))
    holds(
        lambda t: Tends(Prob(GaussianLoop(5).sigma(t) ** 2 >= half), (t, 1, oo), 0, rate=2 * c4(5) ** t), t=Integers(1)
    )
    holds(lambda t, n: Tends(1 / t, (t, n, oo), 0, rate=1 / t), t=Integers(1), n=Integers(2))


def test_what_a_limit_is_told_from():
    c = stated(lambda t: Tends(nearing(t), (t, 1, oo), Rational(5, 7), rate=2 / t), t=Integers(1))
    found = summarise("", None, enclose(c, c.points()))
    assert found.verdict == S
    assert "would tell" in found.limit
    assert "from 0.714" in found.limit
    told = min(t.distance / t.scale for f in found.findings for t in f.told)
    assert told <= LIMIT
    # without the far points it is undecided, whatever the others say
    near = [f for f in found.findings if all(t.distance / t.scale > LIMIT for t in f.told)]
    assert summarise("", None, near).verdict == U
    assert "too wide" in summarise("", None, near).limit


def test_a_limit_before_its_start_is_not_looked_at():
    c = stated(lambda t, n: Tends(1 / t, (t, n, oo), 0, rate=1 / t), t=Integers(1), n=Integers(2))
    assert all(p.values["t"] >= p.values["n"] for p in c.points())


# ---- what no sample shows --------------------------------------------------------------------------------------------


class Lognormal(Loop):
    """Multiplied by the exponential of a normal draw, or, at `twice`, of the state's own multiple of one."""

    twice: int
    x = coordinate(positive=True)
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, state):
        z = Noise("Z", Normal(0, 1))
        return {"x": exp(state["x"] * z) if self.twice == 1 else state["x"] * exp(z)}


COUNTED = CategoricalLoop((half, half), 1000).share(0, 1)
SIGMA, MU = GaussianLoop(60).sigma, GaussianLoop(60).mu
HIDDEN = {
    "the exponential of a variance": E(exp(SIGMA(2) ** 2)),
    "the exponential of a mean": E(exp(MU(3))),
    "a hyperbolic cosine": E(cosh(MU(3))),
    "a power of 2": E(2 ** MU(3)),
    "the exponential of a multiple of the state": E(Lognormal(1).x(2)),
    "the logarithm of a count": E(log(COUNTED)),
    "the inverse of a count": E(1 / COUNTED),
    "the exponential of a product": E(exp(Noise("X", Exponential(1)) * Noise("Y", Exponential(1)) / 9)),
}


@pytest.mark.parametrize("m", HIDDEN.values(), ids=HIDDEN)
def test_of_a_mean_that_may_be_infinite_unseen_no_sample_says_anything(m):
    assert may_hide(m)
    c = stated(lambda a: Le(m, 10**9), a=Points(1))
    with Runner(0, 1) as runner:
        witness = Witness(runner, 1.0, 0.1)
        found = witness.run(witness.plans([(c, c.points())]))
    assert {f.verdict for f in found} <= {U, LEFT_OUT}
    assert neither(lambda a: Le(m, 10**9), a=Points(1)).verdict == U


SHOWN = {
    "a bounded exponential": E(exp(-(MU(3) ** 2) / 8)),
    "the exponential of a normal draw": E(exp(2 * Noise("Z", Normal(0, 1)) - 1)),
    "a lognormal loop": E(Lognormal(0).x(2)),
    "a logistic function": E(1 / (1 + exp(-2 * MU(3)))),
    "the logarithm of what is above 1": E(log(1 + MU(3) ** 2)),
    "of a standard deviation": E(log(SIGMA(3))),
    "cut off on both sides": E(Max(0, 1 - exp(MU(3)))),
    "a polynomial of counts": E(COUNTED**2 * (1 - COUNTED)),
    "a product": E(MU(3) ** 4 * Abs(MU(2)) * SIGMA(1) ** 3),
}


@pytest.mark.parametrize("m", SHOWN.values(), ids=SHOWN)
def test_what_hides_nothing_is_simulated(m):
    assert not may_hide(m)


def test_the_logarithm_of_a_count_is_no_power_of_it():
    """Its mean is -oo; once a ball said 1 - log(n)."""
    for n, t in ((1, 1), (2, 2), (5, 3)):
        m = E(log(CategoricalLoop((half, half), n).share(0, t)))
        with pytest.raises(Undefined):
            value(m)
    with pytest.raises(Undefined):
        value(E(1 / CategoricalLoop((half, half), 3).share(0, 2)))
    assert value(E(CategoricalLoop((half, half), 3).share(0, 1) ** -2)).value == oo
    assert value(E(log(CategoricalLoop((1, 0), 3).share(0, 2)))).value == 0  # a symbol that is never lost


class TwoOfCauchy(Loop):
    """Two walks with the same Cauchy steps, of which one has a normal step beside: the difference has a variance."""

    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": 0, "y": 0})

    def step(self, now):
        shared = Noise("L", Cauchy(0, 1))
        return {"x": now["x"] + shared, "y": now["y"] + shared + Noise("Z", Normal(0, 1))}


def test_what_may_cancel_is_not_said_to_be_infinite():
    loop = TwoOfCauchy()
    claim = stated(lambda t: Eq(Var(loop.y(t) - loop.x(t)), t), t=Integers(1))
    (part,) = prepare(claim).parts
    with pytest.raises(Undefined, match="terms without a mean at t = 2, and that what is left"):
        moments(part, {"t": 2})
    assert "undefined, or infinite" in reason(Var(loop.x(2)), NO_MEAN, "")


class ByState(Loop):
    """A chi-square with as many degrees of freedom as the state tells, and some more."""

    more: Nonnegative

    x = coordinate(nonnegative=True)
    initial = property(lambda self: {"x": 1})

    def step(self, now):
        return {"x": Noise("Q", ChiSquare(now["x"] + self.more))}


def test_a_condition_that_a_coordinate_keeps_by_its_kind_is_not_asked_for():
    """That E Q is finite asks for x/2 + 1 > 0; that E 1/Q is, for x/2 - 1 + more/2 > 0, which is so of more than 2 only."""
    assert is_proved(lambda t: Eq(E(ByState(0).x(t)), 1), t=Integers(0))
    assert not is_proved(lambda t: Eq(E(ByState(0).x(t)), 1 + t), t=Integers(0))
    assert is_proved(lambda t: Eq(E(ByState(3).x(t + 1) - ByState(3).x(t)), 3), t=Integers(0))
    assert not is_proved(lambda t: Le(E(1 / ByState(1).x(t)), 100), t=Integers(1))
