"""One level for every utterance, near or far, before a recogniser that minds the level.

Vosk heard 12 of 12 Korean commands at a peak of 0.6 of full scale, 8 at 0.2, none at 0.03, where
a voice across a bedroom lies.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from skill.audio.frames import SAMPLE_RATE_HZ, Samples

PEAK: Final = 0.6 * 32_768
MAX_GAIN: Final = 100.0  # 40 dB
LISTEN_S: Final = 0.5  # of an utterance, its lead-in included, before its level is judged


class UtteranceLevel:
    """Brings the samples of one utterance to PEAK; holds back the first LISTEN_S to judge them.

    The gain only ever falls afterwards, when the voice grows louder.
    """

    def __init__(self) -> None:
        self._held: list[Samples] = []
        self._held_samples = 0
        self._gain: float | None = None

    def push(self, samples: Samples) -> list[Samples]:
        """Take the next (n,) samples; return what is ready, in order."""
        if self._gain is not None:
            return [self._levelled(samples)]
        self._held.append(samples)
        self._held_samples += len(samples)
        return self.flush() if self._held_samples >= LISTEN_S * SAMPLE_RATE_HZ else []

    def flush(self) -> list[Samples]:
        """Return what is still held back."""
        held, self._held = self._held, []
        if not held:
            return []
        self._gain = min(MAX_GAIN, PEAK / max(1, *(_peak(samples) for samples in held)))
        return [self._levelled(samples) for samples in held]

    def _levelled(self, samples: Samples) -> Samples:
        assert self._gain is not None
        self._gain = min(self._gain, PEAK / max(1, _peak(samples)))
        return (samples * self._gain).astype(np.int16)


def _peak(samples: Samples) -> int:
    return int(np.abs(samples.astype(np.int32)).max(initial=0))
