"""Functions that rise and then fall: what is certified turns where it is said to, what does not is never certified."""

import math
from fractions import Fraction

import pytest
from stated import is_proved, stated
from sympy import (
    Abs,
    And,
    Eq,
    Float,
    Integer,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Symbol,
    atan,
    erf,
    exp,
    log,
    oo,
    pi,
    sin,
    sqrt,
)

from theory import (
    CLOCK,
    Binomial,
    E,
    FallsThenRises,
    Integers,
    Loop,
    Noise,
    Normal,
    Points,
    Positive,
    Probability,
    Reals,
    RisesThenFalls,
    claim,
    coordinate,
)
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.mixing.bound import bound, first_real
from theory.mixing.common import geometric, place, threshold
from theory.mixing.gaussian import worst_share
from theory.proof.arithmetic.monotone import slopes
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.enclose import at_point
from theory.proof.prepared import prepare
from theory.proof.reach import planned
from theory.proof.relations.prove import prove
from theory.proof.relations.shapes import certify

half = Rational(1, 2)
n = Symbol("n", positive=True)
m = Symbol("m", positive=True)
x = Symbol("x", real=True)


def why(f, turn, chart=m, ends=(S.Zero, oo), rises_first=True):
    return certify(f, m, ends, turn, chart, rises_first, lambda e: e)


@pytest.mark.thin(6)
@pytest.mark.parametrize("a", [half, Rational(2, 5), Rational(1, 3)])
@pytest.mark.parametrize("t", [1, 7])
def test_the_top_of_the_bound(a, t):
    turn, chart = place(n, threshold(a, t)), m / (n + m)
    assert "Sturm" in why(bound(n, m, a, t), turn, chart)
    for wrong in (turn * Rational(1001, 1000), turn + n, n / 1000):
        with pytest.raises(CannotTell, match="the turn is between"):
            why(bound(n, m, a, t), wrong, chart)
    with pytest.raises(CannotTell, match="does not change its sign"):
        why(bound(n, m, a, t), turn, chart, rises_first=False)
    assert why(-bound(n, m, a, t), turn, chart, rises_first=False)
    assert why(1 / bound(n, m, a, t), turn, chart, rises_first=False)


def test_a_turn_in_symbols():
    assert "n - " in why(m / (m + n) ** 2, n)
    for wrong in (n / 2, 2 * n, n + 1):
        with pytest.raises(CannotTell, match="not seen to be positive"):
            why(m / (m + n) ** 2, wrong)
    assert why((m - n) ** 2, n, rises_first=False)


def test_a_turn_at_a_decimal_number():
    """5/2 from Python's division of 5 by 2: what it stands for is not known exactly, so that nothing is certified."""
    with pytest.raises(CannotTell, match="decimal number"):
        why(m * (5 - m), Float(5 / 2), ends=(S.Zero, Integer(5)))


def test_a_slope_with_roots_in_its_coefficients():
    """Sturm's theorem is used of rational coefficients; of others a certificate is looked for, and none is a reason."""
    with pytest.raises(CannotTell, match="not seen to be positive"):
        why((1 + sqrt(2) * m) / (1 + m) ** 2, 2 * sqrt(2))


def test_a_decreasing_chart():
    u = sqrt(n / (n + m))
    assert why(first_real(n, m, half, 2), 3 * n, u)
    with pytest.raises(CannotTell):
        why(first_real(n, m, half, 2), 2 * n, u)
    with pytest.raises(CannotTell):
        why(first_real(n, m, half, 2), 3 * n, u, rises_first=False)


def test_finite_ends():
    f = m * (5 - m)
    assert why(f, Rational(5, 2), ends=(S.Zero, Integer(5)))
    assert why(f, Rational(5, 2), ends=(S.One, Integer(3)))
    with pytest.raises(CannotTell, match="0 roots"):
        why(f, Rational(5, 2), ends=(Integer(3), Integer(5)))


