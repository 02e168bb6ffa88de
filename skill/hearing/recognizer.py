"""Speech recognisers: gated frames in, a transcript out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from skill.audio.frames import Frame


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser heard in one utterance; `text` may be empty."""

    text: str


class Recognizer(Protocol):
    """One engine with its model, decoding one utterance at a time."""

    name: str

    def start(self) -> None:
        """Forget what came before and begin an utterance."""
        ...

    def accept(self, frame: Frame) -> str | None:
        """Take the next frame of the utterance; return a partial text where the engine has one."""
        ...

    def finish(self) -> Transcript:
        """End the utterance and decode it."""
        ...

    def close(self) -> None:
        """Free the model; safe to call twice."""
        ...
