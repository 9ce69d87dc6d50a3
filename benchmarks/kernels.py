"""What the kernels of the families cost beside vectorised NumPy, and beside the mere draws of its random numbers.

    python benchmarks/kernels.py [--replicates 8192] [--repeats 5] [--only pooled]

Everybody simulates the same loop in one thread with SFC64; NumPy's side is what an expert writes in ten lines, on what a fit
sees of the points where our kernel does so too. A repeat times ours, NumPy and the draws in turn, in
processor time. Means and second moments of
the two are compared in standard errors: the last column is the larger of both, over all repeats.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs from a checkout that is not installed

from numpy_loops import Case, Draws, cases

from simulate.engine.dispatch import estimand
from simulate.engine.streams import generator
from theory.language.moments import E, Moment
from theory.proof.standard import standardise


def contestants(case: Case) -> tuple[Draws, Draws, Draws]:
    """Ours, NumPy's, the draws alone; the first two give the observable's values."""
    observed = case.observed if isinstance(case.observed, Moment) else E(case.observed)
    (statistic,) = estimand(standardise(observed)).statistics

    def ours(rng: np.random.Generator, size: int) -> np.ndarray:
        return np.asarray(statistic.values(statistic.simulation.draw(rng, size, list(statistic.times))), dtype=float)

    return ours, case.numpy, case.draws


def distance(x: np.ndarray, y: np.ndarray) -> float:
    """Between means and second moments, in standard errors: the larger one."""
    pairs = [(x, y), (x * x, y * y)]
    return max(abs(a.mean() - b.mean()) / np.sqrt(a.var() / a.size + b.var() / b.size) for a, b in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--replicates", type=int, default=8192)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    options = parser.parse_args()
    print(f"{'':42} {'ours, ns':>10} {'NumPy/ours':>11} {'ours/draws':>11} {'apart':>6}")
    for case in (c for c in cases() if options.only in c.name):
        size = options.replicates // case.fewer
        seconds, values = [], []
        for repeat in range(-1, options.repeats):  # repeat -1 warms up, and compiles
            rngs, took, got = [generator(repeat + 1, case.name, i) for i in range(3)], [], []
            for contestant, rng in zip(contestants(case), rngs, strict=True):
                start = time.process_time()
                got.append(contestant(rng, size))
                took.append(time.process_time() - start)
            if repeat >= 0:
                seconds.append(took)
                values.append(got[:2])
        ours, numpy, draws = np.array(seconds).T
        nanoseconds = 1e9 * ours.min() / (size * case.generations)
        apart = distance(*(np.concatenate(v) for v in zip(*values, strict=True)))
        ratios = np.median(numpy / ours), np.median(ours / draws)
        print(f"{case.name:42} {nanoseconds:10.1f} {ratios[0]:11.2f} {ratios[1]:11.2f} {apart:6.1f}")


if __name__ == "__main__":
    main()
