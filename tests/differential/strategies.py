"""What is attacked: loops of all kinds, moments of theirs, and wrong declarations, drawn by Hypothesis.

A case is a loop in symbols with numbers for them, and one moment, written once for the witnesses and once for the oracle:
where a loop says something false of itself, the oracle's is that of a loop that does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from hypothesis import strategies as st
from sympy import Abs, Add, Expr, Ge, Gt, Integer, Lambda, Mul, Rational, S, Symbol, sign, sqrt, sympify

from theory import Claim, catalogue
from theory.discrete import SymbolLoop
from theory.gaussian import GaussianLoop
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.laws import (
    Beta,
    Binomial,
    ChiSquare,
    Exponential,
    Finite,
    Gamma,
    Geometric,
    Laplace,
    NegativeBinomial,
    Noise,
    Normal,
    Uniform,
)
from theory.language.loops import CLOCK, Loop, Observable, PopulationLoop
from theory.language.moments import Cov, E, Prob, Var
from theory.language.policies import Accumulate, FixedReal, FreshReal, Growing, Replace, Subsample
from theory.language.structures import Lineage, Marginal, Picks, Symmetry
from theory.stability.coin import RetrainedBernoulliLoop
from theory.stability.gaussian import CorrectedMeanLoop, RetrainedScaleLoop

n, m = (Symbol(s, integer=True, positive=True) for s in "nm")
T = Symbol("t", integer=True, nonnegative=True)
a, s0 = Symbol("a", real=True), Symbol("s", positive=True)


@dataclass(frozen=True)
class Subject:
    """A loop to be attacked. honest: the same one without what it says of itself.  finite: whether all is on few values."""

    kind: str
    loop: Loop
    honest: Loop
    values: Mapping[Symbol, Any]
    names: tuple[str, ...]  # of observables that the oracle follows
    draws: bool = False
    finite: bool = False
    degree: int = 4  # of moments
    latest: int = 3  # generation
    given: bool = False
    symbolic: bool = True  # whether the number of generations may be a symbol


@dataclass(frozen=True)
class Case:
    subject: Subject
    what: str
    moment: Expr  # for the witnesses
    truth: Expr  # for the oracle
    values: Mapping[Symbol, Any]

    def __str__(self) -> str:
        at = ", ".join(f"{k} = {v}" for k, v in self.values.items())
        return f"{self.subject.kind}: {self.moment} of {self.subject.loop} at {at}"


# ---- laws, and loops that users write -------------------------------------------------------------------------------

fractions = st.sampled_from(
    [Rational(1, 2), Rational(1, 3), Rational(2, 3), Rational(1, 4), Integer(1), Rational(3, 2)]
)
coefficients = st.sampled_from([Rational(1, 2), Rational(-1, 3), Integer(1), Rational(2, 3), Integer(-1), Integer(2)])
probabilities = st.sampled_from([Rational(1, 2), Rational(1, 3), Rational(3, 4)])

finite_laws = st.one_of(
    st.builds(Binomial, st.sampled_from([1, 2, 3]), probabilities),
    st.sampled_from([(1, 1), (1, 2), (1, 1, 2), (0, 1, 3)]).map(lambda w: Finite([Rational(x, sum(w)) for x in w])),
)
laws = st.one_of(
    st.builds(
        Normal, st.sampled_from([0, 0, 0, 1]), st.sampled_from([Integer(1), Integer(1), Integer(2), Rational(1, 3)])
    ),
    st.builds(ChiSquare, st.sampled_from([1, 2, 3, 5])),
    st.builds(Exponential, fractions),
    st.builds(Gamma, st.sampled_from([Rational(1, 2), Integer(2), Integer(3)]), fractions),
    st.sampled_from(
        [Beta(2, 1), Beta(Rational(3, 2), 3), Geometric(Rational(1, 2)), NegativeBinomial(2, Rational(2, 3))]
    ),
    st.sampled_from([Uniform(0, 1), Uniform(-1, 2), Laplace(0, 1), Laplace(1, 2)]),
    finite_laws,
)
clocks = st.sampled_from([S.One, S.One, S.One, 1 / CLOCK, CLOCK, 1 / (CLOCK + 1)])


def made(
    state: tuple[str, ...],
    initial: Mapping[str, Expr],
    step: Callable[[Mapping[str, Expr]], dict[str, Expr]],
    emit: Callable[[Mapping[str, Expr], Expr], Expr] | None = None,
    base: type[Loop] = Loop,
    **said: Any,
) -> type[Loop]:
    """A class as a user writes it; `said`: what it says of itself."""
    body: dict[str, Any] = {
        "state": state,
        "initial": property(lambda self: dict(initial)),
        "step": lambda self, now: step(now),
        "__doc__": "A loop of a user.",
        **said,
    }
    if emit is not None:
        body["emit"] = lambda self, now, index: emit(now, index)
    return type("Made", (base,), body)


@st.composite
def emissions(draw, state: tuple[str, ...], of: st.SearchStrategy = laws):
    law, c = draw(of), draw(coefficients)
    name = draw(st.sampled_from(["Z", "W", "indexed"]))  # "Z" is what the step calls its noise, too

    def emit(now: Mapping[str, Expr], index: Expr) -> Expr:
        return now[state[0]] + c * Noise(f"W{index}" if name == "indexed" else name, law)

    return emit


@st.composite
def shares(draw) -> Subject:
    """One share on a lattice, refitted to binomial counts."""
    k, real = draw(st.sampled_from([1, 2, 3])), draw(st.sampled_from([0, 1, 2]))
    p, start, keep = draw(probabilities), draw(probabilities), draw(st.sampled_from([S.Zero, S.Zero, Rational(1, 2)]))

    def step(now):
        counted = Noise("Y", Binomial(k, now["x"])) + (Noise("X", Binomial(real, p)) if real else 0)
        return {"x": keep * now["x"] + (1 - keep) * counted / (k + real)}

    emit = draw(st.sampled_from([None, lambda now, index: Noise("Y", Binomial(2, now["x"]))]))
    loop = made(("x",), {"x": start}, step, emit)()
    return Subject("user: share", loop, loop, {}, ("x",), emit is not None, True, given=True, symbolic=False)


@st.composite
def affine(draw) -> Subject:
    """x' = a x + b + c Z."""
    law, b, c = draw(laws), draw(st.sampled_from([0, 0, 1])), draw(coefficients)
    c = c * draw(clocks)
    start = draw(st.one_of(coefficients, laws.map(lambda law: Noise("Z", law))))
    emit = draw(st.one_of(st.none(), emissions(("x",))))
    kind = made(("x",), {"x": sympify(start)}, lambda now: {"x": a * now["x"] + b + c * Noise("Z", law)}, emit)
    loop = _with_argument(kind)
    finite = isinstance(law, Binomial | Finite) and emit is None and not isinstance(start, Noise)
    return Subject(
        "user: affine", loop, loop, {a: draw(coefficients)}, ("x",), emit is not None, finite, given=True,
        symbolic=not c.has(CLOCK),
    )  # fmt: skip


