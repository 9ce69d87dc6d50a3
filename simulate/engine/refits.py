"""The finite loop of any likelihood model, run: points of the data and of the model before are drawn and fitted.

What is compiled is generated from the symbols of the model: its log-likelihood, and two derivatives of it in one pass over the
points, which Newton's method climbs; and its draws, by its `quantile` if it states one, of a gamma law by NumPy's generator
(`gammas.py`), else by inversion of a table (`inversion.py`). Real points are NumPy's draws. Of a model on few values how often
each is there is drawn; else nothing is drawn through a sufficient statistic, though a fit may need no more than that. Where
floats overflow on the way to a maximum, the fit is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import ceil
from types import ModuleType
from typing import Any

import numpy as np
from sympy import Add, Dummy, Expr, Piecewise, Symbol, count_ops, sympify

from theory.language.errors import CannotTell
from theory.language.laws import Law
from theory.language.likelihood import LikelihoodLoop, Point, Refitted, ends_of
from theory.language.loops import Observable
from theory.language.moments import Moment
from theory.proof.arithmetic.precision import precision
from theory.proof.likelihood.numbers import number
from theory.proof.likelihood.score import Score, score_of
from theory.proof.methods.likelihood import enclose

from .blocks import Simulation
from .draws import can_be_drawn, drawn
from .generated import HEADER, Split, indented, lines, module, template
from .recorded import recorded
from .registry import Simulator, asked_of, no_paths, register
from .samplers import Combination, Estimand
from .spaced import ON_LINE, drawing_in_space
from .streams import apart
from .tabulated import drawing, inverse

TOGETHER = 1024  # replicates of a block: one costs what a hundred of a closed form do
FEW, MANY_POINTS = 256, 2000  # and of fits to more points than this
AT_ONCE = 2**20  # real points that are in memory at once
REAL = 11  # names the streams of real points that are kept
BITS = 96  # of a start that is a best fit
PASSES, OPERATION, POINT, FIT = (
    4.0,
    1.0,
    20.0,
    500.0,
)  # for the plan: of a fit, nanoseconds of an operation, a draw, a fit
TABULATED = 200.0  # places at which a table asks for a density

TERMS = """

@part
def features(points, out):
    for j in range(points.shape[1]):
{loads}
{features}


@summing
def likelihood(read, weights, theta):
{parameters}
    sum0 = 0.0
    for j in range(len(weights)):
{value}
    return sum0


@summing
def slopes(read, weights, theta, g, h):
{parameters}
{zeros}
    for j in range(len(weights)):
{points}
{returns}
    return
