"""The derivation witness proves what is true and, above all, nothing else: every false twin is refused."""

import functools
from contextlib import suppress
from fractions import Fraction

import pytest
from exact import certified_sign
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from runs import examples
from stated import assert_proved, is_proved, stated
from sympy import (
    Abs,
    And,
    Eq,
    Ge,
    Gt,
    Integer,
    Le,
    Lt,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    cos,
    digamma,
    exp,
    gamma,
    log,
    oo,
    pi,
    polygamma,
    sqrt,
    symbols,
    sympify,
    tanh,
)
from sympy import (
    E as euler,
)

from theory import (
    Claim,
    Cov,
    E,
    GaussianLoop,
    Integers,
    Noise,
    Normal,
    PathMax,
    Points,
    Positive,
    Prob,
    Probability,
    Reals,
    RisesThenFalls,
    Tends,
    Var,
    c4,
    catalogue,
    claim,
)
from theory.discrete.common import SymbolLoop
from theory.gaussian.common import drift, factor_moment
from theory.language.errors import BadInput, CannotTell
from theory.language.moments import Shape
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.programs import enclose as ball_of
from theory.proof.enclose import decide_part, enclose
from theory.proof.prepared import Part, prepare
from theory.proof.reach import planned
from theory.proof.relations.lemmas import (
    Link,
    cauchy_schwarz,
    doob_entropy,
    doob_power,
    doob_square,
    doob_tail,
    jensen,
    last_of_path,
    markov,
    root_mean_square,
    telescoped,
    verified,
    ville,
)
from theory.proof.relations.limit import is_null
from theory.proof.relations.prove import prove
from theory.proof.signs import Certificate, chart, positive
from theory.proof.signs.orders import certify as certified
from theory.proof.signs.sign import Asked
from theory.proof.symbols.normal_forms import same_roots
from theory.proof.twins import falsified

half = Rational(1, 2)
k = Symbol("k", integer=True, nonnegative=True)
t = Symbol("t", integer=True, nonnegative=True)
s = Symbol("s", integer=True, nonnegative=True)
y = Symbol("y", positive=True)
n, nu = k + 2, k + 1

CLAIMS = {c.id: c for c in catalogue()}

PROVED = sorted(c.id for c in CLAIMS.values() if c.expected == "holds" and "derivation" not in c.unreached)


def lemmas_of(c):
    """The names of the lemmas that the claim's own proof goes by."""
    names, c = [], c.said
    for part in (p for case in c.cases or [{}] for p in prepare(c, case).parts):
        with suppress(BadInput):  # the other side of a limit is proved without
            names += [x.name for link in (c.proof(part.original) if c.proof else ()) for x in _lemma(link)]
    return list(dict.fromkeys(names))


def _lemma(link):
    return _lemma(link.of) if link.of is not None else [verified(link)] if link.lemma else []


def twin(c, change):
    """The claim `c` with the right-hand side of every part of its relation changed: (part, values) -> expression.

    Of a claim about every law that of any law is changed: of which proofs are.
    """
    c = c.said

    @functools.wraps(c.function)
    def function(**values):
        r = c.function(**values)
        shares = {n: x for p, names in c.composed.items() for n, x in zip(names, values[p], strict=False)}
        values = {name: v for name, v in values.items() if name not in c.composed} | shares
        case = {name: v for name, v in values.items() if name not in c.symbols}
        new = [
            p.original.func(p.original.lhs, change(p, values), evaluate=False)
            if isinstance(p, Part)
            else falsified(p, change(p, values)).shape
            for p in prepare(c, case).parts
        ]
        assert new, r
        return new[0] if len(new) == 1 else And(*new, evaluate=False)

    return Claim(function, where=c.where, proof=c.proof)


@functools.cache
def proof_of(name):
    return prove(CLAIMS[name])


# ---- the catalogue ------------------------------------------------------------------------------------------------------


# their proofs, or the ways to none, take five seconds
DEAR = {
    "diffusion-truncated-start-kl",  # with a shift that it does not show
    "filter-topq-gaussian-refit-mean",
    "filter-verifier-threshold",
    "filter-verifier-threshold-above",
    "kde-amise-error-propagation",
}


def dear_in_the_long_run(names):
    return [pytest.param(name, marks=[pytest.mark.long] * (name in DEAR)) for name in names]


@pytest.mark.thin(36)
@pytest.mark.parametrize("name", dear_in_the_long_run(PROVED))
def test_what_must_be_proved(name):
    proof, lemmas = proof_of(name), lemmas_of(CLAIMS[name])
    assert proof.proved, f"{proof.reason}: if no derivation reaches the claim, it says why by unreached="
    assert not proof.refuted
    assert proof.given == lemmas
    assert proof.steps
    assert proof.method == "derivation" + (f", given {lemmas[0]}" if lemmas else "")
    assert len(lemmas) == (CLAIMS[name].proof is not None)


@pytest.mark.parametrize(
    "name", ["discrete-polya-beta-mad", "mix-fixed-real-rises-then-falls-in-t", "mixing-tv-recursion-attained"]
)
def test_the_written_form_of_a_parameter_hides_no_proof(name):
    """A start beside the same number in the claim; a share, whose sign a sum of fractions hides; masses of the side condition."""
    assert proof_of(name).proved


@pytest.mark.thin(48)
@pytest.mark.parametrize("name", dear_in_the_long_run(sorted(set(CLAIMS) - set(PROVED))))
def test_what_is_not_proved_says_so_or_is_false(name):
    proof = proof_of(name)
    assert not proof.proved, "take the derivation out of unreached="
    assert proof.reason


def test_only_what_holds_says_why_it_is_not_proved():
    assert all(c.expected == "holds" for c in CLAIMS.values() if "derivation" in c.unreached)
    assert all(c.proof is None for c in CLAIMS.values() if c.id not in PROVED)


def test_a_strict_inequality_of_identical_sides_is_refuted():
    proof = proof_of("gaussian-variance-mean-martingale-shrinks")
    assert proof.refuted
    assert "identical" in proof.reason


# ---- false twins --------------------------------------------------------------------------------------------------------

MUTANTS = [(c, name) for c in CLAIMS.values() for name in c.mutants]


@pytest.mark.thin(120)
@pytest.mark.parametrize(("c", "mutant"), MUTANTS, ids=[f"{c.id}: {mutant}" for c, mutant in MUTANTS])
def test_no_mutant_is_proved(c, mutant):
    def change(part, values):
        value = c.said.call(c.mutants[mutant], values)
        return value.get(part.op, part.original.rhs) if isinstance(value, dict) else value

    assert not prove(twin(c, change)).proved


SHIFT = Rational(1, 10**9)


SLOW = "discrete-laplace-smoothing-loop-two-symbols"  # with a shift its powers are multiplied out for minutes