def test_more_turns_than_one():
    f = -((m - 1) ** 2) * (m - 3) ** 2
    with pytest.raises(CannotTell, match="3 roots"):
        why(f, Integer(1))
    with pytest.raises(CannotTell, match="2 roots"):
        why(m**3 - 6 * m**2 + 9 * m, Integer(1))  # rises again


def test_a_point_where_it_is_flat():
    """The derivative vanishes at 1 as well, without a change of sign: it rises there all the same."""
    f = (m - 1) ** 3 * (1 - m / 4)
    assert f.diff(m).subs(m, 1) == 0
    assert why(f, Rational(13, 4))


def test_a_pole():
    """The derivative of 1/(1 - m) is positive on both sides, and the function falls from one to the other."""
    for f in (1 / (1 - m), 1 / (1 - m) ** 2, m / (m - 1) ** 3):
        for turn in (Integer(1), Integer(2), Rational(1, 2)):
            with pytest.raises(CannotTell, match=r"may be 0|have a pole"):
                why(f, turn)


def test_a_monotone_function_of_it():
    v = 1 / n + m / (n + m) ** 2
    for f in (atan(sqrt(v) / 2), sqrt(v), v ** Rational(3, 2)):
        assert why(f, n, m / (n + m))


def test_what_is_not_certified():
    with pytest.raises(CannotTell):
        why(m * exp(-m) + m * exp(-2 * m), Integer(1))
    with pytest.raises(CannotTell, match="not seen to be monotone"):
        why(m / (1 + m) ** 2, Integer(1), chart=(m - n) ** 3)


# ---- claims ---------------------------------------------------------------------------------------------------------


def shaped(cls, peak, **more):
    @claim
    def shape(n=Positive(notable=(10,)), t=Points(1, 3)):
        """A shape."""
        return cls(bound(n, m, half, t), (m, 0, oo), peak=peak(n, t), chart=m / (n + m), **more)

    return shape


def test_claims_of_shapes():
    right = shaped(RisesThenFalls, lambda n, t: place(n, threshold(half, t)))
    late = shaped(RisesThenFalls, lambda n, t: n + place(n, threshold(half, t)))
    upside_down = shaped(FallsThenRises, lambda n, t: place(n, threshold(half, t)))
    assert prove(right).proved
    for wrong in (late, upside_down):
        assert not prove(wrong).proved
    for c, verdict in ((right, Verdict.SUPPORTED), (late, Verdict.REFUTED), (upside_down, Verdict.REFUTED)):
        assert {at_point(c, p, 0.01).verdict for p in c.points()} == {verdict}


def test_steps_beside_the_turn():
    """Of neighbours that the turn lies between nothing is said."""

    @claim
    def shape(peak=Points(Rational(7, 2))):
        """A shape."""
        t = Symbol("t", integer=True, nonnegative=True)
        return RisesThenFalls(-((t - peak) ** 2) + E(0 * x), (t, 0, 7), peak=peak)

    (part,) = prepare(shape, {"peak": Rational(7, 2)}).parts
    steps = part.steps([Integer(i) for i in range(8)])
    assert [(op, int(a), int(b)) for op, a, b in steps] == [
        *(("<", i, i + 1) for i in range(3)),
        *((">", i, i + 1) for i in range(4, 7)),
    ]
    assert part.whole
    assert {0, 3, 4, 7} <= {int(v) for v in part.ladder((1,))}


def test_a_shape_keeps_its_bound_variable():
    s = RisesThenFalls(m * n, (m, 0, oo), peak=n, chart=m / (n + m))
    assert s.free_symbols == {n}
    assert s.func(*s.args) == s
    assert s.xreplace({n: Integer(3)}).peak == 3
    assert s.turned(2 * n).peak == 2 * n
    assert s._latex(type("P", (), {"_print": staticmethod(str)})).endswith("falls on } [n, oo)")
    assert "falls on" in FallsThenRises(m, (m, 0, oo), peak=n)._latex(type("P", (), {"_print": staticmethod(str)}))


