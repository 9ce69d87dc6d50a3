"""Nothing that a loop says of itself is believed: what is false of its step proves nothing, and refutes nothing."""

import pytest
from exact import derived
from sympy import Abs, Add, Eq, Ge, Integer, Lambda, Lt, Rational, Symbol, exp, log, sign, sqrt, sympify

from theory import E, GaussianLoop, Var
from theory.curation.common import CuratedLoop
from theory.discrete import CategoricalLoop, SymbolLoop
from theory.families import catalogue
from theory.gaussian.policies import PooledGaussianLoop
from theory.gaussian.regression import RegressionLoop
from theory.language.claims import claim
from theory.language.domains import Integers, Probability, Simplex
from theory.language.errors import BadInput, CannotTell
from theory.language.examined import examine
from theory.language.laws import Binomial, Cauchy, ChiSquare, Finite, Laplace, Mixture, Noise, Normal, StudentT, Uniform
from theory.language.loops import CLOCK, Loop, Observable, coordinate, positive_of
from theory.language.moments import KL, Prob
from theory.language.policies import Accumulate, FixedReal, FreshReal
from theory.language.randomness import is_deterministic
from theory.language.signs import is_nonnegative, is_positive
from theory.language.strangers import ours
from theory.language.structures import Lineage, Marginal, Picks, Symmetry
from theory.proof import structures
from theory.proof.enclose import enclose, value
from theory.proof.methods import moment, roots
from theory.proof.relations.prove import prove
from theory.proof.standard import standardise
from theory.stability.peaks import CauchyLoop

half = Rational(1, 2)
x_ = Symbol("x", real=True)
t_ = Symbol("t", integer=True, nonnegative=True)


class Walk(Loop):
    """x + a Z, from x = 1."""

    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def __new__(cls, a=1):
        return Loop.__new__(cls, a)

    def step(self, state):
        return {"x": state["x"] + self.args[0] * Noise("Z", Normal(0, 1))}


class Shifted(Walk):
    """A walk that calls what may have any sign positive, as the symbol of its state."""

    def symbols(self):
        return {"x": Symbol("x", positive=True)}


class Begun(Walk):
    """A walk that begins elsewhere than it says."""

    @property
    def start_at(self):
        return {"x": Integer(2)}


class Drawn(Walk):
    """A walk whose draws are other than it says."""

    def emit(self, state, index):
        return state["x"]

    def emit_at(self, state, t, index):
        return state["x"] + 1


class Lent:
    """What is no loop, and lends it the symbols of its state."""

    def symbols(self):
        return {"x": Symbol("x", positive=True)}


class Borrowed(Lent, Walk):
    """A walk with another's symbols."""


@pytest.mark.parametrize(
    ("kind", "name"), [(Shifted, "symbols"), (Begun, "start_at"), (Drawn, "emit_at"), (Borrowed, "symbols")]
)
def test_what_follows_from_a_definition_is_not_redefined(kind, name):
    """With positive symbols a walk was proved to stay above 0: E|x| = E x."""

    @claim
    def told(t=Integers(1)):
        """The mean size of the walk is its mean."""
        return Eq(E(Abs(kind().x(t))), E(kind().x(t)))

    with pytest.raises(BadInput, match=rf"test_believed.py:\d+: {kind.__name__} redefines `{name}`"):
        examine(kind())
    found = prove(told)
    assert not found.proved
    assert not found.refuted


class Fallen:
    """What is no loop, and says how one goes on: in place, and in decimal numbers."""

    def step(self, state):
        state["x"] = state["x"] / 2 + 0.1
        return state


class Lowered(Fallen, Walk):
    """A walk whose step another class says."""


def test_a_step_that_another_class_says_is_read_like_its_own():
    loop, now = Lowered(), {"x": x_}
    assert loop.step(now) == {"x": x_ / 2 + Rational(1, 10)}
    assert now == {"x": x_}


# ---- signs ----------------------------------------------------------------------------------------------------------


class Upward(Walk):
    """A walk that calls itself positive."""

    positive = frozenset({"x"})


