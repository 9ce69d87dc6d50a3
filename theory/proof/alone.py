"""A coordinate that has a loop of its own: what is said of it alone is said of that smaller loop."""

from __future__ import annotations

from ..language.loops import Observable
from ..language.moments import Moment
from . import structures


def alone(m: Moment) -> Moment:
    """A moment of one coordinate (at any generations) as one of the smaller loop that follows it, where there is one."""
    seen = m.atoms(Observable)
    if len({(o.loop, o.name) for o in seen}) != 1:
        return m
    smaller = {o: structures.alone(o) for o in seen}
    # SymPy evaluates what it rebuilds: an event that is left unevaluated stays as it is
    return m.xreplace(smaller) if any(o != small for o, small in smaller.items()) else m


__all__ = ["alone"]
