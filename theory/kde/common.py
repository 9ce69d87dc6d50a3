"""What the topics share: the loop, its errors."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Integer, Rational, Symbol, pi, sqrt

from ..language.asked import Demanded
from ..language.domains import Integers, Points, Positive, Reals
from ..language.errors import BadInput
from ..language.laws import Normal
from ..language.loops import CLOCK, Loop, Observable, observable
from ..language.moments import ISE, E
from ..language.policies import LOOKED_AT, Accumulate, FixedReal, FreshReal, Replace, in_every_fit
from ..language.structures import Lineage, Symmetry


class Kernels(Loop):
    """What loops of kernel density estimates have in common: a pool of real points and of draws from the last model.

    Observables: mean(t) and variance(t) of the fitted density.
    Refuses real points that stay beside a model 0 that is not fitted to them (`BadInput`).
    Source: the setting is that of Kazdan et al. 2410.16713 and Fu et al. 2402.11778.
    """

    mean = observable(r"\bar x")
    variance = observable("V", positive=True)

    @property
    def drawn(self) -> Expr:
        """The number of new draws from the last model in a fit."""
        return self.n if isinstance(self.policy, Replace | Accumulate) else self.policy.synthetic

    @property
    def real(self) -> Expr:
        """The number of real points in a fit, but for those that are kept with all others."""
        return Integer(0) if isinstance(self.policy, Replace | Accumulate) else self.n

    @property
    def fixed(self) -> bool:
        """Whether the real points are the same ones in every fit."""
        return isinstance(self.policy, FixedReal)

    @property
    def kept(self) -> bool:
        """Whether all points are kept."""
        return isinstance(self.policy, Accumulate)

    def lineage(self, variance: Expr, **more: Any) -> Lineage:
        """The pools, their kernels having that variance."""
        first = self.n if self.fitted else None
        return Lineage(self.real, self.drawn, variance, first, self.fixed, kept=self.kept, **more)

    @property
    def fitted(self) -> bool:
        """Whether model 0 is fitted to real points, too."""
        return self.start == "fit"

    def refuses(self) -> str | None:
        if reason := super().refuses():
            return reason
        if (self.fixed or self.kept) and not self.fitted:
            return "real points that stay, and a model 0 that is not fitted to them"
        return None


class KernelLoop(Kernels):
    """A Gaussian kernel density estimate is fitted to draws from the one before it, again and again.

    n: real points of a fit, where the policy has some beside the model's; else draws from the last model.
    h: bandwidth, not chosen from the data; it may change with `CLOCK`, the number of the fit.
    policy: `Replace()`, or `FreshReal(synthetic)`: so many draws beside the real points, which are new in every generation;
    `FixedReal(synthetic)`: they are the same ones, those of model 0, too; `Accumulate()`: all points, those of model 0 and n
    draws from every model since.
    start: "truth", or "fit": the loop is handed an estimate from n real points.
    sigma0, mu0: standard deviation and mean of the truth, a Gaussian.
    d: the dimension. The coordinates of truth and kernels are independent, sigma0, mu0 and h those of each.

    Observables: mean(t) and variance(t) of the fitted density, density(t, x), draw(t[, index]); ISE and TV of
    `loop.model(t)` from a Gaussian. For d > 1: mean, variance and draw are of a coordinate, ISE is from independent coordinates
    of one law, of density and TV nothing is known.
    Refuses a bandwidth that is not positive in some fit, and one that changes where the start is fitted; real points that stay
    beside a start that is the truth (`BadInput`).
    Source: the setting is that of Kazdan et al. 2410.16713 and Fu et al. 2402.11778.
    """

    n: Integers(1)
    h: Positive
    policy: Replace | FreshReal | FixedReal | Accumulate = Replace()
    start: Points("truth", "fit") = "truth"
    sigma0: Positive = 1
    mu0: Reals = 0
    d: Integers(1) = 1

    steady = ("n", "sigma0", "mu0", "d")

    joint_points = tuple({"n": n, "t": t} for n, t in ((20, 3), (10, 10), (2, 1), (2, 2), (10, 0), (20, 1), (2, 30)))

    def refuses(self) -> str | None:
        if reason := super().refuses():
            return reason
        for fit in range(1, LOOKED_AT + 1 if self.h.has(CLOCK) else 1):
            h = self.h.xreplace({CLOCK: Integer(fit)})
            if not (h.is_positive or h.free_symbols):
                return f"a bandwidth of {h} in fit number {fit}: it has to be positive"
        return "model 0 has no number: a bandwidth that changes" if self.fitted and self.h.has(CLOCK) else None

    def together(self) -> list[Demanded]:
        return in_every_fit(self.h, 0, True, "a bandwidth has to be positive")

    def bandwidth(self, fit: int) -> Expr:
        """That of a fit. Raises `BadInput` where it is not positive."""
        h = self.h.xreplace({CLOCK: Integer(fit)})
        if not h.is_positive:
            raise BadInput(f"{self}: a bandwidth of {h} in fit number {fit}; it has to be positive")
        return h

    @property
    def truth(self) -> Normal:
        """The law of a coordinate of a real point, N(mu0, sigma0^2)."""
        return Normal(self.mu0, self.sigma0**2)

    @property
    def definition(self) -> Lineage:
        return self.lineage(self.h**2, d=self.d)

    def density(self, t, x) -> Observable:
        """The fitted density at x after t fits."""
        return Observable(self, "density", t, x)

    @property
    def symmetry(self) -> Symmetry:
        """Shifting and scaling the truth and the kernels shifts and scales every later model."""
        loop = self.func(self.n, self.h / self.sigma0, self.policy, self.start, d=self.d)
        mu0, sigma0 = self.mu0, self.sigma0

        def density(o: Observable) -> Expr:
            return loop.density(o.t, (o.index[0] - mu0) / sigma0) / sigma0

        def distance(o: Observable) -> Expr:
            law = (o.index[0] - mu0) / sigma0, o.index[1] / sigma0**2
            return Observable(loop, o.name, o.t, *law) / (sigma0**self.d if o.name == "ISE" else 1)

        point = mu0, sigma0
        return Symmetry(
            loop, mean=point, draw=point, variance=(0, sigma0**2), density=density, ISE=distance, TV=distance
        )


# ---- shorthand --------------------------------------------------------------------------------------------------------

FU = "Fu et al. 2402.11778"
half = Rational(1, 2)
j_ = Symbol("j", integer=True, positive=True)
k_ = Symbol("k", integer=True, positive=True)
m_ = Symbol("m", integer=True, positive=True)
N01 = Normal(0, 1)


def phi(v) -> Expr:
    """The density of N(0, v) at 0."""
    return 1 / sqrt(2 * pi * v)


def error(n, h, t, policy=Replace(), start="truth", d=1) -> Expr:
    """The mean integrated squared error of model t, the truth being N(0, 1), in d dimensions N(0, I)."""
    loop = KernelLoop(n, h, policy, start, d=d)
    return E(ISE(loop.model(t), loop.truth))
