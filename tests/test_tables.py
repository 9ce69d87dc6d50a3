"""Every format tells the same of the same findings, rounds outward, and survives what people write in statements."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from public import FINDING
from rich.console import Console
from sympy import And, Le

from reports import latex, records, tables, value_tables, wording
from reports.cells import cell
from reports.columns import COLUMNS, VERDICTS, chosen, of_verdict, rows
from reports.measured import table_csv
from reports.suite import Findings
from reports.written import case
from theory import E, GaussianLoop
from theory.families import catalogue
from theory.language.claims import claim
from theory.language.domains import Integers, Points, Positive
from theory.language.errors import BadInput
from theory.language.summaries import summarise
from theory.language.verdicts import MEASURED, Finding, Seen, Twinned, Verdict

pytestmark = pytest.mark.xdist_group("tables")  # what is made once for all of them


POINTS = (
    {"n": "10", "t": "10", "sigma0": "1"},
    {"n": "100", "t": "10", "sigma0": "3/2"},
    {"n": "2", "sigma0": "sqrt(2)"},
)
NASTY = r"1 % of \mass & #1_a^2 <b> stays | always, ~$5 {x} [link](y) *b* `code` ‖ σ ≤ ∞ Ünal 漢" + "\n- item"
AGAIN = "about 4.8x the replicates"
S, R, U, L, P = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED, Verdict.LEFT_OUT, Verdict.PROVED


def finding(claim, witness, verdict, number=None, family="gaussian", **options):
    point = None if number is None else POINTS[number - 1]
    return Finding(claim, family, witness, verdict, number=number, point=point, **options)


def simulated(claim, *verdicts, **options):
    """A finding a point, with the numbers and the notes that such a verdict brings."""
    more = {
        Verdict.SUPPORTED: {"margin": (-0.0014123, 0.0018456), "resolution": 0.003212},
        Verdict.REFUTED: {"margin": (-0.143, -0.138), "resolution": 0.005},
        Verdict.UNDECIDED: {"resolution": 0.022, "note": f"resolution 0.022 where 0.01 is asked: {AGAIN}"},
        Verdict.LEFT_OUT: {"note": "the estimator has no second moment here"},
    }
    return [
        finding(
            claim,
            "simulation",
            v,
            j,
            guarantee="finite sample",
            replicates=2_000_000,
            seconds=0.7,
            error=1e-7,
            seed=7,
            **more[v],
            **options,
        )
        for j, v in enumerate(verdicts, 1)
    ]


@pytest.fixture(scope="module")
def summaries():
    proof = finding("sigma-mean", "derivation", P, guarantee="rigorous", method="induction", certificate=("a", "b"))
    quoted = finding(
        "quoted", "ball", S, 1, "regression", expected="fails", margin=(0.5, float("inf")), resolution=0.1, id=12
    )
    return [
        summarise("The mean decays.", None, [proof, *simulated("sigma-mean", S, S, L)]),
        summarise("It is (3/2) t/n.", "w2-exact", simulated("w2-three-halves", R, expected="fails")),
        summarise("It is exactly that.", None, simulated("w2-exact", S, S, S)),
        summarise(
            "Nobody knows.",
            None,
            [
                finding("tail-first-step", "derivation", U, note="no closed form"),
                *simulated("tail-first-step", S, U, L),
            ],
        ),
        summarise("Left alone.", None, simulated("left-alone", L, L)),
        summarise(NASTY, None, [finding("martingale", "derivation", P), *simulated("martingale", R)]),
        summarise("Not so false.", "nowhere", [quoted]),
        summarise("No more a theorem.", None, simulated("broken", S, R)),
    ]


def declared(latex, source="A & B #1"):
    """What a table reads of a claim."""
    said = SimpleNamespace(relation=lambda: latex, loops=())
    function = eval("lambda: None")  # its text is nowhere: nothing is abbreviated
    return SimpleNamespace(latex=latex, source=source, where=None, cases=[{}], function=function, said=said)


@pytest.fixture(scope="module")
def claims(summaries):
    return {
        s.claim: declared(rf"\left|{{\mu_{{t}}}}\right| < \| x \| \leq {j}")
        for j, s in enumerate(summaries)
        if s.claim != "quoted"
    }


def one(summaries, claim):
    return next(r for r in rows(summaries, {}) if r["claim"] == claim)


# ---- numbers --------------------------------------------------------------------------------------------------------


def test_resolution_has_two_digits_rounded_up():
    shown = [wording.percent(x) for x in (None, 0, 0.0032, 0.003212, 0.1, 1.234, 123.4, 2.34e-9, float("inf"))]

    assert shown == ["", "exact", "0.32 %", "0.33 %", "10 %", "130 %", "13000 %", "2.4e-7 %", "unbounded"]


def test_margin_is_an_interval_of_the_digits_that_it_justifies():
    assert wording.interval(None) == ""
    assert wording.interval((0.0, 0.0)) == "0"
    assert wording.interval((-0.0014123, 0.0018456)) == "[-0.15, 0.19] %"
    assert wording.interval((0.512341, 0.512779)) == "[51.23, 51.28] %"
    assert wording.interval((3e-6, 0.12)) == "[0.0003, 12] %"
    assert wording.interval((0.5, float("inf"))) == "[50, oo] %"


magnitudes = st.floats(1e-14, 1e9) | st.floats(-1e9, -1e-14) | st.just(0.0)


@given(magnitudes, st.floats(0, 1e6))
@settings(max_examples=300, deadline=None)
def test_rounding_is_outward_and_loses_little(low, width):
    high = low + width
    text = wording.interval((low, high))
    if text != "0":
        a, b = (Fraction(x) / 100 for x in re.fullmatch(r"\[(.+), (.+)\] %", text).groups())
        assert a <= Fraction(repr(low)) <= Fraction(repr(high)) <= b
        assert float(b - a) <= width + 0.11 * (abs(low) + abs(high))


@given(st.floats(1e-300, 1e12))
@settings(deadline=None)
def test_resolution_never_claims_too_much(x):
    shown = Fraction(wording.percent(x).removesuffix(" %")) / 100

    assert Fraction(repr(x)) <= shown <= Fraction(repr(x)) * Fraction(11, 10)


# ---- rows and text --------------------------------------------------------------------------------------------------


def test_a_false_statement_follows_its_correction(summaries):
    ids = [r["claim"] for r in rows(summaries, {})]

    assert sorted(ids) == sorted(s.claim for s in summaries)
    assert ids[ids.index("w2-exact") + 1] == "w2-three-halves"
    assert ids[-1] == "quoted"  # families stay together; its correction is not in the list


def test_rows_say_what_each_witness_said(summaries):
    row = one(summaries, "sigma-mean")

    assert row["evidence"] == "D · S 2/3"
    assert row["coverage"] == "derivation: all; simulation: 2 of 3 points"
    assert row["cost"] == "6 M replicates, 2.1 s"
    assert (row["verdict"], row["outcome"]) == ("proved", "as declared")
    assert row["note"] == "S at other points: the estimator has no second moment here"
    assert all(isinstance(v, str) for r in rows(summaries, {}) for v in r.values())


def test_notes_begin_with_what_is_most_urgent(summaries):
    notes = {r["claim"]: r["note"] for r in rows(summaries, {})}

    assert notes["w2-three-halves"] == "refuted, as declared; correct: w2-exact"
    assert notes["martingale"].startswith("contradiction: proved by derivation, refuted by simulation; declared true")
    assert notes["quoted"].startswith("declared false, but supported; correct: nowhere")
    assert notes["broken"] == "declared true, but refuted at n = 100, t = 10, sigma0 = 3/2"
    assert notes["tail-first-step"].startswith("D: no closed form; S: resolution 0.022 where")
    assert notes["left-alone"] == "S left out: the estimator has no second moment here"


def test_an_undecided_claim_shows_no_resolution(summaries):
    for name in ("tail-first-step", "left-alone"):
        row = one(summaries, name)
        assert (row["verdict"], row["outcome"], row["resolution"], row["margin"]) == ("undecided", "open", "", "")


def test_footer_counts_every_claim_once(summaries):
    lines = tables.footer(summaries).split("\n")

    assert lines[0] == "8 claims: 1 proved, 1 supported, 1 refuted as declared, 2 undecided, 3 surprises"
    assert lines[1] == "2 with two witnesses or more; coarsest resolution of those supported 10 % (quoted)"
    assert [line.split(": ")[1] for line in lines[4:]] == ["martingale", "quoted", "broken"]
    assert "0 claims" in tables.footer([])


def test_plain_is_a_line_a_claim(summaries):
    lines = tables.plain(summaries).split("\n")

    assert len(lines) == len(summaries)
    assert all(r["claim"] in line and r["note"] in line for r, line in zip(rows(summaries, {}), lines, strict=True))
    assert not re.search("[\u2500-\u257f]", "".join(lines))


@pytest.mark.parametrize("width", [60, 80, 110, 140, 200])
def test_terminal_fits_and_hides_nothing(summaries, width):
    console = Console(width=width, file=StringIO(), force_terminal=False)
    console.print(tables.terminal(summaries, width))
    text = console.file.getvalue()

    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text  # rich's mark of a cut
    assert "contradiction" in text
    assert "as declared" in text
    assert "0.33 %" in text
    if width >= 80:
        assert all(s.claim in text for s in summaries)


def test_terminal_does_not_read_markup():
    s = summarise("x", None, [finding("c", "derivation", U, note="[bold]a[/nonsense] [1, 2]")])
    console = Console(width=80, file=StringIO())
    console.print(tables.terminal([s], 80))

    assert "[bold]a[/nonsense] [1," in console.file.getvalue()


# ---- Markdown and LaTeX ---------------------------------------------------------------------------------------------


letters = st.characters(blacklist_categories=["Cs"])
statements = st.text(letters, max_size=60) | st.text("|\\`$_*<&\n", max_size=9) | st.just(NASTY)


@given(statements, statements)
@settings(deadline=None)
def test_markdown_rows_have_equal_cells(statement, source):
    s = summarise(statement, None, [finding("c", "derivation", P)])
    c = declared(r"\left|{x}\right| \| < $", source)
    table = [line for line in tables.markdown([s], {"c": c}).split("\n") if line.startswith("|")]

    assert len(table) == 3
    # a bar is escaped by an odd number of backslashes: ours are doubled before
    assert {len(re.sub(r"\\\\", "", line).replace(r"\|", "").split("|")) for line in table} == {10}


def test_markdown_reads_well(summaries, claims):
    text = tables.markdown(summaries, claims)

    assert r"$\left\vert {\mu_{t}}\right\vert \lt \Vert x \Vert \leq 0$" in text
    assert "≠ `w2-three-halves`" in text
    assert "**contradiction**" in text
    assert "- `left-alone`: S left out: the estimator has no second moment here" in text
    assert tables._md("sigma_t^2, s_{t+1}, _so_ a <b> & c < d") == r"sigma_t^2, s_{t+1}, \_so\_ a &lt;b> & c < d"
    assert "A & B #1" in text


def unescaped(text: str) -> set[str]:
    """Special characters of LaTeX left in a text after everything that is escaped or a command of ours."""
    text = re.sub(r"\\ensuremath\{[^}]*\}", "", text)
    text = re.sub(r"\\text(super|sub)script\{[^}]*\}|\\[a-zA-Z]+(\{\})?|\\[%&#_${}]", "", text)
    return set(text) & set("\\{}$&#%_^~")


@given(statements)
@settings(deadline=None)
def test_tex_escapes_everything(text):
    escaped = latex.tex(text)

    assert not unescaped(escaped)
    assert all(c <= "~" or "\u00c0" <= c <= "\u017e" for c in escaped)


def test_tex_examples():
    assert latex.tex("50 % of a_b & #1, x^2 ~ {y} \\z $") == (
        r"50 \% of a\_b \& \#1, x\textasciicircum{}2 \textasciitilde{} \{y\} \textbackslash{}z \$"
    )
    assert latex.tex("σ ≤ Δ, Kåg, ﬁt") == r"\ensuremath{\sigma} \ensuremath{\le} \ensuremath{\Delta}, Kåg, fit"
    assert latex.tex("a-b", breaks=True) == r"a-\allowbreak{}b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.96 %", r"0.96 \%"),
        ("[-0.15, 0.19] %", r"[\ensuremath{-}0.15, 0.19] \%"),
        ("-9.73(13)e-21", r"\ensuremath{-}9.73(13)\ensuremath{\times10^{-21}}"),
        ("[-oo, 2.1e9] %", r"[\ensuremath{-}\ensuremath{\infty}, 2.1\ensuremath{\times10^{9}}] \%"),
    ],
)
def test_numbers_are_set_as_in_formulas(text, shown):
    assert latex._tex_number(text) == shown


def test_latex_is_balanced(summaries, claims):
    for text in (latex.latex(summaries, claims), latex.latex(summaries, claims, standalone=True)):
        begun, ended = (re.findall(rf"\\{word}\{{(\w+)\}}", text) for word in ("begin", "end"))
        bare = re.sub(r"\\\\|\\[{}%]", "", re.sub(r"(?m)(?<!\\)%.*$", "", text))

        assert sorted(begun) == sorted(ended)
        assert bare.count("{") == bare.count("}")
        body = text.split(r"\midrule")[1].split(r"\bottomrule")[0]
        lines = [row for row in body.split("\\\\\n") if "&" in row]
        assert len({len(re.findall(r"(?<!\\)&", row)) for row in lines}) == 1
        assert len(lines) == len(summaries)


PACKAGES = re.search(r"\\usepackage\{.*\}", latex._FIT)[0]


def paper(options: str, body: str) -> str:
    """What somebody else's paper is: no encoding chosen, the table in a float."""
    return f"\\documentclass{options}{{article}}\n{PACKAGES}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def compiled(document: str, folder: Path) -> str:
    """What pdflatex says, run twice: a long table is as wide as it has to be in the second run."""
    (folder / "t.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    for _ in range(2):
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=600)
        log = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, log[-2000:]
    return log


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no pdflatex here")
@pytest.mark.parametrize("case", ["standalone", "float", "two columns", "long", "thirty"])
def test_latex_compiles(summaries, claims, tmp_path, case):
    columns = ("claim", "formula", "verdict", "margin", "left", "guarantee") if case == "two columns" else None
    copies = [replace(s, claim=f"{s.claim}-{i}") for i in range(7) for s in summaries]
    shown = {"long": copies, "thirty": copies[:30]}.get(case, summaries)
    known = claims | {s.claim: claims["sigma-mean"] for s in shown if s.claim not in claims}
    table = latex.latex(shown, known, columns, standalone=case in ("standalone", "thirty"))
    (tmp_path / "table.tex").write_text(table, encoding="utf-8")
    document = {
        "standalone": table,
        "float": paper("", r"\begin{table}\caption{Claims}\footnotesize\input{table}\end{table}"),
        "two columns": paper("[twocolumn]", r"\begin{table*}\small\input{table}\end{table*}"),
        "long": paper("", r"\input{table}"),
        "thirty": table,
    }[case]
    log = compiled(document, tmp_path)

    assert (r"\begin{longtable}" in table) == (case in ("long", "thirty"))
    assert not re.search(r"Overfull \\vbox", log)  # no row is below the page
    assert not re.search(r"Overfull \\hbox \(.*?\) in alignment", log)  # the table is as wide as the line


