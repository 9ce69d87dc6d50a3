"""Every family's loops once more, from their definition in words: draw points, fit, again. NumPy only.

A function takes the loop's parameters, a generator `rng`, the number of fits `t` and of replicates `R`, and gives the
observables at generations 0 to t, {name: array of shape (t + 1, R)}. Nothing is shared with the loops' own steps: no
sufficient statistic, no theorem about what a fit sees of its points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

Array = np.ndarray
Paths = dict[str, Array]


def recorded(states: Iterator[dict[str, Array]], t: int) -> Paths:
    """The first t + 1 states of a history as paths."""
    kept = [next(states) for _ in range(t + 1)]
    return {name: np.stack([np.asarray(state[name], dtype=float) for state in kept]) for name in kept[0]}


def spread(points: Array) -> Array:
    """The variance by maximum likelihood, of every row of points."""
    return ((points - points.mean(1, keepdims=True)) ** 2).mean(1)


def of(rows: Array) -> Array:
    """A number for each replicate, beside its points."""
    return rows[:, None]


def chosen(rng, points: Array, n: int) -> Array:
    """n points out of each row, with replacement."""
    return np.take_along_axis(points, rng.integers(points.shape[1], size=(len(points), n)), axis=1)


def normals(rng, mean: Array, variance: Array, n: int) -> Array:
    return of(mean) + np.sqrt(of(variance)) * rng.standard_normal((len(mean), n))


# ---- gaussian -------------------------------------------------------------------------------------------------------


def gaussian(rng, t, R, n, sigma0=1.0, mu0=0.0, divisor=None, known_mean=False, bias=1.0) -> Paths:
    """A Gaussian is fitted to n draws, each with `bias` times the variance."""

    def history():
        mu, sigma = np.full(R, mu0), np.full(R, sigma0)
        while True:
            yield {"mu": mu, "sigma": sigma}
            x = normals(rng, mu, bias * sigma**2, n)
            centre = mu if known_mean else x.mean(1)
            squares = ((x - of(centre)) ** 2).sum(1)
            mu, sigma = centre, np.sqrt(squares / (divisor or (n if known_mean else n - 1)))

    return recorded(history(), t)


def pooled(
    rng, t, R, n, policy="fresh", m=0, sigma0=1.0, mu0=0.0, known=False, weight=None, size=None, start=None,
    temperature=1.0, off=0.0,
) -> Paths:  # fmt: skip
    """Maximum likelihood on what a data policy makes of n real points and m draws from the model, or of n draws alone.

    start: None (the truth), the mean that it begins with, "fit" (of the first real points) or "full" (of n + m).
    off: added to the mean by every fit.
    """
    truth = np.full(R, mu0), np.full(R, sigma0**2)

    def history():
        first = normals(rng, *truth, n)
        mu, v = truth
        match start:
            case "fit":
                mu, v = first.mean(1) + off, v if known else spread(first)
            case "full":
                mu = normals(rng, *truth, n + m).mean(1)
            case float():
                mu = np.full(R, start)
        real, fit = first, 0
        pool = first if policy == "accumulate" and start == "fit" else np.empty((R, 0))
        mixed = policy in ("fixed", "fresh")
        while True:
            state = {"mu": mu, "v": v, "real": real.mean(1), "spread": spread(real)}
            yield {k: x for k, x in state.items() if mixed or k in ("mu", "v")}
            fit += 1
            new = normals(rng, mu, temperature * v, size(fit) if size else m if mixed else n)
            real = normals(rng, *truth, n) if policy == "fresh" else first
            pool = np.hstack([pool, new])
            points = {"replace": new, "accumulate": pool}.get(policy, np.hstack([real, new]))
            if policy == "subsample":
                points = chosen(rng, pool, n)
            if weight is None:
                mean, square = points.mean(1), spread(points)
            else:  # every real point counts weight/n, every other (1 - weight)/m
                w = np.repeat([weight / n, (1 - weight) / m], [n, m])
                mean = points @ w
                square = (points - of(mean)) ** 2 @ w
            mu, v = mean + off, v if known else square

    return recorded(history(), t)


def vector(rng, t, R, n, variances) -> Paths:
    """Mean and covariance (over n - 1) in d dimensions; the triangular root of what is fitted, in units of the truth's."""
    unit, d = np.sqrt(np.array(variances)), len(variances)

    def history():
        mu, sigma = np.zeros((R, d)), np.broadcast_to(np.diag(unit**2), (R, d, d))
        while True:
            root = np.linalg.cholesky(sigma / np.outer(unit, unit))
            state = {f"a{i + 1}_{j + 1}": root[:, i, j] for i in range(d) for j in range(i + 1)}
            yield state | {f"mu{i + 1}": mu[:, i] / unit[i] for i in range(d)}
            x = mu[:, None] + rng.standard_normal((R, n, d)) @ np.linalg.cholesky(sigma).swapaxes(1, 2)
            mu = x.mean(1)
            off = x - mu[:, None]
            sigma = off.swapaxes(1, 2) @ off / (n - 1)

    return recorded(history(), t)


