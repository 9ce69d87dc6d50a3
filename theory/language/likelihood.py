"""Loops that retrain a model by maximum likelihood, from its log-density alone.

class Gumbel(LikelihoodLoop):
    mu: Parameter(Reals())
    beta: Parameter(Positive())
    support = Reals()

    def log_density(self, x):
        z = (x - self.mu) / self.beta
        return -z - exp(-z) - log(self.beta)

`Gumbel(data=Normal(0, 1), lam=Rational(1, 2))` is its population loop: infinitely many points, of which lam/(1 + lam) are from
the model before. `loop.mu(t)` is a parameter after t fits, `loop.best` the best fit to the data alone, `loop.alpha`, `loop.L`,
`loop.eps` are the constants of the stability theorem, `loop.J` is the Jacobian of retraining there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import FunctionType, MethodType, SimpleNamespace
from typing import Any, ClassVar

from sympy import Dummy, Expr, ImmutableMatrix, Lambda, Max, Min, S, Tuple, exp, sqrt, sympify
from sympy.core.symbol import Str

from .domains import Integers, Positive, Reals
from .errors import BadInput, CannotTell, Unsaid
from .fields import MISSING, Flag, Instance, Listed, Nonnegative, Values, definition, place, signature
from .fits import CLOCK
from .functions import in_log_gammas
from .laws import Atoms, Density, Finite, Law, Mixture
from .loops import Coordinate, Loop, Named, Observable, PopulationLoop
from .moments import Moment
from .supports import Parameter, Support, support_of

# ---- loops ----------------------------------------------------------------------------------------------------------


def ends_of(law: Law) -> tuple[Expr, Expr]:
    """Where the draws of a law are, those of a mixture's parts too."""
    if not isinstance(law, Mixture):
        return law.support
    ends = [ends_of(part) for _, part in law.parts]
    return Min(*(low for low, _ in ends)), Max(*(high for _, high in ends))


class Point:
    """A loop with values for the parameters of its model: what `log_density` and the like see as `self`."""

    def __init__(self, loop: LikelihoodLoop, values: Mapping[str, Expr]):
        self._loop, self._values = loop, values

    def __getattr__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        for kind in type(self._loop).__mro__:
            if kind is PopulationLoop:
                break
            said = vars(kind).get(name)
            if isinstance(said, FunctionType):
                return MethodType(said, self)
            if isinstance(said, property) and name not in self._loop.fields:
                return said.fget(self)  # pyrefly: ignore[not-callable]
        if name.startswith("_") or hasattr(self._loop, name):
            return getattr(self._loop, name)
        known = ", ".join([*self._loop.parameters, *(n for n in self._loop.fields if n not in LikelihoodLoop.fields)])
        raise CannotTell(f"{type(self._loop).__name__} speaks of self.{name}; its parameters and constants are {known}")


