"""Voices: text in, sound out, rendered ahead of the night."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from skill.audio.frames import Samples


class Synthesizer(Protocol):
    """One voice with its settings. Renders in a program of its own, never in this process."""

    name: str

    @property
    def settings(self) -> str:
        """Everything that changes the sound (voice, rate, version) as one string."""
        ...

    def render(self, texts: Iterable[str]) -> Iterator[Samples]:
        """Yield the speech of each text in order, (n,) int16 mono 16 kHz.

        Raises VoiceError when the voice is not installed or fails.
        """
        ...
