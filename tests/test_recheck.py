"""Certificates of proofs: they are accepted of their claim, and nothing that is changed in them, or of another claim, is."""

import copy
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from commands import command
from hypothesis import assume, given
from hypothesis import strategies as st
from stated import stated
from sympy import Eq, Le, Lt, Rational, Symbol, asin, binomial, factorial, gamma, log, loggamma, oo, sqrt, tan, true

from reports import rechecking
from reports.cli import _run
from reports.ledger import Ledger
from reports.rechecking import Outcome, about_certificate, judged
from theory import (
    CLOCK,
    E,
    GaussianLoop,
    Growing,
    Integers,
    Loop,
    PooledGaussianLoop,
    Positive,
    Probability,
    RealAndLast,
    Reals,
    Tends,
    Var,
    c4,
    claim,
    coordinate,
)
from theory.families import catalogue
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import ChiSquare, Noise
from theory.language.policies import Accumulate, FixedReal, FreshReal
from theory.language.verdicts import Finding, Verdict
from theory.proof.exported import certificate
from theory.proof.methods import moment
from theory.proof.standard import standardise
from theory.recheck.averages import Averages
from theory.recheck.check import VERSION, Known, Refused, check
from theory.recheck.fractions import vanishes
from theory.recheck.signs import Signs
from theory.recheck.text import read
from theory.recheck.values import taken

ROOT = Path(__file__).parents[1]
MEAN, SPREAD, BOUND, ODDS = (
    "gaussian-sigma-mean-c4",
    "gaussian-variance-second-moment",
    "sampling-bias-lambda-mean-bounded",
    "curation-group-odds",
)
LIMIT = "mix-fresh-real-mean-limit"
TILTED = "curation-tilt-closed-forms-quadratic"  # by a reward with a square that SymPy multiplies out
GROWING, SHRINKING = "accumulate-known-variance-pi2-6", "discrete-heterozygosity-growing"  # other steps in every fit


@cache
def named(name):
    (found,) = catalogue(name)
    return found


@cache
def text(name):
    return certificate(named(name), "derivation")


def data(name):
    return json.loads(text(name))


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    "name",
    [
        MEAN,
        SPREAD,
        BOUND,
        ODDS,
        LIMIT,
        GROWING,
        SHRINKING,
        "gaussian-kl-exactly-linear",
        "curation-dpo-fixed-points",
        TILTED,
    ],
)
def test_of_its_claim_it_is_accepted(name):
    check(named(name), "derivation", data(name))


@pytest.mark.thin(144)
@pytest.mark.parametrize("c", [c for c in catalogue() if c.expected == "holds"], ids=lambda c: c.id)
def test_what_is_written_of_a_claim_is_accepted(c):
    written = json.loads(certificate(c, "derivation"))
    if "none" not in written:
        check(c, "derivation", written)


ENDS = ["identity", "sign", "limit"]


def test_each_kind_is_there():
    assert data(MEAN)["places"][0]["means"][0]["of"][0]["monomial"] == "_s0"
    assert data(ODDS)["places"][0]["states"]
    assert [data(name)["places"][0]["parts"][0]["ends"] for name in (MEAN, BOUND, LIMIT)] == ENDS


# ---- corrupted --------------------------------------------------------------------------------------------------------------


def at(*path, put):
    """A change of what stands at a path."""

    def change(whole):
        place = whole
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = put(place[path[-1]]) if callable(put) else put
        return whole

    return change


