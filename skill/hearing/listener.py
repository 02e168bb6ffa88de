"""The listener: frames in, spoken utterances out, through the gate and a recogniser."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from skill.audio.frames import Frame
from skill.audio.gate import (
    GateEvent,
    UtteranceContinued,
    UtteranceEnded,
    UtteranceStarted,
    VoiceDiscarded,
)
from skill.hearing.recognizer import Recognizer, Transcript

EARLY_S: Final = 0.2  # people leave about as much between two turns


@dataclass(frozen=True, slots=True)
class VoiceBegan:
    """Somebody speaks since `at`, seconds; an Utterance or VoiceFaded follows."""

    at: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said: never empty `text`, as the recogniser wrote it.

    Its first and last voiced samples lay at `start` and `end`, seconds of the frames' time;
    `decode_s` seconds of computing passed between the end of the utterance and the text.
    """

    text: str
    start: float
    end: float
    decode_s: float
    phrase_text: str = ""  # the same sound over the dialog's own phrases, where the engine can


@dataclass(frozen=True, slots=True)
class VoiceFaded:
    """The voice of `at`, seconds, came to nothing: too short, or no words in it."""

    at: float


HeardUtterance = VoiceBegan | Utterance | VoiceFaded


class UtteranceGate(Protocol):
    """What decides where an utterance begins and ends: `skill.audio.gate.Gate`."""

    def push(self, frame: Frame) -> tuple[GateEvent, ...]:
        """Take the next frame; return what it makes known, in order."""
        ...

    def flush(self) -> tuple[GateEvent, ...]:
        """End what is open because the sound has ended."""
        ...


@dataclass(frozen=True, slots=True)
class _Early:
    """A decode during a silence that may not be the end; `decode_s` seconds of computing."""

    transcript: Transcript
    decode_s: float
    is_complete: bool


def _never(_text: str) -> bool:
    return False


class Listener:
    """Takes every frame of the microphone and tells who spoke when, and what.

    The gate and the recogniser remain the caller's to configure and to close. Decoding happens
    inside `push` of the frame with which the gate ends the utterance; ModelError passes through.
    Already after EARLY_S of silence it decodes what came so far. What `is_complete` then accepts
    (a whole complaint, the answer to a question) ends the utterance; anything else is waited for.
    """

    def __init__(self, gate: UtteranceGate, recognizer: Recognizer) -> None:
        self._gate = gate
        self._recognizer = recognizer
        self._early: _Early | None = None
        self.is_complete: Callable[[str], bool] = _never

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
                    self._recognizer.start()
                    for frame in frames:
                        self._recognizer.accept(frame)
                    heard.append(VoiceBegan(at))
                case UtteranceContinued(frame=frame, silence_s=silence_s):
                    self._recognizer.accept(frame)
                    if self._ends_early(silence_s):
                        heard += self._follow(self._gate.flush())
                case UtteranceEnded(start=start, end=end):
                    heard.append(self._decode(start, end))
                case VoiceDiscarded(at=at):
                    heard.append(VoiceFaded(at))
        return tuple(heard)

    def _ends_early(self, silence_s: float) -> bool:
        """Return whether what was said until now is complete; asked once in each silence."""
        if silence_s < EARLY_S:
            self._early = None
        elif self._early is None:
            began = time.perf_counter()
            transcript = self._recognizer.so_far()
            complete = self.is_complete(transcript.text.strip())
            self._early = _Early(transcript, time.perf_counter() - began, complete)
            return complete
        return False

    def _decode(self, start: float, end: float) -> Utterance | VoiceFaded:
        early, self._early = self._early, None
        if early is not None and early.is_complete:
            transcript, decode_s = early.transcript, early.decode_s
        else:
            began = time.perf_counter()
            transcript = self._recognizer.finish()
            decode_s = time.perf_counter() - began
        text = transcript.text.strip()
        if not text:
            return VoiceFaded(start)
        return Utterance(text, start, end, decode_s, transcript.phrase_text.strip())
