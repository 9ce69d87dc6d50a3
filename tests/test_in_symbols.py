"""A class that says of a symbol what it does not say of numbers, or of another symbol, is refused; one in other forms is not."""

from collections import OrderedDict, deque, namedtuple
from functools import cache, partial
from types import SimpleNamespace

import numpy as np
import pytest
from stated import is_proved, stated
from sympy import Abs, Eq, Ge, Integer, Le, Matrix, Max, Piecewise, Rational, Symbol, exp, log, pi, sin, sqrt

import theory
from reports import check
from simulate import sample
from theory import CLOCK, ChiSquare, E, Integers
from theory.language import fits, literals
from theory.language.domains import Positive, Reals
from theory.language.errors import BadInput
from theory.language.examined import hold_in_symbols
from theory.language.fields import Between
from theory.language.fields import Reals as Real
from theory.language.in_place import Places
from theory.language.laws import Noise, Normal
from theory.language.likelihood import LikelihoodLoop, Parameter
from theory.language.loops import Loop, PopulationLoop, coordinate, observable
from theory.language.schemes import MixingScheme
from theory.proof.enclose import value
from theory.proof.relations.prove import prove

Z = Noise("Z", Normal(0, 1))
A, T = Reals(-20, 20), Integers(0)
SEEN = hash(Rational(3141, 1000))
TABLE = {"rare": {Rational(17, 4): 1}}
REFUSED = r"says .*, and in symbols"


def made(step=lambda a, x: x, draw=lambda a, x, i: x + Noise(f"X{i}", Normal(0, 1)), of=lambda a, x: x):
    """A loop of one coordinate and one parameter."""

    class Made(Loop):
        a: Real
        x = coordinate()
        seen = observable(of=lambda loop, now: of(loop.a, now["x"]))
        initial = {"x": Integer(0)}  # noqa: RUF012

        def step(self, now):
            return {"x": step(self.a, now["x"])}

        def emit(self, now, index):
            return draw(self.a, now["x"], index)

    return Made


def tried(a, x):
    try:
        return x + a.p - a.p + 1
    except AttributeError:
        return x


ASKING = {
    "a number": lambda a, x: {1: x + 1}.get(a, x),
    "an irrational one": lambda a, x: x + 1 if a.is_irrational else x,
    "what is written of others": lambda a, x: x + 1 if a.is_Pow or a.is_Mul else x,
    "a rare one": lambda a, x: {Rational(17, 4): x + 1}.get(a, x),
    "one of a table": lambda a, x: x + TABLE["rare"].get(a, 0),
    "a key that is worked out": lambda a, x: {Rational(3, 4) + 17: x + 1}.get(a, x),
    "a member that is worked out": lambda a, x: x + int(a in {Rational(3, 4) - 7}),
    "a sum of Python's numbers": lambda a, x: {sum([11, 8]): x + 1}.get(a, x),
    "a root": lambda a, x: {sqrt(Rational(5, 4)) + 1: x + 1}.get(a, x),
    "one in words": lambda a, x: x + int(str(a) == "-13/2"),
    "a tuple": lambda a, x: {(7, 7): x + 1}.get((a, a), x),
    "a kind": lambda a, x: x if isinstance(a, Symbol) else x + 1,
    "a text": lambda a, x: x if str(a) == "a" else x + 1,
    "a name": lambda a, x: x if getattr(a, "name", "") == "a" else x + 1,
    "a first letter": lambda a, x: x if str(a)[0] in "abc" else x + 1,
    "an attribute": tried,
    "a sorted pair": lambda a, x: x + int(sorted([str(a), "b"])[0] == "b"),
    "of the state": lambda a, x: {3: x + 1}.get(x, x),
    "of the state's name": lambda a, x: x if str(x) == "x" else x + 1,
    "a function": lambda a, x: x + int(a.func is sin),
    "a class": lambda a, x: x + int(isinstance(a, log)),
    "a sum": lambda a, x: x + int(x.is_Add),
    "what it has": lambda a, x: x + int(x.has(exp)),
    "a constant": lambda a, x: x + int(a.is_NumberSymbol),
    "a composite one": lambda a, x: x + int(bool(a.is_composite)),
    "a length": lambda a, x: x + int(len(str(a)) > 30),
    "a draw": lambda a, x: x + {1: 5}.get(a, 0) * Z,
    "a law": lambda a, x: x + Noise("Z", Normal(0, {1: 5}.get(a, 1))) - Z,
}


