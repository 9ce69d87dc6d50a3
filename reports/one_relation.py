"""Claims of one relation, in the place of what another claim says."""

from __future__ import annotations

import inspect
from dataclasses import replace
from functools import wraps
from typing import Any

from sympy import sympify
from sympy.core.relational import Relational

from theory.language.claims import Claim

NOTHING: dict[str, Any] = {  # is declared of it
    "tight": {},
    "mutants": {},
    "trivial": None,
    "scale": None,
    "proof": None,
    "rate": None,
    "uses": (),
    "needs": (),
    "examples": (),
}


def with_relation(claim: Claim, relation: Relational, name: str) -> Claim:
    """A claim of one relation in the symbols of another claim, on its domain."""

    @wraps(claim.function)
    def said(**values: Any) -> Relational:
        apart = claim.taken_apart(values)
        at = {s: sympify(apart[n]) for n, s in claim.symbols.items()}
        return relation.xreplace({s: x for s, x in at.items() if s != x})

    said.__name__ = name
    signature = inspect.signature(claim.function)
    grown = [inspect.Parameter(s.name, inspect.Parameter.KEYWORD_ONLY, default=d) for s, d in claim.grown.items()]
    said.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *grown])  # pyrefly: ignore[missing-attribute]
    return replace(claim, function=said, **NOTHING)
