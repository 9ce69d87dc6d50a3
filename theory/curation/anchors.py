"""What a curated loop with real data beside the picks maximises, how it contracts; a geometric anchor in place of a mixture."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Abs, Add, Eq, Expr, Ge, Le, Rational, log, oo, sqrt

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals, Simplex
from ..language.fields import Values
from ..language.finite_loops import FiniteLoop
from ..language.laws import Finite
from ..language.moments import KL, E, Var
from .common import CuratedLoop, half

UNENDING = {"derivation": "no form of the law after infinitely many rounds"}


def three(p, u, v, K, lam, start=None) -> CuratedLoop:
    """Three atoms of weights u, v, 1."""
    return CuratedLoop(Finite(p), (u, v, 1), K, lam, start and Finite(start))


def masses_of(loop: FiniteLoop, t) -> list[Expr]:
    """The masses of all three atoms after t rounds."""
    return [loop.mass(t, i) for i in range(3)]


# ---- forward divergence ---------------------------------------------------------------------------------------------


def objective(masses: Sequence, u, v, real, lam) -> Expr:
    """lam log E f - KL(real data || model)."""
    return lam * log(Add(*(p * f for p, f in zip(masses, (u, v, 1), strict=True)))) - KL(Finite(real), Finite(masses))


@claim(
    source="derived: the fixed point's equations are those of the maximum of a concave function",
    mutants={"a tenth less": lambda p, q, u, v, lam: _reached(p, u, v, lam) - Rational(1, 10)},
    unreached=UNENDING,
)
def curation_mixed_forward_kl_three_atoms(
    p=Simplex(3), q=Simplex(3), u=Probability(), v=Probability(), lam=Positive(hi=5, notable=(half, 1, 4))
):
    """K = oo with real data: no law q has more of lam log E f - KL(real data || q) than the limit.

    Forward divergence, which covers all of the data, and not KL(q || real data) as in RLHF. Three atoms.
    One witness: a tilted law is not
    sampled, and the limit has no closed form.
    """
    return Le(objective(q, u, v, p, lam), _reached(p, u, v, lam))


def _reached(p, u, v, lam) -> Expr:
    """The objective at the law that the loop of infinitely many candidates settles at."""
    return objective(masses_of(three(p, u, v, oo, lam), oo), u, v, p, lam)


@claim(
    source="derived: expectation maximisation, Cover's argument with real data beside the picks",
    mutants={"one more": lambda p, q, u, v, lam: objective(q, u, v, p, lam) + 1},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def curation_mixed_forward_kl_grows(p=Simplex(3), q=Simplex(3), u=Probability(), v=Probability(), lam=Positive(hi=20)):
    """A fit never lowers it, from whatever model q.

    No simulation: a draw from a tilted law needs its normaliser.
    """
    return Ge(objective(masses_of(three(p, u, v, oo, lam, q), 1), u, v, p, lam), objective(q, u, v, p, lam))


@claim(
    source="RLHF's optimum, taken for the limit with real data",
    expected="fails",
    corrected="curation-mixed-forward-kl-three-atoms",
)
def curation_mixed_forward_kl_tilt(lam=Points(half, 1, 4)):
    """The limit is the real data's law tilted by a power of the weight: weights 1, 2, 5, the same power at 2 and at 5."""
    p = (half, Rational(1, 3), Rational(1, 6))
    ratio = [m / x for m, x in zip(masses_of(CuratedLoop(Finite(p), (1, 2, 5), oo, lam), oo), p, strict=True)]
    return Eq(log(ratio[1] / ratio[0]) / log(2), log(ratio[2] / ratio[0]) / log(5))


# ---- two candidates -------------------------------------------------------------------------------------------------


def square(p, u, v) -> Expr:
    """The mean square of the weight under the law p."""
    return Add(*(x * f**2 for x, f in zip(p, (u, v, 1), strict=True)))


@claim(
    source="derived: the growth of the mean square of the weight by its variance, mixed with real data",
    mutants={"the pairs' growth once": lambda p, q, u, v, lam: (square(p, u, v) + lam * square(q, u, v)) / (1 + lam)},
)
def curation_k2_mixed_root_identity_step(p=Simplex(3), q=Simplex(3), u=Probability(), v=Probability(), lam=Positive()):
    """Two candidates with real data: a fit makes the mean square (E_ref f^2 + lam (2 E f^2 - (E f)^2))/(1 + lam)."""
    f = three(p, u, v, 2, lam, q).weight
    return Eq(E(f(1) ** 2), (square(p, u, v) + lam * (2 * E(f(0) ** 2) - E(f(0)) ** 2)) / (1 + lam))


@claim(
    source="derived: a fixed point of the mean square",
    mutants={"the reference's mean": lambda p, u, v, lam: (p[0] * u + p[1] * v + p[2]) ** 2 - _mean(p, u, v, lam) ** 2},
    scale=lambda p, u, v, lam: 1,
    unreached=UNENDING,
)
def curation_k2_mixed_root_identity(
    p=Simplex(3), u=Probability(), v=Probability(), lam=Positive(hi=5, notable=(half, 1, 2))
):
    """At the limit m of the mean weight (1 - lam) Var f = E_ref f^2 - m^2: for lam = 1, m is the root mean square of real data.

    Trees of picks end only below lam = 1: beyond there is no simulation of the limit.
    """
    return Eq((1 - lam) * Var(three(p, u, v, 2, lam).weight(oo)), square(p, u, v) - _mean(p, u, v, lam) ** 2)


