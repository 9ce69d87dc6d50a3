"""The numbers that the page prints of a claim, each traced to the row of the ledger that it is of: none may be of no row.

It reads the page as text and the ledger as a database, with nothing of what writes them.
"""

import json
import re
import sqlite3
from html import unescape
from math import inf, isclose, isfinite

CLOSE = 0.1  # what two digits, rounded outward, may be off, relatively


def rows(ledger, claim):
    """The last findings of a claim, by number of the finding."""
    with sqlite3.connect(ledger) as book:
        (hash,) = book.execute(
            "select hash from findings where claim = ? order by id desc limit 1", (claim,)
        ).fetchone()
        found = book.execute("select id, data from findings where claim = ? and hash = ?", (claim, hash)).fetchall()
    return {number: json.loads(data) for number, data in found}


def section(html, claim):
    return html.partition(f'<tbody class="claim" id="{claim}"')[2].partition("</tbody>")[0]


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def at(row):
    return ", ".join(f"{k} = {v}" for k, v in (row["point"] or {}).items())


def percents(text):
    """The numbers of "[-0.14, 0.18] %" or "12 %", as shares."""
    found = re.match(r"(?:slack )?\[?([^\]%]*?)\]? ?%", text)
    return (
        [float(x.replace("oo", "inf")) / 100 for x in found[1].split(",")]
        if found
        else [0.0]
        if text.startswith(("0", "exact"))
        else []
    )


def is_margin(text, row):
    """Whether a printed interval holds the row's margin, and is hardly wider."""
    if not row["margin"]:
        return False
    (low, high), told = row["margin"], percents(text)
    low_told, high_told = told if len(told) == 2 else told * 2
    slack = CLOSE * max(high - low, abs(low), abs(high)) + 1e-300
    inside = low_told <= low * (1 - 1e-12 * (low > 0)) + 1e-300 or isclose(low_told, low, rel_tol=1e-9)
    inside &= high_told >= high or isclose(high_told, high, rel_tol=1e-9)
    return (
        inside and (not isfinite(low) or low - low_told <= slack) and (not isfinite(high) or high_told - high <= slack)
    )


def are_sides(left, right, row):
    """Whether two printed sides are those of the row: each the middle of a ball, to its digits."""

    def is_it(text, ball):
        if text.startswith("about "):  # a power of ten beyond floats
            return ball[0] == (-inf if "-" in text else inf) and text.endswith(f"^{ball[1]:.6g}")
        number = float(re.sub(r"\([\d.]*\)|,", "", text).replace("oo", "inf"))
        spread = ball[1] + 10**-9 * abs(ball[0])
        digits = len(re.sub(r"\(.*?\)|e.*", "", text).partition(".")[2])
        exponent = int(re.search(r"e([-+]?\d+)", text)[1]) if "e" in text else 0
        return number == ball[0] or abs(number - ball[0]) <= spread + 10.0 ** (exponent - digits)

    return any(is_it(left, a) and is_it(right, b) for a, b in filter(None, row["sides"]) if a and b)


def untraced(html, ledger, claim):
    """What is printed of a claim and found in none of its rows; and how many numbers were traced."""
    of, found = section(html, claim), rows(ledger, claim)
    missed, traced = [], 0

    def trace(what, told, those, matches):
        nonlocal traced
        traced += 1
        if not any(matches(row) for row in those):
            missed.append(f"{claim}: {what} {told}")

    for witness in re.findall(r"<div><h3>(.*?)</div>", of, re.S):
        if not (number := re.search(r"selfconsuming reproduce (\d+)", witness)):
            continue
        row = found[int(number[1])]
        text = plain(witness)
        if point := re.search(r"(?:refuted|nearest to failing) at (.*?): (?:sides|margin)", text):
            trace("point", point[1], [row], lambda r, told=point[1]: at(r) == told)
        if sides := re.findall(r'<span class="n">([^<]*)</span> and <span class="n">([^<]*)</span>', witness):
            trace("sides", sides[0], [row], lambda r, told=sides[0]: are_sides(*told, r))
        if margin := re.search(r"margin (\[.*?\] %|\S+ %|0)", text):
            trace("margin", margin[1], [row], lambda r, told=margin[1]: is_margin(told, r))
        if count := re.search(r"(?<![\d,.])([\d.]+) ?([kMG]?) replicates", text):
            size = float(count[1]) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[count[2]]
            total = sum(r["replicates"] for r in found.values() if r["witness"] == row["witness"])
            trace("replicates", count[0], [row], lambda _, told=size, all=total: isclose(told, all, rel_tol=0.01))
    for line in re.findall(r"<li><b>.*?</li>", of.partition("points</summary>")[2]):
        text = plain(line)
        numbers = re.search(r"; findings ([\d, ]+)$", text)
        those = [found[int(x)] for x in numbers[1].split(", ")]
        point = plain(re.search(r"<b>(.*?)</b>", line)[1])
        trace("point", point, those, lambda r, told=point: at(r) == told)
        if sides := re.search(r"(?:both sides (\S+)|sides (\S+) and (\S+));", text):
            left, right = (sides[1], sides[1]) if sides[1] else (sides[2], sides[3])
            trace("sides", (left, right), those, lambda r, a=left, b=right: are_sides(a, b, r))
        for letter, _, told in re.findall(r"\b([DBS])( refuted| undecided)? (?:at|slack) ([^;]*? %)", text):
            name = {"D": "derivation", "B": "ball", "S": "simulation"}[letter]
            (size,) = percents(told)
            mine = [r for r in those if r["witness"] == name]
            trace(
                f"{name} at",
                told,
                mine,
                lambda r, x=size: any(
                    v is not None and isclose(v, x, rel_tol=CLOSE) for v in (r["resolution"], r["slack"])
                ),
            )
    for name, key in (("margin", "margin"), ("resolution", "resolution"), ("slack", "slack")):
        told = re.search(rf"<dt>{name}</dt><dd>(.*?)</dd>", of)
        if not told:
            continue
        text = plain(told[1])
        where = re.search(
            r"(?: at |point, |most, )([^,]* = .*?)(?:, (?:rigorous|exact law|finite sample|asymptotic))?$",
            text,
        )
        those = [r for r in found.values() if not where or at(r) == where[1]]
        if name == "margin":
            trace(name, text, those, lambda r, told=text: is_margin(told, r))
        elif size := percents(text):
            trace(name, text, those, lambda r, k=key, x=size[0]: r[k] is not None and isclose(r[k], x, rel_tol=CLOSE))
    return missed, traced
