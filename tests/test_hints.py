"""What people write by habit, and what the message says to write instead."""

import pytest

from reports import load
from theory.language.errors import BadInput

USUAL = "from sympy import *\nfrom theory import *\nimport numpy as np\n"
CLAIM = '''
@claim
def c(n=Integers(2, 50), t=Integers(0, 9)):
    """A claim."""
    loop = GaussianLoop(n)
    return {}
'''
HABITS = {
    "np.sqrt": ("Eq(E(loop.sigma(t)), np.sqrt(1 - 1/n))", "not those of math, numpy or range"),
    "another name": ("Eq(E(loop.std(t)), 1)", "known: divisor, dof, error, estimator, known_mean, mu,"),
    "another keyword": ("Eq(E(GaussianLoop(n, sigma=2).sigma(t)), 1)", "did you mean 'sigma0'"),
    "a symbolic length": ("Eq(E(CategoricalLoop([1/n]*n, n).diversity(t)), 1)", "one of Points"),
    "==": ("Eq(Prob(loop.sigma(t) == 0), 1)", r"write Eq\(x, 0\)"),
    "^": ("Eq(E(loop.sigma(t))^2, 1)", r"written \*\*"),
    "[t]": ("Eq(E(loop.sigma[t]), 1)", r"called: loop.sigma\(t\)"),
}


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit(habit, tmp_path):
    text, hint = HABITS[habit]
    path = tmp_path / "mine.py"
    path.write_text(USUAL + CLAIM.format(text), encoding="utf-8")
    with pytest.raises(BadInput, match=rf"mine\.py:\d+: .*{hint}"):
        load(path)


@pytest.mark.parametrize(("name", "home"), [("Le", "sympy"), ("GaussianLoop", "theory"), ("Integers", "theory")])
def test_a_name_that_was_not_imported(name, home, tmp_path):
    path = tmp_path / "mine.py"
    imported = [x for x in ("Le", "E", "claim", "Integers", "GaussianLoop") if x != name]
    text = "".join(f"from {'sympy' if x == 'Le' else 'theory'} import {x}\n" for x in imported)
    path.write_text(text + CLAIM.format("Le(E(loop.sigma(t)), 1)"), encoding="utf-8")
    with pytest.raises(BadInput, match=rf"mine\.py:\d+: .*name '{name}' is not defined: from {home} import {name}"):
        load(path)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "from theory import *\nfrom sympy import *\n" + CLAIM.format("Eq(E(loop.sigma(t)), 1)"),
            "before `from theory",
        ),
        ("from selfconsuming import claim\n", "theory, simulate and reports"),
        ("from theory import GausianLoop\n", "did you mean 'GaussianLoop'"),
        ("from theory import *\nx = Integer(3)\n", "did you mean 'Integers'"),
    ],
)
def test_imports(text, hint, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=hint):
        load(path)
