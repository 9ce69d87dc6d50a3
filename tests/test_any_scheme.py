"""Claims about every mixing scheme and any numbers: what a scheme makes of them, and proofs that know nothing else."""

from itertools import pairwise

import pytest
from exact import about, number
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import Abs, Eq, Ge, Integer, Le, Lt, Max, Rational, S, Sum, Symbol, harmonic, latex, simplify, sqrt

from theory import Integers, Positive, Probability, Reals, catalogue
from theory.language.errors import BadInput, CannotTell
from theory.language.histories import AnyNumbers, Periodic
from theory.language.loops import CLOCK
from theory.language.schemes import (
    Accumulated,
    AnyScheme,
    Balanced,
    FullySynthetic,
    MixingScheme,
    RealAndLast,
    Repeating,
    Rows,
    Schemes,
    Sequences,
)
from theory.proof.arithmetic.programs import enclose
from theory.proof.relations.histories import written
from theory.proof.relations.learned import Learned
from theory.proof.relations.prove import prove

T = Symbol("T", integer=True, positive=True)
ANY = {"w": Schemes(), "u": Sequences(Reals()), "e": Sequences(Positive()), "T": Integers(1)}


@st.composite
def schemes(draw, most=6):
    rows = []
    for i in range(1, most + 1):
        counts = draw(st.lists(st.integers(0, 6), min_size=i, max_size=i).filter(any))
        rows.append(tuple(Rational(c, sum(counts)) for c in counts))
    return Rows(tuple(rows))


# ---- what a scheme makes of numbers -----------------------------------------------------------------------------------


@settings(max_examples=30)
@given(schemes(), st.lists(st.fractions(-3, 3, max_denominator=9), min_size=3, max_size=3), st.integers(1, 6))
def test_what_comes_of_numbers_generation_by_generation(scheme, values, t):
    """The coefficients A against the list of them, the mixtures against a loop over the rows, and one against the other."""
    u = Periodic(tuple(map(Rational, map(str, values))))
    carried = scheme.bound([u(k) for k in range(1, t + 1)])
    about(scheme.bound(u(CLOCK), T).xreplace({T: Integer(t)}), number(carried))
    x = [Rational(1, 7)]
    for k, row in enumerate(scheme.rows(t), 1):
        x.append(u(k) + sum(w * y for w, y in zip(row, x, strict=True)))
    about(scheme.mixed(x[0], u(CLOCK), T).xreplace({T: Integer(t)}), number(x[-1]))
    assert x[-1] - x[0] == carried


def test_numbers_that_are_repeated():
    u = Periodic((1, 2, 5))
    assert [u(k) for k in range(1, 6)] == [1, 2, 5, 1, 2]
    assert enclose(u(T), {T: Integer(5)}) == 2
    about(FullySynthetic().bound(u(CLOCK), T).xreplace({T: Integer(7)}), 17)


def test_repeated_weights_are_shares():
    scheme = Repeating(Rational(1, 4), (3, 1))
    assert scheme.rows(4)[-1] == (Rational(1, 4), Rational(9, 28), Rational(3, 28), Rational(9, 28))


def test_a_history_is_written_with_its_generation_only():
    e = Accumulated().bound(CLOCK**-2, T)
    assert e.free_symbols == {T}
    assert latex(e) == r"\sum_{k=1}^{T} A_{T,k} \frac{1}{k^{2}}"
    assert e.func(*e.args) == e


def test_of_a_long_row_the_first_weights_and_the_last_are_told():
    class Late(MixingScheme):
        def row(self, i):
            return (S.Half, *(S.Zero,) * (i - 2), S.Half if i < 20 else S.One) if i > 1 else (S.One,)

    with pytest.raises(
        BadInput, match=r"weights 1/2, 0, 0, 0, 0, 0, 0, \.\.\., 1 of generation 20: expected ones of sum 1"
    ):
        Late().rows(30)


def test_what_is_no_history():
    with pytest.raises(BadInput, match="expected a list of errors"):
        Accumulated().bound(CLOCK**-2)
    with pytest.raises(
        BadInput, match="expected a list of errors"
    ):  # it was an error of SymPy's, of a list that has no hash
        Accumulated().bound([1, 2], T)
    with pytest.raises(CannotTell, match="up to 1024"):
        enclose(Accumulated().bound(1, T), {T: Integer(1025)})
    with pytest.raises(CannotTell, match="any scheme"):
        enclose(AnyScheme("w").bound(1, T), {T: Integer(2)})
    with pytest.raises(CannotTell):
        enclose(AnyNumbers("u", are_positive=True)(T), {T: Integer(2)})


# ---- proofs for every scheme ------------------------------------------------------------------------------------------


def test_the_recursion_is_proved_for_every_scheme_and_any_number_of_generations():
    named = [c for c in catalogue("mixing") if isinstance(c.parameters.get("w"), Schemes)]
    assert len(named) == 3
    for c in named:
        assert c.of_any_law is not None
        assert prove(c).proved
        assert c.symbols["T"] in c.relation(c.cases[0]).free_symbols