HERE = ("places", 0)
ROW = (*HERE, "means", 0, "of", 0)
FOURTH = (*HERE, "means", 1, "of", 0)
SQUARE = (*HERE, "means", 1, "of")
BEGUN = (*HERE, "begun", 0, "of", 0)
STATE = (*HERE, "states", 0, "form")
CORRUPTIONS = {
    "a coefficient of a form": (SPREAD, at(*FOURTH, "form", put="_0*((n + 2)/(n - 1))**_t")),
    "a coefficient of a form, by a thousandth": (SPREAD, at(*FOURTH, "form", put=lambda x: f"1001*({x})/1000")),
    "a form at its start only": (SPREAD, at(*FOURTH, "form", put="_0")),
    "a form with another start in it": (SPREAD, at(*FOURTH, "form", put=lambda x: x.replace("_0", "sigma0**4"))),
    "a base": (MEAN, at(*ROW, "form", put="_0*c4(n + 1)**_t")),
    "the power of a generation": (MEAN, at(*ROW, "form", put=lambda x: x.replace("_t", "(_t + 1)"))),
    "a start": (MEAN, at(*ROW, "start", put="2*sigma0")),
    "the start of another monomial": (SPREAD, at(*FOURTH, "start", put="sigma0**2")),
    "a step": (MEAN, at(*ROW, "after", put="sigma")),
    "a step, by a thousandth": (SPREAD, at(*FOURTH, "after", put=lambda x: f"1001*({x})/1000")),
    "a monomial": (MEAN, at(*ROW, "monomial", put="sigma**2")),
    "a row that is missing": (BOUND, at(*SQUARE, put=lambda rows: rows[:1])),
    "all rows missing": (MEAN, at(*HERE, "means", put=[])),
    "a sign in a form": (BOUND, at(*SQUARE, 0, "form", put=lambda x: x.replace(" - ", " + "))),
    "a condition": (MEAN, at(*HERE, "where", put="n > 3")),
    "a domain": (MEAN, at(*HERE, "domain", "n", put="integers 3..")),
    "a domain that is missing": (MEAN, at(*HERE, "domain", put=lambda d: {k: v for k, v in d.items() if k != "t"})),
    "a case": (MEAN, at(*HERE, "case", put={"K": "2"})),
    "a face": (MEAN, at(*HERE, "face", put="t = 0")),
    "the method": (MEAN, at("method", put="derivation, given Ville")),
    "another claim's name": (MEAN, at("claim", put=SPREAD)),
    "another loop": (MEAN, at(*HERE, "means", 0, "loop", put="GaussianLoop(n, sigma0, 0, mle, False, 1)")),
    "a free symbol": (MEAN, at(*ROW, "form", put=lambda x: f"{x} + x*_t")),
    "a free symbol that cancels at the start": (MEAN, at(*ROW, "form", put=lambda x: f"{x} + mu0*_t")),
    "strict for non-strict": (BOUND, at(*HERE, "parts", 0, "says", put=lambda x: x.replace("<", "<="))),
    "another relation": (MEAN, at(*HERE, "parts", 0, "says", put=lambda x: x.replace("**t", "**(t + 1)"))),
    "a sign for an identity": (MEAN, at(*HERE, "parts", 0, "ends", put="sign")),
    "an identity for a sign": (BOUND, at(*HERE, "parts", 0, "ends", put="identity")),
    "a sign for a limit": (LIMIT, at(*HERE, "parts", 0, "ends", put="sign")),
    "the coefficient of a limit's recursion": (LIMIT, at(*ROW, "form", put=lambda x: f"2*({x})")),
    "a term of a sum": (GROWING, at(*BEGUN, "form", put=lambda x: x.replace("**(-2)", "**(-3)"))),
    "the end of a sum": (GROWING, at(*BEGUN, "form", put=lambda x: x.replace("_t)", "_t + 1)"))),
    "the first term of a sum": (GROWING, at(*BEGUN, "form", put=lambda x: x.replace(", 1, _t", ", 2, _t"))),
    "a sum as a product": (GROWING, at(*BEGUN, "form", put=lambda x: x.replace("Sum", "Product"))),
    "a factor of a product": (SHRINKING, at(*BEGUN, "form", put=lambda x: x.replace("- 1)/", "- 2)/"))),
    "a step in the fit before": (SHRINKING, at(*BEGUN, "after", put=lambda x: x.replace("_t", "(_t - 1)"))),
    "forms from any start": (
        GROWING,
        at(*HERE, put=lambda x: {**x, "begun": [], "means": x["begun"]}),
    ),
    "a way that there is not": (MEAN, at(*HERE, "parts", 0, "ends", put="it is clear")),
    "no relations": (MEAN, at(*HERE, "parts", put=[])),
    "no places": (MEAN, at("places", put=[])),
    "a place twice": (MEAN, at("places", put=lambda x: x + x)),
    "a state": (ODDS, at(*STATE, "p0", put=lambda x: f"2*({x})")),
    "states of another loop": (ODDS, at(*STATE, put={"p0": "1"})),
    "a state that does not move": (ODDS, at(*STATE, "p1", put="g*(1 - h)")),
}


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_what_was_changed_is_refused(what):
    name, change = CORRUPTIONS[what]
    changed = change(copy.deepcopy(data(name)))

    assert changed != data(name)
    with pytest.raises((Refused, BadInput, CannotTell)):
        check(named(name), "derivation", changed)


