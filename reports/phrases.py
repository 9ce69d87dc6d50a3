"""Formulas in sentences: a statement is plain text, "E sigma_t = c4(n)^t sigma0 decays", and is set as mathematics.

Nothing is marked in the text. A formula is what can be read as one: letters that stand alone, Greek names, numbers beside
them, functions, signs. A word that is none of these ends it, and what cannot be read stays text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from theory.language.claims import GREEK, greek

FUNCTIONS = {
    **{name: rf"\{name}" for name in ("arctan", "cosh", "exp", "ln", "log", "max", "min", "sin", "sinh", "tanh")},
    **{name: rf"\mathrm{{{name}}}" for name in ("Cov", "KL", "TV", "Var", "erf", "sech", "sgn", "tr")},
}
SUMS = {"sum": r"\textstyle\sum", "prod": r"\textstyle\prod"}
GREEKS = (  # as statements spell them
    "alpha|beta|chi|delta|eps|eta|gamma|kappa|lam|lambda|mu|nu|phi|pi|psi|rho|sigma|tau|theta|xi|zeta|"
    "Delta|Gamma|Lambda|Omega|Phi|Psi|Sigma|Theta"
)
LETTERS = {name: GREEK.get(name, rf"\{name}") for name in GREEKS.split("|")}
LETTERS |= {"th": LETTERS["theta"], "abar": r"\bar\alpha", "MISE": r"\mathrm{MISE}"}
SPACED = ("E", *FUNCTIONS.values(), *SUMS.values())  # what is set off from its neighbours, as a fraction is
ARTICLES = ("a", "A")  # one-letter words, which are letters of a formula only beside a sign
NOUNS = r" (?:function|law|distribution|variable|prior)s?\b"  # "gamma functions" are no formula
WORDY = ("E", "KL", "P", "TV", "Var", "W")  # what stands in their brackets may be words: KL(truth || model)
MOST_WORDS = 4  # beside each other in those brackets: no browser breaks a line there
SIGNS = {
    "<=": r"\le ", ">=": r"\ge ", "->": r"\to ", "!=": r"\ne ", "||": r"\,\Vert\,", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ",
    "→": r"\to ", "+-": r"\pm ", "-+": r"\mp ", "+": "+", "-": "-", "~": r"\sim ", "=": "=", "<": "<", ">": ">", "|": r"\mid ",
}  # fmt: skip
ADDED = ("+", "-", "+-", "-+")
RELATIONS = ("<=", ">=", "->", "!=", "≤", "≥", "≠", "→", "~", "=", "<", ">")
TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<word>[^\W\d_]+)|(?P<space>\s+)|(?P<sign><=|>=|->|!=|\+-|-\+|\|\||\.\.\.|.)",
    re.DOTALL,
)


Pieces = Sequence[tuple[bool, str]]


def phrases(text: str) -> Pieces:
    """The text in pieces: (False, words as they are) and (True, a formula as LaTeX), in their order."""
    return _phrases(" ".join(text.split()), False)


def relation(text: str) -> Pieces:
    """The same of a relation in plain text, "alive <= 2 mean, mean = left_t": its words are names, but `BETWEEN` them.

    None at all where something in it is no mathematics.
    """
    pieces = _phrases(text, True)
    words = (word for math, piece in pieces if not math for word in re.findall(r"[^\s,]+", piece))
    return pieces if all(word in BETWEEN for word in words) else ()


@cache
def _phrases(text: str, named: bool) -> tuple[tuple[bool, str], ...]:
    reader, pieces, words = (_Names if named else _Reader)(text), list[tuple[bool, str]](), ""
    at = 0
    while at < len(text):
        if code := re.compile("`[^`]*`").match(text, at):
            words, at = words + code[0], code.end()
            continue
        end, latex = reader.formula(at) if reader.begins(at) else (at, "")
        if end > at:
            pieces += [(False, words)] if words else []
            pieces.append((True, latex))
            words, at = "", end
        else:
            step = TOKEN.match(text, at)
            assert step
            words, at = words + step[0], step.end()
    return (*pieces, (False, words)) if words else tuple(pieces)


BETWEEN = ("and", "as", "rises", "falls", "then", "in", "turning", "at")  # words of a relation that are no names
# "one.weight", "collapse_time", "_frontier": an index is what is left behind the last "_", one letter, a number or brackets
NAME = re.compile(
    r"_*[^\W\d_]+(?:\.[^\W\d_]+|_[^\W\d_]+(?=_)|_(?!oo\b)[^\W\d_]{2,})+(?![^\W\d_])|(?<!\w)_+[^\W\d_]{2,}"
)


class _Unread(Exception):
    """What stands here is no formula."""


class _Reader:
    """A reader by descent: each method takes a place in the text, and gives the place behind and the LaTeX."""

    def __init__(self, text: str) -> None:
        self.text = text

    # ---- where one begins, and whether it is one ---------------------------------------------------------------------

    def begins(self, at: int) -> bool:
        """Whether a formula may begin here: not within a word, nor behind a hyphen, nor within a tag, "<b>"."""
        before = self.text[:at]
        if re.search(r"</?$", before) and re.match(r"\w+>", self.text[at:]):
            return False
        return not (re.search(r"[\w^]$|[\w)]['-]$", before) or self.text[at - 1 : at + 2] == "(s)")

    def formula(self, at: int) -> tuple[int, str]:
        """The longest formula from here; nothing where only an article, a number or a fraction of numbers is."""
        try:
            end, latex = self.relation(at)
        except _Unread:
            return at, ""
        said = self.text[at:end]
        if said in ARTICLES or re.fullmatch(r"[\d\s./+*,()-]+", said):
            return at, ""
        if found := re.match(r"[aA] (.*)", said):  # "a K of two or more", but "the reward a x:"
            sign = re.search(r"[-+/=<>^(]", found[1])
            if not sign and not re.match(r"[,.:;]|$", self.text[end:]):
                return at, ""
        if re.match(NOUNS, self.text[end:]) and said in LETTERS:
            return at, ""
        return end, latex.strip()

    # ---- tokens ------------------------------------------------------------------------------------------------------

    def token(self, at: int) -> tuple[str, str, int]:
        """(kind, text, place behind); "" at the end."""
        found = TOKEN.match(self.text, at)
        return (str(found.lastgroup), found[0], found.end()) if found else ("", "", at)

    def spaced(self, at: int) -> tuple[bool, int]:
        kind, _, end = self.token(at)
        return (True, end) if kind == "space" else (False, at)

    def is_name(self, at: int) -> bool:
        """Whether a letter, a Greek name or a function stands here: no part of a word, no article."""
        kind, text, end = self.token(at)
        behind = self.text[end:]
        if kind != "word" or self.hyphen(end):
            return False
        signed = re.search(r"[-+=/*<>^(] ?$", self.text[:at])
        if text in ARTICLES and not signed and (word := re.match(r" ([^\W\d_]+)", behind)):
            return self.is_name(end + 1) and word[1] not in ARTICLES
        if len(text) == 1 and (text.isascii() or greek(text) != text):
            return True
        if text in LETTERS or text in FUNCTIONS or text in ("oo", "sqrt"):
            return True
        if text in SUMS:
            return behind.startswith("_") or (behind.startswith(" ") and self.is_name(end + 1))
        return bool(re.match(r"_|\((?!s\))", behind))  # "model(t)", "share_t"

    def is_known(self, at: int) -> bool:
        return self.token(at)[1] in LETTERS

    def hyphen(self, at: int) -> bool:
        """Whether a hyphen to a word follows, as in "K-ary", "2-point"; within brackets a minus needs no spaces."""
        word = re.match(r"-([^\W\d_]+)", self.text[at:])
        within = self.text[:at].count("(") > self.text[:at].count(")")
        return bool(word) and not (within and (len(word[1]) == 1 or word[1] in LETTERS))

    # ---- grammar -----------------------------------------------------------------------------------------------------

    def relation(self, at: int, wordy: bool = False) -> tuple[int, str]:
        """Sums with relations between them."""
        end, latex = self.sum(at)
        while True:
            _, place = self.spaced(end)
            _, sign, behind = self.token(place)
            if sign not in RELATIONS and not (wordy and sign in ("||", "|")):
                return end, latex
            try:
                end, right = self.sum(self.spaced(behind)[1])
            except _Unread:
                return end, latex
            latex += SIGNS[sign] + right

    def sum(self, at: int) -> tuple[int, str]:
        """Products with signs between them; a sign that stands between words is a hyphen."""
        end, latex = self.product(at, signed=True)
        while True:
            before, place = self.spaced(end)
            _, sign, behind = self.token(place)
            after, behind = self.spaced(behind)
            if sign not in ADDED or before != after:
                return end, latex
            try:
                end, right = self.product(behind)
            except _Unread:
                return end, latex
            latex += SIGNS[sign] + right

    def product(self, at: int, signed: bool = False) -> tuple[int, str]:
        """Factors beside each other, or with / and * between them."""
        _, sign, behind = self.token(at)
        if sign in ADDED and sign != "+" and signed:
            end, latex = self.factor(behind)
            latex = SIGNS[sign] + latex
        else:
            end, latex = self.factor(at)
        while True:
            spaced, place = self.spaced(end)
            _, sign, behind = self.token(place)
            try:
                if sign in ("/", "*") and not spaced:
                    end, right = self.factor(behind)
                    latex += {"/": "/", "*": r"\cdot "}[sign] + right
                elif sign == "..." and spaced:
                    end, right = self.factor(self.spaced(behind)[1])
                    latex += r"\cdots " + right
                else:
                    if self.token(place)[0] == "number" and not latex.rstrip().endswith(SPACED):
                        return end, latex  # "for n 2" is no product
                    end, right = self.factor(place)
                    beside = right.startswith(SPACED) or latex.rstrip().endswith(SPACED)
                    apart = spaced and (beside or any(x in latex + right for x in ("/", r"\text", r"\mathrm")))
                    latex += (r"\," if apart else "") + right
            except _Unread:
                return end, latex

    def factor(self, at: int) -> tuple[int, str]:
        """A name, a number, or brackets, with indices and exponents."""
        kind, text, end = self.token(at)
        if kind == "number":
            if re.match(r"(?:st|nd|rd|th)\b|x\d", self.text[end:]) or self.hyphen(end):
                raise _Unread  # "10th", "8x8", "2-point"
            latex = text
        elif text == "...":
            return end, r"\cdots "
        elif text == "sqrt":
            return self.root(end)
        elif self.is_name(at):
            latex = self.name(text)
            latex += " " if re.search(r"\\\w+$", latex) else ""
            if (more := self.token(end))[0] == "number" and "." not in more[1]:  # sigma0, v1
                end, latex = more[2], f"{latex}_{{{more[1]}}}"
        elif text in ("(", "[", "|", "||"):
            end, latex = self.bracket(at)
        else:
            raise _Unread
        return self.scripts(end, latex, call=text if kind == "word" else "")

    @staticmethod
    def name(text: str) -> str:
        """A name as LaTeX: what is no letter and not known is upright."""
        known = FUNCTIONS.get(text) or SUMS.get(text) or LETTERS.get(text) or {"oo": r"\infty "}.get(text)
        return known or ("".join(map(greek, text)) if len(text) == 1 else rf"\mathrm{{{text}}}")

    def scripts(self, at: int, latex: str, call: str) -> tuple[int, str]:
        """What hangs on it: an index, an exponent, a star, a factorial, and what a function is taken of."""
        while True:
            _, sign, behind = self.token(at)
            if sign in ("_", "^"):
                at, inner = self.script(behind)
                latex = (
                    f"{{{latex}}}{sign}{{{inner}}}"
                    if latex.count(sign) and latex.endswith("}")
                    else f"{latex}{sign}{{{inner}}}"
                )
            elif sign == "*" and not re.match(r"[\w(]", self.text[behind:]):
                at, latex = behind, f"{latex}^{{*}}"
            elif sign == "'" and (self.is_known(behind) or not re.match(r"\w", self.text[behind:])):
                at, latex = behind, f"{latex}'"
            elif sign == "!" and not self.text[behind:].startswith("="):
                at, latex = behind, f"{latex}!"
            elif sign in ("(", "[") and call:
                try:
                    at, inner = self.bracket(at, call)
                    latex += inner
                except _Unread:
                    return at, latex
            else:
                return at, latex

    def script(self, at: int) -> tuple[int, str]:
        """An index or an exponent: brackets that it needs in plain text only are dropped."""
        kind, text, end = self.token(at)
        if text in ("(", "{"):
            end, inner = self.relation(end)
            while self.token(end)[1] == ",":
                end, more = self.relation(self.spaced(end + 1)[1])
                inner += "," + more
            if self.token(end)[1] != {"(": ")", "{": "}"}[text]:
                raise _Unread
            return end + 1, inner
        if text == "-":
            end, inner = self.script(end)
            return end, "-" + inner
        if kind == "number":
            return end, text
        if kind == "word":
            return end, self.name(text)
        if text in ("*", "+"):
            return end, text
        raise _Unread

    def root(self, at: int) -> tuple[int, str]:
        """sqrt(x), sqrt 2."""
        place = self.spaced(at)[1]
        if self.token(place)[1] == "(":
            end, inner = self.sum(place + 1)
            if self.token(end)[1] != ")":
                raise _Unread
            return end + 1, rf"\sqrt{{{inner}}}"
        end, inner = self.factor(place)
        return end, rf"\sqrt{{{inner}}}"

    def bracket(self, at: int, call: str = "") -> tuple[int, str]:
        """(x), [0, 1], |x|, f(x, y), and of some functions words: KL(truth || model)."""
        left = self.token(at)[1]
        right = {"(": ")", "[": "]", "|": "|", "||": "||"}.get(left)
        if right is None:
            raise _Unread
        end, inner, parts = at + len(left), "", 0
        while True:
            end, part = self.argument(self.spaced(end)[1], call) if call else self.sum(self.spaced(end)[1])
            inner, parts = inner + part, parts + 1
            sign = self.token(end)[1]
            if sign == right or (sign in ("]", ")") and parts == 2 and left != "|"):  # (0, 1] too
                end += len(sign)
                return end, f"{left}{inner}{sign}".replace("||", r"\Vert ")
            if sign not in (",", ";"):
                raise _Unread
            end, inner = end + 1, inner + sign + r"\ "

    def argument(self, at: int, call: str) -> tuple[int, str]:
        """What a function is taken of: a relation, or words where it may be one of those."""
        with_words = call in WORDY
        try:
            end, latex = self.relation(at, with_words)
            if self.token(end)[1] in (")", "]", ",", ";") or not with_words:
                return end, latex
        except _Unread:
            if not with_words:
                raise
        found = re.match(r"[^()\[\],;]*(?:\([^()]*\)[^()\[\],;]*)*", self.text[at:])
        assert found
        if re.search(rf"[^\W\d_]+(?: [^\W\d_]{{2,}}){{{MOST_WORDS},}}", found[0]):
            raise _Unread  # a sentence in brackets: a line may be broken in it
        parts = re.split(r" *(\|\||(?<= )\|(?= )) *", found[0])
        latex = "".join(SIGNS.get(p) or self.words(p) for p in parts if p)
        return at + found.end(), latex

    def words(self, text: str) -> str:
        """Words within brackets, with the formulas among them; a dot is a place that is left open."""
        if text == ".":
            return r"\cdot "
        pieces = [
            (math, x)
            for math, piece in _phrases(text, False)
            for x in ([piece] if math else re.split(r"([<>]=?)", piece))
        ]
        return "".join(x if math else SIGNS.get(x) or rf"\text{{{_escaped(x)}}}" for math, x in pieces if x)


class _Names(_Reader):
    """A reader to whom every word is a name, "collapse_time" one of two words."""

    def begins(self, at: int) -> bool:
        return self.token(at)[0] != "space"

    def is_name(self, at: int) -> bool:
        kind, text, _ = self.token(at)
        return kind == "word" and text not in BETWEEN

    def factor(self, at: int) -> tuple[int, str]:
        _, text, end = self.token(at)
        if text == "Abs":
            end, inner = self.bracket(end, text)
            return self.scripts(end, f"|{inner[1:-1]}|", call="")
        return super().factor(at)

    def token(self, at: int) -> tuple[str, str, int]:
        found = NAME.match(self.text, at)
        return ("word", found[0], found.end()) if found else super().token(at)

    @staticmethod
    def name(text: str) -> str:
        if text == "Add":
            return SUMS["sum"]
        words = text.replace("_", " ").strip()
        words = words.lower() if words.isupper() else words
        return rf"\text{{{words}}}" if "_" in text or "." in text else _Reader.name(text)


def _escaped(words: str) -> str:
    return re.sub(r"[%&#$_{}]", r"\\\g<0>", words.replace("\\", ""))


__all__ = ["Pieces", "phrases", "relation"]
