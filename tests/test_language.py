"""The words of claims: every word survives the machinery of SymPy, domains tell the truth, bad input is explained."""

import pickle
import subprocess
import sys
from importlib import import_module
from itertools import islice

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from runs import examples
from sympy import (
    Abs,
    Basic,
    Eq,
    Float,
    Integer,
    Le,
    Ne,
    Rational,
    S,
    Symbol,
    Tuple,
    latex,
    log,
    oo,
    pi,
    sqrt,
    srepr,
)

import theory
from reports import verify
from theory import (
    KL,
    TV,
    W2,
    BadInput,
    ChiSquare,
    Claim,
    Cov,
    E,
    Finite,
    GaussianLoop,
    Integers,
    Noise,
    Normal,
    PathMax,
    Points,
    Positive,
    Prob,
    Probability,
    Quantile,
    Reals,
    RisesThenFalls,
    Simplex,
    Tends,
    Var,
    c4,
    catalogue,
    claim,
)
from theory.families import families
from theory.language.claims import Point, claims_of
from theory.language.errors import nearest
from theory.language.functions import unfold
from theory.language.loops import Model, Observable
from theory.language.moments import Sensitivity, Variation, is_random

n = Symbol("n", integer=True, positive=True)
m = Symbol("m", integer=True, positive=True)
t = Symbol("t", integer=True, nonnegative=True)
s = Symbol("s", integer=True, nonnegative=True)
x = Symbol("x", real=True, positive=True)
lam = Symbol("lam", real=True, positive=True)

LOOPS = {
    "plain": GaussianLoop(n),
    "scale": GaussianLoop(n, x),
    "shifted": GaussianLoop(n, x, lam),
    "mle": GaussianLoop(n, x, estimator="mle"),
    "unbiased": GaussianLoop(n, x, 0, "unbiased"),
    "divisor": GaussianLoop(n, x, estimator=-1),
    "symbolic divisor": GaussianLoop(n, x, estimator=lam),
    "known mean": GaussianLoop(n, known_mean=True),
    "biased": GaussianLoop(n, x, 0, "mle", False, lam),
}
LOOP = LOOPS["scale"]

WORDS = {
    "E": E(LOOP.sigma(t)),
    "E given": E(LOOP.draw(t) ** 2, given=LOOP.model(t)),
    "E nested": E(Var(LOOP.draw(t), given=LOOP.model(t))),
    "Var": Var(LOOP.sigma(t) ** 2),
    "Var given": Var(LOOP.draw(t), given=LOOP.model(t)),
    "Cov": Cov(LOOP.sigma(t) ** 2, LOOP.sigma(t + 1) ** 2),
    "Prob": Prob(LOOP.sigma(t) >= x),
    "Prob strict": Prob(Abs(LOOP.draw(t)) > x),
    "Quantile": Quantile(log(LOOP.sigma(t)), Rational(1, 2)),
    "KL": KL(LOOP.model(t), LOOP.truth),
    "W2": W2(LOOP.model(t), Normal(0, x)),
    "PathMax": PathMax(LOOP.sigma(s) ** 2, (s, 0, t)),
    "RisesThenFalls": RisesThenFalls(E(LOOP.sigma(s)), (s, 0, t), peak=n),
    "Tends": Tends(E(LOOP.sigma(s)), (s, n, oo), 0, rate=x / s),
    "Observable": LOOP.sigma(t),
    "draw": LOOP.draw(t),
    "second draw": LOOP.draw(t, 2),
    "error": LOOP.error(t),
    "Model": LOOP.model(t),
    "Normal": Normal(lam, n * x**2),
    "ChiSquare": ChiSquare(n - 1),
    "Noise": Noise("Z", Normal(0, n)),
    "Finite": Finite((x / n, 1 - x / n)),
    "TV": TV(Finite((x / 3, 1 - x / 3)), Finite((lam / n, 1 - lam / n))),
    "c4": c4(n),
    **{f"GaussianLoop, {name}": loop for name, loop in LOOPS.items()},
}
WITH_LOOP = [name for name, word in WORDS.items() if word.has(GaussianLoop)]
BINDERS = {"PathMax": WORDS["PathMax"], "RisesThenFalls": WORDS["RisesThenFalls"], "Tends": WORDS["Tends"]}

words = pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)


# ---- every word ---------------------------------------------------------------------------------------------------------


@words
def test_a_word_is_rebuilt_from_its_args(word):
    assert word.func(*word.args) == word
    assert hash(word.func(*word.args)) == hash(word)
    assert all(isinstance(a, Basic) for a in word.args)


@words
def test_subs_reaches_the_parameters_of_a_word(word):
    """The sample size is at the bottom of everything: of the loop, of the law, of the end of a range."""
    assert n in word.free_symbols
    changed = word.subs(n, 7)
    assert n not in changed.free_symbols
    assert changed != word
    if word.has(GaussianLoop):
        (loop,) = changed.atoms(GaussianLoop)
        assert loop.n == 7
    assert word.subs(n, m).subs(m, n) == word
    assert word.xreplace({n: Integer(7)}) == changed


@words
def test_a_word_has_latex_with_balanced_braces(word):
    text = latex(word)
    assert text.strip()
    assert "GaussianLoop(" not in text or word.func is GaussianLoop
    depth = 0
    for a, b in zip(" " + text, text, strict=False):
        depth += (b == "{" and a != "\\") - (b == "}" and a != "\\")
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right") - text.count(r"\rightarrow")


