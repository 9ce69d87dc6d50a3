"""First times, maxima over the path, events of several generations: of finite chains, against fractions and simulation."""

from fractions import Fraction

import pytest
from exact import fraction_ball
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import examples
from stated import assert_proved, is_proved
from sympy import And, Eq, Ge, Gt, Integer, Le, Lt, Ne, Or, Piecewise, Rational, Sum, Symbol, oo
from test_discrete import multinomial_law

from simulate import estimate
from theory.discrete import CategoricalLoop, SymbolLoop
from theory.language.claims import claim
from theory.language.domains import Integers, Points, Probability
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Binomial, Multinomial, Noise, Normal, counts
from theory.language.loops import CLOCK, Loop, coordinate
from theory.language.moments import E, HittingTime, PathMax, Prob, Var
from theory.language.policies import FreshReal
from theory.language.verdicts import Verdict
from theory.proof import structures
from theory.proof.enclose import at_point, value
from theory.proof.methods import moment
from theory.proof.methods.times import _Path
from theory.proof.prepared import prepare
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise

R = Rational
s, t = Symbol("s", integer=True), Symbol("t", integer=True, nonnegative=True)
FIFTY = CategoricalLoop((R(3, 10), R(7, 10)), 50)
HALVES = CategoricalLoop((R(1, 2), R(1, 2)), 2)


def ball(x) -> arb:
    """A combination of standard moments in balls."""
    x = standardise(x)
    names = {m: value(m).value for m in x.atoms(E, Prob, Var)}
    total = arb(0)
    for term, c in x.as_coefficients_dict().items():
        total += arb(c.p) / arb(c.q) * (names[term] if term in names else arb(int(term)))
    return total


# ---- against exact fractions ----------------------------------------------------------------------------------------


def paths(masses, n, last):
    """All paths of a histogram of n draws up to a generation: ([shares of generation 0, 1, ...], probability)."""
    if last == 0:
        yield [masses], Fraction(1)
        return
    for path, w in paths(masses, n, last - 1):
        for ks, v in multinomial_law(n, path[-1]):
            if w * v:
                yield [*path, tuple(Fraction(k, n) for k in ks)], w * v


WEIGHTS = st.lists(st.integers(1, 4), min_size=2, max_size=3)


@examples(3, 6)
@given(WEIGHTS, st.integers(1, 3), st.fractions(0, 1, max_denominator=4))
def test_first_times_and_maxima_are_those_of_all_paths(weights, n, level):
    masses = tuple(Fraction(w, sum(weights)) for w in weights)
    loop = CategoricalLoop(tuple(map(Rational, masses)), n)
    all_paths, bound = list(paths(masses, n, 2)), Rational(level)
    for condition, holds in (
        (lambda s: Ge(loop.share(0, s), bound), lambda x: x[0] >= level),
        (lambda s: Gt(loop.share(0, s) - loop.share(1, s), bound), lambda x: x[0] - x[1] > level),
        (lambda s: Lt(loop.support(s), len(weights)), lambda x: 0 in x),
        (lambda s: Or(Eq(loop.share(0, s), 0), Ne(loop.share(1, s), bound)), lambda x: x[0] == 0 or x[1] != level),
    ):
        time = HittingTime(condition)
        for u in (0, 1, 2):
            exact = sum(w for path, w in all_paths if any(map(holds, path[: u + 1])))
            assert ball(Prob(time <= u)).overlaps(fraction_ball(exact))
            assert ball(Prob(time > u)).overlaps(fraction_ball(1 - exact))
            assert ball(Prob(time < u + 1)).overlaps(fraction_ball(exact))
            assert ball(Prob(time >= u + Rational(1, 2))).overlaps(fraction_ball(1 - exact))
            assert ball(Prob(time > u)).rad() < 1e-10
    for first in (0, 1):
        reached = sum(w for path, w in all_paths if max(x[0] for x in path[first:]) >= level)
        top = PathMax(loop.share(0, s), (s, first, 2))
        assert ball(Prob(top >= bound)).overlaps(fraction_ball(reached))
        assert ball(Prob(top < bound)).overlaps(fraction_ball(1 - reached))