def regression(rng, t, R, n, d, sigma=1.0, accumulate=False, reused=False) -> Paths:
    """Least squares on labels X w + sigma eps that the weights before gave. The true weights are drawn: they do not matter."""

    def history():
        true = rng.standard_normal(d)
        w = np.broadcast_to(true, (R, d))
        first = rng.standard_normal((R, n, d))
        X, y = np.empty((R, 0, d)), np.empty((R, 0))
        while True:
            yield {"error": w[:, 0] - true[0]}
            new = first if reused else rng.standard_normal((R, n, d))
            labels = (new @ w[..., None])[..., 0] + sigma * rng.standard_normal((R, n))
            X, y = (np.hstack([X, new]), np.hstack([y, labels])) if accumulate else (new, labels)
            turned = X.swapaxes(1, 2)
            w = np.linalg.solve(turned @ X, turned @ y[..., None])[..., 0]

    return recorded(history(), t)


# ---- discrete -------------------------------------------------------------------------------------------------------


def tokens(rng, law: Array, n: int) -> Array:
    """n symbols 0, 1, ... from each row of probabilities."""
    return (rng.random((len(law), n))[..., None] > law.cumsum(1)[:, None, :-1]).sum(2)


def categorical(rng, t, R, p, n, policy="replace", m=0, size=None) -> Paths:
    """The histogram of n symbols; where n real ones stay, of these at first. "accumulate" begins with m that have law p."""
    truth = np.broadcast_to(np.array(p, dtype=float), (R, len(p)))

    def histogram(symbols: Array) -> Array:
        return np.stack([(symbols == i).mean(1) for i in range(len(p))], axis=1)

    def history():
        mixed = policy in ("fixed", "fresh")
        real = tokens(rng, truth, n)
        law = histogram(real) if mixed else truth
        counts = [round(m * share) for share in p]
        pool, fit = np.broadcast_to(np.repeat(range(len(p)), counts), (R, sum(counts))), 0
        while True:
            alive = np.where(law > 0, law, 1.0)
            yield {f"p{i}": law[:, i] for i in range(len(p))} | {
                "diversity": 1 - (law**2).sum(1),
                "distance": ((law - truth) ** 2).sum(1),
                "support": (law > 0).sum(1),
                "entropy": -(alive * np.log(alive)).sum(1),
            }
            fit += 1
            new = tokens(rng, law, size(fit) if size else m if mixed else n)
            match policy:
                case "replace":
                    points = new
                case "accumulate":
                    points = pool = np.hstack([pool, new])
                case "fixed":
                    points = np.hstack([real, new])
                case _:
                    points = np.hstack([tokens(rng, truth, n), new])
            law = histogram(points)

    return recorded(history(), t)


def symbol(rng, t, R, p, n, policy="replace", m=0, size=None) -> Paths:
    """One symbol against all others."""
    return {"share": categorical(rng, t, R, (p, 1 - p), n, policy, m, size)["p0"]}


# ---- stability ------------------------------------------------------------------------------------------------------


def coin(rng, t, R, n, m, p, start) -> Paths:
    """n real tosses and m of the model."""

    def history():
        theta = np.full(R, start)
        while True:
            yield {"theta": theta}
            tosses = np.hstack([rng.random((R, n)) < p, rng.random((R, m)) < of(theta)])
            theta = tosses.mean(1)

    return recorded(history(), t)


