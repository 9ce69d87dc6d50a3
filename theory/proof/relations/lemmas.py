"""Classical lemmas, in the form `proof=` wants them: each turns a claim's relation into a chain of links.

A link is a relation. Links without a lemma are proved from the step law like any claim; a link with a lemma's name has to
be what that lemma, applied anew, makes of its side, and the lemma's conditions are themselves checked by derivation.
Nothing else in words counts (rule 13): the finding then reads "proved, given Ville".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from inspect import Signature, signature
from typing import Any

from sympy import (
    Abs,
    And,
    Basic,
    Dummy,
    Eq,
    Expr,
    Ge,
    Gt,
    Integer,
    Le,
    Lt,
    Mul,
    Ne,
    Rational,
    S,
    Sum,
    Symbol,
    exp,
    expand,
    log,
    sympify,
)
from sympy import E as e
from sympy.core.relational import Relational

from ...language.errors import BadInput
from ...language.laws import Noise
from ...language.loops import CLOCK, Model, Observable, State
from ...language.moments import TV, E, PathMax, Prob, is_random
from ...language.signs import Inequality
from .. import structures
from ..structures.counts import refitted
from ..symbols.bound_names import index


@dataclass(frozen=True)
class Link:
    """small <= big, to be proved, or by a lemma (its key in `LEMMAS`) applied with what it is `given` beside a side,
    or as so many `times` another link, `of` which big - small is the multiple.

    What a link says of itself proves nothing: `verified` applies the lemma anew, and takes the conditions from it.
    """

    small: Expr
    big: Expr
    lemma: str = ""
    given: tuple = ()
    times: Expr = S.One
    of: Link | None = None


@dataclass(frozen=True)
class Instance:
    """small <= big, which the lemma of this name gives where its conditions hold.

    A condition is a relation to be proved; `drift` a pair (x, y) of random quantities with E[x | model(s)] <= y for every
    state, or == where its last entry says so.
    """

    small: Expr
    big: Expr
    name: str
    conditions: tuple[Relational, ...] = ()
    drift: tuple[Expr, Expr, Model, bool] | None = None


Lemma = Callable[[Relational], list[Link]]


@dataclass(frozen=True)
class Term:
    """A term of a sum: `times` >= 0 times a value, which a lemma shows to be within `rate` of 0."""

    times: Expr
    value: Expr
    rate: Expr
    by: Lemma


def term_by_term(*terms: Term) -> Lemma:
    """A sum is within the sum of the terms' rates of 0, from below or from above: each term by a lemma of its own."""

    def links(relation: Relational) -> list[Link]:
        at, below = relation.lts, relation.gts.has(Observable)
        out: list[Link] = []
        for x in terms:
            own = Ge(x.value, -x.rate, evaluate=False) if below else Le(x.value, x.rate, evaluate=False)
            for link in x.by(own):
                out.append(Link(at, at + x.times * (link.big - link.small), times=x.times, of=link))
                at = out[-1].big
        return [*out[:-1], replace(out[-1], big=relation.gts)]

    return links


Rule = Callable[..., Instance]  # what a lemma makes of the side that it starts from: the small one, or the big one
LEMMAS: dict[str, tuple[Rule, bool]] = {}  # key -> (rule, whether it starts from the small side)


def lemma(from_small: bool = True, whole: bool = False) -> Callable[[Rule], Callable[..., Lemma]]:
    """Put a rule into the catalogue, under its own name, and make of it what `proof=` takes: (given) -> the links of a relation.

    The rule is handed the side that it starts from; what it makes of that is left to be proved against the other one.
    whole: it is handed both sides, and gives the relation itself.
    """

    def entered(rule: Rule) -> Callable[..., Lemma]:
        key = rule.__name__.strip("_")
        LEMMAS[key] = rule, from_small
        _, *taken = signature(rule).parameters.values()

        def links(relation: Relational, given: tuple) -> list[Link]:
            small, big = relation.lts, relation.gts
            if whole:
                return [Link(small, big, key, (big,))]
            if from_small:
                mid = rule(small, *given).big
                return [Link(small, mid, key, given), Link(mid, big)]
            mid = rule(big, *given).small
            return [Link(small, mid), Link(mid, big, key, given)]

        @wraps(rule)
        def applied(*args: Any, **named: Any) -> Lemma:
            given = shown.bind(*args, **named).args
            return lambda relation: links(relation, tuple(x if callable(x) else sympify(x) for x in given))

        shown = Signature([] if whole else taken)
        applied.__signature__ = shown  # pyrefly: ignore[missing-attribute]
        return applied

    return entered