def _with_argument(kind: type[Loop]) -> Loop:
    """The coefficient a is an argument of the loop: its step reads it there."""
    return type("Made", (kind,), {
        "step": lambda self, now: {k: sympify(x).xreplace({a: self.args[0]}) for k, x in kind.step(self, now).items()},
    })(a)  # fmt: skip


@st.composite
def multiplied(draw) -> Subject:
    """A positive quantity, multiplied by a draw in every fit."""
    law, power = draw(st.sampled_from([ChiSquare(3), ChiSquare(5), Exponential(1)])), draw(st.sampled_from([1, 1, 2]))
    root = draw(st.booleans())

    def step(now):
        q = Noise("Q", law)
        return {"x": now["x"] * (sqrt(q) if root else q**power / 3)}

    loop = made(("x",), {"x": draw(fractions)}, step, draw(st.one_of(st.none(), emissions(("x",)))))()
    return Subject("user: multiplied", loop, loop, {}, ("x",), False, False, degree=3, given=True)


@st.composite
def quadratic(draw) -> Subject:
    law, c = draw(laws), draw(coefficients)
    loop = made(
        ("x",), {"x": draw(coefficients)}, lambda now: {"x": now["x"] ** 2 / 2 + c * now["x"] * Noise("Z", law)}
    )()
    return Subject("user: quadratic", loop, loop, {}, ("x",), degree=2, latest=2, given=True, symbolic=False)