PROVED = {
    "a constant": lambda w, T: Eq(w.mixed(3, 0, T), 3),
    "the larger errors": lambda w, e, T: Le(w.bound(e(CLOCK), T), w.bound(2 * e(CLOCK), T)),
    "a difference": lambda w, u, e, T: Eq(
        w.mixed(1, u(CLOCK) - e(CLOCK), T), 1 + w.bound(u(CLOCK), T) - w.bound(e(CLOCK), T)
    ),
    "absolute values": lambda w, u, T: Ge(w.bound(Abs(u(CLOCK)), T), w.mixed(2, u(CLOCK), T) - 2),
    "parts": lambda w, u, T: Eq(w.bound(Max(0, u(CLOCK)), T) - w.bound(Max(0, -u(CLOCK)), T), w.bound(u(CLOCK), T)),
    "not negative": lambda w, e, T: Ge(w.bound(e(CLOCK), T), 0),
    "numbers of the generation before": lambda w, e, T: Ge(w.bound(e(CLOCK - 1), T), 0),
    "a coefficient that changes": lambda w, e, T: Ge(w.bound(e(CLOCK), T) * T, 0),
}
NOT = {
    "strict": lambda w, e, T: Lt(w.bound(e(CLOCK), T), w.bound(2 * e(CLOCK), T)),
    "numbers of either sign": lambda w, u, T: Ge(w.bound(u(CLOCK), T), 0),
    "another start": lambda w, u, T: Le(w.mixed(3, u(CLOCK), T), 2 + w.bound(Abs(u(CLOCK)), T)),
    "another generation": lambda w, e, T: Eq(w.bound(e(CLOCK), T), w.bound(e(CLOCK), T + 1)),
    "a square": lambda w, u, T: Ge(w.bound(u(CLOCK), T) ** 2, 0),
    "a constant that changes": lambda w, T: Ge(w.mixed(3, 0, T), 2 + 1 / T),
    "the last error alone": lambda w, e, T: Ge(e(T), w.bound(e(CLOCK), T)),
    "the sum of all": lambda w, e, T: Le(w.bound(e(CLOCK), T) * 2, w.bound(e(CLOCK), T)),
}


@pytest.mark.parametrize("name", PROVED)
def test_proved(name):
    assert is_proved(PROVED[name], **{x: ANY[x] for x in PROVED[name].__code__.co_varnames})


@pytest.mark.parametrize("name", NOT)
def test_not_proved(name):
    assert not is_proved(NOT[name], **{x: ANY[x] for x in NOT[name].__code__.co_varnames})


def test_two_schemes_are_two():
    two = {**{x: ANY[x] for x in ("w", "e", "T")}, "v": Schemes()}
    assert not is_proved(lambda w, v, e, T: Le(w.bound(e(CLOCK), T), v.bound(e(CLOCK), T)), **two)


def test_a_scheme_that_says_its_weights_is_not_believed():
    class Doubled(FullySynthetic):
        def row(self, i):
            return (2,) if i == 1 else super().row(i)

    own = Doubled()
    numbers = {x: ANY[x] for x in ("u", "T")}
    assert not is_proved(lambda u, T: Eq(own.mixed(3, u(CLOCK), T) - 3, own.bound(u(CLOCK), T)), **numbers)


@settings(max_examples=20)
@given(data=st.data())
def test_schemes_and_sequences_are_their_numbers(data):
    for domain in (Schemes(), Sequences(Positive()), Sequences(Reals())):
        values = [data.draw(d.strategy(), label=n) for n, d in domain.parts("x").items()]
        assert domain.taken_apart(domain.whole(values)) == values
    errors = [enclose(Schemes().whole((Rational(1, 3), 2, 5)).bound(1, T), {T: Integer(t)}) for t in (1, 2, 3, 6)]
    assert all(a < b for a, b in pairwise(errors))


# ---- shipped schemes, in sums; one scheme beside its bounds -----------------------------------------------------------------

SHIPPED = [
    FullySynthetic(),
    RealAndLast(Rational(1, 4)),
    RealAndLast(0),
    RealAndLast(1),
    Accumulated(),
    Balanced(),
    Balanced(Rational(1, 5)),
]


@pytest.mark.parametrize("scheme", SHIPPED)
@pytest.mark.parametrize("numbers", [Integer(1), 1 / CLOCK**2, (-1) ** CLOCK * CLOCK])
def test_what_shipped_schemes_make_of_numbers_is_told_in_sums(scheme, numbers):
    """Against the weights, row by row."""
    known = Learned(stated(lambda T: Ge(T, 0), T=Integers(1)), {})
    for history in (scheme.bound(numbers, T), scheme.mixed(3, numbers, T)):
        told = written(known, history)
        assert not told.has(type(history))
        for t in (1, 2, 3, 6):
            assert simplify(told.xreplace({T: Integer(t)}).doit() - history.value(t, lambda x: x)) == 0