def test_numbers_of_the_catalogue():
    for a, t, where, height in (
        (half, 1, 0.5, 1.0886621079036),
        (half, 2, 1.263762615826, 1.2428108882856),
        (half, 10, 7.6018076171844, 2.1797129860402),
        (Rational(2, 5), 1, 0.75, 1.1420542663094),
        (Rational(2, 5), 10, 10.203045669204, 2.738068028706),
    ):
        b = threshold(a, t)
        assert float(place(1, b)) == pytest.approx(where, rel=1e-12)
        assert float(bound(1, place(1, b), a, t)) == pytest.approx(height, rel=1e-12)
    assert float(geometric(half, 2)) == 1.75
    worst = ((2, 1.5369737680962, 1.3264467765236), (5, 2.9534141515302, None), (10, 5.0260337027686, 1.4426909459762))
    for t, where, height in worst:
        b = float(worst_share(t))
        assert b / (1 - b) == pytest.approx(where, rel=1e-12)
        if height:
            assert 1 + b * (1 - b ** (2 * t)) / (1 + b) == pytest.approx(height, rel=1e-12)


def test_where_the_tops_go():
    """The bound's threshold is linear in t, the worst amount for the exact error is not."""
    for a, x, offset in ((half, 1.25643120862617, -1.161), (Rational(2, 5), 0.947404881615152, -1.413)):
        assert float(place(1, threshold(a, 40))) - 41 / x == pytest.approx(offset, abs=0.03)
    for t, offset in ((10, -0.396), (100, -0.429)):
        b = float(worst_share(t))
        assert b / (1 - b) - 2 * t / math.log(4 * t) == pytest.approx(offset, abs=0.001)


# ---- ends where a function has no value ------------------------------------------------------------------------------


u = Symbol("u", positive=True)
OPEN = {
    "a pole at 0": (lambda c: FallsThenRises(u + c / u, (u, 0, oo), peak=sqrt(c)), {"c": Positive()}, "proved"),
    "from -oo": (lambda c: RisesThenFalls(c * log(u) / u, (u, 0, oo), peak=exp(1)), {"c": Positive()}, "proved"),
    "a turn of logarithms": (
        lambda q, c: FallsThenRises((1 - q**u) ** 2 * c + q ** (2 * u), (u, 0, oo), peak=log(c / (c + 1)) / log(q)),
        {"q": Probability(), "c": Positive()},
        "proved",
    ),
    "a real power": (
        lambda a, c: FallsThenRises(u ** (a - 1) + c / u, (u, 0, oo), peak=(c / (a - 1)) ** (1 / a)),
        {"a": Reals(1, 3), "c": Positive()},
        "supported",
    ),
}
OPEN_FALSE = {
    "another turn": (
        lambda c: FallsThenRises(u + c / u, (u, 0, oo), peak=sqrt(c) * Rational(1001, 1000)),
        {"c": Positive()},
    ),
    "from -oo": (lambda c: FallsThenRises(u - c / u, (u, 0, oo), peak=sqrt(c)), {"c": Positive()}),
    "upside down": (lambda c: RisesThenFalls(u + c / u, (u, 0, oo), peak=sqrt(c)), {"c": Positive()}),
    "a pole inside": (lambda c: FallsThenRises(u + c / (u - c), (u, 0, oo), peak=c + sqrt(c)), {"c": Positive()}),
    "logarithms, moved": (
        lambda q, c: FallsThenRises((1 - q**u) ** 2 * c + q ** (2 * u), (u, 0, oo), peak=log(c / (c + 2)) / log(q)),
        {"q": Probability(), "c": Positive()},
    ),
}


@pytest.mark.parametrize("name", OPEN)
def test_a_range_is_open_where_there_is_no_value(name):
    relation, domains, wanted = OPEN[name]
    c = stated(relation, **domains)
    assert prove(c).proved == (wanted == "proved")
    for point in c.points()[:6]:
        found = at_point(c, point, 0.1)
        assert found.verdict == "supported", found.note


