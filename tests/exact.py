"""Values of expressions in moments, from balls: for tests that hold other things against them."""

import pytest
from sympy import Symbol

from theory.language.moments import W1, E, Prob, Var
from theory.proof.arithmetic.rings import Balls, compile_expr
from theory.proof.enclose import value
from theory.proof.standard import standardise


def number(x) -> float:
    """The value of an expression in moments, from balls."""
    standard = standardise(x)
    moments = sorted(standard.atoms(E, W1, Prob, Var), key=str)
    names = {m: Symbol(f"m{i}") for i, m in enumerate(moments)}
    ball = compile_expr(standard.xreplace(names), tuple(names.values()))(Balls, *(value(m).value for m in names))
    assert float(ball.rad()) < 1e-9 * (1 + abs(float(ball.mid())))
    return float(ball.mid())


def about(x, wanted, digits=10):
    assert number(x) == pytest.approx(wanted, rel=10.0**-digits)
