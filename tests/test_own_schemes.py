"""Mixing schemes as a user writes them: weights read for a symbolic generation, and what is proved of them for all."""

import cProfile
import sys
from functools import wraps

import pytest
from stated import assert_proved, is_proved
from sympy import Abs, Eq, Ge, Integer, Le, Lt, Rational, Sum, Symbol, harmonic, log, simplify, sqrt

from theory import Integers, Positive, Probability, Reals, claim
from theory.language.claims import Point
from theory.language.errors import BadInput, CannotTell
from theory.language.histories import Periodic
from theory.language.loops import CLOCK
from theory.language.schemes import AnyScheme, MixingScheme, Rows, Sequences
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point
from theory.proof.structures.rows import STEP, late_rows

half = Rational(1, 2)
FIRST = 1


def total(n):
    return n * (n + 1) // 2


class HalfLast(MixingScheme):
    """Half real, half from the last model."""

    def row(self, i):
        return [1] if i == 1 else [half, *(0,) * (i - 2), half]


class Fading(MixingScheme):
    """The real share is 1/i."""

    def row(self, i):
        if i == FIRST:
            return (1,)
        return (Rational(1, i),) + (0,) * (i - 2) + (1 - 1 / i,)


class Recent(MixingScheme):
    """Everything kept, newer models counting more."""

    def row(self, i):
        return [Rational(k + 1, total(i)) for k in range(i)]


class Newer(MixingScheme):
    """A third real, newer models counting more: weights from a generator, in a list and in a call."""

    def row(self, i):
        if i == 1:
            return [1]
        return [Rational(1, 3), *(Rational(4 * k, 3 * i * (i - 1)) for k in range(1, i))]


class EveryThird(MixingScheme):
    """Real data alone in generations 1, 4, 7, ..., the last model alone in the others."""

    def row(self, i):
        if i % 3 == 1:
            return [1] + [0] * (i - 1)
        return [0] * (i - 1) + [1]


class Growing(MixingScheme):
    """n real points throughout, n i synthetic ones in generation i."""

    def row(self, i):
        row = [0] * i
        row[0] = Rational(1, i + 1)
        row[-1] += Rational(i, i + 1)
        return row


class Window(MixingScheme):
    """A quarter real, a quarter from each of the last three models."""

    def row(self, i):
        row = [Rational(1, 4), *(0,) * (i - 1)]
        for back in (1, 2, 3):
            row[max(i - back, 0)] += Rational(1, 4)
        return row


class Shared(MixingScheme):
    """A share of real data; the last model and the first one by halves of the rest."""

    real: Probability()

    def synthetic(self):
        return 1 - self.real

    def row(self, i):
        rest = self.synthetic()
        if i < 3:
            return [1] if i == 1 else [self.real, rest]
        return [self.real, rest / 2] + [0] * (i - 3) + [rest / 2]


class ByTurns(MixingScheme):
    """One share in even generations, another one in odd ones."""

    even: Probability()
    odd: Probability()

    def row(self, i):
        share = self.even if i % 2 == 0 else self.odd
        return [1] if i == 1 else [share, *[0] * (i - 2), 1 - share]


class Ends(MixingScheme):
    """Half real, half from the last model, by cases."""

    def row(self, i):
        return [Integer(1)] if i == 1 else [half if k in (0, i - 1) else 0 for k in range(i)]


class Pool(MixingScheme):
    """All data kept, n fresh real points and n synthetic ones in every generation."""

    def row(self, i):
        return [i / (2 * i - 1), *[1 / (2 * i - 1)] * (i - 1)]


class Late(MixingScheme):
    """No real data from generation 50 on."""

    def row(self, i):
        share = half if i < 50 else 0
        return [1] if i == 1 else [share, *[0] * (i - 2), 1 - share]


class First(MixingScheme):
    """Always from the first model."""

    def row(self, i):
        return [1] if i == 1 else [0, 1] + [0] * (i - 2)


class TwoBack(MixingScheme):
    """From the last model but one."""

    def row(self, i):
        row = [0] * i
        row[max(i - 2, 0)] = 1
        return row


class Twice(MixingScheme):
    """Names for one list, and for tuples, which are copied: as in Python."""

    def row(self, i):
        row = [0] * i
        same = row
        same[0] = half
        head = (half,)
        longer = head
        longer += (0,)
        same[i - 1] += head[len(head) - 1]
        return row