@settings(max_examples=6, deadline=None)
@given(WEIGHTS, st.integers(1, 3))
def test_events_of_several_generations_are_those_of_all_paths(weights, n):
    masses = tuple(Fraction(w, sum(weights)) for w in weights)
    loop = CategoricalLoop(tuple(map(Rational, masses)), n)
    all_paths = list(paths(masses, n, 3))
    for event, holds in (
        (loop.share(0, 3) > loop.share(0, 1), lambda x: x[3][0] > x[1][0]),
        (loop.share(0, 2) >= loop.share(1, 1), lambda x: x[2][0] >= x[1][1]),
        (loop.share(0, 3) * loop.share(1, 1) >= R(1, 9), lambda x: x[3][0] * x[1][1] >= Fraction(1, 9)),
        (loop.share(1, 2) > loop.share(1, 0), lambda x: x[2][1] > x[0][1]),
    ):
        exact = sum(w for path, w in all_paths if holds(path))
        assert ball(Prob(event)).overlaps(fraction_ball(exact))
        assert ball(Prob(event)).rad() < 1e-10


# ---- known numbers --------------------------------------------------------------------------------------------------


def test_the_law_of_the_first_extinction():
    """The exact chains of the wider sample: n = 50 with two symbols, n = 30 with three."""
    first = HittingTime(lambda s: FIFTY.support(s) < 2)
    for u, exact in ((50, 0.4436770324312), (183, 0.03022548592236), (300, 0.002843309576994)):
        assert float(ball(Prob(first > u)).mid()) == pytest.approx(exact, rel=1e-12)
    three = CategoricalLoop((R(1, 5), R(3, 10), R(1, 2)), 12)
    lost = HittingTime(lambda s: three.support(s) < 3)
    assert ball(Prob(lost > 9)).overlaps(ball(Prob(three.support(9) >= 3)))
    far = ball(Prob(first > 10**6))  # by squaring
    assert 1e-8774 < far < arb("2e-8774")


def test_a_geometric_time():
    """Two draws from halves: all are of one symbol with probability 1/2."""
    done = HittingTime(lambda s: Or(Eq(HALVES.share(0, s), 0), Eq(HALVES.share(0, s), 1)))
    assert ball(E(done)).overlaps(arb(2))
    assert ball(E(done**2)).overlaps(arb(6))
    assert ball(E(done**3)).overlaps(arb(26))
    assert value(standardise(E(done))).radius < 1e-12
    assert ball(Prob(done > 7)).overlaps(arb(1) / 128)
    assert ball(E(HittingTime(lambda s: HALVES.share(0, s) >= R(1, 2)))) == 0  # at the start


def test_the_mean_is_the_sum_of_the_tail():
    loop = CategoricalLoop((R(3, 10), R(7, 10)), 6)
    first = HittingTime(lambda s: loop.support(s) < 2)
    path = _Path(standardise(E(first)).variable.condition, loop)
    tail = sum((path.reached(0, u)[0] for u in range(60)), arb(0))
    mean = ball(E(first))
    assert tail < mean < tail + 0.02
    assert mean.rad() < 1e-9


def test_times_that_may_never_come_are_infinite():
    lost = HittingTime(lambda s: Eq(FIFTY.share(0, s), 0))
    assert value(standardise(E(lost))).value == arb.pos_inf()

    @claim
    def finite(n=Points(2, 5)):
        """The first symbol is lost in 100 generations on average."""
        loop = CategoricalLoop((R(1, 3), R(2, 3)), n)
        return Lt(E(HittingTime(lambda s: Eq(loop.share(0, s), 0))), 100)

    assert at_point(finite, finite.points()[0], 0.01).verdict == Verdict.REFUTED


