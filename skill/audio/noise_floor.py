"""The energy gate: is it louder than the room? Costs a few microseconds a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from skill.audio.frames import FRAME_S, FRAME_SAMPLES, SAMPLE_RATE_HZ, Frame, Samples
from skill.audio.levels import FULL_SCALE, SILENCE_DBFS

SPEECH_BAND_HZ: Final = (200, 4_000)  # holds nearly all the power of speech, whispers included
_WINDOW: Final = np.hanning(FRAME_SAMPLES)  # keeps rumble from leaking into the band
_BAND: Final = slice(*(round(hz * FRAME_SAMPLES / SAMPLE_RATE_HZ) for hz in SPEECH_BAND_HZ))
_POWER: Final = 2.0 / (FRAME_SAMPLES * float(np.sum(_WINDOW**2)) * FULL_SCALE**2)  # Parseval


@dataclass(frozen=True, slots=True)
class EnergySettings:
    """When sound counts as louder than the room. Measured with real speech, snores and fans."""

    open_above_floor_db: float = 6.0
    hang_over_s: float = 0.3
    # Below this a microphone hears only itself; the floor does not follow digital silence down.
    lowest_floor_dbfs: float = -75.0
    # What the floor is taken for at most before anything is known: a recording may begin in speech.
    first_floor_dbfs: float = -60.0
    rise_db_per_s: float = 3.0
    fall_per_s: float = 5.0  # share of the difference made good, per second (exponential)


class EnergyGate:
    """Follows the room's noise floor: rises slowly, falls quickly."""

    def __init__(self, settings: EnergySettings) -> None:
        self.settings = settings
        self.floor_dbfs = settings.first_floor_dbfs
        self._open_until = -np.inf
        self._fresh = True

    def hears(self, frame: Frame) -> bool:
        """Take the next frame; return whether it, or one within the hang-over, was loud."""
        s = self.settings
        level = speech_band_dbfs(frame.samples)
        if self._fresh:
            self.floor_dbfs = max(s.lowest_floor_dbfs, min(level, s.first_floor_dbfs))
            self._fresh = False
        if level > self.floor_dbfs + s.open_above_floor_db:
            self._open_until = frame.end + s.hang_over_s
        if level > self.floor_dbfs:
            self.floor_dbfs = min(level, self.floor_dbfs + s.rise_db_per_s * FRAME_S)
        else:
            fallen = self.floor_dbfs + (level - self.floor_dbfs) * min(1, s.fall_per_s * FRAME_S)
            self.floor_dbfs = max(fallen, s.lowest_floor_dbfs)
        return frame.time < self._open_until


def speech_band_dbfs(samples: Samples) -> float:
    """Return the RMS level of a frame, (512,) int16, between 200 and 4000 Hz, in dBFS.

    A truck outside, mains hum and a DC offset lie below the band, a microphone's hiss above it.
    """
    if not samples.any():
        return SILENCE_DBFS
    spectrum = np.fft.rfft(samples * _WINDOW)[_BAND]
    power = float(np.vdot(spectrum, spectrum).real) * _POWER
    return max(SILENCE_DBFS, 10.0 * float(np.log10(power))) if power > 0 else SILENCE_DBFS
