"""Standard moments: every moment of a claim, rewritten as a combination of moments of the standard loop (rule 14).

The loop's symmetry takes location and scale out of the moments; the formula side of a claim keeps them. Standard
moments are the currency of all witnesses: `E` of a monic expression, `Var` (an estimator wants it whole), `Prob` of an
event, `Quantile`.
"""

from __future__ import annotations

from sympy import Basic, Expr
from sympy.core.relational import Ge, Gt, Le, Lt

from ..language.errors import BadInput, CannotTell
from ..language.laws import Noise
from ..language.loops import Loop, Model, Observable, State
from ..language.moments import W1, Cov, Distance, E, Moment, PathMax, Prob, Var, is_random
from . import structures
from .methods import condition, deterministic
from .symbols import linear


def standardise(x):
    """`x` with all its moments replaced by combinations of standard moments. Raises `BadInput` for a random `x`."""
    if isinstance(x, Moment):
        return _moment(x)
    if isinstance(x, Observable) and structures.is_deterministic(x.loop):
        return _moment(E(x))
    if isinstance(x, Distance) and (_followed(x) or not x.has(Model, Observable)):
        return deterministic.number(rescaled(x))
    if isinstance(x, Observable | Noise | Distance | PathMax):
        raise BadInput(f"{x} is a random quantity; a claim compares numbers: did you mean E({x})?")
    if not x.args or not x.has(Moment, Observable, Noise, Distance):
        return x
    return x.func(*map(standardise, x.args))


def _moment(m: Moment) -> Expr:
    if m.given is not None:
        raise BadInput(f"{m} is random: average it with E(...)")
    if _followed(m):
        if isinstance(m, E | Var | Cov):
            return deterministic.moment(m, *map(rescaled, m.variables))
        if isinstance(m, Prob) and deterministic.is_of_atoms(m.variable):
            return deterministic.probability(m.variable)
    _named_apart(m)
    if alike := _alike(m):  # left as they are until each moment is of one loop
        x = _combined(m, alike)
        return x.xreplace({e: _moment(e) for e in x.atoms(Moment)})
    return _combined(m, alike)


def _named_apart(m: Moment) -> None:
    """Raise `BadInput` for draws that numbers for the parameters would make one."""
    names: dict[Basic, Noise] = {}
    for z in sorted(m.atoms(Noise), key=str):
        if names.setdefault(z.args[0], z) != z:
            raise BadInput(f"{m}: two different draws are called {z.args[0]}: give each a name of its own")
    for o in m.atoms(Observable):
        if o.name == "draw" and not all(i.is_Integer for i in o.index):
            raise BadInput(f"{o}: fresh draws are numbered 1, 2, ...")


def _combined(m: Moment, alike: frozenset[Loop]) -> Expr:
    if not isinstance(m, Prob):
        return m if isinstance(m, W1) else linear.combination(m, *(rescaled(x, alike) for x in m.variables))
    event = m.variable
    if not isinstance(event, Ge | Gt | Le | Lt):
        raise BadInput(f"Prob({event}): expected an event such as X >= x")
    linear.one_loop(event)
    return linear.probability(rescaled(event.gts) - rescaled(event.lts), event)


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


def rescaled(x: Expr, alike: frozenset[Loop] = frozenset()) -> Expr:
    """Distances in closed form, conditional moments expanded, observables in terms of the standard loop's.

    alike: loops that keep their own.
    """
    if isinstance(x, Observable):
        return x if x.loop in alike and x.name in (*x.loop.state, "draw") else structures.rescaled(x)
    if isinstance(x, Distance):
        for model in x.atoms(Model):
            structures.examine_law(model.loop)
        return rescaled(x.expanded(), alike)
    if isinstance(x, Moment):
        return _conditional(x, alike)
    if isinstance(x, PathMax):
        linear.one_loop(x.function)
        shift, scale, y = linear.affine(rescaled(x.function, alike))
        if shift.has(x.limits[0][0]) or scale.has(x.limits[0][0]):  # they move along the path: nothing comes out
            return PathMax(rescaled(x.function, alike), x.limits[0])
        return shift + scale * PathMax(y, x.limits[0])
    return x.func(*(rescaled(y, alike) for y in x.args)) if x.args and is_random(x) else x


def _conditional(m: Moment, alike: frozenset[Loop] = frozenset()) -> Expr:
    given = m.given
    if given is None:
        return standardise(m)
    own = given.loop
    loop = own if own in alike else structures.standard(own)
    x = rescaled(m.variable, alike)

    def known(x: Expr) -> Expr:
        out = linear.conditional(x, loop, lambda y: condition(y, loop, given.t))
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
