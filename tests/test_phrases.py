"""Formulas in sentences: what is read as one, what stays words, and that nothing is lost of either."""

import re

import pytest
from stated import stated
from sympy import Ge

from reports.checked import Checked
from reports.mathml import formula, sentence, statement
from reports.phrases import phrases
from reports.written import READABLE, abbreviated
from theory import Integers
from theory.families import catalogue
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

READ = r"""
The deviation decays, by c4(n) a generation.
The deviation decays, by $c_{4}(n)$ a generation.

For lam = 1/2 a Gaussian stays.
For $\lambda =1/2$ a Gaussian stays.

K = oo: a K-ary tree, x*, f^+ and e^(-d).
$K=\infty$: a K-ary tree, $x^{*}$, $f^{+}$ and $e^{-d}$.

It falls by 1/t a round, 10th and 8x8, 2-point, 18.4 % of runs.
It falls by $1/t$ a round, 10th and 8x8, 2-point, 18.4 % of runs.

A fit with a rate a of its own, a x: a s^2.
A fit with a rate a of its own, $ax$: $as^{2}$.

KL(truth || model(t)) <= (1-w)^(2t), |x| < oo
$\mathrm{KL}(\text{truth}\,\Vert\,\mathrm{model}(t))\le (1-w)^{2t}$, $|x|<\infty$

P(no point mass after t fits) = sqrt(n (n + 1))
$P(\text{no point mass after }t\text{ fits})=\sqrt{n(n+1)}$

P(the fitted variance ever exceeds K) is below 1/K.
$P$(the fitted variance ever exceeds $K$) is below $1/K$.

E W2^2 of the n-th, K's, sigma_{t-1}, -log 2 - 1/2.
$E\,W_{2}^{2}$ of the n-th, $K$'s, $\sigma _{t-1}$, $-\log \,2-1/2$.

The gamma function of λ, 数 and `a^2`; $5 (Jensen); the claim(s).
The gamma function of $\lambda$, 数 and `a^2`; $5 (Jensen); the claim(s).

p(1) ... p(n) is at 1, +-c, t! and A_(T, k) v'Sigma_t v.
$p(1)\cdots p(n)$ is at 1, $\pm c$, $t!$ and $A_{T,k}v'\Sigma _{t}v$.

An unclosed (n + 1 and x^ of it
An unclosed ($n+1$ and x^ of it
"""  # a sentence, and the same with its formulas between dollars


@pytest.mark.parametrize("pair", READ.strip().split("\n\n"))
def test_what_is_read(pair):
    text, told = pair.split("\n")

    assert "".join(f"${piece}$" if math else piece for math, piece in phrases(text)) == told


def test_no_statement_loses_a_word_or_a_number():
    """Of all statements; every formula in them becomes MathML."""
    formulas = set()
    for c in catalogue():
        pieces = phrases(c.statement)
        told = "".join(piece for _, piece in pieces)
        formulas |= {piece for math, piece in pieces if math}

        assert re.findall(r"\d", told) == re.findall(r"\d", c.statement), c.id
        words = re.findall(
            r"[a-z]{4,}",
            re.sub(
                r"[^\W\d_]+(?=[_^(])|\b(?:alpha|beta|gamma|delta|kappa|lambda|sigma|theta|zeta)\w*", "", c.statement
            ),
        )
        assert set(words) - {"sqrt", "cosh", "sinh", "tanh", "abar"} <= set(re.findall(r"[a-z]+", told)), c.id
        left = [piece for math, piece in pieces if not math]
        assert not re.search(r"[_^]|<=|>=|\b(?:sqrt|lam|oo)\b", re.sub("`[^`]*`", "", " ".join(left))), c.id
        assert all(piece.count("{") == piece.count("}") for piece in formulas), c.id

    assert len(formulas) > 1000
    assert not [piece for piece in formulas if "<code>" in formula(piece)]