@st.composite
def coupled(draw) -> Subject:
    """Two coordinates, of which the model may be one; noise is shared, or of one name and two laws."""
    b, c, d = (draw(coefficients) for _ in range(3))
    first, second, clock = draw(laws), draw(laws), draw(clocks)
    name = draw(st.sampled_from(["Z", "W"]))
    times = draw(st.booleans())

    def step(now):
        x, y = now["x"], now["y"]
        z, w = Noise("Z", first), Noise(name, second)
        return {"x": b * x + c * clock * y + z, "y": y * (w if times else d) + z}

    start = draw(laws)
    initial = {"x": Noise("Z", start), "y": draw(st.sampled_from([Noise("Z", start) + 1, Integer(1)]))}
    emit = draw(st.one_of(st.none(), emissions(("x", "y"))))
    loop = made(("x", "y"), initial, step, emit)()
    return Subject("user: coupled", loop, loop, {}, ("x", "y"), emit is not None, latest=2, symbolic=False)


@st.composite
def hierarchical(draw) -> Subject:
    """The law of one draw depends on another coordinate, which is random itself."""
    k, which = draw(st.sampled_from([2, 3])), draw(st.sampled_from(["normal", "binomial", "spread"]))
    start = draw(probabilities)

    def step(now):
        x, y = now["x"], now["y"]
        more = {
            "normal": Noise("V", Normal(x, 1)),
            "binomial": Noise("V", Binomial(2, x)),
            "spread": Noise("V", Normal(0, x)),
        }[which]
        return {"x": Noise("Y", Binomial(k, x)) / k, "y": y / 2 + more}

    loop = made(("x", "y"), {"x": start, "y": S.Zero}, step)()
    return Subject(
        "user: hierarchical", loop, loop, {}, ("x", "y"), False, which == "binomial", latest=2, symbolic=False
    )


# ---- the loops of the catalogue -------------------------------------------------------------------------------------

sizes = st.sampled_from([n * CLOCK**2, n * CLOCK, n + CLOCK, n + 2 * CLOCK - 1])
policies = st.one_of(
    st.sampled_from([Replace(), Accumulate(), Subsample(), FixedReal(2), FreshReal(2), FixedReal(m), FreshReal(m)]),
    sizes.map(Growing),
)
small = st.sampled_from([2, 3])


@st.composite
def pooled(draw) -> Subject:
    policy, known = draw(policies), draw(st.booleans())
    if isinstance(policy, Subsample):
        known = True
    loop = PooledGaussianLoop(n, policy, draw(st.sampled_from([1, s0])), draw(st.sampled_from([0, 2, a])), known)
    values = {n: draw(small), m: draw(small), s0: draw(fractions), a: draw(coefficients)}
    degree = 2 if not known else 2 if isinstance(policy, Subsample) else 4
    hidden = isinstance(policy, Subsample) or (type(policy) is FixedReal and not known)
    return Subject(
        f"pooled {type(policy).__name__}", loop, loop, values, loop.state, degree=degree, latest=2, given=not hidden,
    )  # fmt: skip


@st.composite
def gaussian(draw) -> Subject:
    estimator = draw(st.sampled_from(["unbiased", "mle", -1]))
    loop = GaussianLoop(
        n, draw(st.sampled_from([1, s0])), draw(st.sampled_from([0, a])), estimator, draw(st.booleans())
    )
    values = {n: draw(st.sampled_from([3, 4])), s0: draw(fractions), a: draw(coefficients)}
    return Subject("GaussianLoop", loop, loop, values, ("sigma", "mu"), draws=True, degree=3, given=True)