@pytest.mark.thin(72)
@pytest.mark.parametrize("name", dear_in_the_long_run(name for name in PROVED if name != SLOW))
def test_no_claim_is_proved_with_its_right_side_shifted(name):
    """Equalities in either direction, inequalities towards the false side, by a factor as near to 1 as you like.

    Where the range of a variable ends, an inequality has slack: no more of it than there is at the claim's own points.
    """
    c = CLAIMS[name]
    if isinstance(c.relation(), Shape) or all(p.original.rhs == 0 for p in prepare(c).parts):
        pytest.skip("it has no right side that a factor shifts")

    def sharper(size):
        def change(part, values):
            rhs = part.original.rhs
            if rhs.is_infinite:
                return 1 / size  # an infinite mean is above any number, and not equal to it
            upper = part.op in ("<=", "<")
            negative = (
                any(_is_negative(prepare(c, p.values).parts[part.number], p.values) for p in c.points(3, 0))
                if part.op != "=="
                else False
            )
            return rhs * (1 - size if upper != negative else 1 + size)

        return twin(c, change)

    if prove(sharper(SHIFT)).proved:
        if "ball" in c.unreached:
            pytest.skip("no ball tells how much slack there is")
        ends = [isinstance(d, Points) or d.lo.is_finite or d.hi.is_finite for d in c.domain.values()]
        assert any(ends) or not ends
        slack = min(_slacks(c))
        assert slack > SHIFT
        assert slack < 1
        assert not prove(sharper(slack * (1 + SHIFT))).proved
    if prepare(c).parts[0].op == "==" and not prepare(c).parts[0].original.rhs.is_infinite:
        assert not prove(twin(c, lambda part, values: part.original.rhs * (1 + SHIFT))).proved


def _is_negative(part, values):
    return part.side(part.b, values, _moments(part, values)) < 0


def _slacks(c):
    """How far the sides of the inequalities are from each other, beside the right one, at the claim's points."""
    for values in (p.values for p in planned(c)):
        for part in prepare(c, values).parts:
            assert part.op != "=="
            if part.original.rhs == 0:
                continue  # no factor moves it
            _, a, b = decide_part(part, values, 0.01)
            yield Rational(float(abs((b - a) / b).upper()))


def _moments(part, values):
    from theory.proof.enclose import value

    out = {}
    for d, m in part.moments_at(values).items():
        try:
            out[d] = value(m).value
        except CannotTell:
            out[d] = ball_of(Integer(1))
    return out


@settings(max_examples=6)
@given(data=st.data())
def test_no_equality_is_proved_with_a_term_added(data):
    """A random multiple of a random small term, on a random equality of the catalogue."""
    c = CLAIMS[data.draw(st.sampled_from(PROVED))]
    assume(isinstance(c.relation(), Eq) and c.relation().rhs.is_finite is not False)
    size = data.draw(st.fractions(-1, 1, max_denominator=10**6).filter(bool))
    kind = data.draw(st.sampled_from(["t", "n", "1", "drift"]))

    def change(part, values):
        term = {
            "t": values.get("t", 1),
            "n": 1 / values.get("n", 2) ** 3,
            "1": 1,
            "drift": drift(values.get("n", 3) + 3),
        }[kind]
        return part.original.rhs + Rational(size) * term

    assert not prove(twin(c, change)).proved


def test_the_scale_of_the_formula_is_kept():
    """Rule 14: with sigma0 = 1 everywhere, E sigma_t = c4^t sigma0^2 would be proved, and supported."""
    c = CLAIMS["gaussian-sigma-mean-c4"]
    false = twin(c, lambda part, values: c4(values["n"]) ** values["t"] * values["sigma0"] ** 2)
    assert not prove(false).proved
    findings = enclose(false, c.points())
    assert findings[0].verdict == Verdict.REFUTED
    assert {f.verdict for f in findings if f.point["sigma0"] != "1"} == {Verdict.REFUTED}
    assert {f.verdict for f in findings if f.point["sigma0"] == "1"} == {Verdict.SUPPORTED}


def test_location_is_kept():
    @claim
    def second(n=Integers(2), t=Integers(0), mu0=Reals()):
        """The second moment without mu0^2."""
        return Eq(E(GaussianLoop(n, 1, mu0).mu(t) ** 2), t / n)

    assert not prove(second).proved
    assert prove(twin(second, lambda part, v: v["t"] / v["n"] + v["mu0"] ** 2)).proved


# ---- certificates -------------------------------------------------------------------------------------------------------

BOUNDS = {
    "c4, below": (c4(n) - sqrt(1 - 1 / (2 * nu)), c4(n) - sqrt(1 - 1 / (2 * nu) + 1 / (7 * nu**2))),
    "c4, above": (1 / sqrt(1 + 1 / (2 * nu)) - c4(n), sqrt(1 - 1 / (2 * nu) + 1 / (9 * nu**2)) - c4(n)),
    "c4 below 1": (1 - c4(n), 1 - 1 / (4 * nu) - c4(n)),
    "1 - c4": (1 / (4 * nu) - (1 - c4(n)), 1 / (4 * nu) - 1 / (31 * nu**2) - (1 - c4(n))),
    "digamma, above": (-1 / nu - drift(nu), -1 / nu - 1 / (3 * nu**2) - drift(nu)),
    "digamma, below": (drift(nu) + 1 / nu + 1 / (3 * nu**2), drift(nu) + 1 / nu + Rational(33, 100) / nu**2),
    "trigamma, below": (polygamma(1, nu / 2) - 2 / nu, polygamma(1, nu / 2) - 2 / nu - 3 / nu**2),
    "trigamma, above": (2 / nu + 4 / nu**2 - polygamma(1, nu / 2), 2 / nu + 1 / nu**2 - polygamma(1, nu / 2)),
    "gamma ratio": (
        gamma(n / 2 + 1) / gamma(n / 2 + half) - sqrt(n / 2 + Rational(1, 4)),
        gamma(n / 2 + 1) / gamma(n / 2 + half) - sqrt(n / 2 + Rational(3, 10)),
    ),
    "rational": ((n - 1) / (n + 1) - Rational(1, 3), (n - 1) / (n + 1) - Rational(1, 3) - Rational(1, 10**9)),
    "Bernoulli": ((1 + y) ** t - 1 - t * y, (1 + y) ** t - 1 - t * y - y / 10**6),
    "decay": (1 - (1 - 1 / n) ** t, Rational(1, 2) - (1 - 1 / n) ** t),
    "ratio in t": (
        Rational(3, 2) * Rational(2, 3) ** t - Rational(1, 2) ** t,
        Rational(99, 100) * Rational(2, 3) ** t - half**t,
    ),
}


@pytest.mark.parametrize(("true", "false"), BOUNDS.values(), ids=BOUNDS)
def test_bounds_are_certified_and_slightly_stronger_ones_are_not(true, false):
    cert = Certificate()
    assert positive(true, cert, strict=False)
    assert not positive(false, Certificate(), strict=False)
    assert not positive(-true, Certificate(), strict=True)


