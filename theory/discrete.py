"""Categorical models (histograms, tokens, modes) refitted to their own samples: the loops and their theorems.

Time: `loop.model(0)` is the truth p, and model 1 the histogram of n real points, in the loops without real data beside the
model. Where real points stay (`FixedReal`, `FreshReal`), model 0 is the histogram of the first n of them: then `t` counts
retrainings. `kept` is the number of real points whose histogram the loop is handed: `Accumulate` keeps them, and has an
urn of Polya for n = 1.

H(p) = 1 - sum p_i^2 is the diversity ("heterozygosity", the probability that two draws differ).
"""

from __future__ import annotations

from sympy import (
    Abs,
    Add,
    And,
    Eq,
    Expr,
    Ge,
    Integer,
    Le,
    Product,
    Rational,
    S,
    Symbol,
    exp,
    gamma,
    log,
    oo,
    pi,
    sign,
    sqrt,
    sympify,
)

from .language.claims import claim
from .language.domains import Integers, Points, Probability, Simplex
from .language.fields import Between, Listed
from .language.functions import entr
from .language.laws import Binomial, Finite, Multinomial, Noise, counts
from .language.loops import CLOCK, Loop, Observable, coordinate, observable
from .language.moments import TV, E, Prob, RisesThenFalls, Tends, Var
from .language.policies import Accumulate, FixedReal, FreshReal, Growing, Mixed, Replace
from .language.structures import Marginal
from .proof.arithmetic.programs import to_ball
from .proof.formulas import above, formula, least
from .proof.relations.lemmas import survival

half = Rational(1, 2)
SURESH = "Suresh, Thangaraj, Khandavally 2412.17646"
NOTABLE = tuple(
    {"n": n, "t": t} for n, t in ((10, 5), (20, 1), (5, 3), (20, 10), (2, 1), (3, 2), (20, 50), (10, 0), (50, 20))
)


def _refused(loop: SymbolLoop | CategoricalLoop) -> str | None:
    if loop.kept == 0 or isinstance(loop.policy, Accumulate):
        return None
    return f"kept = {loop.kept}: {loop.policy} keeps none of the points that it is handed; kept is for Accumulate"