def _mean(p, u, v, lam) -> Expr:
    """The mean weight in the limit of fits to real data and picks, each of two candidates."""
    return E(three(p, u, v, 2, lam).weight(oo))


@claim(
    source="the identity of two candidates, used for more",
    expected="fails",
    corrected="curation-k2-mixed-root-identity",
)
def curation_k2_mixed_root_identity_more(K=Points(3, 4)):
    """With as many picks as real data the mean weight tends to the real data's root mean square: weights 1, 2, 5, sqrt(6)."""
    p = (half, Rational(1, 3), Rational(1, 6))
    return Eq(E(CuratedLoop(Finite(p), (1, 2, 5), K, 1).weight(oo)), sqrt(6))


# ---- contraction ----------------------------------------------------------------------------------------------------


def apart(x, y) -> Expr:
    """Hilbert's distance of two laws on two atoms, of odds x and y, x > y: of all, the largest ratio of ratios of masses."""
    return log(x / y)


def birkhoff(p, lam) -> Expr:
    """The contraction of (real data and tilted picks) in that distance: (sqrt D - 1)/(sqrt D + 1)."""
    root = sqrt((1 + lam / p) * (1 + lam / (1 - p)))
    return (root - 1) / (root + 1)


@claim(
    source="derived: Birkhoff's coefficient, the rewards cancel; contraction in this metric is in 2511.09002, as commonly quoted",
    where=lambda p, x, y, w, lam: y < x,
    mutants={"half of it": lambda p, x, y, w, lam: birkhoff(p, lam) / 2 * apart(x / (1 - x), y / (1 - y))},
)
def curation_mixed_hilbert_contraction_two_atoms(
    p=Points(half, Rational(1, 10)), x=Probability(), y=Probability(), w=Points(2, 20), lam=Points(half, 1, 4)
):
    """K = oo, real data of masses p and 1 - p: a fit brings any two models together, in Hilbert's distance, whatever lam.

    By (sqrt D - 1)/(sqrt D + 1), D = (1 + lam/p) (1 + lam/(1 - p)), whatever the rewards. No simulation: a draw from a tilted
    law needs its normaliser.
    """
    one, other = (CuratedLoop(Finite((p, 1 - p)), (w, 1), oo, lam, Finite((z, 1 - z))) for z in (x, y))
    after = apart(*(loop.mass(1, 0) / loop.mass(1, 1) for loop in (one, other)))
    return Le(after, birkhoff(p, lam) * apart(x / (1 - x), y / (1 - y)))


# ---- a geometric anchor ---------------------------------------------------------------------------------------------


class AnchoredTiltLoop(FiniteLoop):
    """K = oo, anchored: the next model is proportional to model^(1 - g) anchor^g f.

    anchor: `Finite` law, that of the real data, or equal masses: then the reward is r - g log(model), a bonus for diversity.
    weights: f of the atoms.  g: strength of the anchor.  start: the law that the loop is handed.
    Observables: mass(t, i, ...), the probability of atoms.
    Source: ours: the limit of many candidates in Ferbach et al. 2407.09499, with a geometric anchor;
    how it contracts is studied in 2511.09002.
    """

    anchor: Finite
    weights: Values(Positive, of="anchor")
    g: Reals
    start: Finite

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        parts = zip(state.items(), self.anchor.masses, self.weights, strict=True)
        kept = {name: p ** (1 - self.g) * a**self.g * f for (name, p), a, f in parts}
        return {name: x / Add(*kept.values()) for name, x in kept.items()}


@claim(
    source="derived: the logarithm of the odds is followed by a linear map",
    mutants={
        "1 - g/2": lambda q, a, w, g, t: _odds(q, a, w, g, (1 - g / 2) ** t),
        "no anchor": lambda q, a, w, g, t: _odds(q, a, w, g, 1),
    },
    unreached={"derivation": "no form of the law after t rounds"},
)
def curation_geometric_anchor_three_atoms(
    q=Simplex(3),
    a=Simplex(3),
    w=Positive(hi=20),
    g=Reals(0, 3, notable=(half, 1, Rational(21, 10))),
    t=Integers(0, 4),
):
    """The log-odds of two atoms go to those of a e^(r/g): their distance from them is multiplied by 1 - g in every round.

    a: the anchor; w: the ratio of the two weights. So RLHF's optimum is the limit, and that of r - g log p with equal masses
    a, exactly if 0 < g < 2: beyond the loop swings ever further out. Three atoms, the third of weight 1.
    """
    loop = AnchoredTiltLoop(Finite(a), (w, 1, 1), g, Finite(q))
    return Eq(loop.mass(t, 0) / loop.mass(t, 1), _odds(q, a, w, g, (1 - g) ** t))


def _odds(q, a, w, g, left) -> Expr:
    """The odds of the first atom against the second when the share `left` of the first distance from the limit is left."""
    end = a[0] / a[1] * w ** (1 / g)
    return end * (q[0] / q[1] / end) ** left


@claim(
    source="an anchor, taken for a stabiliser at any strength",
    expected="fails",
    corrected="curation-geometric-anchor-three-atoms",
)
def curation_geometric_anchor_any_strength(g=Points(Rational(21, 10), Rational(5, 2)), t=Points(2, 6)):
    """Any anchor brings the loop towards its limit: equal masses, weights 2 and 1, the better atom at half first."""
    even = Finite((half, half))
    loop = AnchoredTiltLoop(even, (2, 1), g, even)
    return Le(Abs(log(loop.mass(t, 0) / loop.mass(t, 1)) - log(2) / g), log(2) / g)