@pytest.mark.parametrize(
    "name",
    ["E", "Var", "Cov", "Prob", "Quantile", "KL", "TV", "W2", "PathMax", "Observable", "draw", "second draw", "c4"],
)
def test_the_latex_of_a_square_shows_the_exponent(name):
    """A word prints its own powers, or lets SymPy put brackets around it; never `x_t^2^3`."""
    text = latex(WORDS[name] ** 3)
    assert "^{3}" in text
    assert ")}^{3}" not in text  # a double superscript
    assert text != latex(WORDS[name])


@words
def test_srepr_can_be_read_back_in_a_fresh_namespace(word):
    namespace: dict = {}
    exec("from sympy import *", namespace)
    exec("from sympy.core.symbol import Str", namespace)
    exec("from theory.language.loops import Model, Observable", namespace)
    exec(
        "from theory import (KL, TV, W2, ChiSquare, Cov, E, Finite, GaussianLoop, Noise, Normal, PathMax, Prob, Quantile,"
        " RisesThenFalls, Tends, Var, c4)",
        namespace,
    )
    assert eval(srepr(word), namespace) == word


@words
def test_a_word_survives_pickle(word):
    again = pickle.loads(pickle.dumps(word))
    assert again == word
    assert hash(again) == hash(word)
    assert latex(again) == latex(word)


def test_words_survive_pickle_into_another_process_and_back():
    code = (
        "import pickle, sys\n"
        "from sympy import srepr\n"
        "words = pickle.load(sys.stdin.buffer)\n"
        "pickle.dump(([srepr(w) for w in words], [w.func(*w.args) for w in words]), sys.stdout.buffer)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(list(WORDS.values())),
        capture_output=True,
        check=True,
        cwd=theory.__path__[0] + "/..",
    )
    names, again = pickle.loads(out.stdout)
    assert again == list(WORDS.values())
    assert names == [srepr(w) for w in WORDS.values()]


def rebuilt(e):
    return e.func(*map(rebuilt, e.args)) if e.args else e


@pytest.mark.xdist_group("catalogue")  # the relations of all claims are built once
def test_relations_of_the_catalogue_survive_pickle():
    """SymPy sees an identity of rational functions, or what is finite by assumption, as soon as it is rebuilt."""
    for c in catalogue()[::8]:
        relation = c.relation()
        again = pickle.loads(pickle.dumps(relation))
        assert again == relation or again == rebuilt(relation), c.id
        assert latex(relation), c.id


# ---- bound variables ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", BINDERS.values(), ids=BINDERS)
def test_a_bound_variable_is_neither_free_nor_substituted(word):
    assert s not in word.free_symbols
    assert word.subs(s, 5) == word
    assert n in word.free_symbols
    assert x in word.free_symbols


@pytest.mark.parametrize("word", [BINDERS["PathMax"], BINDERS["RisesThenFalls"]], ids=["PathMax", "RisesThenFalls"])
def test_the_ends_of_a_range_are_free(word):
    assert t in word.free_symbols
    assert word.subs(t, 9).has(Integer(9))


def test_the_start_of_a_limit_is_free():
    assert BINDERS["Tends"].subs(n, 9).limits == Tuple(s, 9, oo)


def test_a_limit_needs_infinity_as_its_end():
    with pytest.raises(ValueError, match="the upper end is oo"):
        Tends(E(LOOP.sigma(s)), (s, 0, 100), 0, rate=1 / s)


def test_shapes_name_their_parts():
    shape, limit = BINDERS["RisesThenFalls"], BINDERS["Tends"]
    assert (shape.function, shape.bound, shape.limits, shape.peak) == (E(LOOP.sigma(s)), s, Tuple(s, 0, t), n)
    assert (limit.function, limit.bound, limit.limit, limit.rate) == (E(LOOP.sigma(s)), s, 0, x / s)


# ---- signs and evaluation -----------------------------------------------------------------------------------------------

MOMENTS = ["E", "E given", "Var", "Cov", "Prob", "Quantile"]


@pytest.mark.parametrize("name", [*MOMENTS, "KL", "W2", "PathMax"])
def test_moments_are_extended_real_and_of_no_known_sign_unless_bound_to_a_path(name):
    word = WORDS[name]
    assert word.is_extended_real
    assert word.is_commutative
    if name != "PathMax":
        assert word.is_finite is None
        assert word.is_positive is None


@pytest.mark.parametrize("name", MOMENTS)
@pytest.mark.parametrize(
    "relation",
    [
        lambda w: w > 0,
        lambda w: w >= 0,
        lambda w: w <= 1,
        lambda w: Eq(w, oo),
        lambda w: Eq(w, 0),
        lambda w: w < oo,
        lambda w: Ne(w, -oo),
    ],
)
def test_relations_of_moments_are_never_evaluated(name, relation):
    assert relation(WORDS[name]) not in (True, False, S.true, S.false)


def test_a_chain_of_moments_raises_instead_of_losing_half():
    with pytest.raises(TypeError, match="truth value"):
        bool(0 < WORDS["E"] < 1)


def test_observables_carry_true_signs_only():
    assert LOOP.sigma(t).is_positive
    assert LOOP.mu(t).is_positive is None
    assert LOOP.draw(t).is_positive is None
    assert LOOP.mu(t).is_extended_real
    assert PathMax(LOOP.sigma(s), (s, 0, t)).is_positive
    assert PathMax(LOOP.mu(s), (s, 0, t)).is_positive is None
    assert Noise("Q", ChiSquare(n)).is_positive
    assert Noise("Z", Normal(0, 1)).is_positive is None
    assert c4(m + 1).is_positive
    assert c4(m).is_positive is None  # at 1 it is not defined