@st.composite
def symbols(draw) -> Subject:
    policy = draw(st.one_of(st.sampled_from([Replace(), FixedReal(1), FreshReal(m), Accumulate()]), sizes.map(Growing)))
    kept = draw(st.sampled_from([0, 1])) if isinstance(policy, Accumulate) else 0
    loop = SymbolLoop(draw(probabilities), n, policy, kept)
    values = {n: draw(st.sampled_from([1, 2])), m: 1}
    return Subject(
        f"SymbolLoop {type(policy).__name__}", loop, loop, values, ("share",), finite=True, degree=3, latest=2,
        given=type(policy) is not FixedReal, symbolic=type(policy) is Replace,
    )  # fmt: skip


@st.composite
def coin(draw) -> Subject:
    loop = RetrainedBernoulliLoop(draw(st.sampled_from([n, 0])), m, draw(probabilities), draw(probabilities))
    values = {n: draw(st.sampled_from([1, 2])), m: draw(st.sampled_from([1, 2]))}
    return Subject("RetrainedBernoulliLoop", loop, loop, values, ("theta",), finite=True, given=True)


@st.composite
def retrained(draw) -> Subject:
    which = draw(st.sampled_from(["mean", "gaussian", "scale", "corrected"]))
    values = {n: draw(small), m: draw(small), s0: draw(fractions), a: draw(coefficients)}
    known = which == "mean"
    if which in ("mean", "gaussian"):
        policy = draw(st.sampled_from([FreshReal(m), FixedReal(m)]))
        loop = PooledGaussianLoop(
            n, policy, draw(st.sampled_from([s0, sqrt(s0)])), draw(st.sampled_from([0, a])), known,
            start=draw(st.sampled_from(["truth", "fit", *(["full", a, 1] if known else [])])),
            temperature=draw(st.sampled_from([1, s0])), bias=draw(st.sampled_from([0, 1])),
        )  # fmt: skip
        degree = {"given": True, "latest": 3} if known else {"degree": 2, "latest": 2}
        return Subject(f"retrained {which}", loop, loop, values, loop.state if known else ("v", "mu"), **degree)
    if which == "scale":
        loop = RetrainedScaleLoop(draw(st.sampled_from([n, 0])), m, s0, draw(st.sampled_from([1, s0])))
        return Subject("RetrainedScaleLoop", loop, loop, values, ("v",), degree=3, given=True)
    loop = CorrectedMeanLoop(n, m, draw(st.sampled_from([0, Rational(1, 2)])), s0, draw(st.sampled_from([0, a])))
    return Subject("CorrectedMeanLoop", loop, loop, values, ("error",), degree=3, given=True, latest=2)


@lru_cache
def by_loop() -> dict[str, list[Claim]]:
    """Every other claim of the catalogue, by the loops that its function names; of its module where it names none.

    None is built: to build them all takes longer than all that is drawn of them in the short run.
    """
    found: dict[str, list[Claim]] = {}
    for c in catalogue()[::2]:
        known = c.function.__globals__
        kinds = [x for x in map(known.get, c.function.__code__.co_names) if isinstance(x, type) and issubclass(x, Loop)]
        for kind in kinds or [None]:
            if kind is None or not issubclass(kind, PopulationLoop):
                found.setdefault(kind.__name__ if kind else c.function.__module__, []).append(c)
    return dict(sorted(found.items()))


@cache
def of_claim(claim: Claim) -> list[Loop]:
    """The loops of a claim that state a step, with small numbers from its points."""
    found: list[Loop] = []
    for p in claim.points(2, 0):
        at = {s: sympify(p.values[name]) for name, s in claim.symbols.items()}
        for loop in (x.xreplace(at) for x in claim.loops):
            if loop not in found and not loop.free_symbols and _is_small(loop):
                found.append(loop)
    return found