class Emptied(Loop):
    """What comes in beside a share that stays; a draw from N(0, 1), or its square, is what comes."""

    squared: bool
    x = coordinate(nonnegative=True)
    initial = {"x": Integer(0)}  # noqa: RUF012

    def step(self, state):
        z = Noise("Z", Normal(0, 1))
        return {"x": state["x"] / 2 + (z**2 if self.squared else z)}


def test_what_is_called_nonnegative_is_where_it_is_seen_to_be():
    assert Emptied(True).x(t_).is_nonnegative
    assert not Emptied(True).x(t_).is_positive
    assert Emptied(False).x(t_).is_nonnegative is None


class Multiplied(Upward):
    def step(self, state):
        return {"x": state["x"] * Noise("Q", ChiSquare(3)) / 3}


class MultipliedBySigned(Upward):
    def step(self, state):
        return {"x": state["x"] * Noise("Z", Normal(1, 1))}


class FromZero(Multiplied):
    initial = {"x": Integer(0)}  # noqa: RUF012


class Coupled(Loop):
    """Of two coordinates that call themselves positive one takes the other's sign."""

    x, y = coordinate(positive=True), coordinate(positive=True)
    initial = {"x": Integer(1), "y": Integer(1)}  # noqa: RUF012

    def step(self, state):
        return {"x": state["x"] * state["y"], "y": state["y"] + Noise("Z", Normal(0, 1))}


def test_a_sign_counts_where_start_and_step_have_it():
    assert positive_of(Upward()) == frozenset()
    assert positive_of(Multiplied()) == {"x"}
    assert positive_of(MultipliedBySigned()) == frozenset()
    assert positive_of(FromZero()) == frozenset()
    assert positive_of(Coupled()) == frozenset()
    assert positive_of(GaussianLoop(Symbol("n", integer=True, positive=True), Symbol("s", positive=True))) == {"sigma"}
    assert positive_of(PooledGaussianLoop(3, FixedReal(4))) >= {"v", "spread"}


@claim
def of_the_root(t=Integers(1, 5)):
    """The root of the square is the walk itself."""
    return Eq(E(sqrt(Upward().x(t) ** 2)), 1)


@claim
def of_the_absolute(t=Integers(1, 5)):
    """Its absolute value, too."""
    return Eq(E(Abs(Coupled().y(t))), 1)


@pytest.mark.parametrize("c", [of_the_root, of_the_absolute], ids=lambda c: c.id)
def test_a_false_sign_proves_nothing(c):
    assert not prove(c).proved
    assert all(f.verdict not in ("supported", "proved") for f in enclose(c, c.points()))


def test_signs_of_forms():
    n, q = Symbol("n", integer=True, positive=True), Noise("Q", ChiSquare(3))
    m, z = Symbol("m", integer=True, positive=True), Noise("Z", Normal(0, 1))
    assert is_positive(sqrt(q / (n - 1)))
    assert is_positive(1 - m / (n + m))
    assert is_positive((z - 1) ** 2 + z**4)
    assert is_nonnegative(1 - 1 / n)
    assert is_nonnegative(sqrt(x_))
    for x in (1 - 1 / n, z**2 * 0 + x_**2, sqrt(x_), n - 2, q - 1, z**3, 1 - q, x_ + exp(x_)):
        assert not is_positive(x)
    for x in (1 - 2 / n, z, x_, log(q), n - m):
        assert not is_nonnegative(x)


# ---- nothing random -------------------------------------------------------------------------------------------------


class Silent(Walk):
    """A walk that says nothing of it is random."""

    deterministic = True


class SilentStart(Silent):
    initial = {"x": Noise("Z", Normal(0, 1))}  # noqa: RUF012

    def step(self, state):
        return state


class Still(Walk):
    """A walk that is never taken, and says nothing of it."""

    def step(self, state):
        return {"x": state["x"] + E(Noise("Z", Normal(0, 1)))}


