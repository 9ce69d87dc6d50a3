"""Users who differ: noise, opposed tastes, cyclic ones; what the loop maximises then."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, And, Eq, Expr, Ge, Le, Lt, Mul, Rational, exp, log, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals, Simplex
from ..language.fields import Masses, Ratio, Values, computed
from ..language.finite_loops import FiniteLoop
from ..language.laws import Finite
from ..language.moments import KL, Tends
from .common import CuratedLoop, half, tournament
from .rounds import last_rate

TASTES = "the setting of 2511.09002 and 2505.09768"


class UsersLoop(FiniteLoop):
    """The curated loop with several kinds of users: each pick is that of a random one.

    law: of the real data, `Finite((p_0, p_1, ...))`.  users: for each kind the weights that it gives the atoms.
    shares: `Finite` law of the kinds.  K: 2, 3, ... candidates, or oo.  lam: ratio of synthetic to real data; oo: synthetic only.
    start: the law that the loop is handed, that of the real data unless given.
    Observables: mass(t, i, ...), the probability of atoms; model(t), a law.
    Source: ours: the setting is that of 2511.09002 and 2505.09768.
    """

    law: Finite
    users: Values(Values(Positive, of="law"))
    shares: Finite
    K: Integers(2) | Points(oo) = 2
    lam: Ratio = oo
    start: Masses(of="law") = computed(lambda given: given.law)

    steady = ("K",)

    def step(self, state: dict[str, Expr]) -> dict[str, Expr]:
        masses = [state[name] for name in self.state]
        picks = [tournament(masses, weights, self.K) for weights in self.users]
        picked = [Add(*(s * p for s, p in zip(self.shares.masses, of, strict=True))) for of in zip(*picks, strict=True)]
        if self.lam is not oo:
            picked = [(p + self.lam * q) / (1 + self.lam) for p, q in zip(self.law.masses, picked, strict=True)]
        return dict(zip(self.state, picked, strict=True))


# ---- noise ----------------------------------------------------------------------------------------------------------


def noisy(q, w, eta, K) -> UsersLoop:
    """Two atoms, the worse one of mass q at first; a share eta of the users picks at random."""
    return UsersLoop(Finite((q, 1 - q)), ((1, w), (1, 1)), Finite((1 - eta, eta)), K)


@claim(
    source="derived: the rate of a round, mixed with that of a round without preference",
    mutants={"as without noise": lambda q, w, eta, K: {"<=": (last_rate(w, K) + (1 - last_rate(w, K)) * q) * q}},
)
def curation_noisy_pickers_two_atoms(q=Probability(), w=Reals(1, 20), eta=Probability(), K=Points(2, 3, 4)):
    """A share eta of picks at random slows the loop and changes nothing else: two atoms, q the mass of the worse one.

    A round leaves at least R q of it, at most (R + (1 - eta) (1 - rho) q) q < q, where R = (1 - eta) rho + eta and
    rho = K/(1 + (K - 1) w) is the rate without noise.
    """
    after, rho = noisy(q, w, eta, K).mass(1, 0), last_rate(w, K)
    rate = (1 - eta) * rho + eta
    return And(Ge(after, rate * q), Le(after, (rate + (1 - eta) * (1 - rho) * q) * q))


# ---- opposed tastes -------------------------------------------------------------------------------------------------


def opposed(q, w, s, K) -> UsersLoop:
    """Two atoms: a share s of the users gives the first one, of mass q, w times the weight, the others the second one."""
    return UsersLoop(Finite((q, 1 - q)), ((w, 1), (1, w)), Finite((s, 1 - s)), K)


@claim(
    source=f"derived: one pick of two by either user, averaged over the users ({TASTES})",
    mutants={"as if all agreed": lambda q, w, s: q + (w - 1) / (w + 1) * q * (1 - q)},
)
def curation_polarised_users_coexistence_pairs(q=Probability(), w=Reals(1, 20), s=Probability()):
    """Two candidates, opposed users: q' = q + c (2 s - 1) q (1 - q), c = (w - 1)/(w + 1): the majority takes all.

    So a share of adversaries below one half never turns a loop of two candidates.
    """
    return Eq(opposed(q, w, s, 2).mass(1, 0), q + (w - 1) / (w + 1) * (2 * s - 1) * q * (1 - q))


def invasion(w, s, K) -> Expr:
    """By which factor a rare atom grows that a share s of the users gives w times the weight."""
    return s * K * w / (w + K - 1) + (1 - s) * last_rate(w, K)


@claim(
    source=f"derived: the factor of a rare atom under either user, averaged ({TASTES})",
    mutants={"the gain alone": lambda n, w, s, K: s * K * w / (w + K - 1)},
)
def curation_polarised_users_coexistence(n=Integers(2), w=Reals(1, 20), s=Probability(), K=Points(2, 3, 4)):
    """An atom of mass 1/n grows by a factor that tends to s a + (1 - s) b, a = K w/(w + K - 1), b = K/(1 + (K - 1) w).

    It comes in if s > (1 - b)/(a - b). Below one half, as from three candidates on, that lets both kinds of atoms stay.
    """
    return Tends(n * opposed(1 / n, w, s, K).mass(1, 0), (n, 2, oo), invasion(w, s, K), rate=K**2 / n)


@claim(
    source=f"derived: the fixed point of the two tilts, averaged over the users ({TASTES})",
    where=lambda w, s: And(s * (1 + w) > 1, s * (1 + w) < w),
    mutants={"at the share": lambda w, s: s},
    unreached={"derivation": "no form of the law after infinitely many rounds"},
)
def curation_polarised_users_coexistence_tilt(
    w=Reals(1, 20, notable=(3,)), s=Probability(notable=(half, Rational(3, 5)))
):
    """K = oo, 1/(1 + w) < s < w/(1 + w): both atoms stay, the first one with the mass (s w - (1 - s))/(w - 1).

    No simulation: nothing is random.
    """
    return Eq(opposed(half, w, s, oo).mass(oo, 0), (s * w - (1 - s)) / (w - 1))


@claim(
    source="the case of two candidates, used for more",
    expected="fails",
    corrected="curation-polarised-users-coexistence",
)
def curation_polarised_users_coexistence_harmless(K=Points(3, 4), s=Points(Rational(11, 20))):
    """Fewer than half of the users, here 45 %, do not change where a loop of K candidates leads: the second atom is lost."""
    return Le(opposed(half, exp(1), s, K).mass(oo, 1), Rational(1, 100))


def turned(p, u, v, s, K) -> tuple[CuratedLoop, UsersLoop]:
    """Three atoms of weights u, v, 1, without adversaries, and with a share s of them, who pick by 1/weight."""
    honest = (u, v, 1)
    law = Finite(p)
    return CuratedLoop(law, honest, K), UsersLoop(law, (honest, (1 / u, 1 / v, 1)), Finite((1 - s, s)), K)


@claim(
    source=f"derived: of two candidates the adversary picks the other one ({TASTES})",
    mutants={"the adversaries alone missing": lambda p, u, v, s: _moved_by(p, u, v, s, 2, 1 - s)},
)
def curation_adversaries_pairs(p=Simplex(3), u=Positive(hi=10), v=Positive(hi=10), s=Probability()):
    """Two candidates: a share s of adversaries slows every move of the law by 1 - 2 s, and turns it round beyond one half.

    So the mean weight grows by 1 - 2 s times what it grows by without them.
    """
    _, mixed = turned(p, u, v, s, 2)
    return Eq(mixed.mass(1, 0) - p[0], _moved_by(p, u, v, s, 2, 1 - 2 * s))


def _moved_by(p, u, v, s, K, times) -> Expr:
    """So many times what a round without adversaries adds to the first atom's mass."""
    return times * (turned(p, u, v, s, K)[0].mass(1, 0) - p[0])


