"""What the parts of the conversation share: the script, the agenda, the state, the actions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from skill.actions import Action, StateChanged
from skill.dialog import coaching
from skill.dialog.episode import Episode
from skill.dialog.moves import Decide, Move, Speak, Start, Warn
from skill.dialog.performer import Performer
from skill.dialog.person import Person
from skill.dialog.script import Outcome, Script, Verb
from skill.dialog.wording import Wording
from skill.interpretation import Interpretation

LOUDER_DB = 6.0  # twice the sound pressure: clearly louder, not startling
LOUDEST_DB, SOFTEST_DB = 12.0, -18.0
SLOWER, SLOWEST = 1.2, 1.44
CLOT_QUESTIONS = (coaching.CLOT, "CLOT-HISTORY")
WORSE_LINE = "WORSE-LINE"  # in an outcome: the "worse" line of the protocol under way


class State(StrEnum):
    """What the conversation is doing."""

    IDLE = "idle"
    CONFIRMING = "confirming"
    COACHING = "coaching"
    QUIETING = "quieting"  # nobody answers: softer and softer, then silence
    AFTER_CARE = "after_care"
    SESSION = "session"
    STRETCHING = "stretching"
    ANSWERING = "answering"
    DANGER = "danger"


class Stage:
    """The shared part of one conversation. Only the conversation and its parts touch it."""

    def __init__(self, script: Script, wording: Wording, person: Person) -> None:
        self.script = script
        self.wording = wording
        self.state = State.IDLE
        self.episode: Episode | None = None
        self.actions: list[Action] = []
        self.person = person
        self.performer = Performer(
            wording, script.routines.breathing, self.actions, lambda line_id: self.suits(line_id)
        )

    def suits(self, line_id: str) -> bool:
        """Return whether a line is for the person who has, or may have, the cramp.

        What was answered of a clot is not asked again.
        """
        line, episode = self.wording.line(line_id), self.episode
        if episode is not None:
            answered = line_id in CLOT_QUESTIONS and episode.clot_answered_no is not None
            return episode.suits(line) and not answered
        return line.suits(self.person.facts, self.person.known)

    def go(self, state: State) -> None:
        """Enter a state."""
        if state is not self.state:
            self.state = state
            self.actions.append(StateChanged(state.value))

    def perform(self, state: State, moves: list[Move]) -> None:
        """Enter a state and do these moves instead of what was going on."""
        self.go(state)
        self.performer.start_over(moves)

    def change(self, moves: list[Move], now: float) -> None:
        """Do these moves first; drop the technique under way if it is forbidden by now."""
        step = self.episode.step if self.episode and self.state is State.COACHING else None
        if self.episode is not None and step is not None and not self.episode.may(step):
            self.performer.start_over(moves)
        else:
            self.performer.put_first(moves, now)

    def moves(self, outcome: Outcome) -> list[Move]:
        """Return the moves of an outcome: its lines and questions in order, and its verbs."""
        return [move for item in outcome for move in self._moves_of(item)]

    def set_level(self, intent: str) -> None:
        """Change loudness or pace for the rest of the night, where the intent asks for it."""
        performer = self.performer
        match intent:
            case "louder" | "volume_up":
                performer.gain_db = min(performer.gain_db + LOUDER_DB, LOUDEST_DB)
            case "quieter" | "volume_down":
                performer.gain_db = max(performer.gain_db - LOUDER_DB, SOFTEST_DB)
            case "slower":
                performer.pace = min(performer.pace * SLOWER, SLOWEST)

    def _moves_of(self, item: str) -> list[Move]:
        if item in set(Verb):
            return [Decide(Verb(item))]
        if item == WORSE_LINE:
            return [Speak(f"{self.episode.protocol.protocol}.worse")] if self.episode else []
        if item in self.script.routines.names:
            return [Start(item)]
        if item in self.script.triage.triage:
            return [Warn(item)]
        return [coaching.spoken(item, self.wording.line(item))]


def outcome_of(said: Interpretation, outcomes: Mapping[str, Outcome]) -> Outcome | None:
    """Return what this leads to: `intent.value` of one of its slots, then the plain intent."""
    keys = (*(f"{said.intent}.{value}" for value in said.slots.values()), said.intent)
    return next((outcomes[key] for key in keys if key in outcomes), None)
