"""Connects the parts for one night: frames in, prompts out. The same for live and rehearsal."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from skill.actions import Action, Chime, EpisodeEnded, Say, StateChanged, StopSpeaking
from skill.audio.frames import SAMPLE_RATE_HZ, Frame, Samples, Speaker
from skill.dialog.conversation import Conversation
from skill.events import (
    EveningCame,
    Event,
    Heard,
    PromptFinished,
    TimePassed,
    VoiceEnded,
    VoiceStarted,
)
from skill.hearing.listener import (
    HeardUtterance,
    Listener,
    Silences,
    Utterance,
    VoiceBegan,
    VoiceFaded,
    WordsSoFar,
)
from skill.interpretation import Context, Interpretation

FADE_IN_S = 0.02  # no click at the onset of a prompt
ECHO_S = 0.5  # so much later our own words still sound in a room and its microphone


Alternatives = Callable[[], Iterable[str]]


class Interpreter(Protocol):
    """Understands the text of one utterance."""

    def interpret(self, text: str, context: Context) -> Interpretation:
        """Return what `text` means in this context; never raises."""
        ...

    def interpret_heard(
        self, text: str, context: Context, phrase_text: str, alternatives: Alternatives
    ) -> Interpretation:
        """Return what the sound means whose transcript is `text`."""
        ...

    def is_unfinished(self, said: Interpretation, context: Context) -> bool:
        """Return whether more is likely to come after what was `said`."""
        ...

    def interrupts(self, text: str, own: str) -> bool:
        """Return whether a word of `text`, unfinished, asks for silence while we say `own`."""
        ...


class Prompts(Protocol):
    """Speech by its words."""

    def get(self, text: str) -> Samples:
        """Return the speech of `text`, (n,) int16 mono 16 kHz."""
        ...


@dataclass(slots=True)
class Said:
    """One prompt as it was spoken; `at` seconds, `interrupted` when it was cut.

    Uncut it takes `seconds`, more than none.
    """

    at: float
    prompt: str
    text: str
    seconds: float
    interrupted: bool = False

    def between(self, begin: float, end: float) -> str:
        """Return about the words that were spoken from `begin` to `end`, seconds."""
        words = self.text.split()
        words_per_s = len(words) / self.seconds
        first, last = ((at - self.at) * words_per_s for at in (begin, end))
        return " ".join(words[max(0, math.floor(first)) : max(0, math.ceil(last))])


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one utterance led to; `latency_ms` from its last voiced sample to the reply."""

    at: float
    start: float
    end: float
    interpretation: Interpretation
    actions: tuple[Action, ...]
    latency_ms: float | None


Observed = Said | Reaction | Chime | StateChanged | EpisodeEnded


def unobserved(_at: float, _what: Observed) -> None:
    """Tell nobody."""


@dataclass
class Companion:
    """Hears, understands, talks. `observe` is told of everything as it happens."""

    conversation: Conversation
    interpreter: Interpreter
    prompts: Prompts
    speaker: Speaker
    listener: Listener
    observe: Callable[[float, Observed], None] = unobserved
    silences: Silences = field(default_factory=Silences)
    saying: Said | None = None
    now: float = 0.0
    voice_began: float = 0.0

    def __post_init__(self) -> None:
        self.listener.wait_s = self._wait_s

    def frame(self, frame: Frame) -> None:
        """Take the next frame of the microphone and do all that follows from it."""
        self._at(frame.end)
        self._listen(self.listener.push(frame))
        self.time_passes()

    def flush(self) -> None:
        """Take what is left when the microphone has come to its end."""
        self._listen(self.listener.flush())

    def _listen(self, all_heard: Iterable[HeardUtterance]) -> None:
        for heard in all_heard:
            match heard:
                case VoiceBegan(at=at):
                    self.voice_began = at
                    self.speaker.prepare()
                    self._handle(VoiceStarted())
                case WordsSoFar(text=text):
                    self._interrupted_by(text)
                case VoiceFaded():
                    self._handle(VoiceEnded())
                case Utterance() as said:
                    self._at(self.now + said.decode_s)
                    self.hear(said)

    def _interrupted_by(self, text: str) -> None:
        """Fall silent where `text`, not all of it yet, asks for it and is not our own voice."""
        if self.saying is not None:
            own = self.saying.between(self.voice_began - ECHO_S, self.now)
            if self.interpreter.interrupts(text, own):
                self._handle(VoiceStarted(urgent=True))

    def hear(self, said: Utterance) -> Reaction:
        """Take the words of an utterance."""
        began = time.perf_counter()
        interpretation = self.interpreter.interpret_heard(
            said.text, self.conversation.context, said.phrase_text, said.alternatives
        )
        actions = self.conversation.handle(Heard(interpretation), self.now)
        self._at(self.now + time.perf_counter() - began)
        replies = any(isinstance(action, Say | Chime) for action in actions)
        latency_ms = (self.now - said.end) * 1000 if replies else None
        reaction = Reaction(self.now, said.start, said.end, interpretation, actions, latency_ms)
        self.observe(self.now, reaction)
        self._perform(actions)
        return reaction

    def time_passes(self) -> None:
        """Tell the conversation of prompts that have ended and of times that have come."""
        finished = self.speaker.finished(self.now)
        if finished is not None and self.saying is not None:
            self.saying = None
            self._handle(PromptFinished(finished))
        while (due := self.conversation.due) is not None and due <= self.now:
            self._handle(TimePassed())

    def evening_comes(self) -> None:
        """Tell the conversation that the evening has come."""
        self._handle(EveningCame())

    def _wait_s(self, text: str) -> float:
        """Return how long a silence after `text` ends the utterance, seconds."""
        context = self.conversation.context
        said = self.interpreter.interpret(text, context)
        if self.interpreter.is_unfinished(said, context):
            return self.silences.unfinished_s
        is_complete = self.conversation.is_complete(said)
        return self.silences.complete_s if is_complete else self.silences.usual_s

    def _at(self, now: float) -> None:
        self.now = max(self.now, now)

    def _handle(self, event: Event) -> None:
        self._perform(self.conversation.handle(event, self.now))

    def _perform(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            match action:
                case Say():
                    self._cut()
                    self._say(action)
                case StopSpeaking():
                    self._cut()
                case Chime() | StateChanged() | EpisodeEnded():
                    self.observe(self.now, action)

    def _say(self, action: Say) -> None:
        samples = self.prompts.get(action.text)
        seconds = max(len(samples) / SAMPLE_RATE_HZ, FADE_IN_S)
        self.saying = Said(self.now, action.prompt, action.text, seconds)
        self.observe(self.now, self.saying)
        self.speaker.play(
            samples,
            key=action.prompt,
            now=self.now,
            gain_db=action.gain_db,
            fade_in_s=FADE_IN_S,
        )

    def _cut(self) -> None:
        if self.saying is not None:
            self.saying.interrupted = True
            self.saying = None
            self.speaker.stop(now=self.now)
