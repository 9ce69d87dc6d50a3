"""A paper's page: which claims are on it, what they are to the paper, gaps, vacuous bounds, onsets, and the command."""

import inspect
import re
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import pytest
from sympy import And, Eq, Le, Lt, Rational

from reports import paper_page
from reports.cli import main
from reports.figures import gaps
from reports.paper_page import page
from reports.papers import (
    counterexample,
    domain,
    is_own,
    needs,
    of_paper,
    onset,
    rivals,
    role,
    sections,
    split,
    theorem,
    vacuous,
)
from reports.same_quantity import are_one
from reports.suite import verify
from reports.wording import gap
from reports.written import condition, public, written
from theory.families import catalogue
from theory.gaussian.policies import PooledGaussianLoop
from theory.language.claims import claim
from theory.language.domains import Integers, Positive, Probability
from theory.language.errors import BadInput
from theory.language.moments import E
from theory.language.policies import FreshReal

pytestmark = pytest.mark.xdist_group("papers")  # what is made once for all of them


BERTRAND, FERBACH, FU = "2310.00429", "2407.09499", "2402.11778"
half = Rational(1, 2)


@claim(trivial=Rational(1, 2))
def bound(n=Integers(1)):
    """The squared error of the first mean is at most 2/n: for n up to 4 that says nothing, if it is known to be below 1/2."""
    return Le(E(PooledGaussianLoop(n, FreshReal(4), known_variance=True, start="fit").error(0) ** 2), 2 / n)


@claim(
    source="Somebody 9901.00001 (a bound, as commonly quoted)", where=lambda n, c: n * c < half, needs=["where", "c"]
)
def stated(n=Integers(1), c=Positive()):
    """A bound with a condition."""
    x = half * c
    return And(Lt(n * x, 1), Lt(x, 1))


@claim(source="derived; sharpens 9901.00001")
def stated_sharper(n=Integers(1), p=Probability(), q=Probability()):
    """A sharper one."""
    loop, rate = PooledGaussianLoop(n, FreshReal(4), known_variance=True), p * q
    return Le(E(loop.error(1)) * rate, 1)


@claim(source="read into 9901.00001", expected="fails", corrected="stated-sharper")
def stated_misread(n=Integers(1)):
    """What is read into it."""
    return Eq(n, 1)


@pytest.fixture(scope="module")
def found():
    return verify([bound], seconds=0.2, resolution=0.2)


# ---- which claims, and what they are --------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [BERTRAND, FERBACH])
def test_the_page_has_the_claims_that_name_the_paper_their_entries_and_their_corrections(paper):
    claims = of_paper(paper, catalogue())
    ids = {c.id for c in claims}

    assert all(c in claims for c in catalogue() if paper in c.source)
    assert {c.corrected for c in claims if c.corrected} <= ids
    assert {c.id for c in catalogue() if c.corrected in ids} <= ids
    assert "performative-rrm-quadratic-exact" not in ids


def test_the_sections_of_the_stability_paper():
    parts = sections(BERTRAND, of_paper(BERTRAND, catalogue()))
    ids = {name: {c.id for c in members} for name, members in parts.items()}

    assert list(parts)[:2] == ["Theorem 1", "Theorem 2"]
    assert {"Fixed-point proposition", "Collapse of a Gaussian", "No improvement"} <= {*parts}
    assert {
        "stability-theorem-published",
        "stability-published-bound-audit-bound",
        "stability-sharp-rate-all-lambda",
    } <= ids["Theorem 1"]
    assert "stability-theorem-fixed-point" in ids["Fixed-point proposition"]
    roles = {c.id: role(c, BERTRAND, parts["No improvement"]) for c in parts["No improvement"]}
    assert [i for i, r in roles.items() if r == "the paper"] == [  # for exact families, each with its own row
        "stability-mean-parameter-no-improvement",
        "stability-mean-parameter-no-improvement-exponential",
        "stability-mean-parameter-no-improvement-coin",
    ]
    assert roles["stability-misfit-improvement-never"] == "false reading"  # and where it does improve an example
    # what carries the theorem's number quantifies as the paper does: an instance is ours
    own = {c.id for c in parts["Theorem 1"] if role(c, BERTRAND) == "the paper"}
    assert "stability-theorem-published" in own
    assert "stability-published-bound-audit-bound" not in own
    assert {"stability-hoeffding-bernoulli", "stability-bias-vs-noise-amplification"} <= ids["Theorem 2"]