def test_bounds_of_shipped_schemes_are_proved_for_every_generation():
    k = Symbol("k", integer=True, positive=True)
    e = {"e": Positive(), "T": Integers(1)}
    share = {"r": Probability(), **e}
    numbers = {"e": Sequences(Positive()), "T": Integers(1)}
    assert is_proved(lambda e, T: Eq(FullySynthetic().bound(e(CLOCK), T), Sum(e(k), (k, 1, T))), **numbers)
    assert is_proved(lambda r, e, T: Eq(RealAndLast(r).bound(e, T), e * (1 - (1 - r) ** T) / r), **share)
    assert is_proved(lambda r, e, T: Le(Balanced(r).bound(e, T), e / r), **share)
    assert is_proved(lambda e, T: Eq(Accumulated().bound(e, T), e * harmonic(T)), **e)
    assert is_proved(lambda T: Le(Accumulated().bound(1 / sqrt(CLOCK), T), 2), T=Integers(1))
    assert is_proved(lambda T: Le(RealAndLast(Rational(1, 2)).bound(1 / sqrt(CLOCK), T), 4 / sqrt(T)), T=Integers(1))
    assert not is_proved(lambda r, e, T: Le(Balanced(r).bound(e, T), Rational(9, 10) * e / r), **share)
    assert not is_proved(lambda e, T: Eq(Accumulated().bound(e, T), e * harmonic(T + 1)), **e)
    assert not is_proved(lambda T: Le(Accumulated().bound(1 / sqrt(CLOCK), T), Rational(18, 10)), T=Integers(1))
    assert not is_proved(
        lambda T: Le(RealAndLast(Rational(1, 2)).bound(1 / sqrt(CLOCK), T), 2 / sqrt(T)), T=Integers(1)
    )


def test_one_generation_more_beside_a_bound_that_grows():
    """No scheme is worse than the fully synthetic one; none forgets what the last fit adds."""
    assert is_proved(lambda w, e, T: Le(w.bound(e(CLOCK), T), FullySynthetic().bound(e(CLOCK), T)), **pick("w", "e"))
    assert is_proved(lambda w, e, T: Ge(w.bound(e(CLOCK), T), e(T)), **pick("w", "e"))
    assert is_proved(lambda w, c, T: Le(w.bound(c, T), c * T), w=Schemes(), c=Positive(), T=Integers(0))
    assert is_proved(lambda w, T: Le(w.bound(1 / CLOCK**2, T), 2 - 1 / T), w=Schemes(), T=Integers(1))
    assert not is_proved(
        lambda w, u, T: Le(w.bound(u(CLOCK), T), FullySynthetic().bound(u(CLOCK), T)), **pick("w", "u")
    )
    assert not is_proved(lambda w, u, T: Ge(w.bound(u(CLOCK), T), u(T)), **pick("w", "u"))
    assert not is_proved(
        lambda w, e, T: Lt(w.bound(e(CLOCK), T), FullySynthetic().bound(e(CLOCK), T)), **pick("w", "e")
    )
    assert not is_proved(lambda w, c, T: Le(w.bound(c, T), c * (T + 1) / 2), w=Schemes(), c=Positive(), T=Integers(1))
    assert not is_proved(
        lambda w, c, T: Le(w.bound(c, T), 2 * c / T), w=Schemes(), c=Positive(), T=Integers(1)
    )  # it falls


def test_what_is_added_may_tell_of_the_generation_that_is_claimed():
    """(T + 1 - k)/T in generation k: added up it is (T + 1)/2, and in generation T + 1 it would be 0."""
    w = {"w": Schemes(), "T": Integers(1)}
    falling = lambda T: (T + 1 - CLOCK) / T  # noqa: E731
    assert FullySynthetic().bound([falling(2).xreplace({CLOCK: Integer(k)}) for k in (1, 2)]) == Rational(3, 2)
    assert is_proved(lambda w, T: Le(w.bound(falling(T), T), T), **w)
    assert is_proved(lambda w, T: Ge(w.bound(CLOCK / T, T), 1), **w)
    assert not is_proved(lambda w, T: Le(w.bound(falling(T), T), 1), **w)
    assert not is_proved(lambda w, T: Le(w.mixed(0, falling(T) ** 2, T), 1), **w)


def pick(*names):
    return {name: ANY[name] for name in (*names, "T")}


class HalfAndLast(MixingScheme):
    """A scheme of a user: half from the truth, half from the last model."""

    def row(self, i):
        return [1] if i == 1 else [Rational(1, 2), *(0,) * (i - 2), Rational(1, 2)]


def test_a_users_scheme_for_a_few_generations_and_for_all():
    few = {"e": Positive(), "T": Integers(1, 12)}
    assert is_proved(lambda e, T: Eq(HalfAndLast().bound(e, T), 2 * e * (1 - Rational(1, 2) ** T)), **few)
    assert not is_proved(lambda e, T: Eq(HalfAndLast().bound(e, T), 2 * e * (1 - Rational(1, 2) ** (T - 1))), **few)
    assert is_proved(lambda e, T: Le(HalfAndLast().bound(e, T), 2 * e), e=Positive(), T=Integers(1))