n, t = Symbol("n", integer=True, positive=True), Symbol("t", integer=True, nonnegative=True)
RECURSIONS = {
    "a power of sigma": lambda n, t: E(GaussianLoop(n).sigma(t) ** 3),
    "a power of mu": lambda n, t: E(GaussianLoop(n).mu(t) ** 4),
    "of another estimator": lambda n, t: E(GaussianLoop(n, estimator="mle").mu(t) ** 2),
    "of data that are kept": lambda n, t: E(PooledGaussianLoop(n, FixedReal(n), start="fit").v(t)),
    "of data that are fresh": lambda n, t: E(PooledGaussianLoop(n, FreshReal(2), known_variance=True).mu(t) ** 2),
}


@cache
def derived(what):
    """That a moment is what is derived of it."""

    @claim
    def same(n=Integers(2), t=Integers(0)):
        """A moment is what is derived of it."""
        wanted = standardise(RECURSIONS[what](n, t))
        return Eq(wanted, wanted.xreplace({m: moment(m).form for m in wanted.atoms(E, Var)}))

    written = json.loads(certificate(same, "derivation"))
    check(same, "derivation", written)
    return same, written


@pytest.mark.parametrize("what", RECURSIONS)
@given(data=st.data())
def test_a_changed_recursion_is_refused(what, data):
    own, written = derived(what)
    changed = copy.deepcopy(written)
    rows = data.draw(st.sampled_from(changed["places"][0]["means"]))["of"]
    row = data.draw(st.sampled_from(rows))
    part = data.draw(st.sampled_from(["form", "after", "start", "monomial", "all of it"]))
    if part == "all of it":
        rows.remove(row)
    elif part == "monomial":
        row[part] = f"2*({row[part]})**2"
    else:
        assume(row[part] != "0")
        row[part] = f"{data.draw(st.sampled_from(['1001/1000', '(-1)', '(1 + 1/n)']))}*({row[part]})"
    with pytest.raises((Refused, BadInput, CannotTell)):
        check(own, "derivation", changed)


@pytest.mark.parametrize(("own", "other"), [(MEAN, "known-mean-variance-loop"), (SPREAD, MEAN), (BOUND, SPREAD)])
def test_of_another_claim_it_is_refused(own, other):
    changed = {**data(other), "claim": own}

    with pytest.raises(Refused):
        check(named(own), "derivation", changed)


def test_under_another_method_it_is_refused():
    with pytest.raises(Refused, match="method"):
        check(named(MEAN), "derivation, given Jensen", data(MEAN))


@claim
def twice(n=Integers(2), t=Integers(0), sigma0=Positive()):
    """False: the variance doubles."""
    return Eq(E(GaussianLoop(n, sigma0).sigma(t) ** 2), 2 * sigma0**2)


@claim
def grows(n=Integers(2), t=Integers(0)):
    """False at t = 0."""
    return Lt(0, Var(GaussianLoop(n).sigma(t) ** 2))


@claim
def from_two_on(n=Integers(2), t=Integers(0)):
    """True from n = 3 on only: the variance of the mean is t/n."""
    return Le(Var(GaussianLoop(n).mu(t)), t / sqrt(9))


@claim
def inverse(n=Integers(2), t=Integers(1)):
    """Infinite where n is 2 or 3."""
    return Eq(E(GaussianLoop(n).sigma(t) ** -2), ((n - 1) / (n - 3)) ** t)


@claim
def levels_off(n=Integers(2), t=Integers(1)):
    """False: the variance of the mean grows; the rate does not vanish."""
    return Tends(Var(GaussianLoop(n).mu(t)), (t, 1, oo), 0, rate=t)


