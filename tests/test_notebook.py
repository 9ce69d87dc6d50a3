"""Findings in a notebook: what is shown, what is drawn, and the example, run again."""

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from markupsafe import escape
from nbclient import NotebookClient
from sympy import Eq

from reports import check, verify
from reports.checked import Checks
from reports.suite import Findings
from theory import E, GaussianLoop, Integers, claim
from theory.language.errors import BadInput
from theory.language.summaries import summarise
from theory.language.verdicts import Finding, Verdict

pytestmark = pytest.mark.xdist_group("notebook")  # what is made once for all of them


EXAMPLE = Path(__file__).parents[1] / "examples" / "conjecture.ipynb"


@claim
def my_variance(n=Integers(2, 50), t=Integers(0, 50)):
    """The variance <b>stays & stays</b>."""
    return Eq(E(GaussianLoop(n).sigma(t) ** 2), 1)


@claim
def my_mistake(n=Integers(2, 50), t=Integers(1, 50)):
    """It grows."""
    return Eq(E(GaussianLoop(n).sigma(t) ** 2), 1 + t / n)


@pytest.fixture(scope="module")
def found() -> Findings:
    return verify([my_variance], seconds=0.1)


class Balanced(HTMLParser):
    """Raises where a tag is closed that is not the last one opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_notebook_shows_a_table_with_formulas(found):
    text = found._repr_html_()
    tags = Balanced(text)

    assert not tags.open
    assert "math" in tags.seen
    assert "b" not in tags.seen  # what people write is text
    assert "&lt;b&gt;stays &amp; stays" in text
    assert "proved" in text
    assert "1 claim: 1 proved, no surprises" in text


def test_without_its_claim_a_finding_is_shown_without_a_formula():
    s = summarise("Somebody's.", None, [Finding("theirs", "x", "simulation", Verdict.UNDECIDED, note="too <few>")])
    text = Findings([s])._repr_html_()

    assert "theirs" in text
    assert "too &lt;few&gt;" in text  # what it leaves open is said
    assert "<math" not in text
    assert repr(Findings([s])) == str(Findings([s]))


def test_a_figure_is_shown_and_saved(found, tmp_path):
    plot = found.plot("my-variance")

    assert plot._repr_png_().startswith(b"\x89PNG")
    assert plot.save(tmp_path / "f.pdf").read_bytes().startswith(b"%PDF")
    assert len(found.plot().figure.axes) == 1  # all there are
    with pytest.raises(BadInput, match="the nearest is 'my-variance'"):
        found.plot("my-varance")
    with pytest.raises(BadInput, match=r"\.gif"):
        plot.save(tmp_path / "f.gif")


def told(notebook) -> list[list[str]]:
    """The text of every cell's outputs; times vary."""
    texts = [
        [
            o.text if o.output_type == "stream" else o.data["text/plain"]
            for o in cell.outputs
            if o.get("name") != "stderr"
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    return [[re.sub(r"\d[\d.e+-]* (s|min|h)\b", "TIME", text) for text in cell] for cell in texts]


def test_the_example_gives_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLE.parents[1]))
    kept = nbformat.read(EXAMPLE, 4)
    new = nbformat.read(EXAMPLE, 4)
    for cell in new.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    NotebookClient(new, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()

    nbformat.validate(kept)
    assert all(told(kept))
    assert told(new) == told(kept)
    assert any("image/png" in o.get("data", {}) for cell in kept.cells for o in cell.get("outputs", ()))


def test_a_claim_and_its_check_have_views():
    (done,) = found = check([my_variance], seconds=1)
    text = found._repr_html_()

    assert my_variance._repr_latex_() == r"$\displaystyle \mathbb{E}\left[\sigma_{t}^{2}\right] = 1$"
    shown = my_variance._repr_html_()
    assert shown.startswith(f"<code>my-variance</code><br>{escape(my_variance.statement)}<br>$\\displaystyle ")
    assert all(f"<code>{name}</code>: {d}" in shown for name, d in my_variance.domain.items())
    assert done._repr_html_() == text
    assert done._repr_latex_() == found._repr_latex_()
    assert found._repr_latex_() == (
        r"$\displaystyle \begin{array}{lll} \text{my-variance} & \mathbb{E}\left[\sigma_{t}^{2}\right] = 1 & "
        r"\text{proved} \end{array}$"
    )
    assert r"\text{proved} \\ \text{my-variance}" in Checks([done, done])._repr_latex_()  # a row each
    assert not Balanced(text).open
    assert "my-variance: PROVED" in text
    assert "&lt;b&gt;stays &amp; stays" in text
    assert str(found) == str(done)


def test_what_is_refuted_is_said_to_be_in_latex_too():
    assert r"\text{refuted, surprise}" in verify([my_mistake], seconds=0.2)._repr_latex_()