class LikelihoodLoop(PopulationLoop):
    """A model retrained, again and again, by the maximum of E_data log p + lam E_model log p, near the parameters before.

    A class below states the model: its parameters by annotations, `mu: Parameter(Reals())`; the `support` of its draws,
    `Reals()`, `Positive()`, `Reals(a, b)`, `Naturals()`, `Points(...)` or `R(2)`; and `log_density(self, x)` in symbols, or, for
    an exponential family, `statistics(self, x)` and `log_partition(self)` with its parameters as the natural ones (and
    `log_base(self, x)`, if that is not 0). Other annotations are constants of the model, as of any loop; they come first.

    data: the law of the real data.  lam: synthetic points for each real one.
    start: the parameters that the loop is handed, in the order of the class; (): those of the best fit.
    offset: what is added to them.
    temperature: synthetic points are drawn from the density to the power 1/temperature, normalised.
    steps: of gradient ascent on the objective, in place of its maximum; 0: the maximum.
    speed: so many times the slope is one of these steps.
    error: what every fit is off by, a number for each parameter; (): nothing.

    Refuses a start, an offset or an error of another length than the parameters, or outside of their domains (`BadInput`).
    Source: Bertrand et al. 2310.00429.
    """

    data: Instance((Law,), in_space=True)
    lam: Nonnegative
    start: Values(Reals) = ()
    offset: Values(Reals) = ()
    temperature: Positive = 1
    steps: Listed(Integers(0)) = 0
    speed: Positive = 1
    error: Values(Reals) = ()

    parameters: ClassVar[Mapping[str, Parameter]] = {}
    support: ClassVar[Any] = Reals()

    @classmethod
    def _declare(cls) -> None:
        """Parameters of the model become coordinates of the state; its constants come before the data."""
        frame = definition()
        scope = {**frame.f_builtins, **frame.f_globals, **frame.f_locals}
        said = dict(vars(cls).get("__annotations__", {}))
        found = dict(cls.parameters)
        for name, kind in list(said.items()):
            try:
                kind = eval(kind, scope) if isinstance(kind, str) else kind
            except Exception:  # told as that of any parameter
                continue
            if kind is Parameter:
                raise BadInput(
                    f"{cls.__name__}: {name} is annotated Parameter; expected what it ranges over, Parameter(Reals())"
                )
            if isinstance(kind, Parameter):
                found[name] = kind
                del cls.__annotations__[name]
                named = Named(kind.latex, bool(kind.domain.lo >= 0), in_state=True)
                named.__set_name__(cls, name)
                setattr(cls, name, named)
        cls.parameters = found
        cls.state = tuple(found)
        last = vars(LikelihoodLoop)["fields"] if "LikelihoodLoop" in globals() else {}
        cls.fields = {name: field for name, field in cls.fields.items() if name not in last}
        super()._declare()
        cls.fields = {**cls.fields, **last}
        for i, (name, field) in enumerate(cls.fields.items()):
            setattr(cls, name, place(i, field))
        cls.__signature__ = signature(cls.fields)
        if "support" in vars(cls) and not isinstance(cls.support, property):
            try:
                support_of(cls.support)
            except ValueError:
                raise BadInput(
                    f"{cls.__name__}: support is {cls.support!r}; expected Reals(), Positive(), Reals(a, b), Naturals(), "
                    "Points(...) or R(2)"
                ) from None

    def log_density(self, x) -> Expr:
        """The logarithm of the model's density at x, or of its probability: of the exponential family, if it is one."""
        if type(self._loop if isinstance(self, Point) else self).statistics is LikelihoodLoop.statistics:
            raise Unsaid(f"{type(self).__name__} states no log_density(self, x)")
        natural = [getattr(self, name) for name in self.state]
        statistics = self.statistics(x)
        if len(statistics) != len(natural):
            raise BadInput(f"{len(statistics)} statistics for {len(natural)} parameters")
        return sum((a * b for a, b in zip(natural, statistics, strict=True)), self.log_base(x) - self.log_partition())

    def statistics(self, x) -> tuple[Expr, ...]:
        """The sufficient statistics of an exponential family, one for each parameter."""
        raise Unsaid(f"{type(self).__name__} states no statistics")

    def log_partition(self) -> Expr:
        """The logarithm of what makes the density of an exponential family integrate to 1."""
        raise Unsaid(f"{type(self).__name__} states no log_partition")

    def log_base(self, x) -> Expr:
        """The logarithm of an exponential family's density without its parameters."""
        return S.Zero

    def quantile(self, u) -> Expr:
        """Where the distribution function of the model is u. No class has to state it: finite loops are drawn faster by it."""
        raise Unsaid(f"{type(self).__name__} states no quantile(self, u)")

    # ---- what it is made of ----

    @property
    def space(self) -> Support:
        """Where the draws of the model are."""
        said = type(self).support
        if not isinstance(said, property):
            return support_of(said)
        symbols = self.symbols()
        try:
            found = support_of(said.fget(Point(self, symbols)))  # pyrefly: ignore[not-callable]
        except (TypeError, ValueError) as problem:
            raise BadInput(f"{type(self).__name__}: support: {problem}") from None
        moving = {s.name for s in symbols.values()} & {s.name for e in (found.low, found.high) for s in e.free_symbols}
        if moving:
            raise BadInput(
                f"{type(self).__name__}: the support depends on the parameter {min(moving)}: likelihoods jump there, and the "
                "stability theorem says nothing of them; expected ends that depend on constants of the model only"
            )
        return found

    def symbols(self) -> dict[str, Any]:
        """Symbols for the parameters, with their signs."""
        return {name: Coordinate(name, **{p.sign: True}) for name, p in self.parameters.items()}

    def log_density_at(self, values: Mapping[str, Expr], x) -> Expr:
        """The log-density of the model with these parameters."""
        return in_log_gammas(sympify(type(self).log_density(Point(self, values), x)))  # pyrefly: ignore[bad-argument-type]

    def law_of(self, values: Mapping[str, Expr]) -> Law:
        """The model with these parameters as a law."""
        where = self.space
        if where.d > 1:
            xs = _coordinates(where.d, "real", bound=True)
            return Density(Lambda(xs, self.log_density_at(values, xs)))
        (x,) = _coordinates(1, "real", bound=True)
        if where.listed:
            masses = tuple(self._mass(values, i) for i in where.listed)
            return Finite(masses) if where.listed == tuple(range(len(masses))) else Atoms(where.listed, masses)
        return Density(Lambda(x, self.log_density_at(values, x)), where.low, where.high, int(where.whole))

    def _mass(self, values: Mapping[str, Expr], x: Expr) -> Expr:
        return exp(self.log_density_at(values, x))

    def law_at(self, t) -> Law:
        return self.law_of({name: getattr(self, name)(t) for name in self.state})

    @property
    def initial(self) -> dict[str, Expr]:
        start = self.start or self.best
        offset = self.offset or (S.Zero,) * len(self.state)
        return {name: x + y for name, x, y in zip(self.state, start, offset, strict=True)}

    def refuses(self) -> str | None:
        for name, values in (("start", self.start), ("offset", self.offset), ("error", self.error)):
            if values and len(values) != len(self.state):
                return f"{name} has {len(values)} values; expected {len(self.state)}, for {', '.join(self.state)}"
        if (problem := self._misplaced()) is not None:
            return problem
        for x, (name, p) in zip(self.start, self.parameters.items(), strict=False):
            if x.is_number and not p.domain.contains(x):
                return f"start: {name} = {x}; expected {p.domain.wanted}"
        return super().refuses()

    def _misplaced(self) -> str | None:
        """Why the model could not have drawn the data; None where it could, or the data have symbols in them."""
        where, (low, high) = self.space, ends_of(self.data)
        if where.d != self.data.d:
            told = "the line" if self.data.d == 1 else f"{self.data.d} dimensions"
            wanted = "the line" if where.d == 1 else f"R({where.d})"
            return f"{self.data} is a law of {told}; the model has points of {wanted}"
        if where.d > 1 or self.data.free_symbols:
            return None
        values = self.data.values()
        if where.listed and values is None and self.data.grid == 1 and {low, high} <= set(where.listed):
            masses = ", ".join(str(self.data.mass(k)) for k in range(int(low), int(high) + 1))
            return f"the values of {self.data} are not listed, as those of the model are: write its law as Finite(({masses}))"
        if where.listed and (values is None or not {v for v, _ in values} <= set(where.listed)):
            return f"{self.data} has other values than the model, {', '.join(map(str, where.listed))}"
        if where.whole and not self.data.is_whole:
            return f"{self.data} is no law on whole numbers, and the model is one"
        if bool(low < where.low) or bool(high > where.high):
            return f"{self.data} is on ({low}, {high}), the model on ({where.low}, {where.high})"
        return None

    def _sympystr(self, printer) -> str:
        """As it is called: fields that have their defaults are left out."""
        told = []
        for (name, field), x in zip(self.fields.items(), self.arguments, strict=True):
            if field.default is MISSING:
                told.append(printer._print(x))
            elif x != field.kind.read(field.default, SimpleNamespace()):
                told.append(f"{name}={printer._print(x)}")
        return f"{type(self).__name__}({', '.join(told)}){self.as_copy}"

    # ---- what is known of it ----

    def finite(self, n, m=None, fixed=False) -> Refitted:
        """The loop with n real and m synthetic points a generation; m None: lam n of them. fixed: the real ones are kept."""
        return _refitted(self, n, m, fixed)

    @property
    def of_data(self) -> LikelihoodLoop:
        """One loop for all that have this model and these data: what constants belong to that depend on nothing else."""
        return self.at(lam=1, start=(), offset=(), temperature=1, steps=0, speed=1, error=())

    def constant(self, name: str, *index: Any) -> Constant:
        """One of the numbers of `Constant`. Raises `BadInput` where what it is of is another thing in every fit."""
        of = self.of_data if name in OF_DATA else self.at(start=(), offset=())
        return Constant(of._of_one_fit, name, *index)

    @property
    def _of_one_fit(self) -> LikelihoodLoop:
        moving = [name for name in self.fields if sympify(getattr(self, name)).has(CLOCK)]
        if moving:
            raise BadInput(
                f"{type(self).__name__}: {moving[0]} has CLOCK in it, the number of a fit; a constant is of one loop, "
                "the same in every fit"
            )
        return self

    def _matrix(self, name: str) -> ImmutableMatrix:
        d = len(self.state)
        return ImmutableMatrix(d, d, lambda i, j: self.constant(name, int(i), int(j)))

    @property
    def best(self) -> Tuple:
        """The best fit to the data alone, near the start of its search: a local maximum of the real likelihood."""
        return Tuple(*(self.constant("best", i) for i in range(len(self.state))))

    @property
    def is_plain(self) -> bool:
        """Whether each fit is the maximum itself, on points of the model itself: then the best fit is a fixed point."""
        return self.temperature == 1 and self.steps == 0 and not any(self.error)

    @property
    def fixed(self) -> Tuple:
        """A fixed point of retraining near the best fit: the best fit itself, of a plain loop."""
        return self.best if self.is_plain else Tuple(*(self.constant("fixed", i) for i in range(len(self.state))))

    @property
    def H(self) -> ImmutableMatrix:
        """E_data[-d^2 log p] at the best fit."""
        return self._symmetric("H")

    @property
    def fisher(self) -> ImmutableMatrix:
        """The information of the model at the best fit, E_model[-d^2 log p]."""
        return self._symmetric("I")

    @property
    def score_covariance(self) -> ImmutableMatrix:
        """E_data[score score'] at the best fit: of n points, n times the covariance of their mean score."""
        return self._symmetric("C")

    def _symmetric(self, name: str) -> ImmutableMatrix:
        d = len(self.state)
        return ImmutableMatrix(d, d, lambda i, j: self.constant(name, *sorted((int(i), int(j)))))

    @property
    def J(self) -> ImmutableMatrix:
        """The Jacobian of retraining at the fixed point, by the implicit function theorem."""
        return self._matrix("J")

    @property
    def rate(self) -> Constant:
        """The spectral radius of J: the local rate of convergence. Of a plain loop it is the norm of J in the metric of H."""
        return self.constant("rate")

    @property
    def alpha(self) -> Constant:
        """The least eigenvalue of H."""
        return self.constant("alpha")

    @property
    def mu_max(self) -> Constant:
        """The largest eigenvalue of H^-1 I."""
        return self.constant("largest")

    @property
    def L(self) -> Constant:
        """The Lipschitz constant of x -> d^2 log p(x) at the best fit, in the operator norm, over the hull of both supports."""
        return self.constant("L")

    @property
    def beta(self) -> Constant:
        """The Lipschitz constant of the score in x at the best fit, over the hull of both supports."""
        return self.constant("beta")

    @property
    def gamma(self) -> Constant:
        """The least curvature of the loss -log p(x) at the best fit, over the hull of both supports: its strong convexity.

        Where it is not above 0 the loss is not strongly convex for every x, as performative prediction is commonly quoted with.
        """
        return self.constant("gamma")

    @property
    def movement(self) -> Constant:
        """How far, in W1, the model moves with its parameters at the best fit: the Lipschitz constant of p_theta near it.

        Of several parameters in the Euclidean norm. The relative width of its ball is a millionth for two parameters; for more,
        and for points of a space, lower and upper bounds are all that is known where they differ.
        """
        return self.constant("movement")

    @property
    def sensitivity(self) -> Expr:
        """The sensitivity of D(theta) = (data + lam p_theta)/(1 + lam) near the best fit: lam/(1 + lam) `movement`."""
        lam = self._of_one_fit.lam
        return (1 if lam is S.Infinity else lam / (1 + lam)) * self.movement

    @property
    def risk_curvature(self) -> Expr:
        """The least eigenvalue of (H + lam I)/(1 + lam): the convexity of the risk under D(theta*), at the best fit."""
        if len(self.state) == 1:
            lam = self._of_one_fit.lam
            return self.fisher[0, 0] if lam is S.Infinity else (self.H[0, 0] + lam * self.fisher[0, 0]) / (1 + lam)
        return self.constant("risk_curvature")

    @property
    def kappa(self) -> Expr:
        """sensitivity beta/risk_curvature: the rate of performative prediction, in a local form."""
        return self.sensitivity * self.beta / self.risk_curvature

    @property
    def performative_limit(self) -> Expr:
        """The lam up to which kappa is below 1: one over the largest eigenvalue of H^-1 (movement beta - I)."""
        if len(self.state) == 1:
            return self.H[0, 0] / (self.movement * self.beta - self.fisher[0, 0])
        return self.constant("performative_limit")

    @property
    def eps(self) -> Constant:
        """W1 between the data and the best fit; of points of a space an upper bound on it, by a coupling, and so for c.

        In a relation of numbers a bound is only known to be at most that: that it is large is never decided.
        """
        return self.constant("eps")

    @property
    def c(self) -> Expr:
        """1 + L eps/alpha, the constant of the stability theorem."""
        return 1 + self.L * self.eps / self.alpha

    def radius(self, rho) -> Constant:
        """Of a ball around the best fit, in the metric of H, in which retraining is certified to contract by rho at least.

        The largest of 1, 1/2, 1/4, ... for which the certificate is found: there may be larger ones. So in a relation of numbers
        it is only known to be between that and 1: that it is small is never decided. There is such a ball wherever the local
        rate is below rho; where balls find none, nothing is told.
        """
        return self.constant("radius", rho)

    def deviation(self, rho) -> Constant:
        """a of the finite-sample theorem: with n kept real points and lam n of the model each of t fits is off by
        a sqrt(log(4 t/delta)/n) at most from that to infinitely many, with probability 1 - delta, in the metric of H.

        Within the ball of `radius(rho)`; an upper bound, so in a relation of numbers it is only known to be at most that: that it
        is large is never decided. Of models on the line; infinite where their score is unbounded.
        """
        return self.constant("deviation", rho)

    def distance(self, t) -> Expr:
        """How far the parameters after t fits are from the best fit, in the metric of H."""
        v = [getattr(self, name)(t) - x for name, x in zip(self.state, self.best, strict=True)]
        return sqrt(sum((a * self.H[i, j] * b for i, a in enumerate(v) for j, b in enumerate(v)), S.Zero))

    def near(self, direction, far) -> LikelihoodLoop:
        """The loop from a start at a distance `far` of the best fit, in the metric of H, in a direction."""
        size = self.constant("length", *direction)
        return self.at(start=(), offset=[far * sympify(x) / size for x in direction])

    @property
    def distortion(self) -> Constant:
        """sqrt of the largest over the least eigenvalue of H: between its metric and the usual one."""
        return self.constant("distortion")


