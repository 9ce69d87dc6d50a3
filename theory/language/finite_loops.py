"""Population loops on finitely many atoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Add, Expr, Float, Tuple

from .errors import Unsaid
from .laws import AnyLaw, Finite
from .loops import Loop, Observable


class FiniteLoop(Loop):
    """A population loop on finitely many atoms: its state is the law of a draw, coordinates p0, p1, ...

    start: the `Finite` law that it is handed.
    tables: functions of a draw by the name of their observable, each the tuple of its values on the atoms. A loop offers
        them as `weight = of_draw("f")`: `loop.weight(t)` is that of a fresh draw from model t, `loop.weight(t, 2)`
        that of a second, independent one; `loop.draw(t)` is its number, 0, 1, ...
    Refuses masses that are no probabilities of sum 1 (`BadInput`).
    Source: ours: a way to state a loop, no model of its own.
    """

    if TYPE_CHECKING:
        start: Any

    @property
    def state(self) -> tuple[str, ...]:
        return tuple(f"p{i}" for i in range(len(self.start.masses)))

    @property
    def any_law(self) -> AnyLaw | None:
        """The law of its start where nothing is known of that, so that no atom has a name; None where the atoms are listed."""
        return self.start if isinstance(self.start, AnyLaw) else None

    @property
    def candidates(self) -> tuple[Expr, Expr] | None:
        """(K, lam) of a step that is a tournament of K draws, real data beside them; K may be a symbol. None for another step."""
        return None

    @property
    def tables(self) -> dict[str, Tuple]:
        """Of each observable that is a function of a draw: its values on the atoms, in their order. None by default."""
        return {}

    @property
    def initial(self) -> dict[str, Expr]:
        return dict(zip(self.state, self.start.masses, strict=True))

    def table(self, name: str) -> Tuple | None:
        """The values on the atoms of a function of a draw; None if there is none of that name."""
        return Tuple(*range(len(self.state))) if name == "draw" else self.tables.get(name)

    def unstated(self, name: str) -> str | None:
        return None if self.table(name) is not None else super().unstated(name)

    def on(self, law: Finite, weights) -> FiniteLoop:
        """The same loop on other atoms: real data and start have the given law.

        Who defines it says that the step treats all atoms alike, however many; so it is not believed of a subclass with
        another step.
        """
        raise Unsaid(f"{type(self).__name__} on other atoms")

    def mass(self, t, *atoms: int) -> Expr:
        """The probability of the given atoms under model t."""
        return Add(*(Observable(self, self.state[i], t) for i in atoms))

    def law_at(self, t) -> Finite:
        return Finite(tuple(Observable(self, name, t) for name in self.state))

    def refuses(self) -> str | None:
        for law in sorted(self.atoms(Finite), key=str):
            if any(p < 0 for p in law.masses) or sum(law.masses) != 1:
                exact = " (write Rational(1, 2) for 0.5)" if law.atoms(Float) else ""
                return f"{law}: probabilities, of sum 1, are expected{exact}"
        return super().refuses()


__all__ = ["FiniteLoop"]
