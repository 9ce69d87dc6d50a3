"""What the topics share: the loops, diversity, and what is known of one symbol alone."""

from __future__ import annotations

from sympy import (
    Add,
    Expr,
    Rational,
    S,
    sign,
)

from ..language.domains import Integers
from ..language.fields import Between
from ..language.functions import entr
from ..language.laws import Binomial, Finite, Multinomial, Noise, counts
from ..language.loops import CLOCK, Loop, Observable, coordinate, observable
from ..language.moments import Prob
from ..language.policies import Accumulate, FixedReal, FreshReal, Growing, Mixed, Replace
from ..language.structures import Marginal

half = Rational(1, 2)
NOTABLE = tuple(
    {"n": n, "t": t} for n, t in ((10, 5), (20, 1), (5, 3), (20, 10), (2, 1), (3, 2), (20, 50), (10, 0), (50, 20))
)


def _refused(loop: SymbolLoop | CategoricalLoop) -> str | None:
    if isinstance(loop.policy, Growing) and (reason := loop.policy.refuses()):
        return reason
    if loop.kept == 0 or isinstance(loop.policy, Accumulate):
        return None
    return f"kept = {loop.kept}: {loop.policy} keeps none of the points that it is handed; kept is for Accumulate"


class SymbolLoop(Loop):
    """One symbol against all others: its share is refitted to draws from the model before it, again and again.

    p: its probability.  n: real points of a fit, where the policy has some beside the model's; else draws from the model.
    policy, kept: see `theory.discrete`.

    Observables: share(t); real(t), the share among the real points of `FixedReal`.
    Refuses `kept` beside a policy that keeps nothing, and sizes that do not grow (`BadInput`).
    Source: textbook: one type of the Wright-Fisher chain; as a model of retraining in Seddik et al. 2404.05090.
    """

    p: Between(0, 1)
    n: Integers(1)
    policy: Replace | Growing | Accumulate | FixedReal | FreshReal = Replace()
    kept: Integers(0) = 0

    share = coordinate(r"\hat p")
    real = coordinate(r"\bar p", when=lambda loop: isinstance(loop.policy, FixedReal))

    joint_points = NOTABLE

    def refuses(self) -> str | None:
        return super().refuses() or _refused(self)

    @property
    def steady(self) -> tuple[str, ...]:
        """A pool has as many points of every fit."""
        return ("n", "kept") if isinstance(self.policy, Accumulate) else ()

    @property
    def size(self) -> Expr:
        """The number of points behind the model after fit number CLOCK."""
        match self.policy:
            case Mixed(synthetic=m):
                return self.n + m
            case Growing(size=size):
                return size
            case Accumulate():
                return self.kept + self.n * CLOCK
            case _:
                return self.n

    @property
    def initial(self) -> dict[str, Expr]:
        if isinstance(self.policy, Mixed):
            return dict.fromkeys(self.state, Noise("R", Binomial(self.n, self.p)) / self.n)
        return {"share": self.p}

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """A symbol's count among draws is binomial, whatever the others are."""
        share, pool = state["share"], self.size
        match self.policy:
            case Growing():
                return {"share": Noise("Y", Binomial(pool, share)) / pool}
            case FreshReal(synthetic=m):
                real = Noise("X", Binomial(self.n, self.p))
                return {"share": (real + Noise("Y", Binomial(m, share))) / pool}
            case FixedReal(synthetic=m):
                drawn = Noise("Y", Binomial(m, share))
                return {"share": (self.n * state["real"] + drawn) / pool, "real": state["real"]}
            case Accumulate():
                return {"share": ((pool - self.n) * share + Noise("Y", Binomial(self.n, share))) / pool}
            case _:
                return {"share": Noise("Y", Binomial(self.n, share)) / pool}