OF_DATA = (
    *("best", "H", "I", "C", "alpha", "largest", "L", "eps", "distortion", "length"),
    *("beta", "gamma", "movement", "performative_limit"),
)


class Constant(Moment):
    """A number that belongs to a `LikelihoodLoop` with its data and its lam; see the properties of that class."""

    def __new__(cls, loop, name, *index):
        name = Str(name) if isinstance(name, str) else name
        return Expr.__new__(cls, loop, name, *map(sympify, index))

    @property
    def loop(self) -> LikelihoodLoop:
        """The loop that it belongs to."""
        return self.args[0]

    @property
    def name(self) -> str:
        """Its name among the properties of that class."""
        return str(self.args[1])

    @property
    def index(self) -> tuple[Any, ...]:
        """What it was asked with beside the loop: numbers of coordinates, say."""
        return tuple(int(x) if x.is_Integer else x for x in self.args[2:])

    @property
    def is_bound(self) -> bool:
        """Whether it is an upper bound on the number it is named for: W1 of points of a space."""
        return self.name == "eps" and self.loop.space.d > 1

    @property
    def other_end(self) -> int | None:
        """Of a bound where what it bounds ends on its other side; None of what is known itself."""
        return 0 if self.is_bound else {"deviation": 0, "radius": 1}.get(self.name)

    variables = property(lambda self: ())
    given = property(lambda self: None)

    def _eval_is_finite(self):
        return True  # L may be oo: where it is, what it is a part of is not looked at

    def _eval_is_positive(self):
        if self.name == "best":  # in the interior
            return True if list(self.loop.parameters.values())[self.index[0]].domain.lo >= 0 else None
        return True if self.name in ("alpha", "radius", "distortion", "length", "deviation", "risk_curvature") else None

    def _eval_is_nonnegative(self):
        return True if self.name in ("L", "beta", "eps", "rate", "largest", "movement") else None

    def _sympystr(self, printer) -> str:
        if self.name in ("best", "fixed"):
            return f"{self.loop.state[self.index[0]]}_{self.name}"
        if self.is_bound:
            return "eps_bound"
        return self.name + (f"[{', '.join(map(str, self.index))}]" if self.index else "")

    def _latex(self, printer, exp=None) -> str:
        letters = {
            "alpha": r"\alpha",
            "beta": r"\beta",
            "gamma": r"\gamma",
            "eps": r"\varepsilon",
            "rate": r"\rho(J)",
            "largest": r"\mu_{\max}",
            "radius": "r",
        }
        if self.name in ("best", "fixed"):
            name = self.loop.state[self.index[0]]
            place = "*" if self.name == "best" else r"{\infty}"
            body = f"{self.loop.latex_names.get(name, name)}_{place}"
        else:
            body = (
                r"\bar\varepsilon"
                if self.is_bound
                else letters.get(self.name, rf"\mathrm{{{self.name}}}" if len(self.name) > 1 else self.name)
            )
            body += f"_{{{','.join(map(str, self.index))}}}" if self.index else ""
        return body if exp is None else rf"{{{body}}}^{{{exp}}}"


