"""What a generation of a categorical loop costs: our kernel beside NumPy, all in one run.

    python benchmarks/symbols.py [--symbols 1000000] [--points 1000000] [--generations 50] [--repeats 3]

A Zipf law on many symbols is replaced by the histogram of n draws from it, generation after generation, one history in one
thread; everybody ends with the number of symbols that are alive. Ratios are taken within a repeat.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs from a checkout that is not installed

from simulate.discrete import Histograms, Plan
from simulate.engine.streams import generator


def ours(rng: np.random.Generator, p: np.ndarray, n: int, T: int) -> int:
    histogram = Histograms(Plan(p, lambda t: n), rng, 1)
    for _ in range(T):
        histogram.advance()
    return int(histogram.live[0])


def multinomial(rng: np.random.Generator, p: np.ndarray, n: int, T: int) -> int:
    """NumPy's multinomial over all symbols."""
    for _ in range(T):
        p = rng.multinomial(n, p) / n
    return int(np.count_nonzero(p))


def multinomial_alive(rng: np.random.Generator, p: np.ndarray, n: int, T: int) -> int:
    """The same over the symbols that are alive."""
    for _ in range(T):
        p = rng.multinomial(n, p) / n
        p = p[p > 0]
    return len(p)


def points(rng: np.random.Generator, p: np.ndarray, n: int, T: int) -> int:
    """The points themselves, each a random one of the generation before."""
    data = rng.choice(len(p), size=n, p=p)
    for _ in range(T - 1):
        data = data[rng.integers(0, n, n)]
    return len(np.unique(data))


CONTESTANTS = {
    "our kernel": ours,
    "NumPy, multinomial": multinomial,
    "NumPy, multinomial of the living": multinomial_alive,
    "NumPy, raw points": points,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("symbols", 1_000_000), ("points", 1_000_000), ("generations", 50), ("repeats", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    p = 1.0 / np.arange(1, args.symbols + 1)
    p /= p.sum()
    ours(generator(0, "warm-up", 0), p[:10] / p[:10].sum(), 100, 2)
    seconds: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    alive: dict[str, int] = {}
    for repeat in range(args.repeats):
        for name, run in CONTESTANTS.items():
            start = time.perf_counter()
            alive[name] = run(generator(0, name, repeat), p, args.points, args.generations)
            seconds[name].append(time.perf_counter() - start)
    print(f"{args.symbols:,} symbols, {args.points:,} points, {args.generations} generations\n")
    for name, spent in seconds.items():
        ratio = np.median(np.array(spent) / np.array(seconds["our kernel"]))
        per = 1e3 * min(spent) / args.generations
        print(f"{name:34} {per:8.2f} ms a generation (min)  ratio {ratio:6.2f} (median)  {alive[name]:,} alive")


if __name__ == "__main__":
    main()
