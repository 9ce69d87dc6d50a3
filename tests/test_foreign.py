"""What SymPy, FLINT and NumPy raise is told as `CannotTell`; what a user has done wrong, and what is refuted, is not."""

import numpy as np
import pytest
from flint import arb_mat
from sympy import Poly, Symbol, sin

from theory.language.errors import Apart, BadInput, CannotTell
from theory.proof.foreign import surely, telling
from theory.proof.relations.learned import Refuted

x = Symbol("x")
FAILING = {
    "no polynomial": lambda: Poly(sin(x), x),
    "no sign": lambda: bool(x > 0),
    "no such attribute": lambda: x.digits,
    "a singular matrix": lambda: arb_mat(2, 2, [1, 1, 1, 1]).inv(),
    "no eigenvalues": lambda: np.linalg.eigvals(np.full((2, 2), np.nan)),
    "left unsaid": lambda: (_ for _ in ()).throw(NotImplementedError("unsaid")),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_others_raise_is_told(name):
    with pytest.raises(CannotTell, match="no value: "), telling("no value"):
        FAILING[name]()
    assert surely(lambda: bool(FAILING[name]()) or True)() is False


def test_what_is_told_already_stays_what_it_is():
    with pytest.raises(Apart), telling():
        raise Apart("x = 0", x)
    assert surely(lambda: True)() is True


@pytest.mark.parametrize("kind", [BadInput, Refuted, KeyboardInterrupt])
def test_other_news_pass(kind):
    with pytest.raises(kind), telling("no value"):
        raise kind("it is false")
    with pytest.raises(kind):
        surely(lambda: (_ for _ in ()).throw(kind("it is false")))()
