"""The words that give a cramp away, and the slots they fill."""

from __future__ import annotations

from collections.abc import Sequence

from skill.yaml_file import Strict


class Cues(Strict):
    """`cues.yaml`: the words that give a cramp away."""

    places: dict[str, tuple[str, ...]]
    unsaid_part: tuple[str, ...]
    strong: tuple[str, ...]
    misheard: tuple[str, ...]
    weak: tuple[str, ...]
    own: tuple[str, ...]
    sides: dict[str, tuple[str, ...]]
    child: tuple[str, ...]
    other: tuple[str, ...]
    told: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]
    negations: tuple[str, ...]
    never_misheard: tuple[str, ...]
    mine: tuple[str, ...]
    before_a_place: tuple[str, ...]
    short_answers: dict[str, tuple[str, ...]]


def is_said(said: str, phrase: str) -> bool:
    """Return whether the phrase is among the words of `said`."""
    return f" {phrase} " in f" {said} "


def any_said(said: str, phrases: Sequence[str]) -> bool:
    """Return whether one of the phrases is among the words of `said`."""
    return any(is_said(said, phrase) for phrase in phrases)


def slots_said(said: str, cues: Cues) -> dict[str, str]:
    """Return the slots of a cramp as far as they are said: site, side, who, and perhaps part."""
    site, part = _site(said, cues)
    side = next((side for side, words in cues.sides.items() if any_said(said, words)), "none")
    who = "child" if any_said(said, cues.child) else "self"
    if who == "self" and any_said(said, cues.other):
        who = "other"
    return {"site": site, "side": side, "who": who, **part}


def _site(said: str, cues: Cues) -> tuple[str, dict[str, str]]:
    found = [
        (len(word), site)
        for site, words in cues.places.items()
        for word in words
        if is_said(said, word)
    ]
    more_than_leg = [entry for entry in found if entry[1] != "leg"]
    if more_than_leg:
        return max(more_than_leg)[1], {}
    if any_said(said, cues.unsaid_part):
        return "thigh", {"part": "unsaid"}
    return ("leg", {}) if found else ("unknown", {})