def test_the_sections_of_the_curation_paper():
    parts = sections(FERBACH, of_paper(FERBACH, catalogue()))
    ids = {name: {c.id for c in members} for name, members in parts.items()}

    assert list(parts)[:2] == ["Lemma 2.2", "Theorem 2.1"]
    assert {"curation-reward-growth", "curation-reward-growth-sharper"} <= ids["Lemma 2.2"]
    assert "curation-linear-rate-off-optimum" in ids["Theorem 2.1"]
    assert "curation-mixed-reward-lower-bound-published" in ids["Lower bound of the mixed loop"]
    assert "curation-hk-lemma" in ids["One-step lemma"]


def test_the_sections_of_the_paper_on_total_variation():
    """A corollary for each scheme, with learners under it; they stood together, beside the paper's statements."""
    parts = sections(FU, of_paper(FU, catalogue()))
    schemes = {
        "fully synthetic": ("linear", "fully-synthetic", ("coin", "categorical", "histogram", "gaussian", "score")),
        "real data beside the last model": ("bounded", "real-and-last", ("coin",)),
        "everything kept": ("sample", "accumulated", ("coin",)),
        "balanced": ("bounded", "balanced", ("coin",)),
    }
    for words, (what, scheme, learners) in schemes.items():
        members = {c.id: c for c in parts[f"Corollary, {words}"]}
        assert is_own(members[f"mixing-scheme-{scheme}-{what}"], FU)
        for x in learners:
            assert role(members[f"mixing-scheme-{scheme}-{x}"], FU) == "ours"
            assert members[f"mixing-scheme-{scheme}-{x}"] in split(FU, list(members.values()))[0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mixing-scheme-real-and-last-bounded", "mixing-scheme-accumulated", False),  # another scheme
        ("mixing-scheme-real-and-last-bounded", "mixing-scheme-fully-synthetic-linear", False),  # no real data
        ("mixing-scheme-fully-synthetic-sizes", "mixing-scheme-fully-synthetic-linear", False),  # equal errors
        ("mixing-scheme-fully-synthetic-sizes", "mixing-scheme-fully-synthetic", True),
        ("accumulate-mle-sine-product", "accumulate-subsample-unbiased-slow-divergence", False),  # another policy
        ("curation-reward-growth", "curation-reward-growth-two-atoms", True),  # an instance
        ("curation-reward-growth", "curation-reward-growth-tilt", True),
        ("mixing-tv-recursion-densities", "mixing-tv-recursion-signed", True),  # no loop in them
        ("mixing-tv-recursion", "mixing-tv-recursion-signed", False),
    ],
)
def test_what_is_written_alike_is_one_quantity_where_loops_may_be_one(one, other, same):
    """`U_t` is written alike for every scheme, and what is exact of one stood beside the bound of another."""
    claims = {c.id: c for c in catalogue()}

    assert are_one(claims[one], claims[other]) is are_one(claims[other], claims[one]) is same


def test_no_scheme_stands_in_for_another():
    """Among all claims of the paper, whatever their section."""
    claims = of_paper(FU, catalogue())
    (bound,) = (c for c in claims if c.id == "mixing-scheme-real-and-last-bounded")
    ours, exact = rivals(bound, claims, FU)

    assert {c.id for c in claims if written(c).quantity == "U_t"} > {c.id for c in (*ours, *exact)}
    assert "mixing-scheme-accumulated-sample" not in {c.id for c in exact}


def test_within_a_section_the_papers_own_statements_come_first_and_false_ones_last():
    members = sections(BERTRAND, of_paper(BERTRAND, catalogue()))["Theorem 1"]
    rows, rest = split(BERTRAND, members)
    roles = [role(c, BERTRAND, members) for c in rows]

    assert roles == sorted(roles, key=["the paper", "exact", "ours", "false form", "false reading"].index)
    assert roles[0] == "the paper"
    assert "stability-sharp-rate-all-lambda-unstable" in {c.id for c in rows}
    assert "stability-expfam-affine-rate" in {c.id for c in rest}
    assert len(rows) + len(rest) == len(members)