def _is_small(loop: Loop) -> bool:
    if isinstance(loop, PopulationLoop) or any(abs(x) > 12 for x in loop.atoms(Integer)):
        return False
    try:
        return all(
            sympify(x).is_finite is not False for x in [*loop.step(loop.symbols()).values(), *loop.initial.values()]
        )
    except NotImplementedError:
        return False


@st.composite
def built_in(draw) -> Subject:
    kind = draw(st.sampled_from(sorted(by_loop())))
    loops = draw(st.sampled_from(by_loop()[kind]).map(of_claim).filter(bool))
    loop = draw(st.sampled_from(loops))
    names = tuple(name for name in loop.state if name != "real") or loop.state
    return Subject(type(loop).__name__, loop, loop, {}, names, degree=2, latest=2, symbolic=False)


# ---- one method changed ---------------------------------------------------------------------------------------------


@st.composite
def changed(draw) -> Subject:
    """A loop of the catalogue with another start or other fresh draws: what it said of its symmetry is its parent's."""
    values = {n: draw(st.sampled_from([3, 4])), m: 2, s0: draw(st.sampled_from([2, 3])), a: draw(coefficients)}
    which, shift = draw(st.sampled_from(["initial", "emit", "step"])), draw(st.sampled_from([1, Rational(1, 2)]))
    base, args = draw(
        st.sampled_from(
            [
                (GaussianLoop, (n, s0, a)),
                (PooledGaussianLoop, (n, Replace(), s0, a)),
                (PooledGaussianLoop, (n, Accumulate(), s0, a, True)),
                (PooledGaussianLoop, (n, FreshReal(m), s0, a)),
                (PooledGaussianLoop, (n, FreshReal(m), s0, a, True)),
            ]
        )
    )

    def initial(self):
        start = base.initial.fget(self)
        return {k: (x + shift if k in ("mu", "sigma", "v") else x) for k, x in start.items()}

    def emit(self, now, index):
        return now["mu"] + shift + Noise(f"X{index}", Normal(0, 1))

    def step(self, now):
        return {k: (x + shift if k == "mu" else x) for k, x in base.step(self, now).items()}

    body = {"initial": property(initial), "emit": emit, "step": step}[which]
    loop = type("Changed", (base,), {which: body, "__doc__": "A loop with one method changed."})(*args)
    names = tuple(x for x in ("sigma", "v", "mu") if x in loop.state)
    return Subject(f"changed: {which}", loop, loop, values, names, draws=which == "emit", degree=2, latest=2)


# ---- wrong declarations ---------------------------------------------------------------------------------------------

_z = Symbol("z")


def _unit(self):
    return Symmetry(self.func(self.args[0], 1), x=(0, self.args[1]), draw=(0, self.args[1]))


def _square(self):
    return Symmetry(self.func(self.args[0], 1), x=(0, self.args[1] ** 2), draw=(0, self.args[1] ** 2))


def _shifted(self):
    return Symmetry(self.func(self.args[0], 1), x=(1, 1), draw=(1, 1))


def _another(self):
    return {"x": Marginal(self.func(self.args[0], self.args[1] + 1), "x")}


LIES: dict[str, dict[str, Any]] = {
    "positive": {"positive": frozenset({"x"})},
    "a unit": {"symmetry": property(_unit)},
    "a unit squared": {"symmetry": property(_square)},
    "a shift": {"symmetry": property(_shifted)},
    "a marginal": {"marginals": property(_another)},
    "picks": {"definition": Picks(Uniform(0, 1), Lambda(_z, _z), Integer(2), S.Infinity)},
    "lineage": {"definition": Lineage(S.Zero, Integer(3), S.One), "truth": Normal(0, 1)},
    "unstated": {"unstated": lambda self, name: None},
}


