"""Every LaTeX table that the program writes compiles, whatever an author calls things.

Where there is no pdflatex (Debian: texlive-latex-base and texlive-latex-recommended) what it would be given is looked at only.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sympy import Abs, Symbol

from reports import latex, load, value_tables
from reports.figure_words import _Words
from reports.wording import factor
from reports.written import where
from theory import E, GaussianLoop, Limit, Var
from theory.families import catalogue
from theory.language.claims import greek, latex_of
from theory.language.moments import oo
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

AWKWARD = r'''
"""Names and words that LaTeX reads as its own."""

import numpy as np
from sympy import Add, And, Eq, Le, Rational, Sum, Symbol, exp, oo, sqrt
from theory import E, GaussianLoop, HittingTime, Integers, Limit, Points, Positive, Prob, Probability, ProgramLoop, claim


class Top_k_Loop(ProgramLoop):
    """Observables as they are logged."""

    n: int
    learning_rate: float
    observables = ("top_1_acc", "ce_loss_50", "Å_x", "sigma", "α_1")

    def begin(rng, n, learning_rate):
        return rng.standard_normal(n)

    def retrain(rng, data, n, learning_rate):
        return rng.choice(data, n)

    def measure(data):
        return 1.0, 1.0, 1.0, 1.0, 1.0


@claim(source="A & B_1 2024, p. 50 % <see #3> ~ $x^2$ \\ {y}, Dąbrowski, Đặng, Ħal, Пушкин, 王, ½ n⁻¹ x³")
def mean_1_stays_50(n=Integers(2), t=Integers(0), sigma_0=Positive()):
    """100 % of the mean stays & nothing < 5 or > 3 is lost: x_1^2 ~ {μ}, naïve, Łukasiewicz, 数, α ≤ β ∈ ℝ, “quoted” – $5 #1."""
    return Eq(E(GaussianLoop(n, sigma0=sigma_0).mu(t)), 0)


@claim
def α_rate(λ=Positive(), α_1=Positive(), βx=Positive(), lambda_=Positive(), sigma0hat=Positive(), x_y_z=Positive(),
           q__2=Positive(), lam2=Positive(), Å=Positive(), 数=Positive(), Ω=Positive(), Τ=Positive(), ο=Positive()):
    """Variables in all alphabets, a_b & 100%."""
    return Le(λ + α_1, λ**2 + α_1 + βx + lambda_ + sigma0hat + x_y_z**2 + q__2**2 + lam2**2 + Å**2 + 数 + Ω + Τ + ο + λ)


@claim(where=lambda n, p_1_2: n * p_1_2**10 < 5 and n <= 100 and p_1_2 % 1 >= 0)
def odd_50(n=Integers(2, 50), t=Integers(0, 50), p_1_2=Probability()):
    """A side condition in Python's words."""
    loop = Top_k_Loop(n, p_1_2)
    first = HittingTime(lambda s: loop.top_1_acc(s) < Rational(1, 2))
    return And(E(loop.top_1_acc(t) ** 2) <= 5, E(loop.ce_loss_50(t)) <= n, E(loop.Å_x(t)) <= 1, E(loop.α_1(t)) <= 3,
               Prob(first > t) <= 1)


@claim
def long_formula(n=Integers(2), t=Integers(0), a_1=Positive(), k=Points(1, Rational(1, 3))):
    """A formula of several lines, in two cases."""
    j = Symbol("j_1", integer=True)
    parts = [a_1**i * sqrt(a_1 + i) * exp(-a_1 * i) for i in range(1, 30)]
    return Le(E(GaussianLoop(n).sigma(t) ** 2) * k, 1 + Add(*parts) + Sum(a_1**j / j**2, (j, 1, t)))


@claim
def limit(n=Integers(2), t=Integers(0)):
    """A limit."""
    return Limit(E(GaussianLoop(n).sigma(t)), (t, oo), 0)