@claim(
    source="the case of two candidates, used for more",
    expected="fails",
    corrected="curation-adversaries-pairs",
)
def curation_adversaries_more(
    p=Simplex(3), u=Positive(hi=10), v=Positive(hi=10), s=Probability(notable=(half,)), K=Points(3, 4)
):
    """Of K candidates, too, a share s of adversaries slows every move of the law by 1 - 2 s."""
    _, mixed = turned(p, u, v, s, K)
    return Eq(mixed.mass(1, 0) - p[0], _moved_by(p, u, v, s, K, 1 - 2 * s))


# ---- what it maximises ----------------------------------------------------------------------------------------------


def welfare(masses: Sequence, users: Sequence, shares: Sequence) -> Expr:
    """Nash's: the mean over the users of the logarithm of the mean weight."""
    means = (Add(*(p * f for p, f in zip(masses, weights, strict=True))) for weights in users)
    return Add(*(s * log(m) for s, m in zip(shares, means, strict=True)))


def masses_of(loop: FiniteLoop, t) -> list[Expr]:
    """The masses of all atoms after t rounds."""
    return [loop.mass(t, i) for i in range(len(loop.start.masses))]


def two_users(p, f, g, s, lam=oo) -> UsersLoop:
    """Three atoms, K = oo: a share s of the users gives them the weights f, the others the weights g."""
    return UsersLoop(Finite(p), (f, g), Finite((s, 1 - s)), oo, lam)