def retrained_scale(rng, t, R, n, m, variance=1.0, start=None, temperature=1.0, two_points=False) -> Paths:
    """The mean square of n real points and m of the model; both have mean 0, which is known."""

    def history():
        v = np.full(R, variance if start is None else start)
        while True:
            yield {"v": v}
            real = np.sqrt(variance) * rng.standard_normal((R, n))
            real = np.sqrt(variance) * np.sign(real) if two_points else real
            v = (np.hstack([real, normals(rng, np.zeros(R), temperature * v, m)]) ** 2).mean(1)

    return recorded(history(), t)


def corrected_mean(rng, t, R, n, m, gamma, variance=1.0, start=0.0) -> Paths:
    """n real points and m that are from the model with probability 1/(1 + gamma), else from the truth. The truth's mean is 0."""

    def history():
        mu = np.full(R, start)
        while True:
            yield {"error": mu}
            own = np.hstack([np.zeros((R, n), bool), rng.random((R, m)) < 1 / (1 + gamma)])
            mu = (of(mu) * own + np.sqrt(variance) * rng.standard_normal((R, n + m))).mean(1)

    return recorded(history(), t)


def scheduled_mean(rng, t, R, N, share: Callable[[int], float], variance=1.0, start=0.0) -> Paths:
    """N points, each real with a probability that changes with the fit."""

    def history():
        mu, fit = np.full(R, start), 0
        while True:
            yield {"error": mu}
            fit += 1
            own = rng.random((R, N)) >= share(fit)
            mu = (of(mu) * own + np.sqrt(variance) * rng.standard_normal((R, N))).mean(1)

    return recorded(history(), t)


def retrained_location(rng, t, R, n, m, sd, start=0.0) -> Paths:
    """A logistic location, by maximum likelihood, on n points of N(0, sd^2) and m of the model: by bisection of the score."""

    def history():
        theta = np.full(R, start)
        while True:
            yield {"mu": theta}
            points = np.hstack([sd * rng.standard_normal((R, n)), rng.logistic(of(theta), 1.0, (R, m))])
            low, high = points.min(1), points.max(1)
            for _ in range(40):
                middle = (low + high) / 2
                rises = np.tanh((points - of(middle)) / 2).sum(1) > 0
                low, high = np.where(rises, middle, low), np.where(rises, high, middle)
            theta = (low + high) / 2

    return recorded(history(), t)


# ---- performative ---------------------------------------------------------------------------------------------------


def quadratic_risk(rng, t, R, n, eps, a0, beta, gamma, variance, start, rate=None) -> Paths:
    """The loss gamma theta^2/2 - beta theta z on n draws of N(a0 + eps theta, variance): minimised, or a step down its slope."""

    def history():
        theta = np.full(R, start)
        while True:
            yield {"theta": theta}
            z = normals(rng, a0 + eps * theta, np.full(R, variance), n)
            slope = (gamma * of(theta) - beta * z).mean(1)
            theta = (beta * z / gamma).mean(1) if rate is None else theta - rate * slope

    return recorded(history(), t)


def tossed_risk(rng, t, R, n, a0, eps, start) -> Paths:
    """The mean of n tosses of a coin that the model moves."""

    def history():
        theta = np.full(R, start)
        while True:
            yield {"theta": theta}
            theta = (rng.random((R, n)) < of(a0 + eps * theta)).mean(1)

    return recorded(history(), t)


# ---- curation -------------------------------------------------------------------------------------------------------


def preferred(rng, candidates: Array, weights: Array) -> Array:
    """Of every row of candidates one, with probability in proportion to its weight."""
    shares = weights.cumsum(1)
    place = (rng.random((len(candidates), 1)) * shares[:, -1:] > shares).sum(1)
    return np.take_along_axis(candidates, place[:, None], axis=1)[:, 0]


