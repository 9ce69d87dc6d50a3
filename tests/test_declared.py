"""What a loop says of its own step beside the step: believed where it is said, of that step only, and no further."""

import json
from contextlib import nullcontext

import numpy as np
import pytest
from scipy.stats import binom
from stated import is_proved, stated
from sympy import Abs, Add, Eq, Expr, Ge, Integer, Rational, Symbol, lambdify, sqrt, srepr

from simulate.engine.dispatch import estimand
from theory import E, GaussianLoop
from theory.diffusion.loops import MemorisingLoop
from theory.discrete import CategoricalLoop
from theory.gaussian.regression import RegressionLoop
from theory.gaussian.vector import MultivariateGaussianLoop
from theory.kde import KernelLoop
from theory.language.claims import claim
from theory.language.domains import Integers, Positive, Simplex
from theory.language.errors import BadInput, CannotTell
from theory.language.functions import nuclear
from theory.language.laws import Binomial, ChiSquare, Noise, Normal
from theory.language.loops import CLOCK, Loop, Observable, coordinate, observable
from theory.language.moments import ISE, KL, W2, Prob
from theory.language.policies import Accumulate
from theory.language.structures import Lineage, Marginal, Told
from theory.proof import structures
from theory.proof.enclose import value
from theory.proof.exported import certificate
from theory.proof.methods import condition, moment
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise
from theory.recheck.check import Refused, check
from theory.recheck.untold import tells_all

half = Rational(1, 2)


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        (CategoricalLoop((half, half), 3), lambda x: structures.marginal(x.share(0, 2)).loop != x),
        (KernelLoop(5, half), lambda x: structures.defined(x, Lineage) is not None),
        (GaussianLoop(5, 2), lambda x: structures.symmetry(x) is not None),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Loop) else "",
)
def test_what_was_said_of_another_step_is_not_inherited(loop, said):
    class Other(type(loop)):
        def step(self, state):
            return {name: x + 1 for name, x in state.items()}

        @property
        def initial(self):
            return dict.fromkeys(self.state, Integer(1))

    class Same(type(loop)):
        pass

    assert said(loop)
    assert said(Same(*loop.args))
    assert not said(Other(*loop.args))


class Moving(Loop):
    """A count whose chance is halved from fit to fit, by another coordinate or by the number of the fit."""

    state = ("share", "w")
    share = observable()
    initial = {"share": half, "w": Integer(1)}  # noqa: RUF012

    def step(self, state):
        return {"share": Noise("Y", Binomial(4, state["share"] * state["w"])) / 4, "w": state["w"] / 2}


class Clocked(Moving):
    state = ("share",)
    initial = {"share": half}  # noqa: RUF012

    def step(self, state):
        return {"share": Noise("Y", Binomial(4, state["share"] / 2 ** (CLOCK - 1))) / 4}


def test_a_chance_that_changes_is_not_kept_from_one_fit_to_the_next():
    def exact(t, k=2):  # P(a count of k out of four is 0 after t further fits), fit by fit
        law = {k: 1.0}
        for fit in range(t):
            after = dict.fromkeys(range(5), 0.0)
            for count, weight in law.items():
                for j in range(5):
                    after[j] += weight * binom.pmf(j, 4, count / 4 / 2**fit)
            law = after
        return law[0]

    for loop in (Clocked(), Moving()):
        for t in (1, 2, 3):
            ball = value(Prob(loop.share(t) > 0)).value
            assert abs(1 - float(ball.mid()) - exact(t)) < 1e-12


class Greedy(CategoricalLoop):
    """Always the first symbol, and where it starts is left unsaid."""

    @property
    def initial(self):
        raise NotImplementedError("no start")

    def step(self, state):
        return {"p0": Integer(1), "p1": Integer(0)}


def test_what_is_left_unsaid_is_told():
    loop = Greedy((half, half), 3)
    for wanted in (E(loop.share(0, 2)), E(CategoricalLoop((half, half), 3).draw(2))):
        with pytest.raises(CannotTell):
            moment(wanted)
        with pytest.raises(CannotTell):
            value(wanted)
        with pytest.raises(CannotTell):
            estimand(wanted)


class Silent(Loop):
    x = coordinate()