class Ruin(Loop):
    """A gambler with 3 coins plays for one at a time, until all N are won or lost."""

    N: Integers(1)
    x = coordinate()
    initial = {"x": 3}  # noqa: RUF012
    chance = R(1, 2)

    def step(self, state):
        x, won = state["x"], Noise("B", Binomial(1, self.chance))
        return {"x": Piecewise((x, Or(x <= 0, x >= self.N)), (x + 2 * won - 1, True))}


class Unfair(Ruin):
    chance = R(3, 2)


def test_a_users_chain_is_listed_state_by_state():
    ended = HittingTime(lambda s: Or(Ruin(10).x(s) <= 0, Ruin(10).x(s) >= 10))
    assert ball(E(ended)).overlaps(arb(21))  # 3 (10 - 3)
    assert ball(Prob(ended > 4)).overlaps(1 - arb(2) / 16)  # three in a row are lost; a fourth game ends nothing
    assert ball(Prob(ended > 3)).overlaps(arb(7) / 8)
    assert value(standardise(E(HittingTime(lambda s: Ruin(10).x(s) >= 10)))).value == arb.pos_inf()
    with pytest.raises(CannotTell, match="no law"):
        value(standardise(Prob(HittingTime(lambda s: Unfair(10).x(s) <= 0) > 3)))
    with pytest.raises(CannotTell, match="states is too large"):
        value(standardise(Prob(HittingTime(lambda s: Ruin(10**6).x(s) <= 0) > 3)))
    (found,) = estimate([Prob(ended > 30)], 20_000)
    assert abs(found.midpoint - float(ball(Prob(ended > 30)).mid())) <= found.radius < 0.1


# ---- what is said where nothing is known ----------------------------------------------------------------------------


class Walk(Loop):
    """A normal random walk: no chain on finitely many numbers."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(0)}

    def step(self, state):
        return {"x": state["x"] + Noise("Z", Normal(0, 1))}


def test_what_is_no_first_time():
    walk = Walk()
    for wrong in (
        lambda: HittingTime(lambda s: Ge(s, 3)),
        lambda: HittingTime(lambda s: walk.x(s)),
        lambda: HittingTime(lambda s: walk.x(s) > s),
        lambda: HittingTime(lambda s: walk.x(s) > walk.x(0)),
        lambda: HittingTime(walk.x(t) > 1),
    ):
        with pytest.raises(BadInput, match="HittingTime"):
            wrong()
    above = HittingTime(lambda s: walk.x(s) > 1)
    for unknown in (E(above), Prob(above > 3), E(above * walk.x(2))):
        with pytest.raises(CannotTell):
            value(standardise(unknown))
    for refused in (
        Prob(above > oo),
        Prob(above + walk.x(1) > 3),
        above,
        Prob(above > HittingTime(lambda s: walk.x(s) > 2)),
    ):
        with pytest.raises(BadInput):
            standardise(refused)
    assert above.func(*above.args) == above
    assert above.free_symbols == set()
    assert HittingTime(walk.x(s) > 1, s) == above


def test_means_are_not_simulated_and_laws_are():
    """No run is cut off: that the time has come, or has not, by generation t is seen at generation t."""
    first = HittingTime(lambda s: FIFTY.support(s) < 2)
    with pytest.raises(BadInput, match="has no value"):
        estimate([E(first)], 1_000)
    wanted = [Prob(first > 20), Prob(first <= 60), Prob(HittingTime(lambda s: FIFTY.share(0, s) > R(2, 5)) <= 10)]
    for m, found in zip(wanted, estimate(wanted, 20_000), strict=True):
        assert abs(found.midpoint - float(ball(m).mid())) <= found.radius < 0.1
    walk = HittingTime(lambda s: Walk().x(s) > 1)
    (found,) = estimate([Prob(walk <= 1)], 20_000)
    assert abs(found.midpoint - 0.158655253931) <= found.radius < 0.05


# ---- claims ---------------------------------------------------------------------------------------------------------


def test_what_is_lost_is_lost_for_ever():
    def states(relation, at, p=Probability(), n=Integers(1), t=Integers(0)):
        loop = CategoricalLoop((p, 1 - p), n)
        lost = HittingTime(lambda s: Eq(loop.share(0, s), 0))
        return relation(Prob(lost > t), Prob(loop.share(0, t + at) > 0))

    @claim
    def holds(p=Probability(), n=Integers(1), t=Integers(0)):
        """A symbol is alive until it is lost."""
        return states(Eq, 0, p, n, t)

    @claim
    def shifted(p=Probability(), n=Integers(1), t=Integers(0)):
        """A generation off."""
        return states(Eq, 1, p, n, t)

    @claim
    def strictly(p=Probability(), n=Integers(1), t=Integers(0)):
        """It is no more than that."""
        return states(Gt, 0, p, n, t)

    assert prove(holds).proved
    for wrong in (shifted, strictly):
        assert not prove(wrong).proved
        assert any(at_point(wrong, p, 0.01).verdict == Verdict.REFUTED for p in wrong.points()[:3])


class Mutating(Loop):
    """A symbol that comes back: 0 is left."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": R(1, 2)}

    def step(self, state):
        return {"x": Noise("B", Binomial(2, (state["x"] + R(1, 4)) / R(3, 2))) / 2}