def test_what_is_random():
    assert is_random(LOOP.sigma(t) * n)
    assert is_random(KL(LOOP.model(t), LOOP.truth))
    assert is_random(Var(LOOP.draw(t), given=LOOP.model(t)))
    assert not is_random(E(LOOP.sigma(t)) * n)
    assert not is_random(Var(LOOP.draw(t)))
    assert WORDS["Var given"].given == LOOP.model(t)
    assert WORDS["Var"].given is None


def test_the_same_expression_is_the_same_variable():
    assert LOOP.draw(t) == LOOP.draw(t, 1)
    assert LOOP.draw(t) != LOOP.draw(t, 2)
    assert LOOP.sigma(t) != GaussianLoop(n).sigma(t)
    assert LOOP.error(t) == LOOP.mu(t) - LOOP.mu0
    assert isinstance(LOOP.model(t), Model)
    assert isinstance(LOOP.sigma(t), Observable)


def test_named_functions_unfold_and_evaluate():
    assert c4(2).doit() == sqrt(2 / pi)
    assert unfold(c4(n) ** 2 * 3).has(sympy.gamma)
    assert abs(c4(10).evalf() - Float("0.97265927412159")) < Float("1e-13")


# ---- spellings of the loop ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loop", "dof", "divisor"),
    [
        (GaussianLoop(n), n - 1, n - 1),
        (GaussianLoop(n, estimator="mle"), n - 1, n),
        (GaussianLoop(n, known_mean=True), n, n),
        (GaussianLoop(n, estimator="mle", known_mean=True), n, n),
        (GaussianLoop(n, estimator=-1), n - 1, n + 1),
        (GaussianLoop(n, estimator=lam), n - 1, n - lam),
    ],
)
def test_the_estimator_sets_degrees_of_freedom_and_divisor(loop, dof, divisor):
    assert loop.dof == dof
    assert loop.divisor == divisor
    assert loop.symmetry.standard.args[1:3] == (1, 0)
    assert loop.symmetry.standard.args[3:] == loop.args[3:]


def test_spellings_of_one_loop_are_one_loop():
    assert GaussianLoop(n) == GaussianLoop(n, 1, 0, "unbiased", False, 1) == GaussianLoop(n=n, sigma0=1)
    assert GaussianLoop(n, estimator="mle") != GaussianLoop(n)
    with pytest.raises(BadInput, match=r"estimator is .*; expected a number, or one of unbiased, mle"):
        GaussianLoop(n, estimator="ML")


def test_loops_are_immutable():
    with pytest.raises(AttributeError):
        LOOP.n = 5  # type: ignore[misc]


def test_distances_of_normals_in_closed_form():
    p, q = Normal(1, 4), Normal(0, 1)
    assert sympy.simplify(KL(p, q).expanded() - (-log(2) + Rational(5, 2) - Rational(1, 2))) == 0
    assert W2(p, q).expanded() == sqrt(2)
    assert KL(p, p).expanded() == 0
    assert W2(p, p).expanded() == 0
    with pytest.raises(NotImplementedError, match="ChiSquare"):
        theory.ISE(ChiSquare(3), q).expanded()


def test_distances_of_finite_laws_in_closed_form():
    half, third = Rational(1, 2), Rational(1, 3)
    p, q, r = Finite((half, half, 0)), Finite((third, third, third)), Finite((0, 1, 0))
    assert KL(p, q).expanded() == log(half / third)
    assert (TV(p, q).expanded(), TV(q, p).expanded(), TV(p, r).expanded()) == (third, third, half)
    assert KL(p, p).expanded() == TV(p, p).expanded() == 0
    assert KL(r, p).expanded() == log(2)  # an atom without mass adds nothing
    assert KL(q, p).expanded() == KL(p, r).expanded() == oo  # mass where the other has none
    loop = theory.CuratedLoop(p, (1, 2, 3), 2)
    with pytest.raises(NotImplementedError, match="KL between"):  # infinite or not: it depends
        KL(loop.model(1), r).expanded()
    with pytest.raises(NotImplementedError, match="TV between Finite and Finite"):
        TV(p, Finite((half, half))).expanded()
    with pytest.raises(NotImplementedError, match="KL between Finite and Normal"):
        KL(p, Normal(0, 1)).expanded()


@pytest.mark.parametrize(
    ("p", "q", "known"),
    [
        ((0, 1), (Rational(1, 2), 2), "0.22079727790047997154"),
        ((1, Rational(1, 4)), (-1, 3), "0.72624745739068178911"),
        ((0, 1), (Rational(1, 1000), Rational(1001, 1000)), "0.00044632151265240841687"),
    ],
)
def test_total_variation_of_normals_that_differ_in_both(p, q, known):
    """Numbers of mpmath: the integral of the absolute difference of the densities, piece by piece between its zeros."""
    for one, other in ((p, q), (q, p)):
        seen = TV(Normal(*one), Normal(*other)).expanded()
        assert abs(seen.evalf(30) / sympy.Float(known, 30) - 1) < 1e-18
    # the same variance or not: it depends, and it is a number that has balls
    assert isinstance(TV(Normal(0, Symbol("v", positive=True)), Normal(*q)).expanded(), Variation)


def test_densities_are_normalised():
    y = Symbol("y", real=True)
    z = Symbol("z", positive=True)
    assert sympy.integrate(Normal(1, 4).density(y), (y, -oo, oo)) == 1
    assert sympy.simplify(sympy.integrate(ChiSquare(3).density(z), (z, 0, oo))) == 1


# ---- domains ------------------------------------------------------------------------------------------------------------