class SymbolLoop(Loop):
    """One symbol against all others: its share is refitted to draws from the model before it, again and again.

    p: its probability.  n: real points of a fit, where the policy has some beside the model's; else draws from the model.
    policy, kept: see this module.

    Observables: share(t); real(t), the share among the real points of `FixedReal`.
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
    size = SymbolLoop.size

    @property
    def symbol_names(self) -> tuple[str, ...]:
        """The names of the shares among the coordinates of the state."""
        return tuple(f"p{i}" for i in range(len(self.p.masses)))

    @property
    def real_names(self) -> tuple[str, ...]:
        """Those of the shares among real points that stay; none under other policies."""
        return tuple(f"r{i}" for i in range(len(self.p.masses))) if isinstance(self.policy, FixedReal) else ()

    @property
    def state(self) -> tuple[str, ...]:  # type: ignore[override]
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


# ---- heterozygosity -------------------------------------------------------------------------------------------------


@formula(claim="discrete-heterozygosity")
def diversity_left(n: Integers(1), t: Integers(0)) -> Expr:
    """The share of H, the probability that two draws differ, that is left on average after t generations of n draws.

    Source: Wright-Fisher, classical; the recursion of Seddik et al. 2404.05090.
    """
    return (1 - 1 / n) ** t


@formula(claim="discrete-heterozygosity")
def sample_size(keep: Listed(Probability), t: Listed(Integers(1))) -> Integer:
    """The least number of draws a generation with which the share `keep` of diversity is left after t generations.

    Source: the inverse of `diversity_left`, which rises with n.
    """
    return least(
        lambda n: above(
            lambda: diversity_left.at(n=n, t=t) - to_ball(keep), lambda: diversity_left(Integer(n), t) == keep
        ),
        2,
    )


@formula(claim="discrete-heterozygosity")
def generations(keep: Listed(Probability), n: Listed(Integers(2))) -> Integer:
    """After how many generations of n draws at most the share `keep` of diversity is left, on average.

    Source: the inverse of `diversity_left`, which falls with t.
    """
    return least(
        lambda t: above(
            lambda: to_ball(keep) - diversity_left.at(n=n, t=t), lambda: diversity_left(Integer(n), Integer(t)) == keep
        ),
        1,
    )


WRIGHT_FISHER = "Wright-Fisher, classical; the recursion of Seddik et al. 2404.05090"


@claim(
    source=WRIGHT_FISHER,
    mutants={
        "the first fit not counted": lambda n, p, t: (1 - 1 / n) ** (t - 1) * diverse(p),
        "e^(-t/n)": lambda n, p, t: exp(-t / n) * diverse(p),
    },
)
def discrete_heterozygosity(n=Integers(1), p=Simplex(3), t=Integers(0)):
    """The probability that two draws differ is lost by exactly 1 - 1/n a generation: (1 - 1/n)^t H(p)."""
    return Eq(E(CategoricalLoop(p, n).diversity(t)), diversity_left(n, t) * diverse(p))


@claim(
    source="derived: E |p_t - p|^2 = H(p) - E H(p_t), as E p_t = p",
    mutants={"the first fit not counted": lambda n, p, t: diverse(p) * (1 - (1 - 1 / n) ** (t - 1))},
)
def discrete_heterozygosity_distance(n=Integers(2), p=Simplex(3), t=Integers(0)):
    """What diversity is lost is squared distance from the truth: H(p) (1 - (1 - 1/n)^t)."""
    return Eq(E(CategoricalLoop(p, n).distance(t)), diverse(p) * (1 - (1 - 1 / n) ** t))


@claim(
    source="derived: heterozygosity with n t^2 draws; Euler's product for the sine",
    mutants={"growth without effect": lambda n, p, t: 2 * p * (1 - p) * (1 - 1 / n) ** t},
)
def discrete_heterozygosity_growing(n=Integers(2, 6), p=Probability(), t=Integers(0, 8)):
    """With n t^2 draws in generation t the losses multiply to prod (1 - 1/(n k^2)): diversity survives for ever."""
    loop, k = CategoricalLoop((p, 1 - p), n, Growing(n * CLOCK**2)), Symbol("k", integer=True, positive=True)
    return Eq(E(loop.diversity(t)), 2 * p * (1 - p) * Product(1 - 1 / (n * k**2), (k, 1, t)))


@claim(
    source="the rate of diploid populations, 2n gene copies, taken for that of n draws",
    expected="fails",
    corrected="discrete-heterozygosity",
)
def discrete_heterozygosity_diploid(n=Integers(2), p=Simplex(3), t=Integers(1)):
    """The probability that two draws differ is lost by 1 - 1/(2n) a generation."""
    return Eq(E(CategoricalLoop(p, n).diversity(t)), (1 - 1 / (2 * n)) ** t * diverse(p))


# ---- one symbol: how long it is there -------------------------------------------------------------------------------


def forgetting(k: int) -> Expr:
    """s_k of s_1 = 1, s_(k+1) = 1 - exp(-s_k): the survival of a Poisson branching process, in units of its start."""
    s = S.One
    for _ in range(k - 1):
        s = 1 - exp(-s)
    return s


@claim(
    source=f"derived; sharpens the bound of {SURESH}",
    trivial=1,
    proof=survival(lambda k: forgetting(int(k))),
    mutants={"the limit law as k grows, 2 lam/k": lambda n, p, k: 1 - exp(-2 * n * p / k)},
)
def discrete_symbol_survival(
    n=Integers(1, 50, notable=(50, 10)),
    p=Probability(notable=(Rational(1, 25), Rational(1, 10))),
    k=Points(5, 1, 2, 3, 10),
):
    """A symbol expected n p = lam times is alive after k fits with probability at least 1 - exp(-lam s_k)."""
    return Ge(Prob(CategoricalLoop((p, 1 - p), n).share(0, k) > 0), 1 - exp(-n * p * forgetting(k)))


@formula(claim="discrete-symbol-survival-published")
def survival_bound(n: Integers(1, 50), p: Probability, k: Integers(1, 50)) -> Expr:
    """At least with this probability a symbol of probability p is alive after k generations of n draws.

    Source: Suresh et al. 2412.17646, as its summary quotes it.
    """
    return 1 - exp(-n * p / k)


@claim(
    source=f"{SURESH}, as its summary quotes it",
    trivial=1,
    proof=survival(lambda k: 1 / k),
    mutants={"one generation too few": lambda n, p, k: 1 - exp(-3 * n * p / k)},
)
def discrete_symbol_survival_published(
    n=Integers(1, 50, notable=(50, 10)), p=Probability(notable=(Rational(1, 25),)), k=Integers(1, 50, notable=(50, 5))
):
    """A symbol expected lam = n p times is alive after k fits with probability at least 1 - exp(-lam/k)."""
    return Ge(Prob(CategoricalLoop((p, 1 - p), n).share(0, k) > 0), survival_bound(n, p, k))


@claim(
    source="the bound, taken for the value",
    expected="fails",
    corrected="discrete-symbol-survival",
)
def discrete_symbol_survival_equality(n=Points(100), p=Points(Rational(1, 50)), k=Points(50, 5)):
    """A symbol expected lam = n p times is alive after k fits with probability 1 - exp(-lam/k)."""
    return Eq(Prob(CategoricalLoop((p, 1 - p), n).share(0, k) > 0), 1 - exp(-n * sympify(p) / k))


@claim(
    source="the limit law of large n and k, taken for a bound",
    expected="fails",
    corrected="discrete-symbol-survival",
)
def discrete_symbol_survival_twice(n=Points(100), p=Points(Rational(1, 50)), k=Points(50)):
    """A symbol expected lam = n p times is alive after k fits with probability at most 1 - exp(-2 lam/k)."""
    return Le(Prob(CategoricalLoop((p, 1 - p), n).share(0, k) > 0), 1 - exp(-2 * n * sympify(p) / k))


# ---- how many symbols are there -------------------------------------------------------------------------------------


def alive(p, n, t) -> Expr:
    """The probability that a symbol is alive, in its own two-type chain."""
    return Prob(SymbolLoop(p, n).share(t) > 0)


@claim(
    source="derived: every symbol is a two-type Wright-Fisher chain",
    mutants={"the first fit alone": lambda n, p, t: 3 - Add(*((1 - x) ** n for x in p))},
    unreached={"derivation": "the sign of a count is no moment"},
)
def discrete_support_size(n=Integers(1, 40), p=Simplex(3), t=Integers(1, 30)):
    """The expected number of symbols alive is the sum over two-type chains, one for every symbol.

    No derivation: that a share is 0 is no moment of it.
    """
    return Eq(E(CategoricalLoop(p, n).support(t)), Add(*(alive(x, n, t) for x in p)))


@claim(
    source="derived: a symbol is missing with probability (1 - p_i)^n",
    mutants={"a draw too few": lambda n, p: 3 - Add(*((1 - x) ** (n - 1) for x in p))},
)
def discrete_support_size_first(n=Integers(1, 100, notable=(20, 5, 50)), p=Simplex(3)):
    """After the first fit K - sum (1 - p_i)^n symbols are expected to have been seen."""
    return Eq(E(CategoricalLoop(p, n).support(1)), 3 - Add(*((1 - x) ** n for x in p)))


@claim(
    source="derived: Jensen's inequality for 1/(1 - H)",
    tight={"t": 0, "p1": Rational(1, 3), "p2": Rational(1, 3)},
    mutants={"twice the lost": lambda n, p, t: 1 / (1 - (1 - 1 / (2 * n)) ** t * diverse(p)) + half},
    unreached={"derivation": "the sign of a count is no moment"},
)
def discrete_support_size_jensen(n=Integers(1, 40), p=Simplex(3), t=Integers(0, 30)):
    """At least 1/(1 - (1 - 1/n)^t H(p)) symbols are expected to be alive (Jensen)."""
    return Ge(E(CategoricalLoop(p, n).support(t)), 1 / (1 - (1 - 1 / n) ** t * diverse(p)))


@claim(
    source="derived: the mass of lost symbols is a part of the total variation",
    trivial=1,
    mutants={"twice the lost mass": lambda n, p, t: 2 * (1 - Add(*(x * alive(x, n, t) for x in p)))},
    unreached={"derivation": "the absolute value of a count's error is no moment"},
)
def discrete_support_size_total_variation(n=Integers(1, 30), p=Simplex(3), t=Integers(1, 30)):
    """The expected total variation from the truth is at least the expected mass of the symbols lost."""
    loop = CategoricalLoop(p, n)
    return Ge(E(TV(loop.model(t), loop.p)), 1 - Add(*(x * alive(x, n, t) for x in p)))


def modes(n) -> CategoricalLoop:
    """Eight modes, equally likely."""
    return CategoricalLoop((Rational(1, 8),) * 8, n)


@claim(
    source="the effective number of types, taken for the number of surviving modes",
    expected="fails",
    corrected="discrete-support-size-jensen",
)
def discrete_support_size_effective(n=Points(50, 100), t=Points(5, 20)):
    """Of 8 equal modes 1/(1 - (1 - 1/n)^t 7/8) are expected to be alive."""
    return Eq(E(modes(n).support(t)), 1 / (1 - (1 - 1 / sympify(n)) ** t * Rational(7, 8)))


@claim(
    source=f"the bound of {SURESH}, taken for the value and added up",
    expected="fails",
    corrected="discrete-support-size",
)
def discrete_support_size_halved(n=Points(100, 50), t=Points(20, 5)):
    """Of 8 equal modes 8 (1 - exp(-n/(8t))) are expected to be alive."""
    return Eq(E(modes(n).support(t)), 8 * (1 - exp(-sympify(n) / (8 * t))))


# ---- the same real points again and again ---------------------------------------------------------------------------


def retrained(p, n, m) -> CategoricalLoop:
    """The same n real points in every fit, beside m draws from the model."""
    return CategoricalLoop(p, n, FixedReal(m))


def excess(p, n, m, t) -> Expr:
    """What t retrainings add to the squared error H(p)/n of the real points."""
    size = n + m
    return (1 - 1 / n) * diverse(p) * m * (1 - ((m / size) ** 2 * (1 - 1 / m)) ** t) / (size**2 - m**2 + m)


@claim(
    source="derived: affine recursion of the squared error",
    mutants={
        "the factor 1 - 1/n dropped": lambda n, m, p, t: (
            2 * p * (1 - p) / n
            + 2 * p * (1 - p) * m * (1 - ((m / (n + m)) ** 2 * (1 - 1 / m)) ** t) / ((n + m) ** 2 - m**2 + m)
        ),
        "the Gaussian rate": lambda n, m, p, t: (
            2 * p * (1 - p) / n
            + (1 - 1 / n) * 2 * p * (1 - p) * m * (1 - (m / (n + m)) ** (2 * t)) / ((n + m) ** 2 - m**2 + m)
        ),
    },
)
def discrete_mixed_fixed(n=Integers(2), m=Integers(1, notable=(20, 5, 80)), p=Probability(), t=Integers(0)):
    """n real points kept, m synthetic: squared error H(p)/n + (1 - 1/n) H(p) m (1 - rho^t)/(N^2 - m^2 + m), rho < 1."""
    return Eq(E(retrained((p, 1 - p), n, m).distance(t)), 2 * p * (1 - p) / n + excess((p, 1 - p), n, m, t))


@claim(source="derived: m/(n + m)^2 is largest at m = n", mutants={"twice as many": lambda n: 2 * n})
def discrete_mixed_fixed_threshold(n=Integers(2), p=Points(Rational(3, 10))):
    """One retraining: as more synthetic points are used a share's squared error rises up to m = n, and then falls.

    No simulation: near the peak the error is too flat.
    """
    m = Symbol("m", positive=True, integer=True)
    loop = SymbolLoop(p, n, FixedReal(m))
    return RisesThenFalls(E((loop.share(1) - p) ** 2), (m, 1, oo), peak=n)


@claim(source="derived: from the closed form", mutants={"nothing is left of it": lambda n, p: S.Zero})
def discrete_mixed_fixed_limit(n=Integers(2), p=Probability(), t=Points(1, 3), m=Integers(1)):
    """With ever more synthetic points a share's squared error returns to p (1 - p)/n, that of the real points alone."""
    loop, rate = SymbolLoop(p, n, FixedReal(m)), p * (1 - p) * t * m / (n + m) ** 2
    return Tends(E((loop.share(t) - p) ** 2), (m, 1, oo), p * (1 - p) / n, rate=rate)