def picked(rng, t, R, real: Callable[[int], Array], weight: Callable[[Array], Array], K, lam=np.inf) -> Array:
    """R draws from the model after t rounds of infinitely many picks: each is a pick among K draws of the model before, or,
    with probability 1/(1 + lam), real."""
    if t == 0:
        return real(R)
    candidates = picked(rng, t - 1, R * K, real, weight, K, lam).reshape(R, K)
    out = preferred(rng, candidates, weight(candidates))
    return np.where(rng.random(R) < 1 / (1 + lam), real(R), out)


def atoms(rng, law) -> Callable[[int], Array]:
    return lambda size: rng.choice(len(law), p=law, size=size)


def curated(rng, t, R, law, weights, K, lam=np.inf) -> Paths:
    """Fresh draws, by the number of the atom, and their weights."""
    w = np.array(weights, dtype=float)
    draws = np.stack([picked(rng, s, R, atoms(rng, law), lambda x: w[x], K, lam) for s in range(t + 1)])
    return {"draw": draws.astype(float), "weight": w[draws], "reward": np.log(w[draws])}


def curated_line(rng, t, R, low, high, reward, K, lam=np.inf) -> Paths:
    def real(size):
        return rng.uniform(low, high, size)

    return {"draw": np.stack([picked(rng, s, R, real, lambda x: np.exp(reward(x)), K, lam) for s in range(t + 1)])}


def picked_sample(rng, t, R, n, K, w, start, lam=np.inf) -> Paths:
    """n points of two types, each a pick among K drawn from the points before, or, with probability 1/(1 + lam), real."""

    def history():
        theta = np.full(R, start)
        while True:
            yield {"theta": theta}
            good = (rng.random((R * n, K)) < np.repeat(theta, n)[:, None]).astype(float)
            best = good.max(1) if np.isinf(w) else preferred(rng, good, np.where(good > 0, w, 1.0))
            points = np.where(rng.random(R * n) < 1 / (1 + lam), rng.random(R * n) < start, best)
            theta = points.reshape(R, n).mean(1)

    return recorded(history(), t)


# ---- filters --------------------------------------------------------------------------------------------------------


def redrawn(draw: Callable[[Array], Array], keep: Callable[[Array, Array], Array], R: int, n: int) -> Array:
    """n points for every replicate that are kept: draw(i) gives a point for each replicate number in i, keep(x, i) whether."""
    replicate = np.repeat(np.arange(R), n)
    points, left = np.empty(R * n), np.arange(R * n)
    while left.size:
        x = draw(replicate[left])
        good = keep(x, replicate[left])
        points[left[good]] = x[good]
        left = left[~good]
    return points.reshape(R, n)


def filtered_gaussian(rng, t, R, keep: Callable[[Array], Array], n, mu0=0.0, s0=1.0) -> Paths:
    """Mean and unbiased variance of n points that are kept: keep(z), of how many standard deviations from the mean they are."""

    def history():
        mu, v = np.full(R, mu0), np.full(R, s0**2)
        while True:
            yield {"mu": mu, "v": v}
            sd = np.sqrt(v)
            x = redrawn(
                lambda i, mu=mu, sd=sd: mu[i] + sd[i] * rng.standard_normal(i.size),
                lambda x, i, mu=mu, sd=sd: keep((x - mu[i]) / sd[i]),
                R,
                n,
            )
            mu, v = x.mean(1), x.var(1, ddof=1)

    return recorded(history(), t)


def likelihood_gaussian(rng, t, R, n, g, v0=1.0) -> Paths:
    """The mean square of n draws that are kept with the g-th power of the model's likelihood."""

    def history():
        v = np.full(R, v0)
        while True:
            yield {"v": v}
            x = redrawn(
                lambda i, v=v: np.sqrt(v[i]) * rng.standard_normal(i.size),
                lambda x, i, v=v: rng.random(x.size) < np.exp(-g * x**2 / (2 * v[i])),
                R,
                n,
            )
            v = (x**2).mean(1)

    return recorded(history(), t)


def guided_sample(rng, t, R, n, w, v0=1.0) -> Paths:
    """A fit of n draws, a worse fit of n draws from that; the precision of p^(1 + w)/q^w, once."""
    better = spread(normals(rng, np.zeros(R), np.full(R, v0), n))
    worse = spread(normals(rng, np.zeros(R), better, n))
    return {"tau": np.stack([np.full(R, 1 / v0), (1 + w) / better - w / worse])[: t + 1]}


