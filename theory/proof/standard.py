"""Standard moments: every moment of a claim, rewritten as a combination of moments of the standard loop (rule 14).

The loop's symmetry takes location and scale out of the moments; the formula side of a claim keeps them. Standard
moments are the currency of all witnesses: `E` of a monic expression, `Var` (an estimator wants it whole), `Prob` of an
event, `Quantile`.
"""

from __future__ import annotations

from sympy import Add, Basic, Expr, Mul, S, factor_terms
from sympy.core.relational import Ge, Gt, Le, Lt

from ..language.errors import BadInput, CannotTell
from ..language.laws import Noise
from ..language.loops import Loop, Model, Observable, State
from ..language.moments import W1, Cov, Distance, E, Moment, PathMax, Prob, Quantile, Var, is_random
from . import structures
from .methods import condition, deterministic
from .symbols.linear import expanded, expectation, independent, one_loop, sources, split


def standardise(x):
    """`x` with all its moments replaced by combinations of standard moments. Raises `BadInput` for a random `x`."""
    if isinstance(x, Moment):
        return _moment(x)
    if isinstance(x, Observable) and structures.is_deterministic(x.loop):
        return _moment(E(x))
    if isinstance(x, Distance) and (_followed(x) or not x.has(Model, Observable)):
        return deterministic.number(_rescaled(x))
    if isinstance(x, Observable | Noise | Distance | PathMax):
        raise BadInput(f"{x} is a random quantity; a claim compares numbers: did you mean E({x})?")
    if not x.args or not x.has(Moment, Observable, Noise, Distance):
        return x
    return x.func(*map(standardise, x.args))


def _moment(m: Moment) -> Expr:
    if m.given is not None:
        raise BadInput(f"{m} is random: average it with E(...)")
    if isinstance(m, E | Var | Cov) and _followed(m):
        return _of_followed(m)
    _named_apart(m)
    if alike := _alike(m):  # left as they are until each moment is of one loop
        x = _unmixed(m, alike)
        return x.xreplace({e: _moment(e) for e in x.atoms(Moment)})
    return _unmixed(m, alike)


def _named_apart(m: Moment) -> None:
    """Raise `BadInput` for draws that numbers for the parameters would make one."""
    names: dict[Basic, Noise] = {}
    for z in sorted(m.atoms(Noise), key=str):
        if names.setdefault(z.args[0], z) != z:
            raise BadInput(f"{m}: two different draws are called {z.args[0]}: give each a name of its own")
    for o in m.atoms(Observable):
        if o.name == "draw" and not all(i.is_Integer for i in o.index):
            raise BadInput(f"{o}: fresh draws are numbered 1, 2, ...")


def _unmixed(m: Moment, alike: frozenset[Loop]) -> Expr:
    match m:
        case E():
            return expectation(_rescaled(m.variable, alike))
        case W1():
            return m
        case Var():
            x = expanded(_rescaled(m.variable, alike))
            if len(sources(x)) > 1:
                return expectation(x**2) - expectation(x) ** 2
            _, scale, x = _affine(x)
            return scale**2 * Var(x)
        case Cov():
            x, y = (_rescaled(z, alike) for z in m.args)
            return expectation(x * y) - expectation(x) * expectation(y)
        case Prob():
            return _probability(m.variable)
        case Quantile():
            one_loop(m.variable)
            shift, scale, x = _affine(expanded(_rescaled(m.variable)))
            return shift + scale * Quantile(x, m.level)
        case _:
            raise BadInput(f"no rule for {type(m).__name__}")


def required(x) -> frozenset[Moment]:
    """Standard moments that have to be finite for `x` to mean anything, though they may cancel: a covariance has the means
    of both its variables, and that of their product where it is no longer there."""
    found: set[Moment] = set()
    for m in x.atoms(Cov):
        if m.given is None:
            u, v = m.args
            found |= standardise(E(u)).atoms(Moment) | standardise(E(v)).atoms(Moment)
            found |= standardise(E(u * v)).atoms(Moment) - standardise(m).atoms(Moment)
    return frozenset(found)


def _alike(m: Moment) -> frozenset[Loop]:
    """Different loops with one standard form, which are independent: they are left as they are, told apart."""
    loops = {o.loop for o in m.atoms(Observable)} | {x.loop for x in m.atoms(Model, State)}
    forms = [structures.standard(loop) for loop in loops]
    return frozenset(loop for loop in loops if forms.count(structures.standard(loop)) > 1)


def _followed(x: Expr) -> bool:
    """Whether only loops are spoken of in which nothing is random but fresh draws."""
    loops = {o.loop for o in x.atoms(Observable)} | {m.loop for m in x.atoms(Model, State)}
    return bool(loops) and all(map(deterministic.is_followed, loops))


