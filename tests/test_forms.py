"""What is told of a false claim: the derived forms of its sides, as `ask` has them."""

import re
import time
from dataclasses import replace

import pytest
from stated import stated
from sympy import And, Eq, Ge, Integer, Le, Rational, S, Sum, Symbol, exp, log, oo

from reports import check
from reports.analytic import derive, with_forms
from reports.forms import forms
from reports.prices import promise
from theory import (
    KL,
    ArgMin,
    Binomial,
    Cov,
    E,
    GaussianLoop,
    Integers,
    Noise,
    Normal,
    Points,
    Positive,
    Prob,
    Quantile,
    Reals,
    RisesThenFalls,
    SymbolLoop,
    claim,
)
from theory.language.verdicts import Finding, Verdict
from theory.proof.enclose import at_point

N, T = Integers(2), Integers(0)
s = Symbol("s", integer=True, nonnegative=True)
x = Symbol("x", real=True)
d = Symbol("d", positive=True)


def drawn(n, t, i, s0=1):
    return GaussianLoop(n, s0).draw(t, i)


FALSE = {  # what is claimed, and what is told of it: all of it
    "a product of two draws": (
        stated(lambda n, t: Eq(E(drawn(n, t, 1) * drawn(n, t, 2)), (t + 1) / n), n=N, t=T),
        ["E(draw(t, 1)*draw(t, 2)) = t/n"],
    ),
    "a whole side, not the moments in it": (
        stated(lambda n, t: Eq(E((drawn(n, t, 1) - drawn(n, t, 2)) ** 2), 2 * (1 - 1 / n) ** t), n=N, t=T),
        ["E((draw(t, 1) - draw(t, 2))**2) = 2"],
    ),
    "with the scale of the claim": (
        stated(
            lambda n, t, a: Eq(E(GaussianLoop(n, a).sigma(t) ** 2), a**2 * (1 - 1 / n) ** t), n=N, t=T, a=Positive()
        ),
        ["E(sigma(t)**2) = a**2"],
    ),
    "two generations": (
        stated(lambda n, t, s: Eq(Cov(GaussianLoop(n).mu(s), GaussianLoop(n).mu(s + t)), t / n), n=N, t=T, s=T),
        ["Cov(mu(s), mu(s + t)) = s/n"],
    ),
    "both sides of an inequality": (
        stated(lambda n, t: Ge(E(GaussianLoop(n).mu(t) ** 2), E(GaussianLoop(n).mu(t + 1) ** 2)), n=N, t=T),
        ["E(mu(t + 1)**2) = (t + 1)/n", "E(mu(t)**2) = t/n"],
    ),
    "two relations": (
        stated(
            lambda p, n: And(Eq(E(SymbolLoop(p, n).share(1)), p), Eq(E(SymbolLoop(p, n).share(1) ** 2), p**2)),
            n=N,
            p=Reals(0, 1),
        ),
        ["E(share(1)) = p", "E(share(1)**2) = p**2 - p**2/n + p/n"],
    ),
    "a distance, no moment": (
        stated(lambda m: Eq(KL(Normal(m, 1), Normal(0, 1)), m**2), m=Reals()),
        ["KL(Normal(m, 1), Normal(0, 1)) = m**2/2"],
    ),
    "a sum along a path": (
        stated(lambda t: Eq(E(Sum(GaussianLoop(2).mu(s) ** 2, (s, 1, t))), t**2), t=Integers(1)),
        ["E(Sum(mu(s)**2, (s, 1, t))) = (t + 1)**2/4 - (t + 1)/4"],
    ),
    "a best value": (
        stated(lambda a: Eq(ArgMin(x**2 - a * x, (x, 0, a)), a), a=Positive()),
        ["ArgMin(-a*x + x**2, (x, 0, a)) = a/2"],
    ),
    "listed values": (
        stated(lambda n, t: Eq(E(GaussianLoop(n).mu(t) ** 2), t), n=Points(2, 4), t=T),
        ["E(mu(t)**2) = t/2 where n = 2", "E(mu(t)**2) = t/4 where n = 4"],
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_derived_of_a_false_claim(name):
    c, told = FALSE[name]
    found = derive(c, 0.01)
    assert found.verdict != Verdict.PROVED
    assert sorted(map(written, found.certificate)) == sorted(map(written, told))


def written(text: str) -> str:
    """With the letters alone that matter: SymPy has two orders of a sum."""
    side, _, form = text.partition(" = ")
    form, _, case = form.partition(" where ")
    return f"{side} = {S(form, locals={'n': Symbol('n')}).expand()} {case}"


def test_a_check_tells_it(by_work):
    (done,) = check([FALSE["a whole side, not the moments in it"][0]], 5.0, workers=1)
    assert done.verdict == Verdict.REFUTED
    assert re.findall("derived: (.*)", str(done)) == ["E((draw(t, 1) - draw(t, 2))**2) = 2"]


def test_where_the_proof_is_left_behind_the_forms_are_told_all_the_same(monkeypatch):
    c, told = FALSE["a distance, no moment"]
    late = Finding(c.id, c.family, "derivation", Verdict.LEFT_OUT, c.expected, note="it was left")
    assert with_forms(c, late, 5.0) == replace(late, certificate=tuple(told))

    def endless(c):
        while True:
            time.sleep(0.01)

    monkeypatch.setattr("reports.forms.forms", endless)
    assert with_forms(c, late, 0.1) == late


def test_what_has_no_form_has_what_is_derived_of_its_moments():
    c = stated(lambda n: Eq(E(GaussianLoop(n).mu(1)) + Quantile(GaussianLoop(n).sigma(5), S.Half), 0), n=N)
    assert derive(c, 0.01).certificate == ("E(mu(1)) = 0",)


def test_a_moment_in_other_words_is_no_form():
    c = stated(
        lambda n, p: Le(Prob(Noise("W", Binomial(n, p)) >= n * (p + Rational(1, 9))), exp(-n)), n=N, p=Reals(0, 1)
    )
    assert derive(c, 0.01).certificate == ()


@claim
def peak(a=Positive(), b=Positive()):
    """Where a gain that grows less and less turns: beyond all floats, if b is small."""
    return RisesThenFalls(d * (a - b * log(d)), (d, 0, oo), peak=exp(a / b - 1))


def test_a_turn_beyond_all_floats_is_left_to_others():
    """A turn too high was told to be one, too, where all multiples of it were beyond."""
    beyond = next(p for p in planned_at(peak, 2, Rational(1, 999)))
    assert at_point(peak, beyond, 0.01).verdict == Verdict.LEFT_OUT
    assert at_point(peak, next(p for p in planned_at(peak, 2, 1)), 0.01).verdict == Verdict.SUPPORTED


def planned_at(c, a, b):
    return [replace(c.points()[0], values={"a": S(a), "b": S(b)})]


def test_a_plan_outlives_an_error_in_balls(monkeypatch):
    """As a check does: the ends are counted as points that are simulated."""
    c = stated(lambda n, t: Eq(E(GaussianLoop(n).mu(t)), Integer(0)), n=N, t=T)
    told = promise(c, 1.0, 0.1, 1e-6, workers=1)

    def wrong(*_):
        raise TypeError("Invalid comparison of non-real zoo")

    monkeypatch.setattr("theory.proof.enclose.at_point", wrong)
    assert promise(c, 1.0, 0.1, 1e-6, workers=1).of > told.of


def test_no_form_is_told_of_what_has_no_value_somewhere():
    """At t = 0 it is 0/0; elsewhere it is 2."""
    ratio = lambda n, t: E(GaussianLoop(n).mu(2 * t) ** 2) / E(GaussianLoop(n).mu(t) ** 2)  # noqa: E731
    assert not [x for x in forms(stated(lambda n, t: Eq(ratio(n, t), 3), n=N, t=T))[0] if "= 2" in x]
    assert [x for x in forms(stated(lambda n, t: Eq(ratio(n, t), 3), n=N, t=Integers(1)))[0] if x.endswith("= 2")]


def test_no_form_is_told_in_words_that_another_loop_has():
    two = lambda n, t: Eq(E(GaussianLoop(n).mu(t) ** 2), E(GaussianLoop(2 * n).mu(t) ** 2))  # noqa: E731
    assert forms(stated(two, n=N, t=T))[0] == []


def test_what_is_derived_of_the_first_listed_value_is_not_told_of_all():
    """At n = 4 it is 3/4."""
    one = lambda n: Eq(E(GaussianLoop(n).mu(3) ** 2) + Quantile(GaussianLoop(n).sigma(5), Rational(1, 2)), 0)  # noqa: E731
    assert "E(mu(3)**2) = 3/2" not in derive(stated(one, n=Points(2, 4)), 0.01).certificate
    assert "E(mu(3)**2) = 3/2" in derive(stated(one, n=Points(2)), 0.01).certificate
