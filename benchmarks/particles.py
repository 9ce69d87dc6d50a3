"""What ten rounds of a million points, each the pick among four of the points before, cost beside drawing and sorting in NumPy.

    python benchmarks/particles.py [--points 1000000] [--rounds 10] [--repeats 5]

In one thread with SFC64, in processor time. Ours: the candidates' places are drawn, their weights looked up, the picks made
(`simulate.curation.picks`). NumPy's side does not curate at all: a round draws as many numbers as there are candidates, and sorts
the points.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs from a checkout that is not installed

from simulate.curation.picks import resampled
from simulate.engine.streams import generator

K = 4


def ours(rng: np.random.Generator, points: int, rounds: int) -> np.ndarray:
    """The points after all rounds: uniform at first, the weight of x being e^x."""
    now = rng.random(points)
    for _ in range(rounds):
        now = now[resampled(rng, np.exp(now), K, points)]
    return now


def drawn_and_sorted(rng: np.random.Generator, points: int, rounds: int) -> np.ndarray:
    now = rng.random(points)
    for _ in range(rounds):
        candidates = rng.random((points, K))
        now = np.sort(candidates[:, 0])
    return now


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    ours(generator(0, "warm", 0), 100, 1)
    took = []
    for repeat in range(options.repeats):
        row = []
        for contestant in (ours, drawn_and_sorted):
            rng, start = generator(repeat + 1, contestant.__name__, 0), time.process_time()
            contestant(rng, options.points, options.rounds)
            row.append(time.process_time() - start)
        took.append(row)
    mine, numpy = np.array(took).T
    print(f"ours {mine.min():.2f} s, drawn and sorted {numpy.min():.2f} s, ratio {np.median(mine / numpy):.2f}")


if __name__ == "__main__":
    main()
