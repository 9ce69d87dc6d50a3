"""The site: `sphinx-build -W --keep-going docs site`.

What the catalogue and the docstrings know is written from them, anew in every build: one page a paper (`papers/`), and
the reference (`api/`). No claim is decided for it: verdicts are those of one whole run of the suite, which two commands write
from a ledger, `selfconsuming report --columns claim,verdict,coverage,gap --out docs/_static/verdicts.csv` and that of
`findings.md`.
"""

from __future__ import annotations

import csv
import inspect
import re
import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))  # the packages of this checkout, wherever they are installed from

import reports  # noqa: E402
import simulate  # noqa: E402
import theory  # noqa: E402
from reports import papers as literature  # noqa: E402
from reports.mathml import formula  # noqa: E402
from reports.tables import _md  # noqa: E402
from reports.words import comment, first_sentence, home, is_family_loop, loops_of  # noqa: E402
from reports.written import stated, written  # noqa: E402
from theory.families import catalogue, families  # noqa: E402
from theory.language.claims import Claim  # noqa: E402

project = "selfconsuming"
copyright = "the selfconsuming authors"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = html_show_sourcelink = False
html_math_renderer = "mathml"  # below: the formulas of the HTML report, which need neither a network nor a script
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 2
autodoc_inherit_docstrings = False
autodoc_typehints = "none"  # meaning, shapes and units are in the docstrings
default_role = "code"


with open(HERE / "_static" / "verdicts.csv", encoding="utf-8", newline="") as file:
    VERDICTS = {row["claim"]: row for row in csv.DictReader(file)}

# ---- papers ---------------------------------------------------------------------------------------------------------


def paper_page(paper: str, claims: list[Claim]) -> str:
    """What the catalogue says of one paper, in Markdown: statements, formulas, what is declared, how to see it."""
    members = literature.of_paper(paper, claims)
    lines = [
        f"# {', '.join(filter(None, [literature.author(paper, members), f'arXiv {paper}']))}",
        "",
        f"[arXiv:{paper}](https://arxiv.org/abs/{paper}), as it is commonly quoted: its text is not at hand here, and every "
        "statement is checked in the model that its formula names. All of them at once, with what else is in their families:",
        "",
        "```console",
        f"$ selfconsuming verify {' '.join(dict.fromkeys(c.family for c in members))}",
        f"$ selfconsuming report --paper {paper}",
        "```",
        "",
        'What came out: [Findings](/findings.md). "The paper": it is stated there; "exact" and "ours": an equality, or a '
        "bound, of the same quantity that was derived for it; ≠ what is misread into it, or false beside it.",
        "",
    ]
    for name, entries in literature.sections(paper, members).items():
        lines += [f"## {_md(name)}", ""]
        if name != literature.BESIDE and not any(literature.is_own(c, paper) for c in entries):
            lines += ["No claim states it as it is quoted. These claims belong to it.", ""]
        for c in (c for group in literature.split(paper, entries) for c in group):
            lines += claim_entry(c, paper, entries)
    return "\n".join(lines)


def claim_entry(c: Claim, paper: str, entries: list[Claim]) -> list[str]:
    false = c.expected == "fails"
    declared = f"declared false; correct is `{c.corrected}`" if false else "declared to hold"
    about = [f"*{_md(c.source)}*"] if c.source != "derived" else []
    told = written(c)
    about += [decided(VERDICTS[c.id], false)] if c.id in VERDICTS else []
    about += [f"`{told.relation}`" + "".join(f" in `{model}`" for model in told.models)]
    about += ["; ".join(filter(None, (literature.domain(c), *literature.needs(c))))]
    about += [
        f"{literature.role(c, paper, entries)}: {declared}",
        f"`selfconsuming verify {c.id}`, `selfconsuming show {c.id}`",
    ]
    return [
        f"### {'≠ ' * false}{c.id}",
        "",
        f"**{_md(c.statement)}**",
        *([f" {_md(' '.join(c.notes.split()))}"] if c.notes else []),
        "",
        f"$$\n{stated(c)}\n$$",
        "",
        *(f"- {text}" for text in about if text),
        "",
    ]


def decided(row: dict[str, str], false: bool) -> str:
    """What came out in the run that the site tells of, and by whom: "**proved**: derivation, balls at 13 of 13 points"."""
    by = ["derivation"] * (row["derivation_coverage"] == "all")
    for words, witness in (("ball arithmetic", "ball"), ("simulation", "simulation")):
        seen = row[f"{witness}_coverage"]
        by += [f"{words} at {seen}"] * (bool(seen) and not seen.startswith("0 of "))
    gap = f"; gap {float(row['gap_low']):.3g} to {float(row['gap_high']):.3g}" if row["gap_low"] else ""
    expected = ", as declared" * (false and row["verdict"] == "refuted")
    return f"**{row['verdict']}{expected}**{': ' * bool(by)}{', '.join(by)}{gap}"


ONLY_REFERENCE: list[str] = []

# ---- reference ------------------------------------------------------------------------------------------------------