def test_what_is_random_is_seen_from_start_and_step():
    assert not is_deterministic(Silent())
    assert not is_deterministic(SilentStart())
    assert is_deterministic(Still())
    with pytest.raises(BadInput, match="random quantity"):
        standardise(Silent().x(2))
    assert derived(Still().x(3)) == 1


# ---- symmetry -------------------------------------------------------------------------------------------------------


class Scaled(Walk):
    """A walk that says its scale is a unit, as it would be from x = 0."""

    @property
    def symmetry(self):
        return Symmetry(self.func(1), x=(0, self.args[0]))


class ScaledFromZero(Scaled):
    initial = {"x": Integer(0)}  # noqa: RUF012


class Doubled(Walk):
    """A walk that calls itself twice itself."""

    @property
    def symmetry(self):
        return Symmetry(self, x=(0, 2))


class Later(GaussianLoop):
    """A Gaussian that is handed another than the truth, and nothing else of it is new."""

    @property
    def initial(self):
        return {"sigma": self.sigma0 + 1, "mu": self.mu0}


class Wider(GaussianLoop):
    """Its draws are wider than the model by a number."""

    def emit(self, state, index):
        return state["mu"] + state["sigma"] * Noise(f"X{index}", Normal(0, 1)) + Noise(f"W{index}", Normal(0, 1))


class Farther(GaussianLoop):
    """The scale is said to be squared."""

    @property
    def symmetry(self):
        n, sigma0, mu0, *rest = self.args
        return Symmetry(self.func(n, 1, 0, *rest), sigma=(0, sigma0**2), mu=(mu0, sigma0), draw=(mu0, sigma0))


class Slower(ScaledFromZero):
    """Its steps grow with their number, and so it calls itself the plain walk in units of that number."""

    def step(self, now):
        return {"x": now["x"] + self.args[0] * CLOCK * Noise("Z", Normal(0, 1))}

    @property
    def symmetry(self):
        return Symmetry(ScaledFromZero(1), x=(0, self.args[0] * CLOCK))


s0 = Symbol("s0", positive=True)
n_ = Symbol("n", integer=True, positive=True)


@pytest.mark.parametrize(
    "loop", [Scaled(s0), Doubled(s0), Later(n_, s0), Wider(n_, s0), Farther(n_, s0), Slower(s0)], ids=str
)
def test_a_symmetry_that_start_step_or_draws_do_not_have_is_not_used(loop):
    assert structures.standard(loop) == loop
    for name in loop.state:
        o = Observable(loop, name, Integer(2))
        assert structures.rescaled(o) == o


@pytest.mark.parametrize(
    "loop",
    [
        ScaledFromZero(s0),
        GaussianLoop(n_, s0, x_),
        GaussianLoop(n_, s0, x_, known_mean=True),
        PooledGaussianLoop(n_, sigma0=s0, mu0=x_),
        PooledGaussianLoop(n_, FixedReal(5), s0, x_, start="fit"),
        PooledGaussianLoop(n_, FreshReal(5), s0, x_, True, half, start=x_ + 1, temperature=s0, bias=x_),
        PooledGaussianLoop(n_, Accumulate(), s0, x_, temperature=half, bias=x_),
    ],
    ids=str,
)
def test_a_symmetry_that_is_seen_is_used(loop):
    assert structures.standard(loop) == loop.symmetry.standard != loop


def test_moments_with_a_false_symmetry_are_right():
    assert derived(E(Scaled(s0).x(3) ** 2)) == 1 + 3 * s0**2
    assert derived(E(Doubled(s0).x(3))) == 1
    assert derived(E(Slower(s0).x(3) ** 2)) == (1 + 4 + 9) * s0**2
    assert derived(E(Later(4, s0).sigma(1) ** 2)) == (1 + s0) ** 2
    assert derived(Var(Wider(4, s0).draw(0))).expand() == s0**2 + 1


# ---- a coordinate by itself -----------------------------------------------------------------------------------------


