"""Says a danger line and stays with the person until help has been called, or long enough."""

from __future__ import annotations

from skill.dialog import coaching
from skill.dialog.moves import Decide
from skill.dialog.script import Verb
from skill.dialog.stage import Stage, State


class Danger:
    """The talk after a danger line; the conversation tells it what was said."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._line = ""
        self._stays = 0
        self._stay_until = 0.0

    @property
    def is_emergency(self) -> bool:
        """Whether the line last said was of the highest level."""
        return self._stage.script.triage.triage[self._line].level == "emergency"

    def begin(self, line_id: str, now: float) -> None:
        """Say a danger line instead of everything else."""
        self._line = line_id
        self._stays = 0
        self._stay_until = now + self._stage.script.triage.stay_s
        self._stage.perform(State.DANGER, coaching.danger(line_id, self._stage.script))

    def again(self, now: float) -> None:
        """Say it again from the beginning."""
        self.begin(self._line, now)

    def answered(self, intent: str) -> None:
        """Reply as the triage file says; what it does not know changes nothing."""
        outcome = self._stage.script.triage.replies.get(intent)
        if outcome is not None:
            moves = [*self._stage.moves(outcome), Decide(Verb.STAY)]
            self._stage.performer.start_over(moves)

    def stay(self, now: float) -> bool:
        """Say the next line of staying with the person; return False when it was long enough."""
        lines = self._stage.script.triage.stay
        if now >= self._stay_until or not lines:
            return False
        line_id = lines[self._stays % len(lines)]
        self._stays += 1
        self._stage.performer.start_over(coaching.stay(line_id, self._stage.script))
        return True