class Failing(Loop):
    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(1) / [][0]}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (lambda: Greedy((half, half), 3).initial, "no start"),
        (lambda: Silent().initial, "Silent states no start in symbols"),
        (lambda: Silent().step({}), "Silent states no step in symbols"),
        (lambda: Silent().emit({}, 1), "Silent states no fresh draw"),
        (lambda: Silent().law_at(1), "Silent states no law of its models"),
        (lambda: ISE(ChiSquare(3), Normal(0, 1)).expanded(), "ISE between ChiSquare and Normal"),
    ],
)
def test_what_is_left_unsaid_is_a_reason(asked, reason):
    """Not an error of another kind, which whoever asks has to know of beside `CannotTell`."""
    with pytest.raises(CannotTell, match=reason):
        asked()


def test_an_error_is_not_left_unsaid():
    with pytest.raises(IndexError):
        _ = Failing().initial


def test_a_law_is_not_looked_at_outside_of_its_simplex():
    @claim
    def inside(p=Simplex(4), n=Integers(1)):
        """The last mass is no less than 0: in the middle of the box of the others it would be -1/2."""
        return Ge(1 + 1 / sqrt(n) - p[0] - p[1] - p[2], 0)

    assert not prove(inside).refuted


def test_accumulated_inputs_are_shared_by_the_fits():
    """Second moments of the error follow from the step; what depends on how the fits' inputs belong together does not."""
    loop = RegressionLoop(8, 1, Accumulate())
    assert moment(E(loop.error(2) ** 2)).form.doit() == Rational(1, 6) + Rational(1, 28)
    assert moment(E(loop.error(1) * loop.error(2))).form.doit() == Rational(1, 6)
    for x in (loop.error(1) ** 2 * loop.error(2) ** 2, loop.error(2) ** 4, Abs(loop.error(2))):
        with pytest.raises(CannotTell, match="shared by the fits"):
            moment(E(x))
        with pytest.raises(CannotTell, match="shared by the fits"):
            value(E(x))
    with pytest.raises(CannotTell, match="shared by the fits"):
        condition(loop.error(2) ** 2, loop, Integer(1))
    assert condition(loop.error(2), loop, Integer(1)) == loop.error(1)


def test_expected_risk_is_a_number():
    loop = RegressionLoop(9, 3)
    assert not loop.expected_risk(4).has(Noise)
    assert standardise(loop.expected_risk(4)) == 3 * E(loop.error(4) ** 2)


def test_a_pair_of_draws_is_not_followed_nor_the_model():
    loop = MemorisingLoop(5, half, 2)
    with pytest.raises(CannotTell, match="different pairs"):
        moment(E(loop.gap(1) ** 2 * loop.gap(2) ** 2))
    with pytest.raises(CannotTell, match="not all that there is"):
        condition(loop.gap(2), loop, Integer(1))


class Kernels(Loop):
    """A user's kernel density estimate, of other names than ours: its start is the truth."""

    n: Integers(1)
    h: Positive
    definition = property(lambda self: Lineage(Integer(0), self.n, self.h**2))
    truth = Normal(0, 1)


def test_the_distance_of_kernels_from_a_normal_law_is_found_from_their_lineages():
    n, h = Symbol("n", integer=True, positive=True), Symbol("h", positive=True)
    mine, ours, law = Kernels(n, h), KernelLoop(n, h), Normal(0, 4)
    for t in (0, 1, 2):
        a, b = (moment(standardise(E(ISE(loop.model(t), law)))).form for loop in (mine, ours))
        assert a == b
    assert standardise(E(ISE(law, mine.model(1)))) == standardise(E(ISE(mine.model(1), law)))
    for other in (KL, W2):  # of these no lineage tells
        with pytest.raises(NotImplementedError):
            standardise(E(other(mine.model(1), law)))
    with pytest.raises(NotImplementedError):  # a law that is drawn is none that a point of the line stands for
        standardise(E(ISE(mine.model(1), Normal(0, Noise("Q", ChiSquare(3))))))


class Closer(KernelLoop):
    """Says, as loops once could, that every distance is 0."""

    def distance_from(self, word, t, law):
        return Integer(0)


def test_what_a_user_says_of_a_distance_is_not_heard():
    loop, law = Closer(5, half), Normal(0, 1)
    assert value(standardise(E(ISE(loop.model(1), law)))).value.overlaps(
        value(standardise(E(ISE(KernelLoop(5, half).model(1), law)))).value
    )
    with pytest.raises(NotImplementedError):
        standardise(E(KL(loop.model(1), law)))


