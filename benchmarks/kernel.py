"""What a Gaussian loop costs: our kernels beside what one would write in NumPy, all in one run.

    python benchmarks/kernel.py [--n 100] [--generations 100] [--replicates 2000] [--repeats 7]

Everybody makes the trajectories of sigma and mu, all generations kept, from n points a generation (unbiased variance),
in one thread. A repeat times every contestant once, one after the other (a fast one as the mean of several
calls), and takes its ratio to `trajectories` of the same repeat: a slow spell of the machine falls on both.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs from a checkout that is not installed

from simulate.engine.streams import generator
from simulate.gaussian.common import simulate, trajectories


def plain_loop(rng: np.random.Generator, B: int, n: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """The loop as a reader would write it."""
    sigma, mu = np.ones((B, T + 1)), np.zeros((B, T + 1))
    for b in range(B):
        for t in range(T):
            points = rng.normal(mu[b, t], sigma[b, t], n)
            mu[b, t + 1], sigma[b, t + 1] = points.mean(), points.std(ddof=1)
    return sigma, mu


def vectorised(rng: np.random.Generator, B: int, n: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """The same points, all replicates at once."""
    sigma, mu = np.ones((T + 1, B)), np.zeros((T + 1, B))
    for t in range(T):
        points = rng.normal(mu[t, :, None], sigma[t, :, None], (B, n))
        mu[t + 1], sigma[t + 1] = points.mean(axis=1), points.std(axis=1, ddof=1)
    return sigma.T, mu.T


def vectorised_tuned(rng: np.random.Generator, B: int, n: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """The same points, in one buffer, standardised, with the sums by `einsum`: the best we found on raw points."""
    sigma, mu, points = np.ones((T + 1, B)), np.zeros((T + 1, B)), np.empty((B, n))
    for t in range(T):
        rng.standard_normal(out=points)
        mean = points.mean(axis=1)
        squares = np.einsum("ij,ij->i", points, points) - n * mean**2
        mu[t + 1] = mu[t] + sigma[t] * mean
        sigma[t + 1] = sigma[t] * np.sqrt(squares / (n - 1))
    return sigma.T, mu.T


def vectorised_exact(rng: np.random.Generator, B: int, n: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """The sufficient statistic in NumPy: our idea without our kernel."""
    sigma, mu = np.ones((T + 1, B)), np.zeros((T + 1, B))
    for t in range(T):
        mu[t + 1] = mu[t] + sigma[t] / np.sqrt(n) * rng.standard_normal(B)
        sigma[t + 1] = sigma[t] * np.sqrt(rng.chisquare(n - 1, B) / (n - 1))
    return sigma.T, mu.T


def only_draws(rng: np.random.Generator, B: int, n: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """NumPy drawing one normal and one chi-square a generation, and doing nothing with them."""
    return rng.chisquare(n - 1, (B, T)), rng.standard_normal((B, T))


def kernel(rng: np.random.Generator, B: int, n: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    return trajectories(rng, B, n, n - 1, n - 1, 1.0, T)


def kernel_ends(rng: np.random.Generator, B: int, n: int, T: int) -> dict[str, np.ndarray]:
    """What estimates cost: the last generation only."""
    return simulate(rng, B, n, n - 1, n - 1, record_at=[T], with_mean=True)


def kernel_raw(rng: np.random.Generator, B: int, n: int, T: int) -> dict[str, np.ndarray]:
    """Our kernel on raw points, all generations kept."""
    return simulate(rng, B, n, n - 1, n - 1, record_at=range(T + 1), with_mean=True, kind="raw")


def contestants(B: int, n: int, T: int) -> dict[str, tuple[Callable[[], object], int]]:
    """Name: (call, calls a repeat). The first is what the others are compared with."""
    own = generator(0, "benchmark", 0)
    numpys = {"PCG64": np.random.default_rng(0), "SFC64": np.random.Generator(np.random.SFC64(0))}
    entries = {"kernel, trajectories": (lambda: kernel(own, B, n, T), 20)}
    for label, f, calls in [
        ("NumPy, plain loop", plain_loop, 1),
        ("NumPy, raw points, vectorised", vectorised, 1),
        ("NumPy, raw points, tuned", vectorised_tuned, 1),
        ("NumPy, sufficient statistic", vectorised_exact, 10),
        ("NumPy, the draws alone", only_draws, 10),
    ]:
        for name, rng in numpys.items():
            entries[f"{label}, {name}"] = (lambda f=f, rng=rng: f(rng, B, n, T), calls)
    entries["kernel, raw points"] = (lambda: kernel_raw(own, B, n, T), 2)
    entries["kernel, last generation only"] = (lambda: kernel_ends(own, B, n, T), 20)
    return entries


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in {"n": 100, "generations": 100, "replicates": 2000, "repeats": 7}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    B, n, T = options.replicates, options.n, options.generations
    start = time.perf_counter()
    kernel(generator(0, "first call", 0), 1, n, 1)
    print(f"n = {n}, {T} generations, {B} replicates, {options.repeats} repeats, NumPy {np.__version__}")
    print(f"first call of the kernel, compiled or from numba's cache: {time.perf_counter() - start:.2f} s\n")
    entries = contestants(B, n, T)
    seconds = {name: [] for name in entries}
    for repeat in range(-1, options.repeats):  # repeat -1 warms up, and compiles
        for name, (call, calls) in entries.items():
            start = time.perf_counter()
            for _ in range(calls):
                call()
            if repeat >= 0:
                seconds[name].append((time.perf_counter() - start) / calls)
    ours = np.array(next(iter(seconds.values())))
    print(f"{'':38} {'ms min':>9} {'median':>9} {'ratio min':>10} {'median':>8} {'ns a step':>10}")
    for name, times in seconds.items():
        times, ratios = 1000 * np.array(times), np.array(times) / ours
        print(
            f"{name:38} {times.min():9.2f} {np.median(times):9.2f} {ratios.min():10.2f} {np.median(ratios):8.2f}"
            f" {np.median(times) * 1e6 / (B * T):10.1f}"
        )


if __name__ == "__main__":
    main()
