"""Inequalities of two variables, drawn at random: none is proved that numbers break, nor one refuted that holds.

They are close ones: a function beside one of its tangents, or a chord, shifted by little. The numbers are floats, which share
nothing with the proofs.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import stated
from sympy import Add, Expr, Ge, Integer, Rational, Symbol, asinh, atan, erf, exp, lambdify, log, sin, tanh

from theory import Integers, Positive, Probability, Reals
from theory.proof.relations.prove import prove

NEAR = 1e-12  # of the sum of the sizes of all terms: below that floats do not tell
SPAN = {
    "x": (Positive(), Probability(), Reals(1, 4), Reals(0, 1, closed=True)),
    "r": (Positive(), Probability(), Reals(1, 3), Integers(0)),
}
POINTS = np.concatenate([np.geomspace(1e-6, 1e3, 37), 1 - np.geomspace(1e-6, 1, 12), [0.0, 1.0, 2.0, 3.0, 5.0, 8.0]])


def arguments(x: Expr, r: Expr) -> list[Expr]:
    return [x, x * r, 2 * x, x / 2, x**2, x + r]


def functions(u: Expr, x: Expr, r: Expr) -> list[Expr]:
    """Functions with a value wherever x >= 0 and r >= 0."""
    return [
        *(x**r, (1 + u) ** r, (1 + x) ** (-r), (1 + x) ** (r - 1), (1 + x * r) ** r),
        *(exp(-u), exp(u / 8), log(1 + u), tanh(u), atan(u), sin(u), erf(u), asinh(u)),
        *(x * exp(-u), r * log(1 + x), (1 + x**2) ** (r / 2)),
    ]


def rests(x: Expr, r: Expr) -> list[Expr]:
    return [Integer(0), Integer(1), x, r, x * r, r * (x - 1), x**2, 1 + x * r, x - 1, r - 1]


FRACTIONS = st.sampled_from([Rational(c) for c in (1, -1, 2, -2, "1/2", "-1/2", 3, "-1/3")])
CHOICES = st.tuples(st.integers(0, 5), st.integers(0, 15), FRACTIONS)
RESTS = st.lists(st.tuples(st.integers(0, 9), FRACTIONS), min_size=1, max_size=2)


def built(x: Expr, r: Expr, terms, rest) -> Expr:
    """The same combination of functions of whatever two variables."""
    out = Integer(0)
    for which, what, c in terms:
        out += c * functions(arguments(x, r)[which], x, r)[what]
    for what, c in rest:
        out += c * rests(x, r)[what]
    return out


def least(form: Expr, x: Symbol, r: Symbol, x_domain, r_domain) -> float:
    """The least value on a grid of the domain, in units of the sum of the sizes of its terms."""
    xs = [v for v in POINTS if _is_in(x_domain, v)]
    rs = [v for v in POINTS if _is_in(r_domain, v)]
    grid = np.array(xs)[:, None], np.array(rs)[None, :]
    with np.errstate(all="ignore"):
        terms = [
            np.broadcast_to(lambdify((x, r), e, ["scipy", "numpy"])(*grid), (len(xs), len(rs)))
            for e in Add.make_args(form)
        ]
        ratio = sum(terms) / sum(map(np.abs, terms))
    return float(np.where(np.isfinite(ratio), ratio, np.inf).min())


def _is_in(domain, v: float) -> bool:
    if isinstance(domain, Integers):
        return v == int(v) and v >= domain.lo
    low, high = float(domain.lo), float(domain.hi)
    return low < v < high or (domain.included and low <= v <= high)


@settings(max_examples=40)
@given(
    terms=st.lists(CHOICES, min_size=1, max_size=2),
    rest=RESTS,
    x_domain=st.sampled_from(SPAN["x"]),
    r_domain=st.sampled_from(SPAN["r"]),
)
def test_what_is_proved_holds_and_what_is_refuted_fails(terms, rest, x_domain, r_domain):
    x, r = Symbol("x", positive=True), Symbol("r", positive=True)
    form = built(x, r, terms, rest)
    if not form.free_symbols:
        return
    low = least(form, x, r, x_domain, r_domain)
    found = prove(stated(lambda x, r: Ge(built(x, r, terms, rest), 0), x=x_domain, r=r_domain))
    if found.proved:
        assert low >= -NEAR, (form, x_domain, r_domain, low, found.steps)
    if found.refuted:
        assert low <= NEAR, (form, x_domain, r_domain, low, found.reason)