def test_what_a_claim_is_to_a_paper():
    assert [role(c, "9901.00001") for c in (stated, stated_sharper, stated_misread)] == [
        "the paper",
        "ours",
        "false reading",
    ]
    assert role(stated_misread, BERTRAND) == "false form"
    of_ours = replace(stated_misread, source="a hope", corrected=stated_sharper.id)
    of_theirs = replace(of_ours, corrected=stated.id)
    members = [stated, stated_sharper, of_ours, of_theirs]
    assert [role(c, "9901.00001", members) for c in members[2:]] == ["false form", "false reading"]
    for elsewhere in ("standard; in the setting of 9901.00001", "own measurement, in the setting of 9901.00001"):
        assert role(replace(stated, source=elsewhere), "9901.00001") == "ours"
    assert role(replace(stated, source="9901.00001, by own measurement"), "9901.00001") == "the paper"
    assert theorem(stated, "9901.00001") == "A bound"
    assert theorem(stated, BERTRAND) == ""


def test_a_paper_that_nobody_names():
    with pytest.raises(BadInput, match=r"no claim names the paper '1234\.5678'; known: .*2310\.00429"):
        of_paper("1234.5678", catalogue())


# ---- as it is written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "relation", "quantity"),
    [
        ("stability-published-bound-audit-bound", "J ≤ x/(1 - x), x = lam c", "J"),
        ("stability-sharp-rate-all-lambda", "J ≤ lam c/(1 + lam c)", "J"),
        ("stability-jacobian-exact", "J = lam I/(H + lam I)", "J"),
        (
            "curation-reward-growth",
            "E[f_(t + 1)] - E[f_t] ≥ (K - 1)/K Var[f_t]/p.largest",
            "E[f_(t + 1)] - E[f_t]",
        ),
        (
            "curation-reward-growth-sharper",
            "E[f_(t + 1)] - m ≥ (K - 1) Var[f_t]/(2 p.largest + (K - 2) m), m = E[f_t]",
            "E[f_(t + 1)] - E[f_t]",
        ),
        (
            "curation-mixed-kl-bound-sharp-published",
            "KL(model_t, reference) ≤ -log(1 - lam (K - 1))",
            "KL(model_t, reference)",
        ),
        ("stability-fully-synthetic-neutral-no-contraction", "lam (1 - lam mu/(1 + lam mu)) → 1/mu as lam → oo", None),
    ],
)
def test_a_relation_as_it_is_written(name, relation, quantity):
    w = written(catalogue(name)[0])

    assert w.relation == relation
    assert quantity is None or w.quantity == quantity


def test_words_and_models_are_told():
    w = written(catalogue("stability-sharp-rate-all-lambda")[0])

    assert w.models == ("LocationLoop(Logistic(), data, lam)",)
    assert w.words["c"].startswith("1 + L eps/alpha")
    assert set(w.words) == {"LocationLoop", "J", "c"}


def test_numbers_conjunctions_and_conditions():
    assert written(stated).relation == "n x < 1 and x < 1, x = 1/2 c"
    assert condition(stated) == "n c < 1/2"
    assert condition(bound) == ""
    assert written(stated_sharper).relation == "E[error_1] rate ≤ 1, rate = p q"


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.long)])
def test_every_claim_of_the_catalogue_can_be_written(every):
    for c in catalogue()[::every]:
        w = written(c)
        assert w.relation, c.id
        assert len(w.relation) < 1000, c.id


def test_names_that_are_private_to_a_module_are_told_without_their_underscore():
    """What a formula names is explained beside it: functions that begin with an underscore were shown so, and were not."""
    (c,) = catalogue("curation-reward-convergence-essential")
    w = written(c)

    assert w.relation == "E[weight_t] - x ≥ below(p, K, x, t)"
    assert "how far the mean weight may be below" in w.words["below"].lower()
    assert public("_a(x[1]_t, b._c, n_1) + _d") == "a(x[1]_t, b._c, n_1) + d"
    shown = re.compile(r"(?<![\w.])([a-z]\w*)\(")
    for c in catalogue():
        w = written(c)
        text = " ".join([w.relation, *w.models])
        assert not re.search(r"(?<![\w.\])}])_[a-z]", text), c.id
        if w.kind:
            known = vars(inspect.getmodule(c.function))
            ours = {x for x in shown.findall(text) if inspect.isfunction(known.get(f"_{x}"))}
            assert ours <= w.words.keys(), c.id


def test_a_relation_that_several_claims_share_is_told_as_its_function_has_it():
    """Theorem 1 itself was told as its first case, with a loop's `offset=(far*radius[-x/(x - 1)]/length[1],)`."""
    for id in ("stability-theorem-published", "stability-plane-published"):
        (c,) = catalogue(id)
        w = written(c)

        assert w.relation.startswith(
            "run.distance(t)/run.distance(0) ≤ rho^t, loop = model.at(lam=x/model.c), rho = x/(1 - x)"
        )
        assert w.kind == "≤"