ABBREVIATED = {
    "discrete-collapse-probability-two-symbols": (
        r"$\mathrm{alive}\ge 2\,\mathrm{mean}$ and $\mathrm{alive}\le n^{2}/(2(n-1))\,\mathrm{mean}$, "
        r"$\mathrm{share}=\mathrm{share}_{t}$, $\mathrm{mean}=2p(1-p)\,(1-1/n)^{t}$, "
        r"$\mathrm{alive}=\mathrm{Prob}[\mathrm{share}\,(1-\mathrm{share})>0]$"
    ),
    "stability-published-bound-audit": (
        r"$\lambda c/(1-\lambda c)/J=c/\mu \,(1+\lambda \mu )/(1-\lambda c)$, $\mu =I/H$ (first of 4 cases: data = Normal(0, 4))"
    ),
    "diffusion-8gaussians-mode-weights": r"$\mathrm{energy}(n,\ t)=\text{mean distance}\,(1-(1-1/n)^{t})$",
    "gaussian-sigma-mean-c4": "",  # short as it is
    "discrete-entropy-sandwich-rate": r"$E[\mathrm{entropy}_{t}]=(1-1/n)^{t}\,\mathrm{nats}(p)$ "  # (19/20)^10 log(3/10)
    "(first of 2 cases: n = 20, p = 3/10, t = 10)",
    "filter-best-of-k-hard-kept": r"$\mathrm{kept}>v-1/10^{12}$ and $\mathrm{kept}<v+1/10^{12}$, $\mathrm{kept}=v_{1}$ "
    "(first of 2 cases: K = 4, v = 0.491715236874742)",
    "curation-proxy-goodhart-turn": "",  # its function says more than names and a relation
}


@pytest.mark.parametrize("id", ABBREVIATED)
def test_a_long_formula_is_told_with_names(id):
    (c,) = (c for c in catalogue(id) if c.id == id)
    pieces = abbreviated(c)
    text = "".join(f"${piece}$" if math else piece for math, piece in pieces)

    assert text == ABBREVIATED[id]
    assert ("<mfrac>" not in statement(c)) == bool(text) or "frac" not in c.latex


@pytest.mark.xdist_group("catalogue")  # the relations of all claims are built once
@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.long)])
def test_most_long_formulas_are_told_with_names(every):
    long = [c for c in catalogue()[::every] if len(c.latex) > READABLE]
    short = [pieces for c in long if (pieces := abbreviated(c))]

    assert len(short) > (0.75 if every == 1 else 0.5) * len(long)  # of one in eight by chance fewer
    assert not [x for pieces in short for math, x in pieces if math and "<code>" in formula(x)]


def test_a_sentence_on_the_page():
    assert str(sentence("It falls </script> & by 1/t")) == (
        'It falls &lt;/script&gt; &amp; by <math><mn>1</mn><mo lspace="0" rspace="0">/</mo><mi>t</mi></math>'
    )


def test_a_long_formula_in_a_sentence_may_be_broken_before_its_outermost_signs():
    html = str(sentence("The error is H(p)/n + (1 - 1/n) H(p) m (1 - rho^t)/(N^2 - m^2 + m) <= -r, x = 1."))

    assert [part.count("<mo>") for part in html.split("<wbr>")] == [0, 5, 3]
    assert html.split("<wbr>")[2].startswith("<math><mrow/><mo>≤</mo><mo>−</mo>")


def test_a_reason_that_names_its_point_is_told_once():
    """The report had it once for each point: "mu(3) is no power; mu(4) is no power; and 7 other reasons"."""
    claimed = stated(lambda t: Ge(t, 0), t=Integers(0))
    notes = {3: "mu(3) is no power", 4: "mu(4) is no power", 5: "no time left"}
    found = [
        Finding("c", "f", "ball", Verdict.LEFT_OUT, number=n, point={"t": str(n)}, note=note, origin="drawn")
        for n, note in notes.items()
    ]
    told = str(Checked(claimed, summarise("c", None, found)))
    assert "mu(3) is no power" in told
    assert "no time left" in told
    assert "mu(4)" not in told
    assert "other reason" not in told