def pruned_estimator(rng, t, R, p, phi, psi, m=1.0) -> Paths:
    """The sum of y x over samples that a verifier keeps: along the class means, and across them."""

    def history():
        total = np.zeros((2, R))
        while True:
            yield {"along": total[0], "across": total[1]}
            y = rng.choice([-1.0, 1.0], R)
            x = np.array([[m], [0.0]]) * y + rng.standard_normal((2, R))
            wrong = rng.random(R) < p
            kept = rng.random(R) < np.where(wrong, psi, phi)
            total = total + np.where(kept, np.where(wrong, -y, y) * x, 0.0)

    return recorded(history(), t)


def kept_atoms(rng, t, R, start, keep) -> Paths:
    """Draws of the first model that were kept t times."""
    keep = np.array(keep, dtype=float)

    def kept(s: int) -> Array:
        out = np.empty((R, 0))
        while out.size < R:
            x = rng.choice(len(start), p=start, size=4 * R)
            out = np.append(out, x[(rng.random((s, x.size)) < keep[x]).all(0)])
        return out[:R]

    return {"draw": np.stack([kept(s) for s in range(t + 1)])}


def best_of(rng, t, R, start) -> Paths:
    """The best of t + 1 draws: the one of the highest number."""
    return {
        "draw": np.stack([atoms(rng, start)(R * (s + 1)).reshape(R, -1).max(1) for s in range(t + 1)]).astype(float)
    }


def confident(rng, t, R, mu) -> Paths:
    """Draws of N(mu, 1) that the classifier's confidence kept t times."""

    def draws(s: int) -> Array:
        return redrawn(
            lambda i: mu + rng.standard_normal(i.size),
            lambda x, _: (rng.random((s, x.size)) < 1 / (1 + np.exp(-2 * mu * x))).all(0),
            R,
            1,
        )[:, 0]

    return {"draw": np.stack([draws(s) for s in range(t + 1)])}


# ---- kernels --------------------------------------------------------------------------------------------------------


def kernel(rng, t, R, n, h, m=None, fit=False, sigma0=1.0, mu0=0.0, at=0.0) -> Paths:
    """A kernel density estimate of n draws from the one before, or of m and n real points: mean, variance, density."""
    drawn, beside = (n, 0) if m is None else (m, n)

    def real(size):
        return mu0 + sigma0 * rng.standard_normal((R, size))

    def history():
        points, wide = (real(n), h) if fit else (None, None)
        while True:
            if points is None:
                truth = np.exp(-(((at - mu0) / sigma0) ** 2) / 2) / np.sqrt(2 * np.pi * sigma0**2)
                yield {k: np.full(R, x) for k, x in (("mean", mu0), ("variance", sigma0**2), ("density", truth))}
                new = real(drawn)
            else:
                bumps = np.exp(-(((at - points) / wide) ** 2) / 2) / np.sqrt(2 * np.pi * wide**2)
                yield {"mean": points.mean(1), "variance": spread(points) + wide**2, "density": bumps.mean(1)}
                new = chosen(rng, points, drawn) + wide * rng.standard_normal((R, drawn))
            points, wide = np.hstack([new, real(beside)]), h

    return recorded(history(), t)


# ---- diffusion ------------------------------------------------------------------------------------------------------


def memorising(rng, t, R, n, keep, v0=1.0) -> Paths:
    """The difference of two draws: each is one of n points of the model before, shrunk and noised."""

    def noised(x):
        return keep * x + np.sqrt(1 - keep**2) * rng.standard_normal(x.shape)

    def history():
        points = None
        while True:
            two = np.sqrt(v0) * rng.standard_normal((R, 2)) if points is None else noised(chosen(rng, points, 2))
            yield {"gap": two[:, 0] - two[:, 1]}
            points = np.sqrt(v0) * rng.standard_normal((R, n)) if points is None else noised(chosen(rng, points, n))

    return recorded(history(), t)