DOMAINS = {
    "n": Integers(2),
    "t": Integers(0),
    "all integers": Integers(-oo, oo),
    "negative integers": Integers(-7, -2),
    "one integer": Integers(4, 4),
    "below": Integers(-oo, 5),
    "wide": Integers(2, 10_000, notable=[64, 100]),
    "reals": Reals(),
    "unit": Probability(),
    "positive": Positive(),
    "short": Positive(hi=3),
    "negative": Reals(hi=-2),
    "interval": Reals(-1, Rational(5, 2), notable=[0, Rational(1, 3)]),
    "upper": Reals(1, oo, notable=[2, 5]),
    "points": Points(1, 4, 9),
    "joint": Points((10, 15), (5, 6)),
    "first share": Simplex(4).parts("p")["p1"],
    "last share": Simplex(5).parts("p")["p4"],
}
domains = pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)


@pytest.mark.parametrize(
    ("domain", "true", "unknown"),
    [
        (Integers(2), ["integer", "positive", "real"], ["even"]),
        (Integers(0), ["integer", "nonnegative"], ["positive"]),
        (Integers(-3), ["integer"], ["nonnegative", "negative"]),
        (Reals(), ["real"], ["positive", "integer"]),
        (Reals(1, 2), ["real", "positive"], ["integer"]),
        (Reals(hi=0), ["real", "negative"], ["integer"]),
        (Reals(-1, 1), ["real"], ["positive", "negative", "zero"]),
        (Positive(), ["real", "positive"], ["integer"]),
        (Probability(), ["real", "positive"], ["integer"]),
        (Simplex(3).parts("p")["p2"], ["real", "positive"], ["integer"]),
    ],
    ids=str,
)
def test_symbols_assume_what_is_true_of_the_domain_and_no_more(domain, true, unknown):
    symbol = domain.symbol("v")
    assert symbol.name == "v"
    assert all(getattr(symbol, f"is_{a}") is True for a in true)
    assert all(getattr(symbol, f"is_{a}") is None for a in unknown)


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [
        (Integers(2, 9), [2, 9, Integer(5)], [1, 10, Rational(5, 2), oo, sympy.nan, sympy.I]),
        (Integers(0), [0, 10**9], [-1, oo]),
        (Probability(), [Rational(1, 2), Rational(1, 10**9)], [0, 1, 2, -1, sympy.nan, sympy.I]),
        (Positive(), [1, Rational(1, 7), pi], [0, -1, oo]),
        (Reals(), [0, -pi], [oo, -oo, sympy.nan, sympy.I]),
        (Points((1, 2), (3, 4)), [(1, 2)], [(1, 3), 1]),
        (Points(1, Rational(1, 2)), [1, Rational(1, 2)], [2]),
    ],
    ids=str,
)
def test_contains(domain, inside, outside):
    assert all(domain.contains(v) for v in inside)
    assert not any(domain.contains(v) for v in outside)


@domains
def test_first_values_are_inside_distinct_and_start_with_the_notable_ones(domain):
    firsts = domain.firsts()
    assert firsts
    assert all(domain.contains(v) for v in firsts)
    assert len(set(firsts)) == len(firsts)
    assert firsts[: len(domain.notable)] == list(domain.notable)
    assert firsts == domain.firsts()


def test_the_first_value_of_a_scale_is_not_one():
    """A power of sigma0 too many is invisible at 1 (rule 14)."""
    assert Positive().firsts()[0] != 1


@examples(20, 60)
@given(name=st.text(min_size=1, max_size=12), key=st.sampled_from(sorted(DOMAINS)))
def test_draws_are_inside_and_depend_on_the_name_only(name, key):
    domain = DOMAINS[key]
    drawn = list(islice(domain.draws(name), 25))
    assert all(domain.contains(v) for v in drawn)
    assert drawn == list(islice(domain.draws(name), 25))
    assert all(not isinstance(v, Float) for v in drawn)


def test_draws_of_different_variables_differ():
    assert list(islice(Positive().draws("a"), 5)) != list(islice(Positive().draws("b"), 5))


@settings(max_examples=150)
@given(data=st.data(), key=st.sampled_from(sorted(DOMAINS)))
def test_strategies_stay_inside(data, key):
    domain = DOMAINS[key]
    value = data.draw(domain.strategy())
    assert domain.contains(value)
    assert domain.values is None or value in domain.values


@settings(max_examples=60)
@given(lo=st.integers(-50, 50), width=st.integers(0, 40))
def test_finite_integer_domains_list_their_values(lo, width):
    domain = Integers(lo, lo + width)
    assert list(domain.values) == list(range(lo, lo + width + 1))
    assert all(domain.contains(v) for v in domain.values)
    assert not domain.contains(lo - 1)
    assert not domain.contains(lo + width + 1)


def test_infinite_domains_list_nothing():
    assert Integers(2).values is None
    assert Positive().values is None
    assert Points(3, 1).values == [3, 1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Integers(3, 2),
        lambda: Reals(1, 1),
        lambda: Positive(hi=0),
        lambda: Reals(2, -2),
        lambda: Points(),
    ],
    ids=["integers", "point", "positive", "reversed", "no points"],
)
def test_an_empty_domain_is_refused(make):
    with pytest.raises(ValueError, match="empty domain"):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Integers(2, notable=[1]),
        lambda: Positive(notable=[0]),
        lambda: Probability(notable=[1]),
        lambda: Integers(2, notable=[Rational(5, 2)]),
    ],
)
def test_a_notable_value_outside_its_domain_is_refused(make):
    with pytest.raises(ValueError, match="notable value"):
        make()


