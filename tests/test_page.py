"""The HTML page: what is on it, that it stands by itself, and that it works in a browser."""

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from xml.dom.minidom import parseString

import numpy as np
import pytest

from reports import cli
from reports.experiments import committed
from reports.figures import Curve, Trajectory, as_data, draw, from_data, margins
from reports.ledger import Ledger
from reports.mathml import formula
from reports.page import LOOSE
from reports.page_figures import figure
from reports.papers import is_own, of_paper
from reports.suite import Findings
from theory.families import catalogue
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Twinned, Verdict

pytestmark = pytest.mark.xdist_group("page")  # what is made once for all of them


BERTRAND = "2310.00429"
BOUND, MISREAD, EXACT = (
    "stability-published-bound-audit-bound",
    "stability-sharp-rate-all-lambda-unstable",
    "stability-jacobian-exact",
)
MISSED = "stability-sharp-rate-all-lambda"  # here it comes out against its declaration
(HEADLINE,) = catalogue("stability-theorem-every-share")
EVIL = '</script><script>window.evil = 1</script> & <img src=x onerror="evil()"> `a|b`'
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def findings(c):
    """What a run might say of a claim: numbers made up, verdicts as declared but for one."""
    fails = (c.expected == "fails") != (c.id == MISSED)
    verdict = Verdict.REFUTED if fails else Verdict.SUPPORTED
    points = c.points(3, 0)
    out = []
    if not fails:
        lines = ("E(x) = <b>2</b>", "both sides have the same normal form")
        derived = Finding(c.id, c.family, "derivation", Verdict.PROVED, method="derivation", certificate=lines)
        out += [derived] if c.id == EXACT else []
    for p in points:
        at = {"number": p.number, "point": {k: str(v) for k, v in p.values.items()}}
        margin = ((-0.4, -0.3) if c.id == MISREAD else (-0.2, -0.1)) if fails else (0.75, 0.76)
        sides = (((1.0, 1e-9), (4.0 + p.number, 1e-9)),)
        common = {"expected": c.expected, "margin": margin, "sides": sides, **at}
        out.append(Finding(c.id, c.family, "ball", verdict, guarantee="rigorous", slack=0.75, **common))
        common |= {"replicates": 8192, "error": 1e-8, "seconds": 0.2, "resolution": 0.004}
        out.append(Finding(c.id, c.family, "simulation", verdict, guarantee="asymptotic", **common))
    return out


def trajectory(claim):
    t = np.arange(20.0)
    line, wide = 0.9**t, 0.02 + 0 * t
    curves = [
        Curve("E sigma_t", t, line, line - wide, line + wide),
        Curve("upper bound", t, line + 0.2, relation="<="),
        Curve("few", t[:5], None, line[:5], line[:5] + 0.1),
    ]
    return Trajectory(claim, "decays", curves, 32_768, 0.999, "generation t   (n = 10)", (4.0,))


@pytest.fixture(scope="module")
def claims():
    chosen = {*(c.id for c in of_paper(BERTRAND, catalogue())), *(c.id for c in catalogue("gaussian-sigma*"))}
    return [c for c in catalogue() if c.id in chosen]


@pytest.fixture(scope="module")
def found(claims):
    return Findings([summarise(c.statement, c.corrected, findings(c)) for c in claims], {c.id: c for c in claims})


@pytest.fixture(scope="module")
def html(found):
    return found.to_html({id: trajectory(id) for id in (BOUND, EXACT)})


EMPTY = {"meta", "link", "br", "input", "col", "wbr", "hr", "img"}