@lru_cache(maxsize=64)
def _coordinates(d: int, sign: str, bound: bool = False) -> tuple[Dummy, ...]:
    """Symbols for the coordinates of a point, one tuple for all models: what is worked out beside some data is found again beside
    others.

    bound: those of a law's log-density, which are never free.
    """
    return tuple(Dummy(f"x{i}" if d > 1 else "x", **{sign: True}) for i in range(d))


@lru_cache(maxsize=256)
def stated(loop: LikelihoodLoop) -> tuple[dict[str, Any], Any, Expr]:
    """(symbols of the parameters, x, the log-density in them). Raises `BadInput` for what is no real expression."""
    where, now = loop.space, loop.symbols()
    x: Any = _coordinates(where.d, "real")
    if where.d == 1:
        (x,) = _coordinates(1, "positive" if where.low == 0 and not (where.whole or where.listed) else "real")
    found = loop.log_density_at(now, x)
    known = {*now.values(), *(x if isinstance(x, tuple) else (x,))}
    if not isinstance(found, Expr) or found.free_symbols - known - loop.free_symbols:
        raise BadInput(
            f"{type(loop).__name__}: log_density gives {found}; expected an expression in x and its parameters"
        )
    return now, x, found


# ---- the finite loop ------------------------------------------------------------------------------------------------


