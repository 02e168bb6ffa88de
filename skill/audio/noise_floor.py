"""The energy gate: is it louder than the room? Costs a few microseconds a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skill.audio.frames import FRAME_S, Frame, Samples
from skill.audio.levels import FULL_SCALE, SILENCE_DBFS


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
        level = level_dbfs(frame.samples)
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


def level_dbfs(samples: Samples) -> float:
    """Return the RMS level of (n,) int16 without its DC offset, in dBFS; at least -100."""
    sound = samples.astype(np.float32)
    power = (float(np.dot(sound, sound)) / len(sound) - float(sound.mean()) ** 2) / FULL_SCALE**2
    return max(SILENCE_DBFS, 10.0 * float(np.log10(power))) if power > 0 else SILENCE_DBFS