@claim(
    source="the squared error's rise and fall, taken for that of the total variation",
    expected="fails",
    corrected="discrete-mixed-fixed-threshold",
)
def discrete_mixed_fixed_total_variation(n=Points(10), p=Points(Rational(3, 10))):
    """One retraining: the expected total variation rises in the number of synthetic points to one peak, and then falls."""
    m = Symbol("m", positive=True, integer=True)
    loop = retrained((p, 1 - p), n, m)
    return RisesThenFalls(E(TV(loop.model(1), loop.p)), (m, 1, 14), peak=8)


# ---- one draw after the other ---------------------------------------------------------------------------------------


def urn(k, j) -> Loop:
    """k real points of symbol 0, j of the others; draws are added one by one, and all are kept: Polya's urn."""
    r = k + j
    return CategoricalLoop((k / r, j / r), 1, Accumulate(), r)


def deviation(k, j) -> Expr:
    """The mean absolute deviation of Beta(k, j)."""
    r = k + j
    return 2 * k**k * j**j * gamma(r) / (gamma(k) * gamma(j) * r ** (r + 1))


@claim(
    source="derived; de Moivre",
    mutants={
        "the Gaussian's, from the standard deviation": lambda k, j: sqrt(2 * k * j / (pi * (k + j + 1))) / (k + j)
    },
)
def discrete_polya_beta_mad(k=Integers(1, 40, notable=(3, 30)), j=Integers(1, 40, notable=(7, 35))):
    """Accumulating one draw at a time for ever moves a share by 2 k^k j^j/(B(k, j) r^(r+1)) on average, r = k + j.

    The limit is sampled as the Beta law that it has; `discrete-polya-beta-mad-urn` runs the urn.
    """
    return Eq(E(Abs(urn(k, j).share(0, oo) - k / (k + j))), deviation(k, j))


