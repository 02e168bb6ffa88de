"""Where it cramps, as far as an utterance says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog.script import Protocol
from skill.interpretation import Interpretation

ANYWHERE = ("leg", "unknown")
ASKS_PLACE = ("where", "ask", "ask-again")


def place_here(said: Interpretation, protocol: Protocol) -> Interpretation:
    """Return it with the site that "the front" or "the back" is in this protocol."""
    ends: Mapping[str, str] = {str(end): site for end, site in protocol.ends.items()}
    site = ends.get(said.slots.get("end", ""))
    return said if site is None else replace(said, slots={**said.slots, "site": site})


def part_unsaid(said: Interpretation) -> bool:
    """Return whether the thigh was named, but neither its front nor its back."""
    return said.slots.get("part") == "unsaid"
