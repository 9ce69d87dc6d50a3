"""Claims that are made up for a test."""

import inspect
from typing import Any

from theory import Claim
from theory.language.domains import Composed, Domain


def stated(relation, **options: Any) -> Claim:
    """A claim from a function of its variables; options: their domains, and those of `Claim`."""
    domains = {name: d for name, d in options.items() if isinstance(d, Domain | Composed)}

    def statement(**values):
        """Something is so."""
        return relation(**values)

    statement.__signature__ = inspect.Signature(
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=d) for name, d in domains.items()]
    )
    return Claim(statement, **{name: x for name, x in options.items() if name not in domains})