'''
PACKAGES = re.search(r"\\usepackage\{.*\}", latex._FIT)[0]
compiles = pytest.mark.skipif(not shutil.which("pdflatex"), reason="no pdflatex here")


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    path = tmp_path_factory.mktemp("50 %") / "own_&_x.py"
    path.write_text(AWKWARD, encoding="utf-8")
    return load(path)


def table_of(claims, standalone=False) -> str:
    found = [
        summarise(c.statement, c.corrected, [Finding(c.id, c.family, "derivation", Verdict.PROVED)]) for c in claims
    ]
    columns = None if standalone else ("claim", "statement", "formula", "verdict", "source")
    return latex.latex(found, {c.id: c for c in claims}, columns, standalone=standalone)


def compiled(folder: Path, text: str, packages: str = "") -> None:
    """A document, or a table in the document of somebody with these packages alone."""
    document = text
    if not text.startswith(r"\documentclass"):
        (folder / "table.tex").write_text(text, encoding="utf-8")
        document = f"\\documentclass{{article}}\n{packages}\n\\begin{{document}}\n\\input{{table}}\n\\end{{document}}\n"
    (folder / "t.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=600)
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-2000:]
    assert "invalid in math mode" not in log


@compiles
@pytest.mark.thin(2)
@pytest.mark.parametrize("standalone", [False, True])
def test_an_authors_own_file(awkward, standalone, tmp_path):
    assert len(awkward) == 5
    compiled(tmp_path, table_of(awkward, standalone), f"{PACKAGES}\n\\usepackage[T1]{{fontenc}}")


@compiles
def test_a_table_of_numbers(awkward, tmp_path):
    given = dict.fromkeys(next(c for c in awkward if c.id == "α-rate").domain, "2") | {"λ": "1e-30,1e30"}
    sheets = value_tables.table(next(c for c in awkward if c.id == "α-rate"), given, False, 1, 0, None)
    sheets += value_tables.table(
        next(c for c in awkward if c.id == "limit"), {"n": "10,100", "t": "3"}, False, 1, 0, None
    )
    compiled(tmp_path, value_tables.latex(sheets), r"\usepackage{amsmath,amssymb,booktabs}")


@compiles
@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.long), 16])
def test_the_catalogue(step, tmp_path):
    raised = "filter-threshold-idempotent-vs-refit-geometric"  # s^2, squared
    shown = [c for i, c in enumerate(catalogue()) if i % step == 0 or c.id == raised]
    compiled(tmp_path, table_of(shown, standalone=True))


# ---- what TeX is given ----------------------------------------------------------------------------------------------


def test_names_of_variables_and_of_observables(awkward):
    known = {c.id: c for c in awkward}

    assert latex_of(Symbol("λ_1")) == r"\lambda _{1}"
    assert latex_of(Symbol("βx")) == r"\mathrm{\beta x}"
    assert [greek(x).strip() for x in "Τοςa"] == [r"\mathrm{T}", "o", "ς", "a"]
    assert r"\mathrm{top\_1\_acc}_{t}^{2}" in known["odd-50"].latex
    assert where(known["odd-50"]) == r"n p\_1\_2^{10} < 5 \text{ and } n \le  100 \text{ and } (p\_1\_2 \% 1 \ge  0)"
    assert set(re.findall(r"[^\x00-\x7f]", table_of(awkward))) <= set("ąĐïŁÅ")


def test_a_letter_with_an_exponent_is_squared_in_brackets():
    (c,) = (c for c in catalogue("filters") if c.id == "filter-threshold-idempotent-vs-refit-geometric")
    assert c.latex.endswith(r"\left(s^2_{1}\right)^{2}")
    loop = GaussianLoop(5)
    assert latex_of(loop.sigma(1) ** 2) == r"\sigma_{1}^{2}"


def test_what_unicode_raises_is_raised():
    assert latex.tex("½ n⁻¹ x³ a₂ ∈ Ħ") == (
        r"1/2 n\textsuperscript{\ensuremath{-}}\textsuperscript{1} x\textsuperscript{3} a\textsubscript{2} \ensuremath{\in} ?"
    )


def test_a_gap_that_no_float_holds():
    assert factor(float("inf"), "ROUND_CEILING") == "more than a million"


def test_every_word_is_labelled():
    """SymPy has printers of its own for words of ours that have its names."""
    t = Symbol("t", integer=True, nonnegative=True)
    s = GaussianLoop(5).sigma(t)
    assert _Words().doprint(Limit(E(s), (t, oo))) == "Limit(E sigma_t, (t, oo))"
    assert _Words().doprint(Var(Abs(s - 1))) == "Var(|sigma_t - 1|)"