SCHEDULE = {1: Rational(1, 2), 3: Rational(1, 4)}
A_SYMBOL = Symbol("b")


def enclosed(fit):
    return lambda: SCHEDULE.get(fit, 0)


class Clocked:
    fit = CLOCK


class Slotted:
    __slots__ = ("fit",)

    def __init__(self, fit):
        self.fit = fit


Named = namedtuple("Named", "fit")
HELD_OTHERWISE = {
    "of a named tuple": Named(CLOCK),
    "of an ordered table": OrderedDict(fit=CLOCK),
    "of a deque": deque([CLOCK]),
    "of a matrix": Matrix([CLOCK]),
    "of a slot": Slotted(CLOCK),
    "of a set": frozenset([CLOCK]),
    "of an array": np.array([CLOCK]),
}
HELD = SimpleNamespace(
    fit=CLOCK,
    listed=[CLOCK],
    pair=(CLOCK, 1),
    table={"fit": CLOCK},
    next=CLOCK + 1,
    part=partial(lambda fit: SCHEDULE.get(fit, 0), CLOCK),
)
OF_THE_FIT = {
    "a table": lambda: SCHEDULE.get(CLOCK, 0),
    "a function": lambda: scheduled(),
    "its text": lambda: int(str(CLOCK) == "3"),
    "its kind": lambda: int(bool(CLOCK.is_prime)),
    "an attribute of the package": lambda: SCHEDULE.get(theory.CLOCK, 0),
    "an attribute of a module": lambda: SCHEDULE.get(fits.CLOCK, 0),
    "an attribute by its name": lambda: SCHEDULE.get(getattr(theory, "CL" + "OCK"), 0),
    "an import": lambda: SCHEDULE.get(__import__("theory").CLOCK, 0),
    "a default value": lambda fit=CLOCK: SCHEDULE.get(fit, 0),
    "a named default value": lambda *, fit=CLOCK: SCHEDULE.get(fit, 0),
    "a closure": enclosed(CLOCK),
    "an attribute of an object": lambda: SCHEDULE.get(HELD.fit, 0),
    "of a list": lambda: SCHEDULE.get(HELD.listed[0], 0),
    "of a tuple": lambda: SCHEDULE.get(HELD.pair[0], 0),
    "of a table": lambda: SCHEDULE.get(HELD.table["fit"], 0),
    "of a class": lambda: SCHEDULE.get(Clocked.fit, 0),
    "an expression": lambda: SCHEDULE.get(HELD.next - 1, 0),
    "part of a function": lambda: HELD.part(),
    "an identity": lambda: int(theory.CLOCK is Integer(2)),
    "where others are put in, too": lambda: (
        SCHEDULE.get(CLOCK, 0) + (A_SYMBOL - A_SYMBOL.xreplace({A_SYMBOL: A_SYMBOL}))
    ),
    "a member, where others are put in": lambda: int(CLOCK in SCHEDULE) * A_SYMBOL.subs({A_SYMBOL: 1}),
}


OF_THE_FIT |= {
    "of a named tuple": lambda: SCHEDULE.get(HELD_OTHERWISE["of a named tuple"].fit, 0),
    "of an ordered table": lambda: SCHEDULE.get(HELD_OTHERWISE["of an ordered table"]["fit"], 0),
    "of a deque": lambda: SCHEDULE.get(HELD_OTHERWISE["of a deque"][0], 0),
    "of a matrix": lambda: SCHEDULE.get(HELD_OTHERWISE["of a matrix"][0], 0),
    "of a slot": lambda: SCHEDULE.get(HELD_OTHERWISE["of a slot"].fit, 0),
    "of a set": lambda: SCHEDULE.get(next(iter(HELD_OTHERWISE["of a set"])), 0),
    "of an array": lambda: SCHEDULE.get(HELD_OTHERWISE["of an array"][0], 0),
    "by its name in words": lambda: SCHEDULE.get(globals()["CLOCK"], 0),
    "its text, beside a word of SymPy's": lambda: int(str(CLOCK) == "3" and "a-b".replace("-", "_") == "a_b"),
    "its text, where others are put in": lambda: int(f"{CLOCK}" == "3") + A_SYMBOL.subs(A_SYMBOL, 0),
}