SCHEMES = [
    HalfLast(),
    Fading(),
    Recent(),
    Newer(),
    EveryThird(),
    Growing(),
    Window(),
    Shared(Rational(1, 3)),
    ByTurns(half, Rational(1, 5)),
    Ends(),
    Pool(),
    Late(),
    First(),
    TwoBack(),
    Twice(),
]
T = {"T": Integers(1)}
C = {"c": Positive(), **T}
E = {"e": Sequences(Positive()), **T}
named = pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: type(s).__name__)


# ---- reading --------------------------------------------------------------------------------------------------------


@named
def test_weights_that_are_read_are_those_of_every_generation(scheme):
    since = 64 if isinstance(scheme, Late) else 10
    rows = late_rows(scheme, since)
    seen = set()
    for late in (row.later(d) for row in rows for d in (0, 2)):
        for step in (0, 1, 5):
            i = int(late.generation.xreplace({STEP: Integer(step)}))
            row = []
            for run in late.runs:
                count = int(run.count.xreplace({STEP: Integer(step)}))
                row += [run.at(Integer(p)).xreplace({STEP: Integer(step)}) for p in range(count)]
            assert row == [simplify(w) for w in scheme.row(Integer(i))]
            seen.add(i)
    assert {since, since + 1} <= seen


def test_whole_numbers_are_divided_without_floats():
    assert Fading().rows(3)[-1] == (Rational(1, 3), 0, Rational(2, 3))


class Halting(MixingScheme):
    def row(self, i):
        return [1] if i == 1 else [half, *[0] * (i - 2), half if i != 70 else 0]


class Floating(MixingScheme):
    def row(self, i):
        return [1 / (k + 1) for k in range(i)]


class Typed(MixingScheme):
    def row(self, i):
        return [1] if type(i) is int else [0] * (i - 1) + [1]


class Unsure(MixingScheme):
    def row(self, i):
        try:
            return [1] if i == 1 else [half, *[0] * (i - 2), half]
        except CannotTell:
            return [0] * (i - 1) + [1]


class Inherited(HalfLast):
    def row(self, i):
        return super().row(i)


class TooShort(MixingScheme):
    def row(self, i):
        return [half, half] + [0 for k in range(i)]


def doubled(function):
    @wraps(function)
    def row(self, i):
        return [2 * w for w in function(self, i)]

    return row


class Wrapped(MixingScheme):
    def plain(self, i):
        return [1] if i == 1 else [half, *[0] * (i - 2), half]

    row = doubled(plain)


class Truncating(MixingScheme):
    def row(self, i):
        return [1] if i == 1 else [Integer(half) + half, *[0] * (i - 2), half]


class OwnRows(HalfLast):
    def rows(self, i):
        return [(1,), *((0,) * (j - 1) + (1,) for j in range(2, i + 1))]


class OwnStated(HalfLast):
    """From generation 100 on nothing but the last model, which `row` does not say."""

    def stated(self, i):
        return (0,) * (i - 1) + (1,) if i > 100 else super().stated(i)


NOT_READ = [
    *(
        Halting(),
        Floating(),
        Typed(),
        Unsure(),
        Inherited(),
        TooShort(),
        Wrapped(),
        Truncating(),
        OwnRows(),
        OwnStated(),
    ),
    Rows(((1,),)),
]


@pytest.mark.parametrize("scheme", NOT_READ, ids=lambda s: type(s).__name__)
def test_what_is_not_read(scheme):
    """Late exceptions, floats, what asks for a type, what catches errors: nothing is told of these."""
    with pytest.raises(CannotTell):
        late_rows(scheme, 10)
    assert not is_proved(lambda c, T: Le(scheme.bound(c, T), c * T), **C)


def test_no_scheme_of_a_users_is_any_scheme():
    with pytest.raises(BadInput, match="Mine is made of AnyScheme"):

        class Mine(AnyScheme):
            """Weights below 0."""

            def row(self, i):
                return [1] if i == 1 else [-1, *[0] * (i - 2), 2]


class OneForAll(MixingScheme):
    """Equal to all others of its class, whatever their shares are."""

    real: Probability()

    def row(self, i):
        return [1] if i == 1 else [self.real, *[0] * (i - 2), 1 - self.real]

    def _hashable_content(self):
        return ()


def test_schemes_are_told_apart_by_their_parameters():
    with pytest.raises(BadInput, match="OneForAll redefines `_hashable_content`"):
        late_rows(OneForAll(half), 10)
    with pytest.raises(BadInput, match="OneForAll redefines `_hashable_content`"):
        OneForAll(half).rows(3)


class Sunk(Periodic):
    """Numbers below 0, which are said to be positive."""

    are_positive = True