def verified(link: Link) -> Instance:
    """The instance of the lemma that a link is said to be. Raises `BadInput` where it is none."""
    if link.lemma not in LEMMAS:
        raise BadInput(f"{link.lemma!r} is no lemma: prose proves nothing")
    rule, from_small = LEMMAS[link.lemma]
    try:
        found = rule(link.small if from_small else link.big, *link.given)
    except (AttributeError, TypeError, ValueError) as problem:
        raise BadInput(f"{link.small} <= {link.big} is no instance of {link.lemma}: {problem}") from problem
    if (found.small, found.big) != (link.small, link.big):
        raise BadInput(f"{link.lemma} gives {found.small} <= {found.big}, not {link.small} <= {link.big}")
    return found


def _event(p: Expr, name: str) -> tuple[Expr, Expr]:
    """X, a of a probability P(X >= a)."""
    if not isinstance(p, Prob) or p.given is not None or not isinstance(p.variable, Inequality):
        raise BadInput(f"{name} bounds a probability P(X >= a) from above; found {p}")
    x, a = p.variable.gts, p.variable.lts
    if is_random(a):
        raise BadInput(f"{name}: the level {a} is random")
    return x, a


def of_mean(m: Expr, name: str) -> Expr:
    """X of a mean E(X)."""
    if not isinstance(m, E) or m.given is not None:
        raise BadInput(f"{name} is about an expectation E(...); found {m}")
    return m.variable


def _path(x: Expr, name: str) -> tuple[Expr, Symbol, Expr]:
    if not isinstance(x, PathMax):
        raise BadInput(f"{name} is about a maximum over the path, PathMax(...); found {x}")
    s, start, end = x.limits[0]
    if start != 0:
        raise BadInput(f"{name}: the path starts at generation 0, not at {start}")
    return x.function, s, end


def _drift(x: Expr, s: Symbol, equal: bool) -> tuple[Expr, Expr, Model, bool]:
    """What has to be a (super)martingale: a function of one loop's state at the time of the path."""
    observables = x.atoms(Observable)
    loops = {o.loop for o in observables}
    if len(loops) != 1 or x.has(Noise, Model, State) or any(o.t != s or o.index for o in observables):
        raise BadInput(f"{x} is no function of the state of one loop at generation {s}")
    return x.subs(s, s + 1), x, loops.pop().model(s), equal


# ---- the lemmas -----------------------------------------------------------------------------------------------------


@lemma()
def markov(p: Expr, power: Expr | int = 1) -> Instance:
    """P(X >= a) <= E[X^power] / a^power for X >= 0, a > 0 (Markov; with |X - c| and power 2, Chebyshev)."""
    x, a = _event(p, "Markov")
    conditions = (Ge(x, 0, evaluate=False), Ge(a, 0, evaluate=False), Ge(power, 0, evaluate=False))
    return Instance(p, E(x**power) / a**power, "Markov", conditions)


