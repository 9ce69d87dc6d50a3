"""Claims of a user's file, one after the other; where several runs on one ledger are at them, each is checked by one of these."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from theory.language.claims import Claim

from .leases import LOOK, Leases, State
from .ledger import CHECK, key


def in_turn(
    claims: Iterable[Claim],
    ledger: Path,
    hashed: Callable[[Claim], str],
    is_done: Callable[[Claim], bool],
    waits: Callable[[Claim], None],
) -> Iterator[Claim]:
    """Each claim once, leased while the caller is at it. What another run is at comes last: when that one has finished it,
    or has ended, and then it is done here.

    hashed: what a claim's findings are kept under.  is_done: whether they are in the ledger.  waits: is told, before others
    are waited for, of a claim that they are at.
    """
    left, theirs = deque(claims), 0
    with Leases(ledger) as leases:
        while left:
            c = left.popleft()
            name = key(c), hashed(c), CHECK
            if leases.take(*name, partial(is_done, c)) == State.THEIRS:
                left.append(c)
                theirs += 1
                if theirs == len(left):
                    waits(c)
                if theirs >= len(left):
                    time.sleep(LOOK)
                continue
            theirs = 0
            yield c
            leases.give_back(*name)


__all__ = ["in_turn"]
