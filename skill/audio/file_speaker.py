"""A speaker that plays into a track: what would have been heard, and when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.levels import FULL_SCALE, fade, gain, to_int16
from skill.audio.recording import write_recording

LONGEST_FADE_OUT_S: Final = 0.1  # the Speaker protocol: silent within 0.1 s
CUT_S: Final = 0.005  # what a new prompt cuts off fades this long, so that it does not click


@dataclass(slots=True)
class _Placed:
    """A sound on the track from sample number `begin` on."""

    begin: int
    samples: Samples

    @property
    def end(self) -> int:
        return self.begin + len(self.samples)


class FileSpeaker:
    """Plays in the time it is told; a `Speaker`. Time 0 is the beginning of the track."""

    def __init__(self) -> None:
        self._track: list[_Placed] = []
        self._prompt: _Placed | None = None
        self._unfinished: str | None = None

    def prepare(self) -> None:
        """Do nothing: a file is always ready."""

    def play(
        self,
        samples: Samples,
        *,
        key: str,
        now: float,
        gain_db: float = 0.0,
        fade_in_s: float = 0.0,
    ) -> None:
        """Begin playing (n,) int16 mono 16 kHz at `now`; what was playing is cut, not finished."""
        self.stop(now=now, fade_out_s=CUT_S)
        self._prompt = self._place(fade(gain(samples, gain_db), fade_in_s), now)
        self._unfinished = key

    def stop(self, *, now: float, fade_out_s: float = 0.05) -> None:
        """Fall silent within `fade_out_s` (at most 0.1 s) from `now`; the prompt never finishes."""
        self._unfinished = None
        prompt = self._prompt
        if prompt is None or _at(now) >= prompt.end:
            return
        heard = max(_at(now) - prompt.begin, 0)
        fading = prompt.samples[heard:][: _at(min(max(fade_out_s, 0.0), LONGEST_FADE_OUT_S))]
        faded = fade(fading, fade_out_s=len(fading) / SAMPLE_RATE_HZ)
        prompt.samples = np.concatenate([prompt.samples[:heard], faded])

    def finished(self, now: float) -> str | None:
        """Return the key of the prompt that has played to its end by `now`, once; else None."""
        if self._prompt is None or _at(now) < self._prompt.end:
            return None
        key, self._unfinished = self._unfinished, None
        return key

    def played_s(self, now: float) -> float:
        """Return how much of the current or last prompt was heard by `now`, seconds."""
        if self._prompt is None:
            return 0.0
        heard = _at(now) - self._prompt.begin
        return min(max(heard, 0), len(self._prompt.samples)) / SAMPLE_RATE_HZ

    def add(self, samples: Samples, at: float) -> None:
        """Mix in another voice from `at` seconds on, (n,) int16 mono 16 kHz."""
        self._place(samples, at)

    def mix(self) -> Samples:
        """Return the whole track, (n,) int16 mono 16 kHz; quieter as a whole if it would clip."""
        mixed = np.zeros(max((placed.end for placed in self._track), default=0), dtype=np.float32)
        for placed in self._track:
            mixed[placed.begin : placed.end] += placed.samples
        peak = float(np.abs(mixed).max(initial=0))
        return to_int16(mixed * min(1.0, (FULL_SCALE - 1) / peak) if peak else mixed)

    def save(self, path: Path) -> None:
        """Write the track as WAV or FLAC. Raises StorageError when it cannot be written."""
        write_recording(path, self.mix())

    def close(self) -> None:
        """Nothing is left to free; the track stays."""

    def _place(self, samples: Samples, at: float) -> _Placed:
        placed = _Placed(max(_at(at), 0), samples)
        self._track.append(placed)
        return placed


def _at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ)
