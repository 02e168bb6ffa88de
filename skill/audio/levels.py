"""How loud sound is, and making it louder, quieter, or fade.

0 dBFS is the RMS of a full-scale square wave; a full-scale sine has -3 dBFS.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from skill.audio.frames import SAMPLE_RATE_HZ, Samples

FULL_SCALE: Final = 32_768.0
SILENCE_DBFS: Final = -100.0  # below the last bit of 16: digital silence
LOUDEST_PEAK_DBFS: Final = -1.0  # the highest peak EBU R 128 permits


def dbfs(samples: Samples) -> float:
    """Return the RMS level of (n,) int16 in dBFS; -100 for silence or no samples at all."""
    if not len(samples):
        return SILENCE_DBFS
    sound = samples.astype(np.float32)
    power = float(np.dot(sound, sound)) / len(samples) / FULL_SCALE**2
    return max(SILENCE_DBFS, 10.0 * float(np.log10(power))) if power > 0 else SILENCE_DBFS


def gain(samples: Samples, gain_db: float) -> Samples:
    """Return (n,) int16 made `gain_db` louder; what would pass full scale stops at it."""
    if gain_db == 0:
        return samples
    return to_int16(samples.astype(np.float32) * np.float32(10 ** (gain_db / 20)))


def fade(samples: Samples, fade_in_s: float = 0.0, fade_out_s: float = 0.0) -> Samples:
    """Return (n,) int16 at 16 kHz rising from and falling to silence in straight lines.

    A fade longer than the sound takes the whole of it.
    """
    faded = samples.astype(np.float32)
    rising = min(round(fade_in_s * SAMPLE_RATE_HZ), len(faded))
    falling = min(round(fade_out_s * SAMPLE_RATE_HZ), len(faded))
    if rising:
        faded[:rising] *= np.linspace(0, 1, rising, endpoint=False, dtype=np.float32)
    if falling:
        faded[-falling:] *= np.linspace(1, 0, falling + 1, dtype=np.float32)[1:]
    return to_int16(faded)


def peak_normalise(samples: Samples, peak_dbfs: float = LOUDEST_PEAK_DBFS) -> Samples:
    """Return (n,) int16 whose highest peak is at `peak_dbfs`; silence stays silence."""
    peak = int(np.abs(samples.astype(np.int32)).max(initial=0))
    if not peak:
        return samples
    return to_int16(samples.astype(np.float32) * (10 ** (peak_dbfs / 20) * FULL_SCALE / peak))


def to_int16(sound: NDArray[np.floating] | NDArray[np.integer]) -> Samples:
    """Return sound in int16 units rounded and held within int16."""
    held: Samples = np.clip(np.rint(sound), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return held
