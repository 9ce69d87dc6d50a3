"""How fast what depends on k grows: k^(s k) e^(c k) k^p (log k)^q (-1)^k, and such scales times numbers in boxes."""

from __future__ import annotations

from dataclasses import dataclass

from flint import acb, arb

from ...language.errors import CannotTell

ZERO, ONE = arb(0), arb(1)


@dataclass(frozen=True)
class Scale:
    """k^(s k) e^(c k) k^p (log k)^q, and (-1)^k where it turns."""

    s: arb = ZERO
    c: arb = ZERO
    p: arb = ZERO
    q: arb = ZERO
    turns: bool = False

    def __mul__(self, other: Scale) -> Scale:
        turns = self.turns != other.turns
        return Scale(self.s + other.s, self.c + other.c, self.p + other.p, self.q + other.q, turns)

    def __truediv__(self, other: Scale) -> Scale:
        turns = self.turns != other.turns
        return Scale(self.s - other.s, self.c - other.c, self.p - other.p, self.q - other.q, turns)

    def __pow__(self, y: arb) -> Scale:
        if self.turns and not y.is_integer():
            raise CannotTell("a power of what changes its sign is not real")
        s, c, p, q = (a * y for a in self.powers)
        return Scale(s, c, p, q, self.turns and not (y / 2).is_integer())

    @property
    def powers(self) -> tuple[arb, arb, arb, arb]:
        """(s, c, p, q), the exponents."""
        return self.s, self.c, self.p, self.q

    def same(self, other: Scale) -> bool:
        """Whether the two are surely one."""
        return self.turns == other.turns and bool(
            self.p == other.p and self.c == other.c and self.s == other.s and self.q == other.q
        )

    @property
    def constant(self) -> bool:
        """Whether it is surely 1, for every k."""
        return self.same(UNIT)

    @property
    def exact(self) -> bool:
        """Whether its powers are numbers, and no balls."""
        return all(a.is_exact() for a in self.powers)

    @property
    def falls(self) -> bool:
        """Whether it surely tends to 0."""
        for a in self.powers:
            if a < 0:
                return True
            if not a.is_zero():
                return False
        return False


UNIT, LINEAR, LOGARITHM = Scale(), Scale(p=ONE), Scale(q=ONE)


@dataclass(frozen=True)
class Term:
    """`scale` times a number in `box`, the same for all k if it is `fixed`."""

    scale: Scale
    box: acb
    fixed: bool = True

    def __mul__(self, other: Term) -> Term:
        return Term(self.scale * other.scale, self.box * other.box, self.fixed and other.fixed)
