"""What SymPy remembers is what it would work out; nothing that is false is proved by it, of two variables of one kind either."""

import os
import subprocess
import sys
from itertools import accumulate, permutations
from time import process_time

import pytest
from flint import arb, fmpq
from sympy import (
    Add,
    Dummy,
    Eq,
    Function,
    Ge,
    Integer,
    Le,
    Lt,
    Rational,
    S,
    Symbol,
    evaluate,
    exp,
    factor_terms,
    gcd_terms,
    harmonic,
    log,
    sqrt,
)
from sympy.core import exprtools
from sympy.polys import polytools

from theory import E, Exponential, GaussianLoop, Integers, Loop, Noise, Normal, Positive, Probability, claim, coordinate
from theory.language import remembered  # noqa: F401
from theory.language.errors import CannotTell
from theory.language.kept import kept
from theory.proof import standard, structures
from theory.proof.arithmetic.programs import to_ball
from theory.proof.relations import assumptions as of_claims
from theory.proof.relations.learned import Learned
from theory.proof.relations.needs_met import _between_its_ends
from theory.proof.relations.prove import prove


def test_a_set_that_is_handed_out_is_ones_own():
    x, y = Symbol("x"), Symbol("y")
    first = (x + y).free_symbols
    first.clear()
    atoms = (x + y).atoms(Symbol)
    atoms.add(S.One)

    assert (x + y).free_symbols == {x, y} == (x + y).atoms(Symbol)
    assert (x + 2 * y).atoms(Integer) == {Integer(2)} != (x + 2 * y).atoms()


@pytest.mark.parametrize("m", [1, 2, 5])
def test_harmonic_numbers_are_sums_of_their_terms(m):
    sums = list(accumulate((Rational(1, k**m) for k in range(1, 41)), initial=S.Zero))

    assert [harmonic(n, m) for n in range(41)] == sums
    assert harmonic(1000, m) - harmonic(999, m) == Rational(1, 1000**m)


def test_a_large_harmonic_number_takes_no_time():
    """Term by term, each sum in lowest terms, it was more than a minute."""
    begin = process_time()
    found = harmonic(100_000)

    assert process_time() - begin < 10
    assert found - harmonic(99_999) == Rational(1, 100_000)
    assert arb(fmpq(int(found.p), int(found.q))).overlaps(arb(100_001).digamma() + arb.const_euler())


def test_a_harmonic_number_of_millions_of_digits_stays_as_it_is():
    far = harmonic(16_384_000)

    assert far.func is harmonic
    assert to_ball(far).overlaps(arb(16_384_001).digamma() + arb.const_euler())
    assert not to_ball(far).overlaps(to_ball(harmonic(16_384_001)))
    assert far > 17
    assert not far > 18


def test_two_variables_of_one_kind_and_name_stay_two():
    one, other = Dummy("k", positive=True), Dummy("k", positive=True)

    assert (one + 1).free_symbols == {one} != (other + 1).free_symbols
    assert (one * log(one)).atoms(Dummy) == {one} != (other * log(other)).atoms(Dummy)
    assert gcd_terms(one * other + one) == one * (other + 1)
    assert gcd_terms(other * one + other) == other * (one + 1)
    assert (one - other).is_positive is None is (other - one).is_positive


def test_what_is_not_evaluated_is_not_remembered():
    x = Symbol("x")
    before = str(x * (x + 2)), factor_terms(x**2 + 2 * x)
    with evaluate(False):
        exprtools._gcd_terms([x**2, 2 * x])
        str(x + x)
    with evaluate(False):
        alone = x + x

    assert (str(x * (x + 2)), factor_terms(x**2 + 2 * x)) == before
    assert alone.free_symbols == {x}
    assert str(x + x) == "2*x"
    assert exprtools._gcd_terms([x**2, 2 * x]) == exprtools._gcd_terms((x**2, 2 * x)) == (x, x + 2, 1)


class _Unread(dict):
    """A dict in which nobody may look."""

    def items(self):
        raise AssertionError("a dict was made one of SymPy's")


def test_a_dict_is_no_number_whatever_is_in_it():
    for number in (S.One, S.Zero, Rational(1, 2)):
        assert number != _Unread({Symbol("x"): 1})
        assert _Unread() != number
    assert S.One == 1
    assert Rational(1, 2) == Rational(2, 4)
    assert len({Rational(1, 2), S.Half}) == 1


