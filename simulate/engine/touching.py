"""Where the sides of a strict relation may touch at one number that no look meets, such as a root of 2 (rules 31 and 33).

Between looks that hold the distance of the sides falls as if to 0: near its least place a parabola through three looks leads
to the next, closer and closer. Looks are of rational values, so an irrational place is never met, and nothing is refuted there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

from sympy import Rational

from theory.language.claims import Claim
from theory.language.domains import Integers
from theory.language.verdicts import STRICT
from theory.proof.prepared import Part, prepare

from .ascent import Ascent
from .trails import Seen

BESIDE = Rational(1, 1000)  # of the room around a place: how far off the distance is compared,
CLOSER = (Rational(1, 10**3), Rational(1, 10**6), Rational(1, 10**9))  # and the steps of the three parabolas
TOUCHES = 1e-12  # of the distance beside a place: what is left at it is as if there were none
PLACES = 12  # from which it is followed, those where the sides are closest

Distance = Callable[[Mapping[str, Any]], float | None]


def touching(claim: Claim, ascent: Ascent, places: Iterable[Mapping[str, Any]]) -> str:
    """Where the sides come as close as if they touched, in words; "" where they do nowhere, or no part of the claim is strict."""
    parts = (p for case in claim.cases or [{}] for p in prepare(claim, case).parts)
    if not any(isinstance(p, Part) and p.op in STRICT for p in parts):
        return ""
    real = [n for n in claim.symbols if not isinstance(claim.domain[n], Integers)]

    def distance(values: Mapping[str, Any]) -> float | None:
        there: Seen | None = ascent.look(values) if ascent.admits(values) else None
        if there is not None and there.absolute:
            return there.margin
        if there is None or there.margin is None or there.unit is None:
            return None
        return there.margin * there.unit

    looked = [(d, values) for values in (places if real else ()) if (d := distance(values)) is not None]
    for _, values in sorted(looked, key=itemgetter(0))[:PLACES]:
        near = dict(values)
        for step in CLOSER:
            for name in real:
                near = _lower(distance, near, name, step * _room(near[name]))
        left = distance(near)
        around = {name: _both_sides(distance, near, name, BESIDE * _room(near[name])) for name in real}
        # beyond an end that belongs to the domain there is nothing
        whole = all(len(ds) == 2 - (near[name] in claim.domain[name].included) for name, ds in around.items())
        beside = [d for ds in around.values() for d in ds]
        if left is not None and whole and 0 < left < TOUCHES * min(beside):
            at = ", ".join(f"{n} = {float(x):.10g}" if n in real else f"{n} = {x}" for n, x in near.items())
            return f"the sides come within {left:.1g} of each other near {at}, as if they touched, and the relation is strict"
    return ""


def _room(x: Any) -> Any:
    return max(abs(x), Rational(1, 1000))


def _both_sides(distance: Distance, values: Mapping[str, Any], name: str, step: Any) -> list[float]:
    found = (distance({**values, name: values[name] + sign * step}) for sign in (-1, 1))
    return [d for d in found if d is not None]


def _lower(distance: Distance, values: dict[str, Any], name: str, step: Any) -> dict[str, Any]:
    """The place along one variable at which a parabola through three looks is least, if the sides are closer there."""
    here, beside = distance(values), _both_sides(distance, values, name, step)
    if here is None or len(beside) < 2 or not beside[0] - 2 * here + beside[1] > 0:
        return values
    shift = (beside[0] - beside[1]) / (beside[0] - 2 * here + beside[1]) / 2
    there = {**values, name: values[name] + step * Rational(shift).limit_denominator(10**12)}
    found = distance(there) if abs(shift) <= 1 else None
    return there if found is not None and found < here else values
