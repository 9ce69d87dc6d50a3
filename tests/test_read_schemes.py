"""What a reader of a user's weights could take for something else than Python does: falsehoods were proved by each."""

import pytest
from stated import is_proved
from sympy import Eq, Ge, Integer, Le, Rational, harmonic, log, sqrt

from theory import Integers, Positive, Probability
from theory.language.errors import BadInput, CannotTell
from theory.language.schemes import MixingScheme
from theory.proof.structures import rows
from theory.proof.structures.rows import late_rows

half = Rational(1, 2)
C = {"c": Positive(), "T": Integers(1)}


def weight(k, i):
    """Of model 4 nearly all, of some others 1/i: of those near an end."""
    a, n = k, i
    if a in (0, 1, 2, 3) or a >= n - 3:
        return 1 / n
    return (n - 7) / n if a == 4 else 0 * n


class Unpacked(MixingScheme):
    """The number of a model goes through a pair."""

    def row(self, i):
        return [1 / i] * i if i < 10 else [weight(k, i) for k in range(i)]


class Indexed(MixingScheme):
    """And through a list."""

    def row(self, i):
        if i < 10:
            return [1 / i] * i
        return [1 / i if k < 3 or k >= i - 3 else 0 if [k, i][0] != 4 else (i - 6) / i for k in range(i)]


def moved(row, i):
    row[0] += 1 / (2 * i)
    row[-1] -= 1 / (2 * i)
    return 0


class Moved(MixingScheme):
    """Half of the weight goes from the last model to the truth, entry by entry of another list."""

    def row(self, i):
        row = [*[0] * (i - 1), 1]
        if i > 6:
            _ = [moved(row, i) for k in range(i)]
        return row


class Changed(MixingScheme):
    """A list changes while it is gone through: all data are real from generation 10 on."""

    def row(self, i):
        real, pair = 0, [half, 0]
        for x in pair:
            pair[1] = half
            real += x
        if i < 10:
            real = Integer(i == 1)
        return [1] if i == 1 else [real, *[0] * (i - 2), 1 - real]


class Ors(MixingScheme):
    """`i and 2` is 2 in Python."""

    def row(self, i):
        if i < 4:
            return [*[0] * (i - 1), 1]
        return [half, *[0] * (i and 2), half, *[0] * (i and -1), *[0] * (i - 4)]


class Written(MixingScheme):
    """What is not written alike is not `==`."""

    def row(self, i):
        if i > 9 and (sqrt(2) + 1) ** 2 == 3 + 2 * sqrt(2):
            return [1, *[0] * (i - 1)]
        return [*[0] * (i - 1), 1]


class Early(MixingScheme):
    """For one share the second generation has real data."""

    real: Probability()

    def row(self, i):
        if i == 2:
            return [1, 0] if self.real == half else [0, 1]
        return [1] if i == 1 else [0, 0, 1, *[0] * (i - 3)]


class Odd(MixingScheme):
    """2 k + 1, over their sum."""

    def row(self, i):
        return [sum((k, k + 1)) / i**2 for k in range(i)]


FALSE = {
    "unpacked": (Unpacked(), lambda s: lambda c, T: Eq(s.bound(c, T), c * harmonic(T))),
    "indexed": (Indexed(), lambda s: lambda c, T: Eq(s.bound(c, T), c * harmonic(T))),
    "moved": (Moved(), lambda s: lambda c, T: Ge(s.bound(c, T), c * T / 5)),
    "changed": (Changed(), lambda s: lambda c, T: Ge(s.bound(c, T), 2 * c - c / T)),
    "and": (Ors(), lambda s: lambda c, T: Le(s.bound(c, T), 2 * c + 4 * c / T)),
    "equal": (Written(), lambda s: lambda c, T: Le(s.bound(c, T), 10 * c)),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_holds_as_it_was_read_is_not_proved(name):
    scheme, said = FALSE[name]
    assert not is_proved(said(scheme), **C)


@pytest.mark.parametrize(
    "scheme", [Unpacked(), Indexed(), Moved(), Changed(), Written()], ids=lambda s: type(s).__name__
)
def test_it_is_not_read(scheme):
    with pytest.raises(CannotTell):
        late_rows(scheme, 10)


def test_what_is_read_with_a_symbol_in_a_list():
    assert is_proved(lambda c, T: Le(Odd().bound(c, T), 2 * c * (1 + log(T))), **C)
    assert not is_proved(lambda c, T: Le(Odd().bound(c, T), c * (1 + log(T))), **C)


def test_a_value_that_decides_is_one():
    """`a and b` is b where a is true: two models of weight 1/2, the last of them model 3."""
    (row,) = late_rows(Ors(), 10)
    places = [at for at, run in row.placed() if run.value == half]
    assert places == [0, 3]


def test_a_symbol_is_not_asked_in_pythons_words():
    """It answered False before it had a value: at a share of 1/2 model 5 has a bound of 2 c."""
    assert Early(half).bound([1] * 5) == 2
    with pytest.raises(BadInput, match="before any value is put in"):
        Early(Probability().symbol("r")).rows(2)


def test_what_was_read_is_held_against_the_rows(monkeypatch):
    """Were anything else read wrongly: a control."""
    rows.late_rows.cache_clear()
    monkeypatch.setattr(rows.Reader, "called", lambda self, function, args: [rows.Run(args[1], 1 / args[1])])
    with pytest.raises(CannotTell, match="not read as they are"):
        late_rows(Odd(), 10)
    rows.late_rows.cache_clear()