@pytest.mark.parametrize(
    "x", [c4(n) - sqrt(1 - 1 / (2 * nu)), 1 / sqrt(1 + 1 / (2 * nu)) - c4(n), -1 / nu - drift(nu)], ids=str
)
def test_certificates_tell_their_steps(x):
    cert = Certificate()
    assert positive(x, cert)
    assert any("telescoping" in step for step in cert.steps)


def test_a_sign_is_strict_or_not():
    assert positive(k, Certificate(), strict=False)
    assert not positive(k, Certificate())
    assert positive(k * y + 1, Certificate())
    assert positive(y * t, Certificate(), strict=False)
    assert not positive(y * t, Certificate())
    assert positive(y**2 - 2 * y + 1 - (1 - y) ** 2, Certificate(), strict=False)
    assert not positive(y - y, Certificate())
    assert not positive((y - 1) ** 2 - 1, Certificate(), strict=False)


def test_a_quotient_is_not_positive_where_it_is_not_defined():
    assert positive(1 / (k + 1), Certificate())
    assert not positive(1 / k, Certificate(), strict=False)
    assert not positive((k + 1) / (k * (k + 2)), Certificate(), strict=False)


def test_an_induction_needs_the_sign_of_every_change():
    """(k-5)/2^t + (k-5) t/2 + 6 falls without end at k = 0, although its step vanishes with 2^-t put to 1."""
    f = (k - 5) * half**t + (k - 5) * t / 2 + 6
    assert f.subs({k: 0, t: 5}) < 0
    assert not positive(f, Certificate(), strict=False)
    assert positive(-(half**t) + t / 2 + 2, Certificate())  # here the change has one sign


def test_telescoping_to_a_growing_function_starts_at_integers_only():
    """Positive at 0 and at 1 and growing by steps of 2, but negative at 1/2."""

    def f(x):
        return digamma(x / 2 + 1) + 4 * (x - half) ** 2 - Rational(1, 5)

    assert ball_of(f(half)) < 0
    assert not positive(f(y), Certificate())
    assert positive(f(k), Certificate())


def test_charts_cover_their_domains():
    x = Symbol("x", real=True)
    for domain in (Positive(), Probability(), Reals(1, 3), Reals(2, oo), Reals(-oo, -1), Integers(3), Integers(-2, 9)):
        c = chart(domain.symbol("x"), domain)
        (free,) = c.free_symbols
        values = [c.subs(free, v) for v in ((0, 1, 17) if free.is_integer else (Rational(1, 1000), 1, 1000))]
        inside = [domain.contains(v) or (isinstance(domain, Integers) and v > domain.hi) for v in values]
        assert all(inside), domain
    assert chart(x, Reals()) is None
    assert chart(Symbol("m", integer=True), Integers(-oo, 4)) is None


rationals = st.fractions(-6, 6, max_denominator=3).map(Rational)
coefficients = st.sampled_from(
    [
        S.One,
        k - 1,
        k + 1,
        k + 2,
        1 / (k + 1),
        1 / (k + 2),
        y,
        1 + y,
        y - 1,
        1 / (1 + y),
        log(1 + 1 / (k + 1)),
        log(k + 2),
        log(1 + y),
        digamma((k + 1) / 2),
        polygamma(1, (k + 1) / 2),
        digamma(y / 2 + 1),
        gamma(k / 2 + 1) / gamma(k / 2 + half),
        sqrt(k + 1),
        k - 5,
    ]
)
bases = st.sampled_from(
    [half, Rational(2, 3), S(2), nu / n, (k + 3) / (k + 1), y / (1 + y), 1 / (1 + y), sqrt(nu / n), c4(n)]
)
summands = st.tuples(rationals, coefficients, st.one_of(bases.map(lambda b: b**t), st.just(t), st.just(S.One))).map(
    lambda p: p[0] * p[1] * p[2]
)
POINTS = [
    (Integer(a), Integer(b), c)
    for a in (0, 1, 2, 5, 60)
    for b in (0, 1, 2, 9, 80)
    for c in (Rational(1, 50), half, S(1), S(20))
]


@examples(30, 80)
@given(terms=st.lists(summands, min_size=1, max_size=3), strict=st.booleans())
def test_a_certified_sign_is_the_sign_in_balls(terms, strict):
    """Random sums of the kind that claims lead to: nothing certified is ever found negative."""
    f = sum(terms, S.Zero)
    if not positive(f, Certificate(), strict):
        return
    for a, b, c in POINTS:
        here = {v: w for v, w in ((k, a), (t, b), (y, c)) if v in f.free_symbols}
        ball = ball_of(f, here)
        assert ball.is_finite()
        assert not (ball < 0), here
        assert not (strict and ball == 0), here


# ---- side conditions and existence --------------------------------------------------------------------------------------


def test_a_moment_is_proved_only_where_it_exists():
    @claim
    def inverse(n=Integers(2), t=Integers(0)):
        """E sigma^-2 exists for n >= 4 only."""
        return Eq(E(GaussianLoop(n).sigma(t) ** -2), ((n - 1) / (n - 3)) ** t)

    assert not prove(inverse).proved
    assert "exists only where" in prove(inverse).reason
    assert prove(Claim(inverse.function, where=lambda n: n > 3)).proved
    assert not prove(Claim(inverse.function, where=lambda n: n > 2)).proved


def test_an_infinite_moment_needs_a_fit_and_the_whole_condition():
    c = CLAIMS["gaussian-variance-all-moments-infinite"]
    assert prove(c).proved
    assert not prove(Claim(c.function, where=lambda n, q: q < -(n - 1) / 2 + 1)).proved
    assert not prove(Claim(c.function)).proved

    @claim(where=lambda n, q: q <= -(n - 1) / 2)
    def from_the_start(n=Integers(2), t=Integers(0), q=Reals(hi=0)):
        """At t = 0 it is finite."""
        return Eq(E(GaussianLoop(n).sigma(t) ** (2 * q)), oo)

    assert not prove(from_the_start).proved


def test_a_condition_of_a_claim_may_be_what_its_sign_needs():
    def ordered(n=Integers(2), m=Integers(2), t=Integers(0)):
        """True where m <= n."""
        return Le(m * E(GaussianLoop(n).sigma(t) ** 2), n)

    assert prove(Claim(ordered, where=lambda n, m: m <= n)).proved
    assert prove(Claim(ordered, where=lambda n, m: m < n)).proved
    assert not prove(Claim(ordered)).proved
    assert not prove(Claim(ordered, where=lambda n, m: m <= n + 1)).proved
    assert not prove(Claim(ordered, where=lambda n, m: m >= n)).proved


def test_a_finite_domain_is_enumerated_in_balls():
    @claim
    def near(n=Integers(2, 40)):
        """A bound that has no certificate, strict at every value."""
        return Lt(E(GaussianLoop(n).sigma(1)), sqrt(cos(1 / sqrt(n))))

    assert prove(near).proved
    assert any("in balls" in step for step in prove(near).steps)
    assert not prove(twin(near, lambda part, v: exp(-1 / (4 * v["n"])) - Rational(1, 300))).proved
    assert not prove(
        Claim(functools.wraps(near.function)(lambda n: Eq(near.function(n).lhs, near.function(n).rhs)))
    ).proved