def linear_score(rng, t, R, n, v0=1.0, mu0=0.0, levels=300) -> Paths:
    """Linear denoising score matching on n points, level by level, and its reverse diffusion in small steps.

    The loss E |a Y + c + Z/s|^2, Y = r X + s Z over the points X and all noise Z, has the normal equations solved here.
    """
    ends = np.linspace(0.0, 6.0, levels + 1) ** 2 / 6.0  # times of the noising, finer near the data

    def history():
        mu, v = np.full(R, mu0), np.full(R, v0)
        while True:
            yield {"mu": mu, "v": v}
            x = normals(rng, mu, v, n)
            first, second = x.mean(1), (x**2).mean(1)
            mu, v = np.zeros(R), np.ones(R)
            for late, early in zip(ends[:0:-1], ends[-2::-1], strict=True):
                time, step = (late + early) / 2, late - early
                r, s2 = np.exp(-time), 1 - np.exp(-2 * time)
                y, y2, target = r * first, r**2 * second + s2, -1.0  # E Y, E Y^2, -E[Y Z]/s
                a = target / (y2 - y**2)
                c = -a * y
                growth, pull = 1 + 2 * a, 2 * c
                mu = mu + step * (growth * mu + pull) + step**2 / 2 * growth * (growth * mu + pull)
                v = v * (1 + step * growth + (step * growth) ** 2 / 2) ** 2 + 2 * step * (1 + step * growth)

    return recorded(history(), t)


def euler(rng, t, R, eta, v=1.0, T=10.0) -> Paths:
    """Reverse steps of one point from N(0, 1), with the score of the noised data N(0, v)."""

    def history():
        y, step = rng.standard_normal(R), 0
        while True:
            yield {"y": y}
            left = np.exp(-2 * (T - step * eta))
            score = -y / (left * v + 1 - left)
            y = y + eta * (y + 2 * score) + np.sqrt(2 * eta) * rng.standard_normal(R)
            step += 1

    return recorded(history(), t)


def euler_retrained(rng, t, R, N, T, v0=1.0) -> Paths:
    """One round: draws of N reverse steps from N(0, 1), with the score of the data."""
    assert t == 1
    points = euler(rng, N, R, T / N, v0, T)["y"][-1]
    return {"draw": np.stack([np.sqrt(v0) * rng.standard_normal(R), points])}


def early_stop(rng, t, R, keep, mu0=0.0, v0=1.0, share=0.0, accumulate=False) -> Paths:
    """A draw of the data that each fit sees: of the model before, noised; or real; or from any batch so far."""

    def fresh():
        return mu0 + np.sqrt(v0) * rng.standard_normal(R)

    def data(fit: int) -> Array:
        """The model after fit s gives back the data that it saw, noised."""
        if fit == 0:
            return fresh()
        if accumulate:
            batch = rng.integers(fit + 1, size=R)
            return np.choose(batch, [fresh(), *(noised(data(s)) for s in range(fit))])
        return np.where(rng.random(R) < share, fresh(), noised(data(fit - 1)))

    def noised(x):
        return keep * x + np.sqrt(1 - keep**2) * rng.standard_normal(R)

    return {"data": np.stack([data(s) for s in range(t + 1)])}


def gradient_flow(rng, t, R, eigenvalues, head, noise, tau, n=5, steps=12) -> Paths:
    """Weights on features Phi, with Phi'Phi/n diagonal; the flow down the mean square error of n labels, by Runge and Kutta."""
    d, rates = len(head), np.array(eigenvalues, dtype=float)
    axes = np.linalg.qr(np.random.default_rng(0).standard_normal((n, d)))[0]
    features = axes * np.sqrt(n * rates)

    def history():
        w = np.broadcast_to(np.array(head, dtype=float), (R, d))
        while True:
            yield {f"a{i}": w[:, i] for i in range(d)}
            labels = w @ features.T + np.sqrt(n * noise) * rng.standard_normal((R, n))
            w, h = np.zeros((R, d)), tau / steps

            def down(w, labels=labels):
                return (labels - w @ features.T) @ features / n

            for _ in range(steps):
                a = down(w)
                b = down(w + h / 2 * a)
                c = down(w + h / 2 * b)
                w = w + h / 6 * (a + 2 * b + 2 * c + down(w + h * c))

    return recorded(history(), t)
