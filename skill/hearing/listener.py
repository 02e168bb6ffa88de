"""The listener: frames in, spoken utterances out, through the gate and a recogniser."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from skill.audio.frames import Frame
from skill.audio.gate import (
    CLOCK_TOLERANCE_S,
    GateEvent,
    UtteranceContinued,
    UtteranceEnded,
    UtteranceStarted,
    VoiceDiscarded,
)
from skill.hearing.recognizer import Recognizer, Transcript

# Hurried speech has 4 to 5 words a second. Of 641 recorded utterances none that was heard right
# had more words than these; of the 21 that were made of a night's noises 3 had.
MOST_WORDS_PER_S: Final = 6.0
SPARE_WORDS: Final = 1


@dataclass(frozen=True, slots=True)
class Silences:
    """How long a silence ends an utterance, seconds, by what was said before it.

    `complete_s` after what can be acted on at once: people leave about as much between two turns.
    `unfinished_s` after what ends in the middle of a phrase, `usual_s` after everything else: read
    speech pauses for longer than half a second three times a minute.
    """

    usual_s: float = 0.5
    unfinished_s: float = 1.2
    complete_s: float = 0.2

    @property
    def longest_s(self) -> float:
        """The longest of them."""
        return max(self.usual_s, self.unfinished_s, self.complete_s)


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """Somebody speaks since `at`, seconds; an Utterance or VoiceFaded follows."""

    at: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said: never empty `text`, as the recogniser wrote it.

    Its first and last voiced samples lay at `start` and `end`, seconds of the frames' time;
    `decode_s` seconds of computing passed between the end of the wait and the text.
    """

    text: str
    start: float
    end: float
    decode_s: float
    phrase_text: str = ""  # the same sound over the dialog's own phrases, where the engine can
    alternatives: Callable[[], Iterable[str]] = tuple  # to be asked for before the next utterance


@dataclass(frozen=True, slots=True)
class VoiceFaded:
    """The voice of `at`, seconds, came to nothing: too short, or no words in it."""

    at: float


@dataclass(frozen=True, slots=True)
class WordsSoFar:
    """What an engine with partial texts makes of the utterance until now; it may still change."""

    text: str


HeardUtterance = VoiceBegan | WordsSoFar | Utterance | VoiceFaded


class UtteranceGate(Protocol):
    """What decides where an utterance begins and ends: `skill.audio.gate.Gate`."""

    def push(self, frame: Frame) -> tuple[GateEvent, ...]:
        """Take the next frame; return what it makes known, in order."""
        ...

    def end(self) -> tuple[GateEvent, ...]:
        """End the utterance that is open; the sound goes on."""
        ...

    def flush(self) -> tuple[GateEvent, ...]:
        """End what is open because the sound has ended."""
        ...


@dataclass(frozen=True, slots=True)
class _SoFar:
    """What was said before a silence that may not be the end.

    It is known `known_s` after the silence began, computing included, and to be taken after
    `wait_s`, both in seconds.
    """

    transcript: Transcript
    known_s: float
    wait_s: float


def _until_the_gate_ends_it(_text: str) -> float:
    return math.inf


class Listener:
    """Takes every frame of the microphone and tells who spoke when, and what.

    The gate and the recogniser remain the caller's to configure and to close. Decoding happens
    inside `push`; ModelError passes through. As soon as the recogniser has every word, shortly
    after the voice has fallen silent, what was said is decoded, and `wait_s` tells from its text
    how long a silence, in seconds, ends the utterance; the gate ends it where that is longer. If
    the voice comes back before, all of it is one utterance and decoded anew. Frames queue while
    it decodes, so that the text is usually there when the wait is over.
    """

    def __init__(self, gate: UtteranceGate, recognizer: Recognizer) -> None:
        self._gate = gate
        self._recognizer = recognizer
        self._so_far: _SoFar | None = None
        self._silence_s = 0.0
        self._partial = ""
        self.wait_s: Callable[[str], float] = _until_the_gate_ends_it

    def push(self, frame: Frame) -> tuple[HeardUtterance, ...]:
        """Take the next frame; return what it makes known, in order."""
        return self._follow(self._gate.push(frame))

    def flush(self) -> tuple[HeardUtterance, ...]:
        """End what is open because the sound has ended; the next frame begins afresh."""
        return self._follow(self._gate.flush())

    def _follow(self, events: tuple[GateEvent, ...]) -> tuple[HeardUtterance, ...]:
        heard: list[HeardUtterance] = []
        for event in events:
            match event:
                case UtteranceStarted(at=at, frames=frames):
                    self._so_far, self._partial = None, ""
                    self._recognizer.start()
                    heard.append(VoiceBegan(at))
                    for frame in frames:
                        heard += self._accept(frame)
                case UtteranceContinued(frame=frame, silence_s=silence_s):
                    heard += self._accept(frame)
                    self._silence_s = silence_s
                    if self._is_over():
                        heard += self._follow(self._gate.end())
                case UtteranceEnded(start=start, end=end):
                    heard.append(self._decode(start, end))
                case VoiceDiscarded(at=at):
                    heard.append(VoiceFaded(at))
        return tuple(heard)

    def _accept(self, frame: Frame) -> tuple[WordsSoFar, ...]:
        partial = self._recognizer.accept(frame)
        if not partial or partial == self._partial:
            return ()
        self._partial = partial
        self._so_far = None  # more words than it knew: how long to wait is asked again
        return (WordsSoFar(partial),)

    def _is_over(self) -> bool:
        """Return whether the silence is long enough for what was said before it."""
        if self._silence_s < self._recognizer.settled_s:
            self._so_far = None
            return False
        if self._so_far is None:
            began = time.perf_counter()
            transcript = self._recognizer.so_far()
            wait_s = self.wait_s(transcript.text.strip())
            known_s = self._silence_s + time.perf_counter() - began
            self._so_far = _SoFar(transcript, known_s, wait_s)
        return self._silence_s > self._so_far.wait_s - CLOCK_TOLERANCE_S

    def _decode(self, start: float, end: float) -> Utterance | VoiceFaded:
        so_far, self._so_far = self._so_far, None
        began = time.perf_counter()
        transcript = self._recognizer.finish(so_far.transcript if so_far else None)
        decode_s = time.perf_counter() - began
        if so_far is not None:
            decode_s += max(0.0, so_far.known_s - self._silence_s)
        text = transcript.text.strip()
        if not text or len(text.split()) > MOST_WORDS_PER_S * (end - start) + SPARE_WORDS:
            return VoiceFaded(start)
        phrase_text = transcript.phrase_text.strip()
        return Utterance(text, start, end, decode_s, phrase_text, self._recognizer.alternatives)