@claim(
    source="derived: the Beta limit of Polya's urn, de Moivre's mean deviation",
    mutants={"the Gaussian's": lambda k, j: sqrt(2 * k * j / (pi * (k + j + 1))) / (k + j)},
)
def discrete_polya_beta_mad_resample(k=Integers(1, 40, notable=(3, 30)), j=Integers(1, 40, notable=(7, 35))):
    """In total variation accumulating for ever costs what one generation of r new points costs."""
    r = k + j
    once = SymbolLoop(k / r, r)
    return Eq(E(Abs(urn(k, j).share(0, oo) - k / r)), E(Abs(once.share(1) - k / r)))


@claim(
    source="derived: Polya's urn is a martingale; the variance of what is still to come",
    mutants={"the Gaussian's": lambda k, j, t: sqrt(2 * k * j / (pi * (k + j + 1))) / (k + j) * half},
    unreached={"derivation": "the absolute value of a count's error is no moment"},
)
def discrete_polya_beta_mad_urn(
    k=Integers(1, 30, notable=(3,)), j=Integers(1, 30, notable=(7,)), t=Integers(1, notable=(100, 30))
):
    """The urn after t draws: the mean deviation is within sqrt(k j/(r (r + 1) (r + t))) of its limit.

    No derivation: the mean of an absolute value is no moment.
    """
    r = k + j
    rate = sqrt(k * j / (r * (r + 1) * (r + t)))
    return Tends(E(Abs(urn(k, j).share(0, t) - k / r)), (t, 1, oo), deviation(k, j), rate=rate)


