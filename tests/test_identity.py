"""What is the same random variable, and what is not: loops, draws, generations, and what is known when a model is."""

import pickle
from dataclasses import replace

import pytest
from exact import derived, enclosed
from sympy import (
    Add,
    Eq,
    Integer,
    Lambda,
    Max,
    Mul,
    Ne,
    Rational,
    S,
    Sum,
    Symbol,
    binomial,
    cancel,
    exp,
    expand,
    expand_log,
    factor,
    log,
    simplify,
    sqrt,
    symbols,
    together,
)

from simulate.engine.blocks import Runner
from simulate.engine.witness import Witness
from theory import E, GaussianLoop, Var
from theory.curation import CuratedLoop
from theory.curation.groups import GaussianGroupsLoop
from theory.discrete import SymbolLoop
from theory.filters.anchored import AnchoredTopLoop, hazard, room
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.beside import Beside
from theory.language.claims import Point, claim
from theory.language.domains import Integers, Points, Reals
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Binomial, Finite, Noise, Normal, Tilted
from theory.language.loops import CLOCK, Loop, Observable, coordinate, observable
from theory.language.moments import Cov, Moment, Prob
from theory.language.policies import FixedReal, FreshReal, Growing
from theory.language.verdicts import Verdict
from theory.language.written import written
from theory.proof.arithmetic.programs import compile_expr, to_ball
from theory.proof.arithmetic.rings import Balls
from theory.proof.enclose import enclose, value
from theory.proof.methods import condition, moment
from theory.proof.prepared import prepare
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise
from theory.proof.symbols.averages import average
from theory.stability.coin import RetrainedBernoulliLoop
from theory.stability.gaussian import retrained_mean

half = Rational(1, 2)
n_ = Symbol("n", integer=True, positive=True)


# ---- the number of the fit ------------------------------------------------------------------------------------------

k = Symbol("k", integer=True, positive=True)


@claim
def growing_wrong(n=Integers(2, 30), t=Integers(0, 8)):
    """Every mean but the last counts as if it were fitted to the last, largest sample."""
    loop = PooledGaussianLoop(n, Growing(n * CLOCK**2), known_variance=True)
    return Eq(E(E(loop.mu(t + 1), given=loop.model(t)) ** 2), t / (n * (t + 1) ** 2))


@claim
def growing_right(n=Integers(2, 30), t=Integers(0, 8)):
    """The variance of the mean is the sum of what each fit adds."""
    loop = PooledGaussianLoop(n, Growing(n * CLOCK**2), known_variance=True)
    return Eq(E(E(loop.mu(t + 1), given=loop.model(t)) ** 2), Sum(1 / k**2, (k, 1, t)) / n)


def test_the_number_of_the_fit_in_a_loop_is_left_where_it_is():
    assert not prove(growing_wrong).proved
    assert Verdict.REFUTED in {f.verdict for f in enclose(growing_wrong, growing_wrong.points())}
    assert prove(growing_right).proved
    found = enclose(growing_right, growing_right.points())
    assert {f.verdict for f in found} <= {Verdict.SUPPORTED, Verdict.PROVED}


@pytest.mark.parametrize("size", [n_ * CLOCK, CLOCK + 1, 2**CLOCK, n_ * (CLOCK + 1) ** 2])
def test_a_step_taken_from_observables_is_still_of_the_same_loop(size):
    loop = PooledGaussianLoop(n_, Growing(size), known_variance=True)
    after = loop.step_at({"mu": loop.mu(4)}, 5)["mu"]
    assert {o.loop for o in after.atoms(Observable)} == {loop}
    assert {z.role[1] for z in after.atoms(Noise)} == {5}


@claim
def named_generation(generation=Integers(1, 6), n=Integers(2, 9)):
    """A variable may be called like the number of the fit."""
    loop = SymbolLoop(half, n, Growing(n * CLOCK))
    return Eq(E(loop.share(generation)), half)


@claim
def named_like_a_coordinate(mu=Reals(-3, 3), t=Integers(0, 5)):
    """A variable may be called like a coordinate of the state."""
    loop = retrained_mean(4, 4, mu0=mu)
    return Eq(E(loop.mu(t)), mu)


def test_variables_may_have_the_names_of_coordinates_and_of_the_clock():
    assert prove(named_generation).proved
    assert prove(named_like_a_coordinate).proved


# ---- draws ----------------------------------------------------------------------------------------------------------


