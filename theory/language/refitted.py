"""The finite loop of a likelihood model: every generation fits real points and draws of the model before.

`Gumbel(Normal(0, 1), 1).finite(100)` draws 100 real points and 100 of the model, and fits them by maximum likelihood, again and
again; `finite.mu(t)` is a parameter after t fits. Its limit for many points is the `LikelihoodLoop` that it is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr

from .domains import Integers
from .errors import BadInput
from .fields import Flag
from .laws import Law
from .likelihood import LikelihoodLoop
from .loops import Loop, Observable


class Refitted(Loop):
    """A likelihood model refitted, again and again, to `real` points of the data and `synthetic` ones of the model before.

    population: the loop that states model, data and start; of its lam nothing is used: synthetic/real takes its place.
    fixed: whether the real points are drawn once and kept; else they are fresh in every generation.

    A fit is the local maximum of the likelihood near the parameters before, as in the stability theorem: Newton's method from
    there, uphill only. Where there is none in the interior (separated samples, a scale that falls to 0, a count that is always
    0), the fit is lost: the parameters stay as they were, and the path goes on. So every observable has a law; no sample is
    drawn again. `lost(t)` is how many of the first t fits were lost.

    Observables: the parameters of the model by their names, `finite.mu(t)`; lost(t).
    Source: the loop of Bertrand et al. 2310.00429.
    """

    population: LikelihoodLoop
    real: Integers(1)
    synthetic: Integers(0)
    fixed: Flag = False

    def __new__(cls, *args: Any, **given: Any):
        made = super().__new__(cls, *args, **given)
        if taken := [name for name in made.population.state if hasattr(cls, name)]:
            raise BadInput(
                f"{type(made.population).__name__}: a parameter is called {taken[0]}, as something that every finite loop has; "
                "expected another name"
            )
        return made

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name not in ("args", "population") and name in self.population.state:

            def at(t: Any) -> Observable:
                return Observable(self, name, t)

            at.__name__, at.__doc__ = name, f"{name} after t fits."
            return at
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def state(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(self.population.state)

    @property
    def positive(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset(name for name, p in self.population.parameters.items() if p.domain.lo >= 0)

    @property
    def latex_names(self) -> Mapping[str, str]:  # type: ignore[override]
        return {**self.population.latex_names, "lost": "L"}

    @property
    def lam(self) -> Expr:
        """Synthetic points for each real one."""
        return self.synthetic / self.real

    @property
    def initial(self) -> dict[str, Expr]:
        return self.population.initial

    def lost(self, t) -> Observable:
        """How many of the first t fits were lost."""
        return Observable(self, "lost", t)

    def law_at(self, t) -> Law:
        return self.population.law_of({name: Observable(self, name, t) for name in self.state})

    def unstated(self, name: str) -> str | None:
        return (
            "lost fits are counted where the loop is run, and not stated in symbols"
            if name == "lost"
            else super().unstated(name)
        )


def refitted(population: LikelihoodLoop, n: Any, m: Any, fixed: Any) -> Refitted:
    """The finite loop of a population loop; m None: lam n, which must be a whole number. Raises `BadInput` for another one."""
    if not population.is_plain:
        raise BadInput(
            f"{type(population).__name__}: a finite loop fits draws of the model itself, to the maximum: expected temperature 1, "
            "steps 0 and no error"
        )
    if m is None:
        m = population.lam * n
        if m.is_number and not m.is_integer:
            raise BadInput(
                f"finite({n}): lam n = {m} is no whole number of points; expected m, the number of synthetic points"
            )
    return Refitted(population, n, m, fixed)


__all__ = ["Refitted", "refitted"]