def test_a_norm_is_between_0_and_the_root_of_its_mean_square_on_every_path():
    loop = MultivariateGaussianLoop(5, 2, (1, 2))
    m = standardise(E(loop.overlap(2)))
    (statistic,) = estimand(m).statistics
    drawn = statistic.simulation.draw(np.random.default_rng(1), 2000, [2])
    norms = statistic.values(drawn)
    _, *entries = m.variable.args
    names = {o: Symbol(o.name) for o in m.atoms(Observable)}
    square = lambdify(list(names.values()), Add(*(x**2 for x in entries)).xreplace(names))(
        *(drawn[o.name, 2] for o in names)
    )
    assert (norms >= 0).all()
    assert (norms**2 <= 2 * square * (1 + 1e-12)).all()
    ball = value(m).value
    assert abs(float(ball.lower())) < 1e-8
    assert float(ball.upper()) == pytest.approx(np.sqrt(2 * (1 + 4)))  # the mean of the covariance never changes


def test_nuclear_norms():
    x, y = Symbol("x", real=True), Symbol("y", real=True)
    assert nuclear(2, x, 0, 0, y) == Abs(x) + Abs(y)
    assert nuclear(1, x, 0, 0) == Abs(x)
    assert nuclear(2, x, 0, 0, y, x, 0).args == (2, x, 0, 0, y, x, 0)  # three rows of two
    norm = lambdify([x, y], nuclear(2, x, y, 0, x))
    at = np.array([[3.0, 1.0], [4.0, -2.0]])
    for a, b, found in zip(*at, norm(*at), strict=True):
        # the square of the sum of two singular values: of Frobenius, and twice the determinant
        assert found == pytest.approx(np.sqrt(2 * a**2 + b**2 + 2 * a**2))


class Bounded(MultivariateGaussianLoop):
    """Says, as loops once could, that what it overlaps is 0."""

    def between(self, name, t):
        return Integer(0), Integer(0)


def test_what_a_user_says_of_bounds_is_not_heard():
    ours, mine = (value(standardise(E(kind(5, 2, (1, 2)).overlap(2)))) for kind in (MultivariateGaussianLoop, Bounded))
    assert float(mine.value.upper()) == float(ours.value.upper()) > 3


# ---- how much a step tells ------------------------------------------------------------------------------------------


class Walked(Loop):
    """A walk of which only second moments, of one generation at a time, are to be told."""

    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012
    told = Told("the walk's steps belong together", degree=2, given=1, generations=1)

    def step(self, state):
        return {"x": state["x"] + Noise("Z", Normal(0, 1))}


def test_what_a_user_says_that_a_step_does_not_tell_is_not_derived():
    loop = Walked()
    assert moment(E(loop.x(3) ** 2)).form == 3
    for x in (loop.x(3) ** 3, loop.x(2) * loop.x(3), Abs(loop.x(3))):
        with pytest.raises(CannotTell, match="belong together"):
            moment(E(x))
        with pytest.raises(CannotTell, match="belong together"):
            value(E(x))
    with pytest.raises(CannotTell, match="belong together"):
        condition(loop.x(3) ** 2, loop, Integer(2))


def test_a_subclass_takes_nothing_back_and_may_say_less():
    class Open(Walked):
        told = None

    class Closed(Walked):
        told = Told("nothing is told", degree=1)

    class Own(Walked):
        told = None

        def step(self, state):
            return {"x": state["x"] + Noise("Z", Normal(0, 1))}

    with pytest.raises(CannotTell, match="belong together"):
        moment(E(Open().x(3) ** 4))
    with pytest.raises(CannotTell, match="nothing is told"):
        moment(E(Closed().x(3) ** 2))
    assert moment(E(Own().x(3) ** 4)).form == 27  # another step, of which it says nothing


class Passed(Walked):
    """What the step of another class leads to, and twice that."""

    def step(self, state):
        return super().step(state)


class PassedOn(Passed):
    def step(self, state):
        return {"x": 2 * Walked.step(self, state)["x"]}


class Handed(Loop):
    """It is no kind of walk, and runs the step of one."""

    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return Walked().step(state)


