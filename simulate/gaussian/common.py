"""The Gaussian loop, run: draw n points from N(mu, lam sigma^2), fit mean and variance, again and again.

One generation is sigma'^2 = lam sigma^2 X / divisor, X ~ chi2_nu, and mu' = mu + sqrt(lam) sigma Z / sqrt(n), with
nu = n - 1 where the mean is fitted, and nu = n where it is known (and stays). `exact` draws X and Z, at a cost that is
independent of n; `raw` draws the n points and fits them, to check the other. Both start at mu = 0, sigma = 1.

Both go generation by generation over all replicates, so that a shorter run is the beginning of a longer one, bit for
bit. Neither takes a logarithm: they record the state, and NumPy converts what is wanted.

The state of the replicates, arrays of length B:
    w, e  the variance is w 2^(512 e), the standard deviation sqrt(w) 2^(256 e): at n = 2 the variance is about e^-1270
          after 1000 generations. e moves only when w leaves [2^-500, 2^500]: one well-predicted branch.
    s     sum of the chi-squares drawn so far: for the weight of a tilted path, and as control variate of logarithms.
    a     path sum of lam sigma_i^2, i < t: given the path of sigma, mu_t is N(0, a / n), so it can be averaged out.
    m     the mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit

from ..engine.normals import chi_square, constants

STEP = 512  # bits that one unit of e stands for
SHRINK, GROW = 2.0**-STEP, 2.0**STEP
LOW, HIGH = 2.0**-500, 2.0**500
FLOOR = 2.0**-700  # only X = 0 gets below (probability 2^-52, at nu <= 2): log sigma stays finite even then


@njit(nogil=True, cache=True)
def _rescale(w, e, i):
    """Bring w[i] back towards 1, and let e[i] say so."""
    if w[i] < 1.0:
        w[i] = max(w[i], FLOOR) * GROW
        e[i] -= 1
    else:
        w[i] *= SHRINK
        e[i] += 1


@njit(nogil=True, cache=True)
def exact(rng, rng_mean, n, nu, divisor, lam, tilt, with_mean, at, state, records):
    """Run the loop on its sufficient statistic; record the state at the generations `at` (increasing).

    state: (w, e, s, a, m), moved on in place. records: five arrays of shape (len(at), B), without rows where unwanted.
    tilt: c multiplies each generation's variance; the mean's normal is not tilted, but uses that path's sigma.
    rng_mean: draws the means, so that asking for them changes no sigma; unused unless `with_mean`.
    """
    w, e, s, a, m = state
    factor, step = tilt * lam / divisor, math.sqrt(lam / n)
    nu, b, c = constants(nu)
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(w)):
                v = w[i] if e[i] == 0 else math.ldexp(w[i], STEP * int(e[i]))
                if with_mean:
                    m[i] += step * math.sqrt(v) * rng_mean.standard_normal()
                x = chi_square(rng, nu, b, c)
                a[i] += lam * v
                s[i] += x
                w[i] *= factor * x
                if not LOW < w[i] < HIGH:
                    _rescale(w, e, i)
        done = at[k]
        _record(k, state, records)


@njit(nogil=True, cache=True)
def raw(rng, n, nu, divisor, lam, tilt, at, state, records):
    """Run the loop on n points a generation; as `exact`, but s sums the squares of n deviates about the model's mean.

    Points are deviations from the model's mean in units of 2^(256 e), so that a spread far below the mean is not lost.
    tilt: c, the points are drawn with variance c lam sigma^2; the fitted mean is tilted along.
    """
    w, e, s, a, m = state
    points = np.empty(n)
    done = 0
    for k in range(len(at)):
        for _ in range(done, at[k]):
            for i in range(len(w)):
                sd = math.sqrt(tilt * lam * w[i])
                a[i] += lam * math.ldexp(w[i], STEP * int(e[i]))
                total = 0.0
                for j in range(n):
                    z = rng.standard_normal()
                    s[i] += z * z
                    points[j] = sd * z
                    total += points[j]
                mean = total / n if nu < n else 0.0
                squares = 0.0
                for j in range(n):
                    squares += (points[j] - mean) * (points[j] - mean)
                m[i] += math.ldexp(mean, STEP // 2 * int(e[i]))
                w[i] = squares / divisor
                if not LOW < w[i] < HIGH:
                    _rescale(w, e, i)
        done = at[k]
        _record(k, state, records)


@njit(nogil=True, cache=True)
def _record(k, state, records):
    """Copy the state into row k of the records that have rows; in a loop, since numba takes a second over slices."""
    w, e, s, a, m = state
    ws, es, ss, sums, means = records
    for i in range(len(w)):
        ws[k, i], es[k, i] = w[i], e[i]
        if len(ss):
            ss[k, i] = s[i]
        if len(sums):
            sums[k, i] = a[i]
        if len(means):
            means[k, i] = m[i]


def simulate(
    rng: np.random.Generator,
    B: int,
    n: int,
    nu: int,
    divisor: float,
    lam: float = 1.0,
    tilt: float = 1.0,
    record_at: Sequence[int] = (1,),
    with_mean: bool = False,
    kind: str = "exact",
) -> dict[str, np.ndarray]:
    """B replicates of the loop from mu = 0, sigma = 1: arrays `log_v`, `s`, `a`, and `m` if `with_mean`.

    Each has shape (len(record_at), B); log_v is log sigma_t^2, s, a, m as in the module's docstring.
    record_at: generations, strictly increasing, 0 allowed. nu: n - 1 (mean fitted) or n (mean known: m is 0).
    kind: "exact" draws the sufficient statistic, "raw" the points. The weight of a tilted path is `log_weight`.
    Where sigma^2 itself overflows (lam or tilt above 1, very late), a and m become infinite or nan; log_v stays right.
    """
    ws, es, ss, sums, means = _run(rng, B, n, nu, divisor, lam, tilt, record_at, True, with_mean, kind)
    records = {"log_v": np.log(ws) + es * (STEP * math.log(2)), "s": ss, "a": sums}
    return records | {"m": means} if with_mean else records


def trajectories(
    rng: np.random.Generator, B: int, n: int, nu: int, divisor: float, lam: float, generations: int
) -> tuple[np.ndarray, np.ndarray]:
    """Paths (sigma, mu) of B replicates from sigma = 1, mu = 0: each of shape (B, generations + 1), time last."""
    at = range(generations + 1)
    ws, es, _, _, means = _run(rng, B, n, nu, divisor, lam, 1.0, at, False, True, "exact")
    sigma = np.sqrt(ws, out=ws)
    if es.any():
        sigma = np.ldexp(sigma, STEP // 2 * es.astype(int))
    return sigma.T, means.T


def log_weight(t: int | np.ndarray, s: np.ndarray, dof: int, tilt: float) -> np.ndarray:
    """Log of the likelihood ratio, plain to tilted, of t generations whose chi-squares sum to s.

    dof: degrees of freedom a generation: nu for "exact", n for "raw".
    """
    return t * (dof / 2) * math.log(tilt) - (tilt - 1) / 2 * s


def _run(rng, B, n, nu, divisor, lam, tilt, record_at, with_sums, with_mean, kind):
    """Allocate the records that are wanted, call the kernel, return the records."""
    at = np.asarray(record_at, dtype=np.int64)
    if at.ndim != 1 or (len(at) and at[0] < 0) or (np.diff(at) <= 0).any():
        raise ValueError(f"record_at: expected strictly increasing generations, from 0 on, not {list(record_at)}")
    if nu not in (n - 1, n) or nu < 1:
        raise ValueError(f"nu: expected n - 1 (mean fitted, n >= 2) or n (mean known), not nu = {nu} at n = {n}")
    if kind not in ("exact", "raw"):
        raise ValueError(f'kind: expected "exact" or "raw", not {kind!r}')
    rows = (len(at), len(at), len(at) * with_sums, len(at) * with_sums, len(at) * with_mean)
    dtypes = (float, np.int16, float, float, float)
    state = tuple(np.zeros(B, dtype) for dtype in dtypes)
    state[0][:] = 1
    records = tuple(np.empty((r, B), dtype) for r, dtype in zip(rows, dtypes, strict=True))
    lam, tilt, divisor = float(lam), float(tilt), float(divisor)  # one signature, one compilation
    if kind == "raw":
        raw(rng, n, nu, divisor, lam, tilt, at, state, records)
    else:
        draw = bool(with_mean and nu < n)
        exact(rng, rng.spawn(1)[0] if draw else rng, n, nu, divisor, lam, tilt, draw, at, state, records)
    return records