def test_draws_of_integers_far_below_zero():
    domain = Integers(-oo, -2000)
    assert all(domain.contains(v) for v in islice(domain.draws("v"), 5))


def test_integers_have_integer_ends():
    with pytest.raises(ValueError, match="integer"):
        Integers(Rational(1, 2))


# ---- claims -------------------------------------------------------------------------------------------------------------


@claim(source="nowhere", where=lambda n, q: q < n, covers=("x",))
def a_small_claim(
    n=Integers(2), t=Integers(0), q=Positive(notable=[2, 1]), case=Points((1, "a"), (2, "b")), x0=Positive()
):
    """Statement in words.

    A note on indices.
    """
    seen.append(case)
    return Eq(E(GaussianLoop(n, x0).sigma(t) ** q), x0**q * case[0])


seen: list = []


def test_a_claim_names_itself_after_its_function():
    assert a_small_claim.id == "a-small-claim"
    assert a_small_claim.statement == "Statement in words."
    assert a_small_claim.notes == "A note on indices."
    assert a_small_claim.family == __name__.split(".")[0]
    assert a_small_claim.location.startswith(__file__ + ":")
    assert list(a_small_claim.domain) == ["n", "t", "q", "case", "x0"]
    assert list(a_small_claim.symbols) == ["n", "t", "q", "x0"]
    assert catalogue("gaussian-log-drift")[0].family == "gaussian"
    assert "a-small-claim" in repr(a_small_claim)


def test_points_values_reach_the_function_as_python_values():
    assert list(a_small_claim.symbols) == ["n", "t", "q", "x0"]  # it is applied to the first of them for that, once
    seen.clear()
    relation = a_small_claim.relation({"case": (2, "b")})
    assert seen == [(2, "b")]
    assert type(seen[0]) is tuple
    assert isinstance(seen[0][0], int)
    assert relation.rhs == 2 * a_small_claim.symbols["x0"] ** a_small_claim.symbols["q"]
    assert a_small_claim.relation({"case": (2, "b")}) is relation
    assert [c["case"] for c in a_small_claim.cases] == [(1, "a"), (2, "b")]


def test_a_points_value_may_shape_a_loop_in_python():
    @claim
    def sums(k=Points(1, 3), y=Positive()):
        """The value of k is used in a range before any symbol is made."""
        return Eq(sum(y**i for i in range(k)), y * k)

    assert [len(sympy.Add.make_args(sums.relation(c).lhs)) for c in sums.cases] == [1, 3]


@pytest.mark.thin(24)
@pytest.mark.parametrize("c", [a_small_claim, *catalogue()], ids=lambda c: c.id)
def test_points_are_numbered_deterministic_and_inside(c):
    points = c.points()
    assert [p.number for p in points] == list(range(1, len(points) + 1))
    assert points == c.points()
    assert points == Claim(c.function, where=c.where, examples=c.examples).points()
    assert len({tuple(p.values.items()) for p in points}) == len(points)
    for p in points:
        assert list(p.values) == list(c.domain)
        assert all(c.domain[k].contains(v) for k, v in p.values.items())
        assert c.admits(p.values)
    order = ["example", "notable", "drawn", "far"]
    assert [p.origin for p in points] == sorted((p.origin for p in points), key=order.index)
    more = c.points(notable=20, drawn=0)
    notable = [p for p in points if p.origin in order[:2]]
    assert [p.values for p in more[: len(notable)]] == [p.values for p in notable]


def test_a_claim_starts_with_the_joint_points_of_its_loop():
    points = catalogue("gaussian-sigma-mean-c4")[0].points()
    joint = [(p["n"], p["t"]) for p in GaussianLoop.joint_points]
    assert [(p.values["n"], p.values["t"]) for p in points[: len(joint)]] == joint
    scales = [p.values["sigma0"] for p in points]
    assert scales[0] != 1
    assert len(set(scales)) > 2


def test_all_cases_see_the_first_joint_point_before_any_sees_the_second():
    points = catalogue("gaussian-variance-all-moments")[0].points()
    assert {p.values["q"] for p in points[:5]} != {points[0].values["q"]}
    cases = [p.values["case"] for p in a_small_claim.points()[:4]]
    assert cases == [(1, "a"), (2, "b"), (1, "a"), (2, "b")]


def test_a_point_prints_its_values():
    assert str(Point(1, {"n": Integer(3), "q": Rational(1, 2)})) == "n = 3, q = 1/2"


def test_conditions_in_symbols_and_at_values():
    symbols = a_small_claim.symbols
    assert a_small_claim.condition({}) == (symbols["q"] < symbols["n"])
    other = {"t": 1, "case": (1, "a"), "x0": 1}
    assert a_small_claim.admits({"n": 3, "q": 2, **other})
    assert not a_small_claim.admits({"n": 2, "q": 2, **other})
    assert catalogue("gaussian-log-drift")[0].condition({}) == S.true


def test_a_claim_can_be_called_at_values():
    relation = catalogue("gaussian-sigma-mean-c4")[0](n=10, t=3)
    assert relation.rhs.free_symbols == {a_small_claim.domain["x0"].symbol("sigma0")}


