"""Classical lemmas, in the form `proof=` wants them: each turns a claim's relation into a chain of links.

A link is a relation. Links without a lemma are proved from the step law like any claim; a link with a lemma's name
holds by that lemma once its conditions are met, and the conditions are themselves checked by derivation. Nothing else in
words counts (rule 13): the finding then reads "proved, given Ville".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Abs, Eq, Expr, Ge, Le, Mul, Symbol, expand, log, sympify
from sympy import E as e
from sympy.core.relational import Relational

from ..language.errors import BadInput
from ..language.loops import Model, Observable
from ..language.moments import TV, E, PathMax, Prob


@dataclass(frozen=True)
class Link:
    """small <= big, by `lemma` (or to be proved, if ""), given that `conditions` hold.

    A condition is a relation to be proved, or a pair (x, y) of random quantities with E[x | model(s)] <= y for every
    state, or == where `equal`.
    """

    small: Expr
    big: Expr
    lemma: str = ""
    conditions: tuple[Relational, ...] = ()
    drift: tuple[Expr, Expr, Model, bool] | None = None


Lemma = Callable[[Relational], list[Link]]

LEMMAS = frozenset(
    {
        "Markov",
        "Ville",
        "Ville, integrated over the level",
        "Doob's maximal inequality",
        "Doob's L2 inequality",
        "Doob's L log L inequality",
        "Jensen",
        "Cauchy-Schwarz",
        "triangle inequality",
        "a maximum is at least the last value",
        "1 - x <= exp(-x), generation by generation",
    }
)


def _sides(relation: Relational) -> tuple[Expr, Expr]:
    return relation.lts, relation.gts


def _event(relation: Relational, name: str) -> tuple[Expr, Expr, Expr, Expr]:
    """P, X, a, bound of a relation P(X >= a) <= bound."""
    p, bound = _sides(relation)
    factor, p = p.as_independent(Prob, as_Add=False)
    if not isinstance(p, Prob) or factor != 1:
        raise BadInput(f"{name} bounds a probability from above; the relation is {relation}")
    return p, p.variable.gts, p.variable.lts, bound


def markov(power=1) -> Lemma:
    """P(X >= a) <= E[X^power] / a^power for X >= 0, a > 0 (Markov; with |X - c| and power 2, Chebyshev)."""

    def chain(relation: Relational) -> list[Link]:
        p, x, a, bound = _event(relation, "Markov")
        mid = E(x ** sympify(power)) / a ** sympify(power)
        conditions = (Ge(x, 0, evaluate=False), Ge(a, 0, evaluate=False), Ge(sympify(power), 0, evaluate=False))
        return [Link(p, mid, "Markov", conditions), Link(mid, bound)]

    return chain


def _path(x: Expr, name: str) -> tuple[Expr, Symbol, Expr]:
    if not isinstance(x, PathMax):
        raise BadInput(f"{name} is about a maximum over the path, PathMax(...); found {x}")
    s, start, end = x.limits[0]
    if start != 0:
        raise BadInput(f"{name}: the path starts at generation 0, not at {start}")
    return x.function, s, end


def _drift(x: Expr, s: Symbol, equal: bool) -> tuple[Expr, Expr, Model, bool]:
    loop = next(iter(x.atoms(Observable))).loop
    return x.subs(s, s + 1), x, loop.model(s), equal


def ville() -> Lemma:
    """P(max_s X_s >= a) <= X_0 / a for a non-negative supermartingale X (Ville 1939)."""

    def chain(relation: Relational) -> list[Link]:
        p, path, a, bound = _event(relation, "Ville")
        x, s, _ = _path(path, "Ville")
        mid = E(x.subs(s, 0)) / a
        conditions = (Ge(x, 0, evaluate=False), Ge(a, 0, evaluate=False))
        return [Link(p, mid, "Ville", conditions, _drift(x, s, False)), Link(mid, bound)]

    return chain


def doob_tail(power=2) -> Lemma:
    """P(max_s |M_s| >= a) <= E|M_t|^power / a^power for a martingale M, power >= 1 (Doob; Kolmogorov)."""

    def chain(relation: Relational) -> list[Link]:
        p, path, a, bound = _event(relation, "Doob")
        x, s, t = _path(path, "Doob")
        if not isinstance(x, Abs):
            raise BadInput(f"doob_tail is about PathMax(Abs(M)); found {x}")
        mid = E(x.subs(s, t) ** power) / a**power
        conditions = (Ge(a, 0, evaluate=False), Ge(sympify(power), 1, evaluate=False))
        return [Link(p, mid, "Doob's maximal inequality", conditions, _drift(x.args[0], s, True)), Link(mid, bound)]

    return chain


def doob_square() -> Lemma:
    """E max_s M_s^2 <= 4 E M_t^2 for a martingale M (Doob's L2 inequality)."""

    def chain(relation: Relational) -> list[Link]:
        small, bound = _sides(relation)
        x, s, t = _path(small.variable, "Doob's L2 inequality")
        if not (x.is_Pow and x.exp == 2):
            raise BadInput(f"doob_square is about PathMax(M**2); found {x}")
        mid = 4 * E(x.subs(s, t))
        return [Link(small, mid, "Doob's L2 inequality", (), _drift(x.base, s, True)), Link(mid, bound)]

    return chain


def last_of_path() -> Lemma:
    """E X_t <= E max_s X_s: the maximum is at least the last value."""

    def chain(relation: Relational) -> list[Link]:
        bound, big = _sides(relation)
        x, s, t = _path(big.variable, "last_of_path")
        mid = E(x.subs(s, t))
        return [Link(bound, mid), Link(mid, big, "a maximum is at least the last value")]

    return chain


def doob_power(q) -> Lemma:
    """E max_s X_s^q <= X_0^q / (1 - q) for a non-negative supermartingale X and 0 < q < 1 (Ville, integrated)."""
    q = sympify(q)

    def chain(relation: Relational) -> list[Link]:
        small, bound = _sides(relation)
        y, s, _ = _path(small.variable, "doob_power")
        x = y ** (1 / q)
        mid = E(y.subs(s, 0)) / (1 - q)
        conditions = (Ge(y, 0, evaluate=False), Ge(q, 0, evaluate=False), Ge(1 - q, 0, evaluate=False))
        return [Link(small, mid, "Ville, integrated over the level", conditions, _drift(x, s, False)), Link(mid, bound)]

    return chain


def doob_entropy() -> Lemma:
    """E max_s X_s <= e/(e-1) (1 + 1/e + E[X_t log X_t]) for a martingale X > 0 with X_0 = 1 (Doob's L log L inequality).

    Doob has E[X log+ X]; log+ x = log x + log+ (1/x), and x log+ (1/x) <= 1/e.
    """

    def chain(relation: Relational) -> list[Link]:
        small, bound = _sides(relation)
        x, s, t = _path(small.variable, "doob_entropy")
        mid = e / (e - 1) * (1 + 1 / e + E(x.subs(s, t) * log(x.subs(s, t))))
        start = E(x.subs(s, 0))
        conditions = (Ge(x, 0, evaluate=False), Ge(start, 1, evaluate=False), Le(start, 1, evaluate=False))
        return [Link(small, mid, "Doob's L log L inequality", conditions, _drift(x, s, True)), Link(mid, bound)]

    return chain


def jensen(base) -> Lemma:
    """E[(X^base)^q] against (E X^base)^q for X > 0: <= if 0 < q < 1, >= if q > 1 or q < 0 (Jensen)."""

    def chain(relation: Relational) -> list[Link]:
        small, big = _sides(relation)
        concave = isinstance(small, E)
        x = (small if concave else big).variable
        root, power = x.as_base_exp()
        q = power / sympify(base)
        mid = E(root**base) ** q
        if concave:
            conditions = (Ge(root, 0, evaluate=False), Ge(q, 0, evaluate=False), Ge(1 - q, 0, evaluate=False))
            return [Link(small, mid, "Jensen", conditions), Link(mid, big)]
        outside = Ge(q * (q - 1), 0, evaluate=False)
        return [Link(small, mid), Link(mid, big, "Jensen", (Ge(root, 0, evaluate=False), outside))]

    return chain


def jensen_distance() -> Lemma:
    """D(Q, P) <= E D(model, P) for a distance that is convex in the model, Q having the expectation of its density."""

    def chain(relation: Relational) -> list[Link]:
        small, big = _sides(relation)
        if not (isinstance(small, TV) and isinstance(big, E) and isinstance(big.variable, TV)):
            raise BadInput(f"jensen_distance is about TV(Q, P) <= E(TV(model, P)); found {relation}")
        (mean, law), (model, truth) = small.args, big.variable.args
        if not isinstance(model, Model) or law != truth:
            raise BadInput(f"jensen_distance compares distances from one law; found {relation}")
        x = Symbol("x", real=True)
        same = Eq(E(Observable(model.loop, "density", model.t, x)), mean.density(x), evaluate=False)
        return [Link(small, big, "Jensen", (same,))]

    return chain


def cauchy_schwarz() -> Lemma:
    """E[Z]^2 <= E[X] E[Y] for X, Y >= 0 with Z^2 = X Y (Cauchy-Schwarz)."""

    def chain(relation: Relational) -> list[Link]:
        small, big = _sides(relation)
        pair = [big.base] * 2 if big.is_Pow and big.exp == 2 else list(Mul.make_args(big))
        square = small.is_Pow and small.exp == 2
        if not square or len(pair) != 2 or not all(isinstance(m, E) for m in (small.base, *pair)):
            raise BadInput(f"cauchy_schwarz is about E(Z)**2 <= E(X)*E(Y); found {relation}")
        x, y = (m.variable for m in pair)
        if expand(small.base.variable**2 - x * y) != 0:
            raise BadInput(f"cauchy_schwarz: {small.base.variable}**2 is not the product of {x} and {y}")
        return [Link(small, big, "Cauchy-Schwarz", (Ge(x, 0, evaluate=False), Ge(y, 0, evaluate=False)))]

    return chain


def telescoped(start=0) -> Lemma:
    """E|X_t - X_0| <= sum_{s<t} E|X_{s+1} - X_s| (triangle inequality)."""

    def chain(relation: Relational) -> list[Link]:
        from sympy import Sum

        small, bound = _sides(relation)
        x = small.variable
        (observable,) = x.atoms(Observable)
        if x != Abs(observable - observable.loop.initial[observable.name]):
            raise BadInput(f"telescoped is about E(Abs(X(t) - X(0))); found E({x})")
        s = Symbol("s", integer=True, nonnegative=True)
        now, after = (observable.func(*observable.args[:2], i) for i in (s, s + 1))
        at_start = x.xreplace({observable: observable.loop.initial[observable.name]})
        mid = Sum(E(Abs(after - now)), (s, start, observable.t - 1))
        return [Link(small, mid, "triangle inequality", (Le(at_start, 0, evaluate=False),)), Link(mid, bound)]

    return chain


__all__ = [
    "Lemma",
    "Link",
    "cauchy_schwarz",
    "doob_entropy",
    "doob_power",
    "doob_square",
    "doob_tail",
    "jensen",
    "jensen_distance",
    "last_of_path",
    "markov",
    "telescoped",
    "ville",
]
