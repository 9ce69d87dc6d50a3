"""Moments, distances and shapes: the words in which claims about loops are written.

`E` integrates the randomness of training *and* of fresh draws. All are SymPy objects that survive `subs`, `latex`,
`srepr` and pickling; none of them computes anything by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

from sympy import (
    Abs,
    Add,
    And,
    Basic,
    Eq,
    Expr,
    Ge,
    ImmutableMatrix,
    Integer,
    Lambda,
    Le,
    Max,
    Min,
    Ne,
    Piecewise,
    S,
    Sum,
    Symbol,
    Tuple,
    binomial,
    erf,
    exp,
    expand,
    log,
    oo,
    pi,
    sqrt,
    sympify,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.symbol import Str
from sympy.logic.boolalg import Boolean

from . import asked
from .errors import BadInput, CannotTell, Unsaid
from .fits import CLOCK
from .functions import exponential_tv, normal_tv
from .laws import (
    Binomial,
    Cauchy,
    Exponential,
    Finite,
    Laplace,
    Law,
    Logistic,
    Mixture,
    Noise,
    Normal,
    Poisson,
    StudentT,
    Uniform,
)
from .laws.pairs import are_alike, crossing, is_beyond, log_ratio, mirror, stretched, uncommon, within
from .laws.waiting import COUNTS
from .loops import Loop, Model, Observable, State
from .matrices import entry
from .order import in_order
from .scopes import apart
from .strangers import ours


def is_random(x) -> bool:
    """Whether an expression contains an observable of a loop, or a draw from a law, outside of a moment."""
    if isinstance(x, Observable | Distance | Noise):
        return True
    if isinstance(x, Moment):
        return x.given is not None
    return any(map(is_random, x.args))


def _ask_apart(variables: Iterable[Basic]) -> None:
    """Ask that no numbers make two loops in a moment one: those that differ are independent, one is not independent of itself."""
    if not asked.is_heard():
        return
    loops = {x.args[0] for y in variables for x in y.atoms(Observable, Model, State)}
    for one, other in combinations(in_order(loops), 2):
        gaps = _gaps(one, other)
        if gaps and not any(gap.is_nonzero for gap in gaps):
            asked.ask(
                Add(*(gap**2 for gap in gaps)),
                True,
                f"{one} and {other} are one loop where their parameters are equal, and independent elsewhere",
            )


def _gaps(x: Basic, y: Basic) -> list[Expr] | None:
    """What is 0, all of it, where numbers for their symbols make two loops one; None where none do."""
    if x == y:
        return []
    if isinstance(x, Expr) and isinstance(y, Expr) and not isinstance(x, Lambda) and not isinstance(y, Lambda):
        return [d.xreplace({CLOCK: fit}) for d in [x - y] for fit in (S.One, Integer(2))[: 1 + d.has(CLOCK)]]
    if type(x) is not type(y) or not x.args or len(x.args) != len(y.args):
        return None
    parts = [_gaps(a, b) for a, b in zip(x.args, y.args, strict=True)]
    return None if None in parts else [gap for part in parts if part is not None for gap in part]


class Moment(Expr):
    """A number that belongs to the law of a loop, over all its histories.

    `given=loop.model(t)` conditions on the model as it is deployed, `given=loop.state(t)` on all that training remembers:
    then it is random itself, and a relation with it on one side holds almost surely. Raises `BadInput` for what is no
    expression, and for another number of arguments.
    """

    # not `real`: a mean may be infinite, and never positive or bounded: SymPy would then evaluate half of `0 < E < 1`
    stays_whole = True  # in `multiplied_out`
    is_extended_real = True
    is_commutative = True
    is_moment = True  # seen where this module cannot be
    letter = "?"
    example = ("loop.sigma(t)",)  # its arguments, beside `given`
    of_vectors = ""  # what there is of vectors and matrices

    def __new__(cls, variable, *rest, given=None):
        args = [entry(sympify(x)) for x in ((variable, *rest) if given is None else (variable, *rest, given))]
        own = args[:-1] if isinstance(args[-1], Model | State) else args
        if whole := next((x for x in own if getattr(x, "is_Matrix", False)), None):
            wanted = "a number, such as its entry m[0, 0] or its trace" + cls.of_vectors
            raise BadInput(f"{cls.__name__} of a {whole.rows} x {whole.cols} matrix: expected {wanted}")
        if len(own) != len(cls.example) or not all(isinstance(x, Expr | Boolean) for x in own):
            name, shown = cls.__name__, ", ".join(map(str, args))
            if given is not None and own is args:
                raise BadInput(f"given={given} of {name}: expected a model, loop.model(t), or loop.state(t)")
            raise BadInput(f"{name}({shown}): expected an expression like {name}({', '.join(cls.example)})")
        _ask_apart(args)
        return Expr.__new__(cls, *args)

    @property
    def variable(self):
        """What is averaged: a random variable, or an event."""
        return self.args[0]

    @property
    def variables(self) -> tuple[Expr, ...]:
        """All that is random in it."""
        return (self.args[0],)

    @property
    def given(self) -> Model | State | None:
        """The model, as deployed, or the whole state that is known."""
        return self.args[-1] if isinstance(self.args[-1], Model | State) else None

    def in_means(self, mean: Callable[[Expr], Expr], *variables: Expr) -> Expr:
        """A mean, a variance or a covariance in means, as `mean` gives them; variables: written otherwise than in the moment.

        Raises `BadInput` for other moments.
        """
        raise BadInput(f"no rule for {type(self).__name__}")

    def _latex(self, printer, exp=None) -> str:
        given = rf" \mid {printer._print(self.given)}" if self.given is not None else ""
        body = rf"{self.letter}\left[{printer._print(self.variable)}{given}\right]"
        return body if exp is None else rf"{body}^{{{exp}}}"


class E(Moment):
    """Expectation: `E(loop.sigma(t))`; of a function of a draw from a law, `E(f(X))` with `X = Noise("X", law)`.

    In the units of its argument; oo where the mean is infinite. Of a matrix the matrix of the means. Conditions and errors as
    of `Moment`.
    """

    is_mean = True  # seen where this module cannot be
    letter = r"\mathbb{E}"

    def __new__(cls, variable, *rest, given=None):
        x = entry(sympify(variable))
        if getattr(x, "is_Matrix", False):
            return ImmutableMatrix(*x.shape, [cls(y, *rest, given=given) if is_random(y) else y for y in x])
        return super().__new__(cls, x, *rest, given=given)

    def _eval_derivative(self, s):
        """Under the integral, where only the function depends on s (the laws of this package have all that it takes)."""
        if not self.atoms(Observable) and not any(s in z.law.free_symbols for z in self.atoms(Noise)):
            return E(self.variable.diff(s))
        return None

    def in_means(self, mean, *variables):
        (x,) = variables or self.variables
        return mean(x)


class CentralMoment(Moment):
    """`CentralMoment(loop.sigma(t), 3)`: the mean of (x - E x)^3, in units of x^3; of order 2 it is `Var`.

    Raises `BadInput` for an order that is no integer from 2 on.
    """

    letter = r"\mu"
    example = ("loop.sigma(t)", "3")
    variables = property(lambda self: self.args[:1])

    def __new__(cls, variable, *rest, given=None):
        if rest and rest[0] == 2:
            return Var(variable, *rest[1:], given=given)
        made = super().__new__(cls, variable, *rest, given=given)
        if not (made.order.is_Integer and made.order >= 2):
            raise BadInput(f"the order of {made} is {made.order}; expected an integer from 2 on")
        return made

    @property
    def order(self) -> Expr:
        """The power of x - E x: 2, 3, ..."""
        return self.args[1]

    def in_means(self, mean, *variables):
        (x,), k = variables or self.variables, int(self.order)
        center = mean(x)  # a number times a sum of means is multiplied out: its last two terms are written as one
        parts = ((-1) ** j * binomial(k, j) * center**j * mean(x ** (k - j)) for j in range(k - 1))
        return Add(*parts, -(k - 1) * (-center) ** k)

    def _latex(self, printer, exp=None) -> str:
        given = rf" \mid {printer._print(self.given)}" if self.given is not None else ""
        body = rf"\mu_{{{self.order}}}\left[{printer._print(self.variable)}{given}\right]"
        return body if exp is None else rf"{body}^{{{exp}}}"


class Var(CentralMoment):
    """Variance: `Var(loop.sigma(t)**2)`, in squared units of its argument.

    Of a fresh draw it is the total variance, over histories too; `given=loop.model(t)` leaves that of the model.
    """

    letter = r"\operatorname{Var}"
    of_vectors = "; of a vector Cov(w, w) is the covariance matrix"
    example = ("loop.sigma(t)",)
    order = Integer(2)
    __new__ = Moment.__new__
    _latex = Moment._latex


def Cumulant(variable, order) -> Expr:
    """The cumulant of an order from 1 on, in central moments: `E` and `Var` for 1 and 2, `CentralMoment` from 3 on.

    Raises `BadInput` for another order.
    """
    order = sympify(order)
    if not (order.is_Integer and order >= 1):
        raise BadInput(f"Cumulant({variable}, {order}): expected an order that is an integer from 1 on")
    if order == 1:
        return E(variable)
    found: dict[int, Expr] = {}
    for n in range(2, int(order) + 1):
        lower = (binomial(n - 1, m - 1) * k * CentralMoment(variable, n - m) for m, k in found.items() if n - m > 1)
        found[n] = CentralMoment(variable, n) - Add(*lower)
    return expand(found[int(order)])


class Prob(Moment):
    """Probability of an event: `Prob(loop.sigma(t) >= eps)`; events may be joined by `And` and `Or`.

    A number from 0 to 1. Conditions and errors as of `Moment`.
    """

    letter = r"\mathbb{P}"


class Cov(Moment):
    """Covariance of two random variables: `Cov(loop.sigma(s)**2, loop.sigma(t)**2)`; of two vectors the matrix of these.

    In the product of their units. Conditions and errors as of `Moment`.
    """

    letter = r"\operatorname{Cov}"
    example = ("loop.sigma(t)", "loop.mu(t)")
    variables = property(lambda self: self.args[:2])

    def __new__(cls, variable, *rest, given=None):
        pair = [entry(sympify(x)) for x in (variable, *rest[:1])]
        shapes = [x.shape for x in pair if getattr(x, "is_Matrix", False)]
        if shapes and len(pair) == 2 and all(columns == 1 for _, columns in shapes):
            x, y = (list(v) if getattr(v, "is_Matrix", False) else [v] for v in pair)
            pairs = [[sorted((a, b), key=x.index) if x == y else (a, b) for b in y] for a in x]  # then it is symmetric
            return ImmutableMatrix([[cls(*pair, *rest[1:], given=given) for pair in row] for row in pairs])
        return super().__new__(cls, variable, *rest, given=given)

    def in_means(self, mean, *variables):
        x, y = variables or self.variables
        return mean(x * y) - mean(x) * mean(y)

    def _latex(self, printer, exp=None) -> str:
        body = rf"{self.letter}\left[{printer._print(self.args[0])}, {printer._print(self.args[1])}\right]"
        return body if exp is None else rf"{body}^{{{exp}}}"


class Quantile(Moment):
    """`Quantile(X, q)`: the q-quantile of X (of a continuous law), in the units of X.

    Raises `BadInput` for a level that is not between 0 and 1.
    """

    letter = "Q"
    example = ("loop.sigma(t)", "Rational(1, 2)")

    def __new__(cls, variable, *rest, given=None):
        made = super().__new__(cls, variable, *rest, given=given)
        if problem := made.refuses(made.level):
            raise BadInput(problem)
        for room in (made.level, 1 - made.level):
            asked.ask(
                room, True, f"the level {made.level} of {cls.__name__}({made.variable}, ...) has to be between 0 and 1"
            )
        return made

    def refuses(self, level: Expr) -> str:
        """Why a number is no level, "" where there is nothing against it."""
        if is_random(level):
            name = type(self).__name__
            return f"the level of {name}({self.variable}, {level}) is random: {name}(X, q) is expected, with a number q"
        if not level.is_number or (level.is_extended_real and 0 < level < 1):
            return ""
        return f"the level of {type(self).__name__}({self.variable}, {self.level}) is {level}; expected one between 0 and 1"

    @property
    def level(self) -> Expr:
        """The probability q, between 0 and 1."""
        return self.args[1]

    def _latex(self, printer, exp=None) -> str:
        body = rf"Q_{{{printer._print(self.level)}}}\left[{printer._print(self.variable)}\right]"
        return body if exp is None else rf"{body}^{{{exp}}}"


class BetweenLaws(Moment):
    """Base of the distances of two laws of the line that are numbers: of named laws, whose parameters may be symbols."""

    def __new__(cls, p: Law, q: Law):
        return Expr.__new__(cls, p, q)

    def _latex(self, printer, exp=None) -> str:
        p, q = map(printer._print, self.args)
        return rf"{self.letter}{'' if exp is None else f'^{{{exp}}}'}\left({p}, {q}\right)"


class Variation(BetweenLaws):
    """The total variation of two laws whose densities cross nowhere in closed form; `TV` gives it."""

    letter = r"\mathrm{TV}"

    def _sympystr(self, printer) -> str:
        return f"TV({', '.join(map(printer._print, self.args))})"


class W1(BetweenLaws):
    """Wasserstein-1 distance of two laws of the line, `W1(Laplace(0, 1), Logistic(0, 1))`: a number.

    In the units of a draw: the integral of the absolute difference of the distribution functions. Of trained models it is
    random, `E(W1(loop.model(t), Normal(0, 1)))`: of laws of one shape and scale the distance of their centres, of Gaussians a
    function of their means and scales.
    """

    letter = "W_1"

    def __new__(cls, p: Law, q: Law):
        known = _coupled(p, q) if any(isinstance(x, Model) or is_random(x) for x in (p, q)) else None
        return super().__new__(cls, p, q) if known is None else known


def _coupled(p: Law, q: Law) -> Expr | None:
    """W1 of laws of one shape, quantile by quantile: E |a + b Y|. None where it has no closed form."""
    if (moved := stretched(*(x.law if isinstance(x, Model) else x for x in (p, q)))) is None:
        return None
    a, b, unit = moved
    if b == 0:
        return Abs(a)
    if not isinstance(unit, Normal):
        return None
    far = sqrt(2 / pi) * Abs(b) * exp(-(a**2) / (2 * b**2)) + a * erf(a / (sqrt(2) * Abs(b)))
    return Piecewise((far, Ne(b, 0)), (Abs(a), True))


class Distance(Expr):
    """A distance between two laws, models among them; random as soon as one of them is a trained model."""

    stays_whole = True  # in `multiplied_out`
    is_extended_real = True
    is_commutative = True
    symmetric = True
    may_have_no_value = True  # it may be infinite
    of_densities = True  # whether its forms are of laws that have one, where they are no counts
    letter = "?"

    def __new__(cls, p: Law, q: Law):
        return Expr.__new__(cls, p, q)

    def asked(self) -> list[Expr]:
        """What has to be above 0 for its closed form to be it: of a normal law of variance 0 there is no density.

        Nothing is asked of the package's own models that have no law in symbols. Raises `CannotTell` for such of a user's.
        """
        try:
            p, q = (x.law if isinstance(x, Model) else x for x in self.args)
        except CannotTell:
            if all(ours(type(x.loop)) for x in self.args if isinstance(x, Model)):
                return []
            raise
        if not self.of_densities or (p == q and not isinstance(self, ISE)):
            return []
        return [x for law in in_order(p.atoms(Law) | q.atoms(Law)) for x in law.asked_of_density()]

    @property
    def of_model(self) -> bool:
        """Whether a law of it is random: a mean over a draw from it would be over that, too."""
        return any(isinstance(x, Model) or is_random(x) for x in self.args)

    def expanded(self) -> Expr:
        """The distance in terms of observables, where it has a closed form; raises `Unsaid` otherwise."""
        p, q = (x.law if isinstance(x, Model) else x for x in self.args)
        if isinstance(p, Normal) and isinstance(q, Normal):
            return self.between_normals(p, q)
        if isinstance(p, Finite) and isinstance(q, Finite) and len(p.masses) == len(q.masses):
            return Add(*(self.of_atom(x, y) for x, y in zip(p.masses, q.masses, strict=True)))
        if isinstance(p, Exponential) and isinstance(q, Exponential):
            return self.between_exponentials(p.scale, q.scale)
        if isinstance(p, Laplace) and isinstance(q, Laplace):
            return self.between_laplaces(p, q)
        if isinstance(p, Poisson) and isinstance(q, Poisson) and p.mean.is_positive and q.mean.is_positive:
            return self.between_counts(p.mean, q.mean)
        if isinstance(p, Uniform) and isinstance(q, Uniform):
            return self.between_uniforms(p, q)
        if p == q:
            return S.Zero
        return self.between(p, q)

    def unknown(self) -> Expr:
        """Raises `Unsaid`, with the kinds of the two laws: no closed form is known."""
        kinds = " and ".join(type(x.law if isinstance(x, Model) else x).__name__ for x in self.args)
        raise Unsaid(f"{type(self).__name__} between {kinds}")

    def between_normals(self, p: Normal, q: Normal) -> Expr:
        """Of two normal laws."""
        return self.unknown()

    def between_exponentials(self, a: Expr, b: Expr) -> Expr:
        """Of laws with these means."""
        return self.unknown()

    def between_laplaces(self, p: Laplace, q: Laplace) -> Expr:
        """Of two Laplace laws."""
        return self.unknown()

    def between_counts(self, a: Expr, b: Expr) -> Expr:
        """Of Poisson laws with these means, above 0."""
        return self.unknown()

    def between_uniforms(self, p: Uniform, q: Uniform) -> Expr:
        """Of two uniform laws."""
        return self.between(p, q)

    def between(self, p: Law, q: Law) -> Expr:
        """Of laws of which there is no more to say than what their kind has in common with others."""
        return self.unknown()

    def of_atom(self, x: Expr, y: Expr) -> Expr:
        """What an atom of mass x under p, y under q, adds to the distance of two finite laws."""
        return self.unknown()

    def _latex(self, printer, exp=None) -> str:
        p, q = map(printer._print, self.args)
        return rf"{self.letter}{'' if exp is None else f'^{{{exp}}}'}\left({p}, {q}\right)"

    def _sympystr(self, printer) -> str:
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"


class KL(Distance):
    """Kullback-Leibler divergence KL(p || q), in nats; oo where q has no mass and p has. Not symmetric."""

    letter = r"\mathrm{KL}"
    symmetric = False

    def between_normals(self, p, q):
        v, w = p.variance, q.variance
        return (log(w) - log(v)) / 2 + (v + (p.mean - q.mean) ** 2) / (2 * w) - Integer(1) / 2

    def between_exponentials(self, a, b):
        return log(b) - log(a) + a / b - 1

    def between_laplaces(self, p, q):
        far = Abs(p.center - q.center)
        return log(q.scale) - log(p.scale) + (far + p.scale * exp(-far / p.scale)) / q.scale - 1

    def between_counts(self, a, b):
        return a * (log(a) - log(b)) + b - a

    def between_uniforms(self, p, q):
        (a, b), (c, d) = p.support, q.support
        return Piecewise((log(d - c) - log(b - a), And(Ge(a, c), Le(b, d))), (oo, True))

    def between(self, p, q):
        """The mean of the logarithm of p over q, under p."""
        if self.of_model or not within(p, q) or not are_alike(p, q):
            return oo if is_beyond(p, q) else self.unknown()
        if isinstance(p, Binomial) and p.p in (0, 1):  # all at one end
            return -p.n * log(q.p if p.p == 1 else 1 - q.p)
        if isinstance(p, Poisson) and isinstance(q, Poisson) and p.mean == 0:
            return q.mean
        x = Noise("X", p)
        try:
            ratio = -log_ratio(q, p, x) if isinstance(q, Mixture) else log_ratio(p, q, x)
        except CannotTell:
            return self.unknown()
        other, mirrored = ratio.coeff(log(1 - x)), mirror(p)
        if mirrored is None or other.has(x) or expand(ratio - other * log(1 - x)).has(log(1 - x)):
            return E(ratio)
        return E(ratio.xreplace({log(1 - x): log(Noise("Y", mirrored))}))

    def of_atom(self, x, y):
        if x == 0:
            return x
        if y == 0:
            return oo if x.is_positive else self.unknown()  # infinite, unless x is 0, too
        return x * log(x / y)


def _of_counts(law: Law) -> bool:
    return all(isinstance(part, COUNTS) for _, part in law.components)


class TV(Distance):
    """Total-variation distance: the largest difference of the probabilities of an event.

    A number from 0 to 1, half the L1 distance of the densities.
    """

    may_have_no_value = False  # it is never above 1
    letter = r"\mathrm{TV}"

    def between_normals(self, p, q):
        if p.variance == q.variance:
            return erf(Abs(p.mean - q.mean) / (2 * sqrt(2 * p.variance)))
        if p.mean != q.mean:
            if self.of_model:
                unit, other = sorted((p, q), key=lambda law: any(is_random(x) for x in law.args))
                return normal_tv((other.mean - unit.mean) / sqrt(unit.variance), other.variance / unit.variance)
            return self.between_numbers(p, q)
        w = p.variance / q.variance
        x = sqrt(log(w) / (2 * (w - 1)))  # the densities cross at sqrt(2) x standard deviations of p
        far = Abs(erf(x * sqrt(w)) - erf(x))
        return far if self.of_model else Piecewise((far, Ne(p.variance, q.variance)), (0, True))

    def between_laplaces(self, p, q):
        if p.scale == q.scale:
            return 1 - exp(-Abs(p.center - q.center) / (2 * p.scale))
        return self.between_exponentials(p.scale, q.scale) if p.center == q.center else self.between(p, q)

    def between_exponentials(self, a, b):
        if self.of_model:
            return exponential_tv(a / b)
        far = (a / b) ** (-b / (a - b)) * Abs(1 - b / a)  # the densities cross at log(a/b) a b/(a - b)
        return Piecewise((far, Ne(a, b)), (0, True))

    def between_counts(self, a, b):
        return self.between(Poisson(a), Poisson(b))

    def between_uniforms(self, p, q):
        (a, b), (c, d) = p.support, q.support
        return 1 - Max(0, Min(b, d) - Max(a, c)) / Max(b - a, d - c)

    def between(self, p, q):
        """Of mixtures what they have in common does not count; else by where one density is above the other."""
        if (found := uncommon(p, q)) is not None:
            share, one, other = found
            return share * type(self)(one, other).expanded() if share != 0 else share
        if isinstance(p, Binomial) and isinstance(q, Binomial) and p.n == q.n:
            if p.n == 1 and not self.of_model:
                return Abs(p.p - q.p)
            fewer, more = log((1 - p.p) / (1 - q.p)), log(p.p / q.p)
            place = p.n - 1 if 1 in (p.p, q.p) else p.n * fewer / (fewer - more)  # 0 where one of them is all at 0
            if not (p.p.is_positive and q.p.is_positive):  # of a closed range: one of them may be all at an end
                at_end = ((end, Eq(p.p, x) | Eq(q.p, x)) for end, x in ((p.n - 1, 1), (S.Zero, 0)))
                place = Piecewise(*at_end, (place, True))
            return self._parted(p, q, place, Ne(p.p, q.p))
        if (place := crossing(p, q, Noise("X", p))) is not None:
            return self._parted(p, q, *place)
        if (moved := stretched(p, q)) is not None and moved[1] == 0 and isinstance(p, Cauchy | Logistic | StudentT):
            return Abs(moved[2].cdf(moved[0] / (2 * p.scale)) * 2 - 1)  # both fall from their centres on
        return self._of_counts(p, q)

    def unknown(self):
        p, q = self.args
        if (
            not self.of_model
            and p.d == q.d == 1
            and ((p.is_continuous and q.is_continuous) or (_of_counts(p) and _of_counts(q)))
        ):
            return Variation(p, q)
        return super().unknown()

    def _parted(self, p: Law, q: Law, place: Expr, differ: Boolean) -> Expr:
        """p is above q on one side of a place, and below on the other one, where they differ."""
        if self.of_model:
            return self.unknown()
        place = Piecewise((place, differ), (0, True))
        return Abs(Prob(Noise("X", p) <= place) - Prob(Noise("X", q) <= place))

    def _of_counts(self, p: Law, q: Law) -> Expr:
        """What one of two laws on whole numbers has more than the other, where it is of finitely many."""
        for few, others in ((p, q), (q, p)):
            if isinstance(few, Binomial) and isinstance(others, Binomial | Poisson):
                k = Symbol("_k", integer=True, nonnegative=True)
                rest = Le(k, others.support[1]) if others.support[1] != oo else S.true
                other = Piecewise((others.mass(k), rest), (0, True))
                return Sum(Max(0, few.mass(k) - other), (k, 0, few.n))
        return self.unknown()

    def between_numbers(self, p, q):
        """Of two normal laws that differ in mean and variance, all of them numbers: the densities cross at two places."""
        numbers = all(x.is_number for law in (p, q) for x in (law.mean, law.variance))
        if not numbers or not (p.variance - q.variance).is_nonzero:
            return self.unknown()
        # 2 log(p/q) = a x^2 + 2 b x + c
        a = 1 / q.variance - 1 / p.variance
        b = p.mean / p.variance - q.mean / q.variance
        c = q.mean**2 / q.variance - p.mean**2 / p.variance + log(q.variance / p.variance)
        root = sqrt(b**2 - a * c)

        def within(law):
            high, low = (((x - b) / a - law.mean) / sqrt(2 * law.variance) for x in (root, -root))
            return erf(high) - erf(low)

        return Abs(within(p) - within(q)) / 2

    def of_atom(self, x, y):
        return Abs(x - y) / 2


class ISE(Distance):
    """Integrated squared error: the integral of the squared difference of the densities, in units of 1/draw."""

    letter = r"\mathrm{ISE}"

    def between_normals(self, p, q):
        def overlap(a, b):
            return Normal(a.mean, a.variance + b.variance).density(b.mean)

        return overlap(p, p) - 2 * overlap(p, q) + overlap(q, q)

    def between(self, p, q):
        """The square of a weight, where mixtures differ in the law that has it."""
        if (found := uncommon(p, q)) is not None:
            share, one, other = found
            return share**2 * type(self)(one, other).expanded() if share != 0 else share
        return self.unknown()


class W2(Distance):
    """Wasserstein-2 distance, in the units of a draw (a distance: its square is `W2(p, q)**2`)."""

    of_densities = False
    letter = "W_2"

    def between_normals(self, p, q):
        return sqrt((p.mean - q.mean) ** 2 + (sqrt(p.variance) - sqrt(q.variance)) ** 2)

    def between_exponentials(self, a, b):
        return self.between(Exponential(a), Exponential(b))

    def between_laplaces(self, p, q):
        return self.between(p, q)

    def between_uniforms(self, p, q):
        return self.between(p, q)

    def between(self, p, q):
        """Of laws of one shape: quantiles are coupled."""
        if (moved := stretched(p, q)) is None:
            return self.unknown()
        a, b, unit = moved
        try:
            (first, _), (second, exists) = unit.moment(S.One), unit.moment(S(2))
        except CannotTell:
            return self.unknown()
        return sqrt(expand(a**2 + 2 * a * b * first + b**2 * second)) if exists.is_positive else self.unknown()


class PathMax(ExprWithLimits):
    """`PathMax(expr, (s, 0, t))`: the maximum of a random quantity over the generations s = 0, ..., t of one history.

    Raises `BadInput` for other limits.
    """

    stays_whole = True  # in `multiplied_out`
    is_extended_real = True
    is_commutative = True

    def __new__(cls, function, *limits):
        if len(limits) != 1 or not isinstance(limits[0], tuple | Tuple) or len(limits[0]) != 3:
            raise BadInput(f"PathMax over {limits}: expected the generations of one path, PathMax(expr, (s, 0, t))")
        s, a, b = map(sympify, limits[0])
        if a == b and a.is_Integer:  # of one generation
            return sympify(function).xreplace({s: a})
        return ExprWithLimits.__new__(cls, function, *limits)

    def _eval_is_positive(self):
        return self.function.is_positive

    def _eval_is_nonnegative(self):
        return self.function.is_nonnegative

    def _latex(self, printer, exp=None) -> str:
        s, a, b = map(printer._print, self.limits[0])
        body = rf"\max_{{{a} \le {s} \le {b}}} {printer._print(self.function)}"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class Generation(Symbol):
    """The generation that a first time looks at, bound there: no symbol of a claim is equal to it, whatever its name."""


class _Binds:
    """An expression whose second argument is a symbol that is bound in the first."""

    args: tuple
    bound = property(lambda self: self.args[1])

    @property
    def free_symbols(self):
        return self.args[0].free_symbols - {self.bound}

    def _eval_subs(self, old, new):
        return self if old == self.bound else None


class HittingTime(_Binds, Expr):
    """The first generation, 0 among them, at which a condition on the state holds; oo on paths on which it never does.

    `HittingTime(lambda s: loop.share(0, s) <= 0)`, or with a symbol, `HittingTime(Eq(loop.share(0, s), 0), s)`. A random
    variable: `E(T)`, `Prob(T > t)`. Raises `BadInput` for what is no condition on a loop at that generation.
    """

    is_commutative = (
        True  # and nothing more is said to SymPy: what it knows to be real is below oo, and 0 times it is 0
    )
    may_have_no_value = True  # it may be infinite

    def __new__(cls, condition, bound=None):
        own = Generation("s", integer=True, nonnegative=True)
        if isinstance(bound, Generation):  # as it is written out
            return Expr.__new__(cls, sympify(condition), bound)
        if bound is None and callable(condition) and not isinstance(condition, Basic):
            bound, condition = own, condition(own)
        condition = sympify(condition)
        if not isinstance(bound, Symbol) or not isinstance(condition, Boolean):
            raise BadInput(
                f"HittingTime({condition}): expected a condition on the state of a loop at a generation, "
                "HittingTime(lambda s: loop.share(0, s) <= 0)"
            )
        condition = condition.xreplace({bound: own})
        seen = condition.atoms(Observable)
        if not any(o.t == own for o in seen):
            raise BadInput(f"HittingTime({condition}): nothing in it is of a loop at the generation that is looked for")
        if any(o.t != own for o in seen) or condition.xreplace({o: Symbol("o", real=True) for o in seen}).has(own):
            raise BadInput(f"HittingTime({condition}): a condition on the state at one generation is expected")
        if any(x.has(own) for o in seen for x in (o.loop, *o.args[3:])):
            raise BadInput(
                f"HittingTime({condition}): a first time is of one loop; here it is another one at each generation"
            )
        return Expr.__new__(cls, condition, own)

    condition = property(lambda self: self.args[0])

    def _sympystr(self, printer) -> str:
        return f"HittingTime({printer._print(self.condition)})"

    def _latex(self, printer, exp=None) -> str:
        s, condition = printer._print(self.bound), printer._print(self.condition)
        body = rf"\min\{{{s} : {condition}\}}"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class Grows(Symbol):
    """A variable along which a limit, or a derivative, is taken: no symbol of a claim is equal to it, whatever its name."""


WAYS = {"+": S.One, "-": S.NegativeOne}  # to a number, from above and from below


def _can_come(t: Symbol, end: Expr, way: str) -> None:
    """Ask that a variable that is declared to have a sign comes to a place of that sign: SymPy has made x of |x| by it.

    Raises `BadInput` where it surely does not.
    """
    for sign, kind, has_it in ((1, "positive", t.is_nonnegative), (-1, "negative", t.is_nonpositive)):
        strictly = WAYS[way] != sign  # 0 is come to from the side of that sign alone
        if not has_it or (end.is_infinite and sign == 1):
            continue
        problem = f"{t}, declared {kind}, does not come to {end} from {'above' if way == '+' else 'below'}"
        if (sign * end).is_negative or (strictly and end.is_zero) or end.is_infinite:
            raise BadInput(f"Limit over {t}: {problem}; declare it with `Reals`")
        asked.ask(sign * end, strictly, problem)


class Limit(_Binds, Moment):
    """`Limit(f, (t, oo), value)`: f tends to value as t grows; `Limit(f, (t, oo))`: the limit itself, a number.

    f is a number in every generation, `E(loop.sigma(t))`, or a function of another variable that grows; no rate is stated.
    `Limit(f, (x, 0), value)`: as x, declared positive, falls to 0; `(x, a, "+")` and `(x, a, "-")`: as it comes to a from above,
    or from below. t and x are bound: of what is declared of them only the sign says something, which has to be that of the place
    that they come to. Raises `BadInput` for other arguments.
    """

    stays_whole = True  # in `multiplied_out`
    is_limit = True  # seen where this module cannot be

    def __new__(cls, function, limits, value=None):
        if isinstance(limits, Grows):  # as it is built: `value` is what it comes to, if that is a number
            return Expr.__new__(cls, sympify(function), limits, *([] if value is None else [value]))
        t, *near = limits if isinstance(limits, tuple | Tuple) else (S.One, S.One)
        function = apart(sympify(function), frozenset({str(t)}))
        t, end, way = sympify(t), sympify(near[-1]) if near[-1] not in WAYS else sympify(near[0]), near[-1]
        if isinstance(t, Symbol) and t != CLOCK and end is oo and len(near) <= 2:
            _can_come(t, oo, "-")
            bound = Grows(t.name, integer=t.is_integer, positive=True)
            made = Expr.__new__(cls, function.xreplace({t: bound}), bound)
            return made if value is None else Eq(made, sympify(value), evaluate=False)
        if way not in WAYS and end == 0 and len(near) == 1 and t.is_nonnegative:
            way = "+"
        known = isinstance(t, Symbol) and not t.is_integer and end.is_real and not end.has(t)
        if not known or way not in WAYS or len(near) > 2:
            raise BadInput(
                f"Limit over {limits}: expected a variable that grows, Limit(f, (t, oo), value), or one that comes to a number "
                'from above or below, Limit(f, (x, 1, "-"), value); (x, 0) is from above, of an x that is positive'
            )
        _can_come(t, end, way)
        # 1/(x - a) grows
        bound = Grows(
            f"(1/{t})" if end == 0 else f"(1/({t} - {end}))" if way == "+" else f"(1/({end} - {t}))", positive=True
        )
        place = Tuple(Str(t.name), end, WAYS[way])
        made = Expr.__new__(cls, function.xreplace({t: end + WAYS[way] / bound}), bound, place)
        return made if value is None else Eq(made, sympify(value), evaluate=False)

    @property
    def given(self) -> None:
        return None

    @property
    def free_symbols(self):
        """Those of f but for the bound variable, and those of the place that it comes to."""
        return super().free_symbols.union(*(x.free_symbols for x in self.args[2:]))

    def along(self, x: Expr) -> Expr:
        """The same limit of something else, in which the variable has its name as in a claim."""
        t = next((s for s in x.free_symbols if s.name == self.variable_name), None)
        if t is None:
            return x
        return self.func(self.far_out(x), *self.args[1:])

    def far_out(self, x: Expr) -> Expr:
        """Something in which the variable has its name as in a claim, in what grows."""
        there = self.bound if not self.args[2:] else self.args[2][1] + self.args[2][2] / self.bound
        return x.xreplace({s: there for s in x.free_symbols if s.name == self.variable_name})

    @property
    def variable_name(self) -> str:
        """Of what grows, or comes to a number."""
        return self.args[2][0].name if self.args[2:] else self.bound.name

    def _told(self) -> tuple[Expr, Symbol, Expr, str]:
        """The function, of a variable, what that comes to, and from where."""
        if not self.args[2:]:
            return self.args[0], self.bound, oo, ""
        x, (_, end, sign) = Symbol(self.variable_name), self.args[2]
        return self.args[0].xreplace({self.bound: sign / (x - end)}), x, end, "+" if sign == 1 else "-"

    def _sympystr(self, printer) -> str:
        f, t, end, way = self._told()
        return f"Limit({printer._print(f)}, ({t}, {printer._print(end)}{way and f', {way!r}'}))"

    def _latex(self, printer, exp=None) -> str:
        *printed, way = self._told()
        f, t, end = map(printer._print, printed)
        body = rf"\lim_{{{t} \to {end}{way and f'^{way}'}}} {f}"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


class Sensitivity(Moment):
    """`Sensitivity(f, p)`: the derivative of f in the parameter p, at p; f is a number such as `E(loop.sigma(t))`.

    In units of f over those of p. Raises `BadInput` for a parameter that is none, or that takes integers only.
    """

    def __new__(cls, function, p, at=None):
        function, p = sympify(function), sympify(p)
        if at is not None:
            return Expr.__new__(cls, function, p, sympify(at))
        if not isinstance(p, Symbol) or p.is_integer:
            raise BadInput(f"Sensitivity({function}, {p}): expected a parameter that takes real values")
        bound = Grows(p.name, **p.assumptions0)
        return Expr.__new__(cls, function.xreplace({p: bound}), bound, p)

    bound = property(lambda self: self.args[1])
    at = property(lambda self: self.args[2])

    @property
    def given(self) -> None:
        return None

    @property
    def free_symbols(self):
        """Those of f, without the parameter as it is varied, and those of where it is taken."""
        return (self.args[0].free_symbols - {self.bound}) | self.at.free_symbols

    def _sympystr(self, printer) -> str:
        inner, p, at = map(printer._print, self.args)
        return f"Sensitivity({inner}, {p})" + (f" at {p} = {at}" if at != p else "")

    def _latex(self, printer, exp=None) -> str:
        inner, p, at = map(printer._print, self.args)
        body = rf"\frac{{\partial}}{{\partial {p}}} {inner}" + (rf"\big|_{{{p} = {at}}}" if at != p else "")
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"


def outermost(x) -> list[Moment]:
    """The moments of an expression that are inside of no other, each as often as it is there."""
    return [x] if isinstance(x, Moment) else [m for a in x.args for m in outermost(a)]


class Shape(Boolean):
    """A statement about a function of one bound variable: `Shape(expr, (t, a, b), ...)`."""

    is_shape = True  # seen where this module cannot be

    @property
    def function(self) -> Expr:
        """The function of the bound variable that the statement is about."""
        return self.args[0]

    @property
    def limits(self) -> Tuple:
        """(variable, lower end, upper end)."""
        return self.args[1]

    @property
    def bound(self) -> Symbol:
        """The variable, which is no free symbol."""
        return self.limits[0]

    @property
    def free_symbols(self):
        """Without the bound variable."""
        inner = set().union(*(a.free_symbols for a in self.args if a is not self.limits))
        ends = set().union(*(a.free_symbols for a in self.limits[1:]))
        return (inner - {self.bound}) | ends

    def _eval_subs(self, old, new):
        if old != self.bound:
            return None
        return self  # the bound variable is not free

    def _eval_simplify(self, **kwargs):
        return self


class RisesThenFalls(Shape):
    """`RisesThenFalls(f, (t, a, b), peak=m)`: f increases strictly on [a, m], decreases strictly on [m, b].

    For an integer t the integers in there are meant, for another one all real numbers; b may be oo, m a root. Where f has no
    value at a, or b, a pole say, the range of real numbers is open there.
    chart: a strictly monotone function of t, in which the derivation witness looks at f: where it is rational, say.
    """

    rises_first = True

    def __new__(cls, function, limits, peak, chart=None):
        limits = Tuple(*limits)
        return Boolean.__new__(
            cls, sympify(function), limits, sympify(peak), sympify(limits[0] if chart is None else chart)
        )

    @property
    def peak(self) -> Expr:
        """The place m where f is largest."""
        return self.args[2]

    @property
    def chart(self) -> Expr:
        """The monotone function of the variable in which f is looked at."""
        return self.args[3]

    @property
    def free_symbols(self):
        """Those of f, of the chart, of the ends and of the peak, without the bound variable."""
        ends = set().union(*(x.free_symbols for x in (*self.limits[1:], self.peak)))
        return (self.function.free_symbols | self.chart.free_symbols) - {self.bound} | ends

    def turned(self, peak) -> RisesThenFalls:
        """The same with another place to turn."""
        return self.func(self.function, self.limits, peak, self.chart)

    def _latex(self, printer) -> str:
        t, a, b = map(printer._print, self.limits)
        f, m = printer._print(self.function), printer._print(self.peak)
        first, then = ("rises", "falls") if self.rises_first else ("falls", "rises")
        end = ")" if self.limits[2] == oo else "]"
        return rf"{t} \mapsto {f} \text{{ {first} on }} [{a}, {m}] \text{{, {then} on }} [{m}, {b}{end}"


class FallsThenRises(RisesThenFalls):
    """`FallsThenRises(f, (t, a, b), peak=m)`: f decreases strictly on [a, m], increases strictly on [m, b].

    Range, chart and errors as of `RisesThenFalls`.
    """

    rises_first = False


class Tends(Shape):
    """`Tends(f, (t, t0, oo), limit, rate=b)` *means* |f - limit| <= b(t) for all t >= t0, and b(t) -> 0.

    The rate is a function of t in the units of f; without one `Limit(f, (t, oo), limit)` is stated. Raises `ValueError` where
    the upper end is not oo, `BadInput` where t is `CLOCK`.
    """

    def __new__(cls, function, limits, limit, rate=None):
        if rate is None:
            return Limit(function, limits, limit)
        limits = Tuple(*limits)
        if limits[2] is not oo:
            raise ValueError("Tends(f, (t, t0, oo), limit, rate=...): the upper end is oo")
        if limits[0] == CLOCK:
            raise BadInput(
                "Tends runs over CLOCK, the number of the fit in a step: give it a variable of the claim, such as t"
            )
        return Boolean.__new__(cls, sympify(function), limits, sympify(limit), sympify(rate))

    @property
    def limit(self) -> Expr:
        """The number that f tends to."""
        return self.args[2]

    @property
    def rate(self) -> Expr:
        """The bound b on |f - limit|, a function of the variable."""
        return self.args[3]

    def _latex(self, printer) -> str:
        t, a, _ = map(printer._print, self.limits)
        f, limit, rate = map(printer._print, (self.function, self.limit, self.rate))
        if self.limit.is_Add or self.limit.could_extract_minus_sign():
            limit = rf"\left({limit}\right)"
        limit = "" if self.limit == 0 else f" - {limit}"
        return rf"\left|{f}{limit}\right| \le {rate} \text{{ for }} {t} \ge {a}"


__all__ = [
    "ISE",
    "KL",
    "TV",
    "W1",
    "W2",
    "CentralMoment",
    "Cov",
    "Cumulant",
    "Distance",
    "E",
    "FallsThenRises",
    "HittingTime",
    "Limit",
    "Loop",
    "Moment",
    "PathMax",
    "Prob",
    "Quantile",
    "RisesThenFalls",
    "Sensitivity",
    "Shape",
    "Tends",
    "Var",
    "is_random",
    "outermost",
]