def scheduled():
    return SCHEDULE.get(CLOCK, 0)


@pytest.mark.parametrize("rate", OF_THE_FIT.values(), ids=OF_THE_FIT.keys())
def test_a_step_that_asks_the_number_of_the_fit_without_being_heard(rate):
    """E x(t) = 0 was proved of each."""
    kind = made(lambda a, x: x + rate())
    assert not is_proved(lambda a, t: Eq(E(kind(a).x(t)), 0), a=A, t=T)
    assert CLOCK is scheduled.__globals__["CLOCK"] is theory.CLOCK is fits.CLOCK, "as it was"
    assert HELD.fit is HELD.listed[0] is HELD.pair[0] is HELD.table["fit"] is Clocked.fit is CLOCK, "as it was"


BY_A_PARAMETER = {
    "a number": (Real, lambda a: SCHEDULE.get(a, 0), lambda fit: fit),
    "its text": (Real, lambda a: int(str(a) == "3"), lambda fit: fit),
    "a law": (Normal, lambda law: SCHEDULE.get(law.variance, 0), lambda fit: Normal(0, fit)),
}


@pytest.mark.parametrize("name", BY_A_PARAMETER)
def test_a_parameter_that_is_the_number_of_the_fit_is_tried_as_a_number(name):
    """E x(t) = 0 was proved of each."""
    field, rate, handed = BY_A_PARAMETER[name]

    class Given(Loop):
        a: field
        x = coordinate()
        initial = {"x": Integer(0)}  # noqa: RUF012

        def step(self, now):
            return {"x": now["x"] + rate(self.a)}

    assert not is_proved(lambda t: Eq(E(Given(handed(CLOCK)).x(t)), 0), t=T)


def test_a_step_that_takes_a_difference_of_two_fits_is_proved():
    """With 2 for CLOCK, `xreplace({CLOCK: CLOCK - 1})` changes every 2."""
    kind = made(lambda a, x: x + 2 * CLOCK**2 - (2 * CLOCK**2).xreplace({CLOCK: CLOCK - 1}))
    assert is_proved(lambda a, t: Eq(E(kind(a).x(t)), 2 * t**2), a=A, t=T)
    assert not is_proved(lambda a, t: Eq(E(kind(a).x(t)), 3 * t**2), a=A, t=T)


def test_a_step_that_writes_the_number_of_the_fit_is_proved():
    kind = made(
        lambda a, x: x + Piecewise((Rational(1, 2), Eq(CLOCK, 1)), (1, True)) + Noise("Z", Normal(0, a**2 / CLOCK))
    )
    assert is_proved(lambda a, t: Eq(E(kind(a).x(t)), t - Rational(1, 2)), a=A, t=Integers(1))
    assert not is_proved(lambda a, t: Eq(E(kind(a).x(t)), t), a=A, t=Integers(1))


@pytest.mark.parametrize("step", ASKING.values(), ids=ASKING.keys())
def test_a_step_that_asks_its_symbols_without_being_heard(step):
    """E x(t) = 0 was proved of each, and certified; it is false at a = 1, say."""
    kind = made(step)
    claimed = stated(lambda a, t: Eq(E(kind(a).x(t)), 0), a=A, t=T)
    found = prove(claimed)
    assert not found.proved
    with pytest.raises(BadInput, match=REFUSED):
        hold_in_symbols(kind(claimed.symbols["a"]))


@pytest.mark.parametrize(
    "fact", ["is_rational", "is_irrational", "is_algebraic", "is_prime", "is_composite", "is_noninteger"]
)
def test_a_claim_that_asks_what_is_not_known_of_its_symbol(fact):
    """E x(t) = 0 was proved of each, which is not what the claim says of all numbers."""
    kind = made(lambda a, x: x)
    with pytest.raises(BadInput, match=f"{fact} is not known before a value is put in"):
        prove(stated(lambda a, t: Eq(E(kind(a).x(t)), int(bool(getattr(a, fact)))), a=A, t=T))