def test_enumeration_keeps_the_existence_conditions():
    """E sigma_1^-2 is infinite at n = 2; its form (n-1)/(n-3) is -1 there."""

    @claim
    def negative(n=Integers(2, 2)):
        """A mean of squares below 0."""
        return Lt(E(GaussianLoop(n).sigma(1) ** -2), 0)

    assert not prove(negative).proved


# ---- limits -------------------------------------------------------------------------------------------------------------


def decay(rate, start=0, first=0):
    def tends(n=Integers(2), t=Integers(first)):
        """The mean tends to 0, at a rate."""
        return Tends(E(GaussianLoop(n).sigma(t)), (t, start, oo), 0, rate=rate(n, t))

    return Claim(tends)


@pytest.mark.parametrize(
    "rate",
    [
        lambda n, t: c4(n) ** t,
        lambda n, t: (1 + 1 / (2 * (n - 1))) ** (-t / 2),
        lambda n, t: 2 * c4(n) ** t,
    ],
    ids=["exact", "bound", "twice"],
)
def test_a_limit_with_a_rate(rate):
    proof = prove(decay(rate))
    assert proof.proved
    assert any("vanishes" in step for step in proof.steps)


@pytest.mark.parametrize(
    "rate",
    [
        lambda n, t: 1,
        lambda n, t: 2 + 1 / (t + 1),
        lambda n, t: 2**t,
        lambda n, t: c4(n) ** (t + 1),
        lambda n, t: c4(n) ** t / 2,
        lambda n, t: 1 + c4(n) ** t,
        lambda n, t: exp(-t),
        lambda n, t: (1 + 1 / n) ** t,
        lambda n, t: t + 1,
    ],
    ids=[
        "one",
        "to two",
        "grows",
        "one step too small",
        "half",
        "one and the rest",
        "too fast",
        "slowly growing",
        "linear",
    ],
)
def test_a_rate_must_vanish_and_hold(rate):
    assert not prove(decay(rate)).proved


@pytest.mark.parametrize(
    ("rate", "vanishes"),
    [
        (half**t, True),
        (t * half**t, True),
        (1 / (t + 1), True),
        (1 / sqrt(t + 1), True),
        (c4(n) ** t, True),
        (S.One, False),
        (half**t + 1, False),
        (1 - half**t, False),
        (t / (t + 1), False),
        (2**t, False),
        ((-2) ** t, False),
        ((-1) ** t, False),
        (log(t + 2), False),
        (log(2) + log(t / 2) - digamma(t / 2), False),
        ((1 + 1 / n) ** t * half, False),
    ],
    ids=str,
)
def test_vanishing(rate, vanishes):
    assert is_null(rate, t, certified_sign) is vanishes


def test_a_limit_from_an_earlier_start_than_its_domain():
    """|E sigma_t| <= t c4^t / 5 is claimed for all t >= 0 and holds for t >= 5, the domain of t."""
    assert not prove(decay(lambda n, t: t * c4(n) ** t / 5, start=0, first=5)).proved


def test_a_limit_from_the_start_of_its_domain():
    assert prove(decay(lambda n, t: t * c4(n) ** t / 5, start=5, first=5)).proved
    assert not prove(decay(lambda n, t: t * c4(n) ** t / 5, start=0, first=0)).proved


def test_a_limit_over_a_domain_that_ends():
    """1/sqrt(n) <= 8/n holds up to n = 64 only; (n, 2, oo) says for all n."""

    @claim
    def rate_of_another_power(n=Integers(2, 50)):
        """A limit, on fifty values."""
        return Tends(1 / sqrt(n), (n, 2, oo), 0, rate=8 / n)

    assert not prove(rate_of_another_power).proved


def test_shapes_of_powers_have_no_derivation():
    @claim
    def shape(case=Points(5, 6)):
        """A shape."""
        return RisesThenFalls(Var(GaussianLoop(case, estimator="mle").sigma(t) ** 2), (t, 0, 9), peak=5)

    proof = prove(shape)
    assert not proof.proved
    assert "the turn is not certified" in proof.reason


# ---- proofs by lemmas ---------------------------------------------------------------------------------------------------


def made(relation, proof, n_from=2, **domains):
    """A claim with loop sizes n and times t, from a function of (n, t, K)."""

    def made_up(n=Integers(n_from), t=Integers(0), K=Positive()):
        """Made for a test."""
        return relation(n, t, K)

    return Claim(made_up, proof=proof, **domains)


def growing(n):  # the divisor n - 2: sigma^2 grows by (n-1)/(n-2), a submartingale
    return GaussianLoop(n, estimator=2)


def tail(x, level, bound):
    return Le(Prob(PathMax(x, (s, 0, level[0])) >= level[1]), bound)


def test_lemmas_on_maxima_are_tried_unasked():
    s = Symbol("s", integer=True)
    domains = {"n": Integers(2), "t": Integers(0), "K": Positive()}
    tail = lambda n, t, K: Prob(PathMax(GaussianLoop(n).sigma(s) ** 2, (s, 0, t)) >= K)  # noqa: E731
    found = prove(stated(lambda n, t, K: Le(tail(n, t, K), 1 / K), **domains))
    assert found.proved
    assert found.given == ["Ville"]
    assert not is_proved(lambda n, t, K: Le(tail(n, t, K), 1 / (2 * K)), **domains)
    assert not prove(stated(lambda n, t, K: Lt(tail(n, t, K), 1 / K), **domains)).proved  # a lemma gives <=
    far = lambda n, t, K: Prob(PathMax(Abs(GaussianLoop(n).mu(s)), (s, 0, t)) >= K)  # noqa: E731
    assert_proved(lambda n, t, K: Le(far(n, t, K), t / (n * K**2)), **domains)
    assert not is_proved(lambda n, t, K: Le(far(n, t, K), t / (n * K**3)), **domains)


def test_ville_for_martingales_and_supermartingales():
    for loop in (
        GaussianLoop,
        lambda n: GaussianLoop(n, estimator="mle"),
        lambda n: GaussianLoop(n, sampling_bias=half),
    ):
        c = made(lambda n, t, K, loop=loop: tail(loop(n).sigma(s) ** 2, (t, K), 1 / K), ville())
        assert prove(c).proved
        assert prove(c).given == ["Ville"]