def _of_followed(m: Moment) -> Expr:
    match m:
        case E():
            return deterministic.mean(_rescaled(m.variable))
        case Var():
            x = _rescaled(m.variable)
            return deterministic.mean(x**2) - deterministic.mean(x) ** 2
        case _:
            x, y = map(_rescaled, m.args)
            return deterministic.mean(x * y) - deterministic.mean(x) * deterministic.mean(y)


def _rescaled(x: Expr, alike: frozenset[Loop] = frozenset()) -> Expr:
    """Distances in closed form, conditional moments expanded, observables in terms of the standard loop's.

    alike: loops that keep their own.
    """
    if isinstance(x, Observable):
        return x if x.loop in alike and x.name in (*x.loop.state, "draw") else structures.rescaled(x)
    if isinstance(x, Distance):
        for model in x.atoms(Model):
            structures.examine_law(model.loop)
        return _rescaled(x.expanded(), alike)
    if isinstance(x, Moment):
        return _conditional(x, alike)
    if isinstance(x, PathMax):
        one_loop(x.function)
        shift, scale, y = _affine(expanded(_rescaled(x.function, alike)))
        if shift.has(x.limits[0][0]) or scale.has(x.limits[0][0]):  # they move along the path: nothing comes out
            return PathMax(_rescaled(x.function, alike), x.limits[0])
        return shift + scale * PathMax(y, x.limits[0])
    return x.func(*(_rescaled(y, alike) for y in x.args)) if x.args and is_random(x) else x


def _conditional(m: Moment, alike: frozenset[Loop] = frozenset()) -> Expr:
    given = m.given
    if given is None:
        return standardise(m)
    own = given.loop
    loop = own if own in alike else structures.standard(own)
    x = _rescaled(m.variable, alike)

    def known(x: Expr) -> Expr:
        """E of x, other loops being independent of what is given."""
        out = S.Zero
        for term in Add.make_args(expanded(x)):
            c, r = split(term)
            parts = independent(r) if r is not S.One else []
            mine = [p for p in parts if any(o.loop == loop for o in p.atoms(Observable))]
            others = Mul(*(E(p) for p in parts if p not in mine))
            out += c * others * (condition(Mul(*mine), loop, given.t) if mine else S.One)
        if isinstance(given, Model) and (name := structures.hidden(out, loop, given.t)):
            raise CannotTell(
                f"it depends on {name}, which the model does not tell: given=loop.state(t) is all that training remembers"
            )
        return out

    try:
        match m:
            case E():
                return known(x)
            case Var():
                return known(x**2) - known(x) ** 2
            case _:
                raise BadInput(f"{type(m).__name__} given a model is not supported; E and Var are")
    except CannotTell as error:
        raise BadInput(f"{m}: a moment given a model has to follow from the step in symbols; {error}") from error


def _affine(x: Expr) -> tuple[Expr, Expr, Expr]:
    """x = shift + scale * y with scale > 0 and y monic random."""
    terms = [split(t) for t in Add.make_args(x)]
    shift = Add(*(c for c, r in terms if r is S.One))
    random = [(c, r) for c, r in terms if r is not S.One]
    scale = abs(random[0][0])
    if scale.is_positive and all((c / scale).is_Rational for c, _ in random):
        return shift, scale, Add(*(c / scale * r for c, r in random))
    return shift, S.One, Add(*(c * r for c, r in random))


def _probability(event) -> Expr:
    """P(event), the event brought to the form `random >= level` (or >), common positive factors cancelled.

    Of draws from laws on finitely many atoms it is the mass of some of these.
    """
    if _followed(event) and set(deterministic.of_atoms(event)) == event.atoms(Observable):
        return deterministic.number(deterministic.over_atoms(event))
    if not isinstance(event, Ge | Gt | Le | Lt):
        raise BadInput(f"Prob({event}): expected an event such as X >= x")
    one_loop(event)
    d = _rescaled(event.gts) - _rescaled(event.lts)
    if not is_random(d):
        raise BadInput(f"Prob({event}): nothing random in it")
    d = factor_terms(expanded(d))
    d = Mul(*(f for f in Mul.make_args(d) if is_random(f) or not f.is_positive))
    shift, scale, x = _affine(expanded(d))
    level = -shift / scale
    strict = isinstance(event, Gt | Lt)
    sign, y = _sign(x)
    if sign < 0:  # P(-y >= level) = P(y <= -level)
        return 1 - Prob(Gt(y, -level, evaluate=False) if not strict else Ge(y, -level, evaluate=False))
    return Prob(Gt(y, level, evaluate=False) if strict else Ge(y, level, evaluate=False))


def _sign(x: Expr) -> tuple[int, Expr]:
    """x = sign * y where y has a term with a positive coefficient: of a small probability 1 - P knows too little."""
    negative = all(split(term)[0].could_extract_minus_sign() for term in Add.make_args(x))
    return (-1, -x) if negative else (1, x)
