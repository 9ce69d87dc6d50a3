"""Names within the scope of what a sum, an integral or an extremum runs over: values are put in for names wherever they are."""

from __future__ import annotations

from itertools import count

from sympy import Basic, Symbol, Tuple
from sympy.concrete.expr_with_limits import ExprWithLimits


def apart(x: Basic, taken: frozenset[str] = frozenset(), given: frozenset[str] = frozenset()) -> Basic:
    """The same, where what runs within the scope of a variable of its name has another name: i2 in the inner one of two sums
    over i.

    taken: the names of the variables in whose scope x stands.  given: other names that none of them is to have.
    """
    if not x.has(ExprWithLimits):
        return x
    if not isinstance(x, ExprWithLimits):
        return _with(x, [apart(a, taken, given) for a in x.args])
    function, limits = x.function, list(x.limits)
    for i, (v, *ends) in enumerate(limits):
        if v.name in taken | {s.name for s, *_ in limits[i + 1 :]}:  # the inner ones come first
            names = (taken | given).union(s.name for y in (x, function, *limits) for s in y.atoms(Symbol))
            own = Symbol(next(name for k in count(2) if (name := f"{v.name}{k}") not in names), **v.assumptions0)
            function = function.xreplace({v: own})
            # the ends of the variables before it, which are within its scope, may depend on it
            limits[:i] = [Tuple(s, *(end.xreplace({v: own}) for end in others)) for s, *others in limits[:i]]
            limits[i] = Tuple(own, *ends)
    inside = apart(function, taken | {v.name for v, *_ in limits}, given)
    return _with(x, [inside, *(_ends_apart(limit, taken, given) for limit in limits)])


def _with(x: Basic, args: list[Basic]) -> Basic:
    return x if x.args == (*args,) else x.func(*args)  # what is built anew may be evaluated


def _ends_apart(limit: Tuple, taken: frozenset[str], given: frozenset[str]) -> Tuple:
    return Tuple(limit[0], *(apart(end, taken | {limit[0].name}, given) for end in limit[1:]))


__all__ = ["apart"]