def lying(what: str, step: Callable, start: Callable, emit: Callable | None) -> tuple[Loop, Loop]:
    """(the loop with what it says, the same without): x is its coordinate, (a, s) its arguments."""

    def body(said: Mapping[str, Any]) -> Loop:
        common: dict[str, Any] = {
            "state": ("x",),
            "initial": property(lambda self: {"x": start(self)}),
            "step": lambda self, now: {"x": step(self, now["x"])},
            "__doc__": "A loop of a user.",
        }
        if emit is not None:
            common["emit"] = lambda self, now, index: emit(self, now["x"], index)
        return type("Said", (Loop,), {**common, **said})(a, s0)

    return body(LIES[what]), body({})


@st.composite
def liars(draw) -> Subject:
    what = draw(st.sampled_from(sorted(LIES)))
    lattice = draw(st.booleans())
    if lattice:
        k = draw(st.sampled_from([1, 2, 3, 4]))
        loop, honest = lying(
            what,
            lambda self, x: Noise("Y", Binomial(k, x)) / k,
            lambda self: self.args[0],
            lambda self, x, index: Noise("V", Binomial(2, x)),
        )
        values = {a: draw(probabilities), s0: draw(fractions)}
    else:
        law = draw(st.sampled_from([Normal(0, 1), Exponential(1), Uniform(0, 1)]))
        loop, honest = lying(
            what,
            lambda self, x: self.args[0] * x + Noise("Z", law),
            lambda self: self.args[1],
            lambda self, x, index: x + Noise("Z", Normal(0, 1)),
        )
        values = {a: draw(coefficients), s0: draw(st.sampled_from([2, 3]))}
    return Subject(
        f"says {what}", loop, honest, values, ("x",), what not in ("picks", "lineage") or not lattice, lattice,
        latest=2, symbolic=not lattice,
    )  # fmt: skip


# ---- moments --------------------------------------------------------------------------------------------------------


@st.composite
def times(draw, subject: Subject):
    """Up to three generations, as numbers or as t, t + 1; and t's value."""
    number = draw(st.integers(0, subject.latest - 1)) if subject.latest > 1 else 0
    if subject.symbolic and draw(st.booleans()):
        choices = [T + d for d in range(subject.latest - number + 1)] + ([S.Zero] if draw(st.booleans()) else [])
        return choices, number
    return [Integer(i) for i in range(subject.latest + 1)], number


Factor = tuple[str, Any, tuple, int]  # name, generation, index, power


def _product(factors: list[Factor], loop: Loop) -> Expr:
    return Mul(*(Observable(loop, name, t, *index) ** power for name, t, index, power in factors))


@st.composite
def products(draw, subject: Subject, when: list, degree: int) -> list[Factor]:
    factors: dict[tuple, int] = {}
    for _ in range(draw(st.integers(1, degree))):
        fresh = subject.draws and draw(st.integers(0, 3)) == 0
        name = "draw" if fresh else draw(st.sampled_from(subject.names))
        key = (name, draw(st.sampled_from(when)), (Integer(draw(st.sampled_from([1, 2]))),) if fresh else ())
        factors[key] = factors.get(key, 0) + 1
    return [(*key, power) for key, power in factors.items()]