@lemma()
def at_the_ends(p: Expr) -> Instance:
    """P(A) <= E g(X) for an event A of a coordinate X that is drawn anew, in steps of a grain d, from l to h: at an end, off an
    end, or between both; g is a line or a parabola that is at least 1 on A, and nowhere negative (Markov).

    At l it is (h - X)/(h - l), off l it is (X - l)/d, between them (X - l)(h - X)/(d (h - l - d)): concave, 1 next to the ends.
    """
    if not isinstance(p, Prob) or p.given is not None:
        raise BadInput(f"at_the_ends is about a probability; found {p}")
    x = _one_coordinate(p.variable)
    begun = sympify(x.loop.initial[x.name])
    if (
        (found := structures.drawn(x.loop, x.name)) is None
        or begun.has(Noise)
        or structures.untold(x.loop, exp(x), given=False)
    ):
        raise BadInput(f"{x} is not drawn anew from finitely many values")
    low, high, grain = found
    conditions = [Ge(grain, 0, evaluate=False), Ge(high - low, 2 * grain, evaluate=False)]
    off = {_off(part, x, low, high) for part in (p.variable.args if isinstance(p.variable, And) else (p.variable,))}
    if off == {("at", low)} or off == {("at", high)}:
        ((_, end),) = off
        other = high if end == low else low
        conditions = [Ge(high - low, grain, evaluate=False), Ge(grain, 0, evaluate=False)]
        if not x.t.is_positive:
            conditions += [Ge(begun, low, evaluate=False), Ge(high, begun, evaluate=False)]
        return Instance(p, E(expand((x - other) / (end - other))), "Markov", tuple(conditions))
    if not x.t.is_positive:
        raise BadInput(f"{x} may be at the start, which is not drawn")
    if off == {("off", low)} or off == {("off", high)}:
        ((_, end),) = off
        return Instance(p, E((x - end) / (grain if end == low else -grain)), "Markov", tuple(conditions[:1]))
    if off == {("off", low), ("off", high)}:
        return Instance(
            p, E(expand((x - low) * (high - x))) / (grain * (high - low - grain)), "Markov", tuple(conditions)
        )
    raise BadInput(f"{p} is of no event that at_the_ends is about")


def _one_coordinate(event: Basic) -> Observable:
    seen = event.atoms(Observable)
    if len(seen) != 1 or event.has(Noise):
        raise BadInput(f"{event} is of more than one coordinate")
    (x,) = seen
    if x.index or x.name not in x.loop.state:
        raise BadInput(f"{x} is no coordinate")
    return x


def _off(event: Basic, x: Observable, low: Expr, high: Expr) -> tuple[str, Expr]:
    """Whether an event is that x is at an end, or off it, and at which."""
    for end, inwards in ((low, 1), (high, -1)):
        if isinstance(event, Eq | Ne) and expand((event.lhs - event.rhs) ** 2 - (x - end) ** 2) == 0:
            return ("at" if isinstance(event, Eq) else "off"), end
        if isinstance(event, Inequality):
            gap = expand(event.gts - event.lts)
            strict = event.rel_op in ("<", ">")
            if strict and expand(gap - inwards * (x - end)) == 0:
                return "off", end
            if not strict and expand(gap + inwards * (x - end)) == 0:
                return "at", end
    raise BadInput(f"{event} is of no end of {x}")


@lemma()
def ville(p: Expr) -> Instance:
    """P(max_s X_s >= a) <= X_0 / a for a non-negative supermartingale X (Ville 1939)."""
    path, a = _event(p, "Ville")
    x, s, _ = _path(path, "Ville")
    conditions = (Ge(x, 0, evaluate=False), Ge(a, 0, evaluate=False))
    return Instance(p, E(x.subs(s, 0)) / a, "Ville", conditions, _drift(x, s, False))


@lemma()
def doob_tail(p: Expr, power: Expr | int = 2) -> Instance:
    """P(max_s |M_s| >= a) <= E|M_t|^power / a^power for a martingale M, power >= 1 (Doob; Kolmogorov)."""
    path, a = _event(p, "Doob")
    x, s, t = _path(path, "Doob")
    if not isinstance(x, Abs):
        raise BadInput(f"doob_tail is about PathMax(Abs(M)); found {x}")
    conditions = (Ge(a, 0, evaluate=False), Ge(power, 1, evaluate=False))
    mid = E(x.subs(s, t) ** power) / a**power
    return Instance(p, mid, "Doob's maximal inequality", conditions, _drift(x.args[0], s, True))


@lemma()
def doob_square(small: Expr) -> Instance:
    """E max_s M_s^2 <= 4 E M_t^2 for a martingale M (Doob's L2 inequality)."""
    x, s, t = _path(of_mean(small, "Doob's L2 inequality"), "Doob's L2 inequality")
    if not (x.is_Pow and x.exp == 2):
        raise BadInput(f"doob_square is about PathMax(M**2); found {x}")
    return Instance(small, 4 * E(x.subs(s, t)), "Doob's L2 inequality", (), _drift(x.base, s, True))


