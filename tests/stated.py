"""Claims that are made up for a test."""

import inspect
from typing import Any

from theory import Claim
from theory.language.claims import Point
from theory.language.domains import Composed, Domain
from theory.language.verdicts import Verdict
from theory.proof.relations.prove import Proof, prove


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


def assert_proved(relation, **options: Any) -> Proof:
    """The proof of a claim from a function of its variables; what has none fails, with the reason."""
    found = prove(stated(relation, **options))
    assert found.proved, found.reason
    return found


def is_proved(relation, **options: Any) -> bool:
    """Whether it is proved."""
    return prove(stated(relation, **options)).proved


def simulated(claim: Claim) -> Verdict:
    """What simulation alone says of a claim without variables."""
    from simulate.engine.blocks import Runner  # compiled code, which most tests of proofs do without
    from simulate.engine.witness import Witness

    with Runner(0, 1) as runner:
        witness = Witness(runner, 20.0, 0.05)
        (found,) = witness.run(witness.plans([(claim, [Point(1, {})])]))
    return found.verdict
