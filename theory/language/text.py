"""Text that somebody else wrote, made fit to be shown."""

from __future__ import annotations

import os
import re

_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, and moves of the cursor
    "|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\\\|\x9c)?"  # titles, links, the clipboard
    "|\x1b[ -/]*[0-~]"
)
# control characters but line feed and tab, and those that turn the direction of what follows
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


# of a file's name, where Python takes it for no text: under an ASCII locale, or since it is none
_BYTES = re.compile("[\udc80-\udcff]+")
_HALF = re.compile("[\ud800-\udfff]")


def _read(found: re.Match[str]) -> str:
    text = found[0].encode("ascii", "surrogateescape").decode("utf-8", "surrogateescape")
    return _BYTES.sub(lambda rest: "".join(f"%{ord(c) - 0xDC00:02x}" for c in rest[0]), text)


def visible(text: str) -> str:
    """The text without control characters and the sequences that terminals obey; lines and tabs stay.

    It can be written in UTF-8, whatever names of files are in it: they are spelled the same under any locale.
    """
    if text.isprintable():
        return text
    text = _HALF.sub("\N{REPLACEMENT CHARACTER}", _BYTES.sub(_read, text))
    return _CONTROL.sub("", _SEQUENCE.sub("", text.replace("\r\n", "\n")))


def file_name(text: str) -> str:
    """The name of a file that is `text` in UTF-8, as Python spells it: under an ASCII locale it has no other."""
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))


__all__ = ["file_name", "visible"]