def test_two_conditions_are_read_as_such():
    (c,) = catalogue("stability-expfam-affine-published")

    assert condition(c) == "2 m < n and q > p"


def test_a_shape_is_told_for_all_its_cases():
    (c,) = catalogue("mixing-gaussian-fixed-real-peak-tv")
    w = written(c)

    assert w.relation.startswith(
        "distance rises, then falls in m, turning at place(n, worst_share(t)), distance = E[TV("
    )
    assert w.quantity == "E[TV(model_t, truth)]"
    (valley,) = catalogue("mixing-gaussian-fresh-real-valley")
    assert written(valley).relation == "E[error_t^2] falls, then rises in m, turning at place(n, worst_share(t))"


def test_where_a_quantity_turns_is_no_bound_of_it():
    claims = catalogue("mixing")
    (square,) = (c for c in claims if c.id == "mixing-gaussian-fixed-real-most")
    ours, exact = rivals(square, claims, "2402.11778")

    assert "mixing-gaussian-fixed-real" in {d.id for d in exact}
    assert not [d.id for d in ours if "turning" in written(d).relation]


def test_domains_and_needs():
    assert domain(stated_sharper) == "n ≥ 1, whole; p, q in (0, 1)"
    assert needs(stated) == [
        "where `n c < 1/2`",
        "needed: without that condition it is false, as declared (`verify --twins` looks for a point)",
        "needed: without the domain of c it is false, as declared (`verify --twins` looks for a point)",
    ]


# ---- numbers --------------------------------------------------------------------------------------------------------


def test_a_gap_is_the_larger_side_over_the_smaller(found):
    (s,) = found.summaries
    points = bound.points()
    few = [p for p in points if int(p.values["n"]) <= 4]

    assert [g for g, _ in s.gaps] == pytest.approx([2.0] * len(points))
    assert vacuous(bound, s) == f"{len(few)} of {len(points)} points, as at {few[0]}"
    assert 0 < len(few) < len(points)


def test_an_equality_has_no_gap():
    found = verify(catalogue("stability-gaussian-mean-ar1-fixed"), seconds=0.2, resolution=0.2)

    assert found.summaries[0].gaps == []
    assert gap(found.summaries[0]) == ""


def test_the_figure_of_gaps(found, tmp_path):
    path = gaps(found.summaries, tmp_path / "gaps.png")

    assert path is not None
    assert path.read_bytes()[:4] == b"\x89PNG"
    assert gaps([], tmp_path / "none.png") is None


def test_onset():
    (c,) = catalogue("stability-fully-synthetic-neutral-no-contraction")
    text = onset(c)  # lam (1 - J) = lam/(1 + lam mu) is within 1 % of 1/mu from lam mu = 99 on
    mu = c.points(1, 0)[0].values["mu"]

    assert text == f"lam = {-(-99 // mu)} (mu = {mu})"
    assert onset(bound) == ""


# ---- the page -------------------------------------------------------------------------------------------------------


@cache
def _page(paper, *names):
    """The page with findings of a few claims only."""
    found = verify([c for n in names for c in catalogue(n)], seconds=0.2, resolution=0.2)
    claims = {c.id: c for c in of_paper(paper, catalogue())}
    return page(paper, found.summaries, claims), {s.claim: s for s in found.summaries}


def _row(text, name):
    return next(line for line in text.splitlines() if line.startswith("| ") and f"`{name}`" in line)


RUN = {  # on the pages that are looked at in the short run
    BERTRAND: (
        "stability-published-bound-audit-bound",
        "stability-sharp-rate-all-lambda",
        "stability-sharp-rate-all-lambda-unstable",
    ),
    FERBACH: ("curation-reward-growth",),
}


def test_the_page_of_the_stability_paper():
    name, _, false = RUN[BERTRAND]
    text, of = _page(BERTRAND, *RUN[BERTRAND])

    assert text.startswith(f"# arXiv {BERTRAND}")
    assert "model t is after t fits" in text  # the family's index, said once
    assert "\\`" not in text
    assert _row(text, name).startswith("| ours |")  # an instance, of a logistic location
    assert "`J ≤ x/(1 - x), x = lam c`" in _row(text, name)
    assert f"{gap(of[name])}, at data = " in _row(text, name)
    assert vacuous(catalogue(name)[0], of[name]).startswith("0 of ")  # the theorem's hypothesis holds at every point
    assert false in text.partition("**False readings**")[2]
    assert "| Theorem 1 (`stability-theorem-assumptions`)" not in text  # an assumption has nothing to be compared with
    assert counterexample(of[false]) in _row(text, false)
    assert re.search(
        r"Of all bounds on this page the loosest is `[a-z0-9-]+` \((ours|the paper's)\): a factor of [\d.]+ from", text
    )
    assert "cosh" not in text  # no Jacobian is spelt out