def test_a_table_that_begins_a_paragraph_is_not_indented(summaries, claims):
    """It is as wide as the line. A long one, which ends the paragraph itself, must not begin another one."""
    many = [replace(s, claim=f"{s.claim}-{i}") for i in range(7) for s in summaries]

    assert "\\noindent\n\\begin{tabular}" in latex.latex(summaries, claims)
    assert "\\noindent" not in latex.latex(many, claims)


@pytest.mark.skipif(not (shutil.which("pdflatex") and shutil.which("pdftotext")), reason="no pdflatex, or no pdftotext")
@pytest.mark.parametrize("copies", [1, 40])  # a tabular, a long table
def test_a_formula_is_never_shrunk_to_a_hairline(tmp_path, copies):
    """Down to six tenths in its column, then on a line of its own below, then in words only."""
    widths = {"narrow": 3, "shrunk": 8, "below": 25, "left-out": 200}
    shown = [
        summarise(f"In words: {name}.", None, [finding(f"{name}-{i}", "derivation", P, resolution=r)])
        for i in range(copies)
        for name, r in zip(widths, (0.01, 1e-12, 6.6e-9, None), strict=True)
    ]
    known = {s.claim: declared(" + ".join(["x^2"] * widths[s.claim.rpartition("-")[0]])) for s in shown}
    table = latex.latex(shown, known, ("claim", "formula", "verdict", "resolution"))
    log = compiled(paper("", table), tmp_path)
    text = subprocess.run(
        ["pdftotext", "-layout", "t.pdf", "-"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    ).stdout

    assert "Overfull" not in log
    assert text.count("(below)") == copies
    assert text.count("(too wide for a line)") == text.count("words: left-out.") == copies


def test_the_witnesses_letters_are_explained_once(summaries, claims):
    for text in (latex.latex(summaries, claims, standalone=True), tables.markdown(summaries, claims)):
        assert len(re.findall(r"D derivation", text)) == 1


@claim(where=lambda n, eps, K: And(eps * (K - 1) < 1, n > K))
def conditional(n=Integers(2), eps=Positive(), K=Points(2, 4)):
    """A statement with a hypothesis, in two cases."""
    return Le(eps**K, n)


@claim(where=lambda n, m: n > m and m > 1)
def conditional_in_python(n=Integers(2), m=Integers(2)):
    """Its hypothesis is no SymPy relation."""
    return Le(m, n)


def test_no_formula_stands_without_its_hypothesis_and_its_case():
    found = Findings(
        [summarise(c.statement, None, [finding(c.id, "derivation", P)]) for c in (conditional, conditional_in_python)],
        {c.id: c for c in (conditional, conditional_in_python)},
    )
    under = r"n > 2 \text{ and } \varepsilon < 1"
    md, tex = found.to_markdown("formula"), found.to_latex(["formula"])

    in_md = under.replace("<", r"\lt").replace(">", r"\gt")

    assert rf"$\varepsilon^{{2}} \leq n, \quad \text{{where }} {in_md}" in md
    assert r"\quad \text{(first of 2 cases: K = 2)}$" in md
    assert rf"\selfconsumingfit{{\varepsilon^{{2}} \leq n,}}{{ where ${under}$ (first of 2 cases: K = 2)}}" in tex
    assert r"\text{where } n \gt m \text{ and } m \gt 1$" in md
    (first, second) = json.loads(found.to_json("formula"))["claims"]
    assert (first["where"], first["case"]) == ("eps (K - 1) < 1 and n > K", "first of 2 cases: K = 2")
    assert (second["where"], second["case"]) == ("n > m and m > 1", "")
    assert list(pd.read_csv(StringIO(found.to_csv("claim,formula")))) == ["claim", "latex", "where", "case"]
    in_html = " ".join(found._repr_html_().split())  # no-break spaces too
    assert "first of 2 cases: K = 2" in in_html
    assert "<mtext>where </mtext>" in in_html


def test_the_parts_of_a_case_have_their_names():
    (c,) = catalogue("tail-probability-rises-then-falls")

    assert case(c) == "first of 2 cases: n = 10, k = 3, peak = 14"


def test_a_gap_of_1_is_attained():
    assert wording.between(1.01097, 2.8312) == "1.01 to 2.84"
    assert wording.between(1 + 1e-12, 1.000312) == "1 to 1.0004"
    assert wording.between(1.0000005, 43210) == "1.0000005 to 43300"
    assert wording.between(2.0, 2.0) == "2"


# ---- chosen columns and rows ----------------------------------------------------------------------------------------


def test_every_format_has_the_chosen_columns(summaries, claims):
    found = Findings(summaries, claims)
    names = "claim, verdict,margin"
    md = found.to_markdown(names).splitlines()

    assert md[0] == "| claim | verdict | margin |"
    assert "| ≠ `w2-three-halves` | refuted, as declared | [-14.3, -13.8] % |" in md
    assert "Claim & Verdict & Margin" in found.to_latex(names)
    assert found.to_csv(names).splitlines()[0] == "claim,verdict,margin_low,margin_high"
    data = json.loads(found.to_json(names))
    assert data["columns"] == ["claim", "verdict", "margin"]
    assert list(data["claims"][0]) == ["claim", "verdict", "margin_low", "margin_high"]
    assert "findings" not in data


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_can_be_had_in_every_format(summaries, claims, name):
    found = Findings(summaries, claims)

    assert len(found.to_markdown(name).splitlines()) == len(summaries) + 2
    assert name.capitalize() in found.to_latex([name])
    assert len(pd.read_csv(StringIO(found.to_csv(name)), skip_blank_lines=False)) == len(summaries)
    assert len(json.loads(found.to_json(name))["claims"]) == len(summaries)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("claim,verdit", r"no column 'verdit'; the nearest is 'verdict'; there are claim, family"),
        ("Margin", "the nearest is 'margin'"),
        ("xyzzy", "no column 'xyzzy'; there are claim"),
        ("claim,claim", "'claim' is named twice"),
        ("claim,,verdict", "no column ''; there are claim"),
        ([], "no column is named"),
    ],
)
def test_a_wrong_column_is_told_with_the_nearest(names, message):
    with pytest.raises(BadInput, match=message):
        chosen(names)