class Taken(Loop):
    """Likewise, and hands it a loop that is none, so that nothing is asked of a walk."""

    x = coordinate()
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, state):
        return Walked.step(self, state)  # pyrefly: ignore[bad-argument-type]


@pytest.mark.parametrize("loop", [Passed(), PassedOn(), Handed(), Taken()], ids=str)
def test_a_step_tells_no_more_than_the_steps_that_it_runs(loop):
    """What a step does not tell was derived, and certified, of a subclass that hands on what the step of its base says."""
    x = loop.x(3)
    assert moment(E(x)).form == 0
    with pytest.raises(CannotTell, match="belong together"):
        moment(E(x**4))
    assert not tells_all(loop)
    assert not is_proved(lambda n: Eq(E(loop.x(n) ** 4), 3 * n**2), n=Integers(0))


def _once() -> Expr:
    return Walked().step({"x": Integer(0)})["x"]


def _walk() -> Expr:
    return Noise("Z", Normal(0, 1))


@pytest.mark.parametrize(("of", "all_told"), [(_once, False), (_walk, True)])
def test_a_start_a_draw_and_an_observable_tell_no_more_than_the_steps_that_they_run(of, all_told):
    """Only what the step runs was asked."""

    class Still(Loop):
        x = coordinate()
        initial = {"x": Integer(0)}  # noqa: RUF012

        def step(self, state):
            return {"x": state["x"]}

    class Begun(Still):
        initial = property(lambda self: {"x": of()})  # type: ignore[assignment]

    class Shown(Still):
        beside = observable(of=lambda loop, now: now["x"] + of())

    class Drawn(Still):
        def emit(self, state, index):
            return state["x"] + of()

    assert tells_all(Still())
    for x in (Begun().x(2), Drawn().draw(2)):
        assert is_proved(lambda x=x: Eq(E(x**4), 3)) == all_told
        assert not is_proved(lambda x=x: Eq(E(x**4), 4))
    assert all(tells_all(loop) == all_told for loop in (Begun(), Shown(), Drawn()))
    drawn = stated(lambda: Eq(E(Drawn().draw(2) ** 4), 3))
    with nullcontext() if all_told else pytest.raises((BadInput, CannotTell, Refused)):
        check(drawn, "derivation", json.loads(certificate(drawn, "derivation")))


@pytest.mark.parametrize(
    ("said", "why"),
    [({"told": "nothing"}, r"expected Told"), ({"marginals": {"x": "y"}}, r"expected \{name: Marginal")],
    ids=["told", "marginals"],
)
def test_a_declaration_that_is_none_is_bad_input(said, why):
    kind = type("Wrong", (Walked,), {"__doc__": "A loop.", **said})
    with pytest.raises(BadInput, match=why):
        moment(E(kind().x(1)))


@pytest.mark.parametrize("most", [-1, "2", True, half, Symbol("k")], ids=str)
def test_how_much_is_told_is_a_number(most):
    with pytest.raises(BadInput, match="whole number"):
        Told("why", degree=most)


class Nowhere(Walked):
    """Its marginal is of a coordinate that is not there."""

    told = None
    marginals = property(lambda self: {"x": Marginal(GaussianLoop(5), "colour")})


class Faster(Walked):
    """Its marginal moves otherwise."""

    told = None
    marginals = {"x": Marginal(GaussianLoop(5), "mu")}  # noqa: RUF012


@pytest.mark.parametrize("kind", [Nowhere, Faster])
def test_a_marginal_that_is_none_changes_nothing(kind):
    loop = kind()
    assert structures.marginal(loop.x(3)) == loop.x(3)
    assert moment(E(loop.x(3) ** 2)).form == 3
    assert value(E(loop.x(3) ** 2)).value.contains(3)


@pytest.mark.parametrize("name", ["Mul", "Integer", "Symbol", "Dummy"])
def test_a_loop_may_be_called_like_a_class_of_sympy(name):
    """SymPy prints by names of classes, and asked such a loop for what it has not."""
    cls = type(name, (Loop,), {"x": coordinate(), "initial": {"x": 0}, "step": lambda self, now: {"x": now["x"]}})
    assert str(cls()) == srepr(cls()) == f"{name}()"
    assert f"{name}()" in srepr(E(cls().x(3)))