def test_what_comes_back_is_not_lost_for_ever():
    loop = Mutating()
    lost = HittingTime(lambda s: loop.x(s) <= 0)
    assert standardise(Prob(lost > 3)).has(HittingTime)
    assert ball(Prob(lost > 3)) < ball(Prob(loop.x(3) > 0))


def test_sums_of_probabilities_over_generations():
    def of(factor, last, loop=SymbolLoop(R(1, 3), 3)):
        return Eq(Sum(factor * Prob(loop.share(s) > 0), (s, 1, last)), Sum(1 - Prob(loop.share(s) <= 0), (s, 1, last)))

    for factor, shift, verdict in (
        (1, 0, Verdict.SUPPORTED),
        (R(1001, 1000), 0, Verdict.REFUTED),
        (1, 1, Verdict.REFUTED),
    ):

        @claim
        def total(T=Integers(1, 9)):
            """Symbols are alive or not."""
            loop = SymbolLoop(R(1, 3), 3)
            alive = Sum(factor * Prob(loop.share(s) > 0), (s, 1, T + shift))  # noqa: B023
            return Eq(alive, T - Sum(Prob(Le(loop.share(s), 0)), (s, 1, T)))

        assert at_point(total, total.points()[0], 0.01).verdict == verdict
    part = prepare(total).parts[0].unrolled({"T": Integer(3)})
    assert len(part.moments) == 4


# ---- a multinomial draw in a step -----------------------------------------------------------------------------------


class Three(Loop):
    """Three symbols, one of them favoured by a factor."""

    n: Integers(1)
    a = coordinate()
    b = coordinate()
    c = coordinate()
    factor = 1

    @property
    def initial(self):
        return {"a": R(1, 2), "b": R(1, 3), "c": R(1, 6)}

    def step(self, state):
        drawn = counts("Y", Multinomial(self.n, (state["a"], state["b"], self.factor * state["c"])))
        return {name: y / self.n for name, y in zip("abc", drawn, strict=True)}


class Favoured(Three):
    factor = R(1001, 1000)


def test_counts_of_one_draw_are_not_independent():
    n = Symbol("n", integer=True, positive=True)
    loop, same = Three(n), CategoricalLoop((R(1, 2), R(1, 3), R(1, 6)), n)
    product = moment(E(loop.a(t) * loop.b(t) * loop.c(t))).form
    assert (product - moment(E(same.share(0, t) * same.share(1, t) * same.share(2, t))).form).equals(0)
    assert product.subs({n: 2, t: 3}) == 0  # two draws are of two symbols at most
    y = counts("Y", Multinomial(3, (R(1, 2), R(1, 3))))
    assert [str(x) for x in y] == ["Y0", "Y1"]
    with pytest.raises(BadInput, match="no draws"):
        estimate([E(y[0] * y[1])], 1_000)
    assert moment(standardise(E(y[0] * y[1]))).form == 1  # 3 * 2 * 1/2 * 1/3
    assert moment(standardise(E(y[0] * y[1] ** 2))).form == R(4, 3)
    with pytest.raises(CannotTell, match="no probabilities"):
        moment(E(Favoured(n).a(t) * Favoured(n).b(t)))
    with pytest.raises(BadInput, match="counts"):
        Noise("Y", Multinomial(3, (R(1, 2),)))
    with pytest.raises(BadInput, match="Multinomial"):
        counts("Y", Binomial(3, R(1, 2)))