@pytest.mark.parametrize(
    "relation",
    [
        lambda n, t, K: tail(growing(n).sigma(s) ** 2, (t, K), 1 / K),
        lambda n, t, K: tail(GaussianLoop(n).sigma(s) ** 4, (t, K), 1 / K),
        lambda n, t, K: tail(GaussianLoop(n).sigma(s) ** 2 * 2**s, (t, K), 1 / K),
        lambda n, t, K: tail(1 + GaussianLoop(n).mu(s), (t, K), 1 / K),
        lambda n, t, K: tail(GaussianLoop(n).mu(s) ** 2, (t, K), 0),
        lambda n, t, K: tail(GaussianLoop(n).sigma(s) ** 2, (t, K), half / K),
        lambda n, t, K: tail(GaussianLoop(n).sigma(s) ** 2, (t, K), 1 / K**2),
        lambda n, t, K: tail(GaussianLoop(n, 2).sigma(s) ** 2, (t, K), 1 / K),
        lambda n, t, K: Le(Prob(PathMax(GaussianLoop(n).sigma(s) ** 2, (s, 1, t)) >= K), 1 / K),
        lambda n, t, K: Lt(Prob(PathMax(GaussianLoop(n).sigma(s) ** 2, (s, 0, t)) >= K), 1 / K),
        lambda n, t, K: Le(2 * Prob(PathMax(GaussianLoop(n).sigma(s) ** 2, (s, 0, t)) >= K), 1 / K),
        lambda n, t, K: Le(Prob(PathMax(GaussianLoop(n).sigma(s) ** 2, (s, 0, t)) <= K), 1 / K),
        lambda n, t, K: Ge(Prob(PathMax(GaussianLoop(n).sigma(s) ** 2, (s, 0, t)) >= K), 1 / K),
        lambda n, t, K: Le(Prob(GaussianLoop(n).sigma(t) ** 2 >= K), half / K),
    ],
    ids=[
        "submartingale",
        "fourth power",
        "growing factor",
        "may be negative",
        "error",
        "half the bound",
        "square",
        "other start",
        "path from 1",
        "strict",
        "twice",
        "below a level",
        "from below",
        "no path",
    ],
)
def test_ville_is_refused(relation):
    assert not prove(made(relation, ville(), n_from=3)).proved


@pytest.mark.parametrize(
    ("relation", "proof"),
    [
        (
            lambda n, t, K: Le(
                Prob(PathMax(Abs(log(GaussianLoop(n).sigma(s) ** 2)), (s, 0, t)) >= K),
                (t * polygamma(1, (n - 1) / 2) + t**2 * drift(n - 1) ** 2) / K**2,
            ),
            doob_tail(2),
        ),
        (
            lambda n, t, K: Le(Prob(PathMax(Abs(GaussianLoop(n).mu(s)), (s, 0, t)) >= K), half * t / (n * K**2)),
            doob_tail(2),
        ),
        (
            lambda n, t, K: Le(Prob(PathMax(Abs(GaussianLoop(n).mu(s) + s), (s, 0, t)) >= K), (t / n + t**2) / K**2),
            doob_tail(2),
        ),
        (lambda n, t, K: Le(Prob(PathMax(GaussianLoop(n).mu(s) ** 2, (s, 0, t)) >= K), t / (n * K)), doob_tail(2)),
        (
            lambda n, t, K: Le(
                E(PathMax(log(GaussianLoop(n).sigma(s)) ** 2, (s, 0, t))),
                t * polygamma(1, (n - 1) / 2) + t**2 * drift(n - 1) ** 2,
            ),
            doob_square(),
        ),
        (lambda n, t, K: Le(E(PathMax(GaussianLoop(n).mu(s) ** 2, (s, 0, t))), 3 * t / n), doob_square()),
        (lambda n, t, K: Le(E(PathMax(GaussianLoop(n).mu(s) ** 4, (s, 0, t))), 10 * t**4), doob_square()),
        (lambda n, t, K: Le(E(PathMax(GaussianLoop(n).sigma(s), (s, 0, t))), Rational(19, 10)), doob_power(half)),
        (lambda n, t, K: Le(E(PathMax(growing(n).sigma(s), (s, 0, t))), 2), doob_power(half)),
        (lambda n, t, K: Le(E(PathMax(GaussianLoop(n).sigma(s) ** 4, (s, 0, t))), 2), doob_power(2)),
        (
            lambda n, t, K: Le(
                E(PathMax(GaussianLoop(n, 2).sigma(s) ** 2, (s, 0, t))),
                euler / (euler - 1) * (1 + 1 / euler + 4 * (log(4) + t * (drift(n - 1) + 2 / (n - 1)))),
            ),
            doob_entropy(),
        ),
        (
            lambda n, t, K: Le(
                E(PathMax(GaussianLoop(n).sigma(s) ** 2, (s, 0, t))),
                euler / (euler - 1) * (1 + t * (drift(n - 1) + 2 / (n - 1))),
            ),
            doob_entropy(),
        ),
        (lambda n, t, K: Ge(E(PathMax(GaussianLoop(n).mu(s) ** 2, (s, 0, t))), t / (n - 1)), last_of_path()),
        (lambda n, t, K: Le(E(Abs(GaussianLoop(n).mu(t))), sqrt(2 / (pi * n)) / (1 - c4(n)) / 2), telescoped()),
        (lambda n, t, K: Le(E(Abs(GaussianLoop(n, 1, 1).mu(t))), sqrt(2 / (pi * n)) / (1 - c4(n))), telescoped()),
    ],
    ids=[
        "log has a drift",
        "half of Kolmogorov",
        "a moving martingale",
        "no absolute value",
        "square of a log",
        "3 for 4",
        "fourth power",
        "below 2",
        "growing power",
        "power above 1",
        "entropy from 4",
        "entropy without 1/e",
        "last value n - 1",
        "half the path",
        "not from the truth",
    ],
)
def test_path_lemmas_are_refused(relation, proof):
    assert not prove(made(relation, proof, n_from=3)).proved


def test_path_lemmas_with_a_compensated_martingale():
    """log sigma_s^2 - s drift is a martingale: the bound variable in it stays inside."""

    def relation(n, t, K, constant=4):
        m = log(GaussianLoop(n).sigma(s) ** 2) - s * drift(n - 1)
        return Le(E(PathMax(m**2, (s, 0, t))), constant * t * polygamma(1, (n - 1) / 2))

    assert prove(made(relation, doob_square())).proved
    assert not prove(made(lambda n, t, K: relation(n, t, K, 3), doob_square())).proved


