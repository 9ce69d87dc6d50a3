"""What a user's function says of numbers is what it says of symbols with these put in; else it is refused, with the numbers."""

from contextlib import nullcontext

import pytest
from stated import stated
from sympy import (
    Abs,
    And,
    Eq,
    Ge,
    Integer,
    Le,
    Max,
    Piecewise,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    atanh,
    integrate,
    sqrt,
    summation,
)

from reports import conjectures
from theory import E, GaussianLoop, Integers
from theory.language.domains import Positive
from theory.language.errors import BadInput
from theory.language.examined import hold_in_symbols
from theory.language.fields import Reals
from theory.language.laws import Noise, Normal
from theory.language.loops import Loop, coordinate
from theory.language.verdicts import Verdict
from theory.proof import agreement
from theory.proof.enclose import enclose

k, y = Symbol("k", integer=True, positive=True), Symbol("y", positive=True)
N, T = Integers(2), Integers(1)


def found(relation, **domains):
    c = stated(relation, **domains)
    first = c.points(1)[0].values
    return next(filter(None, (agreement.of_claim(c, at) for at in (first, *agreement.small(c, first)))), None)


@pytest.mark.parametrize(
    ("relation", "where"),
    [
        (lambda n, t: Eq(E(GaussianLoop(n).mu(t) ** 2), {3: 7}.get(n, t / n)), "n = 3"),
        (lambda n, t: Eq(E(GaussianLoop({4: 5}.get(n, n)).mu(t) ** 2), t / n), "n = 4"),
        (lambda n, t: Le(E(GaussianLoop(n).sigma(t)), 2 if isinstance(t, Integer) else 1), "n = "),
        (lambda n, t: And(Ge(n, 2), Le(t, {2: 1}.get(t, t))), "t = 2"),
        (lambda n, t: Eq(E(GaussianLoop(n).mu(t)), (n, 0)[str(n) == "n"]), "n = "),
        (lambda n, t: Eq(E(GaussianLoop(n).mu(t)), 0 if n.is_Symbol else Rational(1, 10**9)), "n = "),
    ],
    ids=["a number", "a loop", "a kind", "of two", "a name", "a little"],
)
def test_another_relation_for_a_number_is_told(relation, where):
    told = found(relation, n=N, t=T)
    assert told is not None
    assert where in told


@pytest.mark.parametrize(
    "relation",
    [
        lambda n, t: Eq(E(GaussianLoop(n).sigma(t) ** 2), ((n - 1) / n) ** t),
        lambda n, t: Le(Sum(1 / k**2, (k, 1, t)), 2 - 1 / t),
        lambda n, t: Eq(summation(k, (k, 1, t)), t * (t + 1) / 2 + 0 * n),
        lambda n, t: Le(sqrt((t - n) ** 2), Abs(t - n)),
        lambda n, t: Le(Product(1 + 1 / (k * n), (k, 1, t)).doit(), 2**t),
        lambda n, t: Eq(Piecewise((1, Eq(n, 3)), (2, True)), 2),
        lambda n, t: Le(integrate(y**n, (y, 0, 1)), t / n),
        lambda n, t: Le(0.1 * t + 1 / 3, t),
        lambda n, t: And(Le(E(GaussianLoop(n).sigma(t)), 1), Ge(n, 2), Ge(t, 1)),
    ],
)
def test_one_relation_in_another_form_is_the_same(relation):
    assert found(relation, n=N, t=T) is None


@pytest.mark.parametrize(
    "relation", [lambda x: Eq(atanh(2 * x) * 0 + x, x), lambda x: Ge(Max(0, 1 / x), 0), lambda x: Eq(x / x, 1)]
)
def test_what_has_no_value_at_a_number_is_told_elsewhere(relation):
    """It was told to write a Piecewise; or SymPy's "The argument 'zoo' is not comparable" was."""
    c = stated(relation, x=Reals(-2, 2))
    assert all(agreement.of_claim(c, {"x": x}) is None for x in (S.Zero, Rational(-1, 2), Rational(1, 2), S.One))


