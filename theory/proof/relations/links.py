"""A claim's own proof: its links, each checked anew. Of some relations the known lemmas are tried unasked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sympy import Dummy, Eq, Expr, S
from sympy.core.relational import Relational

from ...language.errors import BadInput, CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.loops import Observable
from ...language.moments import CentralMoment, Cov, Distance, E, Moment, is_random, outermost
from ...language.order import in_order
from ...language.strangers import ours
from .. import structures, taken
from ..methods import condition
from ..prepared import Part
from ..standard import rescaled
from ..symbols.normal_forms import is_zero
from . import inequality, unasked
from .defined import has_values
from .learned import Learned, NoProof, Refuted
from .lemmas import Link, verified
from .ranges import forwards
from .relation import relate

STRICT = ("<", ">")


def check(known: Learned, part: Part) -> None:
    """Check the claim's own proof of one part."""
    assert known.claim.proof is not None
    r = part.original
    try:
        links = known.claim.proof(r)
    except (AttributeError, TypeError, ValueError) as error:  # a lemma for another kind of relation
        raise CannotTell(f"proof= does not fit {r}: {error}") from error
    if not isinstance(links, list | tuple) or not links or not all(isinstance(x, Link) for x in links):
        raise NoProof(
            f"proof= returned {links!r}; expected a list of links, as the lemmas make them", known.claim.location
        )
    _joined(known, r, links, part.op in STRICT)


def by_known_lemmas(known: Learned, part: Part) -> None:
    """A part by the first lemma that is tried unasked and does. Raises `CannotTell` where none does."""
    if part.op == "==":
        raise CannotTell("lemmas give <=")
    steps, given, forms = list(known.proof.steps), list(known.proof.given), dict(known.proof.forms)
    for r, lemma in unasked.lemmas(known, part.original):
        try:
            return _joined(known, r, lemma(r), part.op in STRICT)  # r is told with <= in place of <
        except (AttributeError, CannotTell, BadInput, ValueError):  # a lemma for another kind of relation
            known.proof.steps[:], known.proof.given[:] = steps, given
            known.proof.forms.clear()
            known.proof.forms.update(forms)
    raise CannotTell("by no known lemma")


def _joined(known: Learned, r: Relational, links: Sequence[Link], strict: bool) -> None:
    """Check links that lead from the small side of a relation to the large one; strict: one without a lemma has to be <."""
    ends = [links[0].small, links[-1].big]
    if [r.lts, r.gts] != ends or any(x.big != y.small for x, y in pairwise(links)):
        raise CannotTell(f"the links of proof= do not join {r.lts} to {r.gts}")
    forwards(known, r.lts, r.gts)
    for link in links:
        try:
            if strict and not link.lemma and link.of is None and _is_strict(known, link):
                strict = False
            else:
                _checked(known, link)
        except Refuted as why:  # of a link: the claim may be true all the same
            raise CannotTell(f"{link.small} <= {link.big} is false: {why}") from None
    if strict:
        raise CannotTell("lemmas give <=, the claim says <")


def _is_strict(known: Learned, link: Link) -> bool:
    try:
        relate(known, "<", link.small, link.big)
    except (CannotTell, Refuted):
        return False
    return True


def _checked(known: Learned, link: Link) -> None:
    if link.of is not None:
        if not isinstance(link.times, Distance):  # none is below 0
            relate(known, ">=", link.times, S.Zero)
        left = link.big - link.small - link.times * (link.of.big - link.of.small)
        if not is_zero(left.xreplace({m: Dummy() for m in (*outermost(left), *left.atoms(Distance))})):
            raise CannotTell(f"{link.small} <= {link.big} is not {link.times} times {link.of.small} <= {link.of.big}")
        return _checked(known, link.of)
    if not link.lemma and link.small == link.big:
        return has_values(known, link.small)
    if not link.lemma:
        return relate(known, "<=", link.small, link.big)
    by = verified(link)
    _have_values(known, by.small, by.big)
    for c in by.conditions:
        if isinstance(c, Eq):
            relate(known, "==", c.lhs, c.rhs)
            continue
        d = _with_weights(c.gts - c.lts)
        if not (d.is_nonnegative or rescaled(d).is_nonnegative or (is_random(d) and taken.is_not_below_0(d))):
            relate(known, "<=", c.lts, c.gts)
    if by.drift is not None:
        _drift(known, *by.drift)
    if by.name not in known.proof.given:
        known.proof.given.append(by.name)
    known.proof.steps.append(f"{by.small} <= {by.big} by {by.name}, its conditions checked")


def _have_values(known: Learned, *sides: Expr) -> None:
    """Raise `CannotTell` where a lemma is about what may have no value: the square of a root, of which it asks, may have one."""
    for m in in_order({m for side in sides for m in known.discrete(side).atoms(E, CentralMoment, Cov)}):
        if m.given is None and not _of_any_law(m):
            taken.examine(m)


def _of_any_law(x: Expr) -> bool:
    return any(isinstance(o.loop, FiniteLoop) and o.loop.any_law is not None for o in x.atoms(Observable))


def _with_weights(d: Expr) -> Expr:
    """With symbols for the weights of draws from a law of which nothing is known, but that they are positive."""
    if d.has(Moment):
        return d
    any_law = (o for o in d.atoms(Observable) if isinstance(o.loop, FiniteLoop) and o.loop.any_law is not None)
    return d.xreplace({o: Dummy("weight", positive=True) for o in any_law if o.name == "weight" and ours(type(o.loop))})


def _drift(known: Learned, after: Expr, now: Expr, model, exact: bool) -> None:
    """E[after | model] == now (or <= now), from the step law."""
    loop = model.loop
    symbols = known.discrete
    mean = condition(symbols(rescaled(after)), symbols(structures.standard(loop)), symbols(model.t))
    gap = symbols(rescaled(now)) - mean
    # for every state: a condition on numbers, of which only the signs of the coordinates are known
    gap = gap.xreplace({o: Dummy(positive=True) if o.is_positive else Dummy(real=True) for o in gap.atoms(Observable)})
    if is_zero(gap):
        known.proof.steps.append(f"martingale: the mean of {after} given the model at {model.t} is {now}")
    elif exact:
        raise CannotTell(f"{now} is not a martingale")
    else:
        inequality.holds(known, gap, strict=False)