@pytest.mark.parametrize("name", OPEN_FALSE)
def test_a_false_turn_on_an_open_range_is_refuted(name):
    relation, domains = OPEN_FALSE[name]
    c = stated(relation, **domains)
    assert not prove(c).proved
    assert any(at_point(c, point, 0.1).verdict == "refuted" for point in c.points()[:6])


@pytest.mark.parametrize("c", [Rational(1, 10**30), Rational(1, 10**8), Integer(10) ** 12])
def test_a_turn_beside_the_end_of_its_range_or_far_from_it_is_looked_at(c):
    right = stated(lambda z: FallsThenRises(u + c / u + z, (u, 0, oo), peak=sqrt(c)), z=Points(0))
    wrong = stated(lambda z: FallsThenRises(u + c / u + z, (u, 0, oo), peak=sqrt(c) * Rational(3, 2)), z=Points(0))
    assert at_point(right, right.points()[0], 0.1).verdict == "supported"
    assert at_point(wrong, wrong.points()[0], 0.1).verdict == "refuted"


t = Symbol("t", integer=True, nonnegative=True)
HIDDEN = {
    "flat around its turn": lambda c: FallsThenRises(Max(Abs(x - c), Rational(1, 1000)), (x, 0, oo), peak=c),
    "flat on the way": lambda c: RisesThenFalls(Min(x, 2 * c) + Max(0, x - 3 * c), (x, 0, 5 * c), peak=5 * c),
    "a dent between two places that are looked at": lambda c: RisesThenFalls(
        x * (10 * c - x) + c * Max(0, Rational(1, 100) - 10 * Abs(x - Rational(731, 100) * c)),
        (x, 0, 10 * c),
        peak=5 * c,
    ),
    "a smooth dent": lambda c: RisesThenFalls(
        x * exp(-x / c) + exp(-(10**6) * (x / c - Rational(131, 10)) ** 2) / 1000, (x, 0, oo), peak=c
    ),
    "a turn that is a little off": lambda c: RisesThenFalls(
        sin(x / c), (x, 0, 3 * c), peak=c * (pi / 2 + Rational(1, 10**5))
    ),
    "a case within the range": lambda c: RisesThenFalls(
        x * (10 - x) + Piecewise((Rational(1, 1000), And(x > Rational(77, 10), x < Rational(7701, 1000))), (0, True)),
        (x, 0, 10),
        peak=5 + 0 * c,
    ),
    "at one integer": lambda c: RisesThenFalls(
        t * exp(-t / (10 * c)) + Piecewise((1, Eq(t, 1777)), (0, True)), (t, 0, oo), peak=10 * c
    ),
    "rises again far out": lambda c: RisesThenFalls(
        t * exp(-t / (10 * c)) + Max(0, t - 1000 * c) / 1000, (t, 0, oo), peak=10 * c
    ),
}
LEVELS_OFF = {
    "a limit": lambda c: FallsThenRises(-c * x * exp(-x), (x, 0, oo), peak=1),
    "erf": lambda c: FallsThenRises(erf(x - c) ** 2, (x, 0, oo), peak=c),
    "an integer": lambda c: RisesThenFalls(t * (1 - 1 / (10 * c)) ** t, (t, 0, oo), peak=-1 / log(1 - 1 / (10 * c))),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_all_along_its_range_a_function_is_looked_at(name):
    c = stated(HIDDEN[name], c=Points(Integer(1), Integer(7)))
    for point in c.points():
        assert at_point(c, point, 0.1).verdict == "refuted"


@pytest.mark.parametrize("name", LEVELS_OFF)
def test_what_levels_off_is_not_refuted(name):
    c = stated(LEVELS_OFF[name], c=Points(Integer(1), Integer(7)))
    for point in c.points():
        assert at_point(c, point, 0.1).verdict != "refuted"


TURNS = {
    "a power of a share": lambda c: RisesThenFalls(x**c * (1 - x) ** (1 - c), (x, 0, 1), peak=c),
    "no fraction": lambda c: RisesThenFalls(sin(x * c), (x, 0, 3 / c), peak=pi / 2 / c),
    "a kink": lambda c: FallsThenRises(Abs(x - c) + (x - c) ** 2, (x, 0, oo), peak=c),
}


@pytest.mark.parametrize("name", TURNS)
def test_a_function_that_turns_where_it_is_said_to_is_supported(name):
    c = stated(TURNS[name], c=Points(Rational(1, 3), Rational(9, 10)))
    for point in c.points():
        assert at_point(c, point, 0.1).verdict == "supported"


def test_slopes_tell_where_it_is_wrong_and_where_they_do_not_tell():
    whole = (Fraction(0), Fraction(1), Fraction(1), True)
    turns_back = slopes(compile_expr(x * (1 - x), (x,)), None, *whole)
    assert turns_back.wrong is not None
    assert min(turns_back.wrong) >= half
    touching = slopes(compile_expr((x - half) ** 3, (x,)), None, *whole)  # it rises, with slope 0 at one place
    assert touching.wrong is None
    assert any(low <= half <= high for low, high in touching.left)
    assert not slopes(compile_expr(Max(x, 2 * x - half), (x,)), None, *whole).left  # a kink is no doubt


@pytest.mark.parametrize(
    ("shape", "peak", "proved"),
    [
        (RisesThenFalls, lambda a, b: exp(a / b - 1), True),
        (RisesThenFalls, lambda a, b: exp(a / b), False),
        (FallsThenRises, lambda a, b: exp(a / b - 1), False),
    ],
)
def test_a_slope_that_falls_through_0_turns_there(shape, peak, proved):
    """A gold reward against the root of KL, d (a - b log d): its slope is no polynomial, and falls everywhere."""
    reward = lambda a, b: shape(x * (a - b * log(x)), (x, 0, oo), peak=peak(a, b))  # noqa: E731
    assert prove(stated(reward, a=Positive(), b=Positive())).proved == proved


def test_a_slope_that_jumps_does_not_fall_through_0():
    """It falls wherever it has a derivative, and is 0 at 5; but from 0 to 1 it is below 0."""
    parted = lambda a: Piecewise((-a * x**2, x < 1), (a * (15 - (x - 5) ** 2), True))  # noqa: E731
    assert not is_proved(lambda a: RisesThenFalls(parted(a), (x, 0, 9), peak=5), a=Positive())


class FixedMean(Loop):
    """The mean, n real points that stay, m of the last model: without any of the model there is no retraining."""

    n: Integers(1)
    m: Positive

    mu = coordinate()
    real = coordinate()

    @property
    def initial(self):
        first = Noise("Z0", Normal(0, 1)) / sqrt(self.n)
        return {"mu": first, "real": first}

    def step(self, now):
        share = self.m / (self.n + self.m)
        model = now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.m)
        return {"mu": (1 - share) * now["real"] + share * model, "real": now["real"]}