@pytest.mark.xdist_group("catalogue")  # the relations of all claims are built once
@settings(max_examples=25)
@given(data=st.data())
def test_claims_build_at_any_point_of_their_domains(data):
    """The relation built at values has no variable left, and is the relation in symbols with the values put in."""
    c = data.draw(st.sampled_from(catalogue()))
    values = {k: data.draw(d.strategy(), label=k) for k, d in c.domain.items()}
    # few generations: built at numbers, u^((1 + g)^t) fills the memory for t = 30
    values = {k: d.lo + (values[k] - d.lo) % 8 if isinstance(d, Integers) else values[k] for k, d in c.domain.items()}
    assume(all(sum(values[k] for k in names) < 1 for names in c.composed.values()))
    case = {k: v for k, v in values.items() if k not in c.symbols}
    assume(c.admits(values) and not c.relation(case).has(Sensitivity))  # a derivative is in a variable
    built = c(**values)
    put = c.relation(case).subs({c.symbols[k]: v for k, v in values.items() if k in c.symbols}, simultaneous=True)
    if isinstance(built, sympy.core.relational.Relational) and isinstance(put, sympy.core.relational.Relational):
        assert not built.free_symbols
        assert built.atoms(GaussianLoop) == put.atoms(GaussianLoop)
        assert built.func is put.func


# ---- probabilities of sum 1 ---------------------------------------------------------------------------------------------


@claim(
    where=lambda p, w: p[0] < p[2] * w,
    mutants={"the last": lambda p: p[2]},
)
def of_a_law(p=Simplex(3), w=Positive(), K=Points(2, 3)):
    """Something of three probabilities."""
    laws.append(p)
    return Le(p[0] * w * K, p[0] + p[1] + K)


laws: list = []


def test_a_simplex_becomes_a_tuple_of_sum_1():
    laws.clear()
    of_a_law.relation({"K": 3})
    p1, p2 = of_a_law.symbols["p1"], of_a_law.symbols["p2"]
    assert set(laws) == {(p1, p2, 1 - p1 - p2)}
    assert p1.is_positive
    assert p2.is_positive
    assert list(of_a_law.domain) == ["p1", "p2", "w", "K"]
    assert of_a_law.composed == {"p": ["p1", "p2"]}
    assert str(of_a_law.domain["p2"]) == "positive, p1 + p2 < 1"
    assert of_a_law.condition({"K": 2}) == (p1 < (1 - p1 - p2) * of_a_law.symbols["w"])
    assert of_a_law.call(of_a_law.mutants["the last"], {**of_a_law.symbols, "K": 2}) == 1 - p1 - p2
    built = of_a_law(p1=Rational(1, 2), p2=Rational(1, 3), K=2)
    assert laws[-1] == (Rational(1, 2), Rational(1, 3), Rational(1, 6))
    assert built.free_symbols == {of_a_law.symbols["w"]}


@pytest.mark.parametrize("size", [2, 3, 4, 7, 12])
def test_points_of_a_simplex_are_laws(size):
    @claim
    def of_many(p=Simplex(size), q=Simplex(2)):
        """Something of a law."""
        return Le(p[0], p[1] + q[1])

    points = of_many.points(16, 4)
    assert points == of_many.points(16, 4)
    assert [p.origin for p in points].count("drawn") == 4
    for point in points:
        whole = of_many._joined(point.values)
        for name, atoms in (("p", size), ("q", 2)):
            assert len(whole[name]) == atoms
            assert sum(whole[name]) == 1
            assert all(x.is_Rational and x > 0 for x in whole[name])
    assert len({tuple(of_many._joined(p.values)["p"]) for p in points}) > 4
    if size <= 4:
        assert (Rational(1, size),) * size in {of_many._joined(p.values)["p"] for p in points}


def test_conditions_on_a_simplex():
    for point in of_a_law.points(10, 10):
        p1, p2, w = (point.values[k] for k in ("p1", "p2", "w"))
        assert p1 < (1 - p1 - p2) * w
    assert of_a_law.admits({"p1": Rational(1, 4), "p2": Rational(1, 4), "w": 1, "K": 2})
    assert not of_a_law.admits({"p1": Rational(1, 4), "p2": Rational(1, 4), "w": Rational(1, 4), "K": 2})
    assert not of_a_law.admits({"p1": Rational(1, 2), "p2": Rational(1, 2), "w": 10**9, "K": 2})  # a law without p3
    assert not of_a_law.admits({"p1": Rational(2, 3), "p2": Rational(1, 2), "w": -(10**9), "K": 2})


@pytest.mark.parametrize("size", [1, 0, -3, True, 2.5, "3", oo])
def test_a_simplex_has_at_least_two_probabilities(size):
    with pytest.raises(ValueError, match="at least two probabilities"):
        Simplex(size)


def test_names_within_a_simplex_are_taken():
    def f(p=Simplex(3), p2=Probability()):
        """Two variables of one name."""
        return Le(p[1], p2)

    refused(f, match=r"'p2' is a part of 'p' and another variable of f: rename one")

    def g(p=Simplex(12), p1=Simplex(3)):
        """p11 twice."""
        return Le(p[1], p1[1])

    refused(g, match=r"'p1' is a part of 'p' and another variable of g")

    def both(p=Simplex(12), p1=Simplex(2)):
        """p11 twice."""
        return Le(p[1], p1[1])

    refused(both, match=r"'p1' is a part of 'p'")

    def h(p=Simplex(3)):
        """The sum is no variable."""
        return Le(p[1], 1)

    refused(h, match="mutant 'x' of h takes 'q'", mutants={"x": lambda q: q[0]})
    refused(h, match="where= of h takes 'p3'", where=lambda p3: p3 > 0)


# ---- bad input ----------------------------------------------------------------------------------------------------------

LINE = r"test_language\.py:\d+: "


def refused(function, *, match, **options):
    with pytest.raises(BadInput, match=LINE + match):
        claim(**options)(function).relation()