def test_of_numbers_of_a_users_class_no_sign_is_believed():
    errors = Sunk((-1,))
    assert errors(Symbol("n", integer=True, positive=True)).is_positive is None
    assert not is_proved(lambda T: Ge(HalfLast().bound(errors(CLOCK), T), 0), **T)
    assert is_proved(lambda T: Ge(HalfLast().bound(Periodic((1, 2))(CLOCK), T), 0), **T)


class Sinking(MixingScheme):
    """Weights below 0 from generation 100 on."""

    def row(self, i):
        return [1] if i == 1 else [1 - i / 100, *[0] * (i - 2), i / 100]


class Missing(MixingScheme):
    """Weights of sum 1 - 1/i^9 but in the first generations."""

    def row(self, i):
        return [1] if i == 1 else [half, *[0] * (i - 2), half - (i**-9 if i > 20 else 0)]


@pytest.mark.parametrize("scheme", [Sinking(), Missing()])
def test_what_is_read_and_no_shares(scheme):
    assert late_rows(scheme, 64)
    assert not is_proved(lambda c, T: Le(scheme.bound(c, T), c * T), **C)
    assert not is_proved(lambda c, T: Ge(scheme.bound(c, T), c), **C)


# ---- proofs ---------------------------------------------------------------------------------------------------------


@named
def test_the_recursion_of_a_users_scheme_is_proved_for_every_generation(scheme):
    numbers = {"e": Sequences(Positive()), "s": Sequences(Reals()), **T}
    u = lambda e, s: e(CLOCK) - Abs(s(CLOCK))  # noqa: E731
    assert is_proved(lambda e, s, T: Le(scheme.mixed(0, u(e, s), T), scheme.bound(e(CLOCK), T)), **numbers)
    assert not is_proved(lambda e, s, T: Le(scheme.mixed(0, u(e, s), T), scheme.bound(e(CLOCK - 1), T)), **numbers)
    assert not is_proved(lambda e, s, T: Le(scheme.mixed(0, u(e, s), T), scheme.bound(e(CLOCK), T - 1)), **numbers)
    more = lambda e, s: e(CLOCK) + Abs(s(CLOCK))  # noqa: E731
    assert not is_proved(lambda e, s, T: Le(scheme.mixed(0, more(e, s), T), scheme.bound(e(CLOCK), T)), **numbers)


K = Symbol("k", integer=True, positive=True)
TRUE = {
    "half": lambda c, T: Eq(HalfLast().bound(c, T), 2 * c * (1 - half**T)),
    "half, falling errors": lambda c, T: Le(HalfLast().bound(c / sqrt(CLOCK), T), 4 * c / sqrt(T)),
    "half, by cases": lambda c, T: Eq(Ends().bound(c, T), 2 * c * (1 - half**T)),
    "fading": lambda c, T: Eq(Fading().bound(c, T), c * (T + 1) / 2),
    "fading, errors that fall": lambda c, T: Eq(Fading().bound(c / CLOCK, T), c),
    "recent": lambda c, T: Eq(Recent().bound(c, T), c * (2 * harmonic(T + 1) - 2)),
    "recent, logarithm": lambda c, T: Le(Recent().bound(c, T), 2 * c * (1 + log(T))),
    "newer": lambda c, T: Le(Newer().bound(c, T), 3 * c),
    "by threes": lambda c, T: Le(EveryThird().bound(c, T), 3 * c),
    "growing": lambda c, T: Le(GROWING.bound(c, T), c * (T + 2) / 2),
    "window": lambda c, T: Le(Window().bound(c, T), 4 * c),
    "window, from a truth": lambda c, T: Eq(Window().mixed(c, 0, T), c),
    "by turns": lambda c, T: Le(ByTurns(half, Rational(1, 4)).bound(c, T), Rational(14, 5) * c),
    "pool": lambda c, T: Le(Pool().bound(c, T), c * (2 + log(T) / 2)),
    "the last but one": lambda c, T: Le(TwoBack().bound(c, T), c * (T + 1) / 2),
    "the last but one, from below": lambda c, T: Ge(TwoBack().bound(c, T), c * T / 2),
    "no real data at last": lambda c, T: Le(Late().bound(c, T), c * T),
    "the first model": lambda c, T: Le(First().bound(c, T), 2 * c),
    "the first model, strictly": lambda c, T: Lt(First().bound(c, T), 2 * c + c / T),
}
FALSE = {
    "half, a generation off": lambda c, T: Eq(HalfLast().bound(c, T), 2 * c * (1 - half ** (T - 1))),
    "half, a wrong exponent": lambda c, T: Le(HalfLast().bound(c / sqrt(CLOCK), T), 4 * c / T),
    "half, 20 % less": lambda c, T: Le(HalfLast().bound(c, T), Rational(8, 5) * c),
    "fading, a generation off": lambda c, T: Eq(Fading().bound(c, T), c * T / 2),
    "fading, errors that fall slowly": lambda c, T: Le(Fading().bound(c / sqrt(CLOCK), T), 2 * c),
    "recent, a generation off": lambda c, T: Eq(Recent().bound(c, T), c * (2 * harmonic(T) - 2)),
    "recent, another power": lambda c, T: Le(Recent().bound(c, T), 2 * c * sqrt(1 + log(T))),
    "newer, 20 % less": lambda c, T: Le(Newer().bound(c, T), Rational(12, 5) * c),
    "by threes, 20 % less": lambda c, T: Le(EveryThird().bound(c, T), Rational(12, 5) * c),
    "growing, a generation off": lambda c, T: Le(GROWING.bound(c, T), c * (T + 1) / 2),
    "window, 20 % less": lambda c, T: Le(Window().bound(c, T), Rational(16, 5) * c),
    "by turns, less": lambda c, T: Le(ByTurns(half, Rational(1, 4)).bound(c, T), Rational(11, 5) * c),
    "pool, half of it": lambda c, T: Le(Pool().bound(c, T), c * (1 + log(T) / 4)),
    "no real data at last, bounded": lambda c, T: Le(Late().bound(c, T), 2 * c),
    "the first model, strictly": lambda c, T: Lt(First().bound(c, T), 2 * c),
    "the last but one, a generation off": lambda c, T: Le(TwoBack().bound(c, T), c * T / 2),
    "the last but one, from below": lambda c, T: Ge(TwoBack().bound(c, T), c * (T + 1) / 2),
    "a bound without a value": lambda c, T: Le(HalfLast().bound(c, T), 2 * c + c / (T - 5) ** 2),
}
GROWING = Growing()


