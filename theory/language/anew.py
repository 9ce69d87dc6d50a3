"""A user's loop in symbols that its code has never met: what it remembers of others it says again, and asks nothing of it.

A step that keeps what it has worked out, under the symbols that it was worked out for, writes x/x the first time only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from sympy import Basic, Symbol

from .asked import Noted
from .fits import FIT
from .loops import CLOCK, Loop, PopulationLoop
from .order import in_order
from .strangers import ours

_NUMBERS = count()


class Anew:
    """The same `loop`, and its `state`, in other symbols of the same kinds; `back` puts the first ones in again."""

    def __init__(self, loop: Loop, state: Mapping[str, Symbol]) -> None:
        self.loop, self.state = loop, dict(state)
        self._was: dict[Basic, Basic] = {}
        if ours(type(loop)) or isinstance(loop, PopulationLoop):
            return
        symbols = [s for s in in_order({*loop.free_symbols, *state.values()}) if s.is_Symbol and s not in (CLOCK, FIT)]
        number = next(_NUMBERS)
        names = {s: s.func(f"{s.name}_anew{number}", **s._assumptions_orig) for s in symbols}
        self.loop = loop.xreplace({s: x for s, x in names.items() if s in loop.free_symbols})
        self.state = {name: names.get(s, s) for name, s in state.items()}
        self._was = {x: s for s, x in names.items()}

    def back(self, x: Any) -> Any:
        """Something that it says, of the first symbols."""
        return x.xreplace(self._was) if self._was else x

    def parts(self, said: Iterable[Basic]) -> list[Basic]:
        """`back` of each of several things that it says."""
        return [self.back(x) for x in said]

    def noted(self, asked: Noted) -> None:
        """The same of what was noted meanwhile."""
        if self._was:
            asked.demands = {(self.back(x), strictly, why): None for x, strictly, why in asked.demands}
            asked.laws = {self.back(law): None for law in asked.laws}
            asked.lost = {self.back(x): times for x, times in asked.lost.items()}


__all__ = ["Anew"]