@pytest.mark.parametrize(("far", "told"), [(9.2e20, "more than a million"), (3.004, "3.01")])
@pytest.mark.parametrize(("c", "whose"), [(stated, "the paper's"), (bound, "ours")])
def test_the_loosest_bound_is_told_with_whose_it_is(c, whose, far, told):
    """A quotient that no table tells in digits is not told in digits below them, either."""
    found = SimpleNamespace(claim=c.id, gaps=[(1.0, None), (far, SimpleNamespace(point={"n": "7"}))])
    nothing = SimpleNamespace(claim="nothing", gaps=[])

    assert paper_page._loosest("9901.00001", [found, nothing], {c.id: c}) == [
        f"Of all bounds on this page the loosest is `{c.id}` ({whose}): a factor of {told} from the truth at n = 7.",
        "",
    ]
    assert not paper_page._loosest("9901.00001", [nothing], {})


@pytest.mark.long
def test_the_page_of_the_curation_paper():
    name, false = "curation-reward-growth", "curation-reward-growth-no-factor"
    text, of = _page(FERBACH, name, false)
    first = next(line for line in text.splitlines() if line.startswith("| Lemma 2.2 (`"))

    assert "the paper's p_t is our model(t)" in text
    assert written(catalogue(name)[0]).relation in first
    assert written(catalogue("curation-reward-growth-sharper")[0]).relation in first
    assert gap(of[name]) in first
    assert "the sides are" in _row(text, false)
    lemma = text.partition("## Lemma 2.2\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\*\*(.+)\*\*$", lemma, re.M) == [
        "Statements of the paper",
        "Ours, in its setting",
        "False readings",
    ]
    assert (
        lemma.index(f"(`{name}`)")
        < lemma.index("**Ours")
        < lemma.index("**False readings**")
        < lemma.index(f"`{false}`")
    )
    assert f"[arXiv:{FERBACH}](https://arxiv.org/abs/{FERBACH})" in text
    assert f"@misc{{arXiv:{FERBACH}," in text


def test_what_was_not_run_is_on_the_page_as_such():
    (name,), other = RUN[FERBACH], "curation-reward-growth-sharper"
    text, _ = _page(FERBACH, name)

    assert "not run yet" not in _row(text, name)
    assert "not run yet" in _row(text, other)
    missing = next(line for line in text.splitlines() if line.startswith("Not run yet: "))
    assert f"`{other}`" in missing
    assert f"`{name}`" not in missing


def test_every_table_of_the_page_is_well_formed():
    for paper, names in RUN.items():
        text, _ = _page(paper, *names)
        for block in text.split("\n\n"):
            rows = [line for line in block.splitlines() if line.startswith("|")]
            assert len({line.replace("\\|", "").count("|") for line in rows}) <= 1, block


def test_the_command(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SELFCONSUMING_LEDGER", str(tmp_path / "l.sqlite"))
    name = "stability-published-bound-audit-real-share"
    for arguments, status in (
        (["report", "--paper", BERTRAND], 2),  # nothing was run
        (["verify", name, "--twins", "--seconds", "0.2"], 0),
        (["report", "--paper", BERTRAND, "--out", str(tmp_path / "report.md")], 0),
        (["report", "--paper", f"https://arxiv.org/abs/{BERTRAND}v3", "--format", "csv"], 0),  # a table of its claims
        (["report", "--paper", BERTRAND, "--columns", "claim,verdict"], 0),
        (["report", "--paper", FERBACH], 2),  # nothing of it was run
        (["report", "--paper", "1234.5678"], 2),
    ):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert (end.value.code or 0) == status, arguments
    told = capsys.readouterr().err
    assert "no claim names the paper '1234.5678'; known: " in told
    assert "v3 is asked for; statements are those commonly quoted" in told
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "needed: without that condition it is false, " in _row(text, name)
    assert "looks for a point" not in _row(text, name)  # the counterexample was found
    assert "![gaps](report.png)" in text
    assert (tmp_path / "report.png").exists()
