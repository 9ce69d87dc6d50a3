"""What a generation of a finite loop of a likelihood model costs beside SciPy's `minimize`, replicate by replicate.

    python benchmarks/refits.py [--replicates 60] [--repeats 5] > benchmarks/refits.txt

Both draw 100 real points and 100 of the model in each of 3 generations, and fit them from the parameters before, in one thread.
SciPy's side is what an expert writes: NumPy's draws, the log-likelihood and its gradient by hand as array arithmetic, and
L-BFGS-B with bounds. A repeat times both in turn, in processor time; linear algebra has one thread, or SciPy's others would wait
at its cost. First run: of a model that was never compiled, with the
compilation; later processes load it. Apart: means of the first parameter after the last generation, in standard errors.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln
from sympy import exp, log, loggamma, pi

sys.path.insert(0, str(Path(__file__).parents[1]))  # runs from a checkout that is not installed

from simulate.engine.refits import simulation
from simulate.engine.streams import generator
from theory import Parameter, Positive, Reals
from theory.language.laws import Exponential, Laplace, Normal
from theory.language.likelihood import LikelihoodLoop

N, GENERATIONS, PATHS = 100, 3, 1024


class Student(LikelihoodLoop):
    nu: Positive
    m: Parameter(Reals())
    s: Parameter(Positive())

    def log_density(self, x):
        k, z = (self.nu + 1) / 2, (x - self.m) / self.s
        return -k * log(1 + z**2 / self.nu) - log(self.s) + loggamma(k) - loggamma(self.nu / 2) - log(self.nu * pi) / 2


class Gumbel(LikelihoodLoop):
    m: Parameter(Reals())
    b: Parameter(Positive())

    def log_density(self, x):
        z = (x - self.m) / self.b
        return -z - exp(-z) - log(self.b)


class Gamma(LikelihoodLoop):
    k: Parameter(Positive())
    scale: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return (self.k - 1) * log(x) - x / self.scale - loggamma(self.k) - self.k * log(self.scale)


def student(theta: np.ndarray, x: np.ndarray) -> tuple[float, np.ndarray]:
    m, s = theta
    z = (x - m) / s
    w = z / (3 + z * z)
    return 2 * np.log1p(z * z / 3).mean() + np.log(s), np.array([-4 * w.mean() / s, (1 - 4 * (w * z).mean()) / s])


def gumbel(theta: np.ndarray, x: np.ndarray) -> tuple[float, np.ndarray]:
    m, b = theta
    z = (x - m) / b
    e = np.exp(-z)
    return (z + e).mean() + np.log(b), np.array([(e.mean() - 1) / b, (1 - (z * (1 - e)).mean()) / b])


def gamma(theta: np.ndarray, x: np.ndarray) -> tuple[float, np.ndarray]:
    k, s = theta
    logs, mean = np.log(x).mean(), x.mean()
    value = -(k - 1) * logs + mean / s + gammaln(k) + k * np.log(s)
    return value, np.array([-logs + digamma(k) + np.log(s), -mean / s**2 + k / s])


@dataclass(frozen=True)
class Case:
    """A loop, SciPy's objective, its real points, its draws of a model, its bounds."""

    name: str
    loop: LikelihoodLoop
    lack: Callable
    real: Callable
    draw: Callable
    bounds: tuple


POSITIVE = (1e-9, None)
CASES = [
    Case(
        "Student's, of 3 degrees of freedom",
        Student(3, Laplace(0, 1), 1, start=(0, 1)),
        student,
        lambda rng: rng.laplace(0, 1, N),
        lambda rng, m, s: m + s * rng.standard_t(3, N),
        ((None, None), POSITIVE),
    ),
    Case(
        "Gumbel's",
        Gumbel(Normal(0, 1), 1, start=(0, 1)),
        gumbel,
        lambda rng: rng.standard_normal(N),
        lambda rng, m, b: rng.gumbel(m, b, N),
        ((None, None), POSITIVE),
    ),
    Case(
        "gamma",
        Gamma(Exponential(2), 1, start=(1, 1)),
        gamma,
        lambda rng: rng.exponential(2, N),
        lambda rng, k, s: rng.gamma(k, s, N),
        (POSITIVE, POSITIVE),
    ),
]


def by_scipy(case: Case, rng: np.random.Generator, replicates: int) -> np.ndarray:
    """The first parameter of so many replicates after the last generation."""
    out = np.empty(replicates)
    for i in range(replicates):
        theta = np.array([float(x) for x in case.loop.start])
        for _ in range(GENERATIONS):
            points = np.concatenate([case.real(rng), case.draw(rng, *theta)])
            theta = minimize(case.lack, theta, args=(points,), jac=True, bounds=case.bounds, method="L-BFGS-B").x
        out[i] = theta[0]
    return out


def main() -> None:
    one = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "MKL", "OMP")}
    if not one.items() <= os.environ.items():  # they are read when NumPy is loaded
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **one})
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=60, help="of SciPy's side, in each repeat")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    print(f"{N} + {N} points, {GENERATIONS} generations, one thread")
    print(f"{'model':36}{'first run, s':>14}{'ours, us':>12}{'SciPy, us':>12}{'SciPy/ours':>12}{'apart':>8}")
    for case in CASES:
        begun = time.process_time()
        run = simulation(case.loop.finite(N))
        run.draw(generator(0, "benchmark", 0), 1, (1,))
        first = time.process_time() - begun
        ours, theirs, a, b = [], [], [], []
        for repeat in range(options.repeats):
            rng = generator(0, "benchmark", 1 + repeat)
            begun = time.process_time()
            a.append(run.draw(rng, PATHS, (GENERATIONS,))[case.loop.state[0], GENERATIONS])
            ours.append((time.process_time() - begun) / PATHS / GENERATIONS)
            begun = time.process_time()
            b.append(by_scipy(case, rng, options.replicates))
            theirs.append((time.process_time() - begun) / options.replicates / GENERATIONS)
        x, y = np.concatenate(a), np.concatenate(b)
        apart = abs(x.mean() - y.mean()) / np.sqrt(x.var() / x.size + y.var() / y.size)
        ratio = np.median(np.array(theirs) / np.array(ours))
        mine, his = 1e6 * np.median(ours), 1e6 * np.median(theirs)
        print(f"{case.name:36}{first:14.1f}{mine:12.1f}{his:12.0f}{ratio:12.0f}{apart:8.1f}")


if __name__ == "__main__":
    main()
