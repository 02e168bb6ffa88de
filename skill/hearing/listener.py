"""The listener: frames in, spoken utterances out, through the gate and a recogniser."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

from skill.audio.frames import Frame
from skill.audio.gate import (
    GateEvent,
    UtteranceContinued,
    UtteranceEnded,
    UtteranceStarted,
    VoiceDiscarded,
)
from skill.hearing.recognizer import Recognizer


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


class Listener:
    """Takes every frame of the microphone and tells who spoke when, and what.

    The gate and the recogniser remain the caller's to configure and to close. Decoding happens
    inside `push` of the frame with which the gate ends the utterance; ModelError passes through.
    """

    def __init__(self, gate: UtteranceGate, recognizer: Recognizer) -> None:
        self._gate = gate
        self._recognizer = recognizer

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
                case UtteranceContinued(frame=frame):
                    self._recognizer.accept(frame)
                case UtteranceEnded(start=start, end=end):
                    heard.append(self._decode(start, end))
                case VoiceDiscarded(at=at):
                    heard.append(VoiceFaded(at))
        return tuple(heard)

    def _decode(self, start: float, end: float) -> Utterance | VoiceFaded:
        began = time.perf_counter()
        transcript = self._recognizer.finish()
        decode_s = time.perf_counter() - began
        text = transcript.text.strip()
        if not text:
            return VoiceFaded(start)
        return Utterance(text, start, end, decode_s, transcript.phrase_text.strip())
