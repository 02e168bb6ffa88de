"""Says a danger line and stays with the person until help has been called, or long enough."""

from __future__ import annotations

from dataclasses import replace

from skill.dialog import coaching
from skill.dialog.moves import Speak
from skill.dialog.script import TriageLine
from skill.dialog.stage import Stage, State

SOFTEST_STAYS = 3  # each line of staying is softer than the one before, up to this one


class Danger:
    """The talk after a danger line; the conversation tells it what was said."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._lines = stage.script.triage.triage
        self._line = ""
        self._stays = 0
        self._stay_until = 0.0

    @property
    def _current(self) -> TriageLine:
        return self._lines[self._line]

    @property
    def allows_first_aid(self) -> bool:
        """Whether a cramp may be coached although this line was said."""
        return self._current.level != "emergency" and self._current.first_aid

    def heard(self, line_id: str, now: float) -> None:
        """Say the line of a sign just heard; a lesser one does not replace an emergency's."""
        line = self._lines[line_id]
        in_danger = self._stage.state is State.DANGER
        if in_danger and self._current.level == "emergency" != line.level:
            line_id = self._line
        self.begin(line_id, now)

    def begin(self, line_id: str, now: float) -> None:
        """Say a danger line, the one for this person, instead of everything else."""
        episode, instead = self._stage.episode, self._lines[line_id].instead
        known = self._stage.person.known if episode is None else episode.known
        line_id = next((other for fact, other in instead.items() if fact in known), line_id)
        self._line = line_id
        self._stays = 0
        self._stay_until = now + self._stage.script.triage.stay_s
        self._stage.perform(State.DANGER, coaching.danger(line_id, self._stage.script))

    def again(self, now: float) -> None:
        """Say it again from the beginning."""
        self.begin(self._line, now)

    def answered(self, intent: str, now: float) -> None:
        """Reply as the triage file says, never softly; then go on with what is still owed."""
        outcome = self._stage.script.triage.replies.get(intent)
        if outcome is None:
            return
        performer = self._stage.performer
        to_normal_db = max(0.0, -performer.gain_db)
        moves = [
            replace(move, boost_db=to_normal_db) if isinstance(move, Speak) else move
            for move in self._stage.moves(outcome)
        ]
        performer.put_first(moves, now)

    def stay(self, now: float) -> bool:
        """Say the next line of staying with the person; return False when it was long enough."""
        lines = self._stage.script.triage.stay
        if now >= self._stay_until or not lines:
            return False
        line_id = lines[self._stays % len(lines)]
        self._stays += 1
        softer_db = self._stage.script.routines.pacing.softer_db * min(self._stays, SOFTEST_STAYS)
        self._stage.performer.start_over(coaching.stay(line_id, self._stage.script, softer_db))
        return True
