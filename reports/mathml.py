"""Formulas on the page, from LaTeX or within sentences, as MathML."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markupsafe import Markup, escape

from theory.language.claims import Claim
from theory.language.text import visible

from .phrases import Pieces, phrases
from .written import abbreviated, case, conditioned

ROWS = ("math", "mrow")  # of MathML
LONG = 40  # letters of LaTeX in a line of text


def formula(latex: str) -> Markup:
    """LaTeX as MathML, terse, names and functions of several letters as one word.

    As text where it becomes anything else: what a user calls a function is put into it as it is.
    """
    latex = visible(latex)
    try:
        root = ElementTree.fromstring(convert(latex, xmlns=""))
    except Exception:  # the converter has errors of every kind
        return Markup("<code>{}</code>").format(latex)
    root.attrib.clear()
    if not all(MATHML.fullmatch(e.tag) and all(map(MATHML_ATTRIBUTES.fullmatch, e.attrib)) for e in root.iter()):
        return Markup("<code>{}</code>").format(latex)
    _tidy(root)
    if len(root) == 1 and root[0].tag == "mrow":  # which the element itself is
        root[:] = root[0][:]
    return Markup(ElementTree.tostring(root, encoding="unicode").replace(" />", "/>"))


MATHML = re.compile(
    "m(ath|frac|i|n|o|over|padded|phantom|root|row|space|sqrt|style|su[bp]|subsup|t[dr]|table|text|under|underover)"
)
MATHML_ATTRIBUTES = re.compile(
    "accent|column(align|lines|spacing)|depth|display|displaystyle|fence|form|height|largeop|linethickness|[lr]space|mathvariant|"
    "maxsize|minsize|movablelimits|row(lines|spacing)|scriptlevel|separator|stretchy|symmetric|voffset|width"
)


def _tidy(e: ElementTree.Element) -> None:
    """Merge upright letters, unwrap rows of one, drop what is the rule, and set words off what they multiply."""
    row: list[ElementTree.Element] = []
    for child in e:
        _tidy(child)
        if child.tag == "mrow" and len(child) == 1:
            child = child[0]
        if child.get("stretchy") == "true" and (child.text or "") in "()[]":
            child.attrib = {"symmetric": "false"}  # as high as what it holds, an exponent within it counted once
        elif child.tag == "mo" and (child.text == "∞" or (child.text or "").isalpha()):
            child.tag = "mi"
        elif child.tag == "mo" and child.text in ("/", "|"):
            child.attrib |= {"lspace": "0", "rspace": "0"}
        upright = child.get("mathvariant") == "normal"
        if e.tag in ROWS and upright and row and row[-1].get("mathvariant") == "normal":
            row[-1].text = f"{row[-1].text}{child.text}"
        else:
            row.append(child)
    if e.tag in ROWS:
        for child in row:
            if child.get("mathvariant") and len(child.text or "") > 1:  # a word is upright anyway
                del child.attrib["mathvariant"]
        after = [None, *row]
        gap = {
            i
            for i, (a, b) in enumerate(zip(after, row, strict=False))
            if a is not None and a.tag != "mo" and _is_word(b)
        }
        row = [x for i, b in enumerate(row) for x in ([_space(), b] if i in gap else [b])]
    e[:] = row


def _is_word(e: ElementTree.Element) -> bool:
    """Whether a name of several letters begins it: "log", "KL", "log" to a power."""
    base = e[0] if e.tag in ("msub", "msup", "msubsup") else e
    return base.tag == "mi" and len(base.text or "") > 1


def _space() -> ElementTree.Element:
    return ElementTree.Element("mspace", width=".17em")


@cache
def sentence(text: str) -> Markup:
    """A statement as HTML: its words escaped, the formulas among them as MathML."""
    return _joined(phrases(text))


def statement(c: Claim) -> Markup:
    """What a claim states, with all that it holds under; a long formula with names for its parts.

    Which case it is stands in words behind the formula: models have long names, and no browser breaks a formula for them.
    """
    of = f" ({text})" if (text := case(c)) else ""
    return _joined(pieces) if (pieces := abbreviated(c)) else formula(conditioned(c)) + escape(of)


def _joined(pieces: Pieces) -> Markup:
    return Markup("").join(_breakable(piece) if math else escape(piece) for math, piece in pieces)


def _breakable(latex: str) -> Markup:
    """A formula in a line of text; a long one may be broken before its outermost signs, where no browser breaks it."""
    depth, starts, end = 0, [0], 0
    for sign in re.finditer(r"[({\[]|[)}\]]|\\[lg]e |[-+=<>]", latex) if len(latex) > LONG else ():
        depth += (sign[0] in "({[") - (sign[0] in ")}]")
        if depth == 0 and sign[0] not in ")}]" and sign.start() > end:  # no sign of what follows another
            starts.append(sign.start())
            end = sign.end()
    parts = [latex[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    first, *more = (formula(part if i == 0 else f"{{}}{part}") for i, part in enumerate(parts))
    return first + Markup("").join(Markup("<wbr>") + part for part in more)


__all__ = ["formula", "sentence", "statement"]