@claim
def elsewhere(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """False: the mean square stays where it is."""
    return Tends(E(GaussianLoop(n, sigma0).sigma(t) ** 2), (t, 1, oo), 2 * sigma0**2, rate=sigma0**2 / t)


@claim
def too_fast(n=Integers(2), t=Integers(1), sigma0=Positive()):
    """False from t = 3 on: it falls like ((n - 1)/n)^t."""
    loop = GaussianLoop(n, sigma0, estimator="mle")
    return Tends(E(loop.sigma(t) ** 2), (t, 1, oo), 0, rate=sigma0**2 / 2**t)


@claim(where=lambda a, b, c: a > b)
def apart(a=Reals(), b=Reals(), c=Reals()):
    """False at c = 1, where both sides are 0."""
    return Lt(0, (a - b) * (c - 1) ** 2)


@claim
def stays_at_one(a=Reals(), t=Integers(1)):
    """False at a = 1, where it is t."""
    rate = t / ((a - 1) ** 2 * t**2 + 1)
    return Tends(rate, (t, 1, oo), 0, rate=rate)


@claim
def half_points(a=Integers(1)):
    """No loop has half a point in a fit, at a = 1."""
    return Eq(E(PooledGaussianLoop(9, Growing(a * CLOCK / 2), known_variance=True).mu(1) ** 2), 2 / a)


@claim
def too_much_real(r=Reals(0, 2)):
    """No share is above 1."""
    return Eq(RealAndLast(r).bound([1, 1]), 2 - r)


FALSE = [
    twice,
    grows,
    from_two_on,
    inverse,
    levels_off,
    elsewhere,
    too_fast,
    apart,
    stays_at_one,
    half_points,
    too_much_real,
]


@claim
def real_share(r=Probability(closed=True)):
    """True."""
    return Eq(RealAndLast(r).bound([1, 1]), 2 - r)


@claim
def points(a=Integers(1)):
    """True."""
    return Eq(E(PooledGaussianLoop(9, Growing(a * CLOCK), known_variance=True).mu(1) ** 2), 1 / a)


@pytest.mark.parametrize("c", [real_share, points], ids=lambda c: c.id)
def test_what_holds_has_one(c):
    check(c, "derivation", json.loads(certificate(c, "derivation")))


VALUED = [
    (lambda x: log(x) ** 2 + 1, Reals(), Positive()),
    (lambda x: sqrt(x), Reals(), Positive(closed=True)),
    (lambda x: gamma(x + 1), Reals(), Positive()),
    (lambda x: loggamma(x), Reals(), Positive()),
    (lambda x: factorial(x), Integers(-3), Integers(0)),
    (lambda x: binomial(x, 2), Integers(-4), Integers(2)),
    (lambda x: c4(x), Integers(1), Integers(2)),
]


@pytest.mark.parametrize("place", range(len(VALUED)))
def test_what_has_no_value_is_no_identity(place):
    """(f + 1)^2 = f^2 + 2 f + 1 is one where f has a value."""
    f, wide, narrow = VALUED[place]

    def square(x):
        return Eq((f(x) + 1) ** 2, f(x) ** 2 + 2 * f(x) + 1, evaluate=False)

    def stated(domain):
        def said(x=domain):
            """A square."""
            return square(x)

        return claim(said)

    assert "none" in json.loads(certificate(stated(wide), "derivation"))
    assert "places" in json.loads(certificate(stated(narrow), "derivation"))


@pytest.mark.parametrize("f", [tan, asin])
def test_where_it_has_a_value_is_not_known_of_every_function(f):
    with pytest.raises(CannotTell):
        list(taken(f(Symbol("x", real=True))))


@pytest.mark.parametrize("c", FALSE, ids=lambda c: c.id)
def test_what_does_not_hold_has_no_certificate(c):
    assert "none" in json.loads(certificate(c, "derivation"))


# ---- hostile ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "__import__('os').system('true')",
        "sigma.__class__",
        "(lambda: 1)()",
        "[1 for x in y]",
        "9**9**9**9",
        "2**100000",
        "gamma(10**100)",
        "factorial(1000000)",
        "1/0",
        "1/(n - n)",
        "n if n else n",
        "'n'",
        "1.5",
        "True",
        "(" * 300 + "n" + ")" * 300,
        "-" * 5000 + "n",
        "n" * 100_000,
        "open",
        "",
        None,
        3,
    ],
    ids=lambda x: str(x)[:20],
)
def test_text_that_is_no_expression_is_told(said):
    with pytest.raises(BadInput):
        read(said, {"n": Symbol("n"), "sigma": Symbol("sigma")})


@pytest.mark.parametrize(
    "whole", [None, [], {}, 3, "x", {"version": 1}, {"version": True, "claim": 1, "method": 2, "places": 3}]
)
def test_data_that_are_no_certificate_are_told(whole):
    with pytest.raises(BadInput):
        check(named(MEAN), "derivation", whole)


@pytest.mark.parametrize("path", [HERE, (*HERE, "means", 0), ROW, (*HERE, "parts", 0)])
@pytest.mark.parametrize("put", [None, [], {}, "x"], ids=str)
def test_parts_that_are_none_are_told(path, put):
    with pytest.raises(BadInput):
        check(named(MEAN), "derivation", at(*path, put=put)(data(MEAN)))