class CategoricalLoop(Loop):
    """A law on K symbols is replaced by the histogram of draws from it, again and again: Wright-Fisher, n-grams, modes.

    p: the true probabilities, K of them.  n, policy, kept: as of `SymbolLoop`.

    Observables: share(i, t) of symbol i = 0, ..., K - 1; real(i, t), its share among the real points of `FixedReal`;
    diversity(t) = 1 - sum share^2; distance(t) = sum (share - p)^2; support(t), the number of symbols that are alive;
    entropy(t), in nats.
    Refuses what `SymbolLoop` refuses (`BadInput`).
    Source: Wright-Fisher, classical; Seddik et al. 2404.05090.
    """

    p: Finite
    n: Integers(1)
    policy: Replace | Growing | Accumulate | FixedReal | FreshReal = Replace()
    kept: Integers(0) = 0

    diversity = observable("H", of=lambda loop, state: 1 - Add(*(x**2 for x in loop.among(state))))
    distance = observable(
        "D", of=lambda loop, state: Add(*((x - p) ** 2 for x, p in zip(loop.among(state), loop.p.masses, strict=True)))
    )
    support = observable("S", of=lambda loop, state: Add(*map(sign, loop.among(state))))
    entropy = observable("h", of=lambda loop, state: Add(*(entr(x) for x in loop.among(state))))

    joint_points = NOTABLE
    size, steady = SymbolLoop.size, SymbolLoop.steady

    @property
    def symbol_names(self) -> tuple[str, ...]:
        """The names of the shares among the coordinates of the state."""
        return tuple(f"p{i}" for i in range(len(self.p.masses)))

    @property
    def real_names(self) -> tuple[str, ...]:
        """Those of the shares among real points that stay; none under other policies."""
        return tuple(f"r{i}" for i in range(len(self.p.masses))) if isinstance(self.policy, FixedReal) else ()

    @property
    def state(self) -> tuple[str, ...]:
        return self.symbol_names + self.real_names

    def among(self, state: dict[str, Expr]) -> list[Expr]:
        """The shares in a state."""
        return [state[name] for name in self.symbol_names]

    def refuses(self) -> str | None:
        return super().refuses() or _refused(self)

    @property
    def initial(self) -> dict[str, Expr]:
        if not isinstance(self.policy, Mixed):
            return dict(zip(self.symbol_names, self.p.masses, strict=True))
        shares = [x / self.n for x in counts("R", Multinomial(self.n, self.p.masses))]
        return dict(zip(self.state, shares * 2 if self.real_names else shares, strict=True))

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        """The counts of draws are multinomial; what is beside them, as of `SymbolLoop`."""
        pool, shares, kept = self.size, self.among(state), {name: state[name] for name in self.real_names}
        draws = self.policy.synthetic if isinstance(self.policy, Mixed) else self.n
        match self.policy:
            case Growing():
                draws, beside = pool, [S.Zero] * len(shares)
            case FreshReal():
                beside = counts("X", Multinomial(self.n, self.p.masses))
            case FixedReal():
                beside = [self.n * x for x in kept.values()]
            case Accumulate():
                beside = [(pool - self.n) * x for x in shares]
            case _:
                beside = [S.Zero] * len(shares)
        drawn = counts("Y", Multinomial(draws, shares))
        return {name: (x + y) / pool for name, x, y in zip(self.symbol_names, beside, drawn, strict=True)} | kept

    def share(self, i: int, t) -> Observable:
        """The share of symbol i after t fits."""
        return self._of(self.symbol_names, i, t)

    def real(self, i: int, t) -> Observable:
        """The share of symbol i among the real points that stay."""
        return self._of(self.real_names, i, t)

    def _of(self, names: tuple[str, ...], i: int, t) -> Observable:
        if not 0 <= i < len(names):
            raise ValueError(f"symbol {i} of {len(names)}: they are numbered from 0")
        return Observable(self, names[i], t)

    def law_at(self, t) -> Finite:
        return Finite(tuple(Observable(self, name, t) for name in self.symbol_names))

    @property
    def marginals(self) -> dict[str, Marginal]:
        """A symbol's share is the same process whatever the others are called: they are one symbol."""
        loops = [SymbolLoop(p, self.n, self.policy, self.kept) for p in self.p.masses]
        shares = {name: Marginal(loop, "share") for name, loop in zip(self.symbol_names, loops, strict=True)}
        reals = zip(self.real_names, loops, strict=True) if self.real_names else ()
        return shares | {name: Marginal(loop, "real") for name, loop in reals}


def diverse(p) -> Expr:
    """H(p), the probability that two draws differ."""
    return 1 - Add(*(x**2 for x in p))


def alive(p, n, t) -> Expr:
    """The probability that a symbol is alive, in its own two-type chain."""
    return Prob(SymbolLoop(p, n).share(t) > 0)
