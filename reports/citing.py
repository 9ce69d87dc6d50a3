"""How a report is cited: what it was made by and from, and BibTeX for it and for the paper that it is about."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from theory.language.claims import Claim
from theory.language.errors import BadInput
from theory.language.summaries import Summary
from theory.language.verdicts import Finding

NAME = "selfconsuming"
TITLE = "selfconsuming: checking theorems about generative models retrained on their own output"  # as in CITATION.cff
AUTHORS = "The selfconsuming authors"
ARXIV = re.compile(
    r"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|(?:https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\.|arxiv:\s*)?"
    r"(\d{4}\.\d{4,5})(v\d+)?(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
# authors and title of papers whose entry on arXiv was looked up; of the others only the number is told
KNOWN = {
    "2307.01850": (
        "Sina Alemohammad and Josue Casco-Rodriguez and Lorenzo Luzi and Ahmed Imtiaz Humayun and Hossein Babaei and "
        "Daniel LeJeune and Ali Siahkoohi and Richard G. Baraniuk",
        "Self-Consuming Generative Models Go MAD",
    ),
    "2310.00429": (
        "Quentin Bertrand and Avishek Joey Bose and Alexandre Duplessis and Marco Jiralerspong and Gauthier Gidel",
        "On the Stability of Iterative Retraining of Generative Models on their own Data",
    ),
    "2402.11778": (
        "Shi Fu and Sen Zhang and Yingjie Wang and Xinmei Tian and Dacheng Tao",
        "Towards Theoretical Understandings of Self-Consuming Generative Models",
    ),
    "2407.09499": (
        "Damien Ferbach and Quentin Bertrand and Avishek Joey Bose and Gauthier Gidel",
        "Self-Consuming Generative Models with Curated Data Provably Optimize Human Preferences",
    ),
}


# ---- papers ---------------------------------------------------------------------------------------------------------


def arxiv(text: str) -> tuple[str, str]:
    """("2407.09499", "v2") of a number, "arXiv:2407.09499v2", an address of arXiv or a DOI; "" if no version is named.

    Raises `BadInput` for any other text.
    """
    found = ARXIV.fullmatch(text.strip())
    if not found:
        raise BadInput(
            f"{text!r} is no paper on arXiv; expected a number such as 2407.09499, with a version or without, "
            "or its address, https://arxiv.org/abs/2407.09499v2"
        )
    return found[1], (found[2] or "").lower()


def address(paper: str) -> str:
    """Where the abstract of the paper with this arXiv id is."""
    return f"https://arxiv.org/abs/{paper}"


def title(paper: str) -> str:
    """The title, "" where it was not looked up."""
    return KNOWN[paper][1] if paper in KNOWN else ""


# ---- what made a report ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """What a report was made by and from.

    version, commit: of this program; no commit outside of a checkout.  decided: the day of the newest findings,
    "2026-11-23"; "" where no ledger tells.  seeds: of the simulations.  commands: what decides the claims, and writes this.
    """

    version: str
    commit: str
    decided: str
    seeds: tuple[int, ...]
    commands: tuple[str, ...]

    def __str__(self) -> str:
        """ "selfconsuming 0.1.0, commit 0123456789ab; decided by 2026-11-23; seed 0"."""
        by = f"{NAME} {self.version}".strip() + (f", commit {self.commit}" if self.commit else "")
        seeds = f"seed{'s' * (len(self.seeds) > 1)} {', '.join(map(str, self.seeds))}" if self.seeds else ""
        return "; ".join(filter(None, (by, self.decided and f"decided by {self.decided}", seeds)))


def made(summaries: Iterable[Summary], claims: Sequence[Claim], paper: str = "", decided: str = "") -> Made:
    """What these findings come from, and the commands that make them again: of a paper, or of all claims."""
    found = [f for s in summaries for f in s.findings]
    seeds = tuple(sorted({f.seed for f in found if f.replicates}))
    return Made(version(), commit(), decided, seeds, _commands(found, claims, paper, seeds))


def _commands(found: Sequence[Finding], claims: Sequence[Claim], paper: str, seeds: Sequence[int]) -> tuple[str, ...]:
    own = dict.fromkeys(c.file for c in claims if c.file)
    named = own or (dict.fromkeys(c.family for c in claims) if paper else {})
    twins = "--twins" if any(f.twins for f in found) else ""
    seed = f"--seed {seeds[0]}" if len(seeds) == 1 else ""
    wanted = f"--paper {paper} --out report.md" if paper else f"{' '.join(own)} --out report.html".strip()
    return (" ".join(filter(None, (NAME, "verify", *named, twins, seed))), f"{NAME} report {wanted}")


@cache
def version() -> str:
    """Of this program, "" where it is not installed."""
    try:
        return distribution(NAME).version
    except PackageNotFoundError:
        return ""


@cache
def commit() -> str:
    """The commit of this program, "+ changes" if files differ from it; "" where neither Git nor pip knows one."""
    root = Path(__file__).resolve().parents[1]
    if (root / ".git").exists():
        try:
            head = _git(root, "rev-parse", "--short=12", "HEAD")
            return f"{head} + changes" if _git(root, "status", "--porcelain", "--untracked-files=no") else head
        except (OSError, subprocess.SubprocessError):
            return ""
    try:
        told = json.loads(distribution(NAME).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return ""
    return str(told.get("vcs_info", {}).get("commit_id", ""))[:12]


def _git(root: Path, *arguments: str) -> str:
    run = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=10, check=True, encoding="utf-8"
    )
    return run.stdout.strip()


# ---- BibTeX ---------------------------------------------------------------------------------------------------------


def bibtex(m: Made, paper: str = "") -> str:
    """An entry for the report, and one for the paper if its authors and title are known."""
    about = f"report on arXiv:{paper}" if paper else "report"
    seeds = f"seed {', '.join(map(str, m.seeds))}" if m.seeds else ""
    said = (m.version and f"version {m.version}", m.commit and f"commit {m.commit}", about)
    note = ", ".join(filter(None, (*said, m.decided and f"decided by {m.decided}", seeds)))
    fields = {"author": f"{{{AUTHORS}}}", "title": f"{{{TITLE}}}", "year": m.decided[:4], "note": note}
    entries = [_entry(f"{NAME}:{paper}" if paper else NAME, fields)]
    if paper in KNOWN:
        authors, title = KNOWN[paper]
        fields = {"author": authors, "title": f"{{{title}}}", "year": f"20{paper[:2]}", "eprint": paper}
        entries.append(_entry(f"arXiv:{paper}", fields | {"archivePrefix": "arXiv", "url": address(paper)}))
    return "\n".join(entries)


def _entry(key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


__all__ = ["Made", "address", "arxiv", "bibtex", "commit", "made", "title", "version"]
