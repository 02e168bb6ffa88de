"""Leads through what is not first aid: the guided stretching, and breathing that fades out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from skill.dialog.coaching import spoken
from skill.dialog.moves import Ask, Breathe, Decide, Move, Rest, Speak
from skill.dialog.pacing import breath_s, hold_s
from skill.dialog.script import STRETCHING, Exercise, Outcome, Session, Verb
from skill.dialog.stage import Stage, State, outcome_of
from skill.interpretation import Interpretation

WORDS_PER_S = 2.5  # of a calm voice, to tell how long is left
REPLY_S = 3.0  # what a question and its answer take
LONGEST_REST_S = 30.0  # how far "slower" stretches a rest between two holds


class Routine:
    """The flow of a breathing session or the stretching; the conversation tells what was said."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._exercises: deque[Exercise] = deque()  # those still to come
        self._closing: tuple[str, ...] = ()

    def begin(self, name: str) -> None:
        """Begin a session of `routines.yaml`, or the stretching."""
        stage, routines = self._stage, self._stage.script.routines
        stretching = routines.stretching
        if name != STRETCHING or stretching is None:
            stage.perform(State.SESSION, self._session(routines.sessions[name]))
            return
        person = stage.person
        self._exercises = deque(
            exercise
            for exercise in stretching.exercises
            if exercise.suits(person.facts, person.known)
        )
        self._closing = stretching.closing
        stage.perform(State.STRETCHING, self._lines(stretching.opening))

    def branch(self, said: Interpretation) -> Outcome | None:
        """Return what this word leads to in a routine, if that is something of its own."""
        routines = self._stage.script.routines
        match self._stage.state:
            case State.SESSION:
                return outcome_of(said, routines.session_controls)
            case State.STRETCHING if routines.stretching is not None:
                return outcome_of(said, routines.stretching.controls)
        return None

    def decide(self, verb: Verb) -> bool:
        """Carry out a verb in a routine; return False when it is somebody else's."""
        performer = self._stage.performer
        match verb:
            case Verb.NEXT if self._stage.state is State.STRETCHING:
                performer.start_over([])
            case Verb.FINISH:
                self._exercises.clear()
                performer.start_over([])
            case Verb.TIME_LEFT:
                lines = self._stage.script.routines.time_left
                if lines:
                    minutes = round(self._seconds_left() / 60)
                    performer.then([Speak(lines[min(minutes, len(lines) - 1)])])
            case _:
                return False
        return True

    def next(self) -> bool:
        """Put the next exercise on the agenda, or the end; return False when it is over."""
        if self._stage.state is not State.STRETCHING:
            return False
        if self._exercises:
            self._stage.performer.then(self._exercise(self._exercises.popleft()))
            return True
        closing, self._closing = self._closing, ()
        self._stage.performer.then(self._lines(closing))
        return bool(closing)

    def _exercise(self, exercise: Exercise) -> list[Move]:
        moves = self._lines(exercise.before)
        moves += [Speak(exercise.line), Rest(exercise.setup_s, LONGEST_REST_S)]
        for turn, line_id in enumerate(exercise.turns):
            done = turn * exercise.breaths
            moves += [Speak(line_id), Breathe(done + exercise.breaths, done=done)]
            if exercise.let_go is not None:
                moves.append(Speak(exercise.let_go))
            moves.append(Rest(exercise.rest_s, LONGEST_REST_S))
        return moves

    def _session(self, session: Session) -> list[Move]:
        breaths = round(session.minutes * 60 / breath_s(self._stage.script.routines.breathing))
        return [
            *(Speak(line_id) for line_id in session.opening),
            Breathe(max(breaths, 1), fade_db=session.fade_db, sparse=True),
            *(Speak(line_id, boost_db=session.fade_db) for line_id in session.closing),
            Decide(Verb.END),
        ]

    def _lines(self, line_ids: Iterable[str]) -> list[Move]:
        wording = self._stage.wording
        return [spoken(line_id, wording.line(line_id)) for line_id in line_ids]

    def _seconds_left(self) -> float:
        moves = list(self._stage.performer.to_come)
        if self._stage.state is State.STRETCHING:
            for exercise in self._exercises:
                moves += self._exercise(exercise)
            moves += self._lines(self._closing)
        return sum(map(self._seconds, moves))

    def _seconds(self, move: Move) -> float:
        match move:
            case Speak(line=line_id) | Ask(question=line_id) if not self._stage.suits(line_id):
                return 0.0
            case Speak(line=line_id):
                line = self._stage.wording.line(line_id)
                breaths_s = line.breaths * breath_s(self._stage.script.routines.breathing)
                return len(line.say.split()) / WORDS_PER_S + line.pause_s + breaths_s
            case Ask(question=line_id):
                return len(self._stage.wording.line(line_id).say.split()) / WORDS_PER_S + REPLY_S
            case Breathe():
                return hold_s(move, self._stage.script.routines.breathing)
            case Rest(seconds=seconds):
                return seconds * self._stage.performer.pace
        return 0.0
