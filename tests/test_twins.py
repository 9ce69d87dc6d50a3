"""False twins (rule 23): what is made, how large it is, who refutes it, and what the suite says of one that survives."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from sympy import And, Eq, Ge, Le, Rational, Symbol, exp, gamma, oo

from reports import verify
from reports.suite import Findings
from reports.tables import twins_footer
from reports.wording import twins_line
from simulate.engine.blocks import Runner
from simulate.engine.witness import Witness
from theory import E, GaussianLoop, Integers, Points, Probability, Reals, RisesThenFalls, Tends, Var, c4
from theory.families import catalogue
from theory.language.claims import Point, claim
from theory.language.errors import BadInput
from theory.language.summaries import gather_twins, summarise
from theory.language.verdicts import Finding, Twinned, Verdict
from theory.proof.enclose import enclose
from theory.proof.twins import judge, touches, twins_at, without

CLAIMS = {c.id: c for c in catalogue()}


def in_balls(c, points=None):
    points = points or c.points()
    return judge(enclose(c, points), c, points)


@claim(mutants={"one step late": lambda n, t: c4(n) ** (t + 1)})
def decay(n=Integers(2), t=Integers(0)):
    """The expected standard deviation decays by c4(n)."""
    return Eq(E(GaussianLoop(n).sigma(t)), c4(n) ** t)


@claim(tight=[{"t": 0}, {"q": 1}], needs=["q"])
def jensen_below(n=Integers(4), t=Integers(0), q=Reals(0, 1, notable=[Rational(1, 2)])):
    """Moments of order between 0 and 1 never grow."""
    return Le(E(GaussianLoop(n).sigma(t) ** (2 * q)), 1)


@claim(
    mutants={
        "a lower bound too high": lambda t, n: {">=": 3 * t / n},
        "an upper bound too low": lambda t, n: {"<=": t / (2 * n)},
    }
)
def two_sided(n=Integers(2), t=Integers(1)):
    """The variance of the mean lies between t/(2n) and 2t/n."""
    v = Var(GaussianLoop(n).mu(t))
    return And(Ge(v, t / (2 * n)), Le(v, 2 * t / n))


# ---- what is made -------------------------------------------------------------------------------------------------------


def names(c, point=None):
    return [t.name for t in twins_at(c, point or c.points()[0])]


def test_an_equality_is_scaled_shifted_and_given_other_exponents():
    made = names(decay)
    assert {"one step late", "x 1.1", "x 0.9", "x 1.000001", "n +1", "n -1", "t +1", "t -1"} <= set(made)
    assert any("t + 1 for t" in name for name in made)
    assert [t.declared for t in twins_at(decay, decay.points()[0])].count(True) == 1


def test_an_inequality_is_scaled_only_where_it_is_tight():
    at = {"n": 10, "q": Rational(1, 2)}
    assert names(jensen_below, Point(1, {**at, "t": 3})) == []
    assert "x 0.9" in names(jensen_below, Point(1, {**at, "t": 0}))
    assert touches(jensen_below, {"t": 5, "q": 1})
    assert not touches(jensen_below, {"t": 5, "q": 2})


def test_the_weaker_direction_of_an_inequality_is_no_twin():
    found = gather_twins(in_balls(jensen_below))
    assert {t.name for f in in_balls(jensen_below) for t in f.twins if t.name.startswith("x")} == {
        "x 0.9", "x 0.99", "x 0.999", "x 0.999999",
    }  # fmt: skip
    assert not found.survived


def test_a_peak_is_moved_and_a_limit_scaled():
    t = Symbol("t", integer=True, nonnegative=True)

    @claim(mutants={"half as far": lambda: 7})
    def peak(n=Points(10)):
        """The variance of sigma_t^2 under maximum likelihood peaks at t = 15."""
        loop = GaussianLoop(n, estimator="mle")
        return RisesThenFalls(Var(loop.sigma(t) ** 2), (t, 0, 40), peak=15)

    assert names(peak) == ["half as far", "peak -1", "peak +1"]
    assert gather_twins(in_balls(peak)).refuted == 3

    @claim
    def tends(n=Integers(2), tau=Integers(1, notable=[1, 2])):
        """E sigma at t = n tau tends to exp(-tau/4)."""
        return Tends(E(GaussianLoop(n).sigma(n * tau)), (n, 2, oo), exp(-tau / Rational(4)), rate=1 / n)

    assert set(names(tends)) == {"limit x 1.1", "limit x 0.9", "limit x 1.01", "limit x 0.99"}
    found = gather_twins(in_balls(tends))
    assert found.refuted >= 2
    assert not found.survived  # the small ones are too small at these n


def test_a_false_statement_has_no_twins():
    assert names(CLAIMS["gaussian-variance-mean-martingale-shrinks"]) == []


def test_a_mutant_of_one_part():
    found = gather_twins(in_balls(two_sided))
    assert found.refuted == found.tried == 2


def test_an_equality_with_zero_has_twins_of_a_size():
    @claim
    def centred(n=Integers(2), t=Integers(1)):
        """The error of the mean is 0 on average."""
        return Eq(E(GaussianLoop(n).mu(t)), 0)

    found = gather_twins(in_balls(centred))
    assert found.tried == found.refuted == 8


def test_a_declared_twin_that_nobody_can_judge_has_not_been_refuted():
    @claim(mutants={"undefined": lambda n: gamma(-n)})
    def odd(n=Integers(2), t=Integers(1)):
        """The expected variance never changes."""
        return Eq(E(GaussianLoop(n).sigma(t) ** 2), 1)

    assert gather_twins(in_balls(odd)).survived == ("undefined",)


def test_a_mutant_must_say_which_part():
    @claim(mutants={"which?": lambda n: 1 / n})
    def unclear(n=Integers(2), t=Integers(1)):
        """Two parts, one false side."""
        return And(Ge(Var(GaussianLoop(n).mu(t)), 0), Le(Var(GaussianLoop(n).mu(t)), t))

    with pytest.raises(BadInput, match=r"the claim has 2 parts: return a mapping"):
        names(unclear)

    @claim(mutants={"no such part": lambda n: {"==": 1 / n}})
    def absent(n=Integers(2), t=Integers(1)):
        """Two parts, neither an equality."""
        return And(Ge(Var(GaussianLoop(n).mu(t)), 0), Le(Var(GaussianLoop(n).mu(t)), t))

    with pytest.raises(BadInput, match="0 parts are relations '=='"):
        names(absent)

    @claim(mutants={"both": lambda n: {"<=": [-1, 1 / n]}, "too few": lambda n: {"<=": 1 / n}})
    def alike(n=Integers(2), t=Integers(1)):
        """Two parts that are relations of one kind."""
        return And(Le(Var(GaussianLoop(n).mu(t)), t), Le(0, Var(GaussianLoop(n).mu(t))), evaluate=False)

    with pytest.raises(BadInput, match="2 parts are relations '<=', for 1 sides"):
        names(alike)
    assert "both" in names(replace(alike, mutants={"both": alike.mutants["both"]}))


# ---- how large it is, and who refutes it --------------------------------------------------------------------------------


def test_the_size_of_a_twin_is_its_distance_from_the_formula():
    (f,) = in_balls(decay, [Point(1, {"n": 10, "t": 3}, "")])
    sizes = {t.name: t.size for t in f.twins}
    assert sizes["x 1.1"] == pytest.approx(0.1 / 1.1, rel=1e-6)  # relative to the larger side
    assert sizes["x 0.9"] == pytest.approx(0.1, rel=1e-6)
    assert sizes["one step late"] == pytest.approx(1 - float(c4(10).doit().evalf()), rel=1e-6)


def simulated(c, point, twins, seconds=0.5):
    with Runner(0, 2) as runner:
        witness = Witness(runner, seconds, 0.01, 1e-6, twins)
        (f,) = witness.run(witness.plans([(c, [point])]))
    return f


def test_the_simulation_judges_from_the_balls_of_the_claim():
    """No replicate more, and the finding is otherwise the same; what is refuted is what is larger than the resolution."""
    point = Point(1, {"n": 10, "t": 3}, "")
    plain, full = simulated(decay, point, False), simulated(decay, point, True)
    assert plain.twins == ()
    assert replace(full, twins=()) == plain
    seen = {t.name: t for t in full.twins}
    assert seen["x 1.1"].refuted
    assert seen["one step late"].refuted
    assert not seen["x 1.000001"].refuted
    for t in full.twins:
        assert t.refuted or t.size <= t.resolution, t
        assert t.size is not None


def test_a_combination_estimated_as_one_judges_what_it_can():
    c = CLAIMS["gaussian-mean-random-walk-conservation"]
    f = simulated(c, Point(1, {"n": 10, "t": 10, "sigma0": 2, "mu0": 0}, ""), True, seconds=3)
    assert {"twice as much", "x 1.1"} <= {t.name for t in f.twins if t.refuted}


# ---- what the suite says ------------------------------------------------------------------------------------------------


def test_a_declared_twin_that_is_true_fails_the_suite():
    @claim(mutants={"weaker, hence true": lambda t, n: 3 * t / n})
    def bound(n=Integers(2), t=Integers(0)):
        """The variance of the mean is at most 2t/n."""
        return Le(Var(GaussianLoop(n).mu(t)), 2 * t / n)

    found = verify([bound], seconds=0.3, twins=True)
    assert found["bound"].verdict == Verdict.PROVED
    assert found["bound"].twins.survived == ("weaker, hence true",)
    assert found.status == 1
    assert verify([bound], seconds=0.3).status == 0


def test_a_twin_too_small_to_see_does_not():
    def finding(witness, *twins):
        return Finding("c", "f", witness, Verdict.SUPPORTED, number=1, point={}, twins=twins)

    small = Twinned("x 1.001", False, False, 0.001, 0.01)
    large = Twinned("x 1.1", False, False, 0.1, 0.01)
    unknown = Twinned("false", True, False, None, 0.01)
    assert gather_twins([finding("ball", small)]).small == ("x 1.001",)
    assert gather_twins([finding("ball", large)]).survived == ("x 1.1",)
    assert gather_twins([finding("ball", unknown)]).survived == ("false",)
    caught = replace(large, refuted=True)
    both = gather_twins([finding("ball", large), finding("simulation", caught)])
    assert both.by == {"simulation": 1}
    assert both.survived == ()
    assert both.smallest == {"simulation": 0.1}
    summary = summarise("s", None, [finding("ball", unknown)])
    assert summary.surprise
    assert Findings([summary]).status == 1


def test_a_twin_that_no_witness_could_look_at_does_not():
    """Where nobody decided the claim at a point; where somebody did, a twin that nobody judged is a surprise."""
    c = CLAIMS["mvn-w2-lower-upper-slope"]
    found = verify([c], seconds=0.01, twins=True)
    (name,) = c.mutants
    assert found[c.id].verdict == Verdict.PROVED
    assert found[c.id].twins.unjudged == (name,)
    assert found[c.id].twins.survived == ()
    assert found.status == 0
    assert twins_line(found[c.id]) == f"0 of 1 refuted; not judged here: {name}"
    assert twins_footer(found) == (
        "1 false twins: 0 refuted, 0 too small to see here, 0 not refuted, "
        "1 not judged here: no witness decided their claims at a point"
    )
    looked = Finding(c.id, "f", "simulation", Verdict.SUPPORTED, number=1, point={})
    assert gather_twins([*found.findings, looked]).survived == (name,)


@pytest.mark.parametrize("every", [24, pytest.param(1, marks=pytest.mark.long)])
def test_every_claim_of_the_catalogue_has_a_twin(every):
    bare = [
        c.id
        for c in list(CLAIMS.values())[::every]
        if c.expected == "holds" and not any(twins_at(c, p) for p in c.points())
    ]
    bare = [i for i in bare if not CLAIMS[i].touching]  # those are judged where they are tight
    assert bare == []


# ---- hypotheses ---------------------------------------------------------------------------------------------------------


def test_a_dropped_domain_gives_a_counterexample():
    found = gather_twins(in_balls(jensen_below))
    assert set(found.needs) == {"q"}
    assert "q = " in found.needs["q"]
    assert not found.survived
    assert {str(d.domain["q"]) for d in without(jensen_below, "q")} == {"reals (-oo, 0)", "reals (1, oo)"}


def test_a_dropped_condition_gives_a_counterexample():
    @claim(where=lambda n, t: t <= n, needs=["where"])
    def early(n=Integers(2), t=Integers(0)):
        """While t <= n the variance of the mean is at most 1."""
        return Le(Var(GaussianLoop(n).mu(t)), 1)

    (outside,) = without(early, "where")
    assert all(p.values["t"] > p.values["n"] for p in outside.points())
    assert gather_twins(in_balls(early)).needs["where"]


def test_a_hypothesis_that_is_not_needed_fails_the_suite():
    @claim(needs=["p"])
    def idle(n=Integers(2), t=Integers(0), p=Probability()):
        """The expected variance is 1, whatever p is."""
        return Eq(E(GaussianLoop(n).sigma(t) ** 2) * p, p)

    found = gather_twins(in_balls(idle))
    assert found.survived == ("without the hypothesis p",)


def test_a_hypothesis_that_does_not_exist():
    @claim(needs=["where"])
    def nothing(n=Integers(2)):
        """There is no condition."""
        return Eq(E(GaussianLoop(n).sigma(1) ** 2), 1)

    with pytest.raises(BadInput, match="names 'where', and there is none"):
        in_balls(nothing)

    @claim(needs=["m"])
    def unknown(n=Integers(2)):
        """There is no m."""
        return Eq(E(GaussianLoop(n).sigma(1) ** 2), 1)

    with pytest.raises(BadInput, match="names 'm': expected 'where' or one of its variables"):
        in_balls(unknown)


# ---- the command --------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_command_tells_of_twins(tmp_path):
    run = [sys.executable, "-m", "reports.cli", "verify", "gaussian-log-drift-mle", "gaussian-ville-doob", "--twins"]
    run += ["--seconds", "0.5", "--json", str(tmp_path / "out.json")]
    env = {**os.environ, "SELFCONSUMING_LEDGER": str(tmp_path / "l.sqlite")}
    first = subprocess.run(run, capture_output=True, text=True, env=env, check=False, encoding="utf-8")
    assert first.returncode == 0, first.stderr
    assert re.search(r"twins  gaussian-log-drift-mle +(\d+) of \1 refuted \(B \1, S", first.stdout)
    assert "false twins: " in first.stdout
    assert " 0 not refuted" in first.stdout
    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["findings"]
    assert any(t["refuted"] and t["name"] == "without log(1 - 1/n)" for r in rows for t in r["twins"])
    again = subprocess.run(run, capture_output=True, text=True, env=env, check=False, encoding="utf-8")
    assert again.stdout.split("replicates")[0] == first.stdout.split("replicates")[0]
    # a plain run is content with these findings; their twins are kept out of its table
    plain = subprocess.run(
        [*run[:-5], "--seconds", "0.5"], capture_output=True, text=True, env=env, check=False, encoding="utf-8"
    )
    assert plain.returncode == 0
    assert "false twins: " not in plain.stdout
    shown = subprocess.run(
        [*run[:3], "show", "gaussian-log-drift-mle"],
        capture_output=True,
        text=True,
        env=env,
        check=False,
        encoding="utf-8",
    )
    assert re.search(r"false twins (\d+) of \1 refuted", " ".join(shown.stdout.split()))
