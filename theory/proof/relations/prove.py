"""The derivation witness: a claim's relation, proved from the loop's step law.

Moments are derived (`methods`), domains become charts of positive variables (`assumptions`), equalities are decided by
coefficients (`equality`), inequalities by certificates (`inequality`), and a claim's `proof=` is checked link by link (`links`).
"""

from __future__ import annotations

from functools import reduce

from sympy import (
    And,
    Dummy,
    Expr,
    Ge,
    Gt,
    Le,
    Lt,
    PolynomialError,
    nan,
    oo,
    sympify,
    zoo,
)

from ...language.claims import Claim
from ...language.domains import Integers
from ...language.errors import BadInput, CannotTell
from ...language.loops import FiniteLoop, Loop
from ...language.moments import Moment
from ..finiteness import difference
from ..methods import moment
from ..prepared import Part, ShapePart, prepare
from . import equality, inequality, links, masses, shapes
from .learned import Learned
from .limit import vanishes
from .proofs import NoProof, Proof, Refuted


def prove(claim: Claim) -> Proof:
    """Try to prove a claim for all values of its variables. Raises `NoProof`."""
    proofs = []
    for case in claim.cases or [{}]:
        known = Learned(claim, case)
        try:
            for part in prepare(claim, case).parts:
                if isinstance(part, ShapePart):
                    _shape(known, part)
                else:
                    _part(known, part)
        except Refuted as error:
            return Proof(False, True, str(error), known.proof.steps, [], known.proof.forms)
        except NoProof:
            raise
        except (CannotTell, BadInput) as error:
            if not _covered(known):
                return Proof(False, False, str(error), known.proof.steps, [], known.proof.forms)
        proofs.append(known.proof)
    return reduce(
        lambda p, q: Proof(
            True, False, "", p.steps + q.steps, list(dict.fromkeys(p.given + q.given)), {**p.forms, **q.forms}
        ),
        proofs,
    )


def _part(known: Learned, part: Part) -> None:
    vanishes(known, part)
    if part.rate is not None:  # of the values before its start nothing is stated
        known.where.append((known.charted(part.rate[1] - part.rate[2]), False))
    try:
        relate(known, part.op, part.original.lhs, part.original.rhs)
    except CannotTell:
        if known.claim.proof is None:
            raise
        links.check(known, part, relate)


def relate(known: Learned, op: str, a: Expr, b: Expr) -> None:
    """Prove a op b, where both have a value, or raise `CannotTell`."""
    known.means_exist(a, b)
    _related(known, op, a, b)
    known.divisible(a, b)  # last: a moment that does not exist is the better reason


def _related(known: Learned, op: str, a: Expr, b: Expr) -> None:
    if any(isinstance(x, FiniteLoop) for x in (a - b).atoms(Loop)):
        gap = a - b if op in ("==", ">=", ">") else b - a
        domains = {s: known.claim.domain[name] for name, s in known.claim.symbols.items()}
        bounds = (r for r in And.make_args(known.claim.condition(known.case)) if isinstance(r, Ge | Gt | Le | Lt))
        where = [(r.gts - r.lts, r.rel_op in ("<", ">")) for r in bounds]
        why = masses.holds({"<": ">", "<=": ">="}.get(op, op), gap, domains, known.charts, where)
        if why is not None:
            known.proof.steps.append(why)
            return
    known.forwards(a, b)
    bounds, written, known.infinite = op not in ("==",), (sympify(a), sympify(b)), {}
    a, b = (x if x.is_infinite else known.derived(x, bounds) for x in written)
    if known.infinite or any(x.has(oo, -oo, zoo, nan) for x in (a, b)):
        _unbounded(known, op, written, (a, b))
        return
    if op == "==":
        equality.holds(known, a, b)
        return
    small, big = (a, b) if op in ("<", "<=") else (b, a)
    inequality.holds(known, big - small, strict=op in ("<", ">"))


def _unbounded(known: Learned, op: str, written: tuple[Expr, Expr], derived: tuple[Expr, Expr]) -> None:
    """A relation with a side that is infinite: a statement only if the other side is `oo` as it was written."""
    told = "".join(f"{m} is infinite: " for m in list(known.infinite)[:1])
    if not any(x.is_infinite for x in written):
        raise CannotTell(f"{told}it has no meaning but beside oo; restrict the domain")
    if any(difference(known.discrete(x), known.infinite) for x in written if not x.is_infinite):
        raise CannotTell(f"{told}a difference or a ratio of infinite quantities has no value")
    ranks = []
    for x, y in zip(written, derived, strict=True):
        if y in (oo, -oo):
            ranks.append(1 if y == oo else -1)
        elif not (y.has(oo, -oo, zoo, nan) or known.infinite) and _is_finite(x):
            ranks.append(0)
        else:
            raise CannotTell(f"whether {x} is finite")
    holds = {"==": int.__eq__, "<=": int.__le__, "<": int.__lt__, ">=": int.__ge__, ">": int.__gt__}[op](*ranks)
    if not holds:
        raise CannotTell(f"{written[0]} {op} {written[1]}: one side is infinite")
    known.proof.steps.append("one side is finite, the other is not" if 0 in ranks else "both sides are infinite")


def _is_finite(x: Expr) -> bool:
    """Whether a side is finite once its moments are."""
    return bool(x.xreplace({m: Dummy("m", real=True) for m in x.atoms(Moment)}).is_finite)


def _shape(known: Learned, part: ShapePart) -> None:
    s = part.shape
    known.means_exist(s.function)  # what it is divided by is looked at with its continuity
    f, turn, along, *ends = (known.derived(x) for x in (s.function, s.peak, s.chart, *s.limits[1:]))
    try:
        known.proof.steps.append(shapes.certify(f, s.bound, (ends[0], ends[1]), turn, along, s.rises_first, known.real))
    except shapes.Constant as problem:
        raise Refuted(str(problem)) from problem
    except (CannotTell, PolynomialError, NotImplementedError, ValueError, ArithmeticError) as problem:
        raise CannotTell(f"the turn is not certified: {problem}") from problem


def _covered(known: Learned) -> bool:
    """The whole domain in balls of the derived form, for inequalities that no certificate is found for: integers
    value by value, up to three bounded reals in boxes (closed, hence more than the open domain)."""
    parts = prepare(known.claim, known.case).parts
    touching = {n for at in known.claim.touching for n in at if not isinstance(known.claim.domain[n], Integers)}
    if touching or known.claim.where is not None or any(not isinstance(p, Part) or p.op == "==" for p in parts):
        return False
    texts = []
    try:
        for part in parts:
            assert isinstance(part, Part)
            vanishes(known, part)
            known.means_exist(part.original.lhs, part.original.rhs)
            known.divisible(part.original.lhs, part.original.rhs)
            moments = {d: known.discrete(m) for d, m in part.moments.items()}
            known.infinite = {}
            forms = {d: known.exists(m, moment(m)) for d, m in moments.items()}
            if known.infinite or part.a.is_infinite or part.b.is_infinite:
                return False
            gap = part.b - part.a if part.op in ("<", "<=") else part.a - part.b
            report = known.cover(
                inequality.without_positive_factors(known.discrete(gap).xreplace(forms)), part.op in ("<", ">")
            )
            if not report:
                return False
            texts.append(report.text)
    except (CannotTell, ArithmeticError, ValueError):
        return False
    known.proof.steps += [f"the derived form in balls: {t}" for t in dict.fromkeys(texts)]
    return True


__all__ = ["Proof", "prove"]
