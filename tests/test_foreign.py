"""What SymPy, FLINT and NumPy raise is told as `CannotTell`; what a user has done wrong, what is refuted, our errors are not."""

import numpy as np
import pytest
from flint import arb, arb_mat
from sympy import Poly, Symbol, sin

from theory.language.errors import Apart, BadInput, CannotTell, Unsaid
from theory.proof.foreign import surely, telling
from theory.proof.relations.learned import Refuted

x = Symbol("x")
FAILING = {
    "no polynomial": lambda: Poly(sin(x), x),
    "no sign": lambda: bool(x > 0),
    "no such argument": lambda: Poly(x, x).eval(None),
    "no ball": lambda: arb("1").union(x),
    "a singular matrix": lambda: arb_mat(2, 2, [1, 1, 1, 1]).inv(),
    "no eigenvalues": lambda: np.linalg.eigvals(np.full((2, 2), np.nan)),
    "left unsaid": lambda: (_ for _ in ()).throw(NotImplementedError("unsaid")),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_others_raise_is_told(name):
    with pytest.raises(CannotTell, match="no value: "), telling("no value"):
        FAILING[name]()
    assert surely(lambda: bool(FAILING[name]()) or True)() is False


SLIPS = {
    "no such attribute": lambda: x.digits,
    "nothing": lambda: None.sides,
    "no such operation": lambda: x + None,
    "an argument too many": lambda: surely(lambda: True)(1),
    "of ours, called by theirs": lambda: Poly(x, x).replace(x, Crooked()),
}


class Crooked:
    """What fails when it is looked at."""

    def __getattr__(self, name):
        return len(None)


@pytest.mark.parametrize("name", SLIPS)
def test_an_error_of_ours_is_no_reason(name):
    with pytest.raises((TypeError, AttributeError)), telling("no value"):
        SLIPS[name]()
    with pytest.raises((TypeError, AttributeError)):
        surely(SLIPS[name])()


def test_what_is_told_already_stays_what_it_is():
    with pytest.raises(Apart), telling():
        raise Apart("x = 0", x)
    for what in ("", "no value"):  # it was told as any other reason, and who asks for this one went on
        with pytest.raises(Unsaid, match="no step"), telling(what):
            raise Unsaid("no step")
    assert surely(lambda: True)() is True


@pytest.mark.parametrize("kind", [BadInput, Refuted, KeyboardInterrupt])
def test_other_news_pass(kind):
    with pytest.raises(kind), telling("no value"):
        raise kind("it is false")
    with pytest.raises(kind):
        surely(lambda: (_ for _ in ()).throw(kind("it is false")))()