class Pair(Loop):
    """Two counts, of which the first takes the second along."""

    a, b = coordinate(), coordinate()
    initial = {"a": half, "b": half}  # noqa: RUF012

    def step(self, state):
        return {
            "a": (Noise("Y", Binomial(4, state["a"])) / 4 + state["b"]) / 2,
            "b": Noise("X", Binomial(4, state["b"])) / 4,
        }

    marginals = {name: Marginal(SymbolLoop(half, 4), "share") for name in ("a", "b")}  # noqa: RUF012


def test_a_coordinate_that_is_not_alone():
    loop = Pair()
    assert structures.marginal(loop.a(3)) == loop.a(3)
    assert structures.marginal(loop.b(3)) == SymbolLoop(half, 4).share(3)
    assert derived(E(loop.a(1) ** 2)) == half**2 + Rational(1, 4) * Rational(1, 16)

    class Renamed(CategoricalLoop):
        marginals = property(lambda self: {"p0": Marginal(SymbolLoop(half, self.n), "share")})

    wrong = Renamed((Rational(1, 3), Rational(2, 3)), 4)
    assert structures.marginal(wrong.share(0, 2)) == wrong.share(0, 2)


# ---- laws on atoms --------------------------------------------------------------------------------------------------


class Spiked(CuratedLoop):
    """Curated picks beside a spike on the first atom."""

    def step(self, state):
        first, *rest = super().step(state).items()
        shrunk = {name: p / 2 for name, p in rest}
        return {first[0]: first[1] / 2 + half, **shrunk}


@claim
def spiked(p=Simplex(3)):
    """Reward does not fall."""
    loop = Spiked(Finite(p), (1, 2, 3), 2)
    return Ge(E(loop.weight(1)), E(loop.weight(0)))


def test_a_loop_with_another_step_is_not_the_one_on_other_atoms():
    assert not prove(spiked).proved


# ---- definitions in other words -------------------------------------------------------------------------------------


class Picked(Walk):
    definition = Picks(Uniform(0, 1), Lambda(x_, x_), Integer(2), Integer(1))


class Descended(Walk):
    definition = Lineage(Integer(0), Integer(3), half)
    truth = Normal(0, 1)


@pytest.mark.parametrize("loop", [Picked(), Descended()], ids=lambda x: type(x).__name__)
def test_a_step_beside_a_definition_in_other_words(loop):
    with pytest.raises(BadInput, match="one of the two defines a loop"):
        moment(E(loop.x(1)))


class OffGrid(Loop):
    """Counts of 6, said to be of 4."""

    share = coordinate()
    initial = {"share": half}  # noqa: RUF012

    def step(self, state):
        return {"share": Noise("Y", Binomial(6, state["share"])) / 4}


def test_a_grid_that_the_counts_leave():
    with pytest.raises(CannotTell, match="do not stay on the grid"):
        value(Prob(OffGrid().share(1) >= half))


def counting(law, size, start=half, kept=0):
    """A loop of a user that counts, by what its step says."""

    class Counting(Loop):
        share = coordinate()
        initial = {"share": sympify(start)}  # noqa: RUF012

        def step(self, state):
            draws = [Noise(f"B{i}", law(state["share"])) for i in range(2 if kept == "twice" else 1)]
            return {"share": Add(*draws) / size}

    return Counting()


@pytest.mark.parametrize(
    ("loop", "why"),
    [
        (counting(lambda x: Binomial(4, 2 * x), 4), "no probability"),
        (counting(lambda x: Binomial(4, x - 1), 4), "no probability"),
        (counting(lambda x: Binomial(4, 2 * x), 4 * CLOCK), "no probability"),
        (counting(lambda x: Binomial(3, x / 2), CLOCK + Rational(5, 2)), "points behind a model"),
        (counting(lambda x: Binomial(2, x / 2), CLOCK + 3, sqrt(2) / 2), "no rational number"),
        (counting(lambda x: Binomial(3, x / 2), CLOCK + 3, kept="twice"), "more than"),
    ],
)
def test_a_count_that_is_found_in_the_step_and_is_none_has_no_ball(loop, why):
    with pytest.raises(CannotTell, match=why):
        value(Prob(loop.share(2) >= Rational(1, 8)))