@pytest.mark.parametrize(
    ("relation", "power"),
    [
        (lambda n, t, K: Le(Prob(GaussianLoop(n).mu(t) >= K), 0), 1),
        (lambda n, t, K: Le(Prob(GaussianLoop(n).sigma(t) ** 2 >= K), half / K), 1),
        (lambda n, t, K: Le(Prob(GaussianLoop(n).sigma(t) ** 2 >= K), 1 / K**2), 2),
        (lambda n, t, K: Le(Prob(GaussianLoop(n).sigma(t) ** 2 >= K), K * factor_moment(n - 1, -1) ** t), -1),
        (lambda n, t, K: Le(Prob(log(GaussianLoop(n).sigma(t) ** 2) >= K), t * drift(n - 1) / K), 1),
        (lambda n, t, K: Le(Prob(Abs(GaussianLoop(n).mu(t)) >= K), t / (n * K)), 2),
        (lambda n, t, K: Le(Prob(Abs(GaussianLoop(n).mu(t)) >= K - 5), 2 / sqrt(n) * sqrt(t) / (K - 5)), 1),
        (lambda n, t, K: Le(E(GaussianLoop(n).sigma(t) ** 2), 1 / K), 1),
    ],
    ids=[
        "may be negative",
        "half",
        "no growth of the square",
        "negative power",
        "logarithm",
        "a power of K",
        "negative level",
        "no probability",
    ],
)
def test_markov_is_refused(relation, power):
    assert not prove(made(relation, markov(power), n_from=4)).proved


def test_markov_and_chebyshev():
    assert prove(made(lambda n, t, K: Le(Prob(GaussianLoop(n).sigma(t) ** 2 >= K), 1 / K), markov(1))).proved
    assert prove(made(lambda n, t, K: Le(Prob(Abs(GaussianLoop(n).mu(t)) >= K), t / (n * K**2)), markov(2))).proved


@pytest.mark.parametrize(
    "relation",
    [
        lambda n, t, q: Le(E(GaussianLoop(n).sigma(t) ** (2 * (q + 1))), 1),
        lambda n, t, q: Ge(E(GaussianLoop(n).sigma(t) ** (2 * q / (1 + q))), 1),
        lambda n, t, q: Le(E(GaussianLoop(n).sigma(t) ** (2 * q / (1 + q))), Rational(999, 1000)),
        lambda n, t, q: Ge(E(GaussianLoop(n).sigma(t) ** (2 * (q + 1))), Rational(1001, 1000)),
        lambda n, t, q: Lt(E(GaussianLoop(n).sigma(t) ** (2 * q / (1 + q))), 1),
        lambda n, t, q: Le(E(GaussianLoop(n).sigma(t) ** (2 * q)), 1),
    ],
    ids=["convex as concave", "concave as convex", "sharper", "sharper below", "strict", "any power"],
)
def test_jensen_in_the_wrong_direction(relation):
    c = made(relation, jensen(2))
    assert not prove(c).proved


def test_jensen_in_the_right_direction():
    assert prove(made(lambda n, t, q: Le(E(GaussianLoop(n).sigma(t) ** (2 * q / (1 + q))), 1), jensen(2))).given == [
        "Jensen"
    ]
    assert prove(made(lambda n, t, q: Ge(E(GaussianLoop(n).sigma(t) ** (2 * (q + 1))), 1), jensen(2))).proved


def off(n, t):
    """By how much a fair coin is off after t fits: its variance is `lost(n, t)`."""
    return Abs(SymbolLoop(half, n).share(t) - half)


def lost(n, t):
    return (1 - (1 - 1 / n) ** t) / 4


@pytest.mark.parametrize(
    ("bound", "given"),
    [
        (lambda n, t, K: sqrt(lost(n, t)), []),  # seen without the lemma
        (lambda n, t, K: sqrt(lost(n, t) + K), []),
        (lambda n, t, K: half + K, ["Jensen"]),
    ],
)
def test_the_root_of_a_mean_square(bound, given):
    found = prove(made(lambda n, t, K: Le(E(off(n, t)), bound(n, t, K)), root_mean_square()))
    assert found.proved
    assert found.given == given


@pytest.mark.parametrize(
    "relation",
    [
        lambda n, t, K: Le(E(off(n, t)), sqrt(lost(n, t)) * Rational(999, 1000)),
        lambda n, t, K: Le(E(off(n, t)), -sqrt(lost(n, t))),
        lambda n, t, K: Le(E(off(n, t)), sqrt(lost(n, t)) - K),
        lambda n, t, K: Lt(E(off(n, t)), sqrt(lost(n, t))),
        lambda n, t, K: Ge(E(off(n, t)), sqrt(lost(n, t))),
        lambda n, t, K: Le(E(off(n, t) ** 2), lost(n, t) - K),
        lambda n, t, K: Le(2 * E(off(n, t)), Rational(1999, 1000) * sqrt(lost(n, t))),
    ],
    ids=["less", "negative", "less by a number", "strict", "from below", "a square", "less than twice"],
)
def test_the_root_of_a_mean_square_is_refused(relation):
    assert not prove(made(relation, root_mean_square())).proved


def products(small, big):
    """E(small)**2 <= E(x) * E(y), of random quantities given as functions of a loop, t and K."""

    def relation(n, t, K):
        loop = GaussianLoop(n)
        x, y = (E(f(loop, t, K)) for f in big)
        return Ge(x * y, E(small(loop, t, K)) ** 2, evaluate=False)

    return made(relation, cauchy_schwarz(), n_from=4)


def power(k):
    return lambda loop, t, K: loop.sigma(t) ** (k * K)


@pytest.mark.thin(3)
@pytest.mark.parametrize(("z", "x", "y"), [(2, 1, 3), (3, 4, 2), (2, half, Rational(7, 2))])
def test_cauchy_schwarz(z, x, y):
    assert prove(products(power(z), (power(x), power(y)))).given == ["Cauchy-Schwarz"]


def test_cauchy_schwarz_of_means():
    both = products(
        lambda loop, t, K: loop.mu(t) ** 3, (lambda loop, t, K: loop.mu(t) ** 2, lambda loop, t, K: loop.mu(t) ** 4)
    )
    assert prove(both).proved


@pytest.mark.parametrize(
    ("small", "big"),
    [
        (power(2), (power(1), power(4))),
        (power(2), (power(1), power(2))),
        (lambda loop, t, K: 2 * loop.sigma(t) ** K, (power(half), power(Rational(3, 2)))),
        (lambda loop, t, K: loop.mu(t) ** 2, (lambda loop, t, K: loop.mu(t), lambda loop, t, K: loop.mu(t) ** 3)),
        (lambda loop, t, K: loop.mu(t) ** 2, (lambda loop, t, K: loop.mu(t) - 1, lambda loop, t, K: loop.mu(t) + 1)),
    ],
    ids=["a larger power", "a smaller power", "twice", "odd powers", "a sum"],
)
def test_cauchy_schwarz_of_what_is_no_product_or_has_no_sign(small, big):
    assert not prove(products(small, big)).proved


@pytest.mark.parametrize(
    "relation",
    [
        lambda x, y, z: Ge(x * y, z**3),
        lambda x, y, z: Ge(x * sqrt(y), z**2),
        lambda x, y, z: Ge(x * y / E(GaussianLoop(5).sigma(3)), z**2),
        lambda x, y, z: Ge(x * y / 2, z**2),
        lambda x, y, z: Ge(x * y * E(GaussianLoop(9).sigma(9)), z**2),
        lambda x, y, z: Le(x * y, z**2),
        lambda x, y, z: Ge(x + y, z**2),
        lambda x, y, z: Gt(x * y, z**2),
    ],
    ids=["cube", "root", "quotient", "half", "three factors", "reversed", "sum", "strict"],
)
def test_cauchy_schwarz_in_another_form(relation):
    def of_moments(n, t, K):
        loop = GaussianLoop(n)
        return relation(E(loop.sigma(t) ** K), E(loop.sigma(t) ** (3 * K)), E(loop.sigma(t) ** (2 * K)))

    assert not prove(made(of_moments, cauchy_schwarz())).proved


