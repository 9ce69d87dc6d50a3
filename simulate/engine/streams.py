"""Random streams: which numbers a block of replicates draws, on any machine, in any order, alone or among others.

The generator is SFC64, at half the cost of Philox. A counter of 64 bits is part of its state and begins at one in every stream,
and a step can be undone: two streams that begin in different states have no state in common before the counter has come round.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np


def generator(seed: int, key: str, block: int, batch: int = 0) -> np.random.Generator:
    """The stream of one block of replicates: a function of its four arguments and of nothing else.

    seed: the user's, any size. key: what is simulated (loop, point, horizon, tilt), as text. block, batch: below 2^32.
    The key enters by a digest, since Python's own `hash` differs from process to process: as four 32-bit words, so that
    only the seed has a variable length, and different arguments never spell the same entropy.
    """
    words = np.frombuffer(blake2b(key.encode(), digest_size=16).digest(), dtype="<u4")
    entropy: Any = [seed, batch, block, *words.tolist()]
    if 0 <= seed < 2**32:  # the same, in a third of the time
        entropy = np.array(entropy, dtype=np.uint32)
    return _of(np.random.SeedSequence(entropy))


def apart(rng: np.random.Generator, *key: int) -> np.random.Generator:
    """A stream beside that of a block, named by `key`: what is drawn from it moves nothing else."""
    root: Any = rng.bit_generator.seed_seq
    return _of(np.random.SeedSequence(root.entropy, spawn_key=key))


def _of(seeds: np.random.SeedSequence) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seeds))