def test_rows_by_verdict(summaries):
    def ids(names):
        return {s.claim for s in of_verdict(summaries, names)}

    assert ids("undecided") == {"tail-first-step", "left-alone"}
    assert ids("refuted") >= {"w2-three-halves", "broken"}
    assert ids("surprise") == {s.claim for s in summaries if s.surprise}
    assert ids(",".join(VERDICTS)) == {s.claim for s in summaries}
    with pytest.raises(BadInput, match="no verdict 'prooved'; the nearest is 'proved'"):
        of_verdict(summaries, "prooved")


# ---- data -----------------------------------------------------------------------------------------------------------


def forbid(constant):
    raise AssertionError(f"{constant} is not JSON")


def test_json_is_strict_and_complete(summaries):
    data = json.loads(records.as_json(summaries, {}, {"seed": 7, "nothing": float("nan")}), parse_constant=forbid)

    assert data["seed"] == 7
    assert data["nothing"] is None
    assert len(data["claims"]) == len(summaries)
    assert len(data["findings"]) == sum(len(s.findings) for s in summaries)
    assert all(set(f) >= FINDING for f in data["findings"])
    assert {c["claim"]: c["as_declared"] for c in data["claims"]} == {s.claim: s.as_declared for s in summaries}
    quoted = next(f for f in data["findings"] if f["claim"] == "quoted")
    assert quoted["margin"] == [0.5, None]
    assert quoted["reproduce"] == "selfconsuming reproduce 12"
    assert json.loads(json.dumps(records.as_dict(summaries, {}), allow_nan=False)) == records.as_dict(summaries, {})


