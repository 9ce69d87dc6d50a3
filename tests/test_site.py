"""The site: it builds without a warning, with a page a paper and every public name; its links lead somewhere."""

import csv
import inspect
import os
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from commands import python

import reports
import simulate
import theory
from reports.papers import of_paper, papers
from theory import catalogue

pytestmark = pytest.mark.xdist_group("site")  # what is made once for all of them


ROOT = Path(__file__).parents[1]
MADE = ("api", "papers")  # by the build


class Page(HTMLParser):
    """What a page links to, loads and can be linked at."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.math = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {k: v or "" for k, v in attrs}
        self.anchors.add(given.get("id", ""))
        self.math += tag == "math"
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loaded += [given[k] for k in ("src", "href") if k in given and tag in ("script", "img", "link")]


PAPER = "2407.09499"  # whose page is in the short run's site: those of all papers are half of a build
REFERENCE = "theory.language.claims,theory.language.policies,gaussian"  # the same of the words and loops


def built(checkout: Path, *options: str) -> Path:
    """The site, built without a warning in a copy of the checkout."""
    for name in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(name, reason=f"the site is built where {name} is installed: pip install -e '.[docs]'")
    # the build writes pages beside those that are written by hand
    shutil.copytree(ROOT / "docs", checkout / "docs", ignore=shutil.ignore_patterns(*MADE))
    for name in ("theory", "simulate", "reports", *(p.name for p in ROOT.glob("*.md"))):
        (checkout / name).symlink_to(ROOT / name)
    done = python(
        ["-m", "sphinx", "-q", "-W", "--keep-going", *options, "docs", "site"], os.environ, checkout, other=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return checkout / "site"


def read(site: Path) -> dict[Path, Page]:
    return {p.resolve(): Page(p.read_text(encoding="utf-8")) for p in site.rglob("*.html")}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return built(tmp_path_factory.mktemp("checkout"), "-D", f"only_papers={PAPER}", "-D", f"only_reference={REFERENCE}")


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    return read(site)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    return built(tmp_path_factory.mktemp("checkout"))


@pytest.mark.long
def test_every_page_of_the_whole_site_leads_somewhere_and_loads_nothing(whole):
    links_lead_somewhere(pages := read(whole))
    test_nothing_is_loaded_from_elsewhere(pages)


@pytest.mark.long
def test_every_paper_has_a_page_with_all_of_its_claims(whole):
    claims, pages = catalogue(), read(whole)

    assert {p.stem for p in (whole / "papers").glob("*.html")} == set(papers(claims))
    for paper in papers(claims):
        path = (whole / "papers" / f"{paper}.html").resolve()
        text, members = path.read_text(encoding="utf-8"), of_paper(paper, claims)
        assert pages[path].math == len(members)  # a formula each
        assert "merror" not in text
        for c in members:
            assert f"selfconsuming verify {c.id}</span>" in text or f">{c.id}<" in text, c.id


@pytest.mark.long
def test_every_public_name_is_in_the_reference(whole):
    anchors = set().union(*(p.anchors for p in read(whole).values()))
    names = [f"theory.{n}" for n in theory.__all__] + [f"reports.{n}" for n in reports.__all__]

    assert {*names, "simulate.sample", "simulate.estimate"} <= anchors


@pytest.mark.parametrize("package", [theory, simulate, reports], ids=lambda package: package.__name__)
def test_code_in_docstrings_is_closed(package):
    """The reference takes all else in them for plain text."""
    for name in package.__all__:
        for thing in (own := getattr(package, name), *(vars(own).values() if inspect.isclass(own) else ())):
            text = inspect.getdoc(thing) if inspect.isroutine(thing) or inspect.isclass(thing) else ""
            assert (text or "").count("`") % 2 == 0, (name, text)


def test_links_within_the_site_lead_somewhere(pages):
    links_lead_somewhere(pages)


def links_lead_somewhere(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for link in {*page.links, *page.loaded}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.exists(), f"{path.name}: {link}"
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].anchors, f"{path.name}: {link}"


def test_nothing_is_loaded_from_elsewhere(pages):
    assert not [x for p in pages.values() for x in p.loaded if urlsplit(x).netloc]


def test_verdicts_are_those_of_a_whole_run(site):
    """What the pages of papers tell of a claim is what became of it in a run: none is gone, none is against its declaration."""
    with open(ROOT / "docs" / "_static" / "verdicts.csv", encoding="utf-8", newline="") as file:
        verdicts = {row["claim"]: row["verdict"] for row in csv.DictReader(file)}
    claims = {c.id: c for c in catalogue()}
    assert verdicts.keys() <= claims.keys()
    wrong = {"holds": "refuted", "fails": "proved"}
    assert not [c for c, verdict in verdicts.items() if verdict == wrong.get(claims[c].expected)]
    text = (site / "papers" / f"{PAPER}.html").read_text(encoding="utf-8")
    assert "<strong>proved</strong>: derivation" in text
    assert "<strong>refuted, as declared</strong>" in text
