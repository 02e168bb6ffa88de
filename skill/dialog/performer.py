"""Carries out the agenda on the conversation's clock: what is said when, and what is waited for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from skill.actions import Action, Say, StopSpeaking
from skill.dialog.moves import LONGEST_SILENCE_S, Ask, Breathe, Decision, Move, Rest, Speak
from skill.dialog.pacing import Cue, breath_s, hold_cues, hold_s
from skill.dialog.script import Breathing, Question
from skill.dialog.wording import Wording

LATE_CUE_S = 1.2  # a breath cue later than this would pull the breath off the beat
LONGEST_VOICE_S = 15.0  # longer than any utterance (12 s): a voice that never ends is a radio
LONGEST_PROMPT_S = 30.0  # no prompt is this long: a speaker that never reports an end is gone
EPSILON_S = 1e-6
ANSWER_GRACE_S = 3.0  # after somebody spoke, wait at least this long before asking again


class Performer:
    """The agenda and the move under way. Appends Say and StopSpeaking to `actions`.

    `suits` tells whether a line is for this person; others are left out.
    """

    def __init__(
        self,
        wording: Wording,
        breathing: Breathing,
        actions: list[Action],
        suits: Callable[[str], bool],
    ) -> None:
        self._wording = wording
        self._suits = suits
        self._breathing = breathing
        self._actions = actions
        self._agenda: deque[Move] = deque()
        self._cues: deque[Cue] = deque()
        self._began = 0.0
        self._timer: float | None = None
        self._voice_since: float | None = None
        self.current: Move | None = None
        self.speaking: str | None = None
        self.instruction: list[str] = []  # the lines since the last hold or question
        self._instructing = False
        self._running: tuple[str, str] = ("", "")  # the last two lines said
        self.spoken: set[str] = set()
        self.last_question: str | None = None
        self.last_spoke = self.asked_at = -1e9
        self.gain_db = 0.0
        self.pace = 1.0

    @property
    def due(self) -> float | None:
        """When `time_passed` has something to do next, seconds; None when there is nothing."""
        if self._voice_since is not None:
            return self._voice_since + LONGEST_VOICE_S
        return self._timer

    @property
    def question(self) -> str | None:
        """The id of the question that waits for its answer now."""
        return self.current.question if isinstance(self.current, Ask) else None

    @property
    def holding_or_asking(self) -> bool:
        """Whether the person is in a hold of a technique, or has been asked something."""
        match self.current:
            case Breathe(hold=hold):
                return hold
            case Ask():
                return True
        return False

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, nothing is to come, and nobody is speaking."""
        return self.current is None and not self._agenda and self._voice_since is None

    @property
    def to_come(self) -> tuple[Move, ...]:
        """What is still on the agenda after the move under way."""
        return tuple(self._agenda)

    def clear(self) -> None:
        """Drop the agenda and fall silent."""
        self._agenda.clear()
        self.skip()

    def put_first(self, moves: Iterable[Move], now: float) -> None:
        """Put moves before everything else; what is left of the move under way comes after."""
        new, left = list(moves), self._left_of_current(now)
        said = {move.line for move in new if isinstance(move, Speak)}
        again = isinstance(left, Speak) and left.line in said
        if left is not None and left not in new and not again:
            self._agenda.appendleft(left)
        self.skip()
        self._agenda.extendleft(reversed(new))

    def start_over(self, moves: Iterable[Move]) -> None:
        """Drop the agenda and do these moves instead."""
        self.clear()
        self._agenda.extend(moves)

    def then(self, moves: Iterable[Move]) -> None:
        """Do these moves next, before the rest of the agenda, without cutting anything."""
        self._agenda.extendleft(reversed(list(moves)))

    def repeat(self, boost_db: float) -> list[Move]:
        """Return the last instruction again; a question about to be asked again is taken over.

        OKAY goes before a single line, so that it is never the same three times running.
        """
        coming = self._agenda[0] if self._agenda else None
        if isinstance(coming, Ask):
            self._agenda.popleft()
            return [Speak("OKAY"), replace(coming, boost_db=boost_db)]
        lines: list[Move] = [Speak(line_id, boost_db=boost_db) for line_id in self.instruction]
        return lines if len(lines) > 1 else [Speak("OKAY"), *lines]

    def skip(self) -> None:
        """Drop the move under way."""
        self._cut()
        self.current = None
        self._timer = None

    def question_answered(self) -> None:
        """Forget the question asked last; what is said from now on is no answer to it."""
        self.skip()
        self.last_question = None

    def advance(self, now: float) -> Decision | None:
        """Begin the next moves until one takes time (None), or is the conversation's to decide."""
        while self.current is None and self._agenda and self._voice_since is None:
            move = self._agenda.popleft()
            if isinstance(move, Decision):
                return move
            self._begin(move, now)
        return None

    def voice_started(self, now: float, *, urgent: bool = False) -> None:
        """Fall silent and wait while somebody speaks; in a danger line only if urgent, and once."""
        line = self.speaking
        is_danger = isinstance(self.current, Speak) and self.current.danger
        if line is not None and is_danger and (not urgent or self._said_twice(line)):
            return
        self._voice_since = now
        if self.speaking is None:
            return
        self._cut()
        if isinstance(self.current, Breathe):
            self._next_cue_time()
        elif self.current is not None:
            self._agenda.appendleft(self.current)
            self.current = self._timer = None

    def voice_ended(self, now: float) -> None:
        """Speak again when it is time to."""
        if self._voice_since is None:
            return
        self._voice_since = None
        if isinstance(self.current, Ask) and self._timer is not None:
            self._timer = max(self._timer, now + ANSWER_GRACE_S)

    def prompt_finished(self, prompt: str, now: float) -> None:
        """Go on from the prompt that has just been heard."""
        if prompt != self.speaking:
            return
        self.speaking = None
        self.last_spoke = now
        self.spoken.add(prompt)
        match self.current:
            case Speak(line=line):
                self._timer = now + self._paced(self._wording.line(line).pause_s)
            case Ask(question=question_id):
                self.asked_at = now
                self._timer = now + self._paced(self._question(question_id).wait_s)
            case Breathe():
                self._next_cue_time()

    def time_passed(self, now: float) -> str | None:
        """Do what is due; return the id of a question that nobody answered."""
        if self._voice_since is not None:
            if now < self._voice_since + LONGEST_VOICE_S:
                return None
            self._voice_since = None
        if self._timer is None or now < self._timer - EPSILON_S:
            return None
        if self.speaking is not None:
            self.prompt_finished(self.speaking, now)
            return None
        match self.current:
            case Speak(line=line) if breaths := self._wording.line(line).breaths:
                self._timer = self.current = None
                self._agenda.appendleft(Breathe(breaths, hold=False))
            case Speak() | Rest():
                self._timer = self.current = None
            case Ask(question=question_id, asked=asked):
                self._timer = self.current = None
                if asked < self._question(question_id).repeat and not self._said_twice(question_id):
                    self._agenda.appendleft(Ask(question_id, asked + 1))
                else:
                    return question_id
            case Breathe():
                self._breathe(now)
            case _:
                self._timer = None
        return None

    def _begin(self, move: Speak | Ask | Breathe | Rest, now: float) -> None:
        self._began = now
        match move:
            case Speak(line=line, danger=False) if not self._suits(line):
                pass
            case Ask(question=question_id) if not self._suits(question_id):
                pass
            case Speak(line=line) if self._said_twice(line) and not move.danger:
                self.spoken.add(line)
            case Speak(line=line, danger=danger, boost_db=boost_db):
                self.current = move
                self.instruction = [*(self.instruction if self._instructing else []), line]
                self._instructing = True
                self._say(line, now, danger=danger, gain_db=boost_db)
            case Ask(question=question_id, boost_db=boost_db):
                self.current = move
                self.last_question = question_id
                self.instruction, self._instructing = [question_id], False
                if self._said_twice(question_id):
                    self.asked_at = now
                    self._timer = now + ANSWER_GRACE_S
                else:
                    self._say(question_id, now, gain_db=boost_db)
            case Breathe():
                self.current = move
                self._instructing = False
                self._cues = deque(hold_cues(move, self._breathing))
                self._breathe(now)
            case Rest(seconds=seconds, longest_s=longest_s):
                self.current = move
                self._timer = now + self._paced(seconds, longest_s)

    def _breathe(self, now: float) -> None:
        assert isinstance(self.current, Breathe)
        if now >= self._began + hold_s(self.current, self._breathing) - EPSILON_S:
            self.current = None
            self._timer = None
            self._cut()
            return
        while self._cues and self._began + self._cues[0].at_s <= now + EPSILON_S:
            cue = self._cues.popleft()
            is_late = now > self._began + cue.at_s + LATE_CUE_S
            if cue.droppable and (is_late or self._said_twice(cue.line)):
                continue
            self._say(cue.line, now, gain_db=cue.gain_db)
            return
        self._next_cue_time()

    def _next_cue_time(self) -> None:
        assert isinstance(self.current, Breathe)
        end = self._began + hold_s(self.current, self._breathing)
        self._timer = min(self._began + self._cues[0].at_s, end) if self._cues else end

    def _say(self, line_id: str, now: float, *, danger: bool = False, gain_db: float = 0.0) -> None:
        self._timer = now + LONGEST_PROMPT_S
        self.speaking = line_id
        self._running = (self._running[1], line_id)
        level = max(self.gain_db + gain_db, 0.0) if danger else self.gain_db + gain_db
        self._actions.append(Say(line_id, self._wording.text(line_id), level, danger))

    def _paced(self, seconds: float, longest_s: float = LONGEST_SILENCE_S) -> float:
        """Return a silence stretched by the pace, but by that never a dead one."""
        return max(seconds, min(seconds * self.pace, longest_s))

    def _said_twice(self, line_id: str) -> bool:
        """Return whether this line was the last two said: interrupted, it is not said again."""
        return self._running == (line_id, line_id)

    def _cut(self) -> None:
        if self.speaking is not None:
            self.speaking = None
            self._actions.append(StopSpeaking())

    def _left_of_current(self, now: float) -> Move | None:
        match self.current:
            case Speak(line=line) if self.speaking is None:
                breaths = self._wording.line(line).breaths
                return Breathe(breaths, hold=False) if breaths else None
            case Breathe(breaths=breaths, done=done):
                done += int((now - self._began) / breath_s(self._breathing))
                return replace(self.current, done=min(done, breaths - 1), lines=())
            case move:
                return move

    def _question(self, question_id: str) -> Question:
        line = self._wording.line(question_id)
        assert isinstance(line, Question), question_id
        return line