@st.composite
def moments(draw, subject: Subject) -> Case:
    when, number = draw(times(subject))
    values = {**subject.values, T: number}
    kinds = ["E", "E", "E", "sum", "Var", "Cov"]
    kinds += ["given", "given", "Var given"] if subject.given else []
    kinds += ["event", "event", "difference", "sign", "Abs"] if subject.finite else []
    what = draw(st.sampled_from(kinds))
    f, g = (draw(products(subject, when, max(1, subject.degree // k))) for k in (1, 2))
    if what in ("Var", "Cov", "given", "Var given"):
        f = draw(products(subject, when, max(1, subject.degree // 2)))
    late = [w for w in when if w != 0] or when
    at, level = draw(st.sampled_from(when)), draw(st.sampled_from([Rational(i, 6) for i in range(7)]))
    strict, first, second = draw(st.booleans()), draw(st.sampled_from(late)), draw(st.sampled_from(when))
    name, whole = draw(st.sampled_from(subject.names)), draw(st.booleans())
    power = draw(st.sampled_from([1, 2])) if subject.degree >= 4 else 1

    def build(loop: Loop) -> Expr:
        x, y = _product(f, loop), _product(g, loop)
        o = Observable(loop, name, first)
        match what:
            case "sum":
                return E(x - y)
            case "Var":
                return Var(x)
            case "Cov":
                return Cov(x, y)
            case "event":
                return Prob((Gt if strict else Ge)(o, level, evaluate=False))
            case "difference":
                gap = o - Observable(loop, name, second)
                return Prob((Gt if strict else Ge)(gap, level - Rational(1, 2), evaluate=False)) if gap != 0 else E(x)
            case "sign":
                return E(sign(o - level if whole else o))
            case "Abs":
                return E(Abs(o - level))
            case "given" | "Var given":
                known = _known(loop, at, whole)
                if what == "given":
                    return E(E(_later(f, loop, at), given=known) ** power * Observable(loop, subject.names[0], at))
                return E(Var(_later(f[:1], loop, at), given=known))
            case _:
                return E(x)

    return Case(subject, what, build(subject.loop), build(subject.honest), values)


def _known(loop: Loop, t: Any, whole: bool) -> Any:
    """The state as a whole, or the model as deployed."""
    return loop.state(t) if whole else loop.model(t)


def _later(factors: list[Factor], loop: Loop, at: Any) -> Expr:
    """The factors with their generations moved to `at` or the one after it."""
    moved = Mul(
        *(Observable(loop, name, at + i % 2, *index) ** power for i, (name, _, index, power) in enumerate(factors))
    )
    return moved if moved.has(Observable) else Add(moved, Observable(loop, factors[0][0], at))


subjects = {
    "user: share": shares(),
    "user: affine": affine(),
    "user: multiplied": multiplied(),
    "user: quadratic": quadratic(),
    "user: coupled": coupled(),
    "user: hierarchical": hierarchical(),
    "pooled": pooled(),
    "GaussianLoop": gaussian(),
    "SymbolLoop": symbols(),
    "coin": coin(),
    "retrained": retrained(),
    "built-in": built_in(),
    "changed": changed(),
    "wrong declaration": liars(),
}


@st.composite
def cases(draw, kind: str) -> Case:
    return draw(moments(draw(subjects[kind])))


@st.composite
def pairs(draw) -> Case:
    """Two loops in one moment, whose parameters may become equal."""
    kind = draw(st.sampled_from(["mean", "share", "coin", "pooled"]))
    values = {n: draw(st.sampled_from([2, 3])), m: draw(st.sampled_from([2, 3])), T: 1}
    make = {
        "mean": lambda k: GaussianLoop(k).mu,
        "share": lambda k: SymbolLoop(Rational(1, 2), k).share,
        "coin": lambda k: RetrainedBernoulliLoop(1, k, Rational(1, 3), Rational(1, 2)).theta,
        "pooled": lambda k: PooledGaussianLoop(k, Accumulate(), known_variance=True).mu,
    }[kind]
    x, y = make(n)(draw(st.sampled_from([1, 2]))), make(m)(draw(st.sampled_from([1, 2])))
    i, j = draw(st.sampled_from([(1, 1), (2, 2), (1, 2), (2, 1)]))
    event = Prob(Ge(x - y, Rational(1, 2))) if kind in ("share", "coin") else E((x - y) ** 2)
    moment = draw(st.sampled_from([E(x**i * y**j), Cov(x, y), Var(x - y), event]))
    loop = x.loop
    subject = Subject(f"two loops: {kind}", loop, loop, values, ())
    return Case(subject, "two loops", moment, moment, values)


factors = st.sampled_from(
    [Fraction(1001, 1000), Fraction(101, 100), Fraction(11, 10), Fraction(999, 1000), Fraction(9, 10)]
)
