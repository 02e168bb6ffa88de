"""Speech recognisers: gated frames in, a transcript out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from skill.audio.frames import Frame


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser heard in one utterance; both texts may be empty.

    `phrase_text` is what an engine that also decodes over the dialog's own phrases made of it:
    a phrase for almost any sound, so worth something only where `text` does not contradict it.
    """

    text: str
    phrase_text: str = ""


class Recognizer(Protocol):
    """One engine with its model, decoding one utterance at a time."""

    name: str
    settled_s: float  # so long after the last voice `so_far` has every word, seconds

    def start(self) -> None:
        """Forget what came before and begin an utterance."""
        ...

    def accept(self, frame: Frame) -> str | None:
        """Take the next frame of the utterance; return a partial text where the engine has one."""
        ...

    def so_far(self) -> Transcript:
        """Decode what came until now; the utterance goes on."""
        ...

    def finish(self, known: Transcript | None = None) -> Transcript:
        """End the utterance and decode it.

        `known` is what `so_far` gave, when only silence came after it: it is taken, where
        decoding again would not tell more.
        """
        ...

    def alternatives(self) -> Iterator[str]:
        """Yield other texts that the utterance just finished may have been, each decoded when
        asked for; none from an engine that has no second way of hearing it."""
        ...

    def close(self) -> None:
        """Free the model; safe to call twice."""
        ...