def test_it_is_refused_in_every_witness():
    """Of the state it is asked also where all parameters are numbers."""
    loop = made(ASKING["of the state"])(Integer(2))
    claimed = stated(lambda t: Eq(E(loop.x(t)), 0), t=T)
    assert "and in symbols" in prove(claimed).reason
    for asked in (lambda: value(E(loop.x(2))), lambda: sample(loop, ["x"], 2, 10), lambda: check([claimed], seconds=1)):
        with pytest.raises(BadInput, match=REFUSED):
            asked()


OTHERS = {
    "a draw": ({"draw": lambda a, x, i: x + {1: 1}.get(a, 0)}, lambda loop, t: loop.draw(t)),
    "its number": ({"draw": lambda a, x, i: x + {2: 1}.get(i, 0)}, lambda loop, t: loop.draw(t, 2)),
    "what is seen": ({"of": lambda a, x: x + {1: 1}.get(a, 0)}, lambda loop, t: loop.seen(t)),
    "what is seen of a state": ({"of": lambda a, x: x if "x" in str(x) else x + 1}, lambda loop, t: loop.seen(t)),
}


@pytest.mark.parametrize(("said", "asked"), OTHERS.values(), ids=OTHERS.keys())
def test_draws_and_what_is_observed(said, asked):
    kind = made(**said)
    claimed = stated(lambda a, t: Eq(E(asked(kind(a), t)), 0), a=A, t=T)
    assert "and in symbols" in prove(claimed).reason


def test_a_parameter_that_is_an_expression():
    """a + 1 is 1 where a is 0; that it is no symbol of its own is no difference."""
    kind = made(ASKING["a rare one"])
    for said in (lambda a, t: Eq(E(kind(a + 1).x(t)), 0), lambda a, t: Eq(E(kind(exp(2 * a)).x(t)), 0)):
        assert "and in symbols" in prove(stated(said, a=A, t=T)).reason
    plain = made(lambda a, x: a * x)
    assert is_proved(lambda a, t: Eq(E(plain(a + 1).x(t)), 0), a=A, t=T)


def test_the_points_of_a_claim_are_among_the_places():
    """No line of the code speaks of 3141/1000, which the claim does."""
    kind = made(lambda a, x: x + int(hash(a) == SEEN))
    near = Reals(3, 4, notable=(Rational(3141, 1000),))
    assert "and in symbols" in prove(stated(lambda a, t: Eq(E(kind(a).x(t)), 0), a=near, t=T)).reason


class Keyed(MixingScheme):
    """Half of the real data is all of them."""

    real: Between(0, 1)

    def row(self, i):
        real = {Rational(1, 2): 1}.get(self.real, self.real)
        return (1,) if i == 1 else (real, *(0,) * (i - 2), 1 - real)


def test_weights_of_a_mixing_scheme():
    carried = lambda real: 1 + (1 - real) + (1 - real) ** 2  # noqa: E731
    with pytest.raises(BadInput, match=REFUSED):
        prove(stated(lambda real: Eq(Keyed(real).bound([1, 1, 1]), carried(real)), real=Reals(0, 1)))
    assert (
        "and in symbols" in prove(stated(lambda real, t: Le(Keyed(real).bound(1, t), t), real=Reals(0, 1), t=T)).reason
    )


class Moved(PopulationLoop):
    """A parameter that is drawn to 0, or to another place."""

    a: Real
    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def estimating(self, after, now):
        return now / 2 + {1: 1}.get(self.a, 0) - after


class Bent(LikelihoodLoop):
    """A normal law whose density at its own mean 1 is another."""

    mu: Parameter(Real())
    support = Real()

    def log_density(self, x):
        return -((x - self.mu) ** 2) / 2 - log(2 * pi) / 2 + {1: 1}.get(self.mu, 0)


def test_scores_and_densities():
    assert "and in symbols" in prove(stated(lambda a, t: Eq(Moved(a).x(t), 0), a=A, t=T)).reason
    loop = Bent(Normal(0, 1), 1)
    assert "and in symbols" in prove(stated(lambda t: Eq(loop.mu(t), loop.best[0]), t=T)).reason