def mean(n, t, K):
    return Le(E(GaussianLoop(n).sigma(t)), 1)


@pytest.mark.parametrize(
    "links",
    [
        lambda r: [Link(r.lts, c4(10)), Link(c4(11), r.gts)],
        lambda r: [Link(r.lts, Integer(0)), Link(Integer(0), r.gts)],
        lambda r: [Link(r.gts, r.lts)],
        lambda r: [Link(r.lts, r.gts + 1)],
        lambda r: [Link(r.lts - 1, r.gts)],
        lambda r: [Link(r.lts, r.lts), Link(r.gts, r.gts)],
    ],
    ids=["gap", "false middle", "reversed", "other end", "other start", "two islands"],
)
def test_links_that_do_not_join_or_do_not_hold(links):
    false = made(lambda n, t, K: Le(E(GaussianLoop(n).sigma(t)), c4(n) ** (t + 1)), links)
    assert not prove(false).proved


def test_links_that_join():
    chain = made(
        lambda n, t, K: Le(Var(GaussianLoop(n).mu(t)), t), lambda r: [Link(r.lts, 2 * r.lts), Link(2 * r.lts, r.gts)]
    )
    assert prove(chain).proved


def test_a_link_is_what_its_lemma_makes_of_its_side():
    for power, bound, ok in ((3, 1, True), (3, half, False), (4, 1, False)):
        c = made(
            lambda n, t, K: Le(Prob(GaussianLoop(n).sigma(t) ** 2 >= K), E(GaussianLoop(n).sigma(t) ** 6) / K**3),
            lambda r, power=power, bound=bound: [
                Link(
                    r.lts,
                    bound * E(r.lts.variable.gts**power) / r.lts.variable.lts**power,
                    "markov",
                    (Integer(power),),
                ),
                Link(bound * E(r.lts.variable.gts**power) / r.lts.variable.lts**power, r.gts),
            ],
        )
        assert prove(c).proved is ok


def test_a_lemma_in_words_is_not_a_proof():
    false = made(lambda n, t, K: Le(E(GaussianLoop(n).sigma(t)), 0), lambda r: [Link(r.lts, r.gts, "obviously")])
    assert not prove(false).proved


@pytest.mark.parametrize("power", [2, 4])
def test_the_triangle_inequality_is_about_an_absolute_value(power):
    """E mu_t^2 = t/n grows without end."""
    false = made(lambda n, t, K: Le(E(GaussianLoop(n).mu(t) ** power), sqrt(2 / (pi * n)) / (1 - c4(n))), telescoped())
    point = next(p for p in false.points(0, 3))
    assert (
        decide_part(prepare(false).parts[0], {**point.values, "n": Integer(10), "t": Integer(10_000)}, 0.01)[0].verdict
        == Verdict.REFUTED
    )
    assert not prove(false).proved


@pytest.mark.parametrize(
    ("relation", "proof"),
    [
        (lambda n, t, K: Le(2 * E(GaussianLoop(n).sigma(t)), 1), jensen(2)),
        (lambda n, t, K: Eq(E(GaussianLoop(n).sigma(t)), 1), jensen(2)),
        (lambda n, t, K: Eq(Prob(GaussianLoop(n).sigma(t) >= K), 1), markov()),
        (lambda n, t, K: Le(1 + E(PathMax(GaussianLoop(n).mu(s) ** 2, (s, 0, t))), 1), doob_square()),
        (lambda n, t, K: Le(2 * E(Abs(GaussianLoop(n).mu(t))), 1), telescoped()),
        (lambda n, t, K: Eq(E(GaussianLoop(n).sigma(t)) ** 2, E(GaussianLoop(n).sigma(t) ** 2)), cauchy_schwarz()),
    ],
    ids=["multiple", "equality", "equality of a probability", "sum", "twice the error", "equality of squares"],
)
def test_a_lemma_for_another_relation_is_refused_without_a_crash(relation, proof):
    assert not prove(made(relation, proof)).proved


def test_an_equality_as_a_side_condition():
    @claim(where=lambda n, m: Eq(n, m))
    def equal_sizes(n=Integers(2), m=Integers(2)):
        """The mean after one fit."""
        return Eq(E(GaussianLoop(n).sigma(1)), c4(n))

    assert prove(equal_sizes).proved


def test_claims_about_no_loop_at_all():
    @claim
    def bound(n=Integers(2)):
        """c4 lies between its bounds."""
        return And(Gt(c4(n), sqrt(1 - 1 / (2 * (n - 1)))), Lt(c4(n), 1))

    assert prove(bound).proved
    assert not prove(
        twin(bound, lambda part, v: part.original.rhs if part.op == "<" else sqrt(1 - 1 / (4 * (v["n"] - 1))))
    ).proved


def test_two_loops_are_independent_where_they_are_two():
    @claim
    def independent(n=Integers(2), t=Integers(0)):
        """Loops that differ have noise of their own (rule 27)."""
        return Eq(Cov(GaussianLoop(n).sigma(t), GaussianLoop(n, estimator="mle").sigma(t)), 0)

    assert prove(independent).proved

    @claim
    def one(n=Integers(2), t=Integers(0)):
        """The same loop twice is one."""
        return Eq(Cov(GaussianLoop(n).sigma(t), GaussianLoop(n).sigma(t)), 0)

    assert not prove(one).proved


@examples(3, 6)
@given(p=st.fractions(Fraction(-3, 2), 4, max_denominator=2), kind=st.sampled_from(["unbiased", "mle", -1]))
def test_random_moment_identities_are_proved_and_their_neighbours_refused(p, kind):
    """E sigma_t^p = (divisor ratio)^(p/2) * chi moments, and the same with n + 1 or p + 1/3."""
    p = Rational(p)
    assume(p != 0)

    def build(shift=0, off=0):
        def identity(n=Integers(6), t=Integers(1)):
            """A moment of any order."""
            loop = GaussianLoop(n, estimator=kind)
            one = factor_moment(n + shift - 1, (p + off) / 2) * ((n - 1) / loop.divisor) ** (p / 2)
            return Eq(E(loop.sigma(t) ** p), one**t, evaluate=False)

        return Claim(identity)

    assert prove(build()).proved
    assert not prove(build(shift=1)).proved or (p == 2)
    assert not prove(build(off=Rational(1, 3))).proved


# ---- products and numbers without a closed form ---------------------------------------------------------------------

j = Symbol("j", integer=True, positive=True)


