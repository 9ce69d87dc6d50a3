"""How much of the law of a path a step tells, by the classes that it is of."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Dummy, Expr, Poly, PolynomialError, oo

from ..language.errors import BadInput, CannotTell
from ..language.loops import Loop, Observable
from ..language.structures import Told


def _said(loop: Loop) -> Iterator[Told]:
    """What the class of the step says, and those that add to it: none of them takes back what another one says."""
    for kind in type(loop).__mro__:
        said = vars(kind).get("told")
        said = said.fget(loop) if isinstance(said, property) and said.fget else said
        if isinstance(said, Told):
            yield said
        elif said is not None:
            raise BadInput(f"{kind.__name__}: `told` is {said!r}; expected Told(...), or None")
        if "step" in vars(kind):
            return


def tells_all(loop: Loop) -> bool:
    """Whether a step says the whole law of a path."""
    return not any(_said(loop))


def refuse_untold(loop: Loop, x: Expr, given: bool = False) -> None:
    """Raise `CannotTell` where a step does not tell the mean of a function of the state.

    given: whether it is the mean for a known model, not on average.
    """
    seen = {o: Dummy("x") for o in x.atoms(Observable) if o.loop == loop}
    for said in _said(loop):
        try:
            degree = Poly(x.xreplace(seen), *seen.values()).total_degree() if seen else 0
        except PolynomialError:
            degree = oo
        if degree > (said.given if given else said.degree) or len({o.t for o in seen}) > said.generations:
            raise CannotTell(said.why)