class OneName(Loop):
    """Every draw is called Z: that of the start, that of a step, that of the emission."""

    x = coordinate()
    initial = {"x": Noise("Z", Normal(0, 1))}  # noqa: RUF012

    def step(self, state):
        return {"x": state["x"] + Noise("Z", Normal(0, 1))}

    def emit(self, state, index):
        return state["x"] + Noise("Z", Normal(0, 1))


@pytest.mark.parametrize(
    ("product", "wanted"),
    [
        (lambda a: a.draw(1) ** 2, 3),
        (lambda a: a.draw(1) * a.draw(1, 2), 2),
        (lambda a: a.draw(0) * a.x(0), 1),
        (lambda a: a.draw(2) * a.draw(1), 2),
        (lambda a: (a.x(1) - a.x(0)) * a.x(0), 0),
        (lambda a: (a.draw(3) - a.x(3)) * (a.x(3) - a.x(2)), 0),
        (lambda a: (a.draw(1) - a.draw(1, 2)) ** 2, 2),
    ],
)
def test_draws_of_one_name_are_different_draws(product, wanted):
    m = E(product(OneName()))
    assert derived(m) == wanted
    x = standardise(m)
    names = {e: Symbol(f"m{i}") for i, e in enumerate(sorted(x.atoms(E), key=str))}
    ball = compile_expr(x.xreplace(names), tuple(names.values()))(Balls, *(value(e).value for e in names))
    assert ball.contains(wanted)
    assert ball.rad() < 1e-6


def test_an_event_of_the_start_and_the_first_fit_takes_two_draws():
    loop = OneName()
    assert derived(Prob(loop.x(1) > 2 * loop.x(0))) == half


def test_a_draw_whose_law_depends_on_another_is_averaged_first():
    loop = RetrainedBernoulliLoop(1, 2, Rational(1, 3), half)
    for times in ((0, 2, 3), (1, 2), (2, 3), (1, 2, 3)):
        exact = _bernoulli(1, 2, Rational(1, 3), half, times)
        m = E(Mul(*map(loop.theta, times)))
        assert derived(m) == exact
        (standard,) = standardise(m).atoms(E)
        assert value(standard).value.overlaps(to_ball(exact))


def _bernoulli(n, m, p, start, times):
    """E of the product of the shares at some times, by the tree of all counts: from the loop's definition in words."""

    def counts(size, chance):
        return [(j, binomial(size, j) * chance**j * (1 - chance) ** (size - j)) for j in range(size + 1)]

    laws = [[{0: start}, Integer(1)]]
    for t in range(1, max(times) + 1):
        laws = [
            [{**path, t: Rational(a + b, n + m)}, w * u * v]
            for path, w in laws
            for a, u in counts(n, p)
            for b, v in counts(m, path[t - 1])
        ]
    total = Integer(0)
    for path, w in laws:
        for t in times:
            w = w * path[t]
        total += w
    return total


def test_nested_laws_of_draws():
    y = Noise("Y", Binomial(3, half))
    x = Noise("X", Normal(y, y**2))
    assert average(x**2, {x, y})[0] == 2 * (Rational(3, 4) + Rational(9, 4))
    assert average(x * y, {x, y})[0] == 3