@pytest.mark.parametrize("name", TRUE)
def test_a_bound_is_proved_for_every_generation(name):
    assert_proved(TRUE[name], **C)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_bound_is_not(name):
    assert not is_proved(FALSE[name], **C)


def test_with_a_share_that_is_a_symbol():
    share = {"r": Probability(), **C}
    assert is_proved(lambda r, c, T: Le(Shared(r).bound(c, T), c / r), **share)
    assert not is_proved(lambda r, c, T: Le(Shared(r).bound(c, T), Rational(4, 5) * c / r), **share)


def test_errors_of_every_generation():
    """Any errors: in the fading scheme model t has the mean of k e_k."""
    assert is_proved(lambda e, T: Eq(Fading().bound(e(CLOCK), T), Sum(K * e(K), (K, 1, T)) / T), **E)
    assert not is_proved(lambda e, T: Eq(Fading().bound(e(CLOCK), T), Sum(K * e(K), (K, 1, T)) / (T + 1)), **E)
    assert not is_proved(lambda e, T: Eq(Fading().bound(e(CLOCK), T), Sum(e(K), (K, 1, T)) / T), **E)


class LastFew(MixingScheme):
    """Half real, half in equal shares from the last k models; `min` tells nothing of a symbol."""

    k: Integers(1)

    def row(self, i):
        if i == 1:
            return [1]
        many = min(self.k, i - 1)
        return [half, *(0,) * (i - 1 - many), *(half / many,) * many]


def test_weights_that_only_numbers_tell_are_told_at_points():
    def bounded(times):
        @claim
        def bound(k=Integers(1), e=Positive(), t=Integers(1, 40)):
            """Equal errors, half of the data real."""
            return Le(LastFew(k).bound(e, t), times * e)

        return bound

    point = Point(1, {"k": Integer(2), "e": Integer(1), "t": Integer(3)})
    assert LastFew(2).bound([1, 1, 1]) == Rational(13, 8)
    assert at_point(bounded(2), point, 0.01).verdict == Verdict.SUPPORTED
    assert at_point(bounded(Rational(8, 5)), point, 0.01).verdict == Verdict.REFUTED


def test_the_profiler_of_python_goes_on():
    """What listens to `row` is put in its place, and taken away again."""
    profiler = cProfile.Profile()
    profiler.enable()
    try:
        assert LastFew(7).bound([1, 1, 1]) == Rational(7, 4) - Rational(1, 8)
        goes_on = sys.getprofile() is profiler
    finally:
        profiler.disable()
    assert goes_on
    assert sys.getprofile() is None