def test_counts_in_a_users_step_are_drawn_together():
    loop = Three(3)
    wanted = [E(loop.a(2) * loop.b(2)), E(loop.a(1) * loop.b(1) * loop.c(1)), Prob(loop.a(2) > loop.b(1))]
    for m, found in zip(wanted, estimate(wanted, 50_000), strict=True):
        assert abs(found.midpoint - float(ball(m).mid())) <= found.radius < 0.03
    exact = sum(
        w for path, w in paths((Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), 3, 2) if path[2][0] > path[1][1]
    )
    assert ball(wanted[2]).overlaps(fraction_ball(exact))


# ---- in symbols -----------------------------------------------------------------------------------------------------


class Alive(Loop):
    """Two modes, lost one after the other, each with its probability."""

    q: Probability()
    r: Probability()
    modes = coordinate()
    initial = {"modes": Integer(2)}  # noqa: RUF012

    def step(self, now):
        first, second = Noise("B", Binomial(1, self.q)), Noise("C", Binomial(1, self.r))
        m = now["modes"]
        return {"modes": Piecewise((2 - first, m > 1), (1 - second, m > 0), (0, True))}


class Kept(Alive):
    """The second mode is never lost."""

    def step(self, now):
        return {"modes": Piecewise((2 - Noise("B", Binomial(1, self.q)), now["modes"] > 1), (1, True))}


SHARES = {"q": Probability(), "r": Probability()}


def lost(loop=Alive):
    return lambda q, r: HittingTime(lambda s: loop(q, r).modes(s) <= 0)


@pytest.mark.parametrize(
    ("relation", "domains", "holds"),
    [
        (lambda q, r: Eq(E(lost()(q, r)), 1 / q + 1 / r), SHARES, True),
        (lambda q, r: Eq(E(lost()(q, r)), 1 / q + 1 / r - 1), SHARES, False),
        (lambda q, r: Eq(Var(lost()(q, r)), (1 - q) / q**2 + (1 - r) / r**2), SHARES, True),
        (lambda q, r: Lt(E(lost(Kept)(q, r)), 10**9), SHARES, False),
        (
            lambda q, t: Eq(Prob(lost()(q, q) > t), (1 - q) ** t + t * q * (1 - q) ** (t - 1)),
            {"q": Probability(), "t": Integers(1)},
            True,
        ),
        (
            lambda q, t: Eq(Prob(lost()(q, q) > t), (1 - q) ** t + (t + 1) * q * (1 - q) ** (t - 1)),
            {"q": Probability(), "t": Integers(1)},
            False,
        ),
        (lambda n: Eq(E(HittingTime(lambda s: HALVES.support(s) < 2)), 2), {"n": Points(1)}, True),
    ],
)
def test_first_times_in_symbols(relation, domains, holds):
    assert is_proved(relation, **domains) == holds


# ---- counts beside real data ----------------------------------------------------------------------------------------


def mixed_paths(n, m, masses, last):
    """Laws of the shares beside n fresh real points, generation by generation, in fractions."""
    law = {tuple(Fraction(k, n) for k in ks): w for ks, w in multinomial_law(n, masses) if w}
    yield law
    for _ in range(last):
        new: dict = {}
        for state, w in law.items():
            for real, u in multinomial_law(n, masses):
                for made, v in multinomial_law(m, state):
                    at = tuple(Fraction(a + b, n + m) for a, b in zip(real, made, strict=True))
                    new[at] = new.get(at, 0) + w * u * v
        law = new
        yield law