class TwoLaws(Loop):
    """One name for draws from two laws, which are one draw where the parameters agree."""

    state = ("x", "y")
    x = observable()

    a: float
    b: float
    initial = {"x": Integer(0), "y": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return {"x": Noise("Z", Normal(0, self.a)), "y": Noise("Z", Normal(0, self.b))}


def test_one_name_for_draws_from_two_laws_is_refused():
    a, b = Symbol("a", positive=True), Symbol("b", positive=True)
    loop = TwoLaws(a, b)
    with pytest.raises(BadInput, match="TwoLaws: two different draws are called Z"):
        moment(E(Observable(loop, "x", 1) * Observable(loop, "y", 1)))


@pytest.mark.parametrize("at", [0, 1, 3])
def test_draws_of_two_generations_are_one_where_the_generations_are(at):
    t = Symbol("t", integer=True, nonnegative=True)
    loop = GaussianLoop(4, 3, 2)
    both = standardise(E(loop.draw(0, 2) * loop.draw(t, 2))).subs(t, at)
    assert both.xreplace({m: derived(m) for m in both.atoms(Moment)}) == 4 + 9 * (at == 0)
    curated = CuratedLoop(Finite((half, half)), (1, 3))
    product = enclosed(standardise(E(curated.weight(0) * curated.weight(t))).subs(t, at))
    assert product.overlaps(enclosed(E(curated.weight(0) ** 2) if at == 0 else 2 * E(curated.weight(at))))
    assert not product.overlaps(enclosed(2 * E(curated.weight(at)) if at == 0 else E(curated.weight(0) ** 2)))


def test_plain_numbers_in_a_start_are_numbers():
    assert derived(E(GaussianGroupsLoop(2, 1, 1).low(0))) == 0


# ---- loops ----------------------------------------------------------------------------------------------------------


@claim(where=lambda n, m, t: Ne(n, m))
def independent_loops(n=Integers(2, 4), m=Integers(2, 4), t=Integers(1, 3)):
    """Two loops of different sizes are independent."""
    a, b = (PooledGaussianLoop(size, known_variance=True) for size in (n, m))
    return Eq(E(a.mu(t) * b.mu(t)), 0)


@claim
def dependent_loops(n=Integers(2, 4), m=Integers(2, 4), t=Integers(1, 3)):
    """Two loops of one size are the same path."""
    a, b = (PooledGaussianLoop(size, known_variance=True) for size in (n, m))
    return Eq(E(a.mu(t) * b.mu(t)) + (n - m) ** 2, t / n + (n - m) ** 2)


def test_loops_that_agree_at_some_numbers_are_neither_two_nor_one():
    assert prove(independent_loops).proved
    assert not prove(replace(independent_loops, where=None)).proved
    assert not prove(dependent_loops).proved
    found = enclose(independent_loops, independent_loops.points())
    assert Verdict.REFUTED not in {f.verdict for f in found}
    found = enclose(dependent_loops, dependent_loops.points())
    assert Verdict.REFUTED in {f.verdict for f in found}


@claim
def alike_at_an_end(s=Reals(1, 2, closed=True), n=Integers(2, 9)):
    """Two loops are independent, whatever their scales."""
    return Eq(E(GaussianLoop(n, sigma0=s).sigma(1) ** 2 * GaussianLoop(n, sigma0=1).sigma(1) ** 2), s**2)


def test_loops_that_agree_at_an_end_of_an_interval_are_not_refuted_as_one():
    """At s = 1 a proof by ends would take the fourth moment of one loop."""
    found = prove(alike_at_an_end)
    assert not found.refuted
    assert "two loops would be one" in found.reason
    assert Verdict.REFUTED not in {f.verdict for f in enclose(alike_at_an_end, alike_at_an_end.points())}


def test_moments_of_two_loops_are_products():
    a, b = GaussianLoop(4), GaussianLoop(n_)
    assert derived(Cov(a.sigma(2) ** 2, b.sigma(2) ** 2)) == 0
    assert derived(E(a.sigma(1) ** 2 * b.mu(1) ** 2)) == 1 / n_
    assert derived(Var(a.mu(1) - b.mu(1))) == Rational(1, 4) + 1 / n_


def test_two_loops_of_one_standard_form_are_two():
    a, b = (PooledGaussianLoop(4, sigma0=scale, known_variance=True) for scale in (1, 2))
    assert derived(E(a.error(3) * b.error(3))) == 0
    assert derived(E(a.error(3) ** 2 * b.error(3) ** 2)) == Rational(3, 4) * 3


class Unstated(Loop):
    """A loop that says nothing of its step."""

    mu = coordinate()


def test_what_takes_two_loops_at_once_is_of_both_as_one_or_refused():
    a, b, c = GaussianLoop(4), GaussianLoop(n_), Unstated()
    for m in (lambda x, y: Prob(x > y), lambda x, y: E(abs(x - y)), lambda x, y: E(1 / (x + y) ** 2)):
        (both,) = {o.loop for o in standardise(m(a.mu(1), b.mu(1))).atoms(Observable) if isinstance(o.loop, Beside)}
        assert set(both.args) == {a, b}
        with pytest.raises(BadInput, match="two loops at once"):
            standardise(m(a.mu(1), c.mu(1)))


@claim
def above(n=Integers(4, 5)):
    """One loop is above another."""
    return Eq(Prob(GaussianLoop(n).mu(1) > GaussianLoop(4).mu(1)), Rational(1, 2))


@pytest.mark.parametrize("n", [4, 5])
def test_loops_that_numbers_make_look_alike_are_compared_as_two(n):
    point = Point(1, {"n": Integer(n)})
    assert enclose(above, [point])[0].verdict == Verdict.SUPPORTED
    with Runner(0, 1) as runner:
        witness = Witness(runner, 2.0, 0.05)
        (found,) = witness.run(witness.plans([(above, [point])]))
    assert found.verdict == Verdict.SUPPORTED


p_, q_, r_ = symbols("p q r", positive=True)
SPELLED = [
    p_ * (1 - q_),
    (p_ + q_) * (r_ + 1),
    (p_ + 1) ** 3,
    p_ / (p_ + q_) + q_ * r_ / (p_ + q_),
    (p_**2 - q_**2) / (p_ - q_),
    1 - 1 / (1 + p_ / q_),
    1 / ((p_ + q_) * r_),
    (p_ + q_) * (1 - p_ / (p_ + q_)) / (1 - q_ / (p_ + q_)),
    sqrt(p_) * (1 + sqrt(p_)),
    sqrt(p_ * (q_ + 1)),
    exp(p_ * (q_ + 1)),
    p_ ** (q_ * (r_ + 1)),
    log(p_ * (q_ + 1)),
    Max(p_ * (q_ + 1), r_),
]


@pytest.mark.parametrize("x", SPELLED, ids=str)
@pytest.mark.parametrize("rewritten", [expand, factor, together, cancel, simplify, expand_log])
def test_a_loop_and_a_draw_are_the_same_however_their_parameters_are_written(x, rewritten):
    """What SymPy rewrites, it builds the loops in it again: with p - p q in place of p (1 - q) these were others."""
    loop = PooledGaussianLoop(n_, Growing(n_ * (CLOCK + 1)), sigma0=x, known_variance=True)
    whole = loop.mu(n_ * (n_ + 1)) + 2 * Noise("Z", Normal(x, x))
    assert rewritten(loop.mu(3)) == loop.mu(3) == loop.at(sigma0=rewritten(x)).mu(3)
    assert Noise("Z", Normal(x, x)) == Noise("Z", Normal(rewritten(x), rewritten(x)))
    assert rewritten(whole).atoms(Observable, Noise) == whole.atoms(Observable, Noise)


def test_a_function_in_a_law_is_left_as_it_is():
    """How a density is written shows how fast it falls."""
    density = Lambda(p_, -((p_ + 1) ** 2) / 2)
    assert Tilted(Normal(0, 1), density).weight == density


def test_loops_whose_parameters_are_written_in_two_ways():
    """They are one, and where the power is too high to be multiplied out, they are refused: they may be meant as one."""
    a, b = GaussianLoop(n_ * (n_ + 1)), GaussianLoop(n_**2 + n_)
    assert simplify(derived(E(a.mu(1) * b.mu(1))) - 1 / (n_**2 + n_)) == 0
    one, two = (PooledGaussianLoop(n_, Growing(size)) for size in (n_ * (CLOCK + 1), n_ * CLOCK + n_))
    assert one == two
    a, b = GaussianLoop((n_ + 1) ** 20), GaussianLoop(expand((n_ + 1) ** 20))
    for m in (E(a.mu(1) * b.mu(1)), Var(a.mu(1) - b.mu(1)), E(E(a.mu(2), given=b.model(1)) ** 2)):
        with pytest.raises(BadInput, match="written in two ways"):
            standardise(m)
    assert derived(E(a.mu(1) * GaussianLoop(n_**2).mu(1))) == 0


def test_loops_that_listed_values_make_one_are_refused():
    @claim
    def listed(n=Points(2, 3), m=Points(2, 4)):
        """Covariance of two loops."""
        a, b = (PooledGaussianLoop(size, known_variance=True) for size in (n, m))
        return Eq(E(a.mu(1) * b.mu(1)), 0)

    with pytest.raises(BadInput, match="two loops are one at n = 2, m = 2"):
        prepare(listed, {"n": Integer(2), "m": Integer(2)})
    assert prepare(listed, {"n": Integer(2), "m": Integer(4)})


# ---- the model, and all that training remembers ---------------------------------------------------------------------

fixed = retrained_mean(4, 4, FixedReal, start="fit")


def test_a_model_does_not_tell_the_data_it_was_trained_on():
    with pytest.raises(BadInput, match=r"depends on real, which the model does not tell.*given=loop.state\(t\)"):
        standardise(E(E(fixed.mu(2), given=fixed.model(1)) ** 2))
    assert derived(E(E(fixed.mu(2), given=fixed.state(1)))) == 0
    assert derived(E(Var(fixed.mu(2), given=fixed.state(1)))) == Rational(1, 16)


def test_what_the_model_tells():
    fresh = retrained_mean(4, 4)
    assert derived(E(E(fresh.mu(2), given=fresh.model(1)) ** 2)) == derived(E(fresh.mu(1) ** 2)) / 4
    pooled = PooledGaussianLoop(4, FreshReal(3))
    assert derived(E(Var(pooled.mu(2), given=pooled.model(1)))) == derived(E(Var(pooled.mu(2), given=pooled.state(1))))
    kept = PooledGaussianLoop(4, FixedReal(3))
    with pytest.raises(BadInput, match="which the model does not tell"):
        standardise(E(E(kept.v(2), given=kept.model(1)) ** 2))
    assert derived(E(E(kept.mu(1), given=kept.state(1)) ** 2)) == derived(E(kept.mu(1) ** 2))


class Hidden(Loop):
    """A model at a + b + Z: of the two only the sum is told."""

    a, b = coordinate(), coordinate()
    initial = {"a": Integer(0), "b": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return {"a": state["a"] + Noise("U", Normal(0, 1)), "b": Noise("V", Normal(0, 1))}

    def emit(self, state, index):
        return state["a"] + state["b"] + Noise("Z", Normal(0, 1))


class Unsaid(Hidden):
    emit = Loop.emit


def test_the_model_of_a_users_loop():
    with pytest.raises(BadInput, match="depends on a, which the model does not tell"):
        standardise(E(E(Hidden().a(2), given=Hidden().model(1)) ** 2))
    with pytest.raises(BadInput, match="no `emit` or `law_at`"):
        standardise(E(E(Unsaid().a(2), given=Unsaid().model(1)) ** 2))
    assert derived(E(E(Unsaid().a(2), given=Unsaid().state(1)) ** 2)) == 1


def test_the_state_is_a_name_list_and_a_condition():
    assert fixed.state == ("mu", "real")
    given = fixed.state(3)
    assert given.loop == fixed
    assert given.func(*given.args) == given == pickle.loads(pickle.dumps(given))
    m = Symbol("m", integer=True, positive=True)
    assert retrained_mean(4, m).state(2).xreplace({m: Integer(4)}) == retrained_mean(4, 4).state(2)


def test_a_condition_is_on_one_loop_at_one_time():
    with pytest.raises(CannotTell):
        condition(fixed.mu(0), fixed, Integer(1))
    other = retrained_mean(5, 4, start="fit")
    assert derived(E(E(other.mu(1) * fixed.mu(2), given=fixed.state(1)))) == 0
    assert sqrt(derived(E(E(other.mu(1) ** 2, given=fixed.state(1)) ** 2))) == derived(E(other.mu(1) ** 2))


class Fading(Loop):
    """Steps that grow smaller with the number of the fit, from a random start."""

    a: float
    x = coordinate()
    initial = {"x": Noise("Z", Normal(0, 1))}  # noqa: RUF012

    def step(self, state):
        return {"x": self.a * state["x"] + Noise("Z", Normal(1, 1)) / CLOCK}


def test_moments_of_two_generations_of_a_changing_loop():
    a = Symbol("a", positive=True)
    assert derived(E(Fading(a).x(3))).doit().expand() == a**2 + a / 2 + Rational(1, 3)
    assert derived(E(Fading(a).x(1) * Fading(a).x(2))).expand() == a**3 + 2 * a + Rational(1, 2)


def test_fractions_within_fractions_are_written_in_lowest_terms(monkeypatch):
    """Multiplied out as they are written, they would be hundreds of terms."""
    most = []
    monkeypatch.setattr(
        "theory.language.written.expand", lambda x: most.append(len(Add.make_args(y := expand(x)))) or y
    )
    whole = p_ + (1 - p_) * (1 + q_ * r_)
    share = (1 - p_) * (1 + q_ * r_) / whole
    assert written((1 - share) / share) == cancel(p_ / ((1 - p_) * (1 + q_ * r_)))
    assert max(most) == 1
    flat = 1 / (10 * (1 - exp(-Rational(1, 10))))
    assert len(written(flat / (2 - flat)).atoms(exp)) == 2  # exp(1/10) and exp(1/5)


@pytest.mark.parametrize("z", [S.Half, S.One, Rational(3, 2)])
def test_a_written_form_is_written_as_it_is(z):
    """exp(1/2)**2 becomes E, and a fraction with it another one: until nothing changes."""
    lam = Rational(1, 4)
    s = 1 / sqrt(room(z, lam))
    for x in (s, lam * s * hazard(z), exp(S.Half) * (exp(S.Half) + 1) / (sqrt(2) + exp(S.Half))):
        assert written(written(x)) == written(x)
    loop = AnchoredTopLoop(z, lam, lam * s * hazard(z), s)
    assert loop.func(*loop.args) == loop
