"""Which moments may be infinite, and what infinite ones make of a side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import eq, ge, gt, le, lt

from flint import arb
from sympy import Dummy, Expr, Float, Pow, Symbol, nan, oo, sympify, zoo

from ..language.errors import CannotTell
from ..language.laws import Cauchy, Noise, StudentT
from ..language.likelihood import Constant
from ..language.loops import CLOCK, Loop, Observable
from ..language.moments import W1, E, HittingTime, Limit, Moment, Prob, Quantile, Sensitivity, Variation, outermost
from . import structures
from .arithmetic.quadrature import growth
from .rare import may_hide
from .standard import standardise
from .symbols.ranges import has_mean, is_bounded

INFINITE = ("L", "beta", "deviation")  # constants that may be


@lru_cache(maxsize=4096)
def doubtful(m: Moment) -> bool:
    """Whether a moment may be infinite: a power below 0, a law with heavy tails, or what `may_hide`, in it or in a step."""
    if isinstance(m, Prob | Quantile | Limit | Sensitivity | Variation):
        return False
    if m.has(HittingTime) or (isinstance(m, Constant) and m.name in INFINITE):
        return True
    if isinstance(m, W1):
        return not is_finite(m)
    if all(map(is_bounded, m.variables)):
        return False
    drawn = any(o.index for o in m.atoms(Observable))
    return _falls(m.variable) or any(_may_fall(loop, drawn) for loop in m.atoms(Loop)) or may_hide(m)


def is_finite(m: Moment) -> bool:
    """Whether a number under named laws is certainly finite: of a bounded function, or a distance of laws with means."""
    if isinstance(m, W1):
        return not m.has(Cauchy) and all((t.dof - 1).is_positive for t in m.atoms(StudentT))
    if isinstance(m, Prob | Variation) or (isinstance(m, E) and has_mean(m.variable)):
        return True
    if len(m.atoms(Noise)) != 1:  # of several draws what grows in one may be hidden by another
        return False
    x = Symbol("x of it", real=True)
    try:
        return growth(m.variable.xreplace(dict.fromkeys(m.atoms(Noise), x)), x, {})[1] == 0
    except CannotTell:
        return False


@lru_cache(maxsize=1024)
def _may_fall(loop: Loop, drawn: bool) -> bool:
    """Whether a loop's steps, its start or (if they are asked for) its fresh draws may have no mean."""
    try:
        now = loop.symbols()
        texts = [] if structures.is_deterministic(loop) else [*loop.step(now).values(), *loop.initial.values()]
        if drawn:
            texts.append(loop.emit(now, 1))
    except Exception:  # a loop that states no step in symbols, or fails: others tell that
        return False
    return any(_falls(sympify(x)) for x in texts)


def _falls(x: Expr) -> bool:
    random = (Observable, Noise)
    if any(z.law.far_out is not oo for z in x.atoms(Noise)):
        return True
    powers = (p for p in x.atoms(Pow) if not p.exp.is_nonnegative)
    return any(p.base.has(*random) or p.exp.has(*random) or not _is_never_zero(p.base) for p in powers)


def _is_never_zero(x: Expr) -> bool:
    """Whether a number, or what the number of the fit makes of it, is not 0: only that number may be in it."""
    return not x.free_symbols or (x.free_symbols == {CLOCK} and bool(x.is_nonzero))


def extended(x: Expr, infinite: Mapping[Expr, Expr], others: Mapping[Expr, arb]) -> Expr | None:
    """oo or -oo, if x is that once its infinite moments are put in; None where it is a difference or a ratio of such."""
    known = {d: Float(float(b.mid())) if not b.contains(0) else Dummy("x", real=True) for d, b in others.items()}
    value = x.xreplace({**known, **infinite})
    return value if value in (oo, -oo) else None


def difference(side: Expr, infinite: Mapping[Expr, Expr]) -> bool:
    """Whether a side, as it was written, is a difference or a ratio of infinite moments, which may cancel in a normal form."""
    found: dict[Expr, Expr] = {}
    for m in outermost(side):
        inside = standardise(m)
        if inside.atoms(Moment) & set(infinite):
            value = inside.xreplace(dict(infinite))
            if value is nan:
                return True
            found[m] = -oo if value == -oo else oo
    return len(found) > 1 and side.xreplace(found).has(nan, zoo)


def refuse_no_number(x: Expr, form: Expr, infinite: Mapping[Expr, Expr]) -> None:
    """Raise `CannotTell` where a quantity is no number with the derived forms of its means, nor infinite."""
    for m in infinite:
        if form not in (oo, -oo) or difference(x, infinite):
            raise CannotTell(f"{m} is infinite: a difference, a ratio or a product of infinite quantities has no value")
    if form.has(nan, zoo):
        raise CannotTell("with the derived forms it divides by 0, or is the logarithm of 0")


def compared(op: str, written: Sequence[Expr], derived: Sequence[Expr], infinite: Mapping[Expr, Expr]) -> str:
    """Why a relation with an infinite side holds: a statement only if the other side is `oo` as it was written, or of limits.

    Raises `CannotTell` where it does not, or has no meaning.
    """
    told = "".join(f"{m} is infinite: " for m in list(infinite)[:1])
    if not any(x.is_infinite for x in written) and not all(isinstance(m, Limit) for m in infinite):
        raise CannotTell(f"{told}it has no meaning but beside oo; restrict the domain")
    if any(difference(x, infinite) for x in written if not x.is_infinite):
        raise CannotTell(f"{told}a difference or a ratio of infinite quantities has no value")
    ranks = []
    for x, y in zip(written, derived, strict=True):
        finite = x.xreplace({m: Dummy("m", real=True) for m in x.atoms(Moment)}).is_finite  # once its moments are
        if y in (oo, -oo):
            ranks.append(1 if y == oo else -1)
        elif finite and not (y.has(oo, -oo, zoo, nan) or infinite):
            ranks.append(0)
        else:
            raise CannotTell(f"whether {x} is finite")
    if not {"==": eq, "<=": le, "<": lt, ">=": ge, ">": gt}[op](*ranks):
        raise CannotTell(f"{written[0]} {op} {written[1]}: one side is infinite")
    return "one side is finite, the other is not" if 0 in ranks else "both sides are infinite"
