"""Certificates of derivations: a checker of its own confirms them, and refuses what was changed."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, Symbol, gamma, sqrt

import theory.proof.certificates as certificates
from theory import CLOCK, E, GaussianLoop, Var
from theory.families import catalogue
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import ChiSquare, Noise, Normal
from theory.language.policies import Accumulate, FixedReal, FreshReal
from theory.proof.certificates import check, mean, vanishes
from theory.proof.methods import moment
from theory.proof.prepared import prepare
from theory.proof.standard import standardise

n, t = Symbol("n", integer=True, positive=True), Symbol("t", integer=True, nonnegative=True)
x = Symbol("x", real=True)


def of(m):
    return [c for e in standardise(m).atoms(E, Var) for c in moment(e).certificates]


@pytest.mark.thin(48)
@pytest.mark.parametrize("c", catalogue(), ids=lambda c: c.id)
def test_the_checker_confirms_what_is_derived(c):
    for part in prepare(c).parts:
        for m in part.moments.values():
            try:
                found = moment(m).certificates
            except (CannotTell, BadInput, NotImplementedError):
                continue
            for certificate in found:
                try:
                    seen = check(certificate)
                except CannotTell as problem:
                    known = "no power of a draw", "another one in every generation"  # integrals; sizes that grow
                    assert any(x in str(problem) for x in known)  # noqa: PT017
                    continue
                assert seen.holds, seen.wrong
                assert not seen.at_points


EXAMPLES = [
    E(GaussianLoop(n + 1).sigma(t) ** 3),
    E(GaussianLoop(n + 1).mu(t) ** 4),
    E(GaussianLoop(n + 1, estimator="mle").mu(t) ** 2),
    E(PooledGaussianLoop(n, FixedReal(n), start="fit").v(t)),
    E(PooledGaussianLoop(n, FreshReal(2), known_variance=True).mu(t) ** 2),
]


@pytest.mark.parametrize("m", EXAMPLES, ids=str)
@given(data=st.data())
def test_a_changed_certificate_is_refused(m, data):
    (certificate,) = of(m)
    assert check(certificate).holds
    i = data.draw(st.integers(0, len(certificate.monomials) - 1))
    factor = data.draw(st.sampled_from([Rational(1001, 1000), Integer(-1), 1 + 1 / n]))
    what = data.draw(st.sampled_from(["form", "row", "start", "monomial", "missing"]))
    changed = certificate
    match what:
        case "form":
            terms = certificate.forms[i]
            j = data.draw(st.integers(0, len(terms) - 1))
            other = (terms[j][0], tuple(c * factor for c in terms[j][1]))
            forms = (*certificate.forms[:i], (*terms[:j], other, *terms[j + 1 :]), *certificate.forms[i + 1 :])
            changed = replace(certificate, forms=forms) if any(terms[j][1]) else None
        case "row":
            row = tuple(c * factor for c in certificate.rows[i])
            changed = replace(certificate, rows=(*certificate.rows[:i], row, *certificate.rows[i + 1 :]))
            changed = changed if any(row) else None
        case "start":
            start = (*certificate.start[:i], certificate.start[i] * factor, *certificate.start[i + 1 :])
            changed = replace(certificate, start=start) if certificate.monomials[i] != 1 else None
        case "monomial":
            another = (*certificate.monomials[:i], certificate.monomials[i] ** 2 * 2, *certificate.monomials[i + 1 :])
            changed = replace(certificate, monomials=another)
        case "missing":
            changed = replace(certificate, rows=certificate.rows[1:])
    if changed is not None and changed != certificate:
        assert not check(changed).holds


def test_what_a_checker_does_not_know_it_says():
    with pytest.raises(CannotTell, match="in every generation"):
        mean(Noise("Z", Normal(0, 1)) ** 2 / CLOCK)
    with pytest.raises(CannotTell, match="no power of a draw"):
        mean(1 / (1 + Noise("Q", ChiSquare(3))))
    assert of(E(PooledGaussianLoop(n, Accumulate(), known_variance=True).mu(t) ** 2)) == []


def test_what_vanishes():
    assert vanishes((x + 1) ** 2 - x**2 - 2 * x - 1)
    assert vanishes(gamma(n + 1) / gamma(n) - n)
    assert vanishes(x - 1) is False
    assert vanishes(gamma(n + Rational(1, 2)) / gamma(n) - sqrt(n)) is False


WRITTEN_WITH = ("symbols.roots", "symbols.cases")  # what certificates are made of


def test_the_checker_calls_nothing_that_finds():
    for node in ast.walk(ast.parse(Path(certificates.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level > 0 and node.module not in WRITTEN_WITH:
            assert node.level == 2
            assert (node.module or "").startswith("language")