# ---- what the checker knows ---------------------------------------------------------------------------------------------------

x = Symbol("x", positive=True)


def test_what_a_checker_does_not_know_it_says():
    with pytest.raises(CannotTell, match="no power of it"):
        Averages().mean(1 / (1 + Noise("Q", ChiSquare(3))))
    growing = PooledGaussianLoop(n, Accumulate(), known_variance=True)
    with pytest.raises(CannotTell, match="generations that differ"):
        Known({}, {}).add_means(growing, [])


@pytest.mark.parametrize(
    "zero",
    [
        (x + 1) ** 2 - x**2 - 2 * x - 1,
        gamma(n + 1) / gamma(n) - n,
        (4 * x**2) ** t - 2 ** (2 * t) * x ** (2 * t),
        sqrt(8) * sqrt(x) - 2 * sqrt(2 * x),
        log(4 * x**3) - 2 * log(2) - 3 * log(x),
        (1 + 1 / x) ** (t + 1) - (x + 1) / x * ((x + 1) / x) ** t,
    ],
    ids=str,
)
def test_what_vanishes(zero):
    assert vanishes(zero)
    assert not vanishes(zero + x / 1000)


@given(st.sampled_from([sqrt(x**2) - x, (x**2 - 1) / (x - 1) - x - 1, (-1) ** (2 * t) - 1]), st.integers(1, 9))
def test_a_multiple_of_what_vanishes(zero, k):
    assert vanishes(k * zero)
    assert not vanishes(k * zero + Rational(1, k))


def test_a_root_of_a_square_has_its_sign():
    y = Symbol("y", real=True)

    assert not vanishes(sqrt((y - 1) ** 2) - (y - 1))


@pytest.mark.parametrize(
    ("gap", "strict"),
    [(n - 2, False), (n - 1, True), (1 - (1 - 1 / n) ** t, False), (x / (1 + x), True), (n**2 - 2 * n + 1, True)],
    ids=str,
)
def test_signs_on_a_domain(gap, strict):
    signs = Signs({"n": n, "t": t, "x": x}, {"n": Integers(2), "t": Integers(0), "x": Positive()}, Eq(1, 1))

    assert signs.positive(gap, strict)
    assert not signs.positive(-gap, strict)
    assert not signs.positive(gap - n, strict)


def test_a_sign_is_strict_only_where_it_never_is_0():
    signs = Signs({"n": n, "t": t}, {"n": Integers(2), "t": Integers(0)}, Eq(1, 1))

    assert not signs.positive(n - 2, True)
    assert not signs.positive(1 - (1 - 1 / n) ** t, True)


# ---- the command --------------------------------------------------------------------------------------------------------------


def ledger(path, proofs):
    with Ledger(path) as book:
        for name, proof in proofs.items():
            book.add(
                Finding(
                    name, named(name).family, "derivation", Verdict.PROVED, method="derivation", hash="h", proof=proof
                )
            )
            book.settle(name, "h")
    return path


def run(*arguments):
    return command(["recheck", *map(str, arguments)], os.environ)