def test_a_parameter_without_a_domain():
    def f(n=Integers(2), q=5):
        """Words."""
        return Eq(E(GaussianLoop(n).sigma(q)), 1)

    refused(f, match=r"parameter 'q' of f needs a domain as its default")

    def g(n):
        """Words."""
        return Eq(E(GaussianLoop(n).sigma(1)), 1)

    refused(g, match=r"parameter 'n' of g needs a domain")

    def h(n=Integers(2), where=lambda n: n > 2):
        """Words."""
        return Eq(E(GaussianLoop(n).sigma(1)), 1)

    refused(h, match=r"where= of h stands among its variables; expected @claim\(where=...\) above it")


def test_a_missing_docstring():
    def f(n=Integers(2)):
        return Eq(E(GaussianLoop(n).sigma(1)), 1)

    refused(f, match=r"f needs a docstring")


def test_a_chain_of_inequalities():
    def f(n=Integers(2)):
        """Words."""
        return 0 < E(GaussianLoop(n).sigma(1)) < 1

    refused(f, match=r".*use And\(a < b, b < c\)")

    def g(n=Integers(2)):
        """Words."""
        return E(GaussianLoop(n).sigma(1)) < 1 and E(GaussianLoop(n).sigma(1)) > 0

    refused(g, match=r".*use And\(a < b, b < c\)")


@pytest.mark.parametrize(
    ("relation", "word"),
    [
        (lambda n: n == 3, "False"),
        (lambda n: True, "True"),
    ],
)
def test_a_relation_that_is_decided_already(relation, word):
    def f(n=Integers(2)):
        """Words."""
        return relation(n)

    refused(f, match=rf"f.* is {word} before any value is put in")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (lambda n: c4(n), "c4"),
        (lambda n: None, "NoneType"),
        (lambda n: "n < 1", "str"),
        (lambda n: (n < 1, n > 2), "tuple"),
        (lambda n: sympy.Or(n < 5, c4(n) > 2), "Or"),
    ],
)
def test_something_that_is_no_relation(value, kind):
    def f(n=Integers(2)):
        """Words."""
        return value(n)

    refused(f, match=rf"f returned {kind}; expected a relation")


def test_errors_of_the_function_are_located():
    def f(n=Integers(2)):
        """Words."""
        return Eq(E(GaussianLoop(n, estimator="ML").sigma(1)), 1)

    refused(f, match=r"f: GaussianLoop\(.*\): estimator is 'ML'; expected a number, or one of unbiased, mle")

    def g(n=Integers(2)):
        """Words."""
        return Eq(E(GaussianLoop(n).variance(1)), 1)

    refused(g, match=r"g: .*variance")

    def h(t=Integers(2)):
        """Words."""
        return Eq(sum(c4(i + 2) for i in range(t)), 1)

    refused(h, match=r"h: ")


def test_an_unknown_option_names_the_nearest():
    with pytest.raises(BadInput, match="no option 'mutant', did you mean 'mutants'"):
        claim(mutant={})
    with pytest.raises(BadInput, match=r"no option 'zzz'; known: .*corrected.*where"):
        claim(zzz=1)


def test_an_unknown_option_is_located():
    with pytest.raises(BadInput, match=LINE):
        claim(mutant={})


def test_an_unknown_expectation():
    def f(n=Integers(2)):
        """Words."""
        return Eq(E(GaussianLoop(n).sigma(1)), 1)

    refused(f, expected="false", match=r"expected= is 'false'; it must be 'holds' or 'fails'")


def test_random_quantities_are_refused_when_a_claim_is_prepared():
    from theory.proof.prepared import prepare

    @claim
    def f(n=Integers(2)):
        """Words."""
        return Eq(GaussianLoop(n).sigma(1), 1)

    with pytest.raises(BadInput, match=LINE + r".*did you mean E\("):
        prepare(f)


def test_nearest():
    assert nearest("Integer", ["Integers", "Reals"]) == ", did you mean 'Integers'?"
    assert nearest("zzz", ["a", "b"]) == "; known: a, b"


# ---- the catalogue ------------------------------------------------------------------------------------------------------


def test_the_catalogue_by_family_id_and_glob():
    everything = catalogue()
    assert len({c.id for c in everything}) == len(everything)
    assert [c.id for c in catalogue("gaussian-log-drift")] == ["gaussian-log-drift"]
    globbed = catalogue("gaussian-log-*")
    assert {"gaussian-log-drift", "gaussian-log-drift-mle"} < {c.id for c in globbed}
    assert all(c.id.startswith("gaussian-log-") for c in globbed)
    assert catalogue("gaussian") == [c for c in everything if c.family == "gaussian"]
    assert catalogue("gaussian-log-drift", "gaussian-log-*") == globbed  # nothing twice, in the order of the text
    assert catalogue("known-mean-variance-loop", "gaussian-log-drift")[0].id == "gaussian-log-drift"


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("gausian", "did you mean 'gaussian'"),
        ("gaussian-log-drif", "did you mean 'gaussian-log-drift'"),
        ("nothing-*", "'nothing-\\*' matches no"),
    ],
)
def test_a_pattern_that_matches_nothing(pattern, hint):
    with pytest.raises(BadInput, match=hint):
        catalogue("gaussian", pattern)


def test_corrections_exist_and_hold():
    ids = {c.id: c for c in catalogue()}
    for c in ids.values():
        assert (c.corrected is None) == (c.expected == "holds"), c.id
        assert c.corrected is None or ids[c.corrected].expected == "holds", c.id
        assert all(u in ids for u in c.uses), c.id


