"""`words`: what claims are written with."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from .. import streams


def words(
    names: Annotated[
        list[str] | None,
        Argument(
            metavar="NAME", help="Words to explain in full, such as Gamma or Limit; without any, one line on each word."
        ),
    ] = None,
) -> int:
    """List what claims are written with: domains, laws, moments, distances, limits, policies, loops."""
    from textwrap import wrap

    from .. import words

    if names:
        streams.show("\n\n".join(map(words.description, names)))
        return 0
    width = max(streams.screen().width, 60)
    for title, members in words.chapters().items():
        streams.show(f"{title}\n")
        for name in members:
            first, *rest = wrap(words.summary(name), width - 26) or [""]
            streams.show("\n".join([f"  {name:22}  {first}", *(f"{'':26}{line}" for line in rest)]))
        streams.show("")
    streams.show("one of them in full: selfconsuming words NAME")
    return 0
