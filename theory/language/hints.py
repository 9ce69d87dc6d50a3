"""What went wrong in a user's file, in a line, with the hint that the message asks for."""

from __future__ import annotations

import inspect
import re
import sys

from .errors import nearest

HINTS: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        TypeError,
        "truth value",
        "a chain `a < b < c`, or `and` and `if` on relations, is no relation: use And(a < b, b < c); Max(a, b), Min(a, b) and "
        "Piecewise((y, x > 0), (z, True)) stand for max, min and if",
    ),
    (TypeError, "omparison of non-real Matrix", "of matrices there are Eq(A, B), and PSD(B - A) for A <= B"),
    (TypeError, "omparison", "a claim compares real numbers"),
    (
        TypeError,
        "to float|as an integer|range|loop of ufunc",
        "its variables are symbols; use SymPy's functions (sqrt, exp, Sum), not those of math, numpy or range, or Points for a "
        "size that shapes a loop",
    ),
    (TypeError, "multiply sequence", "a size that shapes a loop is one of Points: K=Points(2, 3)"),
    (TypeError, r"operand type\(s\) for \^", "a power is written **"),
    (TypeError, "'method' object is not subscriptable|'method'", "an observable is called: loop.sigma(t)"),
    (
        TypeError,
        "type '(E|Prob|Var|Cov)' is not subscriptable",
        "a mean, like a probability, is called: E(loop.sigma(t))",
    ),
    (
        TypeError,
        r"for \|: 'Observable'",
        "what is known is said by given=: E(loop.sigma(t + 1), given=loop.model(t))",
    ),
    (TypeError, r"Noise.__new__\(\) missing", "noise has a name and a law: Noise('Z', Normal(0, 1))"),
    (NotImplementedError, "mrv of", "of moments there is Limit(f, (t, oo), value), which is a relation"),
    (
        TypeError,
        "'(Integers|Exp1)' object is not callable",
        "SymPy has something of this name too: put `from sympy import *` before `from theory import *`",
    ),
    (
        ValueError,
        "null bytes",
        "this is not Python, but something that is no text",
    ),  # a SyntaxError from Python 3.11.4 on
    (
        ModuleNotFoundError,
        "'selfconsuming'",
        "its packages are theory, simulate and reports: from theory import claim, E",
    ),
)

ELSEWHERE: dict[str, str] = {  # names that other programs have, and what says the same here
    **dict.fromkeys(("P", "Pr", "Probab"), "Prob(loop.sigma(t) > 1)"),
    **dict.fromkeys(("Mean", "Expectation", "Exp", "Expected"), "E(loop.sigma(t))"),
    **dict.fromkeys(("Variance", "variance", "V", "var"), "Var(loop.sigma(t))"),
    **dict.fromkeys(("Std", "std", "Sd", "SD", "StandardDeviation"), "sqrt(Var(loop.sigma(t)))"),
    **dict.fromkeys(("Covariance", "covariance", "cov"), "Cov(loop.mu(t), loop.sigma(t))"),
    **dict.fromkeys(("Corr", "Correlation", "corr"), "Cov(X, Y)/sqrt(Var(X)*Var(Y))"),
    **dict.fromkeys(("Median", "median"), "Quantile(loop.sigma(t), Rational(1, 2))"),
    **dict.fromkeys(("Skewness", "skewness"), "Cumulant(X, 3)/Var(X)**Rational(3, 2)"),
    **dict.fromkeys(("Kurtosis", "kurtosis"), "CentralMoment(X, 4)/Var(X)**2"),
    **dict.fromkeys(("Increasing", "Nondecreasing", "Monotone"), "Le(f(t), f(t + 1))"),
    **dict.fromkeys(("Decreasing", "Nonincreasing"), "Ge(f(t), f(t + 1))"),
    **dict.fromkeys(("Bernoulli", "Coin"), "Binomial(1, p)"),
    **dict.fromkeys(("Gaussian", "N"), "Normal(mean, variance)"),
    **dict.fromkeys(("Chi2", "ChiSquared"), "ChiSquare(n - 1)"),
    **dict.fromkeys(("GammaDistribution", "Erlang"), "Gamma(shape, scale)"),
    "Rademacher": "2*Noise('S', Binomial(1, Rational(1, 2))) - 1",
    **dict.fromkeys(("LogNormal", "Lognormal"), "exp(Noise('Z', Normal(mean, variance)))"),
    "Weibull": "scale*Noise('X', Exponential(1))**(1/shape)",
    "Pareto": "least*exp(Noise('X', Exponential(1))/index)",
    **dict.fromkeys(("Categorical", "Discrete"), "Finite((p, q, r)) of 0, 1, 2, or Atoms((x, y), (p, q))"),
    "Dirichlet": "shares of Noise('X', Gamma(a, 1)), Noise('Y', Gamma(b, 1)), ..., or for two Beta(a, b)",
    **dict.fromkeys(
        ("random", "np", "numpy"), "Noise('Z', Normal(0, 1)) for what is drawn, SymPy's functions for the rest"
    ),
    **dict.fromkeys(("Any", "Float", "Int", "Real", "Number"), "Reals, Positive, Probability or Integers(1)"),
    **dict.fromkeys(("ForAll", "forall"), "the variables of a claim: it is about all their values"),
}


def explained(problem: BaseException) -> str:
    """The message of an exception, with what it asks for: the nearest right name, or what to write instead."""
    text = str(problem) or type(problem).__name__
    for kind, pattern, hint in HINTS:
        if isinstance(problem, kind) and re.search(pattern, text):
            return f"{text}; {hint}"
    if (found := re.search(r"unsupported operand.*'(\w+)'$", text)) and _is_law(found[1]):
        return f"{text}; what is drawn from a law is Noise('Z', {found[1]}(...))"
    if found := re.match(r"(\w+)\.__new__\(\) got an unexpected keyword argument '(\w+)'", text):
        return text + (nearest(found[2], _parameters(found[1])) if found[1] in _words() else "")
    if found := re.match(r"cannot import name '(\w+)' from 'theory'", text):
        return found.group() + nearest(found[1], _words())
    if isinstance(problem, AttributeError) and problem.name:
        return text + nearest(problem.name, _offered(problem.obj))
    if isinstance(problem, NameError) and problem.name:
        return text + _wanted(problem.name)
    return text if isinstance(problem, TypeError | ValueError) else f"{type(problem).__name__}: {text}"


def _wanted(name: str) -> str:
    """Where a name that is not defined comes from, or the nearest word."""
    near = nearest(name, _words())
    if name in _words():
        return f": from theory import {name}"
    if name in ELSEWHERE:
        return f"; here that is {ELSEWHERE[name]}"
    if hasattr(sys.modules["sympy"], name):
        return f": from sympy import {name}" + (near if "did you mean" in near else "")
    return near


def _words() -> list[str]:
    """What `from theory import` offers."""
    return [x for x in dir(sys.modules["theory"]) if not x.startswith("_")]


def _is_law(name: str) -> bool:
    from .laws import Law

    word = getattr(sys.modules["theory"], name, None) if name in _words() else None
    return isinstance(word, type) and issubclass(word, Law)


def _parameters(name: str) -> list[str]:
    """What a class of these words is called with."""
    return list(inspect.signature(getattr(sys.modules["theory"], name)).parameters)


def _offered(thing: object) -> list[str]:
    """The attributes worth naming: of a loop what it observes, not what every loop has."""
    from .loops import Loop

    ours = dir(Loop) if isinstance(thing, Loop) else ()
    return [x for x in dir(thing) if not x.startswith("_") and x not in ours]