@pytest.mark.parametrize(
    "law",
    [
        lambda x: Binomial(4, 2 * x),
        lambda x: Binomial(4, x - 1),
        lambda x: Binomial(4, x**2 - x + Rational(1, 8)),
        lambda x: Binomial(4 - 8 * x, half),
    ],
)
def test_a_mean_by_a_law_that_is_none_somewhere_is_not_derived(law):
    loop = counting(law, 4)
    for m in (E(loop.share(1)), E(loop.share(t_)), E(loop.share(3) ** 2)):
        with pytest.raises(CannotTell, match="has no "):
            moment(m)
    with pytest.raises(CannotTell):
        value(E(loop.share(3)))


class Moved(Loop):
    """A share that is drawn with a chance of a + b times itself, and a variance that remembers."""

    a: Probability
    b: Probability
    share = coordinate()
    level = coordinate()
    initial = {"share": half, "level": Integer(1)}  # noqa: RUF012

    def step(self, state):
        drawn = Noise("B", Binomial(8, self.a + self.b * state["share"])) / 8
        z = Noise("Z", Normal(0, state["level"]))
        return {"share": drawn, "level": (1 - self.a) * state["level"] + self.a * z**2}


def test_what_has_to_hold_for_a_law_to_be_one_is_a_condition_of_the_moment():
    a, b = Symbol("a", positive=True), Symbol("b", positive=True)
    assert set(structures.conditions(Moved(a, b))) == {1 - a - b, 1 - a}
    found = moment(E(Moved(a, b).share(t_)))
    assert set(found.positive) >= {1 - a - b, 1 - a}
    assert structures.conditions(Moved(Rational(1, 5), half)) == ()
    with pytest.raises(CannotTell, match="no probability"):
        structures.conditions(Moved(half, Rational(2, 3)))

    @claim(where=lambda a, b, t: Lt(a + b, 1))
    def stays(a=Probability(), b=Probability(), t=Integers(1, 9)):
        """The mean share of a loop that is moved."""
        return Eq(E(Moved(a, b).share(t)), a / (1 - b) + b**t * (half - a / (1 - b)))

    assert prove(stays).proved, prove(stays)


class OneNoise(Loop):
    """Two positive coordinates on the same draw."""

    x, y = coordinate(positive=True), coordinate(positive=True)
    initial = {"x": Integer(1), "y": Integer(1)}  # noqa: RUF012

    def step(self, state):
        q = Noise("Q", ChiSquare(4)) / 4
        return {"x": state["x"] * q, "y": state["y"] * q}


class Helped(OneNoise):
    def step(self, state):
        q, r = Noise("Q", ChiSquare(4)) / 4, Noise("R", ChiSquare(4)) / 4
        return {"x": state["x"] * q * (1 + state["y"]), "y": state["y"] * r}


@pytest.mark.parametrize("loop", [OneNoise(), Helped()], ids=lambda x: type(x).__name__)
def test_the_law_of_a_product_takes_independent_factors(loop):
    with pytest.raises(CannotTell):
        value(Prob(loop.x(2) * loop.y(2) >= 1))


class Telling(GaussianLoop):
    """One observable more, and nothing else."""

    def width(self, t):
        return 2 * self.sigma(t)


def test_a_loop_with_one_name_more_is_the_same_loop():
    assert ours(Telling)
    assert not ours(Later)
    assert not ours(Walk)
    assert derived(E(Telling(5, s0).width(2) ** 2)) == 4 * s0**2
    with pytest.raises(CannotTell):
        moment(E(Observable(Telling(5), "colour", 1)))


# ---- what a loop says twice -----------------------------------------------------------------------------------------


class Broader(GaussianLoop):
    """Its law is said to be wider than its draws are."""

    def law_at(self, t):
        return Normal(self.mu(t), 2 * self.sigma(t) ** 2)


class Restated(GaussianLoop):
    def law_at(self, t):
        return Normal(self.mu(t), self.sigma(t) ** 2)