@lemma(from_small=False)
def last_of_path(big: Expr) -> Instance:
    """E X_t <= E max_s X_s: the maximum is at least the last value."""
    x, s, t = _path(of_mean(big, "last_of_path"), "last_of_path")
    return Instance(E(x.subs(s, t)), big, "a maximum is at least the last value")


@lemma()
def doob_power(small: Expr, q: Expr) -> Instance:
    """E max_s X_s^q <= X_0^q / (1 - q) for a non-negative supermartingale X and 0 < q < 1 (Ville, integrated)."""
    y, s, _ = _path(of_mean(small, "doob_power"), "doob_power")
    if sympify(q).has(s):
        raise BadInput(f"doob_power: the power {q} changes along the path")
    conditions = (Ge(y, 0, evaluate=False), Ge(q, 0, evaluate=False), Ge(1 - q, 0, evaluate=False))
    mid = E(y.subs(s, 0)) / (1 - q)
    return Instance(small, mid, "Ville, integrated over the level", conditions, _drift(y ** (1 / q), s, False))


@lemma()
def doob_entropy(small: Expr) -> Instance:
    """E max_s X_s <= e/(e-1) (1 + 1/e + E[X_t log X_t]) for a martingale X > 0 with X_0 = 1 (Doob's L log L inequality).

    Doob has E[X log+ X]; log+ x = log x + log+ (1/x), and x log+ (1/x) <= 1/e.
    """
    x, s, t = _path(of_mean(small, "doob_entropy"), "doob_entropy")
    mid = e / (e - 1) * (1 + 1 / e + E(x.subs(s, t) * log(x.subs(s, t))))
    start = E(x.subs(s, 0))
    conditions = (Ge(x, 0, evaluate=False), Ge(start, 1, evaluate=False), Le(start, 1, evaluate=False))
    return Instance(small, mid, "Doob's L log L inequality", conditions, _drift(x, s, True))


def _powers(m: Expr, base: Expr) -> tuple[Expr, Expr, Expr]:
    """X, q, (E X^base)^q of a mean E[(X^base)^q]."""
    root, power = of_mean(m, "Jensen").as_base_exp()
    return root, power / base, E(root**base) ** (power / base)


@lemma()
def _jensen(small: Expr, base: Expr) -> Instance:
    root, q, mid = _powers(small, base)
    conditions = (Ge(root, 0, evaluate=False), Ge(q, 0, evaluate=False), Ge(1 - q, 0, evaluate=False))
    return Instance(small, mid, "Jensen", conditions)


@lemma(from_small=False)
def _jensen_convex(big: Expr, base: Expr) -> Instance:
    root, q, mid = _powers(big, base)
    return Instance(mid, big, "Jensen", (Ge(root, 0, evaluate=False), Ge(q * (q - 1), 0, evaluate=False)))


def jensen(base) -> Lemma:
    """E[(X^base)^q] against (E X^base)^q for X > 0: <= if 0 < q < 1, >= if q > 1 or q < 0 (Jensen)."""
    return lambda relation: (_jensen if isinstance(relation.lts, E) else _jensen_convex)(base)(relation)


@lemma(whole=True)
def root_mean_square(small: Expr, big: Expr) -> Instance:
    """E|X| <= b if E[X^2] <= b^2 and b >= 0 (Jensen)."""
    x = of_mean(small, "root_mean_square")
    factors = (
        f.base if f.is_Pow and f.exp == Rational(1, 2) else f for f in Mul.make_args(big)
    )  # of roots what is under them
    signs = (Ge(f, 0, evaluate=False) for f in factors)
    return Instance(small, big, "Jensen", (*signs, Le(E(x**2), big**2, evaluate=False)))


@lemma(whole=True)
def jensen_distance(small: Expr, big: Expr) -> Instance:
    """D(Q, P) <= E D(model, P) for a distance that is convex in the model, Q having the expectation of its density."""
    if not (isinstance(small, TV) and isinstance(big, E) and isinstance(big.variable, TV)):
        raise BadInput(f"jensen_distance is about TV(Q, P) <= E(TV(model, P)); found {small} <= {big}")
    (mean, law), (model, truth) = small.args, big.variable.args
    if not isinstance(model, Model) or law != truth:
        raise BadInput(f"jensen_distance compares distances from one law; found {small} <= {big}")
    x = Symbol("x of it", real=True)
    same = Eq(E(Observable(model.loop, "density", model.t, x)), mean.density(x), evaluate=False)
    return Instance(small, big, "Jensen", (same,))