"""

# ---- code -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Code:
    """A likelihood model in compiled code.  operations: of a point in one pass, and of one density for a table."""

    module: ModuleType
    operations: int
    table: int


def code_of(model: LikelihoodLoop) -> Code:
    """The compiled code of a model with numbers for its constants, whatever its lam and its start."""
    return _code(model.of_data)


@lru_cache(maxsize=256)
def _code(model: LikelihoodLoop) -> Code:
    score = _score(model)
    where = model.space
    ends = (sympify(where.low), sympify(where.high))
    whole = where.whole or bool(where.listed)
    if where.listed and where.listed != tuple(where.low + k for k in range(len(where.listed))):
        raise CannotTell(
            f"{type(model).__name__} has its draws on {', '.join(map(str, where.listed))}: finite loops are run on whole numbers "
            "one after the other; number them, and state the log-density in these"
        )
    quantile = _quantile(model, score)
    if where.d > 1:
        draws, shaped = drawing_in_space(_at(score, score.after), score.after)
    elif quantile is not None:
        draws, shaped = inverse(*quantile, score.after), False
    else:
        draws, shaped = drawing(score.logarithm, score.x, score.after, ends, whole)
    terms, rows, operations, affine = terms_of(score)
    draws += "" if where.d > 1 else ON_LINE
    source = HEADER + f"ROWS, GROUPED, AFFINE = {rows}, {whole}, {affine}\n" + terms + draws + template("climb")
    source += template("counted" if where.listed else "refit")
    return Code(module(source), operations, int(count_ops(score.logarithm)) if shaped else 0)


def _at(score: Score, parameters: Sequence[Symbol]) -> Law:
    """The model with other names for its parameters."""
    return score.model.xreplace(dict(zip(score.now, parameters, strict=True)))


def _score(model: LikelihoodLoop) -> Score:
    try:
        return score_of(model)
    except NotImplementedError as problem:
        raise CannotTell(str(problem)) from problem


def _quantile(model: LikelihoodLoop, score: Score) -> tuple[Symbol, Expr] | None:
    """The inverse of the distribution function, if the class states it: (u, the form)."""
    if type(model).quantile is LikelihoodLoop.quantile or model.space.d > 1:
        return None
    u = Dummy("u", positive=True)
    return u, sympify(type(model).quantile(Point(model, dict(zip(model.state, score.after, strict=True))), u))


def terms_of(score: Score) -> tuple[str, int, int, bool]:
    """The text of `features`, `likelihood` and `slopes`, how many features there are, the operations of a point, and whether a
    fit needs nothing but the means of the features: as of an exponential family."""
    xs, theta = (
        [Symbol(f"{letter}{i}", **s.assumptions0) for i, s in enumerate(symbols)]
        for letter, symbols in (("x", score.xs), ("t", score.after))
    )
    names = dict(zip((*score.xs, *score.after), (*xs, *theta), strict=True))
    told = Add(
        *(a for a in Add.make_args(score.logarithm) if a.free_symbols & set(score.after))
    )  # the rest moves no maximum
    sums = [told, *score.first, *score.second.values()]
    split = Split(xs, theta)
    inner = [split.named(e.xreplace(names)) for e in sums]
    features = {f"out[{k}, j]": e for k, e in enumerate(split.of_x)}
    loads = ["w = weights[j]", *(f"{f} = read[{k}, j]" for k, f in enumerate(split.of_x.values()))]
    parameters = lines({str(s): e for e, s in split.of_parameters.items()}, "b") if split.of_parameters else []
    bodies = [lines({f"v{k}": e for k, e in part}, "c") for part in ([(0, inner[0])], list(enumerate(inner))[1:])]
    d, more = score.d, range(1, len(sums))
    returns = [f"g[{i}] = sum{i + 1}" for i in range(d)]
    for k, (i, j) in enumerate(score.second):
        returns += [f"h[{i}, {j}] = sum{d + 1 + k}"] + ([f"h[{j}, {i}] = sum{d + 1 + k}"] if i != j else [])
    text = TERMS.format(
        loads=indented([f"{x} = points[{k}, j]" for k, x in enumerate(xs)], 2),
        features=indented(lines(features, "b"), 2),
        parameters=indented([f"{t} = theta[{i}]" for i, t in enumerate(theta)] + parameters, 1),
        value=indented([*loads, *bodies[0], "sum0 += w * v0"], 2),
        zeros=indented([f"sum{k} = 0.0" for k in more], 1),
        points=indented([*loads, *bodies[1], *(f"sum{k} += w * v{k}" for k in more)], 2),
        returns=indented(returns, 1),
    )
    own = set(split.of_x.values())
    affine = not any(e.has(Piecewise) or e.diff(f).free_symbols & own for e in inner for f in own)
    return text, len(split.of_x), int(count_ops(inner)) + len(sums), affine


# ---- running --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def simulation(loop: Refitted) -> Simulation:
    """The simulation of a finite loop with numbers for its parameters."""
    if loop.free_symbols:
        raise CannotTell(f"parameters of {loop} are not numbers: {', '.join(sorted(map(str, loop.free_symbols)))}")
    model = loop.population
    if not can_be_drawn(model.data):
        raise CannotTell(f"no draws are known from {model.data}")
    if not _may_be_drawn(model):
        where = f"{model.space.low} to {model.space.high}"
        raise CannotTell(
            f"real points may lie where {type(model).__name__} has no density: expected points from {where}"
        )
    start = _start(loop)
    code = code_of(model)
    points = len(model.space.listed) or int(loop.real + loop.synthetic)
    cost = FIT + points * (POINT + PASSES * OPERATION * code.operations) + TABULATED * OPERATION * code.table
    draw = partial(draw_paths, loop, start)
    block = FEW if points > MANY_POINTS else TOGETHER
    return Simulation(f"refits of {loop}", "raw", cost, draw, start=5.0, block=block, source=type(model))


def _may_be_drawn(model: LikelihoodLoop) -> bool:
    """Whether real points lie in the support of the model."""
    where, values = model.space, model.data.values()
    if where.d != model.data.d or where.d > 1:
        return where.d == model.data.d
    first, last = ends_of(model.data)
    if not (first >= where.low and last <= where.high):
        return False
    if not (where.whole or where.listed):
        return True
    return model.data.grid == 1 if values is None else all(v.is_integer for v, _ in values)


def _start(loop: Refitted) -> tuple[float, ...]:
    """The parameters at generation 0: numbers, or the best fit."""
    with precision(BITS):
        return tuple(float(number(x).mid()) for x in loop.initial.values())


def draw_paths(
    loop: Refitted, start: Sequence[float], rng: np.random.Generator, size: int, times: Sequence[int]
) -> dict[tuple[str, int], np.ndarray]:
    """A block of paths, recorded at `times`: {(name, t): array of shape (size,)}.

    Raises `CannotTell` where a model on the way cannot be drawn.
    """
    theta, lost = np.tile(np.array(start), (size, 1)), np.zeros(size)
    out, wanted = {}, set(times)
    for t in range(max(times) + 1):
        if t:
            _refit(loop, rng, theta, lost)
        if t in wanted:
            out |= {(name, t): theta[:, k].copy() for k, name in enumerate(loop.state)}
            out["lost", t] = lost.copy()
    return out


def _refit(loop: Refitted, rng: np.random.Generator, theta: np.ndarray, lost: np.ndarray) -> None:
    """One generation of all replicates, in place: some at a time, so that their real points are in memory."""
    model, n, m = loop.population, int(loop.real), int(loop.synthetic)
    code = code_of(model)
    low, high = (np.array([float(getattr(p.domain, e)) for p in model.parameters.values()]) for e in ("lo", "hi"))
    together = max(1, AT_ONCE // (len(model.space.listed) or n))
    for k in range(ceil(len(theta) / together)):
        part = slice(k * together, (k + 1) * together)
        source = apart(rng, REAL, k) if loop.fixed else rng
        real = _real(model, source, len(theta[part]), n)
        failed = code.module.generation(rng, real, m, theta[part], lost[part], low, high)
        if failed >= 0:
            at = ", ".join(f"{s} = {v:.6g}" for s, v in zip(loop.state, theta[part][failed], strict=True))
            raise CannotTell(
                f"{type(model).__name__} cannot be drawn at {at}: no table of its distribution function is found; "
                "state quantile(self, u), or look whether its density is normalised; "
                "of a gamma law, whether its shape is so small that draws are below all floats"
            )


def _real(model: LikelihoodLoop, rng: np.random.Generator, replicates: int, n: int) -> np.ndarray:
    """n points of the data: array of shape (replicates, coordinates, n), or of how often each value is there, of few."""
    if model.space.listed:
        shares = {int(v): float(p) for v, p in model.data.values() or ()}
        masses = np.array([shares.get(int(v), 0.0) for v in model.space.listed])
        return rng.multinomial(n, masses / masses.sum(), replicates).astype(float)
    points = drawn(model.data, rng, replicates * n).reshape(model.space.d, -1, n)
    return points.swapaxes(0, 1).copy()


def estimand_of(loop: Refitted, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """How a standard moment of a finite loop is estimated."""
    moments = [wanted] if isinstance(wanted, Moment) else [m for _, m in wanted.terms]
    for o in sorted({o for m in moments for o in m.atoms(Observable)}, key=str):
        if o.name not in (*loop.state, "lost"):
            raise CannotTell(f"{o.name} is no parameter of {type(loop.population).__name__}")
    return recorded(wanted, simulation(loop), shift)


def paths(loop: Refitted, observables: Sequence[str], rng: np.random.Generator, size: int, t: int) -> dict[str, Any]:
    """{name: array of shape (size, t + 1)} of a finite loop with numbers for parameters."""
    asked_of(loop, observables, [*loop.state, "lost"])
    records = simulation(loop).draw(rng, size, range(t + 1))
    return {name: np.column_stack([records[name, s] for s in range(t + 1)]) for name in observables}


WITHOUT_DRAWS = "infinitely many points; what can be simulated is loop.finite(n)"


def certain(loop: LikelihoodLoop | None, wanted: Moment | Combination, shift: float | None = None) -> Estimand:
    """A number of a loop of infinitely many points, from balls: it is no estimate, and has no statistics.

    So a finite loop is compared with its limit. Raises `CannotTell` where no ball is known.
    """
    if not isinstance(wanted, Moment):
        raise CannotTell("numbers of loops of infinitely many points are taken one by one")
    with precision(BITS):
        ball = enclose(wanted, _alone)
    return Estimand(str(wanted), (), lambda _: ball, WITHOUT_DRAWS)


def _alone(m: Moment) -> Any:
    raise CannotTell(f"{m} is inside of another moment")


register(Simulator(estimand_of, paths, TOGETHER), Refitted)
register(Simulator(certain, no_paths), LikelihoodLoop)

__all__ = ["WITHOUT_DRAWS", "code_of", "draw_paths", "simulation", "terms_of"]