class SameVariance(GaussianLoop):
    """Its draws have the mean and the variance of its law, and are Laplace's."""

    def emit(self, state, index):
        return state["mu"] + state["sigma"] * Noise(f"L{index}", Laplace(0, sqrt(2) / 2))


class SameTails(GaussianLoop):
    """Neither its law nor its draws have a mean."""

    def law_at(self, t):
        return Cauchy(self.mu(t), self.sigma(t))

    def emit(self, state, index):
        return state["mu"] + state["sigma"] * Noise(f"T{index}", StudentT(1)) * 2


class Tailed(SameTails):
    def emit(self, state, index):
        return state["mu"] + state["sigma"] * Noise(f"T{index}", Cauchy(0, 1))


def test_law_and_draws_of_a_model_that_differ_in_more_than_their_variance():
    for loop in (SameVariance(5), SameTails(5)):
        with pytest.raises(BadInput, match=r"`law_at` says .* the two have to agree"):
            structures.examine_law(loop)
    structures.examine_law(Tailed(5))


def test_law_and_draws_of_a_model_have_to_agree():
    with pytest.raises(BadInput, match=r"`law_at` says .* the two have to agree"):
        standardise(E(KL(Broader(5).model(1), Normal(0, 1))))
    assert standardise(E(KL(Restated(5).model(1), Normal(0, 1)))).atoms(E)


class Around(Walk):
    """A walk whose fresh draws are uniform around it."""

    def emit(self, state, index):
        return state["x"] + self.args[0] * Noise(f"U{index}", Uniform(-1, 1))

    def law_at(self, t):
        return Uniform(self.x(t) - self.args[0], self.x(t) + self.args[0])


class TooFarAround(Around):
    def law_at(self, t):
        return Uniform(self.x(t) - 2 * self.args[0], self.x(t) + 2 * self.args[0])


class Overfull(Loop):
    """A coin whose law has too much mass, or not."""

    p = coordinate(positive=True)
    initial = {"p": half}  # noqa: RUF012

    def __new__(cls, more=0):
        return Loop.__new__(cls, more)

    def step(self, state):
        return {"p": state["p"] / 2}

    def law_at(self, t):
        return Finite((self.p(t), 1 - self.p(t) + self.args[0]))


@pytest.mark.parametrize(
    ("true", "false"),
    [(Around(2), TooFarAround(2)), (Around(s0), TooFarAround(s0)), (Overfull(0), Overfull(1))],
    ids=repr,
)
def test_law_and_draws_of_any_law_have_to_agree(true, false):
    structures.examine_law(true)
    with pytest.raises(BadInput, match="`law_at` says"):
        structures.examine_law(false)


class Watching(Walk):
    """A step that looks at another loop."""

    def step(self, state):
        return {"x": state["x"] + GaussianLoop(5).mu(1)}


def test_a_step_is_of_its_own_state():
    with pytest.raises(BadInput, match=r"Watching: mu\(1\) is in its start, its step or its draws"):
        moment(E(Watching().x(1)))


class Talkative(RegressionLoop):
    """Says that its step tells everything."""

    told = None


def test_what_a_step_does_not_tell_is_not_talked_away():
    loop = Talkative(8, 1, Accumulate())
    with pytest.raises(CannotTell, match="shared by the fits"):
        moment(E(loop.error(2) ** 4))


def test_a_random_start_is_no_number():
    class Tossed(OffGrid):
        grid, sizes = None, Integer(4)
        initial = {"share": Noise("R", Binomial(4, half)) / 4}  # noqa: RUF012

        def step(self, state):
            return {"share": Noise("Y", Binomial(4, state["share"])) / 4}

    with pytest.raises(CannotTell):
        moment(E(sign(Tossed().share(1))))


def test_draws_that_numbers_would_make_one():
    a, b = Symbol("a", positive=True), Symbol("b", positive=True)
    with pytest.raises(BadInput, match="two different draws are called X"):
        standardise(E(abs(Noise("X", Normal(0, a)) - Noise("X", Normal(0, b)))))