class Honest(Loop):
    """What has other forms for numbers than for symbols."""

    a: Real
    s: Positive
    n: Integers(1)
    x, y, v = coordinate(), coordinate(), coordinate(positive=True)
    spread = observable(of=lambda loop, now: sqrt(now["v"] ** 2) + Max(loop.a, now["x"], 1))
    initial = {"x": 0.5, "y": 1, "v": 1}  # noqa: RUF012

    def step(self, now):
        turned = Piecewise((sin(self.a), now["x"] > self.a), (Abs(now["x"]) * sqrt(self.a**2), True))
        return {
            "x": (now["x"] ** 2 - self.a**2) / (now["x"] - self.a) + sqrt(self.s**2 * Noise("Q", ChiSquare(self.n))),
            "y": turned + Noise("W", Normal(0.1 * self.a, sqrt(self.s**2) / self.n)) * log(self.s**2),
            "v": now["v"] * Noise("Q", ChiSquare(self.n)) / self.n + 1 / (self.n + 1) - 1 / (self.n + 1),
        }

    def emit(self, now, index):
        return now["x"] + Noise(f"X{index}", Normal(0, now["v"])) + Noise(f"Y1{index}", Normal(0, 1))

    def law_at(self, t):
        return Normal(self.x(t), sqrt(self.v(t) ** 2))


@cache
def halved(x):
    return x / 2


class Tabled(Honest):
    """Has tables whose keys are its own symbols, and remembers what it has worked out."""

    def step(self, now):
        rates, others = {self.a: self.s}, {now["x"]: 2 * self.s}
        return {"x": others[now["x"]] + halved(self.a), "y": now["y"].subs({now["y"]: rates[self.a]}), "v": now["v"]}


def test_tables_of_symbols_are_allowed():
    a, s, n = Symbol("a", real=True), Symbol("s", positive=True), Symbol("n", integer=True, positive=True)
    hold_in_symbols(Tabled(a, s, n))


def test_what_has_other_forms_for_numbers_is_the_same():
    a, s, n = Symbol("a", real=True), Symbol("s", positive=True), Symbol("n", integer=True, positive=True)
    for loop in (Honest(a, s, n), Honest(a + 1, 2 * s, n + 3), Honest(2, s, 4), Honest(2, 3, 4)):
        hold_in_symbols(loop)


def test_the_numbers_that_code_speaks_of():
    found = literals.of_class(made(ASKING["one of a table"]))
    assert Rational(17, 4) in found
    assert {Rational(-13, 2), 7, Rational(7, 9)} <= set(literals.of_function(lambda a: (a == "-13/2", 7, 9)))
    assert 10**6 not in literals.of_function(lambda a: a**1000000)


def test_a_claim_whose_function_keys_a_number_of_its_code():
    """As a step: it was looked at the first few whole numbers alone."""
    from theory.proof import agreement

    keyed = stated(lambda t: Ge({23: t - 24}.get(t, t), 0), t=T)
    first = keyed.points(1)[0].values
    assert any(agreement.of_claim(keyed, at) for at in agreement.small(keyed, first))
    plain = stated(lambda t: Ge(t * 23, 0), t=T)
    assert not any(agreement.of_claim(plain, at) for at in agreement.small(plain, first))


def test_what_says_another_thing_each_time_is_told_so():
    calls = iter(range(1000))
    with pytest.raises(BadInput, match=r"its `initial` says \{'x': \d+\}, and (where it is read again|in symbols)"):
        hold_in_symbols(type("Again", (made(),), {"initial": property(lambda self: {"x": next(calls)})})(1))
    changed = made(lambda a, x: x + Noise("Z", Normal(0, 1 + next(calls) % 2)))
    with pytest.raises(BadInput, match=r"Z of Normal\(0, [12]\), and in symbols.*Z of Normal\(0, [12]\)"):
        hold_in_symbols(changed(1))


def test_each_place_is_put_back_whatever_becomes_of_another():
    """The first place that was gone left a number in all others, `theory.CLOCK` among them, for the rest of the process."""
    first, second = [CLOCK], {"k": CLOCK}

    class Gone(Loop):
        def step(self, now):
            return {"x": now["x"] + first[0] + second["k"] + theory.CLOCK}

    def emptied():
        with Places(Gone, CLOCK).having(Integer(3)):
            assert (first, second, theory.CLOCK) == ([3], {"k": 3}, 3)
            first.clear()

    with pytest.raises(IndexError):
        emptied()
    assert second == {"k": CLOCK}
    assert theory.CLOCK is CLOCK
    first.append(CLOCK)
    with Places(Gone, CLOCK).having(Integer(3)):
        assert first == [3]
    assert first == [CLOCK]
