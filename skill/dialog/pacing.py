"""The beat of a hold: which cue is spoken when, in seconds from its start."""

from __future__ import annotations

from dataclasses import dataclass

from skill.dialog.moves import Breathe
from skill.dialog.script import Breathing

FULL_BREATHS = 3  # a sparse hold begins with this many breaths cued in full


@dataclass(frozen=True, slots=True)
class Cue:
    """A line due `at_s` seconds after the hold began; a cue word is dropped when it is late."""

    at_s: float
    line: str
    gain_db: float
    droppable: bool


def breath_s(breathing: Breathing) -> float:
    """Return the length of one breath, seconds (in 4 and out 6: source B-58)."""
    return breathing.in_s + breathing.out_s


def hold_s(move: Breathe, breathing: Breathing) -> float:
    """Return the length of a hold, seconds."""
    return (move.breaths - move.done) * breath_s(breathing)


def hold_cues(move: Breathe, breathing: Breathing) -> tuple[Cue, ...]:
    """Return the cues of a hold in order; fuller words first, then sparser and softer ones."""
    cues: list[Cue] = []
    lines = list(move.lines)
    for breath in range(move.done, move.breaths):
        start = (breath - move.done) * breath_s(breathing)
        gain_db = move.fade_db * breath / max(move.breaths - 1, 1)
        if breath > move.done and lines:
            cues.append(Cue(start, lines.pop(0), gain_db, droppable=False))
        elif _has_in_cue(breath, sparse=move.sparse):
            cues.append(Cue(start, _turn(breathing.in_cues, breath), gain_db, droppable=True))
        if _has_out_cue(breath, sparse=move.sparse):
            out_cue = _turn(breathing.out_cues, breath)
            cues.append(Cue(start + breathing.in_s, out_cue, gain_db, droppable=True))
    return tuple(cues)


def _has_in_cue(breath: int, *, sparse: bool) -> bool:
    return breath == 0 or not sparse or breath % 3 == 0


def _has_out_cue(breath: int, *, sparse: bool) -> bool:
    return breath < FULL_BREATHS or not sparse or breath % 2 == 0


def _turn(cues: tuple[str, ...], breath: int) -> str:
    return cues[min(breath, len(cues) - 1)]
