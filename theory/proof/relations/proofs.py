"""What the derivation witness says of a claim, and what refutes one."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...language.errors import BadInput


@dataclass
class Proof:
    """What the derivation witness says of a claim: proved or not, the reason if not, the certificate."""

    proved: bool
    refuted: bool = False
    reason: str = ""
    steps: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return "derivation" + (f", given {' and '.join(self.given)}" if self.given else "")


class Refuted(Exception):
    """The relation is false; the message says why."""


class NoProof(BadInput):
    """A `proof=` that returns no links: a mistake in the file, whatever else can be said of the claim."""