@claim
def factor_with_the_end(T=Integers(0)):
    """Its factors change with the upper end."""
    return Eq(Product(j - T, (j, 1, T)), 1)


@claim
def from_too_early(T=Integers(0)):
    """Below 4 there is no product."""
    return Eq(Product(j / (j + 1), (j, 5, T)), 5 / (T + 1))


@claim
def number_along_a_product(T=Integers(1)):
    """Every factor is another number."""
    x = Noise("X", Normal(0, 1))
    return Eq(Product(E(tanh(x + j)), (j, 1, T)), E(tanh(x + 1)) ** T)


@claim
def infinite(a=Positive()):
    """An infinite mean is not below itself."""
    e = E(exp(Noise("X", Normal(0, 1)) ** 2 - Noise("Y", Normal(0, 1)) ** 2))
    return Lt(e, (1 + a) * e)


@claim
def wrong_last_factor(T=Integers(0)):
    """1/(T + 2) for 1/(T + 1)."""
    return Eq(Product(1 - 1 / (j + 1), (j, 1, T)), 2 / (T + 2))


@pytest.mark.parametrize(
    "c", [factor_with_the_end, from_too_early, number_along_a_product, infinite, wrong_last_factor], ids=lambda c: c.id
)
def test_what_only_looks_like_an_induction_is_not_proved(c):
    assert not prove(c).proved


@pytest.mark.parametrize(("factor", "same"), [((j**2 - 1) / j**2, True), (1 - 1 / j**3, False)], ids=str)
def test_products_are_compared_factor_by_factor(factor, same):
    @claim
    def products(T=Integers(0)):
        """Two products over the same range."""
        k = Symbol("k", integer=True, positive=True)
        return Eq(Product(1 - 1 / j**2, (j, 2, T + 1)), Product(factor.subs(j, k), (k, 2, T + 1)))

    assert prove(products).proved is same


def test_a_product_over_a_domain_that_begins_late():
    @claim
    def late(T=Integers(4)):
        """From 4 on."""
        return Eq(Product(j / (j + 1), (j, 5, T)), 5 / (T + 1))

    assert prove(late).proved


@pytest.mark.parametrize(
    ("terms", "rest", "same"), [(1 / sqrt(j), 0, True), (1 / sqrt(j), y, False), (1 / sqrt(j + 1), 0, False)], ids=str
)
def test_sums_in_a_sum_are_compared_term_by_term(terms, rest, same):
    @claim
    def sums(x0=Positive(), T=Integers(0)):
        """A multiple of a sum, and more."""
        k = Symbol("k", integer=True, positive=True)
        left = (Sum(1 / sqrt(2 * j), (j, 1, T)) + sqrt(x0 + T)) / x0
        right = Sum(terms.subs(j, k) / (sqrt(2) * x0), (k, 1, T)) + sqrt(4 * x0 + 4 * T) / (2 * x0)
        return Eq(left, right + (x0 if rest else 0), evaluate=False)

    assert prove(sums).proved is same


def test_roots_are_told_apart():
    a, b = sqrt(2 * y + 2), sqrt(y + 1)
    assert same_roots(a / y, sqrt(2) * b / y)
    assert same_roots((a + 1) / (y * b), 1 / (y * b) + sqrt(2) / y)
    assert not same_roots(a, b)
    assert not same_roots(sqrt(y**2 + 2 * y + 1), y + 1)  # equal, but not as functions of independent roots
    assert not same_roots(gamma(y), gamma(y + 1) / y)


# ---- quadratic functions, and squares of symbolic powers ------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "strict", "known"),
    [
        (y**2 - 2 * y + 2, True, True),
        (1 / (y**2 - 2 * y + 2), True, True),
        (y**2 - 2 * y + 1, False, True),
        (y**2 - 2 * y + 1, True, False),
        (y**2 - 2 * y + Rational(999, 1000), False, False),
        (n * (y - 3) ** 2 + 1, True, True),
        (n * (y - 3) ** 2 - Rational(1, 1000), False, False),
    ],
)
def test_quadratic_functions_of_one_sign(x, strict, known):
    assert positive(x, Certificate(), strict) is known


@pytest.mark.parametrize("most", [1, pytest.param(Rational(99, 100), marks=pytest.mark.long), Rational(9, 10)])
def test_powers_of_one_base_are_as_far_apart_as_their_exponents(most):
    """Any share stands for r^t, and any other one for r^u: at t = 0 and a large u they are almost 1 apart."""

    @claim
    def apart(r=Probability(), t=Integers(0), u=Integers(0)):
        """Two powers of a share."""
        return Le((r**t - r**u) ** 2, most)

    assert prove(apart).proved is (most == 1)


@pytest.mark.parametrize("factor", [1, pytest.param(Rational(1001, 1000), marks=pytest.mark.long)])
def test_squares_of_symbolic_powers_are_seen(factor):
    """(1 - w)^2 D^2 + w^2/n >= D^2/(1 + n D^2), w = kappa^k, attained where w is n D^2/(1 + n D^2)."""

    @claim
    def least(n=Integers(1), k=Integers(0), kappa=Probability(), D=Reals(-10, 10)):
        """The least error of a mixture."""
        return Ge((1 - kappa**k) ** 2 * D**2 + kappa ** (2 * k) / n, factor * D**2 / (1 + n * D**2))

    assert prove(least).proved is (factor == 1)


@pytest.mark.parametrize(
    ("f", "strict", "holds"),
    [
        (lambda a, b, c: a / (b + c) + b / (c + a) + c / (a + b) - Rational(3, 2), False, True),  # Nesbitt
        (lambda a, b, c: a * (a - b) * (a - c) + b * (b - a) * (b - c) + c * (c - a) * (c - b), False, True),  # Schur
        (
            lambda a, b, c: a * (a - b) * (a - c) + b * (b - a) * (b - c) + c * (c - a) * (c - b),
            True,
            False,
        ),  # a = b = c
        (lambda a, b, c: a**3 + b**3 + c**3 - 3 * a * b * c, False, True),
        (lambda a, b, c: a**3 + b**3 + c**3 - Rational(301, 100) * a * b * c, False, False),
        (lambda a, b, c: 1000 * (a**2 + b**2) - 1999 * a * b + 0 * c, True, True),
    ],
)
def test_homogeneous_polynomials_in_every_order_of_their_variables(f, strict, holds):
    a, b, c = symbols("a b c", positive=True)
    assert positive(f(a, b, c), Certificate(), strict) == holds


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6), st.lists(st.integers(1, 9), min_size=3, max_size=3))
def test_no_order_certifies_what_is_negative(coefficients, at):
    a, b, c = symbols("a b c", positive=True)
    x = sum(k * m for k, m in zip(coefficients, (a**2, b**2, c**2, a * b, b * c, c * a), strict=True))
    if certified(Asked(sympify(x), False, positive), Certificate()):
        assert x.subs(dict(zip((a, b, c), at, strict=True))) >= 0