SCHEMA = json.loads((Path(tables.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))


def fields_of(schema):
    """Every property that a schema names, with its own schema."""
    for key, value in schema.items() if isinstance(schema, dict) else ():
        if key == "properties":
            yield from ((name, x) for name, x in value.items() if isinstance(x, dict) and "items" not in x)
        yield from fields_of(value)


def test_json_is_what_its_schema_says(summaries, claims):
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    found = Findings(summaries, claims, {"seed": 7, "seconds": 3.0, "resolution": 0.01, "alpha": 1e-6})
    twin = Twinned("x 1.1", False, True, 0.1, float("inf"))
    sides = (((1.0, 0.1), (2.0, 0.0)), None)
    judged = summarise("It has a twin.", None, [finding("twinned", "ball", S, 1, twins=(twin,), sides=sides)])

    for text in (found.to_json(), found.to_json("claim,margin"), Findings([]).to_json(), Findings([judged]).to_json()):
        assert [e.message for e in validator.iter_errors(json.loads(text))] == []
    whole = json.loads(found.to_json())
    assert set(SCHEMA["$defs"]["claim"]["properties"]) == set(whole["claims"][0])  # no field goes undescribed
    assert all(x.get("description") for _, x in fields_of(SCHEMA["$defs"]))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["claims"][0].pop("verdict"),
        lambda data: data["claims"][0].update(verdict="passed"),
        lambda data: data["claims"][0].update(more=1),
        lambda data: data["findings"][0].update(margin=[0.1]),
        lambda data: data["findings"][0].pop("guarantee"),
        lambda data: data.pop("findings"),
        lambda data: data.update(columns=["claim"]),
    ],
)
def test_the_schema_refuses_what_is_no_report(summaries, claims, spoil):
    data = json.loads(Findings(summaries, claims).to_json())
    spoil(data)

    assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_csv_comes_back(summaries):
    table = pd.read_csv(StringIO(records.csv(summaries, {}))).set_index("claim")

    assert set(table.index) == {s.claim for s in summaries}
    assert table.loc["martingale", "statement"] == NASTY
    assert table.loc["sigma-mean", "simulation_coverage"] == "2 of 3 points"
    assert table.loc["w2-exact", "resolution"] == 0.003212
    assert pd.isna(table.loc["left-alone", "resolution"])
    assert table["surprise"].sum() == 3
    assert pd.read_csv(StringIO(records.csv([], {}))).empty


