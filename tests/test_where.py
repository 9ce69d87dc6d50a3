"""Side conditions, as proofs use them: what they imply is proved, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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
    Min,
    Mod,
    Ne,
    Or,
    Piecewise,
    Rational,
    Symbol,
    Tuple,
    exp,
    log,
    oo,
    sign,
    sqrt,
)

from theory import E, Integers, Normal, Positive, Probability, Reals, Tends
from theory.language.laws import Noise
from theory.language.loops import Loop, coordinate
from theory.proof.arithmetic.boxes import enumerate_integers, prove_positive
from theory.proof.relations.assumptions import Assumptions
from theory.proof.relations.narrowed import narrowed
from theory.proof.relations.prove import prove
from theory.proof.relations.turns import differing
from theory.proof.signs import Certificate, positive, times
from theory.proof.signs.sign import Asked
from theory.proof.symbols.exponentials import exponentials

R = Rational
A, B, C = Symbol("a_", positive=True), Symbol("b_", positive=True), Symbol("c_", positive=True)


class Chained(Loop):
    """x follows y: resonant where a = b."""

    a: Reals
    b: Reals
    x = coordinate()
    y = coordinate()
    initial = {"x": Integer(0), "y": Integer(1)}  # noqa: RUF012

    def step(self, now):
        return {"x": self.a * now["x"] + now["y"] + Noise("Z", Normal(0, 1)), "y": self.b * now["y"]}


def chained(a, b, t, late=0):
    return Eq(E(Chained(a, b).x(t)), (a**t - b ** (t + late)) / (a - b))


def drawn_back(a, b, t):
    """The error of what is drawn back by b**t from a, beside one that is not."""
    return Ge((1 - b**t) ** 2 * a**2 + b ** (2 * t), 1)


two = {"a": Positive(), "b": Positive()}
later = {"a": Positive(), "b": Probability(), "t": Integers(1)}
three = {**two, "c": Positive()}
shares: dict[str, Any] = {"a": Probability(), "b": Probability(), "t": Integers(0)}
counts = {"m": Integers(1), "n": Integers(1)}
far = {"a": Positive(), "t": Integers(0)}
real = {"x": Reals(), "y": Reals(), "z": Reals()}

TRUE = {
    "a chain": (lambda a, b, c: Lt(a, c), three, lambda a, b, c: And(a < b, b < c)),
    "a chain of reals": (lambda x, y, z: Gt(x, z), real, lambda x, y, z: And(x > y, y > z)),
    "a product of two": (lambda a, b, c: Lt(a * b, c**2), three, lambda a, b, c: And(a < c, b < c)),
    "a sum below 1": (lambda a, b, c: Lt(a * b, 1 - a), three, lambda a, b, c: a + b + c < 1),
    "powers": (lambda a, b, t: Le(a**t * b, b), {**two, "t": Integers(0)}, lambda a, b: a + b < 1),
    "a quotient": (lambda a, b: Ge(1 / (1 - a - b), 1 + a + b), two, lambda a, b: a + b < 1),
    "other than": (chained, shares, lambda a, b: Ne(a, b)),
    "an absolute value below": (lambda x: Lt(x**2, 1), {"x": Reals()}, lambda x: Abs(x) < 1),
    "integers apart": (lambda m, n: Gt(n - 2 * m, R(1, 2)), counts, lambda m, n: 2 * m < n),
    "a rate": (lambda a, t: Tends(1 + a**t, (t, 0, oo), 1, rate=a**t), far, lambda a: a < 1),
    "an order of two": (lambda a, b: Eq(Max(a, b), b), two, lambda a, b: a <= b),
    "a case": (lambda a, b: Eq(Piecewise((1, a <= b), (0, True)), 1), two, lambda a, b: a <= b),
    "a sign": (lambda a, b: Eq(sign(a - b), 1), two, lambda a, b: a > b),
    "either order": (lambda a, b: Ge(Max(a, b), (a + b) / 2), two, None),
    "both extremes": (lambda a, b: Eq(Max(a, b) + Min(a, b), a + b), two, None),
    "a triangle": (lambda x, y: Le(Abs(x + y), Abs(x) + Abs(y)), {"x": Reals(), "y": Reals()}, None),
    "either case": (lambda a: Le(Piecewise((a, a <= 1), (1 / a, True)), 1), {"a": Positive()}, None),
    "boxes": (lambda a: Gt(a**a, R(7, 10)), {"a": Probability()}, lambda a: 2 * a > 1),
    "a square": (lambda a, b: Gt(a**4, b**2), two, lambda a, b: a**2 > b),
    "a square below": (lambda a, b: Le(3 * a**2 - 1, 3 * b - 1), two, lambda a, b: a**2 <= b),
    "whatever a power is": (drawn_back, later, lambda a, b: a**2 * (1 - b) >= 1 + b),
}
FALSE = {
    "a square that may be equal": (lambda a, b: Gt(a**4, b**2), two, lambda a, b: a**2 >= b),
    "a square a little less": (lambda a, b: Gt(a**2, R(1001, 1000) * b), two, lambda a, b: a**2 > b),
    "whatever a power is, strictly": (
        lambda a, b, t: Gt(*drawn_back(a, b, t).args),
        later,
        lambda a, b: a**2 * (1 - b) >= 1 + b,
    ),
    "whatever a power is, of a smaller base": (drawn_back, later, lambda a, b: a**2 * (1 - b**2) >= 1 + b**2),
    "whatever a power is, nearly": (drawn_back, later, lambda a, b: a**2 * (1 - b) >= R(999, 1000) * (1 + b)),
    "powers of a base above 1": (
        drawn_back,
        {**later, "b": Positive()},
        lambda a, b: a**2 >= (1 + b) ** 2,
    ),
    "the divisor of a sum of powers": (
        lambda b, t: Ge(1 / (1 + b**t) - R(1, 2) - b**t / 10, 0),
        {"b": Probability(), "t": Integers(0)},
        None,
    ),
    "a chain that parts": (lambda a, b, c: Lt(a, c), three, lambda a, b, c: And(a < b, c < b)),
    "a chain that may be one number": (lambda a, b, c: Lt(a, c), three, lambda a, b, c: And(a <= b, b <= c)),
    "a little less": (lambda a, b, c: Lt(a * b, R(999, 1000) * c**2), three, lambda a, b, c: And(a < c, b < c)),
    "a sum a little less": (lambda a, b, c: Lt(a + b, R(999, 1000)), three, lambda a, b, c: a + b + c < 1),
    "on others": (lambda a, b, c: Lt(a, 1), three, lambda a, b, c: b + c < 1),
    "powers of what may be large": (
        lambda a, b, t: Le(a**t * b, b),
        {**two, "t": Integers(0)},
        lambda a, b: a * b < 1,
    ),
    "strict at t = 0": (lambda a, b, t: Lt(a**t * b, b), {**two, "t": Integers(0)}, lambda a, b: a + b < 1),
    "other than another": (chained, shares, lambda a, b: Ne(a, 2 * b)),
    "equal or less": (chained, shares, lambda a, b: a <= b),
    "one later": (lambda a, b, t: chained(a, b, t, 1), shares, lambda a, b: Ne(a, b)),
    "an absolute value above": (lambda x: Gt(x**3, 1), {"x": Reals()}, lambda x: Abs(x) > 1),
    "integers that touch": (lambda m, n: Gt(n - 2 * m, R(1, 2)), counts, lambda m, n: 2 * m <= n),
    "a rate that stays": (lambda a, t: Tends(1 + a**t, (t, 0, oo), 1, rate=a**t), far, lambda a: a <= 1),
    "an order that is not theirs": (lambda a, b: Eq(Max(a, b), b), two, lambda a, b: a < b + R(1, 1000)),
    "a strict order": (lambda a, b: Gt(Max(a, b), a), two, lambda a, b: a <= b),
    "one of two orders": (lambda a, b: Gt(Max(a, b), a), two, None),
    "a strict case": (lambda a, b: Eq(Piecewise((1, a < b), (0, True)), 1), two, lambda a, b: a <= b),
    "a sign that may be 0": (lambda a, b: Eq(sign(a - b), 1), two, lambda a, b: a >= b),
    "one of two conditions": (lambda a, b: Lt(a, 1), two, lambda a, b: Or(a < 1, b < 1)),
    "even numbers": (lambda m, n: Eq((-1) ** m, -1), counts, lambda m, n: Eq(Mod(m, 2), 0)),
    "slopes alike, with a jump": (
        lambda a: Gt(a, 1),
        {"a": Positive()},
        lambda a: Piecewise((a, a < 1), (a + 5, True)) > 1,
    ),
    "boxes outside": (lambda a: Gt(a**a, R(7, 10)), {"a": Probability()}, lambda a: 4 * a > 1),
}


def proof(name, table):
    relation, domains, where = table[name]
    return prove(stated(relation, where=where, **domains))


@pytest.mark.parametrize("name", TRUE)
def test_what_the_side_condition_implies(name):
    found = proof(name, TRUE)
    assert found.proved, found.reason


@pytest.mark.parametrize("name", FALSE)
def test_what_it_does_not_imply(name):
    assert not proof(name, FALSE).proved


CONDITIONS = [A - B, B - A, 1 - A - B, C - A - B, A * B - 1, 2 - A * C, A + B - C - 1, (A - 1) * (B + 1), A - 2 * B + C]
CONDITIONS += [A**2 - B, C - A**2, A**2 * B - C**2]


some = st.lists(st.tuples(st.sampled_from(CONDITIONS), st.booleans()), min_size=1, max_size=3, unique_by=lambda c: c[0])
GRID = [{A: x, B: y, C: z} for x in (R(1, 4), 1, 2) for y in (R(1, 4), R(3, 4), 1, 2) for z in (R(1, 2), 1, 3)]


@settings(max_examples=40)
@given(some, st.lists(st.integers(-2, 2), min_size=6, max_size=6), st.booleans())
def test_a_sign_that_is_seen_holds_wherever_the_conditions_do(conditions, weights, strict):
    x = sum(w * y for w, y in zip(weights, (A, B, C, A * B, A**2, Integer(1)), strict=True)) + Integer(0)
    if not positive(x.xreplace(narrowed(tuple(conditions))), Certificate(), strict):
        return
    for point in GRID:
        if all((v > 0) if s else (v >= 0) for v, s in ((g.xreplace(point), s) for g, s in conditions)):
            assert x.xreplace(point) > 0 if strict else x.xreplace(point) >= 0


def test_conditions_are_written_by_what_is_free():
    for g, strict in [(A - B, True), (1 - A - B, True), (2 - A * C, False), (A - 2 * B + C, True)]:
        written = g.xreplace(narrowed(((g, strict),)))
        assert positive(written, Certificate(), strict)
        assert not positive(g, Certificate(), strict)


def test_boxes_and_points_that_a_condition_leaves_out():
    x, k = Symbol("x"), Symbol("k", integer=True)
    assert not prove_positive(x - R(1, 4), {x: (0, 1)})
    assert prove_positive(x - R(1, 4), {x: (0, 1)}, where=[(x - R(1, 2), True)])
    assert not prove_positive(x - R(1, 4), {x: (0, 1)}, where=[(x - R(1, 5), True)])
    assert not prove_positive(x - R(1, 4), {x: (0, 1)}, where=[(R(1, 2) - x, True)])
    assert enumerate_integers(k - 3, k, range(10), where=[(k - 4, False)])
    assert not enumerate_integers(k - 4, k, range(10), where=[(k - 4, False)])
    assert enumerate_integers(k - 4, k, range(10), where=[(k - 4, True)])


def test_a_condition_that_leaves_nothing_proves_nothing():
    found = prove(stated(lambda a: Lt(a, 1), a=Positive(), where=lambda a: And(a > 2, a < -1)))
    assert not found.proved


def test_a_condition_in_pythons_words_is_no_proofs_and_no_error():
    """Symbols have no truth, which `and` and a chain ask for: the witnesses that put numbers in use it all the same."""
    found = prove(stated(lambda a: Lt(a, 1), a=Positive(), where=lambda a: 1 / 4 < a < 1 / 2))
    assert not found.proved
    assert "write And(...) in place of `and`, `or`, `not` or a < b < c" in found.reason


def test_powers_are_any_share_only_where_the_base_is_one():
    """Asked by itself: a look at a few points would hide that a base above 1 is taken for one."""
    t, y = Symbol("t", integer=True, nonnegative=True), Symbol("y", positive=True)

    def seen(base) -> bool:
        x = 2 - base**t - base ** (2 * t)
        return times._any_share(Asked(x, False, positive), t, exponentials(x, t), Certificate())

    assert seen(1 / (1 + y))
    assert not seen(1 + y)
    assert not seen(y)


def is_inequality(f, domains) -> bool:
    return isinstance(stated(f, **domains).relation(), Ge | Gt | Le | Lt)


@pytest.mark.parametrize("name", [name for name, (f, domains, _) in TRUE.items() if is_inequality(f, domains)])
def test_what_holds_is_negative_at_no_place_of_the_domain(name):
    relation, domains, where = TRUE[name]
    claim = stated(relation, **domains, where=where)
    known = Assumptions(claim, {})
    said = claim.relation()
    assert not known.is_negative_somewhere(known.charted(said.gts - said.lts))


def test_what_is_negative_counts_on_the_domain_only():
    claim = stated(lambda a, b: Lt(a, b), **two, where=lambda a, b: a < b)
    a, b = (claim.symbols[name] for name in "ab")
    known, free = (Assumptions(c, {}) for c in (claim, stated(lambda a, b: Lt(a, b), **two)))
    for gap, negative in ((a - b, True), (b - a, False), (b - a - 10**9, True), (b - a + 1, False)):
        assert known.is_negative_somewhere(known.charted(gap)) == negative
    assert all(free.is_negative_somewhere(free.charted(gap)) for gap in (a - b, b - a))


def test_side_conditions_are_told_by_many_digits():
    """For SymPy 0 >= log(1 + 10^-16) is true: a joint value where the condition just fails was a counterexample."""
    c = stated(lambda x, t: Ge(exp(t), x), x=Positive(), t=Integers(0), where=lambda x, t: t >= log(x))
    for near, admitted in ((-1, True), (0, True), (1, False)):
        assert c.admits({"x": 1 + near * Rational(1, 10**16), "t": Integer(0)}) == admitted
    c = stated(lambda x: Ge(x, 0), x=Positive(), where=lambda x: And(log(x) + log(2) <= log(2 * x), x < 9))
    assert c.admits({"x": Integer(3)})
    assert not c.admits({"x": Integer(9)})


def test_small_differences_in_side_conditions_are_differences():
    """Numbers of any size: e^-300 is above e^-600, and above 0, though no double tells them apart in a sum with 1."""
    for condition in (lambda n: exp(-n) > exp(-2 * n), lambda n: 1 + exp(-n) > 1 + exp(-2 * n)):
        c = stated(lambda n: Ge(n, 1), n=Integers(1), where=condition)
        assert all(c.admits({"n": Integer(n)}) for n in (1, 300, 3000))
    c = stated(lambda n: Ge(n, 1), n=Integers(1), where=lambda n: log(4 * n) > 2 * log(2) + log(n))
    assert not any(c.admits({"n": Integer(n)}) for n in (1, 3, 10**40))


def test_roots_of_what_a_side_condition_keeps_positive():
    domains = {"n": Integers(1), "t": Integers(0)}
    for where, proved in ((lambda n, t: 2 * t < n, True), (lambda n, t: t < n, False)):
        relation = lambda n, t: Eq(sqrt(n) / sqrt(n - 2 * t), 1 / sqrt(1 - 2 * t / n))  # noqa: E731
        assert is_proved(relation, **domains, where=where) is proved
    assert not is_proved(
        lambda n, t: Eq(sqrt(n) / sqrt(n - 2 * t), 1 / sqrt(1 - t / n)), **domains, where=lambda n, t: 2 * t < n
    )


def test_a_generation_that_is_a_number_knows_no_resonance():
    """E x of the third generation is a polynomial in a and b, at a = b too, and is integrated over a as such."""
    a, b, integral = Reals(), Reals(), Symbol("z", real=True)

    assert is_proved(lambda a, b: Eq(E(Chained(a, b).x(3)), a**2 + a * b + b**2), a=a, b=b)
    assert not is_proved(lambda a, b: Eq(E(Chained(a, b).x(3)), a**2 + 2 * a * b + b**2), a=a, b=b)
    mean = lambda b: Integral(E(Chained(integral, b).x(2)), (integral, 0, 1))  # noqa: E731
    assert is_proved(lambda b: Eq(mean(b), b + R(1, 2)), b=b)
    assert not is_proved(lambda b: Eq(mean(b), b + R(1, 3)), b=b)


def test_three_points_are_no_range():
    """A parameter of a loop may be a tuple of three tuples, which is not (k, low, high)."""
    k, n = Symbol("k", integer=True), Symbol("n", integer=True)

    assert differing(Tuple(Tuple(1, 2), Tuple(3, 4), Tuple(5, 6))) == []
    assert differing(Tuple(k, 1, n)) == [n]