@pytest.mark.parametrize(
    ("times", "verdict"),
    [(1, Verdict.SUPPORTED), (Rational(4, 5), Verdict.REFUTED), (Rational(6, 5), Verdict.REFUTED)],
)
def test_a_range_is_open_where_the_loop_has_no_value(times, verdict):
    """At m = 0 its step divides by 0; a turn that is a fifth off is seen all the same."""
    m = Symbol("m", positive=True)

    @claim
    def turns(n=Points(10)):
        """One retraining beside real points that stay: the error is largest at m = n."""
        return RisesThenFalls(E(FixedMean(n, m).mu(1) ** 2), (m, 0, oo), peak=times * n)

    (point,) = [p for p in planned(turns) if p.values["n"] == 10][:1]
    found = at_point(turns, point, 0.01)
    assert found.verdict == verdict
    assert verdict != Verdict.SUPPORTED or found.note == "at m > 0"


class Doubted(Loop):
    """Once a and b are drawn, a + b is 1, which is not seen: at m = 0 it may be that something is divided by 0."""

    m: Reals
    top: Reals
    x = coordinate()
    a = coordinate()
    b = coordinate()

    @property
    def initial(self):
        return {"x": Integer(1), "a": Integer(1), "b": Integer(0)}

    def step(self, now):
        z = Noise("B", Binomial(1, half))
        return {"x": self.top * (1 + self.m) / (now["a"] + now["b"] + self.m), "a": z, "b": 1 - z}