class Page(HTMLParser):
    """Elements with their attributes, and whether every one that is opened is closed in turn."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.text = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def section(html, claim):
    """The part of the page that is about a claim."""
    return html.partition(f'<tbody class="claim" id="{claim}"')[2].partition("</tbody>")[0]


# ---- what is on it --------------------------------------------------------------------------------------------------


def inner(page):
    """What links on the page lead to, but for papers on arXiv."""
    links = {a["href"] for tag, a in page.elements if tag in ("a", "use")}
    return {h for h in links if not re.fullmatch(r"https://arxiv\.org/abs/\d{4}\.\d{5}", h)}


def test_every_element_is_closed_and_every_link_has_an_end(page):
    ids = [a["id"] for _, a in page.elements if "id" in a]

    assert not page.open
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in inner(page)} <= set(ids)


def test_it_loads_nothing(html, page):
    tags = {tag for tag, _ in page.elements}
    sources = [
        v
        for tag, a in page.elements
        if tag != "a"
        for k, v in a.items()
        if k in ("src", "href", "srcset", "data", "action")
    ]

    assert not tags & {"img", "iframe", "object", "embed", "base"}
    assert all(h.startswith("#") for h in inner(page))  # what is followed only if it is clicked: papers on arXiv
    assert all(v.startswith("#") or v == "data:," for v in sources)
    assert "@import" not in html
    assert set(re.findall(r"url\((.*?)\)", html)) == {"#hatch"}
    assert "default-src 'none'" in html
    assert "http://" not in html
    assert set(re.findall(r"https://[^/]+/", html)) == {"https://arxiv.org/"}


def test_every_claim_is_on_it_with_all_that_is_known(html, claims):
    for c in claims:
        told = section(html, c.id)
        for part in ("<math>", f"selfconsuming verify {c.id} --fresh", "<dt>source</dt>", "<dt>false twins</dt>"):
            assert part in told, (c.id, part)
    told = section(html, BOUND)
    for part in (
        "<dt>domain</dt>",
        "LocationLoop(Logistic(), data, lam)",
        "gap of the bound",
        "tightest 5",
        "loosest 8",
        "says nothing",
        "<code>J</code>",
    ):
        assert part in told, part
    assert "<dt>loop</dt><dd><code>GaussianLoop(n, sigma0" in section(html, "gaussian-sigma-mean-c4")
    assert "asymptotic; 32.8 k replicates; error probability" in told
    assert "nearest to failing at data = Normal(0, 4)" in told
    assert "simulation: supported" in told
    assert f'<a href="#paper-{BERTRAND}">' in told
    assert "both sides have the same normal form" in section(html, EXACT)


def test_findings_of_a_ledger_come_with_their_command(claims):
    (c,) = (c for c in claims if c.id == EXACT)
    numbered = [replace(f, id=70 + i) for i, f in enumerate(findings(c))]
    html = Findings([summarise(c.statement, None, numbered)], {c.id: c}).to_html()

    assert '<code class="cmd">selfconsuming reproduce 70</code>' in html
    assert "; findings 71, 72</li>" in html


def test_a_false_statement_stands_with_its_correction_and_its_counterexample(html):
    told = section(html, MISREAD)

    assert "refuted, as declared" in told
    assert f'<dt>correct is</dt><dd><a class="id" href="#{MISSED}">' in told
    assert "the sides are 1.0000000000(10) and 5.0000000000(10)" in told
    assert f'quoted instead, and false</dt><dd><a class="id" href="#{MISREAD}">' in section(html, MISSED)


def test_surprises_come_first(html, found):
    striking = html.partition('id="striking"')[2].partition("</section>")[0]
    headings = re.findall(r"<h3>(.*?)</h3>", striking)

    assert [s.claim for s in found.surprises] == [MISSED]
    assert headings == ["Surprises", "Natural to believe, and false", "True, and good to know"]
    assert striking.index(MISSED) < striking.index(HEADLINE.headline[1]) < striking.index(f"#{HEADLINE.id}")


def test_the_summary_counts(html, found):
    tiles = html.partition('<ul class="tiles">')[2].partition("</ul>")[0]
    shown = dict(re.findall(r'data-show="(.*?)">.*?<b>(\d+)</b>', tiles, re.S))
    loose = sum(bool(s.gaps) and s.gaps[0][0] >= LOOSE for s in found)

    assert {k: int(v) for k, v in shown.items()} == {
        "proved": 1,
        "supported": sum(s.verdict == Verdict.SUPPORTED for s in found),
        "refuted as declared": sum(s.verdict == Verdict.REFUTED for s in found) - 1,
        "surprise": 1,
        "loose": loose,
    }
    assert loose


def test_a_paper_is_told_by_theorem(html):
    paper = html.partition(f'id="paper-{BERTRAND}"')[2].partition("</details>")[0]

    assert "Bertrand et al., arXiv" in paper
    assert re.search(r"\b(\d+) of \1 statements hold", paper)
    own = [c for c in of_paper(BERTRAND, catalogue()) if is_own(c, BERTRAND)]
    assert own
    assert paper.count('class="math"') == len(own)
    headings = re.findall(r"<h3>(.*?)</h3>", paper)
    assert headings[:3] == ["What to write in a review", "Theorem 1", "Theorem 2"]
    assert headings[-1] == "Cite this"
    lists = re.findall(r"<h4>(.*?)</h4>", paper.partition("Theorem 1</h3>")[2].partition("<h3>")[0])
    assert lists == ["The statements of the paper", "Ours, in its setting", "False readings of it"]
    assert f'href="https://arxiv.org/abs/{BERTRAND}"' in paper
    assert f"@misc{{selfconsuming:{BERTRAND}," in paper
    assert re.search(
        r'in these models, each with a counterexample: “.*?” \(<a class="id" href="#(.*?)">\1</a>\)', paper
    )
    sentences = paper.partition('<ul class="review">')[2].partition("</ul>")[0]
    assert "<math" in sentences  # formulas of what is quoted
    assert not re.search(r"`|\\[*_]|&lt;=", re.sub(r"<annotation.*?</annotation>", "", sentences))
    assert "<dt>sharper</dt><dd><code>rate ≤ x/(1 + x), rate = model.at(lam=x/model.c).rate</code>" in paper
    assert f"selfconsuming report --paper {BERTRAND}" in paper


@pytest.mark.parametrize("where", ["statement", "note", "certificate", "source", "point"])
def test_text_is_escaped_wherever_it_comes_from(where, claims):
    (c,) = (c for c in claims if c.id == BOUND)
    evil = {
        "note": {"note": EVIL, "verdict": Verdict.UNDECIDED},
        "certificate": {"certificate": (EVIL,)},
        "point": {"number": 1, "point": {"n": EVIL}},
    }.get(where, {})
    finding = Finding(**{"claim": c.id, "family": EVIL, "witness": "ball", "verdict": Verdict.REFUTED, **evil})
    declared = replace(c, source=EVIL) if where == "source" else c
    summary = summarise(EVIL if where == "statement" else c.statement, None, [finding])
    html = Findings([summary], {c.id: declared}).to_html()

    assert "window.evil" in html
    assert "<script>window.evil" not in html
    assert "<img" not in html
    assert [tag for tag, _ in Page(html).elements].count("script") == 1


@pytest.mark.parametrize(
    "latex",
    [
        r"\operatorname{<script>window.evil = 1</script>}{\left(n \right)}",
        r"\text{<img src=x onerror='window.evil = 1'/>}",
        r"\text{<mi onclick='window.evil = 1'>x</mi>}",
        r"\href{javascript:window.evil}{x}",
        "\\text{a \x1b[31m red one, <not closed}",
        r"\frac",
    ],
)
def test_a_formula_is_a_formula_or_text(latex):
    shown = formula(latex)
    assert re.fullmatch(r"<code>[^<]*</code>|<math>.*</math>", shown, re.S)
    assert not re.search(r"<script|<img|<[^>]*(onclick|href)|\x1b", shown)


def test_what_was_not_run_and_what_has_changed_since_is_said(found):
    some = Findings(found.summaries[:2], found.claims, {"changed": [found.summaries[0].claim]})
    html = some.to_html()

    assert f"{len(found) - 2} more have not been run. 1 has changed" in html
    assert "since these findings" in section(html, some.summaries[0].claim)
    assert "since these findings" not in section(html, some.summaries[1].claim)
    assert {h[1:] for h in inner(Page(html))} <= set(re.findall(r'id="(.*?)"', html))


def test_a_claim_that_is_not_at_hand_is_told_from_its_findings():
    html = Findings([summarise("Mine.", None, [Finding("mine", "mine", "ball", Verdict.PROVED)])], {}).to_html()

    assert "Mine." in section(html, "mine")
    assert "<math>" not in html


def test_the_page_of_one_paper_begins_with_it(html, found):
    """Its title above, its statements opened before all else; the page of all claims has neither."""
    own = found.to_html(paper=BERTRAND)

    assert "<h1>On the Stability of Iterative Retraining of Generative Models on their own Data: statements" in own
    assert own.index(f'<details class="paper" id="paper-{BERTRAND}" open>') < own.index('id="striking"')
    assert own.count('class="paper"') > own.count(" open>") == 1
    assert html.index('id="striking"') < html.index(f'<details class="paper" id="paper-{BERTRAND}">')
    assert {h[1:] for h in inner(Page(own))} <= set(re.findall(r'id="(.*?)"', own))


def test_a_papers_section_tells_what_experiments_decide(html):
    """Each with the command and the commit of its run, and whose statement each claim is."""
    part = html.partition(f'id="paper-{BERTRAND}"')[2].partition("<h3>Cite this</h3>")[0]
    part = part.partition("<h3>Decided by experiments</h3>")[2]

    run = committed("eight-gaussians")
    assert f"{run['command']}</code>, commit {run['commit']}" in part
    row = part.partition("<code>half-stays</code>")[0].rpartition("<li>")[2]
    assert row.startswith(f"<b>{run['verdicts']['half-stays']}</b> (the paper)")
    assert "curation-synthetic" not in part


@pytest.mark.parametrize("claim", [EXACT, "stability-theorem-rate"])
def test_a_case_is_told_in_words_that_may_break(html, claim):
    """A formula does not, and the names of models and laws are long."""
    part = section(html, claim)

    assert re.search(r"</math> \(first of \d+ cases: \w+ = [^<]*\)</div>", part)
    assert "cases" not in "".join(re.findall(r"<math.*?</math>", part))


def test_the_same_findings_give_the_same_page(html, found):
    assert found.to_html({id: trajectory(id) for id in (BOUND, EXACT)}) == html


def test_it_stays_small(html, found):
    scaffold = len(Findings([], {}).to_html())

    assert (len(html.encode()) - scaffold) / len(found) * 600 + scaffold < 5_000_000


# ---- formulas and figures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("every", [15, pytest.param(1, marks=pytest.mark.long)])
def test_every_formula_of_the_catalogue_becomes_mathml(every):
    for c in catalogue()[::every]:
        math = str(formula(c.latex))
        tree = parseString(math)
        words = {"".join(x.data for x in e.childNodes) for e in tree.getElementsByTagName("mi")}

        assert "\\" not in math, c.id
        assert not tree.getElementsByTagName("merror"), c.id
        assert (r"\mathbb{E}" in c.latex) == ("𝔼" in words), c.id
        assert (r"\log" in c.latex) == ("log" in words), c.id
        assert (r"\mathrm{KL}" in c.latex) == ("KL" in words), c.id
        for tag, arity in (("mfrac", 2), ("msub", 2), ("msup", 2), ("msubsup", 3), ("mover", 2), ("munderover", 3)):
            assert all(len(e.childNodes) == arity for e in tree.getElementsByTagName(tag)), (c.id, tag)
        assert c.latex.count(r"\frac") + c.latex.count(r"\binom") == len(tree.getElementsByTagName("mfrac")), c.id


def test_a_formula_in_mathml():
    assert str(formula(r"t \log{\left(x \right)} \leq \frac{w}{\mathrm{vs}} \mathrm{TV}^{2}(q)")) == (
        '<math><mi>t</mi><mspace width=".17em"/><mi>log</mi><mrow><mo symmetric="false">(</mo>'
        '<mi>x</mi><mo symmetric="false">)</mo></mrow>'
        '<mo>≤</mo><mfrac><mi>w</mi><mi>vs</mi></mfrac><mspace width=".17em"/><msup><mi>TV</mi><mn>2</mn></msup>'
        '<mo stretchy="false">(</mo><mi>q</mi><mo stretchy="false">)</mo></math>'
    )


def test_bars_stand_close_to_what_they_hold():
    """An operator has room on both sides: "m = | mu|" it was."""
    assert str(formula(r"m = |\mu|")).count('<mo stretchy="false" lspace="0" rspace="0">|</mo>') == 2


def test_the_figure_has_theory_band_bars_bound_and_peak(html):
    drawn = figure(trajectory(BOUND))
    told = section(html, BOUND)

    assert drawn is not None
    decay, bound, few = drawn.curves
    assert decay.theory.count("L") == 19
    assert decay.band
    assert not decay.bars
    assert bound.forbidden
    assert not bound.band
    assert few.bars.count("V") == 5
    assert not few.theory
    assert len(drawn.peaks) == 1
    assert all(f'class="{x}"' in told for x in ("band", "line", "bars", "dots", "no", "peak"))
    assert "32\u2009768 replicates, level 99.9 %" in told


def test_what_is_not_drawn_as_curves_shows_its_margins_and_the_reason(found):
    s = found[MISREAD]
    drawn = margins(s)

    assert drawn is not None
    assert [c.label for c in drawn.curves] == ["ball arithmetic", "simulation"]
    for c, witness in zip(drawn.curves, ("ball", "simulation"), strict=True):
        told = [f.margin for f in s.findings if f.witness == witness]
        assert c.low is not None
        assert c.high is not None
        assert [x for pair in zip(c.low, c.high, strict=True) for x in pair] == pytest.approx(
            [100 * x for pair in told for x in pair]
        )
    assert draw(drawn).axes[0].get_ylim()[0] < -20 < 0 < draw(drawn).axes[0].get_ylim()[1]  # nothing is cut off
    reason = Trajectory(MISREAD, "", words="no variable <b> to draw it along")
    alone = Findings([s], found.claims)
    told = section(alone.to_html({MISREAD: reason}), MISREAD)
    assert "<figure>" in told
    assert "margin at each point, in % of the larger side" in told
    assert "none: no variable &lt;b&gt; to draw it along" in told
    assert f"verify {MISREAD} --out results" in section(alone.to_html(), MISREAD)
    assert "margin at each point" not in section(alone.to_html({MISREAD: trajectory(MISREAD)}), MISREAD)
    assert as_data(from_data(as_data(reason))) == as_data(reason)


def test_a_claim_without_a_margin_has_no_figure():
    nothing = summarise("x", None, [Finding("x", "x", "ball", Verdict.LEFT_OUT, number=1, point={"n": "1"})])
    infinite = Finding("x", "x", "ball", Verdict.SUPPORTED, number=1, point={"n": "1"}, margin=(0.1, float("inf")))

    assert margins(nothing) is None
    assert margins(summarise("x", None, [infinite])) is None


def test_every_false_twin_is_shown_with_who_refuted_it(claims):
    (c,) = (c for c in claims if c.id == BOUND)
    ball, simulated, *rest = (f for f in findings(c) if f.number == 1)
    assert not rest
    ball = replace(
        ball,
        twins=(
            Twinned("x 1.1", False, True, 0.1, 1e-9),
            Twinned("<i>its root</i>", True, True),
            Twinned("x 1.000001", False, False, 1e-6, 1e-3),
            Twinned("forgotten", True, False),
        ),
    )
    simulated = replace(simulated, twins=(Twinned("x 1.1", False, True, 0.09, 0.01),))
    s = summarise(c.statement, c.corrected, [ball, simulated])
    told = section(Findings([s], {c.id: c}).to_html(), c.id)

    assert "all 4 false twins" in told
    for line in (
        "<b>x 1.1</b> refuted by ball arithmetic and simulation; 10 % off",
        "<b>&lt;i&gt;its root&lt;/i&gt;</b> refuted by ball arithmetic</li>",
        "<b>x 1.000001</b> too small to see here; 0.0001 % off",
        "<b>forgotten</b> NOT REFUTED</li>",
    ):
        assert line in told


@pytest.mark.parametrize("values", [[np.nan] * 3, [np.inf] * 3])
def test_what_is_nowhere_finite_has_no_figure(values):
    assert figure(Trajectory("x", "x", [Curve("a", np.arange(3.0), np.array(values))])) is None


def test_a_figure_that_spans_decades_has_a_log_axis():
    drawn = figure(Trajectory("x", "x", [Curve("a", np.arange(9.0), 10.0 ** -np.arange(9.0))]))

    assert drawn is not None
    assert "10⁻⁶" in [text for _, text in drawn.upright]
    ys = [float(place.split()[1]) for place in drawn.curves[0].theory[1:].split("L")]
    assert np.diff(ys) == pytest.approx(np.diff(ys)[0], abs=0.2)


def test_the_ledger_keeps_what_a_figure_shows(tmp_path):
    t = trajectory("x")
    with Ledger(tmp_path / "ledger.sqlite") as book:
        book.keep(Trajectory("x", "older"), "h")
        book.keep(t, "h+twins")
        back = book.trajectory("x", "h")

        assert book.trajectory("x", "another") is None
    assert back is not None
    assert json.dumps(as_data(back)) == json.dumps(as_data(t))
    assert isinstance(back.curves[0].t, np.ndarray)


def test_values_that_are_not_finite_are_kept_as_absent():
    back = from_data(as_data(Trajectory("x", "x", [Curve("a", np.arange(3.0), np.array([1, np.inf, np.nan]))])))

    assert np.isnan(back.curves[0].theory[1:]).all()  # type: ignore[index]


# ---- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [["--format", "html"], []])
def test_report_writes_it_with_the_figures_of_the_ledger(options, claims, tmp_path, capsys):
    (c,) = (c for c in claims if c.id == BOUND)
    with Ledger(tmp_path / "ledger.sqlite") as book:
        for f in findings(c):
            book.add(replace(f, hash="h"))
        book.settle(c.id, "h")
        book.keep(trajectory(c.id), "h")
    out = tmp_path / "report.html"
    arguments = ["report", c.id, "--ledger", str(tmp_path / "ledger.sqlite"), "--out", str(out), *options]

    assert cli._run(arguments) == 0
    text = out.read_text(encoding="utf-8")
    assert "<figure>" in section(text, c.id)
    assert "selfconsuming reproduce 1<" in text
    assert cli._run([*arguments, "--paper", f"https://arxiv.org/abs/{BERTRAND}"]) == 0
    assert f'id="paper-{BERTRAND}" open>' in out.read_text(encoding="utf-8")
    assert cli._run([*arguments[:4], "--format", "html"]) == 0
    assert capsys.readouterr().out.strip() == text.strip()


# ---- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)}")
    api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: no page is opened in a browser"
    )
    with api.sync_playwright() as p:
        running = p.chromium.launch(executable_path=path, args=LAUNCH)
        yield running
        running.close()


@pytest.fixture(scope="module")
def address(html, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def visit(browser, address):
    """Opens the page; whatever it says on its console, or asks of a network, is an error."""
    contexts, said = [], []

    def open_page(width=1280, hash="", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda r: said.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
        tab.goto(address + hash)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert not said


def ids(tab):
    return tab.eval_on_selector_all("tbody.claim:not([hidden])", "rows => rows.map(r => r.id)")


def test_columns_begin_at_one_height(visit):
    boxes = visit().eval_on_selector_all(
        "#striking h3", "hs => hs.map(h => [h.getBoundingClientRect().x, h.getBoundingClientRect().y])"
    )
    tops = {x: min(y for a, y in boxes if a == x) for x, _ in boxes}

    assert len(tops) == 2
    assert len(set(tops.values())) == 1


def test_search_and_filters(visit, found):
    tab = visit()
    assert len(ids(tab)) == len(found)
    tab.fill("#find", "Published BOUND rate")
    tab.wait_for_selector(f"#{EXACT}", state="hidden")
    assert BOUND in ids(tab)
    assert tab.inner_text("#shown") == f"{len(ids(tab))} of {len(found)} claims"
    tab.fill("#find", "nothing is like that")
    tab.wait_for_selector("#none", state="visible")
    tab.click("#clear")
    tab.select_option("#show", "refuted as declared")
    assert set(ids(tab)) == {s.claim for s in found if s.verdict == Verdict.REFUTED and not s.surprise}
    tab.click("#clear")
    tab.select_option("#family", "gaussian")
    assert set(ids(tab)) == {s.claim for s in found if s.family == "gaussian"}
    tab.click("#clear")
    tab.select_option("#paper", BERTRAND)
    assert set(ids(tab)) == {c for c, x in found.claims.items() if BERTRAND in x.source}
    tab.click("#clear")
    tab.select_option("#witness", "DBS")
    assert ids(tab) == [EXACT]
    tab.click(".tiles .loose a")
    assert set(ids(tab)) == {s.claim for s in found if s.gaps and s.gaps[0][0] >= LOOSE}


def test_filters_stand_in_the_address(visit, found):
    tab = visit(hash=f"#{EXACT}")
    tab.select_option("#show", "refuted as declared")
    tab.fill("#find", "rate")
    tab.select_option("#sort", "claim")
    tab.click("thead th:has-text('claim') button")
    tab.wait_for_function("location.hash.includes('find=rate')")
    hash, shown = tab.evaluate("location.hash"), ids(tab)

    assert hash.startswith("#?")
    again = visit(hash=hash)
    assert ids(again) == shown == sorted(shown, reverse=True)
    narrow = visit(390, hash=hash)
    assert ids(narrow) == shown
    assert not narrow.is_visible(f"#{EXACT}")  # rows are blocks there, and hidden all the same
    assert narrow.is_visible(f"[id='{shown[0]}']")
    assert again.input_value("#show") == "refuted as declared"
    again.click("#clear")
    assert again.evaluate("location.hash") == ""
    unknown = visit(hash="#?verdict=forged&find=%20&nothing=1")
    assert len(ids(unknown)) == len(found)


def test_synonyms_are_found(visit, found):
    tab = visit()

    def search(words):
        tab.fill("#find", words)
        tab.press("#find", "Enter")
        return set(ids(tab))

    told = {c.id for c in found.claims.values() if "collapse" in f"{c.statement} {c.source}".lower()}
    assert told
    for words in ("autophagy", "MAD", "Recursive Training", "self-consuming"):
        assert told <= search(words) < {s.claim for s in found}, words
    assert search("autophagy stability-published") == {c for c in search("collapse") if "stability-published" in c}
    assert search("wasserstein") == search("W1")


def test_sorting(visit, found):
    tab = visit()
    usual = ids(tab)
    tab.click("thead th:has-text('claim') button")
    assert ids(tab) == sorted(usual)
    tab.click("thead th:has-text('claim') button")
    assert ids(tab) == sorted(usual, reverse=True)
    assert tab.get_attribute("thead th[data-key=claim]", "aria-sort") == "descending"
    tab.select_option("#sort", "verdict")
    assert ids(tab)[0] == MISSED
    assert ids(tab)[-1] == EXACT
    tab.select_option("#sort", "")
    assert ids(tab) == usual


@pytest.mark.parametrize("allowed", [True, False])
def test_copying(visit, allowed):
    tab = visit(hash=f"#{BOUND}", permissions=["clipboard-read", "clipboard-write"])
    if not allowed:  # as where a page comes from an insecure place
        tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    text = f"selfconsuming verify {BOUND} --fresh"
    button = tab.get_by_role("button", name=f"copy {text}")
    button.click()
    tab.wait_for_selector(f"#copied:has-text('{BOUND}')", state="attached")

    assert tab.inner_text("#copied") == f"copied: {text}"
    assert button.inner_text() == "copied"
    assert tab.evaluate("navigator.clipboard.readText()") == text


def test_keyboard(visit):
    tab = visit()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "find"
    tab.keyboard.type("kantorovich")
    tab.wait_for_selector(f"#{EXACT}", state="hidden")
    tab.focus("#stability-published-bound-audit-kantorovich a.id")  # it has each part of the word: never hidden
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.parentElement.open")
    tab.keyboard.press("Enter")
    assert not tab.evaluate("document.activeElement.parentElement.open")
    tab.focus("#find")
    tab.keyboard.press("Escape")
    assert len(ids(tab)) > 1


def test_a_link_to_a_claim_opens_it(visit):
    tab = visit(hash=f"#{EXACT}")
    assert tab.is_visible(f"#{EXACT} .math")
    tab.select_option("#show", "surprise")
    tab.evaluate(f"location.hash = '{BOUND}'")
    tab.wait_for_selector(f"#{BOUND} figure", state="visible")
    tab.click(f"#{BOUND} .source a")
    tab.wait_for_selector(f"[id='paper-{BERTRAND}'] h3", state="visible")


def test_without_a_script_all_is_there(visit):
    tab = visit(java_script_enabled=False)
    tab.click(f"#{BOUND} summary")

    assert tab.is_visible(f"#{BOUND} .math")
    assert not tab.is_visible(".tools")


@pytest.mark.thin(2)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_overflows_and_nothing_is_inaccessible(visit, width, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed: no page is looked at for accessibility"
    )
    tab = visit(width, color_scheme=scheme)
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    keep = [BOUND, EXACT, MISREAD, MISSED]  # the audit of all would take a minute
    tab.evaluate("keep => document.querySelectorAll('.claim').forEach(r => keep.includes(r.id) || r.remove())", keep)
    violations = axe.Axe().run(tab).response["violations"]

    assert not [(v["id"], v["nodes"][0]["html"], v["nodes"][0]["failureSummary"]) for v in violations]
    dark = tab.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(251, 250, 247)"
    assert dark == (scheme == "dark")


@pytest.mark.long
def test_on_paper_the_tools_are_gone(visit):
    tab = visit()
    tab.emulate_media(media="print")

    assert not tab.is_visible(".tools")
    assert not tab.is_visible("nav")
    assert tab.is_visible(f"#{BOUND} summary")