@claim(
    source="the equality of mean deviations, taken for one of variances",
    expected="fails",
    corrected="discrete-polya-beta-mad-resample",
)
def discrete_polya_beta_mad_variance(k=Integers(1, 40, notable=(3, 30)), j=Integers(1, 40, notable=(7, 35))):
    """In variance, too, accumulating for ever costs what one generation of r new points costs."""
    r = k + j
    return Eq(Var(urn(k, j).share(0, oo)), Var(SymbolLoop(k / r, r).share(1)))


# ---- entropy --------------------------------------------------------------------------------------------------------


def nats(p) -> Expr:
    return -p * log(p) - (1 - p) * log(1 - p)


@claim(
    source="derived: bounds of the entropy by p (1 - p) (Topsoe's type), Jensen's inequality, heterozygosity",
    tight={"t": 0, "p": half},
    mutants={
        "ln 2 on both sides": lambda n, p, t: {">=": 4 * log(2) * (1 - 1 / n) ** t * p * (1 - p) * 2},
        "without the root": lambda n, p, t: {"<=": log(2) * 4 * p * (1 - p) * (1 - 1 / n) ** t},
    },
    unreached={"derivation": "the entropy of counts is no moment"},
)
def discrete_entropy_sandwich(n=Integers(2, 40, notable=(20,)), p=Probability(), t=Integers(0, 50, notable=(10, 50))):
    """Two symbols: the expected entropy lies between 2 ln 2 H_t and ln 2 (2 H_t)^(1/ln 4), H_t = (1 - 1/n)^t H(p).

    No derivation: the entropy is no moment of the share.
    """
    diversity = 2 * p * (1 - p) * (1 - 1 / n) ** t
    entropy = E(CategoricalLoop((p, 1 - p), n).entropy(t))
    return And(Ge(entropy, 2 * log(2) * diversity), Le(entropy, log(2) * (2 * diversity) ** (1 / log(4))))


@claim(
    source="derived: -log(x) >= 1 - x, term by term",
    mutants={"twice of it": lambda n, p, t: 2 * (1 - 1 / n) ** t * diverse(p)},
    unreached={"derivation": "the entropy of counts is no moment"},
)
def discrete_entropy_sandwich_any(n=Integers(2, 40, notable=(20,)), p=Simplex(3), t=Integers(0, 50)):
    """For any number of symbols the expected entropy is at least the expected diversity.

    No derivation: the entropy is no moment of the shares.
    """
    return Ge(E(CategoricalLoop(p, n).entropy(t)), (1 - 1 / n) ** t * diverse(p))


@claim(
    source="the rate of the diversity, taken for that of the entropy",
    expected="fails",
    corrected="discrete-entropy-sandwich",
)
def discrete_entropy_sandwich_rate(n=Points(20), p=Points(Rational(3, 10)), t=Points(10, 50)):
    """The entropy of two symbols is lost by exactly 1 - 1/n a generation."""
    p = sympify(p)
    return Eq(E(CategoricalLoop((p, 1 - p), n).entropy(t)), (1 - 1 / sympify(n)) ** t * nats(p))


__all__ = ["CategoricalLoop", "SymbolLoop"]