class LookedUp(Loop):
    """From 1 to 5, by a dictionary, which no symbol is in."""

    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": {1: Integer(5)}.get(now["x"], now["x"]) + self.draw_of(now)}

    def draw_of(self, now):
        return Integer(0)


class Drawn(LookedUp):
    """The same beside a draw."""

    def draw_of(self, now):
        return Noise("Z", Normal(0, 1))


class Written(Loop):
    """What has other forms for numbers, and none for some."""

    a: Reals
    x, y = coordinate(positive=True), coordinate()
    initial = {"x": 1, "y": 2}  # noqa: RUF012

    def step(self, now):
        return {"x": sqrt(now["x"] ** 2) + Noise("Z", Normal(0, 1)) ** 2, "y": now["x"] / (now["y"] - 2) + self.a}


@pytest.mark.parametrize(("loop", "differs"), [(LookedUp(), True), (Drawn(), True), (Written(3), False)], ids=repr)
def test_another_step_for_a_number_is_told(loop, differs):
    with pytest.raises(BadInput, match="its `step` says") if differs else nullcontext():
        hold_in_symbols(loop)


FILE = '''
from sympy import Eq
from theory import E, Integers, Loop, Noise, Normal, claim, coordinate

K = 1
BOX = [1]
LOOP = [[]]
LOOP[0].append(LOOP)


class Walk(Loop):
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + K * BOX[0] * getattr(self, "size", 1) * Noise("Z", Normal(0, 1))}


@claim
def as_it_is(t=Integers(1)):
    """True, unless another claim changes the walk."""
    return Eq(E(Walk().x(t) ** 2), t)


@claim
def changing(t=Integers(1)):
    """It changes what the walk is made of."""
    CHANGE
    return Eq(E(Walk().x(t) ** 2), 4 * t)
'''


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("globals()['K'] = 2", "K"),
        ("BOX[0] = 2", "BOX"),
        ("BOX.append(2)", "BOX"),
        ("Walk.size = 2", "Walk"),
        ("Walk.step = lambda self, now: {'x': now['x'] + 2 * Noise('Z', Normal(0, 1))}", "Walk"),
        ("globals().setdefault('NEW', 2)", "NEW"),
        ("LOOP[0].append(2)", "LOOP"),
    ],
    ids=["a number", "in a list", "of a list", "of a class", "a step", "a new name", "a list in itself"],
)
def test_a_claim_that_changes_its_file_is_refused_and_changes_nothing(change, name, tmp_path):
    path = tmp_path / "changing.py"
    path.write_text(FILE.replace("CHANGE", change), encoding="utf-8")
    still, changing = conjectures.claims_in(path)
    with pytest.raises(BadInput, match=f"changing: {name} of this file is changed"):
        conjectures.examine(changing)
    conjectures.examine(still)
    assert agreement.of_claim(still, {"t": 2}) is None
    assert {f.verdict for f in enclose(still, still.points())} == {Verdict.SUPPORTED}


def test_a_file_may_keep_what_it_has_worked_out(tmp_path):
    path = tmp_path / "keeping.py"
    cached = FILE.replace("from sympy", "import functools\nfrom sympy").replace(
        "    CHANGE\n", "    return Eq(size(2) * t, 4 * t)\n"
    )
    path.write_text(
        cached.replace("@claim", "@functools.cache\ndef size(k):\n    return k**2\n\n\n@claim", 1), encoding="utf-8"
    )
    for c in conjectures.claims_in(path):
        conjectures.examine(c)


def test_a_power_that_is_too_long_to_be_written_out():
    """2^(2^63) has more digits than there is room for; at small numbers it is looked at all the same."""
    halved = lambda t, x: x * Rational(1, 2) ** (2**t)  # noqa: E731
    swapped = lambda t, x: Le(halved(t, x), 1 if isinstance(t, Symbol) else 0)  # noqa: E731
    assert found(lambda t, x: Le(halved(t, x), 1), t=Integers(63), x=Positive()) is None
    assert "at t = 1" in found(swapped, t=Integers(1), x=Positive())