class Refitted(Loop):
    """A likelihood model refitted, again and again, to `real` points of the data and `synthetic` ones of the model before.

    real, synthetic: points of a fit, of the data and of the model before.
    population: the loop that states model, data and start; of its lam nothing is used: synthetic/real takes its place.
    fixed: whether the real points are drawn once and kept; else they are fresh in every generation.

    A fit is the local maximum of the likelihood near the parameters before, as in the stability theorem: Newton's method from
    there, uphill only. Where there is none in the interior (separated samples, a scale that falls to 0, a count that is always
    0), the fit is lost: the parameters stay as they were, and the path goes on. So every observable has a law; no sample is
    drawn again. `lost(t)` is how many of the first t fits were lost.

    Observables: the parameters of the model by their names, `finite.mu(t)`; lost(t).
    Source: the loop of Bertrand et al. 2310.00429.
    """

    population: LikelihoodLoop
    real: Integers(1)
    synthetic: Integers(0)
    fixed: Flag = False

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name not in ("args", "population") and name in self.population.state:

            def at(t: Any) -> Observable:
                return Observable(self, name, t)

            at.__name__, at.__doc__ = name, f"{name} after t fits."
            return at
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def state(self) -> tuple[str, ...]:
        return tuple(self.population.state)

    @property
    def positive(self) -> frozenset[str]:
        return frozenset(name for name, p in self.population.parameters.items() if p.domain.lo >= 0)

    @property
    def latex_names(self) -> Mapping[str, str]:
        return {**self.population.latex_names, "lost": "L"}

    @property
    def lam(self) -> Expr:
        """Synthetic points for each real one."""
        return self.synthetic / self.real

    @property
    def initial(self) -> dict[str, Expr]:
        return self.population.initial

    def lost(self, t) -> Observable:
        """How many of the first t fits were lost."""
        return Observable(self, "lost", t)

    def law_at(self, t) -> Law:
        return self.population.law_of({name: Observable(self, name, t) for name in self.state})

    def unstated(self, name: str) -> str | None:
        return (
            "lost fits are counted where the loop is run, and not stated in symbols"
            if name == "lost"
            else super().unstated(name)
        )


def _refitted(population: LikelihoodLoop, n: Any, m: Any, fixed: Any) -> Refitted:
    """The finite loop of a population loop; m None: lam n, which must be a whole number. Raises `BadInput` for another one."""
    if not population.is_plain:
        raise BadInput(
            f"{type(population).__name__}: a finite loop fits draws of the model itself, to the maximum: expected temperature 1, "
            "steps 0 and no error"
        )
    if taken := [name for name in population.state if hasattr(Refitted, name)]:
        raise BadInput(
            f"{type(population).__name__}: a parameter is called {taken[0]}, as something that every finite loop has; expected "
            "another name"
        )
    if m is None:
        m = population.lam * n
        if m.is_number and not m.is_integer:
            raise BadInput(
                f"finite({n}): lam n = {m} is no whole number of points; expected m, the number of synthetic points"
            )
    return Refitted(population, n, m, fixed)


__all__ = ["Constant", "LikelihoodLoop", "Refitted", "ends_of", "stated"]