@lemma(whole=True)
def cauchy_schwarz(small: Expr, big: Expr) -> Instance:
    """E[Z]^2 <= E[X] E[Y] for X, Y >= 0 with Z^2 = X Y (Cauchy-Schwarz)."""
    pair = [big.base] * 2 if big.is_Pow and big.exp == 2 else list(Mul.make_args(big))
    square = small.is_Pow and small.exp == 2
    if not square or len(pair) != 2 or not all(isinstance(m, E) for m in (small.base, *pair)):
        raise BadInput(f"cauchy_schwarz is about E(Z)**2 <= E(X)*E(Y); found {small} <= {big}")
    z, x, y = (of_mean(m, "cauchy_schwarz") for m in (small.base, *pair))
    if expand(z**2 - x * y) != 0:
        raise BadInput(f"cauchy_schwarz: {z}**2 is not the product of {x} and {y}")
    return Instance(small, big, "Cauchy-Schwarz", (Ge(x, 0, evaluate=False), Ge(y, 0, evaluate=False)))


@lemma()
def telescoped(small: Expr) -> Instance:
    """E|X_t - X_0| <= sum_{s<t} E|X_{s+1} - X_s| (triangle inequality)."""
    x = of_mean(small, "telescoped")
    (observable,) = x.atoms(Observable)
    if observable.index or x != Abs(observable - observable.loop.initial[observable.name]):
        raise BadInput(f"telescoped is about E(Abs(X(t) - X(0))); found E({x})")
    s = index("s", observable)
    now, after = (observable.func(*observable.args[:2], i) for i in (s, s + 1))
    at_start = x.xreplace({observable: observable.loop.initial[observable.name]})
    mid = Sum(E(Abs(after - now)), (s, 0, observable.t - 1))
    return Instance(small, mid, "triangle inequality", (Le(at_start, 0, evaluate=False),))


@lemma(from_small=False)
def survival(alive: Expr, s: Callable[[Expr], Expr]) -> Instance:
    """P(share(k) > 0) >= 1 - exp(-n p s(k)), if share' = B/n with B ~ Binomial(n, share), s(1) <= 1, s(k + 1) <= 1 - exp(-s(k)).

    Given the share x one generation earlier E exp(-u B) = (1 - x (1 - e^-u))^n <= exp(-n x (1 - e^-u)); so
    E exp(-s(1) n share(k - 1)) >= P(share(k) = 0) becomes E exp(-s(2) n share(k - 2)), ..., exp(-s(k) n p).
    The condition is checked as -log(1 - s(k + 1)) <= s(k), s(k + 1) < 1.
    """
    if not (isinstance(alive, Prob) and isinstance(alive.variable, Gt) and alive.variable.rhs == 0):
        raise BadInput(f"survival bounds P(share > 0) from below; found {alive}")
    o = alive.variable.lhs
    if not isinstance(o, Observable):
        raise BadInput(f"survival is about a share; found {o}")
    o = structures.marginal(o)
    now, p, k = o.loop.symbols(), o.loop.initial[o.name], o.t
    n = refitted(o.loop.step(now)[o.name], now[o.name])
    if n is None or n.has(CLOCK, *now.values()):
        raise BadInput(f"{o} is not fitted to one binomial count alone, of which it is the share")
    earlier = map(Integer, range(1, int(k))) if k.is_Integer else [1 + Dummy("j", integer=True, nonnegative=True)]
    conditions = [Le(s(Integer(1)), 1, evaluate=False)]
    for j in earlier:
        after = s(j + 1)
        conditions += [Lt(after, 1, evaluate=False), Le(-log(1 - after), s(j), evaluate=False)]
    return Instance(1 - exp(-n * p * s(k)), alive, "1 - x <= exp(-x), generation by generation", tuple(conditions))