def test_several_relations_are_in_one_order_whatever_the_hashes():
    name = "effective-sample-size-table-fixed-bounds"
    code = (
        "from theory.families import catalogue; from theory.recheck.check import places; "
        f"(c,) = catalogue({name!r}); print([str(r) for p in places(c) for r in p.relations()])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            encoding="utf-8",
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1
    assert "E(mu(t)**2)" in said.pop()


WITHOUT = json.dumps({"version": 1, "none": "no certificate of RisesThenFalls"})


def test_the_command_counts_and_tells(tmp_path, capsys):
    """One ledger in a process of its own; the others in this one."""
    assert _run(["recheck", str(ledger(tmp_path / "a.sqlite", {MEAN: text(MEAN), SPREAD: text(SPREAD)}))]) == 0
    assert "2 proofs by derivation: 2 accepted, 0 refused" in capsys.readouterr().out
    assert _run(["recheck", str(ledger(tmp_path / "b.sqlite", {MEAN: text(MEAN), SPREAD: WITHOUT}))]) == 3
    assert "no certificate:    1  no certificate of RisesThenFalls" in capsys.readouterr().out
    changed = text(MEAN).replace("sigma0", "2*sigma0", 1)
    bad = run(ledger(tmp_path / "c.sqlite", {MEAN: changed, SPREAD: WITHOUT, BOUND: "{"}))

    assert bad.returncode == 1
    assert f"refused: {MEAN}" in bad.stdout
    assert f"refused: {BOUND}: it is no certificate" in bad.stdout


def test_a_certificate_of_an_older_version_is_counted_as_none():
    for version, outcome in ((VERSION - 1, Outcome.NONE), (VERSION + 1, Outcome.REFUSED), (True, Outcome.REFUSED)):
        proof = json.dumps({**data(MEAN), "version": version})
        assert judged({MEAN: named(MEAN)}, {"claim": MEAN, "method": "derivation", "proof": proof})[0] == outcome


def test_what_is_told_of_a_certificate():
    assert about_certificate("") == ""
    assert about_certificate(WITHOUT) == "no certificate: no certificate of RisesThenFalls"
    assert about_certificate(text(MEAN)) == "certificate: selfconsuming recheck verifies it"
    assert {about_certificate(x) for x in ("{", "3", "[]")} == {"certificate: not readable"}


def test_a_ledger_that_is_not_there_is_bad_input(tmp_path):
    assert run(tmp_path / "none.sqlite").returncode == 2


def test_a_proof_that_ends_its_process_takes_no_other_with_it(monkeypatch):
    """Those after it in the lot were told to be refused."""
    code = """
import json, os, sys
for row in [json.loads(line) for line in sys.stdin]:
    if row["method"] == "ends":
        os._exit(1)
    print(json.dumps({"claim": row["claim"], "outcome": "accepted", "reason": ""}), flush=True)
"""
    started = []

    def begun(lot):
        started.append([p["claim"] for p in lot])
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert process.stdin is not None
        process.stdin.write("".join(f"{json.dumps(p)}\n" for p in lot))
        process.stdin.close()
        return process

    methods = ["holds", "ends", "holds", "ends"]
    rows = [{"claim": str(i), "method": method, "proof": "", "file": ""} for i, method in enumerate(methods)]
    monkeypatch.setattr(rechecking, "_started", begun)
    outcomes = [r.outcome for r in rechecking.recheck(rows)]

    assert outcomes == [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ACCEPTED, Outcome.REFUSED]
    assert started == [["0", "1", "2", "3"], ["2", "3"]]


def test_what_verifies_has_nothing_of_what_finds():
    code = (
        "import sys; import reports.rechecking as r; r.main(); "
        "print([m for m in sys.modules if m.startswith(('theory.proof', 'simulate'))])"
    )
    asked = json.dumps({"claim": MEAN, "method": "derivation", "proof": text(MEAN)})
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=asked,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        encoding="utf-8",
    )
    answer, loaded = done.stdout.splitlines()

    assert json.loads(answer)["outcome"] == "accepted"
    assert loaded == "[]"


def test_the_checker_names_nothing_of_what_finds():
    for file in (ROOT / "theory" / "recheck").glob("*.py"):
        assert "from ..proof" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("f", [log, lambda x: x ** Rational(1, 4), gamma, lambda x: log(x) + log(x) ** 3])
def test_the_square_of_what_may_be_no_real_number_has_no_sign(f):
    x, k = Symbol("x", real=True), Symbol("k", positive=True)
    signs = Signs({"x": x, "k": k}, {"x": Reals(), "k": Positive()}, true)

    assert not signs.positive(f(x) ** 2 + 1, True)
    assert signs.positive(f(k) ** 2 + 1, True)
    assert signs.positive(x**2 + 1, True)


class AsksInWords(Loop):
    """Steps of 1, where a is 1, else of 2: to a symbol it is never equal."""

    a: Reals

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        z = Noise("Z", ChiSquare(2))
        return {"x": now["x"] + (z if self.a == 1 else 2 * z)}


class Doubled(AsksInWords):
    """Steps of 2 whatever a is."""

    def step(self, now):
        return {"x": now["x"] + 2 * Noise("Z", ChiSquare(2))}


def test_a_loop_that_asks_in_words_of_a_symbol_has_no_certificate():
    def of(loop):
        return stated(lambda a, t: Eq(E(loop(a).x(t)), 4 * t), a=Reals(), t=Integers(0))

    assert "before any value is put in" in json.loads(certificate(of(AsksInWords), "derivation"))["none"]
    assert "none" not in json.loads(certificate(of(Doubled), "derivation"))
