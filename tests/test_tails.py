"""Bounds of tails by moments: as expressions of claims, and as answers."""

import pytest
from sympy import Rational, Symbol, log

from reports import verify
from reports.cli import _run
from simulate.engine.dispatch import estimand
from theory import (
    Cantelli,
    Chebyshev,
    E,
    Exponential,
    Integers,
    Loop,
    Markov,
    Noise,
    Prob,
    Reals,
    Var,
    claim,
    coordinate,
)
from theory.language.errors import BadInput, CannotTell
from theory.proof.standard import standardise

c = Symbol("c", positive=True)


class Growing(Loop):
    """Skewed steps."""

    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, s):
        return {"x": s["x"] / 2 + Noise("Z", Exponential(1))}


def test_the_expressions():
    x = Growing().x(3)
    assert Markov(x, c) == E(x) / c
    assert Markov(x, c, 4) == E(x**4) / c**4
    assert Chebyshev(x, c) == Var(x) / c**2
    assert Cantelli(x, c) == Var(x) / (Var(x) + c**2)
    with pytest.raises(BadInput, match="above 0"):
        Markov(x, c, 0)


def test_bounds_hold_and_a_tenth_of_them_does_not():
    @claim()
    def far(t=Integers(1, 8), c=Reals(3, 5)):
        """Markov's bound."""
        return Prob(Growing().x(t) >= c) <= Markov(Growing().x(t), c)

    @claim(expected="fails")
    def too_good(t=Integers(1, 8), c=Reals(3, 5)):
        """A hundredth of it is none."""
        return Prob(Growing().x(t) >= c) <= Markov(Growing().x(t), c) / 100

    found = {s.claim: s.verdict for s in verify([far, too_good], seconds=1)}
    assert found == {"far": "proved", "too-good": "refuted"}


def test_a_mean_inside_of_an_event_is_no_crash():
    """The level is put in as it is derived; where it is not, no path knows it, which is said."""
    x = Growing().x(2)
    assert standardise(Prob(x >= 1 + E(x))) == Prob(x >= Rational(5, 2))
    (m,) = standardise(Prob(x >= E(log(1 + x**2)))).atoms(Prob)
    with pytest.raises(CannotTell, match="is inside of"):
        estimand(m)


def test_a_bound_about_the_mean():
    @claim()
    def far(t=Integers(1, 8), c=Reals(1, 3)):
        """Cantelli's bound."""
        return Prob(Growing().x(t) >= c + E(Growing().x(t))) <= Cantelli(Growing().x(t), c)

    @claim(expected="fails")
    def wrong(t=Integers(1, 8), c=Reals(1, 3)):
        """A hundredth of it is none."""
        return Prob(Growing().x(t) >= c + E(Growing().x(t))) <= Cantelli(Growing().x(t), c) / 100

    found = {s.claim: s.verdict for s in verify([far, wrong], seconds=1)}
    assert found == {"far": "supported", "wrong": "refuted"}


def test_an_answer_tells_what_a_tail_is_at_most(tmp_path, capsys):
    file = tmp_path / "asked.py"
    file.write_text(
        "from theory import *\n\n\nclass Walk(Loop):\n    x = coordinate()\n    initial = {'x': 0}\n\n"
        "    def step(self, s):\n        return {'x': s['x'] + Noise('Z', Exponential(1))**2}\n\n\n"
        "@claim\ndef far(t=Integers(1, 9), c=Positive()):\n    'How far?'\n    return Prob(Walk().x(t) >= c)\n",
        encoding="utf-8",
    )
    _run(["ask", str(file), "--seconds", "0.2"])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    assert "by Cantelli: v = 20*t, d = c - 2*t" in out