def test_mutants_and_conditions_name_variables_of_their_claim():
    import inspect

    for c in catalogue():
        for f in [*c.mutants.values(), *filter(None, (c.where, c.scale))]:
            assert set(inspect.signature(f).parameters) <= {*c.domain, *c.composed}, c.id


FAMILY = '''
"""A family made for a test."""
from sympy import Le
from theory.language.claims import claim
from theory.language.domains import Integers
from theory.language.functions import c4
from theory.gaussian import GaussianLoop
from theory.gaussian.typical import gaussian_log_drift


class OtherLoop(GaussianLoop):
    """A loop of the family."""


@claim
def other_second(n=Integers(3)):
    """It stands first in the text."""
    return Le(c4(n), 1)


@claim
def other_first(n=Integers(2)):
    """c4 is below 2."""
    return Le(c4(n), 2)
'''


@pytest.fixture
def other(tmp_path, monkeypatch):
    (tmp_path / "zz_other.py").write_text(FAMILY, encoding="utf-8")
    monkeypatch.setattr(theory, "__path__", [*theory.__path__, str(tmp_path)])
    yield "zz_other"
    sys.modules.pop("theory.zz_other", None)
    vars(theory).pop("zz_other", None)


def test_families_are_found_by_importing(other):
    assert other in families()
    assert [c.id for c in catalogue(other)] == [
        "other-second",
        "other-first",
    ]  # in the order of the text, imports left out
    assert catalogue("other-*") == catalogue(other)
    assert catalogue()[-2:] == catalogue(other)
    assert catalogue(other)[0].family == other
    assert theory.OtherLoop.__module__ == "theory.zz_other"
    assert claims_of(sys.modules["theory.zz_other"]) == catalogue(other)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The same family as a folder: the file above is one topic, which others use."""
    home = tmp_path / "zz_folder"
    home.mkdir()
    (home / "__init__.py").write_text("from .second import OtherLoop, other_second", encoding="utf-8")
    (home / "second.py").write_text(FAMILY, encoding="utf-8")
    (home / "first.py").write_text(
        "from theory.language.claims import claim\nfrom .second import OtherLoop, c4, Integers, Le\n\n\n@claim\n"
        'def other_third(n=Integers(2)):\n    """c4 is below 3."""\n    return Le(c4(n), 3)\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(theory, "__path__", [*theory.__path__, str(tmp_path)])
    yield home.name
    for name in [x for x in sys.modules if x.startswith("theory.zz_folder")]:
        del sys.modules[name]
    vars(theory).pop("zz_folder", None)


def test_a_folder_is_one_family(folder):
    assert folder in families()
    claims = catalogue(folder)
    assert [c.id for c in claims] == ["other-third", "other-second", "other-first"]  # each once, topic by topic
    assert claims == catalogue("other-*")
    assert {c.family for c in claims} == {folder}
    assert all(c.file is None for c in claims)
    assert claims[0].location.split(":")[0].endswith("zz_folder/first.py")
    assert theory.OtherLoop.__module__ == "theory.zz_folder.second"


def test_without_the_module_there_is_no_family():
    assert "zz_other" not in families()
    assert "language" not in families()
    with pytest.raises(AttributeError, match="OtherLoop"):
        _ = theory.OtherLoop


def test_public_names_are_where_they_are_promised():
    for name in theory.__all__:
        word = getattr(theory, name)
        assert getattr(word, "__name__", name) == name
        assert word is getattr(theory, name)
    assert theory.CuratedLoop is import_module("theory.curation").CuratedLoop
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = theory.Nonsense


def test_a_claim_without_variables():
    """One number: no domain, one point."""

    @claim
    def one_number():
        """After three fits to ten points the expected variance is what it was."""
        return Eq(E(GaussianLoop(10).sigma(3) ** 2), 1)

    assert [dict(p.values) for p in one_number.points()] == [{}]
    assert one_number.cases == [{}]
    assert verify([one_number], seconds=0.5)["one-number"].verdict == "proved"


def test_a_file_where_a_family_is_expected_names_the_remedy():
    with pytest.raises(
        BadInput, match=r"^mine\.py is a file: `selfconsuming check mine\.py` decides the claims in it$"
    ):
        catalogue("mine.py")


def test_quotients_of_listed_numbers_are_exact():
    """1/T of Python's is a decimal number for T = 3, of which no equality is proved."""

    @claim
    def f(T=Points(2, 3), p=Points((3, 4)), n=Integers(2)):
        """Words."""
        parts = [1 / T, (T - 1) / (T + 1), T / 2, 2 / T, T**-2, p[0] / p[1], -T / 3]
        assert all(isinstance(x, sympy.Rational) for x in parts)
        assert [0] * len(range(T)) == [0] * T
        assert isinstance(T + 1, int)
        assert int(T) / 2.0 == T / 2.0
        return Eq(E(GaussianLoop(n).mu(0)), sum(parts) - sum(parts))

    for case in f.cases:
        assert not f.relation(case).atoms(sympy.Float)


def test_a_loop_that_is_named_imports_its_family_alone():
    """A claim file asks for a few words: the claims of the other families are not built for them."""
    code = (
        "import sys\n"
        "from theory import E, GaussianLoop, Integers, claim\n"
        "from theory.families import families\n"
        "print([f for f in families() if f'theory.{f}' in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        cwd=theory.__path__[0] + "/..",
    )
    assert out.stdout.strip() == "['gaussian']"


def test_every_loop_is_found_where_it_is_stated():
    assert all(getattr(theory, name) is loop for name, loop in theory._loops().items())
