"""What intervals that are "as skew as they look" miss, and their gates: `python benchmarks/bent.py > benchmarks/bent.txt`.

`simulate.engine.small_samples.bent_interval` assumes that the runs show how skew their law is: that no part of it is so rare
that fewer than five of the runs are expected to be of it. Here such intervals are drawn over a grid of laws and
numbers of runs, n, and their misses counted by how far they are bent (z a).

The rule, which sees nothing else: a gate (least n; most z a) is good if of every law, at every n from the least on at which what
is assumed is so, the intervals that pass are missed no more often than they say, at every error, three standard errors of the
counting aside. Of the good ones: the least n; of these, the most z a. If none is good there is no such interval.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, sqrt
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs from a checkout that is not installed

from simulate.engine.small_samples import bent_ends

RUNS = (3, 5, 8, 12, 16, 20, 25, 30, 40, 50, 60, 80, 85, 90, 95, 100, 150, 200)  # finer where the rule has its least n
ERRORS = (0.05, 0.01, 1e-3, 1e-4)
MOST_BENT = (1.0, 1.25, 1.5, 2.0, 3.0, inf)  # up to 1 nothing has to be assumed, but for the tail
EXPECTED = 5  # runs, of a part that they show
SETS = 100_000
AT_ONCE = 4_000_000  # values drawn


@dataclass(frozen=True)
class Law:
    """draw: samples of a shape.  part: the probability of the rarest part that it is made of."""

    draw: Callable[[np.random.Generator, tuple[int, int]], np.ndarray]
    mean: float
    part: float = 1.0

    def shown(self, n: int) -> bool:
        """Whether what is assumed is so."""
        return n * self.part >= EXPECTED


def lognormal(s: float) -> Law:
    return Law(lambda g, size: g.lognormal(0, s, size), exp(s * s / 2))


def gamma(k: float) -> Law:
    return Law(lambda g, size: g.gamma(k, 1.0, size), k)


def mixed(share: float, far: float) -> Law:
    """Normal values, of which a share lies so many standard deviations to the right."""
    return Law(lambda g, size: g.standard_normal(size) + far * (g.random(size) < share), share * far, share)


def wider(share: float, times: float) -> Law:
    """Normal values, of which a share is spread so many times as wide."""
    return Law(lambda g, size: g.standard_normal(size) * np.where(g.random(size) < share, times, 1.0), 0.0, share)


LAWS = {
    "normal": Law(lambda g, size: g.standard_normal(size), 0.0),
    "uniform": Law(lambda g, size: g.random(size), 0.5),
    "Student 5": Law(lambda g, size: g.standard_t(5, size), 0.0),
    "Student 3": Law(lambda g, size: g.standard_t(3, size), 0.0),
    "exponential": gamma(1.0),
    "gamma 4": gamma(4.0),
    "gamma 1/2": gamma(0.5),
    "gamma 1/4": gamma(0.25),
    "gamma 1/10": gamma(0.1),
    "lognormal 1/4": lognormal(0.25),
    "lognormal 1/2": lognormal(0.5),
    "lognormal 1": lognormal(1.0),
    "lognormal 3/2": lognormal(1.5),
    "lognormal 2": lognormal(2.0),
    "a third at 5": mixed(1 / 3, 5.0),
    "a tenth at 5": mixed(0.1, 5.0),
    "a tenth at 20": mixed(0.1, 20.0),
    "a hundredth at 20": mixed(0.01, 20.0),
    "a tenth 5 times as wide": wider(0.1, 5.0),
    "a hundredth 20 times as wide": wider(0.01, 20.0),
}


@dataclass(frozen=True)
class Count:
    """Of samples of n of a law, at an error: how many are let pass by each of `MOST_BENT`, and how many of these miss."""

    told: np.ndarray
    missed: np.ndarray
    sets: int


def count(law: Law, n: int, sets: int = SETS, seed: int = 0) -> dict[float, Count]:
    """By error."""
    told = {e: np.zeros(len(MOST_BENT), int) for e in ERRORS}
    missed = {e: np.zeros(len(MOST_BENT), int) for e in ERRORS}
    done, rng = 0, np.random.default_rng([seed, n])
    while done < sets:
        x = law.draw(rng, (min(sets - done, AT_ONCE // n), n))
        done += len(x)
        mean = x.mean(axis=1)
        apart = x - mean[:, None]
        squares = (apart * apart).sum(axis=1)
        with np.errstate(all="ignore"):
            skewness = sqrt(n) * (apart**3).sum(axis=1) / squares**1.5
        for e in ERRORS:
            low, high, z, a = bent_ends(mean, squares / (n - 1), skewness, n, e)
            misses = (low > law.mean) | (high < law.mean)
            for k, most in enumerate(MOST_BENT):
                passes = z * a <= most
                told[e][k] += passes.sum()
                missed[e][k] += (misses & passes).sum()
    return {e: Count(told[e], missed[e], sets) for e in ERRORS}


def too_many(c: Count, error: float) -> np.ndarray:
    """By most z a: whether more are missed than is said."""
    return c.missed > error * c.sets + 3 * sqrt(error * c.sets)


def gates(counts: dict[tuple[str, int], dict[float, Count]]) -> tuple[int, float] | None:
    """The rule: (least n, most z a), or None."""
    ns = sorted({n for _, n in counts})
    for least in ns:
        considered = [
            (e, c) for (name, n), of in counts.items() if n >= least and LAWS[name].shown(n) for e, c in of.items()
        ]
        good = ~np.any([too_many(c, e) for e, c in considered], axis=0)
        if good.any():
            return least, MOST_BENT[int(np.flatnonzero(good)[-1])]
    return None


def main() -> None:
    counts = {}
    for name, law in LAWS.items():
        for n in RUNS:
            counts[name, n] = count(law, n)
            print(name, n, file=sys.stderr)
    found = gates(counts)
    told = (
        "none: the assumption does not hold its level"
        if found is None
        else f"{found[0]} runs or more, z a <= {found[1]:g}"
    )
    print(f"Gates by the rule, {SETS:,} samples of each: {told}\n")
    print("Misses over the error, of intervals with z a <= 1, 2, any; then the share that passes z a <= 2.")
    print("*: what is assumed is not so.")
    places = [MOST_BENT.index(x) for x in (1.0, 2.0, inf)]
    for e in ERRORS:
        print(f"\nerror {e:g}\n{'law':<30}" + "".join(f"{n:>28}" for n in RUNS))
        for name in LAWS:
            cells = []
            for n in RUNS:
                c = counts[name, n][e]
                misses = " ".join(f"{c.missed[k] / (e * c.sets):.2g}" for k in places)
                cells.append(f"{misses} {c.told[places[1]] / c.sets:.2f}{'' if LAWS[name].shown(n) else '*'}")
            print(f"{name:<30}" + "".join(f"{x:>28}" for x in cells))


if __name__ == "__main__":
    main()
