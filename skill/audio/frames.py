"""The unit of sound inside Uncramp: 32 ms of 16 kHz mono."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ: Final = 16_000
FRAME_SAMPLES: Final = 512  # what Silero VAD takes: https://github.com/snakers4/silero-vad
FRAME_S: Final = FRAME_SAMPLES / SAMPLE_RATE_HZ

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Frame:
    """32 ms of sound: `samples` (512,) int16 mono 16 kHz; `time` of its first sample, seconds."""

    samples: Samples
    time: float

    @property
    def end(self) -> float:
        """Time just after the last sample, seconds."""
        return self.time + len(self.samples) / SAMPLE_RATE_HZ


class Microphone(Protocol):
    """Where frames come from: a sound card, or a recording."""

    def frames(self) -> Iterator[Frame]:
        """Yield frames in order until the source ends. Raises AudioError when it fails."""
        ...

    def close(self) -> None:
        """Free the device; safe to call twice."""
        ...


class Speaker(Protocol):
    """Where prompts are played: a sound card, or a file."""

    def prepare(self) -> None:
        """Make ready, so that the next prompt begins at once; somebody is speaking."""
        ...

    def play(
        self,
        samples: Samples,
        *,
        key: str,
        now: float,
        gain_db: float = 0.0,
        fade_in_s: float = 0.0,
    ) -> None:
        """Begin playing `samples` ((n,) int16 mono 16 kHz) at `now`; what was playing is cut."""
        ...

    def stop(self, *, now: float, fade_out_s: float = 0.05) -> None:
        """Fall silent within `fade_out_s` (at most 0.1 s) from `now`."""
        ...

    def finished(self, now: float) -> str | None:
        """Return the `key` of a prompt that has played to its end by `now`, once; else None."""
        ...

    def played_s(self, now: float) -> float:
        """Return how much of the current or last prompt was heard by `now`, seconds."""
        ...

    def close(self) -> None:
        """Write or free what is left; safe to call twice."""
        ...