def words() -> str:
    """Everything that `theory` offers but its loops, by the module that it stands in."""
    homes: dict[str, list[str]] = {}
    for name in theory.__all__:
        if not is_family_loop(name) and is_told_of(home(name)):
            homes.setdefault(home(name), []).append(name)
    parts = [documented(first_sentence(import_module(m)), names) for m, names in sorted(homes.items())]
    return "\n".join(["# Words of claims", "", "`from theory import ...`", "", *parts])


def loops() -> str:
    """The loops, by family."""
    parts = [
        documented(first_sentence(import_module(f"theory.{family}")), names, members=True)
        for family in filter(is_told_of, families())
        if (names := loops_of(family))
    ]
    return "\n".join(["# Loops", "", "`from theory import ...`", "", *parts])


def closed_forms() -> str:
    """The functions of the families, as they tell of themselves."""
    from reports.values import formulas

    parts = ["# Closed forms", "Of symbols, numbers and arrays; `.ball(...)` encloses the value."]
    for name, f in formulas().items():
        parts.append(f"## theory.{name}\n\n```text\n{name.split('.')[1]}({', '.join(f.kinds)})\n\n{f.__doc__}\n```")
    return "\n\n".join(parts) + "\n"


def library(package, names: list[str]) -> str:
    head = [f"# {package.__name__}", "", f"`from {package.__name__} import ...`", ""]
    return "\n".join([*head, documented("", names, package.__name__, members=True)])


def is_told_of(name: str) -> bool:
    """Whether a module, or a family, is in this build's reference."""
    return not ONLY_REFERENCE or name in ONLY_REFERENCE


def documented(title: str, names: list[str], package: str = "theory", members: bool = False) -> str:
    """A section in which autodoc documents these names."""
    out = [f"## {_md(title)}", ""] if title else []
    out += ["```{eval-rst}"]
    for name in names:
        thing = getattr(sys.modules[package], name)
        kind = "class" if inspect.isclass(thing) else "function" if inspect.isfunction(thing) else "data"
        if kind == "data":  # a symbol: it has a comment where others have a docstring
            out += [f".. py:data:: {package}.{name}", "", f"   {comment(name)}", ""]
            continue
        out += [f".. auto{kind}:: {package}.{name}"] + ["   :members:"] * (members and kind == "class") + [""]
    return "\n".join([*out, "```", ""])


def docstring(app, what, name, obj, options, lines) -> None:
    """Docstrings are plain text with `code`; lists of "name: meaning" become lists."""
    first, *rest = "\n".join(lines).strip().split("\n\n")
    out = [plain(" ".join(first.split())), ""]
    for paragraph in rest:
        items: list[str] = []
        for line in paragraph.splitlines():
            for piece in line.strip().split("  "):  # "n: sample size.  mean0: mean of the truth."
                if items and not begins(piece):
                    items[-1] += f" {piece}"  # goes on
                else:
                    items.append(piece)
        for item in items:
            named = begins(item)
            out += [f"- **{plain(named[1])}**: {plain(named[2])}" if named else plain(item), ""]
    lines[:] = out


def begins(line: str) -> re.Match | None:
    """Whether a line of a docstring says what a name means."""
    return re.match(r"([A-Za-z]\w*(?:\([\w, ]*\))?(?:, [A-Za-z]\w*)*): (.*)", line)


def plain(text: str) -> str:
    """Text in which nothing but `code` is markup."""
    pieces = text.split("`")
    code = (f"``{piece}``" if i % 2 else re.sub(r"([\\*|_])", r"\\\1", piece) for i, piece in enumerate(pieces))
    return "".join(code)


# ---- the build ------------------------------------------------------------------------------------------------------


def write_pages(app) -> None:
    ONLY_REFERENCE.extend(app.config.only_reference)
    claims = catalogue()
    wanted = app.config.only_papers or literature.papers(claims)
    pages = {f"papers/{p}.md": paper_page(p, claims) for p in wanted}
    pages |= {
        "api/words.md": words(),
        "api/loops.md": loops(),
        "api/formulas.md": closed_forms(),
        "api/simulate.md": library(simulate, ["estimate", "sample"]),
        "api/reports.md": library(reports, reports.__all__),
    }
    for folder in ("papers", "api"):
        (HERE / folder).mkdir(exist_ok=True)
        for old in (HERE / folder).glob("*.md"):
            if f"{folder}/{old.name}" not in pages:
                old.unlink()
    for path, text in pages.items():
        if not (HERE / path).exists() or (HERE / path).read_text(encoding="utf-8") != text:
            (HERE / path).write_text(text, encoding="utf-8")


def inline_math(self, node) -> None:
    from docutils.nodes import SkipNode

    self.body.append(str(formula(node.astext())))
    raise SkipNode


def block_math(self, node) -> None:
    from docutils.nodes import SkipNode

    self.body.append(f'<div class="formula">{formula(node.astext())}</div>\n')
    raise SkipNode


def setup(app) -> None:
    app.add_config_value("only_papers", [], "env", [list])  # pages of these alone: `-D only_papers=2407.09499`
    app.add_config_value("only_reference", [], "env", [list])  # words of these modules, loops of these families
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    app.connect("builder-inited", write_pages)
    app.connect("autodoc-process-docstring", docstring)