class Peaked(CauchyLoop):
    def stationary(self, after, now):
        return after - now


def test_stationary_points_that_are_left_out():
    loop = CauchyLoop(
        *next(c for c in catalogue("stability") for x in c.loops if isinstance(x, CauchyLoop)).loops[0].args
    )
    assert roots._stationary(loop)
    with pytest.raises(CannotTell, match="is not seen"):
        roots._stationary(Peaked(*loop.args))


# ---- what Python allows beside that ---------------------------------------------------------------------------------


class InPlace(Loop):
    """Twice the state, and noise, written into the dictionary that it is handed."""

    x = coordinate()
    initial = {"x": Integer(1)}  # noqa: RUF012

    def step(self, state):
        state["x"] = 2 * state["x"] + Noise("Z", Normal(0, 1))
        return state

    def emit(self, state, index):
        state["x"] *= 3
        return state["x"] + Noise("W", Normal(0, 1))


def test_a_step_may_write_into_what_it_is_handed():
    loop = InPlace()
    now = {"x": loop.x(t_)}
    assert loop.step_at(now, t_ + 1)["x"].coeff(loop.x(t_)) == 2
    assert now == {"x": loop.x(t_)}
    assert derived(E(loop.x(3))) == 8
    assert derived(E(loop.draw(2))) == 12
    assert derived(E(loop.draw(1) * loop.draw(1, 2))) == 9 * derived(E(loop.x(1) ** 2)) == 9 * 5


class Unkept(Loop):
    """A walk whose size is no argument: another call forgets it, or fails."""

    x = coordinate()

    def __new__(cls, size=1):
        made = Loop.__new__(cls)
        made.size = sympify(size)  # type: ignore[attr-defined]
        return made

    initial = property(lambda self: {"x": self.size})  # type: ignore[assignment]

    def step(self, state):
        return {"x": state["x"] + self.size * Noise("Z", Normal(0, 1))}  # type: ignore[attr-defined]


class Required(Unkept):
    def __new__(cls, size):
        return Unkept.__new__(cls, size)


class Kept(Unkept):
    """It is an argument as well."""

    def __new__(cls, size=1):
        made = Loop.__new__(cls, size)
        made.size = made.args[0]  # type: ignore[attr-defined]
        return made


def test_what_a_loop_is_stands_in_its_arguments():
    assert Unkept(2) == Unkept(3)
    for loop in (Unkept(2), Unkept(3), Required(2)):
        with pytest.raises(BadInput, match="called with its own arguments, none"):
            structures.examine(loop)
    for size in (2, 3):
        structures.examine(Kept(size))
        assert derived(E(Kept(size).x(2) ** 2)) == 3 * size**2


class Shown(Loop):
    """A walk from 0, whose draws show a power of it."""

    power: Integers(1)
    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(0)}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1))}

    def emit(self, now, index):
        return now["x"] ** self.power + Noise("W", Normal(0, 1))


def test_a_model_tells_what_its_draws_are_an_invertible_function_of():
    """Of the square of a number that may be negative the sign is hidden."""
    assert structures.model_coordinates(Shown(3)) == {"x"}
    assert structures.model_coordinates(Shown(2)) == set()
    assert derived(E(E(Shown(1).x(2), given=Shown(1).model(1)) ** 2)) == 1
    with pytest.raises((BadInput, CannotTell), match=r"hidden|state"):
        derived(E(E(Shown(2).x(2), given=Shown(2).model(1)) ** 2))


class ToldByAMixture(Loop):
    """The law of its models has equal parts: which share is whose nobody sees, though it is a parameter."""

    share = coordinate()
    initial = {"share": half}  # noqa: RUF012

    def step(self, now):
        return {"share": Noise("U", Uniform(0, 1))}

    def law_at(self, t):
        return Mixture(self.share(t), Normal(0, 1), Normal(0, 1))


def test_a_law_whose_parameters_are_not_told_by_it_tells_none():
    assert structures.model_coordinates(ToldByAMixture()) == set()