def hill_at(f, u):
    """What the balls say of e^(-(u - 1)^2), as a mean of a loop with u in it, to rise and fall around 1."""

    @claim
    def turns(c=Points(1)):
        """It is largest at 1."""
        return RisesThenFalls(c * E(f(u, exp(-((u - 1) ** 2)))), (u, 0, oo), peak=1)

    return at_point(turns, planned(turns)[0], 0.01)


class Halved(Loop):
    """A step that divides by 0 where m is at the pole."""

    m: Reals
    pole: Reals
    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(1)}

    def step(self, now):
        return {"x": exp(-((self.m - 1) ** 2)) * now["x"] + Noise("Z", Normal(0, 1)) * (1 / (self.m - self.pole))}


def test_an_end_is_left_out_only_where_the_loop_has_surely_no_value():
    """At m = 0 it is 10 more: that a + b may be 0 is a doubt, and no lack of a value."""
    m = Symbol("m", nonnegative=True)

    def jump(m, hill):
        return Doubted(m, hill + Piecewise((10, Eq(m, 0)), (0, True))).x(2)

    found = hill_at(jump, m)
    assert found.verdict == Verdict.LEFT_OUT
    assert "that its coordinates may take" in found.note


@pytest.mark.parametrize(("pole", "verdict"), [(0, Verdict.SUPPORTED), (1, Verdict.LEFT_OUT)])
def test_what_has_no_value_within_a_range_is_no_open_end(pole, verdict):
    m = Symbol("m", positive=True)
    assert hill_at(lambda m, _: Halved(m, pole).x(1), m).verdict == verdict


def test_a_range_of_integers_is_not_open():
    t = Symbol("t", integer=True, nonnegative=True)
    assert hill_at(lambda t, _: Halved(t, 0).x(1), t).verdict == Verdict.LEFT_OUT


class Formed(Loop):
    """A mean that is a function of m."""

    m: Positive
    rise: Positive
    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        m, b = self.m, self.rise
        return {"x": Noise("Z", Normal(0, 1)) ** 2 * (m**3 / 3 - (1 + b) * m**2 / 2 + b * m)}


class Drifting(Loop):
    """Rises up to fit 5, falls up to 1000, and rises from there."""

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + (CLOCK - Rational(11, 2)) * (CLOCK - Rational(2001, 2)) + Noise("Z", Normal(0, 1))}


REAL, WHOLE = Symbol("m", positive=True), Symbol("k", integer=True, positive=True)
RISES_AGAIN = {
    "of real numbers": lambda n: RisesThenFalls(E(Formed(REAL, 100 * n).x(1)), (REAL, 0, oo), peak=1),
    "of integers, from their turn": lambda n: RisesThenFalls(E(Formed(WHOLE, 100 * n).x(1)), (WHOLE, 1, oo), peak=1),
    "of generations": lambda n: RisesThenFalls(n * E(Drifting().x(WHOLE - 1)), (WHOLE, 1, oo), peak=6),
}


@pytest.mark.parametrize("name", RISES_AGAIN)
def test_a_mean_that_rises_again_far_out_has_not_the_shape(name):
    """It was supported up to 64 times the turn; derived, the mean is followed as far as a function alone."""
    c = stated(RISES_AGAIN[name], n=Points(1))
    assert at_point(c, planned(c)[0], 0.01).verdict == Verdict.REFUTED