def test_frame_has_a_row_a_finding(summaries):
    findings = [f for s in summaries for f in s.findings]
    table = records.frame(findings)

    assert len(table) == len(findings)
    assert table["margin_low"].dtype == float
    assert table["point"][1] == "n = 10, t = 10, sigma0 = 1"
    assert table["point.n"].dropna().isin([2, 10, 100]).all()
    assert table["point.sigma0"][2] == 1.5
    assert table["point.sigma0"][3] == "sqrt(2)"
    assert list(records.frame([]).columns)[:3] == ["claim", "family", "witness"]


def test_no_cell_of_csv_is_a_formula():
    """Text that a spreadsheet would run gets an apostrophe; numbers are numbers."""
    for text in ("=1+1", "+A1", "-1-1", "@SUM(A1)", "\t=1", "  =cmd", "\uff1d1", "-1\n"):
        assert cell(text) == f"'{text}"
    for value in ("n = 10", "a-b", "", "-1", "+1.5", -1.5, 3, None, True):
        assert cell(value) is value


def test_no_value_of_a_users_variable_is_a_formula():
    @claim
    def named(kind=Points("=1+1", "b")):
        """Words as values."""
        return Le(E(GaussianLoop(10).sigma(1)), 1)

    sheets = value_tables.table(named, {"kind": "=1+1"}, simulate=False, seconds=1, seed=0, workers=1)
    seen = Seen(1.0, 0.9, 1.1, 1.0, "t")
    f = Finding("named", "mine", MEASURED, Verdict.UNDECIDED, "holds", 1, {"kind": "=1+1"}, seen=seen)
    for text in (value_tables.as_csv(sheets), table_csv(summarise("", None, [f]))):
        assert "'=1+1," in text
        assert ",=1+1" not in text.replace("'=1+1", "")