def test_shares_beside_fresh_real_data_together():
    masses = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    loop = CategoricalLoop(tuple(R(p.numerator, p.denominator) for p in masses), 2, FreshReal(1))
    for at, law in enumerate(mixed_paths(2, 1, masses, 3)):
        alive = sum((w for state, w in law.items() if all(state)), Fraction(0))
        assert ball(Prob(loop.support(at) >= 3)).overlaps(fraction_ball(alive))
        both = sum((w for state, w in law.items() if state[0] and state[1]), Fraction(0))
        assert ball(Prob(And(loop.share(0, at) > 0, loop.share(1, at) > 0))).overlaps(fraction_ball(both))


def test_a_first_time_from_a_drawn_start():
    """Of three real points all modes are there at first with probability 3/16, and the time is 0 otherwise."""
    loop = CategoricalLoop((R(1, 2), R(1, 4), R(1, 4)), 3, FreshReal(1))
    time = HittingTime(lambda s: loop.support(s) < 3)
    assert ball(Prob(time > 0)).overlaps(arb(3) / 16)
    (found,) = estimate([Prob(time > 1)], 40_000)
    assert abs(found.midpoint - float(ball(Prob(time > 1)).mid())) <= found.radius < 0.1
    tail = sum((ball(Prob(time > k)) for k in range(60)), arb(0))
    assert abs(ball(E(time)) - tail) < 1e-9


# ---- generations that differ ------------------------------------------------------------------------------------------


class Hazard(Loop):
    """A mode is lost in fit t with probability 1/(t + 1)^c; back: whether it may come again."""

    c: Integers(1)
    back: Integers(0, 1) = 0
    alive = coordinate()
    initial = {"alive": 1}  # noqa: RUF012

    def step(self, now):
        lost = Noise("lost", Binomial(1, 1 / (CLOCK + 1) ** self.c))
        found = Noise("found", Binomial(1, Rational(self.back, 2)))
        return {"alive": now["alive"] * (1 - lost) + (1 - now["alive"]) * found}


def loss(loop):
    return HittingTime(lambda k: loop.alive(k) <= 0)


def test_a_condition_that_stays_tells_of_the_first_time():
    assert structures.stays(loss(Hazard(1)).condition)
    assert not structures.stays(loss(Hazard(1, 1)).condition)
    assert not structures.stays(Gt(Hazard(1).alive(t), 0))
    assert structures.stays(Ge(Hazard(1).alive(t), 0))
    domains = {"t": Integers(0)}
    kept = lambda t: Prob(loss(Hazard(1)) > t)  # noqa: E731
    assert_proved(lambda t: Eq(kept(t), 1 / (t + 1)), **domains)
    assert not is_proved(lambda t: Eq(kept(t), 1 / (t + 2)), **domains)
    assert not is_proved(lambda t: Eq(Prob(loss(Hazard(1, 1)) > t), 1 / (t + 1)), **domains)
    assert ball(Prob(loss(Hazard(1)) > 7)).overlaps(arb(1) / 8)
    assert ball(Prob(loss(Hazard(1)) <= 7)).overlaps(arb(7) / 8)


def test_the_mean_of_a_first_time_whose_hazard_falls():
    assert moment(E(loss(Hazard(1)))).form is oo
    assert_proved(lambda c: Eq(E(loss(Hazard(1))), oo), c=Points(1))
    assert not is_proved(lambda c: Eq(E(loss(Hazard(1))), 5), c=Points(1))
    with pytest.raises(CannotTell):
        moment(E(loss(Hazard(1, 1))))


def test_a_first_time_may_never_come():
    """SymPy says of what it knows to be real, extended or not, that it is below oo: the event was sure."""
    never = HittingTime(lambda s: Walk().x(s) >= 1)
    assert isinstance(never < oo, Lt)
    assert not is_proved(lambda t: Eq(t * E(Piecewise((1, never < oo), (0, True))), t), t=Integers(1))