@claim(
    source="Cover (1984) for the log-optimal portfolio, as commonly quoted; that the loop is his algorithm is derived",
    mutants={"twice as much": lambda p, f1, f2, g1, g2, s: 3 * _moved(p, f1, f2, g1, g2, s)},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def curation_nash_welfare_three_atoms(
    p=Simplex(3), f1=Positive(hi=10), f2=Positive(hi=10), g1=Positive(hi=10), g2=Positive(hi=10), s=Probability()
):
    """K = oo: a round raises the users' mean log mean weight by at least KL(model after || model before).

    Three atoms, two kinds of users. No simulation: nothing is random.
    """
    users, shares = ((f1, f2, 1), (g1, g2, 1)), (s, 1 - s)
    loop = two_users(p, *users, s)
    gain = welfare(masses_of(loop, 1), users, shares) - welfare(p, users, shares)
    return Ge(gain, _moved(p, f1, f2, g1, g2, s))


def _moved(p, f1, f2, g1, g2, s) -> Expr:
    """KL(model 1 || model 0): how far one round of two users moves the law."""
    loop = two_users(p, (f1, f2, 1), (g1, g2, 1), s)
    return KL(loop.model(1), loop.start)


@claim(
    source="derived: the compromise's weight against the mean of the extremes'",
    where=lambda z, w, v: 2 * v < 1 + w,
    mutants={"by a tenth": lambda z, w, v: Rational(9, 10) * z},
)
def curation_nash_welfare_compromise(z=Probability(), w=Reals(1, 20), v=Reals(1, 10)):
    """K = oo, two opposed users and a compromise of weight v for both: it is lost if v < (1 + w)/2.

    Each extreme has the weight w for one half of the users, 1 for the other, and mass (1 - z)/2. The compromise may yet have
    the most mean reward: log v > log(w)/2. No simulation: nothing is random.
    """
    return Lt(_compromise(z, w, v).mass(1, 2), z)


def _compromise(z, w, v) -> UsersLoop:
    """Two opposed users: an atom of weight w for each of them, and a compromise of weight v for both."""
    return two_users(((1 - z) / 2, (1 - z) / 2, z), (w, 1, v), (1, w, v), half)


@claim(
    source="expected of a loop that maximises",
    expected="fails",
    corrected="curation-nash-welfare-compromise",
)
def curation_nash_welfare_mean_reward(c=Points(Rational(11, 10), Rational(6, 5)), t=Points(1, 5, 20)):
    """K = oo: what has the most mean reward over all users gains mass: rewards (2, 0, c), (0, 2, c), c > 1."""
    return Ge(_compromise(Rational(1, 3), exp(2), exp(c)).mass(t, 2), Rational(1, 3))


def anchored_welfare(masses, users, s, lam, real) -> Expr:
    """lam times Nash's welfare, less KL(real data || model)."""
    return lam * welfare(masses, users, (s, 1 - s)) - KL(Finite(real), Finite(masses))


@claim(
    source="derived: Cover's argument with real data beside the picks; existence and uniqueness are studied in 2511.09002",
    mutants={"a fifth more": lambda p, u, v, s, lam, t: _anchored(p, u, v, s, lam, t) + Rational(1, 5)},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def curation_heterogeneous_mixed_three_atoms(
    p=Simplex(3), u=Positive(hi=10), v=Positive(hi=10), s=Probability(), lam=Positive(hi=20), t=Points(0, 1, 3)
):
    """K = oo, with real data, for every lam: a fit never lowers lam times Nash's welfare less KL(real data || model).

    Two users, to whom three atoms are worth (u, v, 1) and (1, v, u). No simulation: nothing is random.
    """
    return Ge(_anchored(p, u, v, s, lam, t + 1), _anchored(p, u, v, s, lam, t))


def _anchored(p, u, v, s, lam, t) -> Expr:
    """lam times Nash's welfare of the two users, less KL(real data || model), after t fits."""
    users = ((u, v, 1), (1, v, u))
    return anchored_welfare(masses_of(two_users(p, *users, s, lam), t), users, s, lam, p)


@claim(
    source="derived: a fixed point of one fit",
    mutants={"as in the real data": lambda p, u, v, s, lam: p[0]},
    unreached={"derivation": "no form of the law after infinitely many rounds"},
)
def curation_heterogeneous_mixed_limit(
    p=Simplex(3), u=Positive(hi=10), v=Positive(hi=10), s=Probability(), lam=Positive(hi=5, notable=(half, 1, 2))
):
    """There it settles: at atom i with the mass p_i/(1 + lam - lam sum_u s_u f_u(i)/E f_u), which is the maximum.

    One witness: nothing is random, and the limit has no closed form.
    """
    users = ((u, v, 1), (1, v, u))
    loop = two_users(p, *users, s, lam)
    end = masses_of(loop, oo)
    one, other = (Add(*(x * f for x, f in zip(end, weights, strict=True))) for weights in users)
    return Eq(end[0], p[0] / (1 + lam - lam * (s * u / one + (1 - s) / other)))


# ---- cyclic tastes --------------------------------------------------------------------------------------------------


third = Rational(1, 3)


def cyclic(w, start, lam=oo) -> UsersLoop:
    """Three atoms, two candidates, and three kinds of users whose rankings are turned: weights w^2, w, 1.

    The real data have equal masses.
    """
    users, even = ((w**2, w, 1), (1, w**2, w), (w, 1, w**2)), Finite((third,) * 3)
    return UsersLoop(even, users, even, 2, lam, start=Finite(start))


def off_middle(masses: Sequence) -> Expr:
    """The squared distance from equal masses."""
    return Add(*((p - third) ** 2 for p in masses))


@claim(
    source=f"derived: the product of three factors of sum 3 is at most 1 ({TASTES})",
    mutants={"a hundredth less": lambda p, w: Rational(99, 100) * Mul(*p)},
    unreached={"derivation": "no certificate for the sign of the difference of the products"},
)
def curation_condorcet_cycling(p=Simplex(3), w=Reals(1, 20)):
    """Cyclic users, two candidates: a round never raises the product p1 p2 p3, which is largest in the middle.

    The middle is fixed, and no later model is nearer to it in that sense: the loop turns round it and does not settle there.
    """
    return Le(Mul(*masses_of(cyclic(w, p), 1)), Mul(*p))


TURNED = (Rational(34, 100), Rational(33, 100), Rational(33, 100))


@claim(
    source="the convergence of one kind of users, taken for that of any mixture",
    expected="fails",
    corrected="curation-condorcet-cycling",
)
def curation_condorcet_cycling_converges(t=Points(20, 50)):
    """Cyclic users, two candidates: after t rounds the loop is at most as far from its fixed point in the middle as at first."""
    loop = cyclic(exp(10), TURNED)
    return Le(off_middle(masses_of(loop, t)), off_middle(TURNED))


def advantage(w) -> Expr:
    """By how much more than one half the first atom wins against the second, over all users."""
    return (2 * w / (1 + w) + 1 / (1 + w**2)) / 3 - half


@claim(
    source="derived: the square of the modulus of the linear part's complex pair",
    mutants={"as without users": lambda n, w, lam: (lam / (1 + lam)) ** 2},
)
def curation_condorcet_reference_threshold(n=Integers(4), w=Reals(1, 20), lam=Positive()):
    """With real data a fit multiplies small squared distances from the middle by m = (lam/(1 + lam))^2 (1 + 4 a^2/3).

    a is the mean advantage of an atom over the next one. The middle attracts for m < 1, that is lam < 1/(sqrt(1 + 4 a^2/3) - 1),
    and repels for m > 1; a < 1/6, so that this threshold is never below 54.495.
    """
    after = masses_of(cyclic(w, (third + 1 / n, third, third - 1 / n), lam), 1)
    return Tends(
        n**2 * off_middle(after) / 2, (n, 4, oo), (lam / (1 + lam)) ** 2 * (1 + 4 * advantage(w) ** 2 / 3), rate=4 / n
    )


@claim(
    source="one kind of users, taken for all mixtures",
    expected="fails",
    corrected="curation-condorcet-reference-threshold",
)
def curation_condorcet_reference_threshold_any_share(lam=Points(100), t=Points(20, 50)):
    """Any share of real data, here one in a hundred, makes the loop approach its fixed point."""
    return Le(off_middle(masses_of(cyclic(exp(10), TURNED, lam), t)), off_middle(TURNED))