def test_facts_are_asked_for_in_one_order():
    shuffle = sys.modules["sympy.core.assumptions"].shuffle
    facts = [["zero", "positive", "finite", "prime"], ["polar", "odd", "real"]]
    for some in facts:
        orders = {tuple(order) for order in map(list, permutations(some)) if shuffle(order) is None}
        assert len(orders) == 1
    every = {fact for asked in sys.modules["sympy.core.assumptions"]._assume_rules.prereq.values() for fact in asked}
    shuffle(list(every))  # it knows a place for each


ASKED = """
import sys
from theory.language import remembered
from sympy import Function, Symbol
asked = []
class f(Function):
    pass
for fact in sorted(sys.modules["sympy.core.assumptions"]._assume_rules.defined_facts):
    setattr(f, f"_eval_is_{fact}", lambda self, fact=fact: asked.append(fact))
class g(f):
    pass
g(Symbol("x")).is_positive
print(*asked)
"""


def test_another_process_asks_in_the_same_order():
    said = {
        subprocess.run(
            [sys.executable, "-c", ASKED],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1


# ---- signs of polynomials -------------------------------------------------------------------------------------------

k, m, u = Symbol("k", nonnegative=True), Symbol("m", integer=True, positive=True), Symbol("u", positive=True)


@pytest.mark.parametrize(
    ("form", "positive"),
    [
        (u**9 + 7 * u**4 + 2, True),
        (u**9 + 7 * u**4 - 2, None),
        (k**3 - 3 * k + 2, None),  # it touches 0 at 1
        (k**3 + 3 * k + Rational(1, 10**9), True),
        (k**3 - 9 * k**2 + 15 * k + 8, None),  # it rises at first and in the end; -17 at 5
        (m**3 - 3 * m + 2, None),  # at 1
        (m**3 - m + 1, True),  # from 1 on it rises
        (m**3 - 6 * m + 5, None),  # 0 at 1, and below it at 2
        (m**4 - m, None),
        (m**4 - m + 1, True),
        (sqrt(2) * u**2 + exp(-3) * u + 1, True),
        (sqrt(2) * u**2 - exp(-3) * u + 1, None),
        ((u + 1) * (u**2 - u + 1) - u**3, None),  # 1, as it turns out
        ((u + 1) * (u**2 - u + 1) - u**3 - 1, None),
    ],
)
def test_a_polynomial_has_a_sign_where_it_is_monotone_and_begins_with_it(form, positive):
    assert form.is_positive is positive
    assert (-form).is_negative is positive


def test_no_root_is_isolated_for_a_sign_that_coefficients_tell(monkeypatch):
    """Of certificates of bounds these were most of the time: of each derivative the roots."""

    def isolated(*_):
        raise AssertionError("roots of a derivative were looked for")

    monkeypatch.setattr(polytools, "real_roots", isolated)
    form = Add(*((i + 3) * u**i for i in range(17)), Rational(1, 7) * u**18)

    assert form.is_positive
    assert (m**7 + 5 * m - 6).is_nonnegative
    assert (form - 4).is_positive is None


# ---- claims ---------------------------------------------------------------------------------------------------------


@claim(source="tests: two squares")
def squares_first(a=Positive(), b=Positive()):
    """Half of the sum of two squares is at least the product."""
    return Ge(a**2 + b**2, 2 * a * b)


@claim(source="tests: false")
def squares_turned(a=Positive(), b=Positive()):
    """The same the other way: false where a and b are two."""
    return Le(a**2 + b**2, 2 * a * b)


@claim(source="tests: false")
def shares_as_one(a=Positive(), b=Positive()):
    """A share is at most the other: false for one of the two orders, whichever it is."""
    return Le(a / (a + b), b / (a + b))


@claim(source="tests: false")
def shares_turned(a=Positive(), b=Positive()):
    """The same with the two exchanged."""
    return Le(b / (a + b), a / (a + b))


@claim(source="tests: false")
def sizes_as_one(m=Integers(2), n=Integers(2)):
    """The variances of means of m and of n draws are one: false where m and n are two."""
    return Eq(E(GaussianLoop(m).mu(1) ** 2), 1 / n)


@claim(source="tests: the definition")
def sizes_apart(m=Integers(2), n=Integers(2)):
    """Each has its own."""
    return Eq(E(GaussianLoop(m).mu(1) ** 2) + E(GaussianLoop(n).mu(1) ** 2), 1 / m + 1 / n)


@claim(source="tests: false")
def chances_as_one(p=Probability(), q=Probability()):
    """Two chances in one order: false."""
    return Lt(p * (1 - q), q)


@pytest.mark.parametrize("turn", [1, -1])
def test_false_statements_of_two_variables_of_one_kind_are_not_proved(turn):
    true, false = (
        [squares_first, sizes_apart],
        [squares_turned, shares_as_one, shares_turned, sizes_as_one, chances_as_one],
    )
    proved = {c.id: prove(c).proved for c in [*true, *false][::turn]}

    assert all(proved[c.id] for c in true)
    assert not any(proved[c.id] for c in false)


@claim(source="tests: the product is at most 1/4")
def bounded_product(p=Probability(), q=Probability()):
    """On the unit square."""
    return Le(p * (1 - p) * q, Rational(3, 10))


def test_a_domain_is_covered_once_for_each_question(monkeypatch):
    asked = []

    def counted(gap, box, strict=True, *given):
        asked.append((gap, strict))
        return of_boxes(gap, box, strict, *given)

    of_boxes = of_claims.prove_positive
    monkeypatch.setattr(of_claims, "prove_positive", counted)
    known = Learned(bounded_product, bounded_product.cases[0])
    p, q = bounded_product.symbols.values()
    gap, other = Rational(3, 10) - p * (1 - p) * q, Rational(1, 5) - p * (1 - p) * q

    assert known.cover(gap, True)
    assert known.is_covered(gap, True)
    assert known.cover(gap, True)
    assert len(asked) == 1
    assert known.cover(gap, False)  # another question
    assert len(asked) == 2
    assert not known.cover(other, True)
    assert not known.is_covered(other, True)
    assert len(asked) == 3


def test_what_a_side_is_free_of_is_read_once_for_all_its_moments():
    read = []

    class told(Function):
        @property
        def free_symbols(self):
            read.append(self)
            return super().free_symbols

    loop, n = GaussianLoop(Symbol("n", integer=True, positive=True)), 6
    side = told(*(E(loop.mu(t)) for t in range(1, n)))
    standard.required(side)

    assert len(read) == 1


def test_why_something_cannot_be_told_is_kept_as_an_answer_is():
    asked = []

    @kept(8)
    def half(n):
        """Of an even number."""
        asked.append(n)
        if n < 0:
            raise ValueError(n)
        if n % 2:
            raise CannotTell(f"half of {n}")
        return n // 2

    reasons = []
    for _ in range(3):
        assert half(4) == 2
        with pytest.raises(CannotTell, match="half of 3") as told:
            half(3)
        reasons.append(told.value)
    assert asked == [4, 3]
    assert len({id(reason) for reason in reasons}) == 3, "one that is kept would keep the frames of all who asked"
    for _ in range(2):  # no reason, but an error
        with pytest.raises(ValueError, match="-1"):
            half(-1)
    assert asked == [4, 3, -1, -1]


def test_a_number_that_is_known_by_its_ends_alone_is_one_number():
    """The sign of what it stands in was certified anew in each way to prove a relation: 28 s for one claim, now 6."""
    z = Noise("Z", Normal(0, 1))
    one, other = E(exp(-(z**4))), E(exp(-(z**4) / 2))

    assert _between_its_ends(one) == _between_its_ends(one)
    assert _between_its_ends(one).free_symbols.isdisjoint(_between_its_ends(other).free_symbols)
    assert Learned(CLAIM, {}).unknown(one) == Learned(CLAIM, {}).unknown(one) != Learned(CLAIM, {}).unknown(other)


@claim
def CLAIM(n=Integers(2)):
    """Any one."""
    return Eq(n, n)


def test_a_step_is_not_run_anew_for_its_laws_at_each_point():
    runs = []

    class Counted(Loop):
        rate: Positive
        x = coordinate()
        initial = {"x": S.One}  # noqa: RUF012

        def step(self, now):
            runs.append(self.rate)
            return {"x": now["x"] + Noise("Z", Exponential(self.rate))}

    laws = structures.laws_of(Counted(2))
    before = len(runs)
    assert structures.laws_of(Counted(2)) == laws == (Exponential(2),)
    assert len(runs) == before > 0
    assert structures.laws_of(Counted(3)) == (Exponential(3),)
    assert len(runs) > before
